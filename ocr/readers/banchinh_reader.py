"""The reader of our own: a small network for Vietnamese lines; `ocr/training` made its weights."""

from collections.abc import Sequence
from functools import cached_property
from hashlib import sha256

import numpy as np
from numpy.typing import NDArray

from ocr.engine import Pixels
from ocr.readers import line_pictures
from ocr.readers.line_pictures import LineInput
from ocr.readers.line_reader import BLANK, Emission
from ocr.readers.onnx_model import Network, WeightsFile

WEIGHTS = WeightsFile(
    "lines.onnx",
    cost=(
        "AsterNet đọc một mình, chậm hơn, và không chữ nào được coi là chắc",
        "AsterNet reads alone, more slowly, and no word is sure",
    ),
)
HEIGHT, STEP = 40, 4
#: Squeeze-and-excitation looks at a whole picture: only lines of like length are read together.
SIZE = LineInput(height=HEIGHT, step=STEP, longest=2000, batch=2, padding=0.06)

_VOWELS = "aàáảãạăằắẳẵặâầấẩẫậeèéẻẽẹêềếểễệiìíỉĩịoòóỏõọôồốổỗộơờớởỡợuùúủũụưừứửữựyỳýỷỹỵ"
_CONSONANTS = "bcdđfghjklmnpqrstvwxz"
_LETTERS = _VOWELS + _CONSONANTS
_OTHERS = " 0123456789.,;:!?()[]/\\-–_'\"“”‘’%&+*=<>@#$…•·°²³§×|~{}^"
#: `…` stands for a leader of any length, which is what forms print where something is to be written.
ALPHABET = (BLANK, *sorted(set(_LETTERS + _LETTERS.upper())), *_OTHERS)


class BanchinhReader:
    """Reads first, and everything: the cheapest of the readers."""

    name = "banchinh"

    def check(self) -> str:
        return f"Bản Chính lines (weights {sha256(WEIGHTS.content()).hexdigest()[:8]})"

    def read(self, lines: Sequence[Pixels]) -> list[Emission]:
        return line_pictures.read(lines, SIZE, ALPHABET, self._recognise)

    def _recognise(self, batch: NDArray[np.float32]) -> NDArray[np.float32]:
        return self._network.run(batch)

    @cached_property
    def _network(self) -> Network:
        return Network(WEIGHTS.checked())

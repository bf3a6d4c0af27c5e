"""AsterNet, a reader of Vietnamese lines: the network of asterxlabs (MIT) in 8 bits, none of their code."""

from collections.abc import Sequence
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from ocr.engine import Pixels
from ocr.readers import line_pictures
from ocr.readers.line_pictures import LineInput
from ocr.readers.line_reader import BLANK, Emission
from ocr.readers.onnx_model import Network, WeightsFile

VERSION = "1.0.2"  # of the asterocr distribution that the weights are made from
WEIGHTS = WeightsFile(
    "asternet.onnx",
    cost=(
        "chữ được đọc bởi ít bộ đọc hơn, sai nhiều hơn, và không đề nghị số, ngày viết tay",
        "words are read by fewer readers, more of them wrongly, and no handwritten number or day is proposed",
    ),
    sha256="e86f1c95b330dd51b8bd4b9c74e45e91e04d2cde7b330800e03e60e685420946",
)
#: Its positions end at 256 frames; lines cut at 14 heights are read a little better than at 32, and faster,
#: as the cost of its attention grows with the square of the length.
SIZE = LineInput(height=32, step=4, longest=448)

#: Each letter in the order of the tones of the model's vocabulary: level, huyền, sắc, hỏi, ngã, nặng.
_LETTERS = "aàáảãạăằắẳẵặâầấẩẫậbcdđeèéẻẽẹêềếểễệfghiìíỉĩịjklmnoòóỏõọôồốổỗộơờớởỡợpqrstuùúủũụưừứửữựvwxyỳýỷỹỵz"
ALPHABET = (BLANK, *_LETTERS, *_LETTERS.upper(), *"0123456789", *" ,.-:;\"'?!()[]{}/%+$&=*#@_\\<>°")


class AsterNet:
    """Reads 226 characters; the strongest single reader of print that we know."""

    name = "asternet"

    def check(self) -> str:
        WEIGHTS.checked()
        return f"AsterNet (asterocr {VERSION}, 8 bits)"

    def read(self, lines: Sequence[Pixels]) -> list[Emission]:
        return line_pictures.read(lines, SIZE, ALPHABET, self._recognise)

    def _recognise(self, batch: NDArray[np.float32]) -> NDArray[np.float32]:
        colours = np.repeat(batch, 3, axis=1)
        return self._network.run(colours).transpose(1, 0, 2)  # it answers [frames, batch, symbols]

    @cached_property
    def _network(self) -> Network:
        return Network(WEIGHTS.checked())

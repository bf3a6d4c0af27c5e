"""AsterNet, a reader of Vietnamese lines: the model file of the `asterocr` wheel (MIT), none of its code."""

from collections.abc import Sequence
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from ocr import line_pictures
from ocr.engine import Pixels
from ocr.line_pictures import LineInput
from ocr.line_reader import BLANK, Emission
from ocr.onnx_model import Network, PackagedFile

MODEL = PackagedFile(
    distribution="asterocr",
    file="asterocr/assets/asternet.onnx",
    sha256="10c96b533e1f64031d73edfddafd7d4b13595544f11891f0531bcd72cb29be80",
    cost="words are read by fewer readers, and more of them wrongly",
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
        MODEL.content()
        return f"AsterNet ({MODEL.distribution} {MODEL.version})"

    def read(self, lines: Sequence[Pixels]) -> list[Emission]:
        return line_pictures.read(lines, SIZE, ALPHABET, self._recognise)

    def _recognise(self, batch: NDArray[np.float32]) -> NDArray[np.float32]:
        colours = np.repeat(batch, 3, axis=1)
        return self._network.run(colours).transpose(1, 0, 2)  # it answers [frames, batch, symbols]

    @cached_property
    def _network(self) -> Network:
        return Network(MODEL.content())

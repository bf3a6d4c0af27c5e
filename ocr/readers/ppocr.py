"""PP-OCRv6, a reader of digits and handwriting: the network of PaddleOCR (Apache-2.0), cut to letters of ours
and largely in 8 bits, none of their code. It knows no Vietnamese tone marks."""

from collections.abc import Sequence
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from ocr.engine import Pixels
from ocr.readers import line_pictures
from ocr.readers.line_pictures import LineInput
from ocr.readers.line_reader import BLANK, Emission
from ocr.readers.onnx_model import Network, WeightsFile

VERSION = "3.10.0"  # of the rapidocr distribution that the weights are made from
WEIGHTS = WeightsFile(
    "ppocr.onnx",
    cost=(
        "số và ngày viết tay thiếu bộ đọc thứ hai, nên không được đề nghị; bỏ qua dòng máy đọc",
        "handwritten numbers and days lack a second reader, none is proposed; rows for machines are not read",
    ),
    sha256="19364ccfed659d2a0414007f4ad37a70d9105cb45f1e2dea5b0afab426e79c61",
)
SIZE = LineInput(height=48, step=8, longest=960)

_LETTERS = "abcdefghijklmnopqrstuvwxyzăâđêôơư"
_OTHERS = " !\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~§°±²³·×÷–—‘’“”•…"
#: What stands in Vietnamese papers, of the 18,708 symbols that the network of the wheel knows.
ALPHABET = (BLANK, *"0123456789", *_LETTERS.upper(), *_LETTERS, *_OTHERS)


class PpOcr:
    """Reads digits, Latin letters without tone marks, and punctuation."""

    name = "pp-ocr"

    def check(self) -> str:
        WEIGHTS.checked()
        return f"PP-OCRv6 (rapidocr {VERSION}, 8 bits)"

    def read(self, lines: Sequence[Pixels]) -> list[Emission]:
        return line_pictures.read(lines, SIZE, ALPHABET, self._recognise)

    def _recognise(self, batch: NDArray[np.float32]) -> NDArray[np.float32]:
        return self._network.run(batch)

    @cached_property
    def _network(self) -> Network:
        return Network(WEIGHTS.checked())

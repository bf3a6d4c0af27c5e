"""PP-OCRv6, a reader of digits and handwriting: the model file of the `rapidocr` wheel (Apache-2.0), none of
its code. It knows no Vietnamese tone marks."""

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from ocr import line_pictures
from ocr.engine import Pixels
from ocr.line_pictures import LineInput
from ocr.line_reader import BLANK, Emission
from ocr.onnx_head import metadata, with_columns
from ocr.onnx_model import Network, PackagedFile

MODEL = PackagedFile(
    distribution="rapidocr",
    file="rapidocr/models/PP-OCRv6_rec_small.onnx",
    sha256="6f327246b50388f3c176ae304bd95767ea6dc0c9ae92153ef8cbe210b3c14884",
    cost="handwritten numbers and days have no second reader, so none of them is proposed",
)
SIZE = LineInput(height=48, step=8, longest=960)
HEAD = ("linear_8.w_0", "linear_8.b_0")  # weights and bias of its last layer, a column a symbol

#: What stands in Vietnamese papers, of the 18,708 symbols that it knows.
SYMBOLS = frozenset(
    "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyzĂÂĐÊÔƠƯăâđêôơư"
    " !\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~§°±²³·×÷–—‘’“”•…"
)
_TONES = frozenset("\u0300\u0301\u0303\u0309\u0323")


class PpOcr:
    """Reads digits, Latin letters without tone marks, and punctuation."""

    name = "pp-ocr"

    def check(self) -> str:
        MODEL.content()
        return f"PP-OCRv6 ({MODEL.distribution} {MODEL.version})"

    def read(self, lines: Sequence[Pixels]) -> list[Emission]:
        return line_pictures.read(lines, SIZE, self._head.alphabet, self._recognise)

    def _recognise(self, batch: NDArray[np.float32]) -> NDArray[np.float32]:
        head = self._head
        seen = head.network.run(np.repeat(batch * 2 - 1, 3, axis=1))
        summed = np.add.reduceat(seen[..., head.order], head.starts, axis=-1)
        return np.log(np.maximum(summed, np.finfo(np.float32).tiny))

    @cached_property
    def _head(self) -> "_Head":
        model = MODEL.content()
        known = (BLANK, *metadata(model)["character"].split("\n"), " ")
        plain = [plain_symbol(symbol) for symbol in known]
        columns = [place for place, symbol in enumerate(plain) if symbol is not None]
        kept = [plain[place] or BLANK for place in columns]
        alphabet = tuple(sorted(set(kept)))  # the blank, being empty, comes first
        places = [alphabet.index(symbol) for symbol in kept]
        order = np.argsort(places, kind="stable")
        starts = np.searchsorted(np.take(places, order), np.arange(len(alphabet)))
        return _Head(Network(with_columns(model, HEAD, columns)), alphabet, order, starts)


@dataclass(frozen=True, slots=True)
class _Head:
    """The network with no more than the columns we want, so that its softmax is over these alone; and how
    they are summed: those of symbol i are `order[starts[i] : starts[i + 1]]`."""

    network: Network
    alphabet: tuple[str, ...]
    order: NDArray[np.int64]
    starts: NDArray[np.int64]


def plain_symbol(symbol: str) -> str | None:
    """What a symbol of its dictionary is to us: `á` is a, as it has no `ạ`; None where we leave it out."""
    if not symbol or symbol in SYMBOLS:
        return symbol
    if unicodedata.decomposition(symbol).startswith("<wide>"):
        symbol = unicodedata.normalize("NFKC", symbol)
    parts = unicodedata.normalize("NFD", symbol)
    toneless = unicodedata.normalize("NFC", "".join(c for c in parts if c not in _TONES))
    return next((candidate for candidate in (symbol, toneless, parts[0]) if candidate in SYMBOLS), None)

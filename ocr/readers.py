"""Who reads: the readers of each profile, made once a process."""

from dataclasses import dataclass
from functools import lru_cache

from ocr.asternet import AsterNet
from ocr.banchinh_reader import BanchinhReader
from ocr.engine import EngineMissing, Reader
from ocr.language_model import vietnamese
from ocr.line_reader import LineReader
from ocr.ppocr import PpOcr
from ocr.recogniser import Profile, Recogniser
from ocr.tesseract import Tesseract


@dataclass(frozen=True, slots=True)
class Readers:
    """`page` reads pages; `pen` are those who read, each on its own, what is written by hand, if anybody."""

    page: Reader
    pen: tuple[LineReader, ...]


@lru_cache(maxsize=3)
def standard(profile: Profile = "default") -> Readers:
    """The readers that are installed here. Raises EngineMissing where the first of them is not."""
    asternet, ppocr = _installed(AsterNet()), _installed(PpOcr())
    first = BanchinhReader()
    first.check()
    page = Recogniser(first, asternet, vietnamese(), profile, Tesseract())
    pen = () if profile == "fast" else (asternet, ppocr)
    return Readers(page, tuple(reader for reader in pen if reader is not None))


def _installed(reader: LineReader) -> LineReader | None:
    """The reader, or None: `banchinh doctor` says what its absence costs."""
    try:
        reader.check()
    except EngineMissing:
        return None
    return reader

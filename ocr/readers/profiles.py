"""Who reads: the readers of each profile, made once a process."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from ocr.confidence import Source, calibrated
from ocr.engine import EngineMissing, Reader
from ocr.language.language_model import vietnamese
from ocr.readers.asternet import AsterNet
from ocr.readers.banchinh_reader import BanchinhReader
from ocr.readers.line_reader import LineReader
from ocr.readers.ppocr import PpOcr
from ocr.readers.recogniser import Profile, Recogniser
from ocr.readers.tesseract import Tesseract


@dataclass(frozen=True, slots=True)
class Readers:
    """`page` reads pages, by asking `lines`; `pen` are those who read, each on its own, what is written by
    hand, if anybody. `complete` where nobody is missing whom the profile asks."""

    page: Reader
    pen: tuple[LineReader, ...]
    lines: tuple[LineReader, ...] = ()
    complete: bool = True


@lru_cache(maxsize=3)
def standard(profile: Profile = "default") -> Readers:
    """The readers that are installed here; AsterNet reads alone where the first of them is missing.

    Raises EngineMissing where both are.
    """
    own, osd = _installed(BanchinhReader()), Tesseract("osd")
    first: LineReader = own or AsterNet()
    if own is None:
        first.check()
    trust = _alone if own is None else calibrated
    if profile == "fast":  # what it does not ask it need not look for, which takes 30 ms
        page = Recogniser(first, None, vietnamese(), profile, osd, trust=trust)
        return Readers(page, (), (first,), complete=own is not None)
    asternet, ppocr = _installed(AsterNet()) if own else first, _installed(PpOcr())
    page = Recogniser(first, asternet if own else None, vietnamese(), profile, osd, ppocr, trust)
    pen = tuple(reader for reader in (asternet, ppocr) if reader is not None)
    complete = own is not None and len(pen) == 2
    return Readers(page, pen, tuple(dict.fromkeys((first, *pen))), complete)


def _alone(belief: float, _: Source) -> float:
    """The confidence in a word of a reader whose words nobody has counted by what it believes of them."""
    return calibrated(belief, "differ")


def load(profile: Profile) -> None:
    """Have what a profile reads with in memory, for processes that are forked from this one. Raises as
    `standard`."""
    speck = np.full((8, 8), 255, np.uint8)
    speck[2:6, 3:5] = 0  # where there is no ink, no reader is asked
    with ThreadPoolExecutor() as pool:  # none of its threads is left when a process is forked
        loaded = [pool.submit(reader.read, [speck]) for reader in standard(profile).lines]
        vietnamese().grown("")
    for reading in loaded:
        reading.result()
    np.percentile(speck, 50)  # for which NumPy loads a part of itself


def _installed(reader: LineReader) -> LineReader | None:
    """The reader, or None: `banchinh doctor` says what its absence costs."""
    try:
        reader.check()
    except EngineMissing:
        return None
    return reader

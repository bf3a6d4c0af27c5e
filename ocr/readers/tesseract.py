"""Tesseract behind the Reader port: the only module that starts it."""

import os
import tempfile
import unicodedata
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import cv2
import pytesseract

from ocr.engine import EngineFailed, EngineMissing, Pixels
from ocr.marks import PageInk
from ocr.picture import rescaled
from ocr.recognition import Box, Region, Word

MODE = 4  # automatic columns without orientation: as good as full analysis (3) and faster
TURN_DPI = 200  # at 100 dpi its orientation model guesses, and is sure of nothing


class Tesseract:
    """Reads with the `vie` model, one thread a page: pages run in parallel processes instead.

    With `osd` as its language it knows how a page is turned, and nothing else.
    """

    def __init__(self, language: str = "vie", seconds: int = 60) -> None:
        self.language = language
        self.seconds = seconds
        self._checked = False
        # With its default of four threads Tesseract takes five times as long on a busy machine.
        os.environ["OMP_THREAD_LIMIT"] = "1"

    def check(self) -> str:
        try:
            version = str(pytesseract.get_tesseract_version())
            languages = pytesseract.get_languages()
        except (pytesseract.TesseractNotFoundError, SystemExit) as error:
            raise EngineMissing(f"Tesseract is not installed. {self._how_to_install()}") from error
        missing = sorted({self.language, "osd"} - set(languages))
        if missing:
            lacks = " and ".join(missing)
            raise EngineMissing(f"Tesseract lacks the data for {lacks}. {self._how_to_install()}")
        self._checked = True
        return f"tesseract {version}"

    def _how_to_install(self) -> str:
        languages = dict.fromkeys((*self.language.split("+"), "osd"))
        return f"On Debian: apt-get install tesseract-ocr {' '.join(f'tesseract-ocr-{n}' for n in languages)}"

    def read(
        self,
        picture: Pixels,
        dpi: float,
        *,
        apart: Sequence[Region] = (),  # noqa: ARG002 it tells no stamp
        ink: PageInk | None = None,  # noqa: ARG002 it looks for itself
    ) -> tuple[Word, ...]:
        # Only the words are wanted, and never white text on black: that second look costs time for nothing.
        config = f"--psm {MODE} --dpi {dpi:.0f} -c invert_threshold=0"
        table = self._ask(pytesseract.image_to_data, picture, self.language, config)
        return tuple(_words(table))

    def turn(self, picture: Pixels, dpi: float) -> tuple[int, float]:
        if dpi < 0.7 * TURN_DPI:
            picture, dpi = rescaled(picture, TURN_DPI / dpi, cv2.INTER_CUBIC), TURN_DPI
        try:
            found = self._ask(pytesseract.image_to_osd, picture, "osd", f"--dpi {dpi:.0f}")
        except EngineFailed:  # "Too few characters" is how it says that it cannot tell
            return 0, 0.0
        return int(found["rotate"]), float(found["orientation_conf"])

    def _ask(self, question: Any, picture: Pixels, language: str, config: str) -> dict[str, Any]:
        if not self._checked:
            self.check()
        with tempfile.TemporaryDirectory(prefix="banchinh-") as folder:
            # A plain bitmap: to squeeze a page into PNG takes a tenth of the time of reading it.
            path = Path(folder) / "page.pgm"
            cv2.imwrite(str(path), picture)
            try:
                answer: dict[str, Any] = question(
                    str(path),
                    lang=language,
                    config=config,
                    output_type=pytesseract.Output.DICT,
                    timeout=self.seconds,
                )
            except pytesseract.TesseractNotFoundError as error:
                raise EngineMissing(f"Tesseract is not installed. {self._how_to_install()}") from error
            except (pytesseract.TesseractError, RuntimeError, OSError) as error:
                raise EngineFailed(f"Tesseract gave no answer: {error}") from error
        return answer


def _words(table: dict[str, Any]) -> Iterator[Word]:
    line, place = -1, None
    for i, raw in enumerate(table["text"]):
        text = unicodedata.normalize("NFC", "".join(str(raw).split()))
        confidence = float(table["conf"][i])
        if not text or confidence < 0:
            continue
        here = (table["block_num"][i], table["par_num"][i], table["line_num"][i])
        if here != place:
            line, place = line + 1, here
        x, y = table["left"][i], table["top"][i]
        box = Box(x, y, x + table["width"][i], y + table["height"][i])
        yield Word(text, box, min(confidence / 100, 1.0), line)

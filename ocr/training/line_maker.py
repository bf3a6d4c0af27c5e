"""Pictures of lines: text set, worn, scanned and cut out as pages are."""

from collections import deque

from ocr.engine import Pixels
from ocr.training import framing, overlays, scanner, wear
from ocr.training.chance import Chance
from ocr.training.drawing import Ink, Typesetter, as_float, extent_of
from ocr.training.fonts import Fonts
from ocr.training.surroundings import add_surroundings

REMEMBERED = 48  # lines drawn before, which stand as neighbours and shine through


class LineMaker:
    """Draws lines. The same fonts, seed and order of texts give the same pixels."""

    def __init__(self, fonts: Fonts, seed: int) -> None:
        self._chance = Chance(seed)
        self._typesetter = Typesetter(fonts, self._chance)
        self._before: deque[Ink] = deque(maxlen=REMEMBERED)

    def picture(self, text: str) -> Pixels | None:
        """The line in grey as a scanned page gives it, HEIGHT pixels high; None where it has no ink."""
        ink = self._typesetter.set(text)
        extent = extent_of(ink.pixels)
        if extent is None:
            return None
        picture = as_float(ink.pixels)
        add_surroundings(picture, ink, extent, self._before, chance=self._chance)
        self._before.append(ink)
        scan = wear.any_scan(self._chance)
        picture = wear.worn(picture, ink.em, ink.baseline, scan, chance=self._chance)
        picture = overlays.overlaid(picture, scan.scale, self._before, self._chance)
        return framing.framed(scanner.scanned(picture, self._chance), ink, extent, scan, chance=self._chance)

    def new_picture(self, text: str) -> Pixels | None:
        """The line as printed, without neighbours and wear; None where it has no ink."""
        ink = self._typesetter.set(text)
        extent = extent_of(ink.pixels)
        if extent is None:
            return None
        return framing.framed(255 - ink.pixels, ink, extent, wear.STRAIGHT, chance=self._chance)

"""A typeface of the Times kind with every Vietnamese letter, its widths, and lines broken in it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path
from tempfile import TemporaryDirectory
from uuid import uuid4

from fontTools import subset
from fontTools.ttLib import TTFont

from signing.marks.appearance import MarkImpossible

# Fonts with the metrics of Times New Roman and every Vietnamese letter, in the order of preference.
FONTS = (
    "/usr/share/fonts/truetype/liberation2/LiberationSerif-Regular.ttf",
    "/usr/share/fonts/truetype/liberation/LiberationSerif-Regular.ttf",  # before 2.0 without Vietnamese
    "/usr/share/fonts/liberation-serif/LiberationSerif-Regular.ttf",
    "/usr/share/fonts/truetype/msttcorefonts/Times_New_Roman.ttf",
    "/usr/share/fonts/truetype/freefont/FreeSerif.ttf",
    "/usr/share/fonts/truetype/dejavu/DejaVuSerif.ttf",
)

ALWAYS = "0123456789:.+ "  # in every mark's time


@dataclass(frozen=True, slots=True)
class Typeface:
    """A font file and how wide its letters are, in parts of the height of letters."""

    path: str
    widths: Mapping[int, float]

    def width(self, text: str) -> float:
        """Of a line, in heights of letters."""
        return sum(self.widths[ord(letter)] for letter in text)

    def broken(self, text: Sequence[str], width: float, *, anywhere: bool = False) -> list[str]:
        """The lines, broken between words where they are wider than `width`; words too, if `anywhere`."""
        return [part for line in text for part in self._broken(line, width, anywhere)]

    def _broken(self, line: str, width: float, anywhere: bool) -> list[str]:
        found: list[str] = []
        for word in line.split(" "):
            if found and self.width(f"{found[-1]} {word}") <= width:
                found[-1] += f" {word}"
            else:
                found += self._pieces(word, width) if anywhere else [word]
        return found

    def _pieces(self, word: str, width: float) -> list[str]:
        pieces = [""]
        for letter in word:
            if pieces[-1] and self.width(pieces[-1] + letter) > width:
                pieces.append("")
            pieces[-1] += letter
        return pieces

    def cut(self, text: Sequence[str]) -> Path:
        """A font file of these letters and those of times alone, kept as long as this process runs: documents
        that are signed together say nearly the same."""
        return _cut(self.path, frozenset("".join(text) + ALWAYS))


@cache
def _folder() -> TemporaryDirectory[str]:
    return TemporaryDirectory(prefix="banchinh-mark-")


@lru_cache(maxsize=64)
def _cut(path: str, letters: frozenset[str]) -> Path:
    options = subset.Options(layout_features=[], hinting=False, name_IDs=[1, 2, 6])
    options.drop_tables += ["FFTM"]
    with TTFont(path, lazy=True, recalcTimestamp=False) as font:
        cutter = subset.Subsetter(options)
        cutter.populate(unicodes=map(ord, letters))
        cutter.subset(font)
        target = Path(_folder().name, f"{uuid4().hex}.ttf")
        font.save(target)
    return target


@cache
def _opened(path: str) -> Typeface:
    with TTFont(path, lazy=True) as font:
        units, advances = font["head"].unitsPerEm, font["hmtx"]
        return Typeface(path, {c: advances[name][0] / units for c, name in font.getBestCmap().items()})


def typeface_for(text: Sequence[str]) -> Typeface:
    """The first typeface on this machine that has every letter; a missing one would vanish silently. Raises
    MarkImpossible."""
    present = [_opened(font) for font in FONTS if Path(font).is_file()]
    if not present:
        raise MarkImpossible(
            "no-font",
            "Máy chủ không có phông chữ để vẽ dấu hiệu chữ ký. Hãy cài gói fonts-liberation2.",
            "No font for the visible mark is on this machine. Install the package fonts-liberation2.",
        )
    needed = {ord(letter) for line in text for letter in line}
    for typeface in present:
        if needed <= typeface.widths.keys():
            return typeface
    missing = "".join(sorted(map(chr, needed - present[0].widths.keys())))
    raise MarkImpossible(
        "letters-missing",
        f"Phông chữ thiếu các ký tự: {missing}. Hãy bỏ chúng khỏi tên hiển thị, hoặc ký không kèm dấu hiệu.",
        f"The font has no letters for: {missing}. Leave them out of the shown name or sign without a mark.",
    )

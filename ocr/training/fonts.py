"""Fonts of Debian packages that hold Vietnamese, and how often papers are set in the like."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from fontTools.ttLib import TTFont, TTLibError
from PIL import ImageFont

from ocr.training.chance import Chance

#: Where Debian's packages put fonts; those of Latin Modern lie with TeX.
FOLDERS = (Path("/usr/share/fonts"), Path("/usr/share/texmf/fonts"))


@dataclass(frozen=True, slots=True)
class Family:
    """A family of fonts, how often it is drawn against others, and where it comes from."""

    name: str
    weight: float
    package: str
    licence: str


_OFL, _APACHE = "SIL OFL 1.1", "Apache-2.0"
_GUST, _FREEFONT = "GUST Font License", "GPL-3+ with font exception"
_DEJAVU, _LIBERTINE = "Bitstream Vera", "SIL OFL 1.1 or GPL-2+ with font exception"

#: The rule is Times New Roman at 13 or 14 pt (Decree 30/2020/NĐ-CP, annex I), so its likenesses are two
#: thirds. Then what office programs offer first (Arial, Calibri, Roboto), then a little of much, so that the
#: reader knows letters rather than a font.
FAMILIES = (
    Family("Liberation Serif", 5, "fonts-liberation2", _OFL),
    Family("Tinos", 5, "fonts-croscore", _OFL),
    Family("TeX Gyre Termes", 7, "fonts-texgyre", _GUST),
    Family("FreeSerif", 5, "fonts-freefont-otf, fonts-freefont-ttf", _FREEFONT),
    Family("Linux Libertine O", 1.2, "fonts-linuxlibertine", _LIBERTINE),
    Family("Noto Serif", 0.6, "fonts-noto-core", _OFL),
    Family("DejaVu Serif", 0.4, "fonts-dejavu", _DEJAVU),
    Family("Gentium Plus", 0.3, "fonts-sil-gentiumplus", _OFL),
    Family("Charis SIL", 0.3, "fonts-sil-charis", _OFL),
    Family("TeX Gyre Schola", 0.4, "fonts-texgyre", _GUST),
    Family("TeX Gyre Pagella", 0.5, "fonts-texgyre", _GUST),
    Family("TeX Gyre Bonum", 0.2, "fonts-texgyre", _GUST),
    Family("EB Garamond", 0.2, "fonts-ebgaramond", _OFL),
    Family("Latin Modern Roman", 0.3, "fonts-lmodern", _GUST),
    Family("Liberation Sans", 1.4, "fonts-liberation2", _OFL),
    Family("Arimo", 1, "fonts-croscore", _OFL),
    Family("TeX Gyre Heros", 0.7, "fonts-texgyre", _GUST),
    Family("FreeSans", 0.5, "fonts-freefont-otf, fonts-freefont-ttf", _FREEFONT),
    Family("DejaVu Sans", 0.3, "fonts-dejavu", _DEJAVU),
    Family("Noto Sans", 0.5, "fonts-noto-core", _OFL),
    Family("Open Sans", 0.4, "fonts-open-sans", _APACHE),
    Family("Roboto", 0.7, "fonts-roboto-unhinted", _APACHE),
    Family("Carlito", 1, "fonts-crosextra-carlito", _OFL),
    Family("Lato", 0.2, "fonts-lato", _OFL),
    Family("TeX Gyre Heros Cn", 0.4, "fonts-texgyre", _GUST),
    Family("Roboto Condensed", 0.3, "fonts-roboto-unhinted", _APACHE),
    Family("TeX Gyre Adventor", 0.15, "fonts-texgyre", _GUST),
    Family("Liberation Mono", 0.3, "fonts-liberation2", _OFL),
    Family("TeX Gyre Cursor", 0.2, "fonts-texgyre", _GUST),
)

#: (bold, italic) and how often: papers have bold headings, and preambles in italics.
STYLES = ((False, False), (True, False), (False, True), (True, True))
STYLE_WEIGHTS = (52, 20, 20, 8)
#: Weights that papers are not set in, and optical sizes made for 8 pt.
OTHER_STYLES = ("Black", "Light", "Hairline", "Thin", "Extrabold", "Demi", "Semibold", "Medium", "08", "8 ")

#: A font that lacks one of these draws Vietnamese with gaps.
NEEDED = frozenset("ổẩềữỵĐưƠớẶỸợậẫỡ“”–")
OPEN_FONTS = 400  # kept open; there are 100 files in 5 sizes
TRIES = 1000  # for a font with all letters of a text; even where half of the files lack one, 20 would do


class NoFont(RuntimeError):
    """No font that papers are set in and that holds the letters."""


@dataclass(frozen=True, slots=True)
class FontFile:
    """A font file and the characters that it can draw."""

    path: Path
    family: str
    bold: bool
    italic: bool
    characters: frozenset[str]


class Fonts:
    """The fonts of some folders that papers are set in and that hold Vietnamese."""

    def __init__(self, files: Iterable[FontFile]) -> None:
        self._files: dict[tuple[str, bool, bool], list[FontFile]] = defaultdict(list)
        for file in files:
            self._files[file.family, file.bold, file.italic].append(file)
        there = {family for family, _, _ in self._files}
        self.families = tuple(family for family in FAMILIES if family.name in there)
        if not self.families:
            raise NoFont("no font for training: install those that `make reader` installs")
        self._open = lru_cache(OPEN_FONTS)(_opened)

    def pick(self, size: int, text: str, chance: Chance) -> ImageFont.FreeTypeFont:
        """A font of `size` pixels an em that holds all of `text`. Raises NoFont."""
        weights = [family.weight for family in self.families]
        for _ in range(TRIES):
            family = chance.choices(self.families, weights)[0]
            style = chance.choices(STYLES, STYLE_WEIGHTS)[0]
            files = [f for f in self._files.get((family.name, *style), ()) if f.characters.issuperset(text)]
            if files:
                return self._open(chance.choice(files).path, size)
        raise NoFont(f"no font holds all of: {text}")


def _opened(path: Path, size: int) -> ImageFont.FreeTypeFont:
    # Basic layout: without kerning the words of a line stand where they are put, one by one or together.
    return ImageFont.truetype(path, size, layout_engine=ImageFont.Layout.BASIC)


def find_fonts(folders: Sequence[Path] = FOLDERS) -> Fonts:
    """The fonts for training in these folders. Raises NoFont where there is none."""
    paths = sorted(
        path for folder in folders for path in folder.rglob("*") if path.suffix.lower() in (".ttf", ".otf")
    )
    return Fonts(file for path in paths if (file := font_file(path)) and holds_vietnamese(file))


def font_file(path: Path) -> FontFile | None:
    """What a font file holds; None where it is of no family or style that papers are set in, or damaged."""
    try:
        with TTFont(path, lazy=True) as font:
            family, style = font["name"].getBestFamilyName(), font["name"].getBestSubFamilyName() or ""
            if family not in _NAMES or any(other in style for other in OTHER_STYLES):
                return None
            characters = frozenset(map(chr, font.getBestCmap()))
    except (TTLibError, OSError):
        return None
    italic = "Italic" in style or "Oblique" in style
    return FontFile(path, family, "Bold" in style, italic, characters)


def holds_vietnamese(file: FontFile) -> bool:
    """Whether the font can draw Vietnamese, by the letters that fonts lack most."""
    return file.characters >= NEEDED


_NAMES = frozenset(family.name for family in FAMILIES)

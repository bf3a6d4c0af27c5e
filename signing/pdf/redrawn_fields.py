"""What a field shows when a program draws it anew, as on a click: by its default appearance (`/DA`, ISO
32000-1, 12.7.3.3) or its rich text (`/RV`, 12.7.3.4), whatever its picture shows."""

import html
import re
import warnings
from typing import Any

import pikepdf
from pikepdf import Array, Dictionary, Object, Pdf, Stream, String

SMALLEST = 2.0  # points of a letter; 0 is the size that fits
TOO_HIGH = 4  # heights of a field: of letters as large as this nothing can be read in it
NARROW = 10.0  # hundredths of its width: a letter that is squeezed so is a line
UNSEEN_MODES = (3, 7)  # ways of drawing letters that leave no trace (table 106)
FAINT = 0.125  # from 0 to 1: colours that differ less in each part are one to the eye
LONGEST = 1_000  # bytes of a default appearance; real ones have less than a hundred
TAG = re.compile(r"<[^<>]*>")
#: Of a style (CSS 2, as XFA and 12.7.3.4 take of it); backgrounds have other names.
TEXT_COLOUR = re.compile(r"(?<![\w-])color\s*:\s*#([0-9a-fA-F]{2})([0-9a-fA-F]{2})([0-9a-fA-F]{2})")
TEXT_SIZE = re.compile(r"font-size\s*:\s*([0-9]{1,6}(?:\.[0-9]{1,6})?)\s*pt")
COLOURS = {"g": 1, "rg": 3, "k": 4}  # numbers that each takes

Colour = tuple[float, float, float]
WHITE: Colour = (1.0, 1.0, 1.0)


def rich_text(said: Any) -> str | None:
    """The words of a rich text, None where there is none."""
    written = _written(said)
    return None if written is None else html.unescape(TAG.sub("", written))


def _written(said: Any) -> str | None:
    if isinstance(said, Stream):
        return said.read_bytes().decode("utf-8", "replace")
    return str(said) if isinstance(said, String) else None


def shows_nothing(pdf: Pdf, said: Any, ground: Any, height: float) -> bool:
    """Does a default appearance hide what it draws: in the colour of the ground of its field (`/BG`, without
    one white), in letters of hardly any size or far too large for a field of this height, or by a mode?"""
    if not isinstance(said, String):
        return False
    written = bytes(said)
    if len(written) > LONGEST:
        return True
    colour: Colour | None = (0.0, 0.0, 0.0)
    last = {"Tf": 0.0, "Tr": 0.0, "Tz": 100.0, "Ts": 0.0}
    for numbers, operator in _operators(pdf, written):
        if operator in COLOURS:
            colour = _colour(numbers[-COLOURS[operator] :])
        elif numbers:
            last[operator] = abs(numbers[-1])
    hidden = (
        last["Tr"] in UNSEEN_MODES,
        0 < last["Tf"] < SMALLEST or last["Tf"] > TOO_HIGH * max(height, 12.0),
        last["Tz"] < NARROW or last["Ts"] > height,
    )
    return any(hidden) or _is_faint(colour, ground)


def is_styled_away(style: Any, ground: Any) -> bool:
    """Does a rich text have words in the colour of the ground of its field, or of hardly any size?"""
    written = _written(style) or ""
    if any(0 < float(size) < SMALLEST for size in TEXT_SIZE.findall(written)):
        return True
    colours = (tuple(int(part, 16) / 255 for part in parts) for parts in TEXT_COLOUR.findall(written))
    return any(_is_faint(_colour(list(colour)), ground) for colour in colours)


def _is_faint(colour: Colour | None, ground: Any) -> bool:
    under = _colour([float(v) for v in ground]) if isinstance(ground, Array) and len(ground) else WHITE
    if colour is None or under is None:
        return False
    return all(abs(one - other) < FAINT for one, other in zip(colour, under, strict=True))


def _operators(pdf: Pdf, written: bytes) -> list[tuple[list[float], str]]:
    """What it says in its order, each with the numbers before it; the last colour and size count."""
    try:
        with warnings.catch_warnings(action="ignore"):
            told = pikepdf.parse_content_stream(pdf.make_stream(written))
        return [([_number(one) for one in part.operands], str(part.operator)) for part in told]
    except (pikepdf.PdfError, ValueError, TypeError):
        return _split(written)


def _split(written: bytes) -> list[tuple[list[float], str]]:
    """The same of what is no content: most programs read on."""
    found: list[tuple[list[float], str]] = []
    numbers: list[float] = []
    for word in written.decode("latin-1").split():
        try:
            numbers.append(float(word))
        except ValueError:
            found.append((numbers, word))
            if not word.startswith("/"):
                numbers = []
    return found


def _number(found: Any) -> float:
    try:
        return float(found)
    except (TypeError, ValueError):
        return 0.0


def _colour(parts: list[float]) -> Colour | None:
    """Red, green and blue from 0 to 1 of a grey, a colour of a screen or of inks."""
    held = [min(1.0, max(0.0, part)) for part in parts]
    if len(held) == 1:
        return held[0], held[0], held[0]
    if len(held) == 3:
        return held[0], held[1], held[2]
    if len(held) == 4:
        red, green, blue = ((1 - ink) * (1 - held[3]) for ink in held[:3])
        return red, green, blue
    return None


def default_appearance(pdf: Pdf, inherited: Any) -> Any:
    """That of a field, or else of the form."""
    form = pdf.Root.get("/AcroForm", Dictionary())
    return inherited if inherited is not None else form.get("/DA")


def ground_of(field: Object) -> Any:
    look = field.get("/MK")
    return look.get("/BG") if isinstance(look, Dictionary) else None

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
UNSEEN_MODES = (3, 7)  # ways of drawing letters that leave no trace (table 106)
FAINT = 0.125  # from 0 to 1: colours that differ less in each part are one to the eye
LONGEST = 10_000  # bytes of a default appearance
TAG = re.compile(r"<[^<>]*>")
COLOURS = {"g": 1, "rg": 3, "k": 4}  # numbers that each takes

Colour = tuple[float, float, float]
WHITE: Colour = (1.0, 1.0, 1.0)


def rich_text(said: Any) -> str | None:
    """The words of a rich text, None where there is none."""
    if isinstance(said, Stream):
        written = said.read_bytes().decode("utf-8", "replace")
    elif isinstance(said, String):
        written = str(said)
    else:
        return None
    return html.unescape(TAG.sub("", written))


def shows_nothing(pdf: Pdf, said: Any, ground: Any, height: float) -> bool:
    """Does a default appearance hide what it draws: in the colour of the ground of its field (`/BG`, without
    one white), in letters of hardly any size or far too large for a field of this height, or by a mode?"""
    if not isinstance(said, String):
        return False
    written = bytes(said)
    if len(written) > LONGEST:
        return True
    colour: Colour | None = (0.0, 0.0, 0.0)
    size, mode = 0.0, 0
    for numbers, operator in _operators(pdf, written):
        if operator in COLOURS:
            colour = _colour(numbers[-COLOURS[operator] :])
        elif operator == "Tf" and numbers:
            size = abs(numbers[-1])
        elif operator == "Tr" and numbers:
            mode = int(numbers[-1])
    if mode in UNSEEN_MODES or 0 < size < SMALLEST or size > TOO_HIGH * max(height, 12.0):
        return True
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

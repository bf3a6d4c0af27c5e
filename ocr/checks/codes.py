"""QR codes on pages: what they say, and the QR code of the identity card by its pattern."""

import re
from dataclasses import dataclass
from pathlib import Path

import cv2
import zxingcpp

from ocr.fields.dates import iso
from ocr.fields.forms import FORMS

#: A page with more words is no card and no separator: it is not searched for codes.
MOST_WORDS = 150


@dataclass(frozen=True, slots=True)
class CardCode:
    """What the code of an identity card says; it is not signed, so it proves nothing by itself."""

    personal_id: str
    full_name: str | None
    date_of_birth: str | None
    sex: str | None
    issued_on: str | None


def codes_of(picture: Path) -> tuple[str, ...]:
    """The texts of the QR codes of a page picture; none where the picture cannot be opened."""
    pixels = cv2.imread(str(picture), cv2.IMREAD_GRAYSCALE)
    if pixels is None:
        return ()
    found = zxingcpp.read_barcodes(pixels, formats=zxingcpp.BarcodeFormats(zxingcpp.BarcodeFormat.QRCode))
    return tuple(code.text for code in found if code.text)


def card_code(text: str) -> CardCode | None:
    """The code of a card: cells between bars, told by their form, since their number differs (F5.5)."""
    cells = [cell.strip() for cell in text.split("|")]
    ids = [cell for cell in cells if re.fullmatch(r"\d{12}", cell)]
    dates = [day for cell in cells if (day := _compact_date(cell))]
    if len(cells) < 5 or not ids or not dates:
        return None
    name = next((cell for cell in cells if FORMS["name"](cell) and not any(c.isdigit() for c in cell)), None)
    sex = next((cell for cell in cells if cell in ("Nam", "Nữ")), None)
    return CardCode(ids[0], name, dates[0], sex, dates[1] if len(dates) > 1 else None)


def _compact_date(cell: str) -> str | None:
    match = re.fullmatch(r"(\d\d)(\d\d)((?:19|20)\d\d)", cell)
    return iso(int(match[3]), int(match[2]), int(match[1])) if match else None

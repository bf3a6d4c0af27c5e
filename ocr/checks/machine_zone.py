"""The lines for machines on cards and passports (ICAO 9303): what they say, if their check digits hold."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from ocr.fields.dates import iso
from ocr.recognition import Page
from ocr.structure.lines import lines

_TD1 = re.compile(r"^(?P<number>.{9})(?P<number_check>\d)(?P<optional>.{15})$")
_TD1_SECOND = re.compile(
    r"^(?P<born>\d{6})(?P<born_check>\d)(?P<sex>[MF<])(?P<until>\d{6})(?P<until_check>\d)(?P<state>[A-Z]{3})"
)
_TD3_SECOND = re.compile(
    r"^(?P<number>[A-Z0-9<]{9})(?P<number_check>\d)(?P<state>[A-Z]{3})(?P<born>\d{6})(?P<born_check>\d)"
    r"(?P<sex>[MF<])(?P<until>\d{6})(?P<until_check>\d)(?P<optional>[A-Z0-9<]{14})"
)
#: Years of birth in a machine zone have two digits: later than this many years from now is the last century.
_OLDEST = 100


@dataclass(frozen=True, slots=True)
class MachineZone:
    """What a zone says, each part None where its own check digit fails; dates are ISO 8601."""

    document: str
    number: str | None
    personal_id: str | None
    date_of_birth: str | None
    sex: str | None
    valid_until: str | None
    names: str


_LETTERS = str.maketrans("01258", "OIZSB")


def machine_zone(pages: Sequence[Page], today: date) -> MachineZone | None:
    """The zone of the first page that has one."""
    for page in pages:
        rows = [text for line in lines(page) if len(text := line.text.replace(" ", "").upper()) >= 28]
        rows = [text for text in rows if "<" in text or re.fullmatch(r"[A-Z0-9<]{30}", text)]
        found = _td1(rows, today) or _td3(rows, today)
        if found is not None:
            return found
    return None


def _td1(rows: Sequence[str], today: date) -> MachineZone | None:
    """Three rows of 30: identity cards."""
    start = next((i for i, row in enumerate(rows) if row.startswith("IDVNM")), None)
    if start is None or start + 2 >= len(rows):
        return None
    first, second = _TD1.match(rows[start][5:30]), _TD1_SECOND.match(rows[start + 1])
    if first is None or second is None:
        return None
    personal = first["optional"][:12]
    sound = _holds(first["number"], first["number_check"]) and personal.isdigit()
    born = _date(second["born"], second["born_check"], today, past=True)
    until = _date(second["until"], second["until_check"], today, past=False)
    return MachineZone(
        "ID", None, personal if sound else None, born, _sex(second["sex"]), until, _names(rows[start + 2])
    )


def _td3(rows: Sequence[str], today: date) -> MachineZone | None:
    """Two rows of 44: passports."""
    start = next((i for i, row in enumerate(rows) if re.match(r"P[<A-Z]VNM", row)), None)
    if start is None or start + 1 >= len(rows):
        return None
    second = _TD3_SECOND.match(rows[start + 1])
    if second is None:
        return None
    number = second["number"].rstrip("<") if _holds(second["number"], second["number_check"]) else None
    personal = second["optional"].rstrip("<")
    born = _date(second["born"], second["born_check"], today, past=True)
    until = _date(second["until"], second["until_check"], today, past=False)
    personal_id = personal if re.fullmatch(r"\d{9}|\d{12}", personal) else None
    return MachineZone("P", number, personal_id, born, _sex(second["sex"]), until, _names(rows[start][5:]))


def check_digit(text: str) -> int:
    """Weights 7, 3, 1 over digits, letters as 10 to 35, `<` as 0 (ICAO 9303-3, 4.9)."""
    values = (0 if c == "<" else int(c, 36) for c in text)
    return sum(value * (7, 3, 1)[i % 3] for i, value in enumerate(values)) % 10


def _holds(text: str, digit: str) -> bool:
    return re.fullmatch(r"[A-Z0-9<]+", text) is not None and check_digit(text) == int(digit)


def _date(text: str, digit: str, today: date, *, past: bool) -> str | None:
    if not _holds(text, digit):
        return None
    century = today.year // 100 * 100
    year = century + int(text[:2])
    if past and year > today.year:
        year -= _OLDEST
    return iso(year, int(text[2:4]), int(text[4:]))


def _sex(letter: str) -> str | None:
    return {"M": "Nam", "F": "Nữ"}.get(letter)


def _names(row: str) -> str:
    """Names have no figures: such are letters that a reader took for them."""
    return re.sub(r"<+", " ", row.translate(_LETTERS)).strip()

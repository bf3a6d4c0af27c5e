"""What a visible mark says and how it is to look, as data."""

import base64
import tomllib
import unicodedata
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any, Literal

from signing.reports.local_time import VIETNAM

MarkKind = Literal["agency", "annex", "code", "copy", "digitiser", "person"]
POINTS_A_MILLIMETRE = 72 / 25.4
SEPARATOR = "|"  # between the fields of a reading code, as on identity cards


class MarkImpossible(Exception):
    """A visible mark that cannot be drawn: says why and what to do."""

    def __init__(self, code: str, vi: str, en: str) -> None:
        super().__init__(f"{vi} — {en}")
        self.code = code
        self.vi = vi
        self.en = en


@dataclass(frozen=True, slots=True)
class ReadingCode:
    """What the QR code of an exported paper tells (Circular 01/2023/TT-VPCP): the codes of the dossier, of
    the procedure and of the person who has it done, and the name of the paper."""

    dossier: str
    procedure: str
    person: str
    paper: str

    def text(self) -> str:
        """The four fields in this order, `|` between them. Raises MarkImpossible."""
        told = [_clean(value) for value in asdict(self).values()]
        if not all(told) or any(SEPARATOR in value for value in told):
            raise MarkImpossible(
                "code-fields",
                "Mã QR cần đủ mã hồ sơ, mã thủ tục, mã định danh và tên giấy tờ, không chứa dấu |. "
                "Hãy bổ sung rồi ký.",
                "The QR code needs the codes of dossier, procedure and person and the paper's name, "
                "none with a |. Complete them, then sign.",
            )
        return SEPARATOR.join(told)


@dataclass(frozen=True, slots=True)
class Appearance:
    """What a visible mark says.

    `name`: of the agency, or of who digitised or signed. `page` counts from 1; by default the first, with an
    image the page that names the signer near the end. `form`: of a `copy`, a key of [copy.forms]. `number`:
    number and symbol of the document that an `annex` belongs to. `image`: a transparent PNG of a signature
    (`person`) or a seal (`agency`). `at`: millimetres from the top left corner of the page as it is read, to
    the corner of the mark; or a box (left, top, right, bottom) for it to stand in. `code`: a QR code below
    the text of `digitiser`, or alone (`code`). `time`: of scanning, where it is not that of signing.
    `lookup`: the code by which anybody looks the document up, and `link` the address where, drawn as a QR
    code where there is room for it."""

    kind: MarkKind
    name: str
    page: int | None = None
    form: str = ""
    number: str = ""
    image: bytes | None = field(default=None, repr=False)
    at: tuple[float, ...] | None = None
    code: ReadingCode | None = None
    time: datetime | None = None
    lookup: str = ""
    link: str = ""
    elsewhere: bool = False

    def to_json(self) -> dict[str, Any]:
        image = None if self.image is None else base64.b64encode(self.image).decode("ascii")
        time = self.time and self.time.isoformat()
        return {**asdict(self), "image": image, "at": self.at and list(self.at), "time": time}

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> "Appearance":
        """What `to_json` gave; fields that are not there have their defaults."""
        made = dict(data)
        if made.get("image") is not None:
            made["image"] = base64.b64decode(made["image"])
        if made.get("time") is not None:
            made["time"] = datetime.fromisoformat(made["time"])
        if made.get("at") is not None:
            made["at"] = tuple(map(float, made["at"]))
        if made.get("code") is not None:
            made["code"] = ReadingCode(**made["code"])
        return cls(**made)


@dataclass(frozen=True, slots=True)
class ImageStyle:
    """How an image of a signature or seal is to be, in millimetres; the fields of appearance.toml."""

    colour: Literal["blue", "red"]
    width: float
    smallest: float
    largest: float
    shrink: float
    right: float
    bottom: float
    down: float
    across: float
    over: float = 0.0


@dataclass(frozen=True, slots=True)
class Style:
    """How a mark looks and where it may stand; the fields of appearance.toml."""

    corner: Literal["top-left", "top-right"]
    lines: tuple[str, ...]
    from_side: float
    from_top: float
    widths: tuple[float, ...]
    points: tuple[float, ...]
    down: float
    across: float
    image: ImageStyle | None = None


@cache
def _data() -> Any:
    return tomllib.loads(Path(__file__).with_suffix(".toml").read_text("utf-8"))


def limits(section: str = "limits") -> Mapping[str, Any]:
    """The numbers of [limits], [images] or, by a dotted name, of a table within another."""
    found: Any = _data()
    for name in section.split("."):
        found = found[name]
    chosen: Mapping[str, Any] = found
    return chosen


@cache
def style(kind: MarkKind) -> Style:
    data: dict[str, Any] = dict(_data()[kind])
    image = ImageStyle(**data["image"]) if "image" in data else None
    named = {f.name: data[f.name] for f in fields(Style) if f.name != "image"}
    frozen: dict[str, Any] = {k: tuple(v) if isinstance(v, list) else v for k, v in named.items()}
    return Style(**frozen, image=image)


def time_line(now: datetime) -> str:
    """Day month year; hour minute second; zone by ISO 8601 (Decree 30, Annex I, II.6)."""
    return now.astimezone(VIETNAM).strftime("%d.%m.%Y %H:%M:%S +07:00")


def lines(appearance: Appearance, now: datetime) -> list[str]:
    """What the mark says, line by line, in NFC. Raises MarkImpossible."""
    values = {
        "name": _clean(appearance.name),
        "number": _clean(appearance.number),
        "form": _form(appearance),
        "time": time_line(appearance.time or now),
    }
    templates = style(appearance.kind).lines
    if any(f"{{{name}}}" in line and not value for line in templates for name, value in values.items()):
        raise MarkImpossible(
            "mark-incomplete",
            "Dấu hiệu chữ ký thiếu tên hoặc số, ký hiệu. Hãy điền đủ rồi ký.",
            "A name or number is missing from the visible mark. Complete it, then sign.",
        )
    said = [line.format(**values) for line in templates]
    if said and appearance.lookup:
        said.append(_data()["lookup"]["line"].format(code=_clean(appearance.lookup)))
    if sum(map(len, said)) > _data()["limits"]["letters"]:
        raise MarkImpossible(
            "mark-too-long",
            "Nội dung dấu hiệu chữ ký quá dài. Hãy rút gọn tên hiển thị, hoặc ký không kèm dấu hiệu.",
            "The visible mark says too much. Shorten the shown name, or sign without a mark.",
        )
    return said


def _form(appearance: Appearance) -> str:
    forms: Mapping[str, str] = _data()["copy"]["forms"]
    if appearance.kind == "copy" and appearance.form not in forms:
        raise MarkImpossible(
            "copy-form",
            f"Hãy chọn hình thức sao: {', '.join(forms)}.",
            f"Choose the form of the copy: {', '.join(forms)}.",
        )
    return forms.get(appearance.form, "")


def _clean(text: str) -> str:
    return unicodedata.normalize("NFC", " ".join(text.split()))

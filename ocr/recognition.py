"""What reading a paper gives: the value types of `ocr`, and their JSON shape."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

Origin = Literal["ocr", "text-layer"]
FieldState = Literal["read", "handwritten", "absent"]
#: The reader of words that an annotation says letter for letter.
BY_FILE = "file"
#: The most that a guess at handwriting is worth on which its readers do not agree: half of these are wrong.
UNAGREED = 0.5
_WITHIN = 0.5  # share of a word that lies in a place where a pen wrote: then it is one of the pen's

RegionKind = Literal["seal", "stamp", "signature", "handwriting", "photo", "qr", "unread"]


@dataclass(frozen=True, slots=True)
class Inspection:
    """What a file is, before any page of it is read."""

    media_type: str
    pages: int
    digitally_signed: bool

    def to_json(self) -> dict[str, Any]:
        return {
            "media_type": self.media_type,
            "pages": self.pages,
            "digitally_signed": self.digitally_signed,
        }

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> "Inspection":
        return cls(data["media_type"], data["pages"], data["digitally_signed"])


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle in pixels of the page image: origin top left, x1 and y1 exclusive."""

    x0: int
    y0: int
    x1: int
    y1: int

    def to_json(self) -> list[int]:
        return [self.x0, self.y0, self.x1, self.y1]

    @classmethod
    def from_json(cls, data: Sequence[int]) -> "Box":
        return cls(*data)

    def union(self, other: "Box") -> "Box":
        """The smallest box that holds both."""
        return Box(
            min(self.x0, other.x0), min(self.y0, other.y0), max(self.x1, other.x1), max(self.y1, other.y1)
        )

    @property
    def area(self) -> int:
        """Its dots."""
        return max(0, self.x1 - self.x0) * max(0, self.y1 - self.y0)

    def shared(self, other: "Box") -> int:
        """The dots that are in both."""
        wide = min(self.x1, other.x1) - max(self.x0, other.x0)
        high = min(self.y1, other.y1) - max(self.y0, other.y0)
        return max(0, wide) * max(0, high)

    def share_of(self, other: "Box") -> float:
        """The part of the other box that lies in this one; nothing of one that is empty."""
        return self.shared(other) / max(1, other.area)


@dataclass(frozen=True, slots=True)
class Said:
    """That a person said what a word is, who, and when (ISO 8601); `read` and `confidence` are what readers
    had made of it: of words that were joined, all of them with a space between. A word that was parted has
    the whole of what was read in each of its `parts`."""

    read: str
    confidence: float
    by: str
    at: str
    parts: int = 1

    def to_json(self) -> dict[str, Any]:
        data = {"read": self.read, "confidence": self.confidence, "by": self.by, "at": self.at}
        return data | ({"parts": self.parts} if self.parts > 1 else {})


@dataclass(frozen=True, slots=True)
class Word:
    """One word as read: NFC text without spaces, its place, and a probability (0..1) that it is right.

    `line` numbers the text lines of a page from 0 in reading order; words of one line share it. `readers` are
    those whose own reading it is (see BY_FILE), `alternatives` what else it may say, the likeliest first.
    Where a person has `said` what it is, that is its text, and the probability 1.
    """

    text: str
    box: Box
    confidence: float
    line: int = 0
    readers: tuple[str, ...] = ()
    alternatives: tuple[str, ...] = ()
    said: Said | None = None

    @property
    def has_figure(self) -> bool:
        return any(letter.isdigit() for letter in self.text)

    def to_json(self) -> dict[str, Any]:
        data = {
            "text": self.text,
            "box": self.box.to_json(),
            "confidence": round(self.confidence, 4),
            "line": self.line,
            "readers": list(self.readers),
            "alternatives": list(self.alternatives),
        }
        return data | ({"said": self.said.to_json()} if self.said else {})

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> "Word":
        return cls(
            data["text"],
            Box.from_json(data["box"]),
            data["confidence"],
            data.get("line", 0),
            tuple(data.get("readers", ())),
            tuple(data.get("alternatives", ())),
            Said(**data["said"]) if data.get("said") else None,
        )


@dataclass(frozen=True, slots=True)
class Notice:
    """Something a person should know about a paper that was read all the same."""

    code: str
    vi: str
    en: str

    def to_json(self) -> dict[str, str]:
        return {"code": self.code, "message": f"{self.vi} — {self.en}", "vi": self.vi, "en": self.en}

    @classmethod
    def from_json(cls, data: Mapping[str, str]) -> "Notice":
        return cls(data["code"], data["vi"], data["en"])


HandwritingPart = Literal["number", "date", "closing-date"]


@dataclass(frozen=True, slots=True)
class Handwriting:
    """What stands in a place that papers leave open for the pen: the `number`, or the whole `date` of a
    letterhead or over a signature (`closing-date`).

    `value` is what independent readers agree on (digits, ISO 8601), or None where they do not; `printed` is
    false where something speaks against print: the shape of the ink, or readers who disagree.
    """

    part: HandwritingPart
    box: Box
    value: str | None
    confidence: float
    printed: bool

    def to_json(self) -> dict[str, Any]:
        return {
            "part": self.part,
            "box": self.box.to_json(),
            "value": self.value,
            "confidence": round(self.confidence, 4),
            "printed": self.printed,
        }

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> "Handwriting":
        box = Box.from_json(data["box"])
        return cls(data["part"], box, data["value"], data["confidence"], data["printed"])


@dataclass(frozen=True, slots=True)
class Region:
    """Something on a page beside its text, with a probability (0..1) that it is what `kind` says."""

    kind: RegionKind
    box: Box
    confidence: float

    def to_json(self) -> dict[str, Any]:
        return {"kind": self.kind, "box": self.box.to_json(), "confidence": round(self.confidence, 4)}

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> "Region":
        return cls(data["kind"], Box.from_json(data["box"]), data["confidence"])


@dataclass(frozen=True, slots=True)
class Page:
    """One page as read.

    `width` and `height` are pixels of the page image, upright and level, at `dpi` pixels an inch of the
    print (JSON: of the page). `rotation` (0, 90, 180 or 270) and `skew` (a fraction) are the degrees
    clockwise that were applied to level it. `image` names the page image's file within the folder that the
    page was read into.
    A blank page keeps its place and says why it is thought blank. `enlarged`: how many times as large as its
    print the file makes the page. `taken_out`: what was read as words and is none, as a person has said; in
    no text, each with what was read, and put back where that was wrong.
    """

    number: int
    width: int
    height: int
    dpi: float
    rotation: int
    skew: float
    origin: Origin
    image: str
    text: str = ""
    words: tuple[Word, ...] = ()
    blank: bool = False
    blank_reason: str | None = None
    warnings: tuple[Notice, ...] = ()
    handwriting: tuple[Handwriting, ...] = ()
    regions: tuple[Region, ...] = ()
    enlarged: float = 1.0
    taken_out: tuple[Word, ...] = ()

    @property
    def said(self) -> tuple[Word, ...]:
        """The words of which a person said what they are, or that they are none."""
        return tuple(word for word in (*self.words, *self.taken_out) if word.said)

    @property
    def uncompared(self) -> frozenset[int]:
        """The places of the words that a pen wrote and of which no person has said what they are: readers of
        print are sure of themselves there, and often wrong."""
        written = [region.box for region in self.regions if region.kind == "handwriting"]
        return frozenset(
            place
            for place, word in enumerate(self.words if written else ())
            if word.said is None and BY_FILE not in word.readers
            if any(box.share_of(word.box) > _WITHIN for box in written)
        )

    @property
    def packed(self) -> str:
        """The name of what is made of the page image for viewing, beside it."""
        return f"{self.image.rpartition('.')[0]}.pdf"

    @property
    def thumbnail(self) -> str:
        """The name of a small picture of the page, beside its image."""
        return f"{self.image.rpartition('.')[0]}.small.jpg"

    def to_json(self) -> dict[str, Any]:
        data = {
            "number": self.number,
            "width": self.width,
            "height": self.height,
            "dpi": round(self.dpi / self.enlarged, 2),
            "rotation": self.rotation,
            "skew": round(self.skew, 3),
            "blank": self.blank,
            "blank_reason": self.blank_reason,
            "origin": self.origin,
            "image": self.image,
            "text": self.text,
            "words": [w.to_json() for w in self.words],
            "warnings": [w.to_json() for w in self.warnings],
            "handwriting": [h.to_json() for h in self.handwriting],
            "regions": [r.to_json() for r in self.regions],
            "enlarged": self.enlarged,
        }
        return data | ({"taken_out": [w.to_json() for w in self.taken_out]} if self.taken_out else {})

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> "Page":
        return cls(
            number=data["number"],
            width=data["width"],
            height=data["height"],
            dpi=round(data["dpi"] * data.get("enlarged", 1.0), 2),
            rotation=data["rotation"],
            skew=data["skew"],
            origin=data["origin"],
            image=data["image"],
            text=data["text"],
            words=tuple(Word.from_json(w) for w in data["words"]),
            blank=data["blank"],
            blank_reason=data["blank_reason"],
            warnings=tuple(Notice.from_json(w) for w in data["warnings"]),
            handwriting=tuple(Handwriting.from_json(h) for h in data.get("handwriting", ())),
            regions=tuple(Region.from_json(r) for r in data.get("regions", ())),
            enlarged=data.get("enlarged", 1.0),
            taken_out=tuple(Word.from_json(w) for w in data.get("taken_out", ())),
        )


@dataclass(frozen=True, slots=True)
class Kind:
    """The kind of paper: a code of `kinds.toml`, or `unknown`; why, in words, and where that stands if it
    stands anywhere."""

    code: str
    name: str
    confidence: float
    reason: str
    page: int | None = None
    box: Box | None = None

    def to_json(self) -> dict[str, Any]:
        return {
            "code": self.code,
            "name": self.name,
            "confidence": round(self.confidence, 4),
            "reason": self.reason,
            "page": self.page,
            "box": self.box.to_json() if self.box else None,
        }

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> "Kind":
        box = Box.from_json(data["box"]) if data.get("box") else None
        return cls(data["code"], data["name"], data["confidence"], data["reason"], data.get("page"), box)


@dataclass(frozen=True, slots=True)
class Field:
    """A value found on the paper: `read`, `absent` or `handwritten`. The last has a place: a pen wrote there,
    or what is printed may be another value than it seems (docs/decisions/0023). It has a value only as far as
    a part of it is surely printed (`2024-03`) or two readers propose it."""

    value: str | None
    confidence: float
    page: int | None
    box: Box | None
    state: FieldState

    def to_json(self) -> dict[str, Any]:
        return {
            "value": self.value,
            "confidence": round(self.confidence, 4),
            "page": self.page,
            "box": self.box.to_json() if self.box else None,
            "state": self.state,
        }

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> "Field":
        box = Box.from_json(data["box"]) if data["box"] else None
        return cls(data["value"], data["confidence"], data["page"], box, data["state"])


@dataclass(frozen=True, slots=True)
class Paper:
    """One paper of a scan that holds several: pages from first to last, both counted."""

    first_page: int
    last_page: int
    kind: str
    reason: str
    confidence: float

    def to_json(self) -> dict[str, Any]:
        return {
            "first_page": self.first_page,
            "last_page": self.last_page,
            "kind": self.kind,
            "reason": self.reason,
            "confidence": round(self.confidence, 4),
        }

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> "Paper":
        return cls(data["first_page"], data["last_page"], data["kind"], data["reason"], data["confidence"])


#: Codes of notices that pages of the file, or what stood on them, may be missing.
_INCOMPLETE = frozenset({"broken-off", "page-unreadable", "picture-cut", "rebuilt", "xfa-form"})


@dataclass(frozen=True, slots=True)
class Recognition:
    """Everything read from one file."""

    pages: tuple[Page, ...]
    kind: Kind
    fields: Mapping[str, Field]
    papers: tuple[Paper, ...] = ()
    warnings: tuple[Notice, ...] = ()
    signatures: tuple[Mapping[str, Any], ...] = field(default=())

    @property
    def incomplete(self) -> bool:
        """Whether the file may have held more than could be read of it."""
        return any(warning.code in _INCOMPLETE for warning in self.warnings)

    def to_json(self) -> dict[str, Any]:
        return {
            "pages": [p.to_json() for p in self.pages],
            "kind": self.kind.to_json(),
            "fields": {name: value.to_json() for name, value in self.fields.items()},
            "signatures": [dict(s) for s in self.signatures],
            "papers": [p.to_json() for p in self.papers],
            "warnings": [w.to_json() for w in self.warnings],
        }

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> "Recognition":
        return cls(
            pages=tuple(Page.from_json(p) for p in data["pages"]),
            kind=Kind.from_json(data["kind"]),
            fields={name: Field.from_json(value) for name, value in data["fields"].items()},
            papers=tuple(Paper.from_json(p) for p in data["papers"]),
            warnings=tuple(Notice.from_json(w) for w in data["warnings"]),
            signatures=tuple(data["signatures"]),
        )

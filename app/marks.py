"""How a signature is to look and where its mark is to stand, as a person chose it (F1.2, F2.12, F2.13)."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any, Literal

from signing.marks.appearance import ReadingCode

#: `person` and `agency` are an official's; `copy` says in which form something is a copy.
MarkKind = Literal["none", "person", "agency", "copy"]


class SigningRole(StrEnum):
    """As what somebody signs; the words are part of the HTTP contract."""

    OFFICIAL = "official"
    DIGITISER = "digitiser"


@dataclass(frozen=True, slots=True)
class Place:
    """A page, counted from 1, and a place on it in millimetres from its top left corner as it is read: a
    corner (left, top) or a box (left, top, right, bottom) to stand in. Without one, the stated place."""

    page: int | None = None
    at: tuple[float, ...] | None = None


@dataclass(frozen=True, slots=True)
class MarkWish:
    """What all documents of one consent show. `kind` None leaves it to the service; `image`: the digest of
    the stored image; `elsewhere`: a page without room may give way to the next that has some."""

    kind: MarkKind | None = None
    form: str = ""
    image: str | None = None
    elsewhere: bool = True

    def to_json(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> "MarkWish":
        return cls(**data)


@dataclass(frozen=True, slots=True)
class DocumentMark:
    """What one document has of its own: where its mark stands, and what its reading code tells (F1.15)."""

    place: Place = Place()
    code: ReadingCode | None = None

    def to_json(self) -> dict[str, Any]:
        at = list(self.place.at) if self.place.at else None
        return {"page": self.place.page, "at": at, "code": asdict(self.code) if self.code else None}

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> "DocumentMark":
        at = tuple(map(float, data["at"])) if data["at"] else None
        return cls(Place(data["page"], at), ReadingCode(**data["code"]) if data["code"] else None)


#: What nobody chose: the service's own way, at the stated places.
NO_WISH, NOTHING_OF_ITS_OWN = MarkWish(), DocumentMark()

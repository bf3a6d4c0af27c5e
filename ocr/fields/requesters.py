"""Whose part of a declaration is whose: who asks, and whom the paper is about."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from ocr.fields.evidence import ABSENT
from ocr.fields.labels import Label, starts_with
from ocr.kinds.catalogue import FieldSpec, PaperKind
from ocr.language.writing import fold_letters
from ocr.recognition import Field
from ocr.structure.lines import Line

#: What a declaration asks for begins so, and behind it stands for whom.
_ASKS = (("de", "nghi"), ("kinh", "de", "nghi"), ("yeu", "cau"))
#: What every declaration ends with: signatures follow.
_ENDS = (
    ("toi", "cam", "doan"),
    ("toi", "xin", "cam", "doan"),
    ("chung", "toi", "cam", "doan"),
    ("lam", "tai"),
)
#: What somebody is to the person of the paper who is that person.
_ONESELF = "bản thân"
#: How the fields of who asks are called beside those of the person.
_OF_REQUESTER = "requester_"


@dataclass(frozen=True, slots=True)
class Asked:
    """The rows of a page about who asks, and those about the person, empty where nobody was named."""

    requester: range
    person: range


def asked(every: Sequence[Line], labels: Sequence[Label], kind: PaperKind) -> Asked | None:
    """The parts of a declaration by which one asks for another; None where it names nobody who asks, or only
    somebody who speaks of himself (`Tôi tên là`), and for other papers."""
    if not kind.asks:
        return None
    end = _first(every, _ENDS, 0)
    applicant, person, oneself = (
        [x.row for x in labels if x.row < end and x.letters in {*map(fold_letters, texts)}]
        for texts in (kind.asks["requester"], kind.asks["person"], kind.asks["oneself"])
    )
    start = applicant[0] if applicant else _another(every, oneself or person, person)
    if start is None and (oneself or not person or person[0] < _first(every, _ASKS, 0)):
        return None
    # Without a start somebody asks whose name was not read.
    request = _first(every, _ASKS, start or 0)
    behind = [row for row in person if row > (request if start is None or not applicant else start)]
    before = [row for row in person if start is not None and row < start]
    named = behind[0] if behind else before[0] if before else None
    if named is None:
        return Asked(range(start or 0, min(request, end)), range(0))
    others = [
        x.row for x in labels if x.row > named and x.letters in {*map(fold_letters, kind.asks["others"])}
    ]
    stops = [row for row in (*others, *applicant, _first(every, _ASKS, named + 1), end) if row > named]
    until = [row for row in (named, request, end) if start is not None and row > start]
    return Asked(range(start or 0, min(until, default=0)), range(named, min(stops)))


def rows_of(spec: FieldSpec, kind: PaperKind, parts: Asked | None) -> range | None:
    """The rows in which a field of who asks, or of the person, may stand; None where all may hold it."""
    if kind.asks and {*(spec.near or spec.labels)} == {*kind.asks["requester"]}:
        return parts.requester if parts else range(0)
    return parts.person if parts and spec.until else None


def of_oneself(found: Mapping[str, Field], kind: PaperKind) -> dict[str, Field]:
    """The fields of the person where who asks says to be that person, and the paper names nobody else."""
    relation = found[f"{_OF_REQUESTER}relation"].value if f"{_OF_REQUESTER}relation" in found else None
    if not kind.asks or (relation or "").casefold() != _ONESELF or "full_name" in found:
        return {}
    own = {n.removeprefix(_OF_REQUESTER): one for n, one in found.items() if n.startswith(_OF_REQUESTER)}
    own["full_name"] = own.get("name", ABSENT)
    return {name: one for name, one in own.items() if name in kind.fields and name not in found}


def _another(every: Sequence[Line], first: Sequence[int], person: Sequence[int]) -> int | None:
    """The row of who speaks first, where somebody is named behind what is asked for."""
    if not first:
        return None
    request = _first(every, _ASKS, first[0])
    return first[0] if any(row > request for row in person) else None


def _first(every: Sequence[Line], beginnings: Sequence[Sequence[str]], start: int) -> int:
    """The first row from `start` on that begins so, behind the last one where there is none."""
    rows = range(start, len(every))
    return next((row for row in rows if starts_with(every[row], beginnings)), len(every))

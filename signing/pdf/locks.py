"""What a signature says may be changed after it, read from its dictionary and field: whoever signed, and
whether the value can be read or not (DocMDP, FieldMDP; ISO 32000-1, 12.8.2.2 and 12.8.2.4; table 233)."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from pyhanko.pdf_utils.generic import ArrayObject, NameObject
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.fields import FieldMDPAction, FieldMDPSpec

from signing.pdf.document import items, resolved, value_of

UNSAID = 2  # the level of DocMDP where it names none (table 254)
LEVELS = (1, 2, 3)


@dataclass(frozen=True)
class Locks:
    """The fields that one signature locks. `stated`: it lists them itself, in a reference (FieldMDP); what
    only the lock of its field says binds too, but opens no other field."""

    stated: bool
    specs: tuple[FieldMDPSpec, ...]

    def hold(self, name: str) -> bool:
        """Is the field of this name locked?"""
        return any(spec.is_locked(name) for spec in self.specs)


def level(field: Any, value: Any) -> int | None:
    """The level of DocMDP in a signature or, where that has none, in the lock of its field; None where none
    is. Raises PARSE_ERRORS."""
    said = [value_of(params, "/P", UNSAID) for params in _parameters(value, "/DocMDP")]
    said = said or [found for found in [value_of(value_of(field, "/Lock", {}), "/P")] if found is not None]
    levels = [int(one) for one in said]
    if not set(levels) <= set(LEVELS):
        raise ValueError("a level that is none")
    return min(levels, default=None)


def locks(field: Any, value: Any) -> Locks:
    """What a signature and its field lock: all references count, and the lock that the field had from the
    start. Raises PARSE_ERRORS."""
    stated = [_spec(params) for params in _parameters(value, "/FieldMDP")]
    lock = value_of(field, "/Lock", {})
    own = [_spec(lock)] if "/Action" in lock else []
    return Locks(bool(stated), (*stated, *own))


def _spec(params: Any) -> FieldMDPSpec:
    """What these parameters or this lock say. Fields are listed by text strings (tables 233 and 256); pyHanko
    and EU DSS take one that is listed by a PDF name for no field of the document. Whoever lists it so to lock
    it means it, so it is locked; to leave it open takes a string."""
    spec = FieldMDPSpec.from_pdf_object(params)
    listed = [resolved(one) for one in items(params["/Fields"])] if spec.fields is not None else []
    if all(not isinstance(one, NameObject) for one in listed):
        return spec
    said = [str(one) for one in listed if not isinstance(one, NameObject)]
    if spec.action == FieldMDPAction.INCLUDE:
        said += [name for one in listed if isinstance(one, NameObject) for name in (str(one), str(one)[1:])]
    return FieldMDPSpec(spec.action, said)


def certified(reader: PdfFileReader) -> tuple[bool, int | None]:
    """Is a document certified by its permissions, and with which level? Raises PARSE_ERRORS."""
    value = value_of(value_of(reader.root, "/Perms", {}), "/DocMDP")
    return value is not None, level({}, value) if value is not None else None


def _parameters(value: Any, method: str) -> Iterator[Any]:
    for one in map(resolved, items(value_of(value, "/Reference", ArrayObject()))):
        if value_of(one, "/TransformMethod") == method:
            yield value_of(one, "/TransformParams", {})

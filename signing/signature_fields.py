"""The signature fields of a document that hold something, and what can be read of each.

None goes unmentioned: one whose value cannot be read has a report that says so, and does not hide the others.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, cast

from asn1crypto import cms
from pyhanko.pdf_utils.generic import ArrayObject, DictionaryObject, NullObject, Reference
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.validation.pdf_embedded import EmbeddedPdfSignature

from signing.document import MAXIMUM_NODES, Identity, identity, items, resolved, value_of
from signing.notes import note
from signing.parsing import PARSE_ERRORS
from signing.report import Indication, SignatureReport
from signing.signed_bytes import SignedRange, parse_range

Opened = tuple[str, EmbeddedPdfSignature]  # the name of the field, and its signature


class _Inline:
    """A signature dictionary that stands in its field. Where was it last changed? With the field."""

    def __init__(self, value: DictionaryObject) -> None:
        self._value = value

    @property
    def reference(self) -> Reference:
        return cast(Reference, self._value.container_ref)

    def get_object(self) -> DictionaryObject:
        return self._value


@dataclass(slots=True)
class Found:
    """The filled signature fields; reports on those whose value cannot be read at all; and what each of both
    says to cover."""

    opened: list[Opened] = field(default_factory=list)
    broken: list[SignatureReport] = field(default_factory=list)
    ranges: list[SignedRange] = field(default_factory=list)


def collect(reader: PdfFileReader, size: int) -> Found:
    """The signatures of a file of `size` bytes."""
    found = Found()
    try:
        for name, node in _filled(reader):
            found.ranges += _range(node, size)
            try:
                found.opened.append((name, _signature(reader, name, node)))
            except PARSE_ERRORS:
                found.broken.append(unreadable(name, "cms-unreadable", "TOTAL-FAILED"))
    except PARSE_ERRORS:
        found.broken.append(unreadable("?", "cannot-verify", "INDETERMINATE"))
    return found


def _range(node: DictionaryObject, size: int) -> list[SignedRange]:
    try:
        covered = parse_range([int(v) for v in node["/V"]["/ByteRange"]], size)
    except PARSE_ERRORS:
        return []
    return [covered] if covered is not None else []


def covered_end(signature: EmbeddedPdfSignature, size: int) -> int:
    """How far it covers a file of `size` bytes, which is what orders signatures in time; one that does not
    say so in the allowed shape comes last."""
    try:
        covered = parse_range([int(v) for v in signature.byte_range], size)
    except PARSE_ERRORS:
        covered = None
    return covered.end if covered is not None else size


def unreadable(name: str, code: str, indication: Indication) -> SignatureReport:
    """The report on a signature of which nothing can be said."""
    sub = "FORMAT_FAILURE" if indication == "TOTAL-FAILED" else "GENERIC"
    return SignatureReport(
        name, indication, sub, "unknown", None, intact=False, coverage="partial", reason=note(code)
    )


def _signature(reader: PdfFileReader, name: str, node: DictionaryObject) -> EmbeddedPdfSignature:
    """Raises PARSE_ERRORS."""
    value = node.raw_get("/V")
    if isinstance(value, DictionaryObject):
        node = DictionaryObject({key: node.raw_get(key) for key in node})  # type: ignore[no-untyped-call]
        dict.__setitem__(node, "/V", _Inline(value))
    embedded = EmbeddedPdfSignature(reader, node, name)
    # Read now what is read late otherwise, so that a fault shows here.
    _read(embedded.signer_info)
    embedded.sig_object_type, list(embedded.byte_range)
    return embedded


def _read(signer_info: cms.SignerInfo) -> None:
    """Raises PARSE_ERRORS. Not what is within the attributes: asn1crypto encodes anew what it has decoded,
    and that is slow."""
    signer_info["sid"].chosen.contents, signer_info["signature"].native
    for part in ("digest_algorithm", "signature_algorithm"):
        signer_info[part]["algorithm"].native  # noqa: B018
    for attributes in (signer_info["signed_attrs"], signer_info["unsigned_attrs"]):
        for attribute in attributes or ():
            attribute["type"].native, attribute["values"].contents


def _filled(reader: PdfFileReader) -> Iterator[tuple[str, DictionaryObject]]:
    """Every signature field with a value, a field without a name among them. Raises PARSE_ERRORS where the
    form itself cannot be read."""
    form = value_of(reader.root, "/AcroForm", {})
    seen: set[Identity] = set()
    pending = [(entry, "", None) for entry in reversed(_below(form, "/Fields", seen))]
    count = 0
    while pending:
        entry, above, kind = pending.pop()
        here, node = identity(entry), resolved(entry)
        count += 1
        if count + len(pending) > MAXIMUM_NODES:
            raise ValueError("the form has no end")
        if not isinstance(node, DictionaryObject):
            continue  # a reference to nothing
        if here is not None and here in seen:
            raise ValueError("the form is no tree")
        seen |= {here} if here is not None else set()
        name = ".".join(part for part in (above, str(value_of(node, "/T", ""))) if part)
        kind = value_of(node, "/FT", kind)
        if kind == "/Sig" and _has_value(node):
            yield name, node
        pending += [(kid, name, kind) for kid in reversed(_below(node, "/Kids", seen))]


def _below(node: Any, key: str, seen: set[Identity]) -> list[Any]:
    """The nodes in a list. Those that stand in it have no number of their own, so a list that was `seen` is
    what tells an endless way. Raises PARSE_ERRORS."""
    if key not in node:
        return []
    here = identity(node.raw_get(key))
    if here is not None and here in seen:
        raise ValueError("the form is no tree")
    seen |= {here} if here is not None else set()
    return items(value_of(node, key, ArrayObject()))


def _has_value(node: DictionaryObject) -> bool:
    """Also one that cannot be read: it is there."""
    if "/V" not in node:
        return False
    try:
        return not isinstance(node["/V"], NullObject)
    except PARSE_ERRORS:
        return True

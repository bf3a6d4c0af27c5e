"""The signature fields of a document that hold something, and what can be read of each.

None goes unmentioned: one whose value cannot be read has a report that says so, and does not hide the others.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, cast

from asn1crypto import cms
from pyhanko.pdf_utils.generic import (
    ArrayObject,
    ByteStringObject,
    DictionaryObject,
    NameObject,
    NullObject,
    Reference,
)
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.general import CMSExtractionError
from pyhanko.sign.validation.pdf_embedded import EmbeddedPdfSignature, extract_contents

from signing.cms import bare_values
from signing.pdf.document import MAXIMUM_NODES, Identity, identity, is_timestamp, items, resolved, value_of
from signing.pdf.parsing import PARSE_ERRORS
from signing.pdf.signed_bytes import SignedRange, parse_range
from signing.reports.notes import note
from signing.reports.report import Indication, SignatureReport

Opened = tuple[str, EmbeddedPdfSignature]  # the name of the field, and its signature


class Embedded(EmbeddedPdfSignature):
    """A signature or a document timestamp, whatever its type says."""

    @property
    def sig_object_type(self) -> NameObject:
        return NameObject("/DocTimeStamp" if is_timestamp(self.sig_object) else "/Sig")


class _Stand:
    """A signature dictionary in the place of a reference to it; with `reference` it was last changed."""

    def __init__(self, value: DictionaryObject, reference: Reference) -> None:
        self._value = value
        self.reference = reference

    def get_object(self) -> DictionaryObject:
        return self._value


@dataclass(slots=True)
class Found:
    """The filled signature fields; reports on those whose value cannot be read at all; and what each of both
    says to cover. Not `whole` where the form breaks off and may have more; then the last report says so."""

    opened: list[Opened] = field(default_factory=list)
    broken: list[SignatureReport] = field(default_factory=list)
    ranges: list[SignedRange] = field(default_factory=list)
    whole: bool = True


def collect(reader: PdfFileReader, size: int) -> Found:
    """The signatures of a file of `size` bytes."""
    found = Found()
    try:
        for name, node in filled(reader):
            found.ranges += _range(node, size)
            try:
                found.opened.append((name, _signature(reader, name, node)))
            except CMSExtractionError:
                found.broken.append(unreadable(name, "several-signers", "INDETERMINATE"))
            except PARSE_ERRORS:
                found.broken.append(unreadable(name, "cms-unreadable", "TOTAL-FAILED"))
    except PARSE_ERRORS:
        found.broken.append(unreadable("?", "cannot-verify", "INDETERMINATE"))
        found.whole = False
    return found


def _range(node: DictionaryObject, size: int) -> list[SignedRange]:
    try:
        covered = parse_range(_numbers(node["/V"]["/ByteRange"]), size)
    except PARSE_ERRORS:
        return []
    return [covered] if covered is not None else []


def _numbers(array: Any) -> list[int]:
    """Those of a range, which may be objects of their own. Raises PARSE_ERRORS."""
    return [int(resolved(value)) for value in items(resolved(array))]


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
    raw, value = node.raw_get("/V"), resolved(node.raw_get("/V"))
    if not isinstance(value, DictionaryObject):
        raise TypeError("a signature is a dictionary")
    bare = bare_values.is_bare(value)
    shaped = _copy(value, "/Contents", ByteStringObject(bare_values.as_cms(value))) if bare else value
    if bare or raw is value:  # a dictionary that stands in its field was last changed with the field
        where = cast(Reference, value.container_ref if raw is value else raw.reference)
        node = _copy(node, "/V", _Stand(shaped, where))
    embedded = Embedded(reader, node, name)
    embedded.byte_range = ArrayObject(_numbers(embedded.byte_range))
    if bare:
        embedded.sig_object, embedded.pkcs7_content = value, extract_contents(value)
    # Read now what is read late otherwise, so that a fault shows here.
    _read(embedded.signer_info)
    embedded.sig_object_type, list(embedded.byte_range)
    return embedded


def _copy(node: DictionaryObject, key: str, value: Any) -> DictionaryObject:
    """The dictionary with one entry in the place of another; nothing in it is read."""
    copy = DictionaryObject(dict(dict.items(node)))  # type: ignore[no-untyped-call]
    copy.container_ref = node.container_ref
    dict.__setitem__(copy, key, value)
    return copy


def _read(signer_info: cms.SignerInfo) -> None:
    """Raises PARSE_ERRORS. Not what is within the attributes: asn1crypto encodes anew what it has decoded,
    and that is slow."""
    signer_info["sid"].chosen.contents, signer_info["signature"].native
    for part in ("digest_algorithm", "signature_algorithm"):
        signer_info[part]["algorithm"].native  # noqa: B018
    for attributes in (signer_info["signed_attrs"], signer_info["unsigned_attrs"]):
        for attribute in attributes or ():
            attribute["type"].native, attribute["values"].contents


def filled(reader: PdfFileReader) -> Iterator[tuple[str, DictionaryObject]]:
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

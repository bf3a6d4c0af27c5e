"""Signatures that stand in the bytes of a file though the document does not show them, or cannot be read."""

import hashlib
import io
import mmap
import re
from collections.abc import Collection, Iterable, Iterator
from itertools import islice
from typing import Any

from asn1crypto import cms
from pyhanko.pdf_utils.reader import PdfFileReader

from signing.cms import signed_data
from signing.cms.signature_values import digest_value
from signing.pdf.parsing import PARSE_ERRORS, Unreadable, open_pdf
from signing.pdf.signed_bytes import SignedRange, blank_after, values, written
from signing.pki import certificates
from signing.reports.notes import note
from signing.reports.report import SignatureReport
from signing.steps import usage_rights

OPEN = ("locked", "structure-unreadable")  # nothing is known to be wrong
BLOCK = 1 << 20
MAXIMUM_HASHED = 1 << 31  # bytes, for signatures that no range in plain bytes leads to
MAXIMUM_ENDS = 5_000
SHA1_BYTES = 20
AT_AN_END = 2_000  # bytes that could be hashed in the time that the digest at one end takes
END = re.compile(rb"(%%EOF)(?:\r\n|\r|\n)?")


def removed(
    data: mmap.mmap,
    ranges: Iterable[SignedRange | None],
    reader: PdfFileReader | None = None,
    *,
    form_read: bool = True,
) -> Iterator[SignatureReport]:
    """Signatures of an earlier version that the present document does not have any more; and those whose
    value was wrecked besides, so that nobody can tell whose they were. `ranges`: what the signatures cover
    that have a report already. What gives rights to a program, as the `reader` finds, was no signature of the
    document. Where the form could not be read to its end (`form_read`), nobody knows what it shows."""
    known = {covered for covered in ranges if covered is not None}
    standing = written(data)
    if reader is not None:
        known |= usage_rights.among(data, reader, {one.covered for one in standing} - known)
    for found in standing:
        if found.covered not in known:
            code = "signature-wrecked"
            if found.value is not None:
                code = "signature-removed" if form_read else _unseen(found.covered, found.value, data)
            yield _report(found.covered, found.value or b"", data, code)
            known.add(found.covered)
    for covered, value in _rangeless(data, {(one.first_end, one.second_start) for one in known}):
        if reader is None or not usage_rights.among(data, reader, {covered}):
            code = "signature-removed" if form_read else _unseen(covered, value, data)
            yield _report(covered, value, data, code)


def _rangeless(data: mmap.mmap, known: Collection[tuple[int, int]]) -> Iterator[tuple[SignedRange, bytes]]:
    """Values of signatures that cover a version of this document by their digest, whatever way their range is
    written: in another object, say, or in a packed one. `known`: the gaps in which the value is known."""
    left, cost = MAXIMUM_HASHED, 0
    for start, end, value in values(data):
        if (start, end) in known:
            continue
        cost = cost or len(data) + AT_AN_END * sum(1 for _ in _ends(data, 0))
        left -= cost
        if left < 0:
            return
        covered = _covered_by(value, start, end, data)
        if covered is not None:
            yield covered, value


def _covered_by(value: bytes, start: int, end: int, data: mmap.mmap) -> SignedRange | None:
    """The version whose bytes but for those from `start` to `end` have the digest in the signature."""
    signed = _digest_of(value)
    if signed is None:
        return None
    expected, running = signed
    _update(running, data, 0, start)
    position = end
    for stop in _ends(data, end):
        _update(running, data, position, stop)
        position = stop
        if digest_value(running.copy()) == expected:
            return SignedRange(start, end, stop)
    return None


def _ends(data: mmap.mmap, start: int) -> Iterator[int]:
    """Where a version may end that goes beyond `start`: after an end of file mark and its end of line."""
    for match in islice(END.finditer(data, start), MAXIMUM_ENDS):
        yield match.end(1)
        if match.end() > match.end(1):
            yield match.end()
    yield len(data)


def unparsed(data: mmap.mmap, problem: str) -> list[SignatureReport]:
    """The signatures of a file whose structure no parser can read. What follows the last signed byte cannot
    be analysed, and even a signature over the whole file says nothing certain about what viewers show."""
    found = [(one.covered, one.value) for one in written(data) if one.value is not None]
    found += _rangeless(data, {(covered.first_end, covered.second_start) for covered, _ in found})
    if not found:
        return []
    last, _ = max(found, key=lambda pair: pair[0].end)
    covers_all = last.end == len(data)
    locked = problem == "encrypted"  # one of the notes
    open_ended = "locked" if locked else "structure-unreadable"

    def why(covered: SignedRange, value: bytes) -> str:
        whole = covers_all or (locked and _was_locked(data[: covered.end]))
        return _unseen(covered, value, data, open_ended, whole=whole)

    return [_report(covered, value, data, why(covered, value)) for covered, value in found]


def _unseen(
    covered: SignedRange,
    value: bytes,
    data: mmap.mmap,
    open_ended: str = "structure-unreadable",
    *,
    whole: bool | None = None,
) -> str:
    """What is to be said of a signature where it is not known what the document shows. `whole`: nothing was
    added that could not be read."""
    matches = _matches(covered, value, data)
    if whole is None:
        whole = blank_after(data, covered.end)
    undecided = matches is None or (matches and whole)
    return open_ended if undecided else "change-unreadable" if matches else "hash-failure"


def _was_locked(version: bytes) -> bool:
    """Did it open only by a password already when it was signed?"""
    try:
        open_pdf(io.BytesIO(version))
    except Unreadable as error:
        return error.code == "encrypted"
    return False


def _matches(covered: SignedRange, value: bytes, data: mmap.mmap) -> bool | None:
    """Does the digest in the signature agree with the bytes? None where that cannot be told."""
    signed = _digest_of(value)
    if signed is None:
        return None
    expected, digest = signed
    _update(digest, data, 0, covered.first_end)
    _update(digest, data, covered.second_start, covered.end)
    return bool(digest_value(digest) == expected)


def _digest_of(value: bytes) -> tuple[bytes, Any] | None:
    """The digest of the document that a signature or timestamp has, and one to be made by its algorithm."""
    try:
        signed = cms.ContentInfo.load(value)["content"]
        held = signed["encap_content_info"]["content"].native
        within = isinstance(held, bytes) and len(held) == SHA1_BYTES  # the SubFilter is not at hand
        bound = signed_data.bound(signed, within=within)
        return None if bound is None else (bound[0], hashlib.new(bound[1], usedforsecurity=False))
    except PARSE_ERRORS:
        return None


def _update(digest: Any, data: mmap.mmap, start: int, end: int) -> None:
    for position in range(start, end, BLOCK):
        digest.update(data[position : min(position + BLOCK, end)])


def _report(covered: SignedRange, value: bytes, data: mmap.mmap, code: str) -> SignatureReport:
    try:
        signed = cms.ContentInfo.load(value)["content"]
        issued = signed["signer_infos"][0]["sid"].chosen["serial_number"].native
        certificate = {c.chosen.serial_number: c.chosen for c in signed["certificates"]}[issued]
        described, holder = certificates.describe(certificate), certificates.holder(certificate)
    except PARSE_ERRORS:
        described, holder = None, None
    matches = bool(_matches(covered, value, data))
    certain = code not in OPEN
    return SignatureReport(
        field="",
        indication="TOTAL-FAILED" if certain else "INDETERMINATE",
        sub_indication=("FORMAT_FAILURE" if matches else "HASH_FAILURE") if certain else "GENERIC",
        level="unknown",
        subfilter=None,
        intact=matches,
        coverage="revision" if matches else "partial",
        signer=holder,
        certificate=described,
        reason=note(code),
        changes_after=(note(code),) if matches and certain else (),
    )

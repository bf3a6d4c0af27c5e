"""Signatures that stand in the bytes of a file though the document does not show them, or cannot be read."""

import hashlib
import io
import mmap
from collections.abc import Iterable, Iterator

from asn1crypto import cms
from pyhanko.sign.general import find_unique_cms_attribute

from signing import certificates
from signing.notes import note
from signing.parsing import PARSE_ERRORS, Unreadable, open_pdf
from signing.report import SignatureReport
from signing.signed_bytes import SignedRange, written

OPEN = ("locked", "structure-unreadable")  # nothing is known to be wrong
BLOCK = 1 << 20


def removed(data: mmap.mmap, ranges: Iterable[SignedRange | None]) -> Iterator[SignatureReport]:
    """Signatures of an earlier version that the present document does not have any more; and those whose
    value was wrecked besides, so that nobody can tell whose they were. `ranges`: what the signatures cover
    that have a report already."""
    known = set(ranges)
    for found in written(data):
        if found.covered not in known:
            code = "signature-wrecked" if found.value is None else "signature-removed"
            yield _report(found.covered, found.value or b"", data, code)


def unparsed(data: mmap.mmap, problem: str) -> list[SignatureReport]:
    """The signatures of a file whose structure no parser can read. What follows the last signed byte cannot
    be analysed, and even a signature over the whole file says nothing certain about what viewers show."""
    found = [(one.covered, one.value) for one in written(data) if one.value is not None]
    if not found:
        return []
    last, _ = max(found, key=lambda pair: pair[0].end)
    covers_all = last.end == len(data)
    locked = problem == "encrypted"  # one of the notes
    open_ended = "locked" if locked else "structure-unreadable"

    def why(covered: SignedRange, value: bytes) -> str:
        matches = _matches(covered, value, data)
        unseen = covers_all or (locked and _was_locked(data[: covered.end]))
        undecided = matches is None or (matches and unseen)
        return open_ended if undecided else "change-unreadable" if matches else "hash-failure"

    return [_report(covered, value, data, why(covered, value)) for covered, value in found]


def _was_locked(version: bytes) -> bool:
    """Did it open only by a password already when it was signed?"""
    try:
        open_pdf(io.BytesIO(version))
    except Unreadable as error:
        return error.code == "encrypted"
    return False


def _matches(covered: SignedRange, value: bytes, data: mmap.mmap) -> bool | None:
    """Does the digest in the signature agree with the bytes? None where that cannot be told."""
    try:
        signer_info = cms.ContentInfo.load(value)["content"]["signer_infos"][0]
        expected = find_unique_cms_attribute(signer_info["signed_attrs"], "message_digest").native
        digest = hashlib.new(signer_info["digest_algorithm"]["algorithm"].native)
    except PARSE_ERRORS:
        return None
    for start, end in ((0, covered.first_end), (covered.second_start, covered.end)):
        for position in range(start, end, BLOCK):
            digest.update(data[position : min(position + BLOCK, end)])
    return bool(digest.digest() == expected)


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

"""Is this one of ours, and is it sound? The register of records beside the signing report."""

import hashlib
import re
from collections.abc import Collection, Iterator
from datetime import datetime
from itertools import islice, pairwise
from mmap import ACCESS_READ, mmap
from pathlib import Path
from typing import Any

from app import register
from app.ports import Services
from app.wording import with_standing

#: Ends of versions that are looked for from the start of a file, where no later addition moves them, and
#: after each signature: evidence and archive timestamps that followed it. Each signature and each timestamp
#: adds one or two; who writes the mark into his own update makes no more work than this.
MOST_ENDS = 5000
MOST_AFTER_A_SIGNATURE = 100
#: An end-of-file mark, and what a writer may put after it before the next version (ISO 32000-1, 7.5.5).
_END = re.compile(rb"%%EOF(\r?\n?)")


def verify(services: Services, source: Path, at: datetime | None = None) -> dict[str, Any]:
    """The verification report of the contract. `document.registered` is what the register knows of exactly
    this file; `document.extends` what it knows of a signed file of ours that something was added to: an added
    timestamp must not hide that a document was revoked. The summary says so where one was."""
    report = services.verifier.verify(source, at)
    lengths = {one["signed_length"] for one in report["signatures"]} - {None}
    *earlier, digest = version_digests(source, lengths)
    registered = register.registered(services, digest)
    extends = None if registered else register.extended(services, earlier)
    known = registered or extends
    summary = with_standing(report["summary"], known["standing"]) if known else report["summary"]
    document = {**report["document"], "registered": registered, "extends": extends}
    return {**report, "summary": summary, "document": document}


def version_digests(source: Path, signed_lengths: Collection[int] = ()) -> list[str]:
    """The SHA-256 of the file from its start to the end of each version, and of all of it, last.
    `signed_lengths`: the bytes that its signatures cover. Else nothing is understood here of what a stranger
    sent: every end-of-file mark may end a version, up to MOST_ENDS and, after each signature,
    MOST_AFTER_A_SIGNATURE of them."""
    if source.stat().st_size == 0:
        return [hashlib.sha256().hexdigest()]
    with source.open("rb") as opened, mmap(opened.fileno(), 0, access=ACCESS_READ) as data:
        ends = {*_ends(data, 0, MOST_ENDS), *signed_lengths}
        for length in signed_lengths:
            ends |= {*_ends(data, length, MOST_AFTER_A_SIGNATURE)}
        whole, found = hashlib.sha256(), []
        with memoryview(data) as view:
            for begin, end in pairwise([0, *sorted(one for one in ends if 0 < one < len(data)), len(data)]):
                whole.update(view[begin:end])
                found.append(whole.hexdigest())
        return found


def _ends(data: mmap, start: int, most: int) -> Iterator[int]:
    """Where versions may end, after the first so many marks: at once, and after each byte of a line end."""
    for mark in islice(_END.finditer(data, start), most):
        yield from range(mark.start(1), mark.end(1) + 1)

"""Is this one of ours, and is it sound? The register of records beside the signing report."""

import hashlib
from datetime import datetime
from itertools import pairwise
from mmap import ACCESS_READ, mmap
from pathlib import Path
from typing import Any

from app import register
from app.ports import Services
from app.wording import with_standing

#: Versions of a file that are looked for in the register: each signature and each timestamp adds one.
MOST_VERSIONS = 200
_END = b"%%EOF"
_BLOCK = 1024 * 1024
#: What a writer may put after the end of a version before the next one begins (ISO 32000-1, 7.5.5).
_LINE_ENDS = (b"", b"\r", b"\n", b"\r\n")


def verify(services: Services, source: Path, at: datetime | None = None) -> dict[str, Any]:
    """The verification report of the contract. `document.registered` is what the register knows of exactly
    this file; `document.extends` what it knows of a signed file of ours that something was added to: an added
    timestamp must not hide that a document was revoked. The summary says so where one was."""
    report = services.verifier.verify(source, at)
    *earlier, digest = version_digests(source)
    registered = register.registered(services, digest)
    extends = None if registered else register.extended(services, earlier)
    known = registered or extends
    summary = with_standing(report["summary"], known["standing"]) if known else report["summary"]
    document = {**report["document"], "registered": registered, "extends": extends}
    return {**report, "summary": summary, "document": document}


def version_digests(source: Path) -> list[str]:
    """The SHA-256 of the file from its start to the end of each of its last versions, and of all of it, last.
    Nothing is understood here of what a stranger sent: every end-of-file mark may end a version."""
    if source.stat().st_size == 0:
        return [hashlib.sha256().hexdigest()]
    with source.open("rb") as opened, mmap(opened.fileno(), 0, access=ACCESS_READ) as data:
        whole, found = hashlib.sha256(), []
        with memoryview(data) as view:
            for begin, end in pairwise([0, *_ends(data), len(data)]):
                whole.update(view[begin:end])
                found.append(whole.hexdigest())
        return found


def _ends(data: mmap) -> list[int]:
    """Where versions may end, the last ones, in order; looked for from the end, block by block."""
    found: set[int] = set()
    marks, stop = 0, len(data)
    while stop > 0 and marks < MOST_VERSIONS:
        start = max(0, stop - _BLOCK)
        block = data[start : stop + len(_END) - 1]
        place = len(block)
        while marks < MOST_VERSIONS and (place := block.rfind(_END, 0, place)) >= 0:
            marks += 1
            after = start + place + len(_END)
            found |= {after + len(line) for line in _LINE_ENDS if data[after : after + len(line)] == line}
        stop = start
    return sorted(end for end in found if end < len(data))

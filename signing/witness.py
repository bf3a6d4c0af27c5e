"""What is to be signed, taken from the bytes themselves: for who holds a key and does not believe the process
that looked into the document. No byte of the document is parsed here."""

import hashlib
from pathlib import Path

from signing import cades, refusals
from signing.identity import Identity
from signing.pdf.signed_bytes import BLOCK, SignedRange
from signing.prepared import Prepared


def to_be_signed(source: Path, draft: Path, prepared: Prepared, identity: Identity) -> bytes:
    """What the key of `identity` is to sign for the whole of `draft`, once it is known that the draft begins
    with the bytes of `source`, and all of it is covered but the room for the value. Raises SigningRefused
    where what was prepared is something else."""
    covered = prepared.covered
    known = source.stat().st_size
    if prepared.before != known or not known <= covered.first_end < covered.second_start <= covered.end:
        raise refusals.draft_changed()
    if draft.stat().st_size != covered.end or not begins(draft, source):
        raise refusals.draft_changed()
    digest = _digest(draft, covered, identity.mechanism.digest)
    attributes = cades.signed_attributes(digest, identity)
    if attributes != prepared.to_be_signed or digest != prepared.document_digest:
        raise refusals.draft_changed()
    return attributes


def check_covered(target: Path, prepared: Prepared) -> None:
    """The signed document holds the very bytes that were signed. Raises SigningRefused."""
    if target.stat().st_size < prepared.covered.end:
        raise refusals.draft_changed()
    if _digest(target, prepared.covered, prepared.mechanism.digest) != prepared.document_digest:
        raise refusals.draft_changed()


def begins(whole: Path, source: Path) -> bool:
    """Is `whole` the bytes of `source`, and perhaps more?"""
    with whole.open("rb") as theirs, source.open("rb") as ours:
        while block := ours.read(BLOCK):
            if theirs.read(len(block)) != block:
                return False
    return True


def _digest(path: Path, covered: SignedRange, algorithm: str) -> bytes:
    hashed = hashlib.new(algorithm)
    with path.open("rb") as stream:
        for start, end in ((0, covered.first_end), (covered.second_start, covered.end)):
            stream.seek(start)
            left = end - start
            while left > 0 and (block := stream.read(min(left, BLOCK))):
                hashed.update(block)
                left -= len(block)
    return hashed.digest()

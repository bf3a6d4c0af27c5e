"""Which bytes of a file a signature covers, and signatures that the document no longer shows."""

import hashlib
import mmap
import re
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any

from asn1crypto import cms
from asn1crypto import parser as asn1_parser

from signing.cms.signature_values import digest_value

_SPACE = rb"\x00\t\n\x0c\r "
# A comment counts as white space (ISO 32000-1, 7.2.3): a few short ones, or the search may have no end.
_BETWEEN = rb"[%s]*(?:%%[^\r\n]{0,40}[\r\n][%s]*){0,3}" % (_SPACE, _SPACE)
_FIGURES = rb"(\d{1,12})(?=[%s%%\]])" % _SPACE + _BETWEEN
#: Any character of a name may be written by its number (7.3.5).
_NAME = b"".join(b"(?:%c|#%x[%x%X])" % (c, c >> 4, c & 15, c & 15) for c in b"ByteRange")
BYTE_RANGE = re.compile(rb"/" + _NAME + _BETWEEN + rb"\[" + _BETWEEN + _FIGURES * 4 + rb"\]")
HEX_STRING = re.compile(rb"<[0-9A-Fa-f\s]*>")
PDF_SPACE = b"\x00\t\n\x0c\r "
INK = re.compile(rb"[^\x00\t\n\x0c\r ]")
#: How a CMS object begins that is written in hexadecimal digits: a SEQUENCE of more than 127 bytes.
VALUE = re.compile(rb"<[%s]*3[%s]*0[%s]*8[0-9A-Fa-f%s]{200}" % ((_SPACE,) * 4))
SIGNED_DATA = bytes.fromhex("06092a864886f70d010702")  # its type (RFC 5652, 5.1), as in every such object
#: Where a string of them ends, or is none.
NO_DIGIT = re.compile(rb"[^0-9A-Fa-f\s\x00]")
MAXIMUM_MARKS = 1000  # of /ByteRange; the most signatures seen on one real document is 5
MAXIMUM_STRINGS = 20_000  # that begin as a value does
BLOCK = 1 << 20
LEAST_VALUE, MAXIMUM_VALUE = (
    200,
    64 * BLOCK,
)  # characters; the smallest CMS object with a certificate has 1,000


@dataclass(frozen=True, slots=True)
class SignedRange:
    """The first and the second stretch of a signed file: [0, first_end) and [second_start, end)."""

    first_end: int
    second_start: int
    end: int


def parse_range(values: Sequence[int], size: int) -> SignedRange | None:
    """The range, where it is of the one shape that covers a document from its start, and lies within the
    `size` bytes of the file; else None."""
    if len(values) != 4 or any(not isinstance(v, int) for v in values):
        return None
    start, first, second, rest = (int(v) for v in values)
    if start != 0 or first <= 0 or rest < 0 or second < first + 2 or second + rest > size:
        return None
    return SignedRange(first, second, second + rest)


def missing(values: Sequence[int], size: int) -> int:
    """How many bytes the file has less than a range that is sound beside that; 0 where it is not so."""
    whole = parse_range(values, sys.maxsize)
    return max(0, whole.end - size) if whole is not None else 0


def gap(data: mmap.mmap | bytes, covered: SignedRange) -> bytes | None:
    """The signature value that stands in the gap, or None where anything else stands there too."""
    if covered.second_start - covered.first_end > MAXIMUM_VALUE:
        return None
    hole = data[covered.first_end : covered.second_start]
    if not HEX_STRING.fullmatch(hole):
        return None
    digits = b"".join(hole[1:-1].split())
    return bytes.fromhex((digits + b"0" * (len(digits) % 2)).decode())


def only_padded(value: bytes) -> bool:
    """Nothing but one byte again and again after the CMS object, zero as a rule: what stands in the gap is
    signed by nobody."""
    behind = value[asn1_parser.peek(value) :]
    return not any(behind) or (len(behind) > 1 and len(set(behind)) == 1)


def holds_another(value: bytes) -> bool:
    """May a second CMS object stand behind the first one, which some program could take for the signature?"""
    return SIGNED_DATA in value[asn1_parser.peek(value) :]


def trails(data: mmap.mmap | bytes) -> int | None:
    """Where foreign bytes begin after the last end of file mark; None where there are none."""
    mark = data.rfind(b"%%EOF")
    if mark < 0:
        return None
    position = mark + len(b"%%EOF")
    tail = data[position:]
    stripped = tail.lstrip(PDF_SPACE)
    return None if not stripped else position + len(tail) - len(stripped)


@dataclass(frozen=True, slots=True)
class Written:
    """A signed range that stands in the raw bytes, reachable or not, and what it leaves out: a CMS object, or
    None where what stands in the place of one is none."""

    covered: SignedRange
    value: bytes | None


def written(data: mmap.mmap | bytes) -> list[Written]:
    """Every signed range in the raw bytes that leaves out a CMS object, or what looks like a damaged one."""
    found = []
    for covered in _written_ranges(data):
        value = gap(data, covered)
        if value and is_cms(value):
            found.append(Written(covered, value))
        elif _is_damaged(data, covered):
            found.append(Written(covered, None))
    return found


def values(data: mmap.mmap | bytes) -> Iterator[tuple[int, int, bytes]]:
    """Where a CMS object stands in hexadecimal digits, from bracket to bracket, and the object."""
    for match in islice(VALUE.finditer(data), MAXIMUM_STRINGS):
        last = NO_DIGIT.search(data, match.end(), match.start() + MAXIMUM_VALUE)
        if last is None or last[0] != b">":
            continue
        end = last.end()
        value = gap(data, SignedRange(match.start(), end, end))
        if value and is_cms(value):
            yield match.start(), end, value


def _is_damaged(data: mmap.mmap | bytes, covered: SignedRange) -> bool:
    """Does it look like what a signature value is written in, some of it damaged?"""
    if not LEAST_VALUE <= covered.second_start - covered.first_end <= MAXIMUM_VALUE:
        return False
    hole = data[covered.first_end : covered.second_start]
    foreign = hole[1:-1].translate(None, b"0123456789ABCDEFabcdef \r\n")
    return hole[:1] + hole[-1:] == b"<>" and 10 * len(foreign) < len(hole)


def _written_ranges(data: mmap.mmap | bytes) -> Iterator[SignedRange]:
    seen: set[SignedRange] = set()
    for match in islice(BYTE_RANGE.finditer(data), MAXIMUM_MARKS):
        covered = parse_range([int(v) for v in match.groups()], sys.maxsize)  # also of a file cut short
        if covered is not None and covered.second_start <= len(data) and covered not in seen:
            seen.add(covered)
            yield covered


class Digests:
    """Digests of one file and of what its signatures cover. Each byte is read about once however many
    signatures there are: they share the digest of what they all begin with."""

    def __init__(self, data: mmap.mmap | bytes) -> None:
        self._data = data
        self._begun: dict[str, list[tuple[int, Any]]] = {}  # by algorithm: digests up to a place

    def whole(self) -> str:
        """SHA-256 of the file, in hex."""
        return str(self._up_to("sha256", len(self._data)).hexdigest())

    def covered(self, algorithm: str, covered: SignedRange) -> bytes:
        """Raises ValueError where the algorithm is not known."""
        digest = self._up_to(algorithm, covered.first_end).copy()
        self._update(digest, covered.second_start, covered.end)
        return digest_value(digest)

    def _up_to(self, algorithm: str, position: int) -> Any:
        begun = self._begun.setdefault(algorithm, [(0, hashlib.new(algorithm, usedforsecurity=False))])
        start, digest = max((b for b in begun if b[0] <= position), key=lambda b: b[0])
        if start < position:
            digest = digest.copy()
            self._update(digest, start, position)
            begun.append((position, digest))
        return digest

    def _update(self, digest: Any, start: int, end: int) -> None:
        with memoryview(self._data) as view, view[start:end] as part:
            digest.update(part)


def blank_after(data: mmap.mmap | bytes, position: int) -> bool:
    """Does nothing but white space follow?"""
    return INK.search(data, position) is None


def is_cms(value: bytes) -> bool:
    try:
        return bool(cms.ContentInfo.load(value)["content_type"].native == "signed_data")
    except (ValueError, TypeError, KeyError):
        return False


def sha256_of(path: Path) -> str:
    digest = hashlib.sha256()
    with path.open("rb") as stream:
        while block := stream.read(BLOCK):
            digest.update(block)
    return digest.hexdigest()

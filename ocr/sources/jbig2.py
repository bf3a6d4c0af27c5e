"""Tells JBIG2 pictures coded by symbols (ISO/IEC 14492, 7.2 and 7.3), which may show a wrong letter.

Such a coder draws every letter that looks alike from one copy. Scanners have put an 8 where a 6 was.
"""

import struct

SYMBOLS = frozenset({0, 4, 6, 7})  # symbol dictionary; text regions, intermediate and immediate
MOST_SEGMENTS = 10_000
UNKNOWN_LENGTH = 0xFFFFFFFF


def by_symbols(data: bytes) -> bool:
    """Whether a stream, as a PDF embeds it, has a segment that puts letters in from a dictionary."""
    at = 0
    for _ in range(MOST_SEGMENTS):
        try:
            kind, after = _header(data, at)
        except (struct.error, IndexError):
            return False
        if kind in SYMBOLS:
            return True
        if after is None:
            return False
        at = after
    return False


def _header(data: bytes, at: int) -> tuple[int, int | None]:
    """Type of the segment at `at`, and where the next one begins; None where that is not stated."""
    number, flags = struct.unpack_from(">IB", data, at)
    at += 5
    count = data[at] >> 5
    if count == 7:
        count = struct.unpack_from(">I", data, at)[0] & 0x1FFFFFFF
        at += 4 + (count + 8) // 8
    else:
        at += 1
    at += count * (1 if number <= 256 else 2 if number <= 65_536 else 4)
    at += 4 if flags & 0x40 else 1
    (length,) = struct.unpack_from(">I", data, at)
    return flags & 0x3F, None if length == UNKNOWN_LENGTH else at + 4 + length

"""The wire format of protocol buffers, as far as it takes to change a few fields of a message.

https://protobuf.dev/programming-guides/encoding/
"""

from collections import defaultdict
from collections.abc import Iterator

VARINT, BYTES = 0, 2
_FIXED = defaultdict(lambda: 1 << 62, {1: 8, 5: 4})  # bytes a value; of an unknown kind, too many


def fields(message: memoryview) -> Iterator[tuple[int, int | memoryview, memoryview]]:
    """Of each field, in order: its number, its value (a number, or bytes as they stand) and the whole of it.

    Raises ValueError where the message is damaged.
    """
    at = 0
    while at < len(message):
        start = at
        key, at = _varint(message, at)
        if key & 7 == VARINT:
            value, at = _varint(message, at)
            yield key >> 3, value, message[start:at]
            continue
        size, at = _varint(message, at) if key & 7 == BYTES else (_FIXED[key & 7], at)
        if at + size > len(message):
            raise ValueError("the message is cut off")
        yield key >> 3, message[at : at + size], message[start : at + size]
        at += size


def number_field(field: int, value: int) -> bytes:
    """A field that holds a number."""
    return _key(field, VARINT) + _as_varint(value)


def bytes_field(field: int, value: bytes | memoryview) -> bytes:
    """A field that holds bytes, text or a message."""
    return b"".join((_key(field, BYTES), _as_varint(len(value)), value))


def _key(field: int, kind: int) -> bytes:
    return _as_varint(field << 3 | kind)


def _varint(message: memoryview, at: int) -> tuple[int, int]:
    value = shift = 0
    while True:
        if at >= len(message) or shift > 63:
            raise ValueError("the message is cut off")
        byte = message[at]
        at += 1
        value |= (byte & 0x7F) << shift
        shift += 7
        if byte < 0x80:
            return value, at


def _as_varint(value: int) -> bytes:
    parts = bytearray()
    while value > 0x7F:
        parts.append(value & 0x7F | 0x80)
        value >>= 7
    parts.append(value)
    return bytes(parts)

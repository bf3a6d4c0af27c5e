"""The file of derived language counts: named arrays behind one header, mapped into memory as they are."""

import json
import mmap
from pathlib import Path
from typing import Any, Final

import numpy as np

MAGIC: Final = b"VNLM0001"
_ALIGN = 8


class LanguageFileError(Exception):
    """The file of language counts is missing or damaged."""


def pack(header: dict[str, Any], arrays: dict[str, np.ndarray[Any, Any]]) -> bytes:
    """The bytes of a file; equal input gives equal bytes. Arrays are stored little-endian."""
    places: dict[str, list[Any]] = {}
    body = bytearray()
    for name, array in arrays.items():
        body += b"\0" * (-len(body) % _ALIGN)
        stored = np.ascontiguousarray(array, dtype=array.dtype.newbyteorder("<"))
        places[name] = [stored.dtype.str, len(body), list(stored.shape)]
        body += stored.tobytes()
    text = json.dumps({**header, "arrays": places}, ensure_ascii=False, sort_keys=True).encode()
    text += b" " * (-(len(MAGIC) + 8 + len(text)) % _ALIGN)
    return MAGIC + len(text).to_bytes(8, "little") + text + bytes(body)


def load(path: Path) -> tuple[dict[str, Any], dict[str, np.ndarray[Any, Any]]]:
    """Header and read-only arrays of a file, mapped, not copied. Raises LanguageFileError."""
    try:
        with path.open("rb") as file:
            data = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
        if data[: len(MAGIC)] != MAGIC:
            raise LanguageFileError(f"{path} is not a file of language counts")
        start = len(MAGIC) + 8
        size = int.from_bytes(data[len(MAGIC) : start], "little")
        header = json.loads(data[start : start + size])
        arrays = {
            name: np.frombuffer(data, dtype, int(np.prod(shape)), start + size + offset).reshape(shape)
            for name, (dtype, offset, shape) in header.pop("arrays").items()
        }
    except (OSError, ValueError, KeyError) as problem:
        raise LanguageFileError(f"{path}: {problem}") from problem
    return header, arrays

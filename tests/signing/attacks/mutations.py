"""Random and structural damage to a file, the same for the same random numbers."""

import random
import re
from collections.abc import Callable

OBJECT = re.compile(rb"\d+ 0 obj.*?endobj", re.DOTALL)
NUMBER = re.compile(rb"\d{1,100}")  # Python makes no numbers of more than 4,300 digits
NAME = re.compile(rb"/[A-Za-z]{2,}")
NAMES = (b"/Null", b"/Contents", b"/ByteRange", b"/Kids", b"/Annots", b"/Sig", b"/Prev", b"/Type")


def flip(data: bytes, dice: random.Random) -> bytes:
    changed = bytearray(data)
    for _ in range(dice.randint(1, 4)):
        changed[dice.randrange(len(changed))] ^= dice.randint(1, 255)
    return bytes(changed)


def cut(data: bytes, dice: random.Random) -> bytes:
    start = dice.randrange(len(data))
    return data[:start] + data[start + dice.randint(1, 400) :]


def truncate(data: bytes, dice: random.Random) -> bytes:
    return data[: dice.randrange(len(data))]


def insert(data: bytes, dice: random.Random) -> bytes:
    start = dice.randrange(len(data))
    return data[:start] + dice.randbytes(dice.randint(1, 60)) + data[start:]


def repeat(data: bytes, dice: random.Random) -> bytes:
    """A part of the file a second time, elsewhere."""
    start, place = dice.randrange(len(data)), dice.randrange(len(data) + 1)
    return data[:place] + data[start : start + dice.randint(10, 4000)] + data[place:]


def renumber(data: bytes, dice: random.Random) -> bytes:
    """Another number, of the same length: offsets, references, lengths."""
    numbers = list(NUMBER.finditer(data))
    if not numbers:
        return data
    found = dice.choice(numbers)
    other = str(dice.randrange(10 ** len(found[0]))).zfill(len(found[0])).encode()
    return data[: found.start()] + other + data[found.end() :]


def rename(data: bytes, dice: random.Random) -> bytes:
    names = list(NAME.finditer(data))
    if not names:
        return data
    found = dice.choice(names)
    return data[: found.start()] + dice.choice(NAMES) + data[found.end() :]


def append_object(data: bytes, dice: random.Random) -> bytes:
    """One of the file's objects once more after its end, listed by a new table, under a random number."""
    objects, roots = OBJECT.findall(data), re.findall(rb"/Root (\d+) 0 R", data)
    tables = re.findall(rb"startxref\s+(\d+)", data)
    if not (objects and roots and tables):
        return data
    number, root, before = dice.randint(1, 40), roots[-1], tables[-1]
    body = b"%d 0 obj%s" % (number, dice.choice(objects).partition(b" 0 obj")[2])
    at, table = len(data) + 1, len(data) + len(body) + 2
    return (
        data
        + b"\n%s\nxref\n%d 1\n%010d 00000 n \ntrailer\n<</Size 99/Root %s 0 R/Prev %s>>\n"
        % (
            body,
            number,
            at,
            root,
            before,
        )
        + b"startxref\n%d\n%%%%EOF\n" % table
    )


MUTATIONS: tuple[Callable[[bytes, random.Random], bytes], ...] = (
    *(flip, flip, cut, truncate, insert, repeat),
    *(renumber, renumber, rename, append_object),
)


def mutated(data: bytes, dice: random.Random) -> bytes:
    for _ in range(dice.choice((1, 1, 1, 2))):
        data = dice.choice(MUTATIONS)(data, dice) if len(data) > 1000 else data
    return data

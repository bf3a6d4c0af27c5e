"""The code of a record, for people: on prints, read out, typed. Unguessable, and most slips are noticed.

Fifteen characters of chance (74 bits) and a check character, in fours: `7K3Q-9M2X-T8VD-4HZC`. It is derived
from the record's id, which holds 80 bits of chance and is told to nobody outside; the way back is closed.
A code that was printed stands for ever, so this derivation never changes (docs/decisions/0018).
"""

import hashlib

#: 31 characters, a prime, so that the check below misses nothing that it is for. Of those that are taken for
#: each other one of two is missing: I, L (1), O (0), B (8), U (V).
ALPHABET = "0123456789ACDEFGHJKMNPQRSTVWXYZ"
LENGTH = 16
_GROUP = 4
_PLACES = {character: value for value, character in enumerate(ALPHABET)}
_MEANT = str.maketrans(
    "OILBUĐ", "0118VD", " -–—.·\u00a0\u00ad"
)  # typed for what looks like it, or as spacing
_DOMAIN = b"banchinh record code 1\0"


class BadCode(ValueError):
    """Not the code of any record: too long, too short, or a slip of the pen."""


def code_of(record_id: str) -> str:
    """The code of the record with this id, in groups of four."""
    number = int.from_bytes(hashlib.sha256(_DOMAIN + record_id.encode()).digest()) % len(ALPHABET) ** (
        LENGTH - 1
    )
    characters = ""
    for _ in range(LENGTH - 1):
        number, value = divmod(number, len(ALPHABET))
        characters += ALPHABET[value]
    return _grouped(characters + _check(characters))


def read_code(typed: str) -> str:
    """The code that a person typed, as `code_of` writes it. Raises BadCode."""
    characters = typed.upper().translate(_MEANT)
    if len(characters) != LENGTH or not set(characters) <= _PLACES.keys():
        raise BadCode
    if _check(characters[:-1]) != characters[-1]:
        raise BadCode
    return _grouped(characters)


def _check(characters: str) -> str:
    """Makes the sum of place times value a multiple of 31: a single wrong character, and any two that have
    changed places, always show."""
    total = sum(place * _PLACES[character] for place, character in enumerate(characters, 1))
    return ALPHABET[total * pow(-LENGTH, -1, len(ALPHABET)) % len(ALPHABET)]


def _grouped(characters: str) -> str:
    return "-".join(characters[start : start + _GROUP] for start in range(0, LENGTH, _GROUP))

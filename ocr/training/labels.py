"""Labels: what is written on a line, in the alphabet of the reader, and how the reader counts it."""

import re
import unicodedata
from itertools import pairwise

from ocr.readers.banchinh_reader import ALPHABET, STEP

NUMBERS = {symbol: number for number, symbol in enumerate(ALPHABET)}

# Marks that a reader cannot or need not tell apart are one symbol.
_ONE_FOR_ALL = str.maketrans(
    {
        "—": "-",
        "―": "–",
        "−": "-",
        "\u2010": "-",  # hyphen
        "\u2011": "-",  # hyphen that does not break
        "\u00a0": " ",
        "\t": " ",
        "ð": "đ",  # Icelandic letters that old converters put for the Vietnamese ones
        "Ð": "Đ",
        "ﬁ": "fi",
        "′": "'",
        "″": '"',
        "„": '"',
        "«": '"',
        "»": '"',
        "●": "•",
        "\uf0b7": "•",  # the bullet of Symbol fonts
    }
)
_LEADER = re.compile(r"\.{4,}|…+|_{3,}")


def clean(text: str) -> str:
    """The text in the alphabet: NFC, one symbol for marks of a kind, `…` for a leader, the rest left out."""
    told = _LEADER.sub("…", unicodedata.normalize("NFC", text).translate(_ONE_FOR_ALL))
    return re.sub(" +", " ", "".join(c for c in told if c in NUMBERS)).strip()


def numbered(text: str) -> list[int]:
    """The places of its characters in the alphabet. Raises KeyError where one is not in it."""
    return [NUMBERS[c] for c in text]


def frames_of(width: int) -> int:
    """The frames that the network makes of a picture of this width."""
    return -(-width // STEP)


def frames_needed(text: str) -> int:
    """The fewest frames that can say the text: one a character, and a blank between two that are alike."""
    return len(text) + sum(a == b for a, b in pairwise(text))

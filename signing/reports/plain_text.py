"""Text from files and certificates, as a sentence may repeat it."""

import unicodedata
from functools import lru_cache

#: Controls, what turns or joins letters unseen, ends of lines, and numbers that stand for no letter.
UNSEEN = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})
MARKS = frozenset({"Mn", "Me"})
MOST_MARKS = 3  # on one letter; Vietnamese has two


@lru_cache(1000)
def shown(text: str) -> str:
    """The text with its numbers in the place of characters that are not seen: a name must not end the line,
    turn what follows, or pass for another one that a reader knows. Marks that nobody could read upon one
    another are such, too."""
    if text.isascii() and text.isprintable():
        return text
    found, marks = [], 0
    for letter in text:
        kind = unicodedata.category(letter)
        marks = marks + 1 if kind in MARKS else 0
        unseen = kind in UNSEEN or marks > MOST_MARKS
        found.append(f"[U+{ord(letter):04X}]" if unseen else letter)
    return "".join(found)

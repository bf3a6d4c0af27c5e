"""Tones and marks that a reader lost: of syllables that end in a stop, and of a name that stands twice."""

import re
import unicodedata
from collections import Counter
from itertools import pairwise

from ocr.language.orthography import is_stopped_without_tone
from ocr.language.writing import fold, is_family_name, is_syllable

#: From so many letters a word in capitals is short for none: `HOACH`, not `CAT`.
_WHOLE = 4
#: Before the name of a village of the highlands.
_VILLAGES = ("buôn", "bon")


def lost_tone(value: str) -> bool:
    """Whether a syllable that ends in a stop has none of the two tones that it may have: `huyện Bình Luc`,
    `KẾ HOACH`. Names of the highlands have none, behind a word that is no syllable or a village: `Plei Kop`,
    `Buôn Kop`.
    """
    words = [word.strip(",.;:()") for word in re.split(r"[\s-]+", value)]
    return any(
        word.isalpha()
        and not (word.isupper() and len(word) < _WHOLE)
        and is_syllable(word)
        and is_stopped_without_tone(word)
        and not _is_of_highlands(before)
        for before, word in zip(["", *words], words, strict=False)
    )


def _is_of_highlands(word: str) -> bool:
    if word.casefold() in _VILLAGES:
        return True
    named = word.istitle() or word.isupper()
    return len(word) > 1 and word.isalpha() and named and not is_syllable(word)


def contradicts_itself(value: str) -> bool:
    """Whether a name of two words stands twice in a value, once with fewer marks: `Trường Ho Gia; xã Hồ Gia`.
    Two places may differ in a mark (`xã Sơn Hạ, huyện Sơn Hà`)."""
    words = [word.strip(",.;:()") for word in value.split()]
    seen: dict[str, str] = {}
    for one, two in pairwise(words):
        if one[:1].isupper() and two[:1].isupper():
            name = f"{one} {two}".casefold()
            a, b = marks_of(seen.setdefault(fold(name), name)), marks_of(name)
            if a != b and (a <= b or b <= a):
                return True
    return False


def marks_of(text: str) -> Counter[str]:
    """How often each mark stands in a text, whatever its letter: `đ` counts as one."""
    letters = unicodedata.normalize("NFD", text.casefold())
    return Counter(c for c in letters if unicodedata.combining(c) or c == "đ")


def lacks_tone(name: str) -> bool:
    """Whether a stopped syllable of a lowland name has no tone, as none is written: `Phùng Ngoc Sương`."""
    words = name.split()
    return is_family_name(words[0]) and any(map(is_stopped_without_tone, words))

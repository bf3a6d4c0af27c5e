"""Why a value that has its form may be another than it seems, so that only its place is given."""

import unicodedata
from collections import Counter
from collections.abc import Sequence
from itertools import pairwise
from statistics import median

from ocr.confidence import LEAST_SURE
from ocr.kinds import phrases
from ocr.language import distance, fold, fold_letters, is_family_name
from ocr.language_model import vietnamese
from ocr.lines import span
from ocr.places import spellings
from ocr.recognition import Box, Page, Word

#: Below this a word of a value on a form was guessed: 2% of right values have one between 0.9 and this, and
#: several of the few that were wrong after all other doubts.
FORM_SURE = 0.93
#: Dots an inch up to which a seal's strokes hide marks, and what a word under one must be sure of there.
COARSE, SEAL_SURE = 220, 0.99
#: Words over words: from which share of the lower one, how far behind a value (in heights of a word), and how
#: far off the middle of its row.
SHARED, NEXT, ASLANT = 0.35, 1.7, 0.3
#: Below this a word that could have more marks may have lost them: of 36 values of drawn forms with such a
#: word 20 were wrong; of seven with one above none was.
MARKS_CONFIDENCE = 0.975
#: Natural log of the odds that another word stands there; of 795 values that are right two are beyond.
MISSPELT = 3.0

_TONES = "\u0300\u0301\u0303\u0309\u0323"
#: Vowels that no syllable ends in.
_NEVER_LAST = ("ươ", "iê", "yê", "uô", "ă", "â")
#: The families of two in three people.
_COMMON = ("nguyen", "tran", "pham", "hoang", "huynh", "phan", "dang", "duong", "truong")
_UNITS = ("phường", "xã", "tỉnh", "huyện", "quận", "đường", "phố", "thôn")
_NUMBERED = {fold(word): word for word in ("tổ", "thôn", "số", "ấp", "khóm")}
_UNIT_OF = {fold(unit): unit for unit in _UNITS if unit != "phố"}


def any_of(words: Sequence[Word], page: Page) -> bool:
    """Whether anything about the words that hold a value speaks against them."""
    return (
        is_guessed(words, FORM_SURE)
        or is_nobodys(words, page)
        or is_penned(words, page)
        or is_overprinted(words, page)
        or is_under_seal(words, page)
    )


def is_guessed(words: Sequence[Word], least: float = LEAST_SURE) -> bool:
    """Whether one of the words was guessed, or may lack a mark that it has on paper."""
    return any(w.confidence < least or _may_lack_marks(w) for w in words)


def _may_lack_marks(word: Word) -> bool:
    letters, marks = fold_letters(word.text), _marks(word.text)
    more = any(fold_letters(other) == letters and _marks(other) > marks for other in word.alternatives)
    return more and word.confidence < MARKS_CONFIDENCE


def is_nobodys(words: Sequence[Word], page: Page) -> bool:
    """Whether a word is what no reader read by itself, on a page that says who read what."""
    return any(w.readers for w in page.words) and any(not w.readers for w in words)


def is_misspelt(value: str) -> bool:
    """Whether the language finds another first word with other marks far likelier: `Nhôi máu`, `Tô 5`. Those
    that follow may be names, and are spelt as they are."""
    words = value.split()
    return len(words) > 1 and vietnamese().doubtful(words)[0] > MISSPELT


def misspells_phrase(value: str) -> bool:
    """Whether a set phrase of forms stands there with other marks: `Đất ở tai đô thị`."""
    said, folded = f" {' '.join(value.casefold().split())} ", f" {fold(value)} "
    return any(f" {fold(phrase)} " in folded and f" {phrase.casefold()} " not in said for phrase in phrases())


def misspells_place(value: str) -> bool:
    """Whether a part of an address is a province or commune but for marks that it lacks; with more marks it
    is another place, a street or what was a district."""
    for part in value.split(","):
        words = part.split()
        while words and words[0].casefold() in _UNITS:
            words = words[1:]
        known = spellings().get(fold_letters(" ".join(words)), ()) if len(words) > 1 else ()
        own = _marks_by_word(" ".join(words))
        every = [_marks_by_word(name) for name in known]
        if own not in every and any(all(a <= b for a, b in zip(own, one, strict=False)) for one in every):
            return True
    return False


def _marks_by_word(text: str) -> list[Counter[str]]:
    """Which marks each word has, not over which letter: `Hoà` is `Hòa`."""
    words = unicodedata.normalize("NFD", text.casefold()).split()
    return [Counter(c for c in word if unicodedata.combining(c) or c == "đ") for word in words]


def names_oddly(value: str) -> bool:
    """Whether a unit is misspelt (`tính Hà Nam`), or a small letter stands in its name (`xã Lê ích Mộc`)."""
    words = value.split()
    for unit, first, small, after in zip(words, words[1:], words[2:], words[3:], strict=False):
        parted = first.endswith((",", ";")) or small.casefold() in _UNITS
        named = unit.casefold() in _UNITS and first[0].isupper() and after[0].isupper()
        if named and small.islower() and not parted:
            return True
    first, *rest = words or ("",)
    numbered = _NUMBERED.get(fold(first))
    if numbered and rest and rest[0][:1].isdigit() and first.casefold() != numbered:
        return True  # `Tô 5`
    pairs = pairwise(words)
    return any(
        word.islower() and after[0].isupper() and _UNIT_OF.get(fold(word), word) != word
        for word, after in pairs
    )


def is_penned(words: Sequence[Word], page: Page) -> bool:
    """Whether a pen has written one of these words."""
    pens = [region.box for region in page.regions if region.kind == "handwriting"]
    return any(_shares(word.box, pen) > 0.3 for word in words for pen in pens)


def _shares(box: Box, other: Box) -> float:
    """The share of a box that lies in another."""
    wide, high = min(box.x1, other.x1) - max(box.x0, other.x0), min(box.y1, other.y1) - max(box.y0, other.y0)
    return max(0, wide) * max(0, high) / max(1, (box.x1 - box.x0) * (box.y1 - box.y0))


def _marks(text: str) -> int:
    return sum(unicodedata.combining(c) > 0 or c in "đĐ" for c in unicodedata.normalize("NFD", text))


def is_under_seal(words: Sequence[Word], page: Page) -> bool:
    """Whether a seal lies over words of a coarse scan, where its strokes are as wide as marks."""
    seals = [region.box for region in page.regions if region.kind == "seal"] if page.dpi <= COARSE else []
    return any(w.confidence < SEAL_SURE and _shares(w.box, seal) > 0 for w in words for seal in seals)


def is_overprinted(words: Sequence[Word], page: Page) -> bool:
    """Whether words of another line lie over these, or where they would go on: as those of a stamp do."""
    box = span(words)
    own = {id(word) for word in words}
    lines_of = {word.line for word in words}
    tall = median(w.box.y1 - w.box.y0 for w in words)
    for other in page.words:
        if id(other) in own or other.line in lines_of or sum(c.isalnum() for c in other.text) < 2:
            continue  # the 2 of m² is another line to some
        b = other.box
        if b.x0 > box.x1 + NEXT * tall or b.x1 < box.x0 or b.y0 >= box.y1 or b.y1 <= box.y0:
            continue
        if any(
            _over(b, word.box) for word in words if b.x0 < word.box.x1 + NEXT * tall and b.x1 > word.box.x0
        ):
            return True
    return False


def _over(one: Box, other: Box) -> bool:
    """Whether two words share a part of their height that is neither all of a row nor the touch of two."""
    shared = min(one.y1, other.y1) - max(one.y0, other.y0)
    least = min(one.y1 - one.y0, other.y1 - other.y0)
    aside = abs((one.y0 + one.y1) - (other.y0 + other.y1)) / 2
    return shared > SHARED * least and (aside > ASLANT * least or one.x0 < other.x1)


def is_torn(value: str) -> bool:
    """Whether a value ends in letters that are no word of their own: the rest was not seen."""
    *before, last = value.split()
    last = last.strip(".,")
    alone = len(last) == 1 and last.isalpha() and fold(last) not in "aeiouy"
    plain = "".join(c for c in unicodedata.normalize("NFD", last.lower()) if c not in _TONES)
    return bool(before) and (alone or unicodedata.normalize("NFC", plain).endswith(_NEVER_LAST))


def is_torn_name(value: str) -> bool:
    """Whether a name begins with what may be left of a family's: a letter or two, or one letter short of one
    that many have (`Ý` for `LÝ`, `NGUYN`)."""
    first = value.split()[0]
    if is_family_name(first) and first.casefold() != "ý":
        return False
    near = any(distance(fold(first), family, 1) <= 1 for family in _COMMON)
    return len(first) <= 2 or near

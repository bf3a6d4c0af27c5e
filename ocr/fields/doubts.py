"""Why a value that has its form may be another than it seems, so that only its place is given."""

import re
import unicodedata
from collections import Counter
from collections.abc import Sequence
from functools import cache
from itertools import pairwise, zip_longest
from statistics import median

from ocr.confidence import LEAST_SURE
from ocr.kinds.catalogue import peoples, phrases
from ocr.language.language_model import vietnamese
from ocr.language.places import communes_of, parts_of_names, provinces, spellings
from ocr.language.writing import (
    distance,
    fold,
    fold_letters,
    is_family_name,
    is_marked_family,
    is_syllable,
    may_be_marked,
)
from ocr.recognition import Box, Page, Word
from ocr.structure.lines import span

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
#: What a word must be sure of that is in no commune of today but has the letters of one: `Mâu` at 0.98 was
#: `Mậu`.
FORMER_SURE = 0.99
#: Natural log of the odds that another word stands there; of 795 values that are right two are beyond.
MISSPELT = 3.0

_TONES = "\u0300\u0301\u0303\u0309\u0323"
#: Vowels that no syllable ends in.
_NEVER_LAST = ("ươ", "iê", "yê", "uô", "ă", "â")
#: The families of two in three people.
_COMMON = ("nguyen", "tran", "pham", "hoang", "huynh", "phan", "dang", "duong", "truong")
_UNITS = ("phường", "xã", "tỉnh", "huyện", "quận", "đường", "phố", "thôn")
#: What has no unit before it may be a province.
_PROVINCIAL = ("tỉnh", "")
#: What may follow a name without a comma.
_PARTING = (*_UNITS, "tp", "tx", "tt", "thành", "thị", "đặc", "khu", "ngõ", "số", "ấp", "tổ")
#: `cơ quan`, `địa phương`, `điều dưỡng`, `nuôi dưỡng`: no units.
_BEFORE_OTHERS = ("cơ", "địa", "điều", "nuôi", "an")
#: Families, of Hmông, Thái and peoples of the highlands for the most part, that look like a piece of another.
_SHORT_FAMILIES = ("tráng", "vàng", "hạng", "phàng", "cứ", "cư", "a", "dư", "cù", "cồ", "bá", "hì", "ô", "ú")
#: Countries of one word, which an address abroad may be.
_COUNTRIES = (
    "anh",
    "áo",
    "bỉ",
    "canada",
    "campuchia",
    "cuba",
    "đức",
    "lào",
    "mỹ",
    "nga",
    "nhật",
    "pháp",
    "úc",
)
#: What is told apart by a letter.
_LETTERED = re.compile(
    r"(?i)\b(?:khu|khu phố|lô|tòa|toà|dãy|block|căn|tầng|tổ|đội|cụm|gan|nhóm|loại|hạng|lớp|vitamin|cúm)$"
)
_NUMBERED = {fold(word): word for word in ("tổ", "thôn", "số", "ấp", "khóm")}
_UNIT_OF = {fold(unit): unit for unit in _UNITS if unit != "phố"}
#: Clans of the Ê Đê, Gia Rai, Mnông that are no syllables, and what stands alone in names of the highlands.
_CLANS = (
    "niê",
    "byă",
    "êban",
    "mlô",
    "ênuôl",
    "êñuôl",
    "kpă",
    "ayŭn",
    "kbuôr",
    "hđơk",
    "adrơng",
    "hmŏk",
    "ksơr",
)
_ALONE, _OF_HIGHLANDS = "aeiouy", "hk"
#: What the names of the others have, where such a letter is what broke off: `Trần Thị H ương`.
_OF_LOWLANDS = (*_COMMON, "le", "vu", "vo", "bui", "do", "ho", "ngo", "thi", "van")
#: How much of a kind of land, behind the colon: `Đất ở: 60 m2`.
_AREA = re.compile(r"\d[\d.,]*(?:m|ha\b|\s+(?:m|ha\b))")
_NO_NUMBER = re.compile(r"\bsố\s*[,;]", re.IGNORECASE)
#: Units that addresses have in parts of their own.
_AREAS = re.compile(r"\b(?:xã|phường|thị trấn|huyện|quận|tỉnh|thành phố)(?= [A-ZĐÀ-Ỹ])")
#: Units as letters with a stop.
_ABBREVIATED = re.compile(r"(?:X|P|H|Q|T|TP|Tp|TX|Tx|TT)\.")


def only_marks_differ(one: str, other: str) -> bool:
    """Whether two values have the same letters and other marks: one of them was misread."""
    return fold_letters(one) == fold_letters(other) and _marks_by_word(one) != _marks_by_word(other)


def any_doubt(words: Sequence[Word], page: Page) -> bool:
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


def is_part_of_phrase(value: str) -> bool:
    """Whether a value is the beginning or end of a set phrase, and none itself: `Không có`, `trồng lúa`."""
    words = fold(value).split()
    known = [fold(phrase).split() for phrase in phrases()]
    cut = any(words in (one[: len(words)], one[-len(words) :]) for one in known)
    letters = "".join(words)  # `Không có án ích`
    near = len(letters) > 9 and any(distance(letters, "".join(one), 1) == 1 for one in known)
    return (cut or near) and words not in known


def misspells_phrase(value: str) -> bool:
    """Whether a set phrase of forms stands there with other marks: `Đất ở tai đô thị`."""
    words, letters = _marks_by_word(value), fold(value).split()
    for phrase in phrases():
        wanted, right = fold(phrase).split(), _marks_by_word(phrase)
        size = len(wanted)
        if size == 1 < len(words):
            continue  # `Khá` is a grade, `khả năng` another word
        places = [i for i in range(len(words) - size + 1) if letters[i : i + size] == wanted]
        if places and all(words[i : i + size] != right for i in places):
            return True
    return False


def misspells_word(value: str) -> bool:
    """Whether a people or country has other marks (`Tay`), or was cut (`Việt`, `Sán`)."""
    letters, known = fold_letters(value), (*peoples(), "Việt Nam")
    same = [one for one in known if fold_letters(one) == letters]
    if same:
        own = _marks_of_all(value)  # `Ê-đê` and `Êđê` are `Ê Đê`
        return all(_marks_of_all(one) != own for one in same)
    words = fold(value).split()
    return any(fold(one).split()[: len(words)] == words for one in known)


def cuts_province(value: str) -> bool:
    """Whether the last part of an address is the beginning of a province (`tỉnh Bà Rịa`), or one letter off
    (`tỉnh Phó Yên`); `Đắc Nông` is another spelling."""
    unit, name = _unit_and_name(value.split(",")[-1])
    letters = fold_letters(name).replace("k", "c")
    known = {one.replace("k", "c") for one in (*provinces("2008"), *provinces("2025"))}
    near = (one.startswith(letters) or distance(one, letters, 1) <= 1 for one in known)
    return unit == "tỉnh" and letters not in known and any(near)


def misspells_place(value: str, words: Sequence[Word] = (), *, current: bool = False) -> bool:
    """Whether a part of an address is a province or commune but for marks; with more marks it may be another
    place, a street or what was a district, unless it is `judged`.

    Only today's communes are known, and many that are no more have the letters of one of them (`Đông Xuân`,
    and `Đồng Xuân` today). A commune is judged where it stands before its province, as it does since there
    are no districts, where the paper is `current`, or where a reader saw the other spelling in its `words`.
    """
    parts = value.split(",")
    for part, after in zip_longest(parts, parts[1:], fillvalue=""):
        unit, name = _unit_and_name(part)
        judged = current or name.count(" ") > 1  # no two places share the letters of three words
        judged = judged or fold_letters(name) in communes_of(fold_letters(_unit_and_name(after)[1]))
        province = unit in _PROVINCIAL and fold_letters(name) in (*provinces("2008"), *provinces("2025"))
        known = spellings().get(fold_letters(name), ()) if " " in name else ()
        own, every = _marks_by_word(name), [_marks_by_word(one) for one in known]
        if own not in every and any(
            judged
            or (
                all(a <= b for a, b in zip(own, marks, strict=False)) and (province or _saw(words, name, one))
            )
            for one, marks in zip(known, every, strict=True)
        ):
            return True
    return False


def _unit_and_name(part: str) -> tuple[str, str]:
    """The last of the units that begin a part of an address, and the name behind them."""
    words, unit = re.sub(r"(?i)\b(?:thành phố|tp\.?)\s", "tỉnh ", part).split(), ""
    while words and words[0].casefold() in _UNITS:
        unit, *words = words
    return unit.casefold(), " ".join(words)


def _saw(words: Sequence[Word], name: str, other: str) -> bool:
    """Whether a word of the name was also read as it is spelt in the other, or is none too sure."""
    pairs = [(a, b) for a, b in zip(name.casefold().split(), other.split(), strict=False) if a != b]
    return any(
        _bare(word.text) == a
        and (word.confidence < FORMER_SURE or any(_bare(text) == b for text in word.alternatives))
        for word in words
        for a, b in pairs
    )


def _bare(text: str) -> str:
    return text.casefold().strip(".,;:")


def _marks_by_word(text: str) -> list[Counter[str]]:
    """Which marks each word has, not over which letter: `Hoà` is `Hòa`."""
    words = unicodedata.normalize("NFD", text.casefold()).split()
    return [Counter(c for c in word if unicodedata.combining(c) or c == "đ") for word in words]


def _marks_of_all(text: str) -> Counter[str]:
    return sum(_marks_by_word(text.replace("-", " ")), Counter())


def lacks_something(value: str) -> bool:
    """Whether a number behind `số` is missing, or one comma of an address that has others: `tờ bản đồ số ,`,
    `thành phố Sơn La tỉnh Hà Tĩnh`."""
    parts = value.split(",")
    return bool(_NO_NUMBER.search(value)) or (
        len(parts) > 1 and any(len(_AREAS.findall(part)) > 1 for part in parts)
    )


def misspells_unit(value: str) -> bool:
    """Whether a unit before a name has other marks: `tính Hà Nam`."""
    words = value.split()
    return any(
        word.islower()
        and after[0].isupper()
        and _UNIT_OF.get(fold(word), word) != word
        and not _in_word(before)
        for before, word, after in zip(["", *words], words, words[1:], strict=False)
    )


def names_oddly(value: str) -> bool:
    """Whether a unit of an address is misspelt (`tính Hà Nam`), or a small letter stands in its name (`xã Lê
    ích Mộc`)."""
    words = value.split()
    for unit, first, small, after in zip(words, words[1:], words[2:], [*words[3:], ""], strict=False):
        parted = first.endswith((",", ";")) or small.casefold().rstrip(".") in _PARTING
        ends = not after or small.endswith(",") or after[0].isupper()
        if unit.casefold() in _UNITS and first[0].isupper() and small.islower() and ends and not parted:
            return True
    if any(_ABBREVIATED.fullmatch(a) and b[:1].islower() for a, b in pairwise(words)):
        return True  # `T. sơn La`
    if any(map(_is_small_name, words, words[1:], words[2:])) or any(map(_is_letters, words, words[1:])):
        return True
    if any(map(_ends_sentence, words[:-1])):
        return True  # `Sơn La. tỉnh Sơn La`
    if any(map(_ends_in_stop, words, words[1:], words[2:])):
        return True  # `Thôn 8. Sao Khuê`
    first, *rest = words or ("",)
    numbered = _NUMBERED.get(fold(first))
    if numbered and rest and rest[0][:1].isdigit() and first.casefold() != numbered:
        return True  # `Tô 5`
    return misspells_unit(value)


def _is_small_name(unit: str, name: str, after: str) -> bool:
    """`tỉnh sơn La`, and not `huyện đảo Lý Sơn`."""
    named = unit.casefold() in _UNITS and name.islower() and after[:1].isupper()
    return named and name not in (*_PARTING, "đảo", "cổ", "mới", "cũ", "ta", "nay", "trực", "nơi")


def _is_letters(unit: str, name: str) -> bool:
    """`phường DT An`: capitals that are no syllable behind a unit in small letters."""
    core = name.strip(".,")
    return unit in _UNITS and len(core) > 1 and core.isupper() and not is_syllable(core)


def _ends_in_stop(unit: str, number: str, after: str) -> bool:
    """Whether the number of a unit has a stop, where addresses have commas: `Tổ 5. Phường …`."""
    return bool(unit[0].isalpha() and re.fullmatch(r"\d+[.]", number) and after[:1].isupper())


def _ends_sentence(word: str) -> bool:
    """Whether a whole word has a stop, where addresses have commas; `TP.` and `Tx.` are short."""
    core = word.removesuffix(".")
    whole = core.isalpha() and len(core) > 1 and not core.isupper()
    return word.endswith(".") and whole and core.casefold() not in ("tp", "tx", "tt", "kp")


def _in_word(before: str) -> bool:
    """Whether a word with the letters of a unit is the end of another: `cơ quan`, `địa phương`."""
    return before.casefold() in _BEFORE_OTHERS


def is_penned(words: Sequence[Word], page: Page) -> bool:
    """Whether a pen has written one of these words."""
    pens = [region.box for region in page.regions if region.kind == "handwriting"]
    return any(pen.share_of(word.box) > 0.3 for word in words for pen in pens)


def _marks(text: str) -> int:
    return sum(unicodedata.combining(c) > 0 or c in "đĐ" for c in unicodedata.normalize("NFD", text))


def is_under_seal(words: Sequence[Word], page: Page) -> bool:
    """Whether a seal lies over words of a coarse scan, where its strokes are as wide as marks."""
    seals = [region.box for region in page.regions if region.kind == "seal"] if page.dpi <= COARSE else []
    return any(w.confidence < SEAL_SURE and seal.shared(w.box) > 0 for w in words for seal in seals)


def is_under_signature(words: Sequence[Word], page: Page) -> bool:
    """Whether a signature lies over a word that it may have taken a letter or mark of: one that is none too
    sure, or on a coarse scan one without a mark, which may be under its strokes (`Lan` was `Lân`)."""
    strokes = [region.box for region in page.regions if region.kind == "signature"]
    return any(
        w.confidence < MARKS_CONFIDENCE or (page.dpi <= COARSE and not _marks(w.text))
        for w in words
        if any(stroke.shared(w.box) > 0 for stroke in strokes)
    )


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
    named = last.isupper() and _LETTERED.search(" ".join(before))
    plain = "".join(c for c in unicodedata.normalize("NFD", last.lower()) if c not in _TONES)
    never = unicodedata.normalize("NFC", plain).endswith(_NEVER_LAST) and last.casefold() not in _CLANS
    return bool(before) and ((alone and not named) or never)


def is_garbled(value: str) -> bool:
    """Whether a word with marks is no syllable, no word of any text and part of no place, people or clan
    (`Nauvẫn Trãi`), or one lacks its vowel (`Thai Bnh`)."""
    return lacks_vowel(value) or any(
        _marks(word) > 0
        and word.isalpha()
        and set(fold_letters(word)) & set("aeiouy")  # `ĐT` is short for something
        and (value.isupper() or not word.isupper())  # so is `QĐST`
        and not is_syllable(word)
        and not vietnamese().count(word)
        and fold_letters(word) not in parts_of_names()
        and fold_letters(word) not in _parts_of_peoples()
        and word.casefold() not in _CLANS
        for word in re.findall(r"\w+", value)
    )


def lacks_marks(capitals: str) -> bool:
    """Whether a word in capitals is no syllable and would be one with its marks: `MIEN TRUNG`."""
    return any(
        len(word) > 3 and word.isascii() and word.isupper() and not is_syllable(word) and may_be_marked(word)
        for word in re.findall(r"\w+", capitals)
    )


def is_glued(value: str) -> bool:
    """Whether what is short for something has grown into a word: `TM&DVAN PHÁT`."""
    tails = re.findall(r"&([^\W\d_]+)", value)
    return any(set(fold_letters(tail)) & set("aeiouy") and not is_syllable(tail) for tail in tails)


def lacks_vowel(value: str) -> bool:
    """Whether a word is one vowel short of a syllable (`THNH PHỐ`, `Thai Bnh`); what is short for something
    (`TNHH`, `Ltd`) is not."""
    return any(map(_lacks_vowel, value.split()))


def _lacks_vowel(word: str) -> bool:
    letters = fold_letters(word)
    if len(letters) < (4 if word.isupper() else 3) or set(letters) & set("aeiouy"):
        return False
    with_vowel = (letters[:at] + vowel + letters[at:] for at in range(len(letters)) for vowel in "aeiouy")
    return any(map(is_syllable, with_vowel))


@cache
def _parts_of_peoples() -> frozenset[str]:
    return frozenset(fold_letters(part) for one in peoples() for part in (one, *one.split()))


def holds_label(words: Sequence[Word]) -> bool:
    """Whether a value begins with the rest of a label that was broken over two lines: `kết hôn: UBND …`; how
    much of a kind of land there is (`Đất ở: 60 m2`) is no label's value."""
    colons = [number for number, w in enumerate(words[:5], 1) if w.text.endswith(":")]
    return any(not _AREA.match(" ".join(w.text for w in words[after : after + 2])) for after in colons)


def has_lone_consonant(name: str) -> bool:
    """Whether a letter that is no name stands alone in one: `Dương M Ánh`; `Y`, `A`, `Ô` are some, `H`, `K`
    of the highlands, and letters with an apostrophe (`Đinh R' Hiệp`)."""
    lowland = any(word in _OF_LOWLANDS for word in fold(name).split())
    allowed = _ALONE if lowland else _ALONE + _OF_HIGHLANDS
    return any(fold(w) not in allowed for w in re.findall(r"(?<!\w)[^\W\d](?![\w'’])", name))


def is_remnant(value: str) -> bool:
    """Whether a lone word is what is left of a place: no province, country or abbreviation is."""
    if len(value.split()) > 1 or value.casefold().strip(".,") in _COUNTRIES:
        return False
    abbreviated = len(fold_letters(value)) > 3 and value.isupper() and not is_syllable(value)
    return not abbreviated and fold_letters(value) not in (*provinces("2008"), *provinces("2025"))


def is_torn_name(name: str, words: Sequence[Word] = ()) -> bool:
    """Whether a name begins with what may be left of a family's: a letter or two, or one letter short of one
    that many have (`Ý` for `LÝ`, `NGUYN`). Families that have such names are believed where no reader saw
    another letter in `words`."""
    first = name.split()[0]
    if first.casefold() in _SHORT_FAMILIES:
        own = [w for w in words if w.text == first][:1]
        return any(w.confidence < MARKS_CONFIDENCE or _differ(w) for w in own)
    if is_family_name(first) and first.casefold() != "ý":
        return False
    near = any(distance(fold(first), family, 1) <= 1 for family in _COMMON)
    return len(first) <= 2 or near


def is_another_family(words: Sequence[Word]) -> bool:
    """Whether the first word of a name has marks that no family has, and a reader saw it with others: `Cáo`
    where it was also read as `Cao`."""
    first = words[0]
    other = any(fold_letters(x) == fold_letters(first.text) and x != first.text for x in first.alternatives)
    return other and _marks(first.text) > 0 and not is_marked_family(first.text)


def _differ(word: Word) -> bool:
    return any(fold_letters(other) != fold_letters(word.text) for other in word.alternatives)

"""What is known of Vietnamese writing: folding, the grammar of syllables, personal names, near spellings."""

import re
import unicodedata
from functools import cache

_MARKS = {"\u0301": "sac", "\u0300": "huyen", "\u0309": "hoi", "\u0303": "nga", "\u0323": "nang"}
_TONES = frozenset(_MARKS)

#: `nghiêng`, each of its marks counted as a letter.
LONGEST_SYLLABLE = 10

_ONSETS = "ngh ng gh gi kh nh ph qu th tr ch b c d đ g h k l m n p r s t v x".split()  # noqa: SIM905

#: Every rhyme of the standard language, without its tone.
_RHYMES = frozenset(
    """
    a ac ach ai am an ang anh ao ap at au ay ăc ăm ăn ăng ăp ăt âc âm ân âng âp ât âu ây
    e ec em en eng eo ep et ê êch êm ên êng ênh êp êt êu
    i ia ich im in inh ip it iu iêc iêm iên iêng iêp iêt iêu
    o oc oi om on ong op ot oong ooc oa oac oach oai oam oan oang oanh oao oap oat oay
    oăc oăm oăn oăng oăt oe oen oeo oet ô ôc ôi ôm ôn ông ôp ôt ơ ơi ơm ơn ơp ơt
    u ua uc ui um un ung up ut uâ uân uâng uât uây uê uêch uên uênh
    uô uôc uôi uôm uôn uông uôt uơ uy uya uych uynh uyt uyp uyn uyu uyên uyêt
    ư ưa ưc ưi ưm ưn ưng ưt ưu ươ ươc ươi ươm ươn ương ươp ươt ươu
    y yêm yên yêng yêt yêu
    """.split()  # noqa: SIM905
)
_STOPPED = ("c", "ch", "p", "t")

#: Family names that cover almost every Vietnamese person, folded.
_FAMILY_NAMES = frozenset(
    """
    nguyen tran le pham hoang huynh phan vu vo dang bui do ho ngo duong ly ha cao dinh luong mai dao trinh
    doan vuong truong thai lam quach ta tang tong to ton thach chau chu luu la lo lu kieu khuc khuong
    nghiem mac ma phung quan tieu trieu tu van vi vien ung uong au bach banh be bien bo ca cam can
    danh dam dau diep dieu dong giang giap han hua khong kim lai lieu luc mong nguy nhan nhu ninh nong
    ong phi pho phuong sam son su thieu tho toan tran tri trieu trinh tuong xa y ksor rmah siu dinh
    """.split()  # noqa: SIM905
)

#: Families of the Hmông, Thái, Dao, Giáy and others, known by their marks alone, as their letters are those
#: of common words too.
_KNOWN_BY_MARKS = frozenset(
    """
    Sùng Thào Vàng Mùa Hạng Hảng Tráng Cháng Chảo Lầu Xồng Dềnh Thền Sìn Lùng Sần Đèo Quàng Lèo Tẩn Chẻo Pàn
    Chíu Chìu Voòng
    """.split()  # noqa: SIM905
)

#: Those of them that have marks, as printed; `Le`, `Đo` and `Ha` are read where a mark was lost. Not `Lý`,
#: `Lâm`, `Châu`, `Lò` and others beside which there are families without the mark: Ly, Lam, Chau, Lo.
_MARKED_FAMILY_NAMES = frozenset(
    """
    Nguyễn Trần Lê Phạm Hoàng Huỳnh Vũ Võ Đặng Bùi Đỗ Hồ Ngô Dương Đường Hà Đinh Lương Lường Đào Trịnh Đoàn
    Doãn Vương Trương Trường Thái Tăng Tạ Tô Phùng Triệu Tống Thạch Lưu Lục Quách Khổng Tiêu
    Kiều Khúc Khương Nghiêm Mạc Diệp Đàm Giáp Hứa Nông Phó Thiều Tòng Tưởng Uông Âu Bạch Bành Cấn
    """.split()  # noqa: SIM905
)
#: Middle names of most people, which have a mark.
_MARKED_MIDDLE_NAMES = ("thi", "van")

#: đ, and the Icelandic ð that older keyboards put in its place.
_STROKED = str.maketrans("đð", "dd")

_SPACES = re.compile(r"\s+")


class _Folded(dict[int, str]):
    """What `str.translate` puts in the place of a character, made where it is first asked for.
    `only_letters`: nothing for what is neither letter nor digit."""

    def __init__(self, *, only_letters: bool) -> None:
        super().__init__()
        self._only_letters = only_letters

    def __missing__(self, code: int) -> str:
        caseless = unicodedata.normalize("NFD", chr(code)).casefold()
        base = "".join(c for c in unicodedata.normalize("NFD", caseless) if not unicodedata.combining(c))
        found = base.translate(_STROKED)
        if self._only_letters:
            found = "".join(c for c in found if c.isalnum())
        if code < MOST_KEPT:
            self[code] = found
        return found


#: Characters of which it is kept what they become: those of the scripts of Europe.
MOST_KEPT = 0x2200
_FOLDED, _LETTERS = _Folded(only_letters=False), _Folded(only_letters=True)


def fold(text: str) -> str:
    """Lower case without any mark: `QĐ-UBND Quảng` → `qd-ubnd quang`; runs of space become one."""
    return _SPACES.sub(" ", text.translate(_FOLDED)).strip()


def fold_letters(text: str) -> str:
    """Folded, and nothing but letters and digits left: what titles and labels are compared by."""
    return text.translate(_LETTERS)


def distance(a: str, b: str, limit: int) -> int:
    """Edits (insert, delete, replace) from `a` to `b`, or `limit + 1` where there are more than `limit`."""
    if abs(len(a) - len(b)) > limit:
        return limit + 1
    if a == b:
        return 0
    row = list(range(len(b) + 1))
    for i, ca in enumerate(a, 1):
        previous, row[0] = row[0], i
        for j, cb in enumerate(b, 1):
            previous, row[j] = row[j], min(row[j] + 1, row[j - 1] + 1, previous + (ca != cb))
        if min(row) > limit:
            return limit + 1
    return min(row[-1], limit + 1)


def is_syllable(word: str) -> bool:
    """Whether the word could be a Vietnamese syllable by the grammar of onset, rhyme and tone."""
    if len(word) > LONGEST_SYLLABLE:
        return False
    decomposed = unicodedata.normalize("NFD", word.casefold().replace("ð", "đ"))
    tones = [c for c in decomposed if c in _TONES]
    plain = unicodedata.normalize("NFC", "".join(c for c in decomposed if c not in _TONES))
    if len(tones) > 1 or not plain:
        return False
    if not any(_is_rhyme(plain[len(onset) :], onset) for onset in ("", *_ONSETS) if plain.startswith(onset)):
        return False
    return not plain.endswith(_STOPPED) or not tones or _MARKS[tones[0]] in ("sac", "nang")


def may_be_marked(letters: str) -> bool:
    """Whether letters without marks are those of a Vietnamese syllable: `mien` of `miền`."""
    plain = fold_letters(letters)
    return any(
        plain[len(onset) :] in _bare_rhymes()
        for onset in ("", *_ONSETS)
        if plain.startswith(fold_letters(onset))
    )


@cache
def _bare_rhymes() -> frozenset[str]:
    return frozenset(map(fold_letters, _RHYMES))


def _is_rhyme(rest: str, onset: str) -> bool:
    if onset == "gi" and rest == "":
        return True
    if onset == "qu":
        return "u" + rest in _RHYMES or rest in _RHYMES
    return rest in _RHYMES


def is_person_name(text: str) -> bool:
    """Whether the text has the form of a Vietnamese person's name: two to six capitalised syllables, the
    first a family name."""
    words = text.split()
    if not 2 <= len(words) <= 6 or not all(w[:1].isupper() and is_syllable(w) for w in words):
        return False
    return is_family_name(words[0])


def is_family_name(word: str) -> bool:
    """Whether a word is the name of a family, its marks left aside but for families that they tell."""
    return fold(word) in _FAMILY_NAMES or unicodedata.normalize("NFC", word).title() in _KNOWN_BY_MARKS


def is_marked_family(word: str) -> bool:
    """Whether a word is the name of a family with the marks that it has."""
    return unicodedata.normalize("NFC", word).title() in _MARKED_FAMILY_NAMES


def has_lost_marks(name: str) -> bool:
    """Whether a person's name lacks marks that it surely has: no family is called `Ha`, nobody's second name
    is `Thi`."""
    first, *rest = unicodedata.normalize("NFC", name).title().split()
    bare = first not in _MARKED_FAMILY_NAMES and fold(first) in _families_with_marks()
    return bare or any(word.casefold() in _MARKED_MIDDLE_NAMES for word in rest[:-1])


@cache
def _families_with_marks() -> frozenset[str]:
    return frozenset(map(fold, _MARKED_FAMILY_NAMES))


def is_capitals(text: str) -> bool:
    """Whether the text is set in capitals, one slip of the reader in eight letters allowed."""
    letters = [c for c in text if c.isalpha()]
    return bool(letters) and sum(c.isupper() for c in letters) >= 0.87 * len(letters)

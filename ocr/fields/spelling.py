"""Set phrases of letterheads and signature blocks: their one right spelling where a reader lost a mark."""

from itertools import pairwise

from ocr.fields.tones import marks_of
from ocr.language.places import provinces
from ocr.language.writing import distance, fold, fold_letters, is_marked_family

#: Words in capitals of which only the marks can be misread; the longest first.
_PHRASES = (
    "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM",
    "ỦY BAN MẶT TRẬN TỔ QUỐC",
    "CÔNG TY CỔ PHẦN",
    "TRÁCH NHIỆM HỮU HẠN",
    "MỘT THÀNH VIÊN",
    "HỘI ĐỒNG NHÂN DÂN",
    "ỦY BAN NHÂN DÂN",
    "CHÁNH VĂN PHÒNG",
    "VĂN PHÒNG",
    "Y TẾ",
    "QUẢN LÝ",
    "CẢNH SÁT",
    "TRẬT TỰ XÃ HỘI",
    "THÀNH PHỐ",
    "CHỦ TỊCH",
    "GIÁM ĐỐC",
    "TRƯỞNG PHÒNG",
    "TRƯỞNG BAN",
    "CỤC TRƯỞNG",
    "BỘ TRƯỞNG",
    "THỨ TRƯỞNG",
)
#: Words that begin the name of a unit or agency. Elsewhere they may be other words: `HỒ SƠ`, `MÁY TÍNH`.
_FIRST_WORDS = ("PHƯỜNG", "HUYỆN", "TỈNH", "SỞ", "XÃ")
#: What such a unit may follow in the name of an agency: `UBND TỈNH`, `ỦY BAN NHÂN DÂN XÃ`.
_BEFORE_UNIT = ("UBND", "HĐND", "DÂN")

_POSITIONS = (
    "CHỦ TỊCH",
    "PHÓ CHỦ TỊCH",
    "GIÁM ĐỐC",
    "PHÓ GIÁM ĐỐC",
    "CHÁNH VĂN PHÒNG",
    "PHÓ CHÁNH VĂN PHÒNG",
    "TRƯỞNG PHÒNG",
    "PHÓ TRƯỞNG PHÒNG",
    "TRƯỞNG BAN",
    "PHÓ TRƯỞNG BAN",
    "TỔNG GIÁM ĐỐC",
    "PHÓ TỔNG GIÁM ĐỐC",
    "HIỆU TRƯỞNG",
    "PHÓ HIỆU TRƯỞNG",
)


#: Family names of which another spelling is none: only a lost mark makes it.
_FAMILY_NAMES = {
    fold(name): name
    for name in ("Nguyễn", "Trần", "Phạm", "Huỳnh", "Đặng", "Bùi", "Ngô", "Đinh", "Trịnh", "Đoàn", "Phùng")
}


def person_name(text: str) -> str:
    """A name with the marks that a common family's lost put right; another family's stays (`Doãn`, `Ngọ`)."""
    first, _, rest = text.partition(" ")
    right = first if is_marked_family(first) else _FAMILY_NAMES.get(fold(first), first)
    if not marks_of(first) <= marks_of(right):
        right = first
    return f"{right.upper() if first.isupper() else right} {rest}"


def is_marked_otherwise(name: str) -> bool:
    """Whether a name begins with the letters of a common family's and a mark which that lacks: a rare family
    or a misread one (`Ngọ`, `Bủi`)."""
    first = name.split()[0]
    right = _FAMILY_NAMES.get(fold(first))
    return right is not None and not is_marked_family(first) and not marks_of(first) <= marks_of(right)


def spelt(text: str) -> str:
    """A line in capitals with the marks of its set phrases put right; its letters stay as they are."""
    words = text.split()
    folded = [fold(word) for word in words]
    for phrase in _PHRASES:
        right = phrase.split()
        wanted = [fold(word) for word in right]
        for start in range(len(words) - len(right) + 1):
            if folded[start : start + len(right)] == wanted and all(
                w.isupper() for w in words[start : start + len(right)]
            ):
                words[start : start + len(right)] = right
                folded[start : start + len(right)] = [""] * len(right)
    for place, (before, word) in enumerate(pairwise(["", *words])):
        if len(words) > 1 and word.isupper() and before in ("", *_BEFORE_UNIT):
            words[place] = next((right for right in _FIRST_WORDS if fold(right) == fold(word)), word)
    return _province(" ".join(words))


def _province(line: str) -> str:
    """A line that ends in the name of a province with its marks put right."""
    head, unit, name = line.rpartition("TỈNH ") if "TỈNH " in line else line.rpartition("THÀNH PHỐ ")
    known = {**provinces("2025"), **provinces("2008")}
    right = known.get(fold_letters(name)) if unit and name.isupper() else None
    return f"{head}{unit}{right.upper()}" if right else line


def is_whole_position(text: str) -> bool:
    """Whether a text is a usual position, a letter lost or misread, that is not the rest of a longer one: how
    sure its words were says nothing, as it can be no other."""
    letters, known = fold_letters(text), [fold_letters(position) for position in _POSITIONS]
    return any(
        distance(letters, one, 1) <= 1 and not any(other != one and other.endswith(one) for other in known)
        for one in known
    )


def is_position(text: str) -> bool:
    """Whether a text is a usual position and nothing else."""
    return fold_letters(text) in map(fold_letters, _POSITIONS)


def usual_position(text: str) -> str:
    """A signer's position, where one letter of a usual one was lost or misread, as that one."""
    folded, whole = fold(text), is_whole_position(text)
    for known in _POSITIONS:
        one_more = whole and distance(fold_letters(text), fold_letters(known), 1) <= 1  # `Y PHÓ CHỦ TỊCH`
        if one_more or distance(folded, fold(known), 1) <= 1:
            return known
    return spelt(text)

"""Whether the province or commune that an issuer names was one on the paper's day (F5.8, F5.9): warnings.

Communes before July 2025 are not known here, and no name is judged where no unit is spoken of: ministries,
sectors and abbreviations carry none, and enterprises, schools and hospitals keep names that units lost.
"""

import re
from collections.abc import Iterator, Sequence
from functools import cache

from ocr.language.places import communes, provinces
from ocr.language.writing import fold, fold_letters
from ocr.recognition import Notice

#: The merger of Hà Tây into Hà Nội began the list of 63 provinces, the mergers of July 2025 that of 34.
OLD, NEW = "2008-08", "2025-07"
#: Words of the longest names: `Bà Rịa - Vũng Tàu`, `Thừa Thiên Huế`; of communes a few have five.
LONGEST_NAME = 6

#: With their marks: `HÀ TĨNH` and `PHƯƠNG TIỆN` are no units.
_UNIT = re.compile(r"\b(?:TỈNH|THÀNH PHỐ|XÃ|PHƯỜNG|ĐẶC KHU)\b")
#: What these words before or after it make of it: `hợp tác xã`, `cấp tỉnh`, `xã hội`, `Tỉnh ủy`, `thị xã`.
_NOT_AFTER = (["tac"], ["cap"], ["lien"], ["thi"], ["cac"])
_NOT_BEFORE = ("hoi", "uy", "doan", "va", "doi")
#: They may be named after what no longer is.
_KEEPS_ITS_NAME = re.compile(
    r"\b(?:cong ty|tap doan|ngan hang|quy tin dung|hop tac xa|benh vien|hoc vien|nha xuat ban|nha may|"
    r"khu cong nghiep|cong chung|doan luat su|tram y te|(?<!moi )(?<!thi )(?<!cong )(?<!lap )truong|hoi)\b"
)
#: A part of the agency, after a unit that is not named: `CÔNG AN TỈNH PHÒNG HỒ SƠ`.
_PARTS = re.compile(
    r"phong|ban|van|so|chi|trung|thanh|uy|cuc|to|doi|hoi|khoi|doan|vien|toa|bo|truong|tram|dang|kho|bac|cong|hat|"
    r"quan|thuong|dai"
)
_COUNCILS = re.compile(r"uy ban nhan dan|hoi dong nhan dan|\bubnd\b|\bhdnd\b")


def unit_notices(issuer: str, day: str) -> Iterator[Notice]:
    """`day` in ISO 8601, whole or to the month or year; a year in which units changed tells nothing."""
    edition = edition_of(day)
    plain = " ".join(re.sub(r"[-–—,.]", " ", issuer.upper()).split())
    folded = fold(plain)
    if edition is None or _KEEPS_ITS_NAME.search(_without_councils(folded)):
        return
    for match in _UNIT.finditer(plain):
        unit = fold(match[0])
        before, rest = fold(plain[: match.start()]).split()[-1:], fold(plain[match.end() :]).split()
        if not rest or before in _NOT_AFTER or rest[0] in _NOT_BEFORE or _is_known(unit, rest, edition):
            continue
        if _PARTS.fullmatch(rest[0]) or (unit == "thanh pho" and not _COUNCILS.search(folded)):
            continue
        notice = _notice(unit, issuer, day, edition)
        if notice is not None:
            yield notice


def edition_of(day: str) -> str | None:
    """Which list of provinces was in force: `2008`, `2025`, or None where that is not known."""
    first, last = (f"{day}-01"[:7], f"{day}-12"[:7]) if len(day) == 4 else (day[:7], day[:7])
    if len(first) != 7:
        return None
    if first >= NEW:
        return "2025"
    return "2008" if first >= OLD and last < NEW else None


def _without_councils(folded: str) -> str:
    """`hội đồng nhân dân` is no association."""
    return re.sub(r"\bhoi dong\b|\bxa hoi\b|\bquoc hoi\b|\bphu nu\b", "", folded)


def _is_known(unit: str, rest: Sequence[str], edition: str) -> bool:
    """Whether a name of such a unit begins what follows; what goes on after it is another part."""
    for size in range(1, min(LONGEST_NAME, len(rest)) + 1):
        name = "".join(fold_letters(word) for word in rest[:size])
        if unit in ("tinh", "thanh pho"):
            if sounded(name) in _known_provinces(edition):
                return True
        elif sounded(fold_letters(unit) + name) in _known_communes():
            return True
    return False


def _notice(unit: str, issuer: str, day: str, edition: str) -> Notice | None:
    if unit in ("xa", "phuong", "dac khu"):
        if edition == "2008":
            return None
        return Notice(
            "issuer-commune",
            f"“{issuer}”: không có xã, phường, đặc khu tên này trong 3.321 đơn vị từ 01/7/2025.",
            f"“{issuer}”: no commune has this name among the 3,321 since 1 July 2025.",
        )
    if unit == "thanh pho" and edition == "2008":
        return None  # cities of provinces were many
    count = 34 if edition == "2025" else 63
    since = "từ 01/7/2025" if edition == "2025" else "trước 01/7/2025"
    return Notice(
        "issuer-province",
        f"“{issuer}”, văn bản ngày {day}: không có tỉnh, thành phố tên này trong {count} đơn vị {since}.",
        f"“{issuer}”, paper of {day}: no province or city has this name among the {count} of that time.",
    )


@cache
def _known_provinces(edition: str) -> frozenset[str]:
    return frozenset(sounded(letters) for letters in provinces(edition))


@cache
def _known_communes() -> frozenset[str]:
    return frozenset(map(sounded, communes()))


def sounded(letters: str) -> str:
    """`Đắc Lắc` is `Đắk Lắk`, `Bắc Cạn` is `Bắc Kạn`, `Qui Nhơn` is `Quy Nhơn`."""
    return letters.replace("k", "c").replace("y", "i")

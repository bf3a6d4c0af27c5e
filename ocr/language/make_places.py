"""Derives `places.tsv` from the units of July 2025 in thanglequoc/vietnamese-provinces-database (MIT).

Usage: python -m ocr.language.make_places vn_units_2025.json > ocr/language/places.tsv
"""

import json
import sys
import unicodedata
from pathlib import Path

#: The 63 units before 1 July 2025 by their codes, which personal numbers keep (Circular 07/2016/TT-BCA).
OLD = """01 Hà Nội, 02 Hà Giang, 04 Cao Bằng, 06 Bắc Kạn, 08 Tuyên Quang, 10 Lào Cai, 11 Điện Biên, 12 Lai
Châu, 14 Sơn La, 15 Yên Bái, 17 Hòa Bình, 19 Thái Nguyên, 20 Lạng Sơn, 22 Quảng Ninh, 24 Bắc Giang,
25 Phú Thọ, 26 Vĩnh Phúc, 27 Bắc Ninh, 30 Hải Dương, 31 Hải Phòng, 33 Hưng Yên, 34 Thái Bình, 35 Hà
Nam, 36 Nam Định, 37 Ninh Bình, 38 Thanh Hóa, 40 Nghệ An, 42 Hà Tĩnh, 44 Quảng Bình, 45 Quảng Trị,
46 Thừa Thiên Huế, 48 Đà Nẵng, 49 Quảng Nam, 51 Quảng Ngãi, 52 Bình Định, 54 Phú Yên, 56 Khánh Hòa,
58 Ninh Thuận, 60 Bình Thuận, 62 Kon Tum, 64 Gia Lai, 66 Đắk Lắk, 67 Đắk Nông, 68 Lâm Đồng, 70 Bình
Phước, 72 Tây Ninh, 74 Bình Dương, 75 Đồng Nai, 77 Bà Rịa - Vũng Tàu, 79 Hồ Chí Minh, 80 Long An, 82
Tiền Giang, 83 Bến Tre, 84 Trà Vinh, 86 Vĩnh Long, 87 Đồng Tháp, 89 An Giang, 91 Kiên Giang, 92 Cần
Thơ, 93 Hậu Giang, 94 Sóc Trăng, 95 Bạc Liêu, 96 Cà Mau"""


def rows(source: Path) -> list[str]:
    """`edition, code, name, communes` separated by tabs, the communes by semicolons."""
    found = []
    for unit in json.loads(source.read_text(encoding="utf-8")):
        communes = sorted({_nfc(ward["FullName"]) for ward in unit["Wards"]})
        found.append("\t".join(("2025", unit["Code"], _nfc(unit["FullName"]), ";".join(communes))))
    for entry in OLD.replace("\n", " ").split(","):
        code, _, name = entry.strip().partition(" ")
        found.append(f"2008\t{code}\t{name}\t")
    return found


def _nfc(text: str) -> str:
    return unicodedata.normalize("NFC", text)


if __name__ == "__main__":
    sys.stdout.write("\n".join(rows(Path(sys.argv[1]))) + "\n")

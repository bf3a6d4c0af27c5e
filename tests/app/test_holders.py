"""Whose certificate it is: names with and without marks, in any order and case; agencies by their seals."""

import pytest

from app.holders import Holder, check_agency, check_person
from signing.refusals import SigningRefused

WARD = "Ủy ban nhân dân phường Mẫu"


@pytest.mark.parametrize(
    ("account", "certificate", "same"),
    [
        ("Nguyễn Văn Mẫu", "Nguyễn Văn Mẫu", True),
        ("Nguyễn Văn Mẫu", "NGUYỄN VĂN MẪU", True),
        ("Nguyễn Văn Mẫu", "NGUYEN VAN MAU", True),
        ("nguyen van mau", "Nguyễn Văn Mẫu", True),
        ("Nguyễn Văn Mẫu", "Mẫu Nguyễn Văn", True),
        ("Đỗ Thị Hoà", "Đỗ Thị Hòa", True),
        ("Đỗ Thị Hoà", "DO THI HOA", True),
        ("Nguyễn Văn Mẫu", "Nguyễn Văn Mẫu - Chủ tịch", True),
        ("Nguyễn Văn Mẫu", "Nguyễn Văn Mẫu (GIẢ ĐỊNH)", True),
        ("TS. Nguyễn Văn Mẫu", "NGUYEN VAN MAU, 012345", True),
        ("H'Hen Niê Thử", "H'Hen Niê Thử", True),
        ("Lê Văn Tuân", "Lê Văn Tuấn", False),
        ("Nguyễn Văn An", "Nguyễn Văn An Bình", False),
        ("Nguyễn Văn Mẫu", "Phạm Thị Thử", False),
        ("Nguyễn Văn Mẫu", WARD, False),
        ("Nguyễn Văn Mẫu", "Nguyễn Văn", False),
        ("Mẫu", "Nguyễn Văn Mẫu", False),
        ("!!!", "???", False),
        ("Nguyễn Văn Mẫu - Chủ tịch", "Nguyễn Văn Mẫu", True),
        ("Nguyễn Văn Mẫu - Chủ tịch", "NGUYỄN VĂN MẪU - CHỦ TỊCH", True),
        ("Nguyễn Văn Mẫu - Chủ tịch", "Phạm Thị Thử - Chủ tịch", False),
        ("Nguyễn Văn Mẫu (giả định)", "Phạm Thị Thử (GIẢ ĐỊNH)", False),
    ],
)
def test_a_person(account: str, certificate: str, same: bool) -> None:
    _expect(same, lambda: check_person(account, Holder(certificate)), "other-holder")


@pytest.mark.parametrize(
    ("names", "holder", "same"),
    [
        ([WARD], Holder("ỦY BAN NHÂN DÂN PHƯỜNG MẪU"), True),
        ([WARD], Holder("UBND phuong Mau"), True),
        ([WARD], Holder("Con dấu UBND Phường Mẫu", ("UBND Thành phố Thử",)), True),
        ([WARD], Holder("Ủy ban nhân dân", ("Phường Mẫu", "Thành phố Thử")), True),
        ([WARD, "UBND xã Thí Dụ"], Holder("Ủy ban nhân dân xã Thí Dụ"), True),
        ([WARD], Holder("Ủy ban nhân dân xã Thí Dụ"), False),
        ([WARD], Holder("Nguyễn Văn Mẫu", (WARD,)), False),
        (["UBND Phường 1"], Holder("UBND Phường 12"), False),
        (["Sở Y tế"], Holder("Sở Tài chính"), False),
        ([WARD], Holder("ỦY BAN NHÂN DÂN  P.MẪU (GIẢ ĐỊNH)"), True),
        ([WARD], Holder("Ủy ban nhân dân phường Mẫu - MST: 0123456789"), True),
        (["UBND Phường 1"], Holder("UBND PHƯỜNG 01"), True),
        (["UBND thị trấn Mẫu"], Holder("UBND TT. Mẫu"), True),
        (["UBND quận 1"], Holder("ỦY BAN NHÂN DÂN Q.1"), True),
        (["UBND Q10, TPHCM"], Holder("Ủy ban nhân dân Quận 10", ("Thành phố Hồ Chí Minh",)), True),
        (["UBND phường Mẫu, tỉnh Thử"], Holder("UBND phường Mẫu", ("Thử",)), True),
        (["UBND phường Mẫu, tỉnh Thử"], Holder("UBND phường Mẫu", ("Khác",)), False),
        (["Sở Tài nguyên và Môi trường tỉnh Thử"], Holder("SỞ TÀI NGUYÊN VÀ MÔI TRƯỜNG", ("Thử",)), True),
        (["Sở Văn hóa, Thể thao và Du lịch"], Holder("SỞ VĂN HOÁ THỂ THAO & DU LỊCH"), True),
        (["Sở Giáo dục và Đào tạo"], Holder("Sở GD&ĐT", ("UBND tỉnh Thử",)), True),
        (["Sở Y tế"], Holder("Sở Y tế tỉnh Thử"), True),
        (["Sở GDĐT"], Holder("Sở Giáo dục và Đào tạo"), True),
        (["UBND TP Qui Thử"], Holder("Ủy ban nhân dân thành phố Quy Thử"), True),
        (["UBND xã Mẫu"], Holder("UBND xã Khác", ("UBND huyện Mẫu",)), False),
        (["UBND xã Mẫu"], Holder("UBND xã Khác", ("UBND xã Mẫu",)), False),
        (["UBND xã Mẫu"], Holder("UBND xã Mẫu Sơn"), False),
        (["UBND xã Mẫu"], Holder("UBND xã Mẫu huyện Thử"), True),
        (["UBND xã Mẫu"], Holder("Ủy ban nhân dân", ("Xã Mẫu Sơn",)), False),
        (["UBND xã Tân An"], Holder("UBND xã An Tân"), False),
        (["UBND tỉnh Mẫu"], Holder("UBND xã Mẫu", ("UBND tỉnh Mẫu",)), False),
        (["UBND tỉnh Mẫu"], Holder("UBND thành phố Mẫu"), False),
        (["UBND xã Mẫu"], Holder("Nguyễn Văn Thử - UBND xã Mẫu"), False),
        (["Sở Tư pháp"], Holder("Phòng Tư pháp huyện Thử", ("Sở Tư pháp",)), False),
        (["!!!"], Holder("???"), False),
    ],
)
def test_an_agency(names: list[str], holder: Holder, same: bool) -> None:
    _expect(same, lambda: check_agency(names, holder), "other-agency")


def _expect(same: bool, check: object, code: str) -> None:
    assert callable(check)
    if same:
        check()
        return
    with pytest.raises(SigningRefused) as refused:
        check()
    assert refused.value.code == code

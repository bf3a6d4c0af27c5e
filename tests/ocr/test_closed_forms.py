"""Values that are one of few, or of one shape: what is not stays open."""

import pytest

from ocr.fields.forms import FORMS, breaks_off


@pytest.mark.parametrize(
    ("form", "text", "value"),
    [
        ("people", "Kinh", "Kinh"),
        ("people", "Ê-đê", "Ê-đê"),
        ("people", "Kính", None),
        ("people", "Kin", None),
        ("people", "Kinh Quốc tịch", None),
        ("people", "La. Hủ", None),
        ("country", "Việt Nam", "Việt Nam"),
        ("country", "VIỆT NAM / VIETNAMESE", "VIỆT NAM"),
        ("country", "Việt Nạm", None),
        ("country", "Việt", None),
        ("relation", "Mẹ đẻ", "Mẹ đẻ"),
        ("relation", "Chau", None),
        ("relation", "Cha Ngày sinh", None),
        ("book", "01/2008", "01/2008"),
        ("book", "01/2026 - SCT/BS", "01/2026 - SCT/BS"),
        ("book", "01/2O08", None),
        ("page", "07", "7"),
        ("page", "1/2", None),
        ("percent", "62,5%", "62.5"),
        ("percent", "625%", None),
        ("percent", "80", None),
        ("period", "xã Mẫu từ ngày 01/01/2006 đến nay", "xã Mẫu từ ngày 01/01/2006 đến nay"),
        ("period", "xã Mẫu từ ngày 01/01/2006", None),
        ("period", "xã Mẫu từ ngày 01/01/2006 đến nay chưa đăng ký kết hôn", None),
        ("use", "riêng: 1.100,5 m2, chung: không m2", "riêng: 1.100,5 m²; chung: không m²"),
        ("use", "riêng: 1.100,5 m²", None),
        ("use", "Sử dụng riêng", "Sử dụng riêng"),
        ("use", "Sử dụng chung", "Sử dụng chung"),
        ("dwelling", "Tổ 5, phường 7, quận 8, TP. Ví Dụ", "Tổ 5, phường 7, quận 8, TP. Ví Dụ"),
        ("dwelling", "Tổ 5, phường 7 quận 8, TP. Ví Dụ", None),
        ("office", "UBND xã Mẫu, tỉnh Ví Dụ, số 19, ngày 15/09/2024", "UBND xã Mẫu, tỉnh Ví Dụ"),
    ],
)
def test_forms(form: str, text: str, value: str | None) -> None:
    assert FORMS[form](text) == value


@pytest.mark.parametrize("text", ["Số 61/12 phố", "Tổ 5, ấp", "Xã Mẫu,. tỉnh Ví Dụ"])
def test_addresses_that_break_off(text: str) -> None:
    assert breaks_off(text)


@pytest.mark.parametrize("text", ["Tại nhà riêng, ấp 5", "Số 12 phố Huế", "Bệnh viện đa khoa tỉnh"])
def test_addresses_that_do_not(text: str) -> None:
    assert not breaks_off(text)

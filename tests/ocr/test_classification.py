"""Papers are named by title and nature, never by what they mention; unknown rather than wrong."""

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.sample.papers import all_papers
from ocr.fields.extraction import extract
from ocr.kinds.catalogue import catalogue
from ocr.kinds.classification import classify
from ocr.recognition import Box, Page, Word
from tests.ocr.typed import BODY, HEIGHT, WIDTH, At, born_digital, centred, letterhead, page


def test_every_drawn_paper_is_what_it_is(tmp_path: Path) -> None:
    for paper in all_papers():
        kind = classify(born_digital(paper, tmp_path))
        assert kind.code == paper.kind, (paper.name, kind)
        assert kind.name == catalogue()[paper.kind].name
        assert kind.reason.endswith(".")


def test_title_and_symbol_together_are_surer_than_the_title_alone() -> None:
    both = classify([page(*letterhead(), At(1050, 620, "QUYẾT ĐỊNH"), *BODY)])
    alone = classify([page(At(1050, 620, "QUYẾT ĐỊNH"), *BODY)])
    assert both.code == alone.code == "QĐ"
    assert both.confidence > alone.confidence
    assert "QĐ-UBND" in both.reason


def test_a_symbol_that_says_otherwise_makes_doubtful() -> None:
    kind = classify([page(*letterhead("15/TB-UBND"), At(1050, 620, "QUYẾT ĐỊNH"), *BODY)])
    assert kind.code == "QĐ"
    assert kind.confidence < 0.7
    assert "thông báo" in kind.reason


@pytest.mark.parametrize("title", ["CHÍ THỊ", "CHỈ TH|", "CHI THỊ"])
def test_titles_are_known_in_spite_of_lost_marks(title: str) -> None:
    assert classify([page(*letterhead("5/CT-UBND"), At(1100, 620, title), *BODY)]).code == "CT"


@pytest.mark.parametrize(
    ("title", "code"),
    [("THÔNG BÁO", "TB"), ("THÔNG CÁO", "TC"), ("BÁO CÁO", "BC"), ("QUY CHẾ", "QC"), ("QUY ĐỊNH", "QyĐ")],
)
def test_titles_that_differ_by_a_letter_are_kept_apart(title: str, code: str) -> None:
    assert classify([page(*letterhead("5/UBND"), At(1080, 620, title), *BODY)]).code == code


def test_an_official_letter_has_no_title() -> None:
    about = At(420, 480, "V/v góp ý dự thảo")
    addressee = At(1000, 700, "Kính gửi: Sở Nội vụ")
    kind = classify([page(*letterhead("27/UBND-VX"), about, addressee, *BODY)])
    assert kind.code == "CV"
    assert "V/v" in kind.reason
    assert classify([page(*letterhead("27/UBND-VX"), addressee, *BODY)]).code == "CV"


def test_a_mention_never_decides() -> None:
    mention = At(480, 1700, "kèm theo Giấy báo tử và Quyết định số 15/QĐ-UBND, số căn cước 099199000001")
    assert classify([page(*BODY, mention)]).code == "unknown"
    declared = classify([page(At(900, 500, "TỜ KHAI ĐĂNG KÝ KHAI TỬ"), *BODY, mention)])
    assert declared.code == "to-khai"


ABOUT_PAPERS = [
    "CĂN CƯỚC CÔNG DÂN GẮN CHÍP: NHỮNG ĐIỀU CẦN BIẾT",
    "GIẤY KHAI SINH VÀ NHỮNG ĐIỀU CẦN BIẾT",
    "QUYỀN SỬ DỤNG ĐẤT CỦA HỘ GIA ĐÌNH",
    "SỔ HỘ KHẨU GIẤY CHÍNH THỨC BỊ BÃI BỎ",
    "GIẤY PHÉP LÁI XE QUỐC TẾ CẤP Ở ĐÂU",
    "HỘ CHIẾU VẮC XIN",
    "PASSPORT CONTROL RULES",
    "BẰNG TỐT NGHIỆP GIẢ: CẢNH BÁO",
    "GIẤY PHÉP XÂY DỰNG LÀ GÌ?",
    "PHIẾU CHUYỂN TIỀN",
    "CHƯƠNG TRÌNH KHUYẾN MÃI",
]


@pytest.mark.parametrize("heading", ABOUT_PAPERS)
def test_a_heading_about_papers_heads_none(heading: str) -> None:
    mention = At(480, 1700, "cần mang theo giấy khai sinh, sổ hộ khẩu, hộ chiếu và giấy phép lái xe")
    kind = classify([page(centred(500, heading, tall=60), *BODY, mention)])
    assert kind.code in ("unknown", "other") or kind.confidence < 0.6, kind


def test_a_title_without_anything_of_its_paper_is_doubtful() -> None:
    alone = classify([page(centred(500, "GIẤY KHAI SINH"), *BODY)])
    label = At(400, 900, "Họ, chữ đệm, tên: NGUYỄN VĂN VÍ DỤ")
    held = classify([page(centred(500, "GIẤY KHAI SINH"), label, *BODY)])
    cover = classify([page(centred(500, "SỔ HỘ KHẨU", tall=80))])
    assert alone.confidence < 0.6 < held.confidence
    assert (held.code, cover.code) == ("giay-khai-sinh", "so-ho-khau")
    assert cover.confidence > 0.8


FORMS_OF_OTHERS = {
    "marriage": (
        "GIẤY KHAI SINH",
        ("Họ, chữ đệm, tên vợ: LÊ THỊ VÍ DỤ", "Họ, chữ đệm, tên chồng: TRẦN VĂN MẪU", "Dân tộc: Kinh"),
    ),
    "land": (
        "GIẤY PHÉP XÂY DỰNG",
        ("Thửa đất số: 12", "Tờ bản đồ số: 7", "Thời hạn sử dụng đất: Lâu dài"),
    ),
    "application": (
        "GIẤY PHÉP LÁI XE",
        (
            "Tôi tên là: NGUYỄN VĂN MẪU",
            "Tôi cam đoan những điều trên là đúng",
            "Người yêu cầu: NGUYỄN VĂN MẪU",
        ),
    ),
    "birth": (
        "BẰNG TỐT NGHIỆP",
        ("Họ, chữ đệm, tên người mẹ: LÊ THỊ VÍ DỤ", "Họ, chữ đệm, tên người cha: TRẦN VĂN MẪU"),
    ),
    "company": (
        "SỔ HỘ KHẨU",
        ("Mã số doanh nghiệp: 0199999999", "Vốn điều lệ: 1.000.000.000 đồng", "Địa chỉ trụ sở chính: Số 1"),
    ),
}


@pytest.mark.parametrize("form", FORMS_OF_OTHERS)
def test_a_title_over_the_form_of_another_kind_decides_nothing(form: str) -> None:
    title, body = FORMS_OF_OTHERS[form]
    printed = [At(400, 900 + 80 * index, text) for index, text in enumerate(body)]
    kind = classify([page(centred(500, title), *printed, *BODY)])
    assert kind.code == "unknown"
    assert title in kind.reason
    assert kind.box, "a person is shown the title that was not believed"


def test_a_certificate_that_holds_a_word_of_another_form_is_what_its_title_says() -> None:
    lines = (
        "Họ, chữ đệm, tên người mẹ: LÊ THỊ VÍ DỤ",
        "Họ, chữ đệm, tên vợ: (không)",
        "Tình trạng hôn nhân: Có",
    )
    printed = [At(400, 900 + 80 * index, text) for index, text in enumerate(lines)]
    assert classify([page(centred(500, "GIẤY KHAI SINH"), *printed, *BODY)]).code == "giay-khai-sinh"


def test_a_number_of_twelve_digits_is_no_identity_card() -> None:
    assert classify([page(At(500, 900, "Số: 099199000001"), *BODY)]).code == "unknown"


def test_a_clear_title_outside_the_catalogue_is_other() -> None:
    kind = classify([page(At(950, 500, "BẢNG CHẤM CÔNG", tall=60), *BODY)])
    assert kind.code == "other"
    assert "BẢNG CHẤM CÔNG" in kind.reason


def test_a_title_on_two_lines() -> None:
    lines = [
        At(1000, 500, "GIẤY XÁC NHẬN", tall=55),
        At(950, 590, "TÌNH TRẠNG HÔN NHÂN", tall=55),
    ]
    assert classify([page(*lines, *BODY)]).code == "giay-xac-nhan-tinh-trang-hon-nhan"


def test_the_longest_title_wins() -> None:
    kind = classify([page(At(700, 500, "GIẤY CHỨNG NHẬN QUYỀN SỬ DỤNG ĐẤT", tall=55), *BODY)])
    assert kind.code == "giay-chung-nhan-quyen-su-dung-dat"


def test_nothing_written_is_unknown_and_says_so() -> None:
    assert classify([]).code == "unknown"
    assert classify([page()]).reason == "Không có trang nào có chữ đọc được."


def test_columns_may_come_in_any_order() -> None:
    lines = [*letterhead(), At(1050, 620, "QUYẾT ĐỊNH"), *BODY]
    assert classify([page(*reversed(lines))]) == classify([page(*lines)])


words = st.builds(
    lambda text, x, y, w, h, sure, line: Word(text, Box(x, y, x + w, y + h), sure, line),
    st.text(st.characters(exclude_categories=["Z", "Cs", "Cc"]), min_size=1, max_size=12)
    | st.sampled_from(
        ["Số:", "QUYẾT", "ĐỊNH", "V/v", "Kính", "gửi:", "ngày", "tháng", "năm", "2024", "/QĐ-UBND"]
    ),
    st.integers(0, WIDTH - 300),
    st.integers(0, HEIGHT - 100),
    st.integers(1, 300),
    st.integers(1, 90),
    st.floats(0, 1),
    st.integers(0, 20),
)
pages = st.builds(
    lambda ws, origin: Page(
        1, WIDTH, HEIGHT, 300.0, 0, 0.0, origin, "x", " ".join(w.text for w in ws), tuple(ws)
    ),
    st.lists(words, max_size=40),
    st.sampled_from(["ocr", "text-layer"]),
)


@settings(suppress_health_check=[HealthCheck.too_slow], max_examples=80, deadline=None)
@given(st.lists(pages, max_size=3))
def test_any_page_has_a_kind_of_the_catalogue(read: list[Page]) -> None:
    kind = classify(read)
    assert kind.code in catalogue()
    assert 0.0 <= kind.confidence <= 1.0
    assert kind.reason


def test_a_sparse_leaflet_about_a_paper_is_none() -> None:
    cover = [centred(500, "GIẤY KHAI SINH VÀ NHỮNG ĐIỀU CẦN BIẾT"), centred(900, "Phường Mẫu, năm 2026")]
    assert classify([page(*cover)]).code in ("other", "unknown")


def heads(title: str, *text: str) -> Page:
    """A page with a title and lines under it."""
    return page(centred(500, title, 55), *(At(380, 700 + 80 * i, line) for i, line in enumerate(text)))


def test_a_title_over_one_label_of_another_form_is_doubtful() -> None:
    mixed = heads("GIẤY KHAI SINH", "Họ và tên: TRẦN THỊ VÍ DỤ", "Nguyên nhân chết: Tuổi già")
    kind = classify([mixed])
    assert (kind.code, kind.confidence < 0.7) == ("giay-khai-sinh", True)
    assert "cần kiểm tra" in kind.reason


def test_a_stamped_copy_mark_makes_no_paper_a_copy() -> None:
    kind = classify([page(*letterhead("33/TLKT"), centred(620, "BẢN SAO Y"), *BODY)])
    assert kind.confidence < 0.7
    alone = classify([page(*letterhead("33/SY-UBND"), centred(620, "SAO Y"), *BODY)])
    assert (alone.code, alone.confidence > 0.9) == ("SY", True)


@pytest.mark.parametrize(
    ("title", "lines"),
    [
        ("CERTIFICATE OF BIRTH", ("Full name: JOHN DOE", "Sex: Male", "Date of birth: 02/01/1990")),
        ("MARRIAGE CERTIFICATE", ("Husband: JOHN DOE", "Wife: JANE ROE")),
        ("DRIVER LICENSE", ("Name: JOHN DOE", "Class: B", "Expires: 01/01/2030")),
        ("HEIRATSURKUNDE", ("Ehemann: Max Mustermann", "Ehefrau: Erika Mustermann")),
        ("BACHELOR OF LAWS", ("Upon: JOHN DOE", "Date of birth: 14 April 1999")),
        ("CHỨNG CHỈ TIN HỌC", ("Cấp cho: HỒ VĂN VÍ DỤ", "Xếp loại: Khá")),
        ("THƯ NGỎ", ("Kính gửi: Quý phụ huynh",)),
    ],
)
def test_foreign_forms_and_papers_of_no_kind_are_none_of_the_catalogue(
    title: str, lines: tuple[str, ...]
) -> None:
    assert classify([heads(title, *lines)]).code in ("other", "unknown")


@pytest.mark.parametrize("title", ["BẰNG TỐT NGHIỆP CAO ĐẲNG", "BẰNG THẠC SĨ", "BẰNG KỸ SƯ", "BẰNG BÁC SĨ"])
def test_diplomas_of_other_schools(title: str) -> None:
    diploma = heads(
        title, "Ngành: Điều dưỡng", "Cho bà: LÊ THỊ VÍ DỤ", "Sinh ngày: 03/04/1999", "Vào sổ số: 77/2020"
    )
    kind = classify([diploma])
    assert kind.code == "bang-tot-nghiep"
    fields = extract([diploma], kind)
    assert {n: fields[n].value for n in ("full_name", "major", "registry_number")} == {
        "full_name": "LÊ THỊ VÍ DỤ",
        "major": "Điều dưỡng",
        "registry_number": "77/2020",
    }

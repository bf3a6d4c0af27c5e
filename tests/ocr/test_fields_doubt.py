"""What a stamp, a seal or a pen has spoilt stays open: its place is given, and no value that may be wrong."""

from dataclasses import replace

import pytest

from ocr.checks.crosschecks import check
from ocr.fields.extraction import extract
from ocr.kinds.classification import classify
from ocr.recognition import Box, Field, Page, Region, Word
from ocr.structure.letterhead import letterhead as head_of
from ocr.structure.lines import without_stamps
from tests.ocr.test_fields import decision
from tests.ocr.typed import BODY, At, centred, letterhead, page, words_of


def read(sheet: Page) -> dict[str, Field]:
    return extract([sheet], classify([sheet]))


def stamped(*said: At, lines: list[At] | None = None, place: Box | None = None) -> Page:
    """A decision with a stamp in its letterhead, whose words are read after all others."""
    first = page(*(lines or decision()))
    start = max(word.line for word in first.words) + 1
    words = [word for index, line in enumerate(said, start) for word in words_of(line, index)]
    where = place or Box(380, 330, 900, 520)
    return replace(first, words=(*first.words, *words), regions=(Region("stamp", where, 0.9),))


STAMP = (At(420, 345, "CÔNG VĂN ĐẾN"), At(420, 415, "Số: 9477"), At(420, 470, "Ngày: 12/3/2026"))


def test_what_a_stamp_says_is_no_part_of_the_letterhead() -> None:
    plain, found = read(page(*decision())), read(stamped(*STAMP))
    assert {name: field.value for name, field in found.items()} == {n: f.value for n, f in plain.items()}
    assert found["issuer"].value == "ỦY BAN NHÂN DÂN PHƯỜNG MẪU"
    assert found["number"].value == "15"


def test_print_under_a_stamp_stays_and_a_stamp_alone_is_read() -> None:
    sheet = stamped(*STAMP)
    assert [w.text for w in without_stamps(sheet).words] == [w.text for w in page(*decision()).words]
    alone = replace(sheet, words=tuple(w for w in sheet.words if w.line > 19))
    assert without_stamps(alone) == alone


def test_an_urgency_is_read_from_a_stamp_and_without_the_marks_of_its_frame() -> None:
    urgent = At(450, 420, "HỎA TỐC")
    assert read(stamped(urgent, place=Box(440, 400, 700, 480)))["urgency"].value == "HỎA TỐC"
    framed = read(page(*decision(), At(450, 480, "[HÒA TỐC", sure=0.6)))["urgency"]
    assert (framed.value, framed.state) == ("HỎA TỐC", "read")


def test_the_date_beside_it_is_no_part_of_a_symbol() -> None:
    lines = [line for line in decision() if not line.text.startswith("Số:")]
    close = At(830, 410, "Hà")
    sheet = page(*lines, At(450, 410, "Số: 15/QĐ-UBND"), close)
    assert head_of(sheet).number is not None
    assert read(sheet)["symbol"].value == "QĐ-UBND"


def test_a_slash_that_a_pen_may_hide_leaves_the_symbol_open() -> None:
    lines = [line for line in decision() if not line.text.startswith("Số:")]
    row = [At(450, 410, "Số:"), At(560, 410, "1372026", sure=0.5), At(780, 410, "/QĐ-UBND")]
    assert read(page(*lines, *row))["symbol"].state == "handwritten"


def test_a_number_row_without_its_slash_is_found_and_open() -> None:
    lines = [line for line in decision() if not line.text.startswith("Số:")]
    found = read(page(*lines, At(450, 410, "Số: 53QĐ-UBND")))
    assert [(found[name].value, found[name].state) for name in ("number", "symbol")] == [
        (None, "handwritten")
    ] * 2
    assert found["number"].box is not None
    assert found["issuer"].value == "ỦY BAN NHÂN DÂN PHƯỜNG MẪU"
    head = [line for line in letterhead() if not line.text.startswith("Số:")]
    torn, about = At(450, 410, "Số: 53UBND-VX"), At(420, 480, "V/v góp ý dự thảo")
    assert classify([page(*head, torn, about, At(1000, 700, "Kính gửi: Sở Nội vụ"), *BODY)]).code == "CV"


@pytest.mark.parametrize("first", ["Xét đề nghị của Trưởng phòng tại Tờ trình số", "1. Tổng kinh phí là"])
def test_a_subject_ends_where_the_text_begins(first: str) -> None:
    body = [
        At(480, 760, first + " 35 ngày hôm nay"),
        replace(BODY[1], y=830),
        replace(BODY[2], y=900),
    ]
    lines = [*letterhead(), centred(620, "QUYẾT ĐỊNH"), centred(690, "Kiểm kê tài sản"), *body]
    assert read(page(*lines))["subject"].value == "Kiểm kê tài sản"


def test_a_guessed_word_leaves_its_field_open() -> None:
    lines = [line if "Tổ số hóa" not in line.text else replace(line, sure=0.6) for line in decision()]
    subject = read(page(*lines))["subject"]
    assert (subject.value, subject.state) == (None, "handwritten")
    assert subject.box is not None


@pytest.mark.parametrize(
    "name",
    ["Ha Thi Le Van", "Đo Gia Phong", "Nguyễn Thi Ví Dụ", "Le Văn Ví Dụ", "Vũ Lan A", "Ngọ Văn Ví Dụ"],
)
def test_a_name_without_its_marks_is_open(name: str) -> None:
    lines = [line for line in decision() if line.text != "Trần Thị Ví Dụ"]
    signer = read(page(*lines, At(1560, 2900, name)))["signer"]
    assert (signer.value, signer.state) == (None, "handwritten")
    assert signer.box is not None


@pytest.mark.parametrize("name", ["Phan Anh Mai", "Mai Thanh Long", "Đinh Văn Ví Dụ", "LÊ THỊ VÍ DỤ"])
def test_a_name_whose_marks_are_there_is_read(name: str) -> None:
    lines = [line for line in decision() if line.text != "Trần Thị Ví Dụ"]
    assert read(page(*lines, At(1560, 2900, name)))["signer"].value == name


def test_a_name_that_a_signature_has_cut_is_open() -> None:
    lines = [line for line in decision() if line.text != "Trần Thị Ví Dụ"]
    whole, rest = page(*lines, At(1560, 2900, "Trần Thị Ví Dụ", sure=0.99)), At(1850, 2900, "u", sure=0.4)
    assert read(whole)["signer"].state == "read"
    assert read(page(*lines, At(1540, 2900, "Trần Thị"), rest))["signer"].state == "handwritten"
    pen = Region("signature", Box(1700, 2750, 2300, 2930), 0.8)
    cut = page(*lines, At(1540, 2900, "Trần Thị"))
    assert read(replace(cut, regions=(pen,)))["signer"].state == "handwritten"
    assert read(replace(whole, regions=(pen,)))["signer"].state == "read"
    assert read(page(*lines, At(1440, 2900, "Đại tá Trần Thị Ví Dụ")))["signer"].value == "Trần Thị Ví Dụ"


def test_an_issuer_that_runs_into_the_motto_is_parted_or_open() -> None:
    rest = [line for line in decision() if line.y != 200]
    touching = At(400, 200, "ỦY BAN NHÂN DÂN TỈNH NGHỆ ANCỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM")
    assert read(page(*rest, touching))["issuer"].value == "ỦY BAN NHÂN DÂN TỈNH NGHỆ AN PHƯỜNG MẪU"
    over = At(400, 200, "ỦY BAN NHÂN DÂN TỈNH NGHỆ ỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM")
    assert read(page(*rest, over))["issuer"].state == "handwritten"


def test_an_issuer_that_lacks_a_mark_of_its_commune_is_open() -> None:
    head = letterhead(issuer=("ỦY BAN NHÂN DÂN", "PHƯỜNG HOÀN KIÊM"))
    assert read(page(*head, *BODY))["issuer"].state == "handwritten"


def test_letters_that_are_no_word_of_an_issuer_or_position_are_open() -> None:
    lost = letterhead(issuer=("ỦY BAN NHÂN DÂN TỈNH NGHỆ AN", "SỞ KẾ HOACH VÀ ĐẦU TƯ"))
    assert read(page(*lost, *BODY))["issuer"].state == "handwritten"
    short = letterhead(issuer=("ỦY BAN NHÂN DÂN TỈNH NGHỆ AN", "CAT PHƯỜNG MẪU"))
    assert read(page(*short, *BODY))["issuer"].state == "read"
    for position, state in (("CÔNC CHỨC TƯ PHÁP - HỘ TỊCH", "handwritten"), ("CÔNG CHỨC ĐỊA CHÍNH", "read")):
        lines = [replace(x, text=position) if x.text == "PHÓ CHỦ TỊCH" else x for x in decision()]
        assert read(page(*lines))["position"].state == state


def test_where_a_seal_has_left_no_signer_its_place_is_given() -> None:
    lines = [line for line in decision() if line.y < 2400]
    torn = page(*lines, At(380, 2400, "Nơi nhận:"), At(1500, 2420, "28Ủ TỊCH", sure=0.4))
    fields = read(replace(torn, regions=(Region("seal", Box(1400, 2350, 1900, 2850), 0.8),)))
    assert [(fields[name].value, fields[name].state) for name in ("signer", "position")] == [
        (None, "handwritten")
    ] * 2
    assert fields["signer"].box is not None


def test_the_short_end_of_a_long_name_is_part_of_it() -> None:
    long = letterhead(issuer=("ỦY BAN NHÂN DÂN TỈNH NGHỆ", "AN", "SỞ CÔNG THƯƠNG"))
    assert read(page(*long, *BODY))["issuer"].value == "ỦY BAN NHÂN DÂN TỈNH NGHỆ AN SỞ CÔNG THƯƠNG"


def test_a_letter_of_an_office_that_is_abbreviated_as_a_kind_is() -> None:
    head = letterhead("976/CT-TTHT", issuer=("TỔNG CỤC THUẾ", "CỤC THUẾ TỈNH MẪU"))
    about, to = At(420, 480, "V/v trả lời chính sách"), At(1000, 700, "Kính gửi: Công ty Ví Dụ")
    letter = page(*head, about, to, *BODY)
    kind = classify([letter])
    assert kind.code == "CV"
    assert not [n for n in check(kind, extract([letter], kind), [letter]) if n.code == "symbol-kind"]
    assert classify([page(*head, to, *BODY)]).code == "unknown"


@pytest.mark.parametrize(("title", "code"), [("ĐỀ ÁN", "ĐA"), ("DỰ ÁN", "DA")])
def test_titles_of_four_letters(title: str, code: str) -> None:
    kind = classify([page(*letterhead(f"7/{code}-UBND"), centred(620, title), *BODY)])
    assert kind.code == code
    assert kind.confidence > 0.9


def test_a_name_on_a_form_without_its_marks_is_open() -> None:
    lines = [centred(500, "GIẤY KHAI SINH"), At(400, 900, "Giới tính: Nữ"), *BODY]
    lost = read(page(*lines, At(400, 700, "Họ, chữ đệm, tên: LÝ THI VÍ DỤ")))["full_name"]
    assert (lost.value, lost.state) == (None, "handwritten")
    kept = read(page(*lines, At(400, 700, "Họ, chữ đệm, tên: LÝ THỊ VÍ DỤ")))["full_name"]
    assert (kept.value, kept.state) == ("LÝ THỊ VÍ DỤ", "read")


def test_a_translation_of_a_label_is_no_value_where_its_colon_is_misread() -> None:
    title, where = (
        centred(300, "GIẤY PHÉP LÁI XE"),
        At(400, 700, "Nơi cư trú/ Address. P. Mẫu Đơn, TP. Ví Dụ"),
    )
    sheet = page(title, At(400, 600, "Họ tên/ Full name: LÝ THỊ VÍ DỤ"), where)
    assert read(sheet)["residence"].value == "P. Mẫu Đơn, TP. Ví Dụ"


@pytest.mark.parametrize("last", ["BAN CHỈ ĐẠO 389/ĐP", "ĐẢNG ỦY XÃ/PHƯỜNG", "-CHI NHÁNH MIỀN MẪU"])
def test_a_slash_or_a_dash_is_part_of_an_issuers_name(last: str) -> None:
    found = read(page(*letterhead(issuer=("TỔNG CÔNG TY VÍ DỤ", last)), centred(620, "QUYẾT ĐỊNH"), *BODY))
    assert found["issuer"].value == f"TỔNG CÔNG TY VÍ DỤ {last.lstrip('-')}"


@pytest.mark.parametrize("row", ["53/QĐ-UBND", "S6 : /QĐ-UBND"])
def test_a_number_row_without_its_label_is_no_issuer(row: str) -> None:
    head = [line for line in letterhead() if not line.text.startswith("Số:")]
    for y in (410, 365):
        found = read(page(*head, At(450, y, row), centred(620, "QUYẾT ĐỊNH"), *BODY))
        assert found["issuer"].value == "ỦY BAN NHÂN DÂN PHƯỜNG MẪU"


@pytest.mark.parametrize("last", ["ngày 12/5/2026", "số 125"])
def test_a_subject_may_end_in_a_day_or_a_number(last: str) -> None:
    head = letterhead("125/UBND-VX")
    about = [At(420, 480, "V/v trả lời văn bản"), At(440, 530, last)]
    found = read(page(*head, *about, At(1000, 700, "Kính gửi: Sở Nội vụ"), *BODY))
    assert found["subject"].value == f"V/v trả lời văn bản {last}"
    stamp = At(440, 530, "Ngày: 12/5/2026")
    found = read(page(*head, about[0], stamp, At(1000, 700, "Kính gửi: Sở Nội vụ"), *BODY))
    assert found["subject"].value == "V/v trả lời văn bản"


def test_a_type_that_is_to_be_checked_is_open() -> None:
    torn = page(*letterhead("15/QĐ-UBND"), *BODY)
    assert (classify([torn]).code, read(torn)["type"].state) == ("QĐ", "handwritten")
    against = page(*letterhead("15/TB-UBND"), centred(620, "QUYẾT ĐỊNH"), *BODY)
    assert read(against)["type"].state == "handwritten"
    assert read(page(*decision()))["type"].value == "Quyết định"


def test_a_symbol_is_whole_in_tight_boxes_or_open() -> None:
    sheet = page(*[line for line in decision() if not line.text.startswith("Số:")])
    tall, dash = 40, Box(760, 428, 776, 434)

    def row(gap: int) -> Page:
        words = words_of(At(450, 410, "Số: 15/QĐ", tall), 90)
        end = words[-1].box.x1
        dashed = Word("-", replace(dash, x0=end + 12, x1=end + 28), 0.96, 90)
        last = Word("UBND", Box(end + 28 + gap, 410, end + 128 + gap, 450), 0.96, 90)
        return replace(sheet, words=(*sheet.words, *words, dashed, last))

    assert read(row(14))["symbol"].value == "QĐ-UBND"
    assert read(row(40))["symbol"].state == "handwritten"


@pytest.mark.parametrize("name", ["Chau Sóc Kha", "Ly A Sử", "Lam Thị Hoa", "Lo Văn Ví"])
def test_families_without_marks_are_read(name: str) -> None:
    lines = [line for line in decision() if line.text != "Trần Thị Ví Dụ"]
    assert read(page(*lines, At(1560, 2900, name)))["signer"].value == name


def test_what_a_pdf_itself_says_of_a_name_is_not_doubted() -> None:
    lines = [line for line in decision() if line.text != "Trần Thị Ví Dụ"]
    assert read(page(*lines, At(1560, 2900, "Le Thi Vi"), origin="text-layer"))["signer"].value == "Le Thi Vi"


def test_a_name_at_the_tab_of_its_titles_is_whole() -> None:
    lines = [line for line in decision() if line.x < 1500]
    block = [
        At(1500, 2500, "KT. CHỦ TỊCH"),
        At(1500, 2560, "PHÓ CHỦ TỊCH"),
        At(1500, 2900, "Hồ Ví Dụ", sure=0.99),
    ]
    pen = Region("signature", Box(1600, 2750, 2300, 2930), 0.8)
    assert read(replace(page(*lines, *block), regions=(pen,)))["signer"].value == "Hồ Ví Dụ"


@pytest.mark.parametrize(("sure", "state"), [(0.6, "read"), (0.9, "absent")])
def test_what_a_black_box_of_a_form_holds_is_its_value(sure: float, state: str) -> None:
    sheet = page(centred(500, "GIẤY KHAI SINH"), At(400, 900, "Giới tính: Nữ"), *BODY)
    words = words_of(At(420, 700, "Họ, chữ đệm, tên: LÝ THỊ VÍ DỤ"), 90)
    boxed = Region("stamp", Box(390, 680, 1300, 760), sure)
    found = read(replace(sheet, words=(*sheet.words, *words), regions=(boxed,)))["full_name"]
    assert found.state == state


def test_a_motto_in_the_middle_is_no_issuer() -> None:
    motto = At(560, 200, "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", tall=50)
    lines = [motto, At(900, 270, "Độc lập - Tự do - Hạnh phúc"), centred(620, "BIÊN BẢN"), *BODY]
    assert head_of(page(*lines)).motto is not None
    assert read(page(*lines))["issuer"].state == "absent"


def test_a_line_that_begins_with_a_name_is_not_parted() -> None:
    river = At(380, 1600, "Mê-Công là sông lớn chảy qua nhiều nước")
    assert river.text in [line.text for line in head_of(page(*decision(), river)).lines]

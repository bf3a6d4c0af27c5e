"""The nine metadata of Circular 01/2023 Art 9.2 (F1.5): each of every kind, and where it comes from."""

import json

import pytest

from ocr.fields.extraction import extract
from ocr.kinds.catalogue import catalogue
from ocr.kinds.classification import classify
from ocr.metadata import METADATA, Metadatum, joint, metadata
from ocr.recognition import Box, Field, Kind, Page
from tests.ocr.test_fields_forms import card, sheet
from tests.ocr.typed import BODY, At, centred, letterhead, page


def nine(one: Page) -> dict[str, Metadatum]:
    kind = classify([one])
    return metadata(kind, extract([one], kind))


def read(value: str, x: int = 0) -> Field:
    return Field(value, 0.98, 1, Box(x, 0, x + 90, 30), "read")


def decision(*body: str) -> Page:
    return page(
        *letterhead(number="15 /QĐ-UBND"),
        centred(620, "QUYẾT ĐỊNH"),
        centred(690, "Về việc thành lập Tổ số hóa hồ sơ"),
        centred(750, "của Bộ phận một cửa phường Mẫu"),
        *BODY,
        *(At(300, 2200 + 60 * index, text) for index, text in enumerate(body)),
    )


@pytest.mark.parametrize("code", sorted(catalogue()))
def test_every_kind_has_all_nine_and_a_field_for_each_that_is_not_of_the_catalogue(code: str) -> None:
    kind = Kind(code, catalogue()[code].name, 0.9, ".", 1, Box(0, 0, 9, 9))
    fields = extract([], kind)
    found = metadata(kind, fields)
    assert tuple(found) == METADATA
    assert json.dumps({name: what.to_json() for name, what in found.items()})
    for name, what in found.items():
        assert (what.state == "absent") == (what.origin == "none") == (what.value is None)
        if code not in ("unknown", "other") and name != "summary":
            assert (what.origin == "catalogue") == (name in ("paper_code", "paper_name"))
    stated = {name: read(f"trị {name}") for name in fields}
    for name, what in metadata(kind, stated).items():
        if code != "unknown" or name != "paper_code":
            assert what.value, (code, name)


def test_a_decision_says_seven_of_the_nine_on_paper() -> None:
    found = nine(decision("Điều 3. Quyết định này có hiệu lực kể từ ngày ký."))
    assert {name: what.value for name, what in found.items()} == {
        "paper_code": "QĐ",
        "holder_id": None,
        "paper_name": "Quyết định",
        "number_and_symbol": "15/QĐ-UBND",
        "issued_on": "2026-03-05",
        "issuer": "ỦY BAN NHÂN DÂN PHƯỜNG MẪU",
        "summary": "Về việc thành lập Tổ số hóa hồ sơ của Bộ phận một cửa phường Mẫu",
        "validity": "có hiệu lực kể từ ngày ký",
        "scope": None,
    }
    for name in ("number_and_symbol", "issued_on", "issuer", "summary", "validity"):
        what = found[name]
        assert (what.origin, what.state, what.page) == ("paper", "read", 1)
        assert what.box
        assert what.confidence > 0.9
    assert found["paper_code"].origin == "catalogue"
    assert found["paper_code"].box == found["paper_name"].box, "the title is what the kind rests on"


def test_a_number_left_to_the_pen_has_a_place_and_no_value() -> None:
    box = Box(5, 5, 50, 20)
    pen = Field(None, 0.0, 1, box, "handwritten")
    what = metadata(None, {"number": pen, "symbol": read("QĐ-UBND")})["number_and_symbol"]
    assert (what.value, what.state, what.box, what.origin) == (None, "handwritten", box, "paper")


def test_the_party_writes_the_kind_before_the_slash() -> None:
    assert [joint(symbol) for symbol in ("QĐ/TU", "QĐ-UBND", "2022/QĐ-UBND", "CV/BTCTU", "NQ-HĐND")] == [
        "-",
        "/",
        "/",
        "-",
        "/",
    ]


def test_a_card_is_numbered_by_its_person_and_says_who_issued_it_until_when() -> None:
    found = nine(
        card(
            "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM",
            "Độc lập - Tự do - Hạnh phúc",
            "CĂN CƯỚC",
            "Identity Card",
            "Số định danh cá nhân / Personal identification number: 099190000001",
            "Họ, chữ đệm và tên khai sinh / Full name:",
            "NGUYỄN VĂN MẪU",
            "Ngày, tháng, năm sinh / Date of birth: 01/02/1990",
            "Ngày, tháng, năm cấp / Date of issue: 03/04/2025",
            "Ngày, tháng, năm hết hạn / Date of expiry: 01/02/2030",
            "Nơi cấp: BỘ CÔNG AN",
        )
    )
    assert found["holder_id"].value == found["number_and_symbol"].value == "099190000001"
    assert found["issued_on"].value == "2025-04-03"
    assert found["validity"].value == "2030-02-01"
    assert found["issuer"].value == "BỘ CÔNG AN"
    assert found["summary"].value == "Căn cước: NGUYỄN VĂN MẪU"
    assert (found["summary"].origin, found["summary"].fields) == ("composed", ("full_name",))


def test_whose_head_signs_a_card_issued_it() -> None:
    kind = Kind("can-cuoc", "Căn cước", 0.97, ".", 1, Box(0, 0, 9, 9))
    police = read("CỤC TRƯỞNG CỤC CẢNH SÁT GIẢ ĐỊNH")
    found = metadata(kind, {"position": police})["issuer"]
    assert (found.value, found.origin, found.fields) == ("CỤC CẢNH SÁT GIẢ ĐỊNH", "composed", ("position",))
    assert found.box == police.box
    assert metadata(kind, {"position": read("PHÓ GIÁM ĐỐC")})["issuer"].origin == "none"


def test_a_couple_both_count() -> None:
    kind = Kind("giay-chung-nhan-ket-hon", "Giấy chứng nhận kết hôn", 0.97, ".", 1, Box(0, 0, 9, 9))
    found = metadata(
        kind,
        {
            "wife_name": read("LÊ THỊ VÍ DỤ"),
            "husband_name": read("TRẦN VĂN MẪU"),
            "wife_personal_id": read("099190000001"),
            "husband_personal_id": read("099090000002"),
        },
    )
    assert found["summary"].value == "Giấy chứng nhận kết hôn: LÊ THỊ VÍ DỤ; TRẦN VĂN MẪU"
    assert found["summary"].confidence == 0.97
    assert found["holder_id"].value == "099190000001; 099090000002"
    assert found["holder_id"].origin == "composed"


@pytest.mark.parametrize(
    ("body", "validity", "scope"),
    [
        (
            (
                "Điều 2. Quyết định có hiệu lực thi hành từ ngày 01 tháng 4 năm 2026 và thay thế",
                "Quyết định số 1.",
            ),
            "có hiệu lực thi hành từ ngày 01 tháng 4 năm 2026",
            None,
        ),
        (
            ("Giấy này có giá trị trong thời hạn 06 tháng kể từ ngày cấp trên phạm vi toàn", "quốc."),
            "có giá trị trong thời hạn 06 tháng kể từ ngày cấp",
            "trên phạm vi toàn quốc",
        ),
        (
            ("Giấy này có giá trị 6 tháng kể từ ngày cấp, được sử dụng để: Mua nhà", "CHỦ TỊCH", "Trần Mẫu"),
            "có giá trị 6 tháng kể từ ngày cấp",
            None,
        ),
        (
            ("Quyết định này có hiệu lực kể từ ngày ký", "CHỦ TỊCH", "Trần Văn Mẫu"),
            "có hiệu lực kể từ ngày ký",
            None,
        ),
        (
            ("Quyết định này có hiệu lực kể từ ngày ký", "K/T GIÁM ĐỌC SỞ MẪU", "Nơi nhận:", "- Lưu."),
            "có hiệu lực kể từ ngày ký",
            None,
        ),
        (
            ("Quyết định này có hiệu lực kể từ ngày ký", "Nơi nhận:", "- Lưu."),
            "có hiệu lực kể từ ngày ký",
            None,
        ),
        (("( Giấy này có giá trị đến hết ngày 22/3/2026 )",), "có giá trị đến hết ngày 22/3/2026", None),
        (
            ("( Giấy này có giá trị đến hết ngày 22/3/2026 (chủ nhật) )",),
            "có giá trị đến hết ngày 22/3/2026 (chủ nhật)",
            None,
        ),
        (
            ("Quyết định này có hiệu lực từ ngày ký đến khi cơ quan", "nơi nhận hồ sơ trả lời."),
            "có hiệu lực từ ngày ký đến khi cơ quan nơi nhận hồ sơ trả lời",
            None,
        ),
        (("Căn cứ Luật Đất đai có hiệu lực từ ngày 01 tháng 8 năm 2024;",), None, None),
        (("Bản sao này có giá trị sử dụng thay bản chính.",), None, None),
        (("Các quy định khác vẫn có hiệu lực từ ngày ban hành.",), None, None),
    ],
    ids=[
        "this decision",
        "scope",
        "what for",
        "who signs",
        "for whom",
        "who gets it",
        "a bracket",
        "a bracket within another",
        "where it is handed in",
        "another law",
        "a use",
        "other rules",
    ],
)
def test_only_what_the_paper_says_of_itself_counts(
    body: tuple[str, ...], validity: str | None, scope: str | None
) -> None:
    found = nine(decision(*body))
    assert (found["validity"].value, found["scope"].value) == (validity, scope)


def test_a_form_says_its_term() -> None:
    found = nine(
        sheet(
            "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM",
            "Độc lập - Tự do - Hạnh phúc",
            "GIẤY PHÉP XÂY DỰNG",
            "Số: 12/GPXD",
            "1. Cấp cho: Ông Nguyễn Văn Mẫu",
            "2. Được phép xây dựng công trình: Nhà ở riêng lẻ",
            "3. Giấy phép có hiệu lực khởi công xây dựng trong thời hạn 12 tháng kể từ ngày cấp.",
        )
    )
    assert found["validity"].value == (
        "có hiệu lực khởi công xây dựng trong thời hạn 12 tháng kể từ ngày cấp"
    )

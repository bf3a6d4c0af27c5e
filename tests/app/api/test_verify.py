"""Verification over HTTP: what is made of a file that was sent and is not kept."""

import base64
import hashlib
import html
import io

import pdfplumber
import pytest
from PIL import Image

from app.masking import masked_values
from app.printed_report import printed
from signing import policies
from tests.app import verdict_files
from tests.app.front import Desk, open_desk
from tests.app.verdict_files import VerdictFiles
from tests.signing.test_signature_page import repainted


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> VerdictFiles:
    return verdict_files.make(tmp_path_factory.mktemp("files"))


@pytest.fixture(scope="module")
def trusting_desk(files: VerdictFiles, tmp_path_factory: pytest.TempPathFactory) -> Desk:
    return open_desk(tmp_path_factory.mktemp("desk"), trust=files.trust)


@pytest.mark.parametrize("address", ["/verify/signed-version", "/api/v1/verify/signed-version"])
def test_the_signed_version_is_a_download(trusting_desk: Desk, files: VerdictFiles, address: str) -> None:
    client = trusting_desk.client()
    sent = {"file": ("quyết định.pdf", files["added"])}
    report = client.post("/api/v1/verify", files=sent).json()
    answer = client.post(address, files=sent, data={"field": report["signatures"][0]["field"]})
    assert answer.status_code == 200, answer.text
    assert answer.content == files["valid"]
    assert answer.headers["content-type"] == "application/pdf"
    assert "-ban-da-ky.pdf" in answer.headers["content-disposition"]
    unknown = client.post(address, files=sent, data={"field": "khác"})
    assert unknown.status_code == 422
    assert "khác" in unknown.text


def test_the_page_offers_the_signed_version_where_something_came_after(
    trusting_desk: Desk, files: VerdictFiles
) -> None:
    def shown(state: str) -> str:
        return trusting_desk.client().post("/verify", files={"file": ("a.pdf", files[state])}).text

    assert "Xem bản đã ký" in shown("added")
    assert "Xem chỗ khác" in shown("added")
    assert "Xem bản đã ký" in shown("later")
    assert "Xem chỗ khác" not in shown("later")
    for state in ("valid", "bytes_differ", "unsigned"):
        assert "Xem bản đã ký" not in shown(state)


def test_changed_pages_are_shown_side_by_side(trusting_desk: Desk, files: VerdictFiles) -> None:
    client = trusting_desk.client()
    sent = {"file": ("quyết định.pdf", files["added"])}
    field = client.post("/api/v1/verify", files=sent).json()["signatures"][0]["field"]
    answer = client.post("/api/v1/verify/changes", files=sent, data={"field": field})
    (page,) = answer.json()["pages"]
    assert (page["page"], page["signed_page"]) == (1, 1)
    (x0, y0, x1, y1), *_ = page["areas"]
    assert (x1 - x0, y1 - y0) == (pytest.approx(300, abs=20), pytest.approx(300, abs=20))
    before, after = (Image.open(io.BytesIO(base64.b64decode(page[v]))) for v in ("before", "after"))
    assert before.size == after.size
    scale = before.width / 595
    middle = (int((x0 + x1) / 2 * scale), int((y0 + y1) / 2 * scale))
    assert after.getpixel(middle)[0] - after.getpixel(middle)[1] > 200  # type: ignore[index,operator]
    assert before.getpixel(middle) != after.getpixel(middle)
    shown = client.post("/verify/changes", files=sent, data={"field": field})
    assert shown.text.count('src="data:image/jpeg;base64,') == 2
    policy = shown.headers["content-security-policy"]
    assert "img-src 'self' data:" in policy
    assert "script-src 'self';" in policy
    unknown = client.post("/verify/changes", files=sent, data={"field": "khác"})
    assert (unknown.status_code, "không có chữ ký nào tên" in unknown.text) == (422, True)


def test_places_that_only_drawing_tells_are_framed_and_told(trusting_desk: Desk, files: VerdictFiles) -> None:
    """Bytes after the end kept the report from naming a page: frames were drawn, `areas` was empty."""
    sent = {"file": ("quyết định.pdf", repainted(files["later"]) + b"\n% rubbish")}
    asked = {"field": "Signature1"}
    (page,) = trusting_desk.client().post("/api/v1/verify/changes", files=sent, data=asked).json()["pages"]
    assert page["page"] == 1
    assert page["areas"]


def test_of_a_refused_file_whose_difference_nobody_knows_the_signatures_page_is_shown(
    trusting_desk: Desk, files: VerdictFiles
) -> None:
    client = trusting_desk.client()
    tailed = files["later"] + b"\n% rubbish"
    for data, code, compared, button in (
        (files["bytes_differ"], "signature-page-unseen", None, "Xem trang của chữ ký"),
        (tailed, "no-page-differs", 2, "Xem chỗ khác"),
    ):
        sent = {"file": ("quyết định.pdf", data)}
        report = client.post("/api/v1/verify", files=sent).json()
        assert report["verdict"] == "invalid"
        assert button in client.post("/verify", files=sent).text
        field = {"field": report["signatures"][-1]["field"]}
        answer = client.post("/api/v1/verify/changes", files=sent, data=field).json()
        own = answer["signature_page"]
        assert (answer["pages"], own["page"], own["compared"], own["code"]) == ([], 1, compared, code)
        assert (own["area"] is None) == (code == "signature-page-unseen")
        assert Image.open(io.BytesIO(base64.b64decode(own["picture"]))).height == 1000
        seen = client.post("/verify/changes", files=sent, data=field).text
        at_once = client.post("/verify", files=sent, data={"pictures": "1"}).text
        for shown in (seen, at_once):
            assert shown.count('src="data:image/jpeg;base64,') == 1
        assert own["message"]["vi"] in html.unescape(seen)
    added = client.post("/verify", files={"file": ("a.pdf", files["added"])}, data={"pictures": "1"}).text
    assert added.count('src="data:image/jpeg;base64,') == 2
    sent, asked = {"file": ("a.pdf", files["certificate"])}, {"pictures": "1"}
    whole = client.post("/verify", files=sent, data=asked).text
    assert "data:image/jpeg" not in whole
    assert "Xem trang của chữ ký" not in whole, "the document is whole, and its certificate shows on no page"


def test_without_a_request_left_for_pictures_the_verdict_stands_alone(
    trusting_desk: Desk, files: VerdictFiles
) -> None:
    """Drawing takes as long as verifying: nobody gets it for nothing."""
    client = trusting_desk.client(public_requests_a_minute=3)
    sent, asked = {"file": ("a.pdf", files["added"])}, {"pictures": "1"}
    answers = [client.post("/verify", files=sent, data=asked) for _ in range(3)]
    assert [answer.status_code for answer in answers] == [200, 200, 429]
    assert ["data:image/jpeg" in answer.text for answer in answers] == [True, False, False]
    assert "Không hợp lệ" in answers[1].text


def test_personal_numbers_are_hidden_in_all_that_the_page_says() -> None:
    report = {
        "signer": "Nguyễn Văn Mẫu 001099012345",
        "sha256": "a" * 30 + "001099012345" + "b" * 22,
        "notes": [{"message": {"vi": "của 001099012345"}}],
    }
    assert masked_values(report) == {
        "signer": "Nguyễn Văn Mẫu 0010••••••45",
        "sha256": report["sha256"],
        "notes": [{"message": {"vi": "của 0010••••••45"}}],
    }


def test_the_report_is_printed(trusting_desk: Desk, files: VerdictFiles) -> None:
    client = trusting_desk.client()
    for state in (path.stem for path in files.folder.glob("*.pdf")):
        sent = {"file": ("quyết định 001099012345.pdf", files[state])}
        answer = client.post("/api/v1/verify", files=sent, headers={"Accept": "application/pdf"})
        assert answer.headers["content-type"] == "application/pdf", state
        said = _text(answer.content)
        assert hashlib.sha256(files[state]).hexdigest() in said
        assert "tự nó không phải bằng chứng" in said
        assert "Report on digital signatures" in said
        assert "001099012345" not in said
    by_page = client.post("/verify/report", files={"file": ("a.pdf", files["valid"])})
    assert "a-bao-cao.pdf" in by_page.headers["content-disposition"]
    assert "Hợp lệ: văn bản còn nguyên vẹn từ khi ký." in _text(by_page.content)


def test_the_printed_verdict_has_the_colour_of_its_tone(trusting_desk: Desk, files: VerdictFiles) -> None:
    """And the ordinary report fits a page for each language."""
    grounds = set()
    for state in ("valid", "added", "undetermined", "unsigned"):
        sent = {"file": ("a.pdf", files[state])}
        report = trusting_desk.client().post("/api/v1/verify", files=sent).json()
        with pdfplumber.open(io.BytesIO(printed(report, "a.pdf"))) as opened:
            assert len(opened.pages) == 2, state
            grounds.add(opened.pages[0].rects[0]["non_stroking_color"])
    assert len(grounds) == 4


def test_which_of_the_two_roots_a_signature_stands_under(trusting_desk: Desk, files: VerdictFiles) -> None:
    client, sent = trusting_desk.client(), {"file": ("a.pdf", files["valid"])}
    assert "gốc khác, không phải Ban Cơ yếu Chính phủ hay NEAC" in client.post("/verify", files=sent).text
    report = client.post("/api/v1/verify", files=sent).json()
    assert "Thuộc hệ thống: gốc khác" in _text(printed(report, "a.pdf"))
    report["signatures"][0]["root"] = policies.load("vn-official").root.to_json()  # type: ignore[union-attr]
    said = _text(printed(report, "a.pdf"))
    assert "Thuộc hệ thống: Ban Cơ yếu Chính phủ (chữ ký số chuyên dùng công vụ)" in said
    assert "Under: Government Cipher Committee" in said


def test_the_report_of_etsi(trusting_desk: Desk, files: VerdictFiles) -> None:
    wanted = {"Accept": "application/xml"}
    client = trusting_desk.client()
    answer = client.post("/api/v1/verify", files={"file": ("a.pdf", files["added"])}, headers=wanted)
    assert answer.headers["content-type"] == "application/xml"
    assert "mainindication:total-failed" in answer.text
    by_page = client.post("/verify/etsi-report", files={"file": ("a.pdf", files["added"])})
    assert "a-bao-cao.xml" in by_page.headers["content-disposition"]
    assert "mainindication:total-failed" in by_page.text
    assert (
        "/verify/etsi-report" not in client.post("/verify", files={"file": ("a.pdf", files["unsigned"])}).text
    )
    none = client.post("/api/v1/verify", files={"file": ("a.pdf", files["unsigned"])}, headers=wanted)
    assert none.status_code == 422
    assert none.json()["code"] == "no-signature-to-report"


def _text(pdf: bytes) -> str:
    with pdfplumber.open(io.BytesIO(pdf)) as opened:
        return " ".join(" ".join((page.extract_text() or "").split()) for page in opened.pages)

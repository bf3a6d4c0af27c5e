"""Verification over HTTP: what is made of a file that was sent and is not kept."""

import hashlib
import io

import pdfplumber
import pytest

from tests.app import verdict_files
from tests.app.front import Desk, open_desk
from tests.app.verdict_files import VerdictFiles


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


def test_the_report_of_etsi(trusting_desk: Desk, files: VerdictFiles) -> None:
    wanted = {"Accept": "application/xml"}
    client = trusting_desk.client()
    answer = client.post("/api/v1/verify", files={"file": ("a.pdf", files["added"])}, headers=wanted)
    assert answer.headers["content-type"] == "application/xml"
    assert "mainindication:total-failed" in answer.text
    none = client.post("/api/v1/verify", files={"file": ("a.pdf", files["unsigned"])}, headers=wanted)
    assert none.status_code == 422
    assert none.json()["code"] == "no-signature-to-report"


def _text(pdf: bytes) -> str:
    with pdfplumber.open(io.BytesIO(pdf)) as opened:
        return " ".join(" ".join((page.extract_text() or "").split()) for page in opened.pages)

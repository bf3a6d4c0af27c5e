"""What people send to be verified that is no signed PDF: each is told what it is and what to send instead."""

import base64
import gzip
import io
import subprocess
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pikepdf
import pytest
from PIL import Image
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign.fields import SigFieldSpec, append_signature_field

from app.sample.authority import Issuer
from signing import long_term
from signing.evidence.fetching import Fetcher
from signing.evidence.tsa import Authorities
from signing.refusals import SigningRefused
from signing.reports.notes import note
from signing.reports.report import Report
from signing.validation import validate
from tests.signing import documents, responders
from tests.signing.conftest import NOW, SignFile


def _picture(kind: str) -> bytes:
    target = io.BytesIO()
    Image.new("RGB", (30, 20), "white").save(target, kind)
    return target.getvalue()


def _zip(**files: bytes) -> bytes:
    """Nothing in it is compressed: a PDF stands there as it is."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as made:
        for name, data in files.items():
            made.writestr(name, data)
    return target.getvalue()


@pytest.fixture(scope="module")
def cms(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    """By OpenSSL, of a PDF: as a detached signature, as an envelope, as text; and the key that made them."""
    folder = tmp_path_factory.mktemp("cms")
    (folder / "plain.pdf").write_bytes(documents.paper(1))

    def openssl(command: str) -> None:
        subprocess.run(["openssl", *command.split()], cwd=folder, check=True, capture_output=True)

    openssl("req -x509 -newkey rsa:2048 -nodes -keyout key.pem -out own.crt -subj /CN=Mau")
    signed = "cms -sign -binary -in plain.pdf -signer own.crt -inkey key.pem"
    openssl(f"{signed} -outform DER -out detached")
    openssl(f"{signed} -outform PEM -out text")
    openssl(f"{signed} -nodetach -outform DER -out envelope")
    openssl("pkcs12 -export -in own.crt -inkey key.pem -out key.p12 -passout pass:mau")
    return {file.name: file.read_bytes() for file in folder.iterdir()}


def test_each_is_called_what_it_is(cms: dict[str, bytes], tmp_path: Path) -> None:
    paper = documents.paper(1)
    cases = [
        ("is-picture", _picture("PNG")),
        ("is-picture", _picture("JPEG")),
        ("is-picture", _picture("TIFF")),
        ("is-archive", _zip(**{"van-ban.pdf": paper})),
        ("is-archive", gzip.compress(paper)),
        ("is-container", _zip(mimetype=b"application/vnd.etsi.asic-e+zip", **{"van-ban.pdf": paper})),
        ("is-office", _zip(**{"[Content_Types].xml": b"<Types/>", "word/document.xml": b"<w/>"})),
        ("is-xml", b'\xef\xbb\xbf<?xml version="1.0"?><HDon><Signature/></HDon>'),
        ("is-web-page", "\n<!DOCTYPE html><title>Đăng nhập</title>".encode()),
        ("is-signature-file", cms["detached"]),
        ("is-signature-file", cms["text"]),
        ("is-signature-file", cms["envelope"]),
        ("is-key-file", cms["key.p12"]),
        ("is-key-file", cms["key.pem"]),
        ("is-certificate", cms["own.crt"]),
        ("is-encoded", base64.encodebytes(paper)),
        ("not-a-pdf", "xin chào".encode()),
        ("bytes-before", b"Received: from mail\r\n\r\n" + paper),
        ("bytes-before", b"<html>" + paper),
    ]
    for code, data in cases:
        report = _report(tmp_path, data)
        assert report.problem is not None
        assert (report.verdict, report.problem.code) == ("unreadable", code)
        assert report.summary.vi.endswith(note(code).text.vi)


def test_none_of_them_is_signed(cms: dict[str, bytes], sign_file: SignFile) -> None:
    for data in (_picture("PNG"), cms["detached"], _zip(**{"[Content_Types].xml": b"<Types/>"})):
        with pytest.raises(SigningRefused) as refused:
            sign_file(data)
        assert refused.value.code == "not-a-pdf"


def _unsigned(sign_file: SignFile) -> Iterator[tuple[bytes, list[str]]]:
    paper = documents.paper(1)
    yield paper, []
    yield paper + b"\r\n\x00\x00 ", []
    # of the signed file so much that nothing of the signature came
    yield sign_file(paper).read_bytes()[: len(paper) + 200], ["unsigned-cut-off"]
    with pikepdf.open(io.BytesIO(paper)) as opened:
        opened.attachments["da-ky.pdf"] = paper
        target = io.BytesIO()
        opened.save(target)
    yield target.getvalue(), ["unsigned-attachments"]
    update = IncrementalPdfFileWriter(io.BytesIO(paper))
    append_signature_field(update, SigFieldSpec("Ký"))
    target = io.BytesIO()
    update.write(target)
    yield target.getvalue(), ["unsigned-fields"]


def test_who_expected_a_signature_is_told_why_there_may_be_none(sign_file: SignFile, tmp_path: Path) -> None:
    for data, hints in _unsigned(sign_file):
        report = _report(tmp_path, data)
        assert report.verdict == "unsigned"
        said = report.summary.vi.partition("không kiểm được bằng máy.")[2]
        assert said == "".join(f" {note(hint).text.vi}" for hint in hints)


def test_a_timestamp_alone_is_not_called_a_signature(issuer: Issuer, trust: Path, tmp_path: Path) -> None:
    path = tmp_path / "stamped.pdf"
    path.write_bytes(documents.paper(1))
    with responders.serving() as authority:
        stamping = issuer.issue(NOW, name="TSA MẪU", usage="timestamp")
        authority.answers["/tsa"] = responders.timestamp_answer(issuer, stamping, NOW)
        long_term.timestamp(path, Authorities((authority.url("/tsa"),), Fetcher.allowing("127.0.0.0/8")))
    report = validate(path, anchors=[trust])
    assert report.verdict == "undetermined"
    assert "chỉ có dấu thời gian, không có chữ ký của ai" in report.summary.vi
    assert "khớp với chữ ký" not in report.summary.vi
    assert "matches the signature" not in report.summary.en


def _report(folder: Path, data: bytes) -> Report:
    path = folder / "sent"
    path.write_bytes(data)
    return validate(path)

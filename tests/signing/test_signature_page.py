"""The page that is shown of a refused file where nobody can tell what differs, or where nothing seems to."""

import io
import json
from pathlib import Path

import numpy as np
import pikepdf
import pypdfium2 as pdfium
import pytest
from PIL import Image
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter

from signing import signature_page
from signing.marks.appearance import Appearance
from signing.reports.report import Compared
from signing.revisions import NoSignedVersion
from signing.signature_page import SignaturePage, shown_pages
from signing.validation import validate
from tests.signing import documents
from tests.signing.conftest import SignFile
from tests.signing.test_side_by_side import added_pages

FIELD = "Signature1"
AGENCY = Appearance("agency", "ỦY BAN NHÂN DÂN PHƯỜNG MẪU", page=2)


def _own(path: Path, field: str = FIELD) -> SignaturePage:
    shown = shown_pages(path, field, {})
    assert shown.pages == []
    assert shown.signature_page is not None
    return shown.signature_page


def _changed(signed: Path, tail: bytes = b"", **flips: int) -> Path:
    path = signed.with_name("changed.pdf")
    data = bytearray(signed.read_bytes())
    for at in flips.values():
        data[at] ^= 1
    path.write_bytes(bytes(data) + tail)
    return path


def _looks_like(picture: bytes | None, path: Path, page: int) -> bool:
    assert picture
    shown = np.asarray(Image.open(io.BytesIO(picture)).convert("L"), np.int16)
    opened = pdfium.PdfDocument(path)
    opened.init_forms()
    sheet = opened[page - 1]
    drawn = sheet.render(scale=1000 / max(sheet.get_size())).to_pil().convert("L").resize(shown.shape[::-1])
    return bool(np.abs(shown - np.asarray(drawn, np.int16)).mean() < 2)


@pytest.mark.parametrize("mark", [AGENCY, None])
def test_of_one_changed_byte_the_page_of_the_signature_is_shown(
    mark: Appearance | None, sign_file: SignFile
) -> None:
    signed = sign_file(documents.paper(3), appearance=mark)
    path = _changed(signed, at=signed.read_bytes().index(b"\nstream") + 40)
    assert validate(path).verdict == "invalid"
    own = _own(path)
    assert (own.page, own.compared) == (2 if mark else 1, None)
    assert (own.area is not None) == (mark is not None)
    assert own.note.code == ("signature-page" if mark else "signature-page-unseen")
    assert "không ai nói được" in own.note.text.vi, "which byte it is nobody can say"
    assert "nobody can say which page" in own.note.text.en
    assert _looks_like(own.picture, path, own.page)


def test_of_a_file_that_is_damaged_what_can_be_drawn_is_shown(sign_file: SignFile) -> None:
    """A page is where a byte was changed: pdfium finds its way about it, as viewers do."""
    signed = sign_file(documents.paper(3), appearance=AGENCY)
    path = _changed(signed, at=signed.read_bytes().index(b"/Parent"))  # a key without its slash
    assert validate(path).verdict == "invalid"
    own = _own(path)
    assert (own.page, own.area, own.note.code) == (1, None, "signature-page-unread")
    assert own.picture


def test_the_field_is_told_as_the_page_shows_it(sign_file: SignFile) -> None:
    signed = sign_file(documents.paper(3), appearance=AGENCY)
    area = _own(_changed(signed, tail=b"\nrubbish")).area
    with pikepdf.open(signed) as opened:
        page = opened.pages[1]
        (widget,) = page.Annots
        x0, y0, x1, y1 = (float(value) for value in widget.Rect)
        height = float(page.MediaBox[3])
    assert area == pytest.approx((x0, height - y1, x1, height - y0))


def test_of_bytes_after_the_end_all_pages_are_compared(sign_file: SignFile) -> None:
    signed = sign_file(documents.paper(3), appearance=AGENCY)
    path = _changed(signed, tail=b"\n% rubbish that nobody signed\n")
    assert validate(path).verdict == "invalid"
    own = _own(path)
    assert (own.page, own.compared, own.note.code) == (2, 3, "no-page-differs")
    assert own.note.text.en.startswith("3 of 3 pages")
    assert _looks_like(own.picture, path, 2)


def test_where_nothing_was_added_nobody_is_told_of_additions(sign_file: SignFile) -> None:
    """Such a signature fails by its certificate; all pages were compared with themselves, and what was added
    after it was said not to be seen."""
    signed = sign_file(documents.paper(2), appearance=AGENCY)
    own = _own(signed)
    assert (own.page, own.compared, own.note.code) == (2, None, "nothing-added")
    assert own.area is not None
    assert _looks_like(own.picture, signed, 2)


def test_marks_of_later_signatures_are_no_difference(sign_file: SignFile) -> None:
    sealed = sign_file(sign_file(documents.paper(2)), appearance=AGENCY)
    path = _changed(sealed, tail=b"\nrubbish")
    for field in (FIELD, "Signature2"):
        own = _own(path, field)
        assert (own.note.code, own.compared) == ("no-page-differs", 2)


def test_what_the_report_compared_is_not_drawn_again(
    sign_file: SignFile, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Something was added that shows on no page: the verifier has drawn all of them, and of a file of 200
    pages that was drawn once more for the one picture."""
    signed = sign_file(documents.paper(3), appearance=AGENCY)
    path = signed.with_name("added.pdf")
    data = io.BytesIO(signed.read_bytes())
    update = IncrementalPdfFileWriter(data)
    update.root["/Added"] = generic.TextStringObject("nobody signed this")
    update.update_root()
    update.write_in_place()
    path.write_bytes(data.getvalue())
    report = validate(path)
    assert report.verdict == "invalid"
    compared = report.signatures[0].compared
    assert compared is not None
    assert (compared.pages, compared.alike) == (3, 3)
    assert Compared.from_json(json.loads(json.dumps(compared.to_json()))) == compared
    drawn = shown_pages(path, FIELD, {})
    monkeypatch.setattr(signature_page, "Comparison", None)
    assert shown_pages(path, FIELD, {}, compared) == drawn


def test_a_report_compares_nothing_where_a_page_differs(sign_file: SignFile) -> None:
    signed = sign_file(documents.paper(1))
    path = signed.with_name("painted.pdf")
    path.write_bytes(repainted(signed.read_bytes()))
    assert validate(path).signatures[0].compared is None
    assert validate(signed).signatures[0].compared is None, "nothing was added"


def test_a_page_that_looks_otherwise_is_never_said_to_look_the_same(sign_file: SignFile) -> None:
    """Also where the report named no page for it."""
    signed = sign_file(documents.paper(1))
    path = signed.with_name("painted.pdf")
    path.write_bytes(repainted(signed.read_bytes()))
    shown = shown_pages(path, FIELD, {})
    assert [page.page for page in shown.pages] == [1]
    assert shown.signature_page is None
    assert shown.to_json()["pages"][0]["areas"], "what is framed in the pictures is told too"


def repainted(data: bytes) -> bytes:
    """An update whose only new object is the content of the first page: no page object changes."""
    with pikepdf.open(io.BytesIO(data)) as opened:
        number = opened.pages[0].Contents.objgen[0]
        root, size = opened.trailer.Root.objgen[0], int(opened.trailer.Size)
    last = data.rindex(b"startxref") + len(b"startxref")
    before = int(data[last:].split()[0])
    drawing = b"1 0 0 rg 100 100 300 300 re f"
    head = f"\n{number} 0 obj\n<</Length {len(drawing)}>>\nstream\n".encode()
    table = len(data) + 1 + len(head) - 1 + len(drawing) + len(b"\nendstream\nendobj\n")
    entry = f"xref\n{number} 1\n{len(data) + 1:010} 00000 n \n".encode()
    trailer = f"trailer\n<</Size {size}/Root {root} 0 R/Prev {before}>>\nstartxref\n{table}\n%%EOF\n".encode()
    return data + head + drawing + b"\nendstream\nendobj\n" + entry + trailer


def test_pages_that_changed_come_first(sign_file: SignFile) -> None:
    signed = sign_file(appearance=Appearance("agency", "ỦY BAN NHÂN DÂN PHƯỜNG MẪU"))
    path = signed.with_name("added.pdf")
    path.write_bytes(added_pages(signed, 1))
    shown = shown_pages(path, FIELD, {})
    assert [page.signed_page for page in shown.pages] == [None]
    assert shown.signature_page is None


def test_without_such_a_signature_nothing_is_shown(sign_file: SignFile) -> None:
    with pytest.raises(NoSignedVersion) as refused:
        shown_pages(sign_file(), "khác", {})
    assert refused.value.code == "no-such-signature"
    junk = sign_file().with_name("junk.pdf")
    junk.write_bytes(b"%PDF-1.7\nrubbish")
    with pytest.raises(NoSignedVersion):
        shown_pages(junk, FIELD, {})

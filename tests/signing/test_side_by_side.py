"""Pictures of what changed: the right pages of both versions, and none where there is no signed version."""

import io
from pathlib import Path

import pikepdf
import pytest
from PIL import Image
from pyhanko.pdf_utils.generic import ArrayObject, DictionaryObject, NameObject, NumberObject
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter

from signing.revisions import NoSignedVersion
from signing.side_by_side import MOST_PAGES, changed_pages
from tests.signing.conftest import SignFile

FIELD = "Signature1"


def added_pages(signed: Path, added: int) -> bytes:
    """Blank pages added behind the signature."""
    writer = IncrementalPdfFileWriter(io.BytesIO(signed.read_bytes()), strict=False)
    tree = writer.root["/Pages"]
    for _ in range(added):
        page = DictionaryObject(
            {
                NameObject("/Type"): NameObject("/Page"),
                NameObject("/Parent"): writer.root.raw_get("/Pages"),
                NameObject("/MediaBox"): ArrayObject(NumberObject(v) for v in (0, 0, 595, 842)),
            }
        )
        tree["/Kids"].append(writer.add_object(page))
    tree[NameObject("/Count")] = NumberObject(len(tree["/Kids"]))
    writer.mark_update(writer.root.raw_get("/Pages"))
    writer.update_container(tree)
    target = io.BytesIO()
    writer.write(target)
    return target.getvalue()


def test_an_added_page_has_no_earlier_version(sign_file: SignFile, tmp_path: Path) -> None:
    path = tmp_path / "added.pdf"
    path.write_bytes(added_pages(sign_file(), 1))
    pages = len(pikepdf.open(path).pages)
    (page,) = changed_pages(path, FIELD, {})
    assert (page.page, page.signed_page, page.before) == (pages, None, None)
    assert page.after
    assert Image.open(io.BytesIO(page.after)).height == 1000


def test_pages_are_bounded(sign_file: SignFile, tmp_path: Path) -> None:
    path = tmp_path / "added.pdf"
    path.write_bytes(added_pages(sign_file(), MOST_PAGES + 5))
    assert len(changed_pages(path, FIELD, {})) == MOST_PAGES


def test_named_pages_are_drawn_and_framed(sign_file: SignFile) -> None:
    signed = sign_file()
    (plain,), (framed,) = (
        changed_pages(signed, FIELD, {1: boxes}) for boxes in ([], [(100.0, 100.0, 200.0, 200.0)])
    )
    assert plain.before == plain.after
    assert framed.after != plain.after
    assert changed_pages(signed, FIELD, {99: []}) == []


def test_without_a_signed_version_there_is_nothing_to_compare(sign_file: SignFile, tmp_path: Path) -> None:
    path = tmp_path / "broken.pdf"
    path.write_bytes(sign_file().read_bytes().replace(b"/Type", b"/Typo", 1))
    for file, field in ((sign_file(), "khác"), (path, FIELD)):
        with pytest.raises(NoSignedVersion):
            changed_pages(file, field, {1: []})

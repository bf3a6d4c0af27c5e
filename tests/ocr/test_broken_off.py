"""A PDF that broke off says so; one with a wrong table and all of its pages does not."""

from pathlib import Path

import pikepdf

from ocr.reading import finish
from ocr.sources import pages
from tests.ocr import drawing
from tests.ocr.test_pages import LIMITS, stored


def test_a_pdf_that_breaks_off_says_that_pages_may_be_missing(tmp_path: Path) -> None:
    whole = drawing.born_digital(4)
    source = stored(tmp_path, "whole.pdf", whole)
    assert pages.notices(source) == ()
    with pikepdf.open(source) as pdf:  # objects one after another, as scanners write them
        pdf.save(tmp_path / "plain.pdf", object_stream_mode=pikepdf.ObjectStreamMode.disable)
    assert pages.notices(tmp_path / "plain.pdf") == ()
    plain = (tmp_path / "plain.pdf").read_bytes()
    cut = stored(tmp_path, "cut.pdf", plain[: plain.rindex(b"xref", 0, plain.rindex(b"startxref"))])
    assert pages.inspect(cut, LIMITS).pages == 4
    assert [notice.code for notice in pages.notices(cut)] == ["rebuilt"]
    assert finish(cut, [], tmp_path).incomplete


def test_a_pdf_with_a_wrong_table_and_all_of_its_pages_says_nothing(tmp_path: Path) -> None:
    """Programs that count places from one, and transfers that fill the last block with zeros."""
    whole = drawing.born_digital(2)
    table, number, end = (
        whole.rpartition(b"startxref")[0],
        *whole.rpartition(b"startxref\n")[2].split(b"\n", 1),
    )
    shifted = table + b"startxref\n%d\n" % (int(number) + 1) + end
    for name, data in (("padded.pdf", whole + bytes(2000)), ("shifted.pdf", shifted)):
        source = stored(tmp_path, name, data)
        assert pages.inspect(source, LIMITS).pages == 2
        assert pages.notices(source) == ()
    lost = stored(tmp_path, "lost.pdf", shifted.replace(b"/Count 2", b"/Count 3"))
    assert [notice.code for notice in pages.notices(lost)] == ["rebuilt"]

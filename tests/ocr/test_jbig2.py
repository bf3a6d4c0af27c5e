"""Pictures whose coder may have swapped letters are told of."""

import struct
from pathlib import Path

import pikepdf
import pytest

from ocr.sources import jbig2, pages

WARNED = ["jbig2-symbols"]


def segment(kind: int, data: bytes = b"", number: int = 0, referred: int = 0) -> bytes:
    """One segment (ISO/IEC 14492, 7.2) on page 1 that refers to `referred` segments before it."""
    many = referred > 4
    count = struct.pack(">I", 7 << 29 | referred) + bytes((referred + 8) // 8)
    width = 1 if number <= 256 else 2
    return (
        struct.pack(">IB", number, kind)
        + (count if many else bytes([referred << 5]))
        + bytes(width * referred)
        + b"\x01"
        + struct.pack(">I", len(data))
        + data
    )


PAGE = segment(48, bytes(19))
GENERIC = PAGE + segment(38, bytes(40), 1)


@pytest.mark.parametrize("kind", [0, 4, 6, 7])
@pytest.mark.parametrize(("number", "referred"), [(1, 0), (2, 3), (300, 4), (300, 9)])
def test_symbols_and_the_text_made_of_them_are_found(kind: int, number: int, referred: int) -> None:
    assert jbig2.by_symbols(GENERIC + segment(kind, b"...", number, referred))


@pytest.mark.parametrize("kind", [16, 36, 38, 39, 40, 42, 43, 48, 49])
def test_other_regions_are_what_was_scanned(kind: int) -> None:
    assert not jbig2.by_symbols(PAGE + segment(kind, bytes(10), 5) + segment(49, b"", 6))


@pytest.mark.parametrize("cut", range(0, 80, 7))
def test_cut_off_streams_are_no_error(cut: int) -> None:
    assert not jbig2.by_symbols((GENERIC + segment(49, b"", 2))[:cut])
    assert not jbig2.by_symbols(PAGE + b"\xff" * cut)


def stored(folder: Path, data: bytes, shared: bytes | None = None, wrapped: bool = False) -> Path:
    path = folder / "scan.pdf"
    with pikepdf.new() as pdf:
        pdf.add_blank_page()
        image = pdf.make_stream(data)
        image.Type, image.Subtype = pikepdf.Name.XObject, pikepdf.Name.Image
        image.Width, image.Height, image.BitsPerComponent = 8, 8, 1
        image.ColorSpace = pikepdf.Name.DeviceGray
        names = [pikepdf.Name.JBIG2Decode]
        image.Filter = pikepdf.Array(names) if wrapped else names[0]
        if shared is not None:
            about = pikepdf.Dictionary(JBIG2Globals=pdf.make_stream(shared))
            image.DecodeParms = pikepdf.Array([about]) if wrapped else about
        pdf.pages[0].Resources = pikepdf.Dictionary(XObject=pikepdf.Dictionary(I=image))
        pdf.save(path)
    return path


@pytest.mark.parametrize("wrapped", [False, True])
def test_a_file_with_symbols_is_told_of(tmp_path: Path, wrapped: bool) -> None:
    for data, shared in ((PAGE + segment(6, b"", 1), None), (GENERIC, segment(0))):
        notices = pages.notices(stored(tmp_path, data, shared, wrapped))
        assert [notice.code for notice in notices] == WARNED
        assert "JBIG2" in notices[0].vi


def test_a_file_without_symbols_is_not(tmp_path: Path) -> None:
    assert pages.notices(stored(tmp_path, GENERIC)) == ()
    broken = tmp_path / "broken.pdf"
    broken.write_bytes(b"%PDF-1.7\n/Filter /JBIG2Decode\n")
    assert [notice.code for notice in pages.notices(broken)] == ["rebuilt"]

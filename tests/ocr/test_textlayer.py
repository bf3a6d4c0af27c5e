"""The text that a PDF holds, however its letters are written down."""

from pathlib import Path

import pypdfium2

from ocr import textlayer

CMAP = b"""/CIDInit /ProcSet findresource begin 12 dict begin begincmap /CMapName /Mau def /CMapType 2 def
1 begincodespacerange <00> <FF> endcodespacerange
3 beginbfchar <41> <D83DDE00> <42> <D83D> <43> <0110> endbfchar
endcmap CMapName currentdict /CMap defineresource pop end end"""
CONTENT = b"BT /F 24 Tf 72 700 Td (A) Tj 0 -60 Td (B) Tj 0 -60 Td (CA) Tj ET"


def _pdf() -> bytes:
    def stream(data: bytes) -> bytes:
        return b"<</Length %d>>stream\n%s\nendstream" % (len(data), data)

    bodies = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R/Resources<</Font<</F 5 0 R>>>>>>",
        stream(CONTENT),
        b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica/ToUnicode 6 0 R>>",
        stream(CMAP),
    ]
    objects = b"".join(b"%d 0 obj\n%s\nendobj\n" % (n, body) for n, body in enumerate(bodies, 1))
    return b"%PDF-1.7\n" + objects + b"trailer<</Root 1 0 R/Size 7>>\n%%EOF\n"


def test_letters_beyond_the_first_plane_are_whole_and_halves_are_replaced(tmp_path: Path) -> None:
    (tmp_path / "mau.pdf").write_bytes(_pdf())
    document = pypdfium2.PdfDocument(tmp_path / "mau.pdf")
    layer = textlayer.of_page(document[0], 595, 842)
    document.close()
    words = [word.text for word in layer.words]
    assert words == ["\U0001f600", "\ufffd", "\u0110\U0001f600"]
    assert [word.encode("utf-8").decode("utf-8") for word in words] == words

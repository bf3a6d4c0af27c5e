"""A font without ink: gives invisible text a place and a meaning, and draws nothing."""

from importlib import resources

UNITS = 1000
ADVANCE = 500  # every character is half as wide as high; words are stretched to their place
ASCENT, DESCENT = 750, -250  # together the height of a word; poppler takes a descent of 0 for a mistake
NAME = "BanChinhGlyphless"


def font_program() -> bytes:
    """The font, as `ocr/viewing_copy/make_glyphless.py` draws it."""
    return resources.files(__package__).joinpath("glyphless.ttf").read_bytes()


class Alphabet:
    """Gives each character of a document a two-byte code, and says at the end what the codes mean."""

    def __init__(self) -> None:
        self._codes: dict[str, int] = {}

    def __len__(self) -> int:
        return len(self._codes)

    def encode(self, text: str) -> bytes:
        return b"".join(self._codes.setdefault(c, len(self._codes) + 1).to_bytes(2, "big") for c in text)

    def glyph_map(self) -> bytes:
        """CIDToGIDMap: code 0 is .notdef, every other code the blank glyph."""
        return b"\x00\x00" + b"\x00\x01" * len(self._codes)

    def to_unicode(self) -> bytes:
        """The CMap by which a viewer copies and searches (ISO 32000-1, 9.10.3)."""
        rows = [f"<{code:04X}> <{c.encode('utf-16-be').hex().upper()}>" for c, code in self._codes.items()]
        blocks = [rows[i : i + 100] for i in range(0, len(rows), 100)]
        parts = [f"{len(b)} beginbfchar\n" + "\n".join(b) + "\nendbfchar\n" for b in blocks]
        return (
            "/CIDInit /ProcSet findresource begin\n12 dict begin\nbegincmap\n"
            "/CIDSystemInfo << /Registry (Adobe) /Ordering (UCS) /Supplement 0 >> def\n"
            "/CMapName /Adobe-Identity-UCS def\n/CMapType 2 def\n"
            "1 begincodespacerange\n<0000> <FFFF>\nendcodespacerange\n"
            + "".join(parts)
            + "endcmap\nCMapName currentdict /CMap defineresource pop\nend\nend\n"
        ).encode("ascii")

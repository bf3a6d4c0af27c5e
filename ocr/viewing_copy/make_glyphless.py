"""Draws `glyphless.ttf`: a TrueType font of two glyphs without ink.

Usage: python -m ocr.viewing_copy.make_glyphless > ocr/viewing_copy/glyphless.ttf
"""

import sys
from io import BytesIO

from fontTools.fontBuilder import FontBuilder
from fontTools.pens.ttGlyphPen import TTGlyphPen
from fontTools.ttLib.tables._g_l_y_f import Glyph

from ocr.viewing_copy.glyphless import ADVANCE, ASCENT, DESCENT, NAME, UNITS

EPOCH = 3_786_912_000  # 2024-01-01 in seconds since 1904: the font is the same at every drawing


def drawn() -> bytes:
    """.notdef and the glyph that stands for every character."""
    builder = FontBuilder(UNITS, isTTF=True)
    builder.setupGlyphOrder([".notdef", "blank"])
    builder.setupCharacterMap({0x20: "blank"})
    builder.setupGlyf({".notdef": Glyph(), "blank": _diagonal()})
    builder.setupHorizontalMetrics({".notdef": (ADVANCE, 0), "blank": (ADVANCE, 0)})
    builder.setupHorizontalHeader(ascent=ASCENT, descent=DESCENT)
    builder.setupOS2(sTypoAscender=ASCENT, sTypoDescender=DESCENT, usWinAscent=ASCENT, usWinDescent=-DESCENT)
    builder.setupNameTable({"familyName": NAME, "styleName": "Regular", "psName": NAME})
    builder.setupPost(keepGlyphNames=False)
    builder.font["head"].created = builder.font["head"].modified = EPOCH
    builder.font.recalcTimestamp = False
    out = BytesIO()
    builder.font.save(out)
    return out.getvalue()


def _diagonal() -> Glyph:
    """A line there and back, of no area: PDFium passes over text whose glyphs have no extent at all."""
    pen = TTGlyphPen(None)
    pen.moveTo((0, DESCENT))
    pen.lineTo((ADVANCE, ASCENT))
    pen.lineTo((0, DESCENT))
    pen.closePath()
    return pen.glyph()


if __name__ == "__main__":
    sys.stdout.buffer.write(drawn())

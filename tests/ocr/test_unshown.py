"""What a PDF holds beside its pages is told by name."""

from collections.abc import Callable
from pathlib import Path

import pikepdf
import pytest
from pikepdf import Array, AttachedFileSpec, Dictionary, Name, Pdf, String

from ocr.limits import Limits
from ocr.reading import read_page
from ocr.recognition import Notice
from ocr.sources import pages
from tests.ocr import drawing

NAME = "Phạm Thị Thử Nghiệm"
Change = Callable[[Pdf], None]


def told(folder: Path, change: Change) -> list[Notice]:
    source = folder / "form.pdf"
    with pikepdf.new() as pdf:
        pdf.add_blank_page(page_size=(595, 842))
        change(pdf)
        pdf.save(source)
    return list(pages.notices(source))


def attach(pdf: Pdf) -> None:
    for name in ("phụ lục 1.pdf", "phụ lục 2.xlsx"):
        pdf.attachments[name] = AttachedFileSpec(
            pdf, b"held", description="", filename=name, mime_type="", creation_date="", mod_date=""
        )


def over_the_page(held: Dictionary) -> Change:
    def change(pdf: Pdf) -> None:
        held.update({"/Type": Name.Annot, "/Rect": Array([70, 700, 400, 720])})
        pdf.pages[0].obj.Annots = Array([pdf.make_indirect(held)])

    return change


def part_of_a_field(pdf: Pdf) -> None:
    field = pdf.make_indirect(Dictionary(FT=Name.Tx, T=String("ten"), V=String(NAME)))
    over_the_page(Dictionary(Subtype=Name.Widget, Parent=field))(pdf)


def dynamic(pdf: Pdf) -> None:
    pdf.Root.AcroForm = Dictionary(Fields=Array([]), XFA=pdf.make_stream(b"<xdp/>"))


def drawn_twice(pdf: Pdf) -> None:
    """A form of both sorts: its fields are on the pages too."""
    dynamic(pdf)
    pdf.Root.AcroForm.Fields = Array([pdf.make_indirect(Dictionary(FT=Name.Tx, T=String("ten")))])


def test_attached_files_are_told_by_name(tmp_path: Path) -> None:
    (notice,) = told(tmp_path, attach)
    assert notice.code == "attachments"
    assert "2 tệp đính kèm" in notice.vi
    for name in ("phụ lục 1.pdf", "phụ lục 2.xlsx"):
        assert name in notice.vi
        assert name in notice.en


@pytest.mark.parametrize(
    "change",
    [part_of_a_field, over_the_page(Dictionary(Subtype=Name.FreeText, Contents=String(NAME)))],
    ids=["field", "remark"],
)
def test_a_value_whose_letters_cannot_be_drawn_is_told_whole(tmp_path: Path, change: Change) -> None:
    (notice,) = told(tmp_path, change)
    assert notice.code == "letters-not-drawn"
    assert NAME in notice.vi
    assert NAME in notice.en


def test_a_dynamic_form_says_that_its_pages_are_not_what_it_says(tmp_path: Path) -> None:
    assert [notice.code for notice in told(tmp_path, dynamic)] == ["xfa-form"]


@pytest.mark.parametrize(
    "change",
    [
        drawn_twice,
        over_the_page(Dictionary(Subtype=Name.FreeText, Contents=String("2468/TB"))),
        over_the_page(Dictionary(Subtype=Name.FreeText, Contents=String(NAME), F=2)),
        over_the_page(Dictionary(Subtype=Name.FreeText, Contents=String(NAME), AP=Dictionary())),
    ],
    ids=["both sorts of form", "letters of every font", "hidden", "with its appearance"],
)
def test_nothing_is_told_of_what_the_pages_show(tmp_path: Path, change: Change) -> None:
    assert told(tmp_path, change) == []


def test_the_words_of_which_letters_are_missing_are_in_doubt(tmp_path: Path) -> None:
    source = tmp_path / "filled.pdf"
    source.write_bytes(drawing.born_digital())
    with pikepdf.open(source, allow_overwriting_input=True) as pdf:
        remark = Dictionary(Subtype=Name.FreeText, Contents=String(NAME), DA=String("/Helv 12 Tf 0 g"))
        over_the_page(remark)(pdf)
        pdf.pages[0].obj.Annots[0].Rect = Array([70, 60, 400, 90])
        pdf.save(source)
    page = read_page(source, 1, tmp_path, Limits(), profile="fast")
    filled = [word for word in page.words if word.box.y0 > 0.88 * page.height]
    assert filled
    assert all(word.confidence < 0.5 for word in filled)
    assert all(word.confidence > 0.9 for word in page.words if word not in filled)

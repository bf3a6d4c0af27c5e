"""What is shown before signing is what is signed; a page without room has a way out; images from paper."""

import io
from dataclasses import replace
from pathlib import Path

import numpy as np
import pikepdf
import pytest
from PIL import Image, ImageFilter

from signing.marks.appearance import Appearance, MarkImpossible, style
from signing.marks.preview import draw_page, preview
from signing.marks.seal_images import opened, taken_from
from signing.pades import SigningRefused
from tests.signing import marked
from tests.signing.conftest import NOW, SignFile
from tests.signing.test_marks import AGENCY, COPY, DIGITISER, SIGNATURE

LOOKUP = "7K3Q-9M2X-T8VD-4HZC"
MM = 72 / 25.4


def written(data: bytes, tmp_path: Path) -> Path:
    path = tmp_path / "shown.pdf"
    path.write_bytes(data)
    return path


def box_of_mark(signed: Path) -> tuple[int, tuple[float, ...]]:
    """Page and place of the mark, in millimetres from the top left corner."""
    with pikepdf.open(signed) as pdf:
        for number, page in enumerate(pdf.pages, 1):
            for note in page.get("/Annots", []):
                left, bottom, right, top = (float(v) for v in note.Rect)
                height = float(page.MediaBox[3])
                return number, tuple(v / MM for v in (left, height - top, right, height - bottom))
    raise AssertionError("no mark")


@pytest.mark.parametrize(
    "appearance", [AGENCY, COPY, DIGITISER, SIGNATURE], ids=["agency", "copy", "digitiser", "image"]
)
def test_the_mark_stands_where_it_was_shown(
    appearance: Appearance, sign_file: SignFile, tmp_path: Path
) -> None:
    source = written(marked.decision(), tmp_path)
    said = replace(appearance, lookup=LOOKUP if appearance.image is None else "")
    shown = preview(source, said, NOW)
    assert shown.box
    assert (shown.pages, [round(side) for side in shown.size]) == (2, [210, 297])
    assert shown.picture is not None
    signed = sign_file(source, appearance=replace(said, page=shown.page, at=shown.box))
    page, box = box_of_mark(signed)
    assert page == shown.page
    np.testing.assert_allclose(box, shown.box, atol=0.5)
    # the picture of the mark laid on the picture of the page is what the signed page looks like
    draw_page(source, shown.page, tmp_path / "page.jpg")
    sheet = Image.open(tmp_path / "page.jpg").convert("RGB")
    scale = sheet.width / shown.size[0]
    left, top, right, bottom = (round(side * scale) for side in shown.box)
    mark = Image.open(io.BytesIO(shown.picture)).convert("RGBA").resize((right - left, bottom - top))
    sheet.paste(mark, (left, top), mark)
    seen = marked.picture(signed, page - 1, sheet.width / shown.size[0] * 25.4).resize(sheet.size)
    blurred = [np.asarray(one.convert("L").filter(ImageFilter.GaussianBlur(6))) for one in (sheet, seen)]
    difference = np.abs(blurred[0].astype(int) - blurred[1])
    assert difference.max() < 60
    assert difference.mean() < 1


def test_it_says_the_code(sign_file: SignFile, tmp_path: Path) -> None:
    signed = sign_file(written(marked.decision(), tmp_path), appearance=replace(AGENCY, lookup=LOOKUP))
    with pikepdf.open(signed) as pdf:
        assert len(pdf.pages[0].Annots) == 1
    narrow = preview(written(marked.decision(), tmp_path), AGENCY, NOW).box
    taller = preview(written(marked.decision(), tmp_path), replace(AGENCY, lookup=LOOKUP), NOW).box
    assert narrow
    assert taller
    assert taller[3] - taller[1] > narrow[3] - narrow[1] + 3


@pytest.fixture
def full_first_page(tmp_path: Path) -> Path:
    with pikepdf.open(io.BytesIO(marked.covered_all_over())) as pdf:
        with pikepdf.open(io.BytesIO(marked.decision())) as other:
            pdf.pages.extend(other.pages)
        pdf.save(tmp_path / "full.pdf")
    return tmp_path / "full.pdf"


def test_a_page_without_room_names_one_that_has(
    full_first_page: Path, sign_file: SignFile, tmp_path: Path
) -> None:
    shown = preview(full_first_page, AGENCY, NOW)
    assert (shown.page, shown.box, shown.free) == (1, None, 2)
    assert shown.problem is not None
    assert shown.problem.code == "no-room"
    with pytest.raises(SigningRefused, match="no room"):
        sign_file(full_first_page, appearance=AGENCY)
    moved = preview(full_first_page, replace(AGENCY, elsewhere=True), NOW)
    assert (moved.page, moved.problem) == (2, None)
    assert box_of_mark(sign_file(full_first_page, appearance=replace(AGENCY, elsewhere=True)))[0] == 2
    alone = preview(written(marked.covered_all_over(), tmp_path), replace(AGENCY, elsewhere=True), NOW)
    assert (alone.box, alone.free) == (None, None)


def test_a_place_that_is_taken_is_told_and_one_beside_it_is_found(tmp_path: Path) -> None:
    source = written(marked.decision(), tmp_path)
    assert preview(source, replace(AGENCY, at=(35, 60)), NOW).problem is not None
    near = preview(source, replace(AGENCY, at=(100, 200)), NOW).box
    assert near
    assert near[:2] == pytest.approx((100, 200), abs=0.1)


def test_no_such_page_is_refused(tmp_path: Path) -> None:
    source = written(marked.decision(), tmp_path)
    for ask in (
        lambda: preview(source, replace(AGENCY, page=3), NOW),
        lambda: draw_page(source, 0, tmp_path / "x.jpg"),
    ):
        with pytest.raises(SigningRefused, match="page 2"):
            ask()


def on_paper(drawn: bytes, form: str, *, uneven: bool = False) -> bytes:
    """The image as a scanner or a telephone takes it from paper."""
    ink = Image.open(io.BytesIO(drawn))
    paper = Image.new("RGBA", (ink.width + 200, ink.height + 200), "#f2efe6")
    paper.alpha_composite(ink, (100, 100))
    pixels = np.asarray(paper.convert("RGB")).astype(float)
    if uneven:
        pixels *= np.linspace(0.6, 1, pixels.shape[1])[None, :, None]
    pixels += np.random.default_rng(3).normal(0, 3, pixels.shape)
    Image.fromarray(pixels.clip(0, 255).astype(np.uint8)).save(made := io.BytesIO(), form, dpi=(72, 72))
    return made.getvalue()


@pytest.mark.parametrize("form", ["JPEG", "PNG"])
@pytest.mark.parametrize("uneven", [False, True])
def test_ink_is_taken_from_paper(form: str, uneven: bool, sign_file: SignFile, tmp_path: Path) -> None:
    for kind, drawn, width in (
        ("person", marked.signature_image(), None),
        ("agency", marked.seal_image(), 38.0),
    ):
        wanted = style(kind).image
        assert wanted is not None
        made = taken_from(on_paper(drawn, form, uneven=uneven), wanted, width)
        found = opened(made, wanted)
        assert found.width == pytest.approx(width or wanted.width, abs=1.0)
        alpha, before = np.asarray(found.picture)[:, :, 3], np.asarray(Image.open(io.BytesIO(drawn)))
        assert (alpha > 24).mean() == pytest.approx((before[:, :, 3] > 24).mean(), abs=0.08)
        mark = Appearance(kind, marked.NAME, image=made)  # type: ignore[arg-type]
        sign_file(written(marked.decision(), tmp_path), appearance=mark)


def test_what_is_no_ink_of_that_colour_is_refused() -> None:
    blue, red = style("person").image, style("agency").image
    assert blue
    assert red
    huge = Image.new("RGB", (5000, 4000), "white")
    huge.save(made := io.BytesIO(), "PNG")
    cases = [
        (on_paper(marked.seal_image(), "JPEG"), blue),
        (on_paper(marked.signature_image(), "JPEG"), red),
        (on_paper(marked.signature_image("#101010"), "JPEG"), blue),
        (made.getvalue(), blue),
        (b"GIF89a no picture", blue),
        (b"\0" * 4_000_001, blue),
    ]
    for data, wanted in cases:
        with pytest.raises(MarkImpossible):
            taken_from(data, wanted)

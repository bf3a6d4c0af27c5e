"""Any upload gives page pictures with their true dpi, or a refusal."""

import struct
import zipfile
from contextlib import suppress
from io import BytesIO
from pathlib import Path

import numpy as np
import pikepdf
import pytest
from fpdf import FPDF
from fpdf.enums import TextMode
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image, ImageDraw, TiffImagePlugin

from ocr.limits import Limits, Refusal, megabytes, too_large
from ocr.reading import finish, inspect, read_page
from ocr.sources import pages
from tests.ocr import drawing
from tests.ocr.readers import silent

LIMITS = Limits()


def stored(folder: Path, name: str, data: bytes) -> Path:
    path = folder / name
    path.write_bytes(data)
    return path


def saved(image: Image.Image, kind: str, **options: object) -> bytes:
    out = BytesIO()
    image.save(out, kind, **options)
    return out.getvalue()


def sheet(mode: str = "RGB", size: tuple[int, int] = (827, 1169)) -> Image.Image:
    """White paper with a black corner top left, so that turning and inverting show."""
    image = Image.new("L", size, 255)
    ImageDraw.Draw(image).rectangle([0, 0, size[0] // 4, size[1] // 8], fill=0)
    return image.convert(mode)


def corners(pixels: np.ndarray) -> tuple[float, float]:
    """Mean light near the top left corner and near the bottom right one."""
    height, width = pixels.shape[:2]
    return (
        float(pixels[5 : height // 10, 5 : width // 5].mean()),
        float(pixels[-height // 10 : -5, -width // 5 : -5].mean()),
    )


@pytest.mark.parametrize(
    ("kind", "mode", "media_type"),
    [
        ("JPEG", "RGB", "image/jpeg"),
        ("JPEG", "L", "image/jpeg"),
        ("JPEG", "CMYK", "image/jpeg"),
        ("PNG", "RGBA", "image/png"),
        ("PNG", "P", "image/png"),
        ("PNG", "1", "image/png"),
        ("PNG", "LA", "image/png"),
        ("TIFF", "1", "image/tiff"),
        ("TIFF", "CMYK", "image/tiff"),
        ("TIFF", "I;16", "image/tiff"),
        ("BMP", "RGB", "image/bmp"),
        ("GIF", "P", "image/gif"),
        ("JPEG2000", "RGB", "image/jp2"),
        ("WEBP", "RGB", "image/webp"),
    ],
)
def test_every_kind_of_picture_is_dark_where_it_is_dark(
    tmp_path: Path, kind: str, mode: str, media_type: str
) -> None:
    image = sheet(mode) if mode != "I;16" else Image.fromarray(np.asarray(sheet("L")).astype(np.uint16) * 257)
    source = stored(tmp_path, "sheet", saved(image, kind))
    found = inspect(source, LIMITS)
    picture = pages.picture(source, 1, LIMITS)
    assert (found.media_type, found.pages, found.digitally_signed) == (media_type, 1, False)
    dark, light = corners(picture.pixels)
    assert dark < 60 < 200 < light
    assert picture.bilevel == (mode == "1")


def test_transparent_parts_are_paper(tmp_path: Path) -> None:
    image = Image.new("RGBA", (827, 1169), (0, 0, 0, 0))
    source = stored(tmp_path, "clear.png", saved(image, "PNG"))
    assert pages.picture(source, 1, LIMITS).pixels.min() == 255


def test_scanners_that_put_twelve_bits_into_sixteen_give_white_paper(tmp_path: Path) -> None:
    grey = np.asarray(sheet("L")).astype(np.uint16) * 16
    source = stored(tmp_path, "12.tif", saved(Image.fromarray(grey), "TIFF"))
    dark, light = corners(pages.picture(source, 1, LIMITS).pixels)
    assert dark < 60 < 230 < light


@pytest.mark.parametrize("photometric", [0, 1])
def test_bilevel_tiff_is_right_whichever_colour_its_zero_is(tmp_path: Path, photometric: int) -> None:
    bits = np.asarray(sheet("1"))
    data = np.packbits(~bits if photometric == 0 else bits, axis=1).tobytes()
    source = stored(tmp_path, "fax.tif", _plain_tiff(bits.shape[1], bits.shape[0], photometric, data))
    dark, light = corners(pages.picture(source, 1, LIMITS).pixels)
    assert dark < 10 < 245 < light


def _plain_tiff(width: int, height: int, photometric: int, data: bytes) -> bytes:
    tags = [
        (256, width),
        (257, height),
        (258, 1),
        (259, 1),
        (262, photometric),
        (273, 8),
        (277, 1),
        (278, height),
    ]
    tags.append((279, len(data)))
    table = b"".join(struct.pack("<HHII", tag, 4, 1, value) for tag, value in tags)
    return (
        b"II*\x00" + struct.pack("<I", 8 + len(data)) + data + struct.pack("<H", len(tags)) + table + bytes(4)
    )


def test_camera_pictures_are_turned_as_their_tag_says(tmp_path: Path) -> None:
    exif = Image.Exif()
    exif[0x0112] = 6  # the camera was held so that the picture must be turned clockwise
    lying = sheet().rotate(90, expand=True)
    source = stored(tmp_path, "photo.jpg", saved(lying, "JPEG", exif=exif, dpi=(100, 100)))
    picture = pages.picture(source, 1, LIMITS)
    dark, light = corners(picture.pixels)
    assert picture.size == (827, 1169)
    assert dark < 60 < 200 < light


@pytest.mark.parametrize("dpi", [100, 150, 200, 300])
@pytest.mark.parametrize("tag", [None, 72, 1, 96])
def test_a_sheet_without_a_true_tag_is_a4(tmp_path: Path, dpi: int, tag: int | None) -> None:
    image = Image.new("L", (round(8.27 * dpi) - 9, round(11.69 * dpi)), 255)
    options = {} if tag is None else {"dpi": (tag, tag)}
    source = stored(tmp_path, "sheet.png", saved(image, "PNG", **options))
    assert pages.picture(source, 1, LIMITS).dpi == pytest.approx(dpi, rel=0.01)


def test_a_true_tag_is_believed(tmp_path: Path) -> None:
    card = Image.new("L", (1011, 638), 255)  # an identity card at 300 dpi
    source = stored(tmp_path, "card.png", saved(card, "PNG", dpi=(300, 300)))
    assert pages.picture(source, 1, LIMITS).dpi == pytest.approx(300, abs=0.1)


@pytest.mark.parametrize("size", [(600, 12_000), (12_000, 600), (1080, 9_000)])
def test_what_was_scrolled_on_a_screen_keeps_all_its_dots(tmp_path: Path, size: tuple[int, int]) -> None:
    """Taken for A4 by its length, it was made a fifth as fine: a page without a word or a warning."""
    image = Image.new("L", size, 255)
    ImageDraw.Draw(image).text((20, 20), "Tin nhắn", 0)
    page = read_page(stored(tmp_path, "x.png", saved(image, "PNG")), 1, tmp_path, LIMITS, readers=silent())
    assert (page.width, page.height) == size
    assert page.dpi == 300


def test_fax_dots_become_square(tmp_path: Path) -> None:
    fax = Image.new("1", (1728, 1146), 1)
    source = stored(tmp_path, "fax.tif", saved(fax, "TIFF", dpi=(204, 98), compression="group4"))
    picture = pages.picture(source, 1, LIMITS)
    assert picture.dpi == pytest.approx(204, abs=1)
    assert picture.size[1] == pytest.approx(1146 * 204 / 98, abs=2)


def test_every_page_of_a_tiff_and_no_thumbnail_is_a_page(tmp_path: Path) -> None:
    first, second, third = sheet("L"), sheet("L", (600, 800)), sheet("L", (80, 120))
    tags = TiffImagePlugin.ImageFileDirectory_v2()
    tags[254] = 1
    third.encoderinfo = {"tiffinfo": tags}
    source = stored(tmp_path, "many.tif", saved(first, "TIFF", save_all=True, append_images=[second, third]))
    assert inspect(source, LIMITS).pages == 2
    assert pages.picture(source, 2, LIMITS).size == (600, 800)


def test_a_scanned_pdf_gives_its_picture_pixel_for_pixel(tmp_path: Path) -> None:
    image = drawing.page(dpi=100).convert("L")
    pdf = pikepdf.new()
    pdf.add_blank_page(page_size=(image.width * 0.72, image.height * 0.72))
    stream = pikepdf.Stream(pdf, image.tobytes())
    for key, value in {
        "/Type": pikepdf.Name.XObject,
        "/Subtype": pikepdf.Name.Image,
        "/Width": image.width,
        "/Height": image.height,
        "/ColorSpace": pikepdf.Name.DeviceGray,
        "/BitsPerComponent": 8,
    }.items():
        stream[key] = value
    pdf.pages[0].obj.Resources = pikepdf.Dictionary(XObject=pikepdf.Dictionary(I=stream))
    pdf.pages[0].obj.Contents = pdf.make_stream(
        f"q {image.width * 0.72} 0 0 {image.height * 0.72} 0 0 cm /I Do Q".encode()
    )
    source = tmp_path / "scan.pdf"
    pdf.save(source)
    picture = pages.picture(source, 1, LIMITS)
    assert picture.dpi == pytest.approx(100, abs=0.2)
    assert np.array_equal(picture.pixels, np.asarray(image))


def noise(width: int, height: int) -> np.ndarray:
    """Patches of black and white, of which no two places look alike."""
    patches = np.random.default_rng(2).integers(0, 2, (height // 60, width // 60), np.uint8) * np.uint8(255)
    return patches.repeat(60, 0).repeat(60, 1)


def boxed(source: Path, box: tuple[float, ...], turn: int = 0) -> Path:
    """The PDF with another page box, left, bottom, right, top in points."""
    target = source.with_name("boxed.pdf")
    with pikepdf.open(source) as pdf:
        pdf.pages[0].obj.MediaBox = pikepdf.Array(box)
        pdf.pages[0].obj.Rotate = turn
        pdf.save(target)
    return target


@pytest.mark.parametrize("mode", ["1", "L"])
@pytest.mark.parametrize("turn", [0, 90, 180])
def test_a_picture_that_is_larger_than_its_page_is_cut_where_the_page_ends(
    tmp_path: Path, turn: int, mode: str
) -> None:
    scan = noise(600, 900)  # 432 by 648 points
    image = Image.fromarray(scan).convert(mode)
    source = stored(tmp_path, "scan.pdf", saved(image, "PDF", resolution=100))
    found = pages.picture(boxed(source, (5.04, 3, 430.2, 640.08), turn), 1, LIMITS)
    assert (found.dpi, found.bilevel) == (100, mode == "1")
    shown = np.rot90(scan[11:896, 7:598], -turn // 90)
    assert found.size == shown.shape[::-1]
    assert np.abs(found.pixels.astype(int) - shown).mean() <= (0 if mode == "1" else 5)


def test_a_picture_that_is_smaller_than_its_page_has_paper_around_it(tmp_path: Path) -> None:
    scan = noise(600, 900)
    source = stored(tmp_path, "scan.pdf", saved(Image.fromarray(scan).convert("1"), "PDF", resolution=100))
    found = pages.picture(boxed(source, (-7.2, -14.4, 435.6, 648)), 1, LIMITS)
    assert found.size == (10 + 600 + 5, 900 + 20)
    assert found.dpi == 100
    assert (found.pixels[:900, 10:610] == scan).all()
    assert found.pixels[900:].min() == found.pixels[:, :10].min() == found.pixels[:, 610:].min() == 255


def test_a_line_beside_a_long_page_is_no_picture_of_it(tmp_path: Path) -> None:
    """All that is near counts as filling, and near is told by the longer side."""
    pdf = FPDF(format=(3, 600), unit="pt")
    pdf.set_margin(0)
    pdf.add_page()
    pdf.image(Image.fromarray(noise(60, 600)), 5, 0, 0.001, 600)
    found = pages.picture(stored(tmp_path, "line.pdf", bytes(pdf.output())), 1, LIMITS)
    assert found.size[1] == pytest.approx(2500, abs=1)
    assert found.pixels.min() > 250


def test_unseen_text_stays_over_its_words_where_the_picture_is_larger(tmp_path: Path) -> None:
    pdf = FPDF(format=(400, 600), unit="pt")
    pdf.set_margin(0)
    pdf.add_page()
    pdf.image(sheet(size=(860, 1220)), -15, -5, 430, 610)
    pdf.set_font("Helvetica", size=20)
    with pdf.local_context(text_mode=TextMode.INVISIBLE):
        pdf.text(100, 300, "Nghi")
    found = pages.picture(stored(tmp_path, "text.pdf", bytes(pdf.output())), 1, LIMITS)
    assert (found.size, found.dpi, found.layer_hidden) == ((800, 1200), 144, True)
    (word,) = found.layer
    assert word.box.x0 == pytest.approx(200, abs=2)
    assert word.box.y0 < 600 < word.box.y1 < 615


def test_a_drawn_pdf_is_rendered_at_reading_size(tmp_path: Path) -> None:
    source = stored(tmp_path, "word.pdf", drawing.born_digital())
    picture = pages.picture(source, 1, LIMITS)
    assert picture.dpi == pytest.approx(300, abs=1)
    assert picture.size[1] == pytest.approx(3508, abs=3)


@pytest.mark.parametrize("turn", [90, 180, 270])
def test_a_page_that_its_pdf_turns_is_shown_turned(tmp_path: Path, turn: int) -> None:
    source = tmp_path / "turned.pdf"
    source.write_bytes(drawing.image_pdf([sheet("L")], 100))
    with pikepdf.open(source, allow_overwriting_input=True) as pdf:
        pdf.pages[0].Rotate = turn
        pdf.save(source)
    shown = pages.picture(source, 1, LIMITS).pixels
    upright = np.rot90(shown, turn // 90)
    dark, light = corners(upright)
    assert dark < 60 < 200 < light


def test_several_pictures_on_a_page_are_all_seen(tmp_path: Path) -> None:
    pdf = drawing.FPDF(format="A4", unit="pt")
    pdf.add_page()
    pdf.image(sheet("RGB", (400, 300)), 0, 0, 300, 220)
    pdf.image(sheet("RGB", (400, 300)), 0, 500, 300, 220)
    source = stored(tmp_path, "two.pdf", bytes(pdf.output()))
    pixels = pages.picture(source, 1, LIMITS).pixels
    height = pixels.shape[0]
    assert pixels[: height // 60, :100].mean() < 60
    assert pixels[round(height * 505 / 842) : round(height * 515 / 842), :100].mean() < 60


@pytest.mark.parametrize("size", [(1, 3000), (3000, 1), (1, 1)])
@pytest.mark.parametrize("mode", ["L", "RGB"])
def test_a_picture_a_dot_wide_is_read(tmp_path: Path, size: tuple[int, int], mode: str) -> None:
    source = stored(tmp_path, "thin.png", saved(Image.new(mode, size, "white"), "PNG"))
    page = read_page(source, 1, tmp_path, LIMITS, readers=silent())
    finish(source, [page], tmp_path)
    assert page.blank
    assert page.width / page.height == pytest.approx(size[0] / size[1])


# Refusals


def test_an_empty_file_is_refused(tmp_path: Path) -> None:
    refused(stored(tmp_path, "empty.pdf", b""), "empty")


def test_what_is_no_document_is_refused(tmp_path: Path) -> None:
    packed = BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("word/document.xml", "<w/>")
    for data in (packed.getvalue(), "Chỉ là chữ thường.".encode(), b"\x7fELF" + bytes(60)):
        refused(stored(tmp_path, "other.docx", data), "not-a-document")


def test_a_heavy_file_is_refused(tmp_path: Path) -> None:
    refused(stored(tmp_path, "heavy.pdf", drawing.born_digital()), "too-large", Limits(file_bytes=1000))
    most = Limits().file_bytes
    said = too_large(most + 1, most).vi
    assert ("201 MB" in said, f"{megabytes(most)} MB" in said) == (True, True), "as the desk says it before"


def test_too_many_pages_are_refused(tmp_path: Path) -> None:
    refused(stored(tmp_path, "long.pdf", drawing.born_digital(4)), "too-many-pages", Limits(pages=3))


def test_a_damaged_file_is_refused(tmp_path: Path) -> None:
    refused(stored(tmp_path, "broken.pdf", b"%PDF-1.4\n" + b"junk " * 50), "damaged")
    refused(stored(tmp_path, "broken.png", saved(sheet(), "PNG")[:30]), "damaged")


def test_a_password_is_refused_and_the_empty_one_is_none(tmp_path: Path) -> None:
    for user, expected in (("bí mật", "encrypted"), ("", None)):
        source = tmp_path / "locked.pdf"
        with pikepdf.open(BytesIO(drawing.born_digital())) as pdf:
            pdf.save(source, encryption=pikepdf.Encryption(owner="chủ", user=user, R=6))
        if expected:
            refused(source, expected)
        else:
            assert inspect(source, LIMITS).pages == 1


def test_a_password_is_never_asked_for_where_there_is_none(tmp_path: Path) -> None:
    """PDFium tells of a file without a page what it told of the one before it."""
    locked, empty = tmp_path / "locked.pdf", tmp_path / "empty.pdf"
    with pikepdf.open(BytesIO(drawing.born_digital())) as pdf:
        pdf.save(locked, encryption=pikepdf.Encryption(owner="chủ", user="bí mật", R=6))
    pikepdf.new().save(empty)
    refused(locked, "encrypted")
    refused(empty, "damaged")


def test_a_file_that_only_its_owner_opens_without_a_password_is_locked(tmp_path: Path) -> None:
    """qpdf opens it; the readers that people have ask for the password."""
    source = tmp_path / "open.pdf"
    with pikepdf.open(BytesIO(drawing.born_digital())) as pdf:
        pdf.save(source, encryption=pikepdf.Encryption(owner="", user="bí mật", R=6))
    refused(source, "encrypted")


def test_a_page_of_too_many_pixels_is_refused_before_it_is_decoded(tmp_path: Path) -> None:
    bomb = saved(Image.new("1", (40_000, 40_000), 1), "TIFF", compression="group4")
    source = stored(tmp_path, "bomb.tif", bomb)
    inspect(source, LIMITS)
    with pytest.raises(Refusal) as caught:
        read_page(source, 1, tmp_path, LIMITS, readers=silent())
    assert caught.value.code == "page-too-large"


def refused(source: Path, code: str, limits: Limits = LIMITS) -> None:
    with pytest.raises(Refusal) as caught:
        inspect(source, limits)
    assert caught.value.code == code
    assert caught.value.vi
    assert caught.value.en


# Signatures


def test_a_signature_field_counts_only_with_a_value(tmp_path: Path) -> None:
    for signed in (False, True):
        with pikepdf.open(BytesIO(drawing.born_digital())) as pdf:
            entry = pikepdf.Dictionary(FT=pikepdf.Name.Sig, T=pikepdf.String("Chữ ký"))
            if signed:
                entry.V = pikepdf.Dictionary(Type=pikepdf.Name.Sig, Contents=pikepdf.String("0"))
            parent = pikepdf.Dictionary(
                T=pikepdf.String("nhóm"), Kids=pikepdf.Array([pdf.make_indirect(entry)])
            )
            pdf.Root.AcroForm = pikepdf.Dictionary(Fields=pikepdf.Array([pdf.make_indirect(parent)]))
            pdf.save(tmp_path / "signed.pdf")
        assert inspect(tmp_path / "signed.pdf", LIMITS).digitally_signed is signed


@pytest.mark.parametrize("before", [b"HTTP/1.1 200 OK\r\n" * 90 + b"%PDF-1.4", b"%PDF1.4 ", b"        "])
def test_a_header_that_is_late_misspelt_or_missing_refuses_no_page(tmp_path: Path, before: bytes) -> None:
    pdf = pikepdf.new()
    pdf.add_blank_page(page_size=(200, 300))
    pdf.save(written := BytesIO(), static_id=True)
    source = tmp_path / "odd.pdf"
    source.write_bytes(before + written.getvalue().removeprefix(b"%PDF-1.3"))
    assert (found := inspect(source, LIMITS)).media_type == "application/pdf"
    assert found.pages == 1
    assert pages.picture(source, 1, LIMITS).sheet == (200, 300)


# Any bytes

STARTS = [
    b"",
    b"%PDF-1.7\n",
    b"\x89PNG\r\n\x1a\n",
    b"\xff\xd8\xff\xe0",
    b"II*\x00",
    b"MM\x00*",
    b"GIF89a",
    b"BM",
]


def read_all(source: Path, folder: Path) -> None:
    """Pages, or a Refusal: nothing else."""
    limits = Limits(page_megapixels=2)
    with suppress(Refusal):
        found = inspect(source, limits)
        assert found.pages >= 1
        for number in range(1, min(found.pages, 3) + 1):
            page = read_page(source, number, folder, limits, readers=silent())
            assert page.number == number
            assert (folder / page.image).exists()


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(start=st.sampled_from(STARTS), rest=st.binary(max_size=400))
def test_any_bytes_give_pages_or_a_refusal(tmp_path: Path, start: bytes, rest: bytes) -> None:
    read_all(stored(tmp_path, "any", start + rest), tmp_path)


def samples() -> list[bytes]:
    small = sheet("RGB", (60, 80))
    kinds = [
        ("PNG", {}),
        ("JPEG", {}),
        ("TIFF", {}),
        ("GIF", {}),
        ("BMP", {}),
        ("JPEG2000", {}),
        ("WEBP", {}),
    ]
    files = [saved(small, kind, **options) for kind, options in kinds]
    files.append(saved(small.convert("1"), "TIFF", compression="group4"))
    files += [drawing.image_pdf([small, small], 72), drawing.born_digital()]
    return files


SAMPLES = samples()


@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    data=st.sampled_from(SAMPLES),
    changes=st.lists(st.tuples(st.floats(0, 1, exclude_max=True), st.integers(0, 255)), max_size=12),
    keep=st.floats(0.2, 1.0),
)
def test_any_damage_gives_pages_or_a_refusal(
    tmp_path: Path, data: bytes, changes: list[tuple[float, int]], keep: float
) -> None:
    damaged = bytearray(data[: max(1, int(len(data) * keep))])
    for place, value in changes:
        damaged[int(place * len(damaged))] = value
    read_all(stored(tmp_path, "damaged", bytes(damaged)), tmp_path)

"""Pictures whose data end before they do: what is lost is told."""

import zlib
from collections.abc import Callable
from io import BytesIO
from pathlib import Path

import numpy as np
import pikepdf
import pytest
from PIL import Image

from ocr.limits import Limits
from ocr.reading import finish, read_page
from ocr.sources import cut_short, declared, pages
from tests.ocr.readers import silent
from tests.ocr.test_pages import noise, saved, stored

SIZE = (840, 1200)


def scan() -> Image.Image:
    """Black patches on grey paper, so that no row has but one level."""
    return Image.fromarray(np.where(noise(*SIZE), 240, 20).astype(np.uint8))


def group4(picture: Image.Image) -> bytes:
    """The code alone of a picture of two levels, as TIFF holds it, ink black."""
    inked = picture.convert("1", dither=Image.Dither.NONE).point(lambda level: 255 - level)
    data = saved(inked, "TIFF", compression="group4", tiffinfo={278: SIZE[1]})
    held = Image.open(BytesIO(data))
    first, length = held.tag_v2[273][0], held.tag_v2[279][0]  # type: ignore[attr-defined]
    return data[first : first + length]


CODES: dict[str, tuple[str | None, int, Callable[[], bytes]]] = {
    "jpeg": ("/DCTDecode", 8, lambda: saved(scan(), "JPEG", quality=85)),
    "jpeg-progressive": ("/DCTDecode", 8, lambda: saved(scan(), "JPEG", quality=85, progressive=True)),
    "plain": (None, 8, lambda: scan().tobytes()),
    "flate": ("/FlateDecode", 8, lambda: zlib.compress(scan().tobytes(), 0)),
    "group4": ("/CCITTFaxDecode", 1, lambda: group4(scan())),
}


def in_pdf(folder: Path, code: str, share: float) -> Path:
    """A page of a picture of which this share of the data is there."""
    name, bits, data = CODES[code]
    pdf = pikepdf.new()
    whole = data()
    stream = pikepdf.Stream(pdf, whole[: round(share * len(whole))])
    stream.Type, stream.Subtype = pikepdf.Name.XObject, pikepdf.Name.Image
    stream.Width, stream.Height = SIZE
    stream.ColorSpace, stream.BitsPerComponent = pikepdf.Name.DeviceGray, bits
    if name:
        stream.Filter = pikepdf.Name(name)
    if name == "/CCITTFaxDecode":
        stream.DecodeParms = pikepdf.Dictionary(K=-1, Columns=SIZE[0], Rows=SIZE[1])
    width, height = (side * 72 / 100 for side in SIZE)
    page = pdf.add_blank_page(page_size=(width, height))
    page.obj.Resources = pikepdf.Dictionary(XObject=pikepdf.Dictionary(I=stream))
    page.obj.Contents = pikepdf.Stream(pdf, f"{width} 0 0 {height} 0 0 cm /I Do".encode())
    target = folder / f"{code}.pdf"
    pdf.save(target)
    return target


@pytest.mark.parametrize("code", CODES)
def test_a_scan_that_breaks_off_in_a_sound_pdf_is_told(tmp_path: Path, code: str) -> None:
    source = in_pdf(tmp_path, code, 0.5)
    page = read_page(source, 1, tmp_path, Limits(), readers=silent())
    assert "picture-cut" in [notice.code for notice in page.warnings]
    of_paper = finish(source, [page], tmp_path).warnings
    assert next(n for n in of_paper if n.code == "picture-cut").en.startswith("The picture of page 1 breaks")


@pytest.mark.parametrize("code", CODES)
def test_a_whole_scan_is_not_told_of(tmp_path: Path, code: str) -> None:
    assert not pages.picture(in_pdf(tmp_path, code, 1.0), 1, Limits()).cut_short


def test_the_black_edge_of_a_scanner_is_no_loss(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    edged = np.array(scan())
    edged[-100:] = 0
    monkeypatch.setitem(CODES, "flate", ("/FlateDecode", 8, lambda: zlib.compress(edged.tobytes())))
    monkeypatch.setitem(CODES, "group4", ("/CCITTFaxDecode", 1, lambda: group4(Image.fromarray(edged))))
    for code in ("flate", "group4"):
        assert not pages.picture(in_pdf(tmp_path, code, 1.0), 1, Limits()).cut_short


@pytest.mark.parametrize("share", [1.0, 0.5, 0.9])
def test_code_of_a_fax_without_an_end_is_whole_if_all_rows_are_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, share: float
) -> None:
    """Nothing need end the code (ISO 32000-1, 7.4.6: EndOfBlock), and the foot of a scan may be black."""
    edged = np.array(scan())
    edged[-100:] = 0
    bits = "".join(map(str, np.unpackbits(np.frombuffer(group4(Image.fromarray(edged)), np.uint8))))
    code = bits[: bits.rindex(f"{cut_short.END_OF_BLOCK:024b}")]
    data = np.packbits(np.array([*code], np.uint8)).tobytes()
    monkeypatch.setitem(CODES, "group4", ("/CCITTFaxDecode", 1, lambda: data))
    assert pages.picture(in_pdf(tmp_path, "group4", share), 1, Limits()).cut_short == (share < 1)


def test_a_jpeg_that_ends_before_its_last_rows_is_told(tmp_path: Path) -> None:
    data = saved(scan(), "JPEG", quality=85)
    ended = stored(tmp_path, "ended.jpg", data[: len(data) // 2] + b"\xff\xd9")
    assert pages.picture(ended, 1, Limits()).cut_short
    assert not pages.picture(stored(tmp_path, "whole.jpg", data), 1, Limits()).cut_short


def told_otherwise(source: Path, data: bytes, space: str, bits: int = 8) -> None:
    """Gives the picture of a page other data, and has the file tell these colours of it."""
    with pikepdf.open(source, allow_overwriting_input=True) as pdf:
        stream = pdf.pages[0].obj.Resources.XObject.I
        stream.write(data, filter=pikepdf.Name.DCTDecode if data.startswith(b"\xff\xd8") else None)
        stream.ColorSpace, stream.BitsPerComponent = pikepdf.Name(space), bits
        pdf.save(source)


@pytest.mark.parametrize("mode", ["L", "RGB", "CMYK"])
@pytest.mark.parametrize("space", ["/DeviceGray", "/DeviceRGB", "/DeviceCMYK"])
def test_a_jpeg_is_shown_in_its_own_colours_and_others_are_told(
    tmp_path: Path, mode: str, space: str
) -> None:
    """Of one with fewer colours than declared nothing was drawn: its page counted as blank."""
    source = in_pdf(tmp_path, "jpeg", 1.0)
    red = Image.merge("RGB", [scan(), Image.new("L", SIZE, 20), Image.new("L", SIZE, 20)])
    told_otherwise(source, saved(red.convert(mode), "JPEG", quality=85), space)
    picture = pages.picture(source, 1, Limits())
    own = {"L": "/DeviceGray", "RGB": "/DeviceRGB", "CMYK": "/DeviceCMYK"}[mode]
    assert picture.odd == (own != space)
    assert 10 < picture.pixels.mean() < 230
    if mode == "RGB":
        assert picture.pixels[..., 2].mean() > 2 * picture.pixels[..., 0].mean()


def test_pictures_that_a_page_does_not_draw_are_not_told_of_it(tmp_path: Path) -> None:
    """Pages may share all their resources."""
    source = in_pdf(tmp_path, "jpeg", 1.0)
    with pikepdf.open(source, allow_overwriting_input=True) as pdf:
        held = pdf.pages[0].obj.Resources.XObject
        held.I2 = pdf.make_stream(held.I.read_raw_bytes(), held.I.stream_dict)
        held.I2.ColorSpace = pikepdf.Name.DeviceCMYK
        pdf.save(source)
    assert not pages.picture(source, 1, Limits()).odd


def test_forms_that_share_the_resources_of_their_page_are_looked_into_once(tmp_path: Path) -> None:
    """Eight of them, each within each, took two seconds, and more of them as long as it may take at all."""
    with pikepdf.open(in_pdf(tmp_path, "jpeg", 1.0)) as pdf:
        shared = pdf.pages[0].obj.Resources = pdf.make_indirect(pdf.pages[0].obj.Resources)
        for number in range(4):
            form = pdf.make_stream(b"", Subtype=pikepdf.Name.Form, Resources=shared)
            shared.XObject[f"/F{number}"] = form
        assert len([*declared.pictures([form])]) == 1


def with_marker(data: bytes, transform: int) -> bytes:
    """A JPEG with Adobe's marker in place of its first one, that of JFIF or another of Adobe."""
    marker = b"\xff\xee\x00\x0eAdobe\0\x64\0\0\0\0" + bytes([transform])
    return data[:2] + marker + data[4 + int.from_bytes(data[4:6], "big") :]


@pytest.mark.parametrize(
    ("transform", "kept_rgb", "odd"), [(0, False, True), (1, True, True), (1, False, False), (0, True, False)]
)
def test_a_jpeg_whose_marker_its_data_belie_is_told(
    tmp_path: Path, transform: int, kept_rgb: bool, odd: bool
) -> None:
    source = in_pdf(tmp_path, "jpeg", 1.0)
    data = saved(scan().convert("RGB"), "JPEG", quality=85, keep_rgb=kept_rgb)
    told_otherwise(source, with_marker(data, transform), "/DeviceRGB")
    assert pages.picture(source, 1, Limits()).odd == odd


@pytest.mark.parametrize("bits", [2, 4])
@pytest.mark.parametrize("share", [1.0, 0.5])
def test_few_levels_with_a_black_foot_are_whole(tmp_path: Path, bits: int, share: float) -> None:
    edged = np.array(scan())
    edged[-100:] = 0
    dots = np.unpackbits(edged[..., None], axis=2)[..., :bits]
    data = np.packbits(dots.reshape(SIZE[1], -1), axis=1).tobytes()
    source = in_pdf(tmp_path, "plain", 1.0)
    told_otherwise(source, data[: round(share * len(data))], "/DeviceGray", bits)
    picture = pages.picture(source, 1, Limits())
    assert (picture.cut_short, picture.odd) == (share < 1, False)


def test_grey_levels_declared_as_colours_are_told_however_they_end(tmp_path: Path) -> None:
    source = in_pdf(tmp_path, "plain", 1.0)
    told_otherwise(source, scan().tobytes(), "/DeviceRGB")
    assert pages.picture(source, 1, Limits()).cut_short


@pytest.mark.parametrize("told", [("/DeviceGray", 8), ("/DeviceGray", 1), ("/DeviceRGB", 8)])
def test_colours_that_the_file_tells_wrongly_are_told(tmp_path: Path, told: tuple[str, int]) -> None:
    source = in_pdf(tmp_path, "flate", 1.0)
    with pikepdf.open(source, allow_overwriting_input=True) as pdf:
        stream = pdf.pages[0].obj.Resources.XObject.I
        stream.write(scan().convert("RGB").tobytes())
        stream.ColorSpace, stream.BitsPerComponent = pikepdf.Name(told[0]), told[1]
        pdf.save(source)
    page = read_page(source, 1, tmp_path, Limits(), readers=silent())
    odd = "picture-odd" in [notice.code for notice in page.warnings]
    assert odd == (told != ("/DeviceRGB", 8))


@pytest.mark.parametrize(("space", "bits"), [("/DeviceGray", 16), ("/DeviceRGB", 16), ("/DeviceCMYK", 8)])
def test_deep_levels_and_inks_are_not_odd(tmp_path: Path, space: str, bits: int) -> None:
    """pdfium draws them with fewer bits than their data have."""
    levels = np.asarray(scan(), np.uint8)
    if space == "/DeviceCMYK":
        data = np.asarray(scan().convert("CMYK"), np.uint8).tobytes()
    else:
        wide = levels.astype(">u2") * 257
        data = (wide if space == "/DeviceGray" else np.repeat(wide[:, :, None], 3, axis=2)).tobytes()
    source = in_pdf(tmp_path, "flate", 1.0)
    with pikepdf.open(source, allow_overwriting_input=True) as pdf:
        stream = pdf.pages[0].obj.Resources.XObject.I
        stream.write(data)
        stream.ColorSpace, stream.BitsPerComponent = pikepdf.Name(space), bits
        pdf.save(source)
    picture = pages.picture(source, 1, Limits())
    assert (picture.odd, picture.cut_short) == (False, False)

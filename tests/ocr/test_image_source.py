"""Picture files that lie on their side, break off, move, or have their letters in a mask."""

import struct
from io import BytesIO
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageOps

from ocr.limits import Limits, Refusal
from ocr.picture import PAGE_DAMAGED
from ocr.reading import read_page
from ocr.sources import pages
from tests.ocr.readers import silent
from tests.ocr.test_pages import noise, saved, stored

LIMITS = Limits()
#: What turns a picture so that the tag turns it back (TIFF 6.0, tag 274).
TURNS = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_90,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_270,
}


@pytest.mark.parametrize("tag", TURNS)
@pytest.mark.parametrize("compression", [None, "tiff_deflate", "group4"])
def test_a_tiff_is_turned_as_its_tag_says(tmp_path: Path, tag: int, compression: str | None) -> None:
    scan = Image.fromarray(noise(600, 900)).convert("1" if compression == "group4" else "L")
    data = saved(scan.transpose(TURNS[tag]), "TIFF", compression=compression, tiffinfo={274: tag})
    found = pages.picture(stored(tmp_path, "scan.tif", data), 1, LIMITS)
    assert np.array_equal(found.pixels, np.asarray(scan.convert("L")))


def broken_off(folder: Path) -> Path:
    """A TIFF of three pages of which the second has no end: the first is sound."""
    sheets = [Image.fromarray(noise(600, 900)), *[Image.fromarray(noise(600, 900)[::-1])] * 2]
    out = BytesIO()
    sheets[0].save(out, "TIFF", save_all=True, append_images=sheets[1:], compression="tiff_deflate")
    data = out.getvalue()
    second = int.from_bytes(data[4:8], "little")
    second = _next_directory(data, second)
    return stored(folder, "scans.tif", data[: second + 20])


def _next_directory(data: bytes, at: int) -> int:
    entries = int.from_bytes(data[at : at + 2], "little")
    after = at + 2 + 12 * entries
    return int.from_bytes(data[after : after + 4], "little")


def test_the_sound_pages_of_a_tiff_that_breaks_off_are_kept_and_the_lost_one_is_told(tmp_path: Path) -> None:
    source = broken_off(tmp_path)
    assert pages.inspect(source, LIMITS).pages == 2
    assert np.array_equal(pages.picture(source, 1, LIMITS).pixels, noise(600, 900))
    with pytest.raises(Refusal) as refusal:
        pages.picture(source, 2, LIMITS)
    assert refusal.value.code == PAGE_DAMAGED
    lost = read_page(source, 2, tmp_path, LIMITS, readers=silent())
    assert [notice.code for notice in lost.warnings] == ["page-unreadable"]
    assert [notice.code for notice in pages.notices(source)] == ["broken-off"]


@pytest.mark.parametrize("kind", ["GIF", "PNG", "WEBP"])
def test_what_of_a_moving_picture_is_not_read_is_told(tmp_path: Path, kind: str) -> None:
    first = Image.fromarray(noise(600, 900))
    still = stored(tmp_path, "still", saved(first, kind))
    frames = [ImageOps.invert(first), first]
    moving = stored(tmp_path, "moving", saved(first, kind, save_all=True, append_images=frames))
    assert pages.inspect(moving, LIMITS).pages == 1
    assert pages.notices(still) == ()
    (notice,) = pages.notices(moving)
    assert notice.code == "frames-left-out"
    assert "3" in notice.vi
    assert "3" in notice.en


def test_what_an_old_tiff_holds_as_a_grey_jpeg_is_read(tmp_path: Path) -> None:
    """As programs of the 1990s wrote it: compression 6, the whole JPEG at tag 513."""
    held = saved(Image.fromarray(noise(600, 900)), "JPEG", quality=90)
    tags = {256: 600, 257: 900, 258: 8, 259: 6, 262: 1, 273: 0, 277: 1, 278: 900, 279: len(held), 512: 1}
    entries = [*tags.items(), (513, 0), (514, len(held))]
    first = 8 + 2 + 12 * len(entries) + 4
    data = struct.pack("<4sIH", b"II*\0", 8, len(entries))
    for tag, value in entries:
        data += struct.pack("<HHII", tag, 4, 1, first if tag in (273, 513) else value)
    found = pages.picture(stored(tmp_path, "old.tif", data + bytes(4) + held), 1, LIMITS)
    assert np.abs(found.pixels.astype(int) - noise(600, 900)).mean() < 5


def test_levels_with_a_point_are_seen(tmp_path: Path) -> None:
    levels = Image.fromarray(noise(600, 900).astype(np.float32) / 255)
    found = pages.picture(stored(tmp_path, "levels.tif", saved(levels, "TIFF")), 1, LIMITS)
    assert np.array_equal(found.pixels, noise(600, 900))


def test_a_scan_in_cie_lab_has_its_colours(tmp_path: Path) -> None:
    red, white = (136, 208, 195), (255, 128, 128)  # of CIE L*a*b* at D65, a* and b* from -128
    levels = np.full((900, 600, 3), white, np.uint8)
    levels[:300] = red
    lab = Image.fromarray(levels ^ np.array((0, 128, 128), np.uint8), "RGB")
    data = saved(lab, "TIFF").replace(struct.pack("<HHII", 262, 3, 1, 2), struct.pack("<HHII", 262, 3, 1, 8))
    found = pages.picture(stored(tmp_path, "lab.tif", data), 1, LIMITS).pixels
    assert np.abs(found[0, 0].astype(int) - (0, 0, 255)).max() < 8
    assert found[600, 0].min() > 250


def test_white_letters_on_nothing_are_put_on_black(tmp_path: Path) -> None:
    letters = Image.fromarray(np.dstack([np.full((900, 600, 3), 255, np.uint8), noise(600, 900)]), "RGBA")
    found = pages.picture(stored(tmp_path, "white.png", saved(letters, "PNG")), 1, LIMITS).pixels
    assert np.array_equal(found[:, :, 0], noise(600, 900))


CODES = {33003: "JPEG2000", 33005: "JPEG2000", 34712: "JPEG2000", 50001: "WEBP"}


def in_strips(picture: Image.Image, code: int, turn: int, lost: int = 0, colours: int = 2) -> bytes:
    """A TIFF of strips of 250 rows, each a whole picture of another kind, the last short by `lost` bytes."""
    options = {"no_jp2": True, "mct": 0} if CODES[code] == "JPEG2000" else {"lossless": True}
    rows = range(0, picture.height, 250)
    cuts = [picture.crop((0, y, picture.width, min(y + 250, picture.height))) for y in rows]
    strips = [saved(cut, CODES[code], **options) for cut in cuts]
    strips[-1] = strips[-1][: len(strips[-1]) - lost]
    starts = [8 + sum(map(len, strips[:number])) for number in range(len(strips))]
    after = 8 + sum(map(len, strips))
    lists = struct.pack(f"<{2 * len(strips)}I3H", *starts, *map(len, strips), 8, 8, 8)
    tags = [(256, 4, 1, picture.width), (257, 4, 1, picture.height)]
    tags += [(258, 3, 3, after + 8 * len(strips)), (259, 3, 1, code), (262, 3, 1, colours)]
    tags += [(273, 4, len(strips), after), (274, 3, 1, turn), (277, 3, 1, 3), (278, 4, 1, 250)]
    tags += [(279, 4, len(strips), after + 4 * len(strips))]
    directory = struct.pack("<H", len(tags)) + b"".join(struct.pack("<HHII", *tag) for tag in tags)
    head = struct.pack("<2sHI", b"II", 42, after + len(lists))
    return head + b"".join(strips) + lists + directory + bytes(4)


@pytest.mark.parametrize("turn", [1, 6])
@pytest.mark.parametrize("code", CODES)
def test_a_tiff_of_jpeg_2000_or_webp_is_read(tmp_path: Path, code: int, turn: int) -> None:
    scan = Image.fromarray(noise(600, 900)).convert("RGB")
    stands = scan if turn == 1 else scan.transpose(TURNS[turn])
    source = stored(tmp_path, "scan.tif", in_strips(stands, code, turn))
    assert pages.inspect(source, LIMITS).pages == 1
    found = pages.picture(source, 1, LIMITS)
    assert np.array_equal(found.pixels, np.asarray(scan))


def test_a_tiff_of_webp_that_lacks_the_end_of_a_strip_is_refused(tmp_path: Path) -> None:
    source = stored(tmp_path, "scan.tif", in_strips(Image.new("RGB", (300, 600)), 50001, 1, lost=20))
    with pytest.raises(Refusal, match="damaged"):
        pages.picture(source, 1, LIMITS)


def test_a_tiff_of_jpeg_2000_in_luminance_and_colour_differences_keeps_its_colours(tmp_path: Path) -> None:
    scan = Image.new("RGB", (300, 600), (200, 30, 40))
    as_it_is = Image.merge("RGB", scan.convert("YCbCr").split())
    source = stored(tmp_path, "scan.tif", in_strips(as_it_is, 33003, 1, colours=6))
    found = pages.picture(source, 1, LIMITS).pixels[300, 150]
    assert np.abs(found.astype(int) - (40, 30, 200)).max() <= 2

"""Small page pictures: nothing that a person could miss gets lost, and nothing grows."""

import zlib
from collections.abc import Callable
from dataclasses import replace
from functools import cache
from io import BytesIO
from pathlib import Path

import cv2
import numpy as np
import pypdfium2
import pytest
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFilter, ImageFont

from ocr.engine import Pixels
from ocr.recognition import Box, Page, Word
from ocr.viewing_copy import compression, fidelity, letter_shapes, mixed_raster, searchable
from ocr.viewing_copy.layers import Layer
from tests.ocr import drawing

DPI = 300
CUT = (200, 900, 2000, 2500)  # of `drawing.page`: some lines, the seal, and empty paper below
PLACE = Box(700, 1000, 1500, 1400)  # of the cut, below its text
Draw = Callable[[ImageDraw.ImageDraw], None]


@cache
def scan(draw: Draw | None = None, seal: bool = False, seed: int = 7) -> Pixels:
    image = drawing.page(DPI, seal).crop(CUT)
    # Renderers differ by part of a dot at the rim, so that no letter may be cut there.
    ImageDraw.Draw(image).rectangle([1740, 0, 1800, 1600], fill="white")
    if draw is not None:
        draw(ImageDraw.Draw(image))
    return np.ascontiguousarray(np.asarray(drawing.scanned(image, seed=seed))[:, :, ::-1])


def stamp(draw: ImageDraw.ImageDraw) -> None:
    font = ImageFont.truetype(str(drawing.BOLD), 70)
    draw.rectangle([PLACE.x0, PLACE.y0, PLACE.x1, PLACE.y1], outline=(205, 205, 215), width=6)
    draw.text((1100, 1200), "CÔNG VĂN ĐẾN", (205, 205, 215), font, anchor="mm")


def pencil(draw: ImageDraw.ImageDraw) -> None:
    xs = np.arange(PLACE.x0, PLACE.x1, 4)
    ys = 1200 + 120 * np.sin(xs / 23) * np.cos(xs / 71)
    draw.line(list(zip(xs.tolist(), ys.tolist(), strict=True)), fill=(180, 180, 180), width=3)


def light_seal(draw: ImageDraw.ImageDraw) -> None:
    draw.ellipse([900, 1000, 1300, 1400], outline=(255, 205, 205), width=14)
    font = ImageFont.truetype(str(drawing.BOLD), 50)
    draw.text((1100, 1200), "CON DẤU", (255, 205, 205), font, anchor="mm")


def blue_signature(draw: ImageDraw.ImageDraw) -> None:
    xs = np.arange(PLACE.x0, PLACE.x1, 4)
    ys = 1200 + 120 * np.sin(xs / 31) * np.cos(xs / 53)
    draw.line(list(zip(xs.tolist(), ys.tolist(), strict=True)), fill=(35, 45, 140), width=6)


def photograph(draw: ImageDraw.ImageDraw) -> None:
    soft = np.random.default_rng(3).integers(0, 255, (14, 12, 3), dtype=np.uint8)
    picture = Image.fromarray(soft).resize((500, 400), Image.Resampling.BICUBIC)
    held = draw._image
    held.paste(picture.filter(ImageFilter.GaussianBlur(3)), (800, 1000))


def viewed(pixels: Pixels, folder: Path, dpi: int = DPI) -> tuple[Pixels, tuple[Layer, ...]]:
    """The page as another program shows its viewing copy at 150 dpi, and the layers of it."""
    path = compression.write_page(pixels, dpi, False, folder / "page-0001.x")
    height, width = pixels.shape[:2]
    page = Page(1, width, height, dpi, 0, 0.0, "ocr", path.name)
    searchable.write([page], folder, folder / "out.pdf")
    pdf = pypdfium2.PdfDocument(folder / "out.pdf")
    # A renderer rounds sides up: without this a page of 900.0001 dots becomes 901 wide, and all is moved.
    shown = np.array(pdf[0].render(scale=fidelity.DPI / 72 * (1 - 1e-5)).to_numpy())
    pdf.close()
    wanted = (round(width * fidelity.DPI / dpi), round(height * fidelity.DPI / dpi))
    shown = cv2.resize(shown, wanted, interpolation=cv2.INTER_AREA).astype(np.uint8)
    return np.ascontiguousarray(shown), compression.packed(path, dpi)


def small(pixels: Pixels) -> Pixels:
    return mixed_raster.at_dpi(pixels, DPI, fidelity.DPI)


def part(pixels: Pixels, box: Box = PLACE) -> Pixels:
    """The part of a picture at fidelity.DPI that shows `box`."""
    half = (box.y0 // 2, box.y1 // 2, box.x0 // 2, box.x1 // 2)
    return pixels[half[0] : half[1], half[2] : half[3]]


def contrast(pixels: Pixels) -> float:
    """How far the strokes stand out of the paper, noise aside."""
    seen = cv2.GaussianBlur(mixed_raster.darkest(np.ascontiguousarray(part(pixels))), (0, 0), 1)
    return float(np.percentile(seen, 75) - np.percentile(seen, 1))


def size(layers: tuple[Layer, ...]) -> int:
    return sum(len(layer.data) for layer in layers)


def codings(layers: tuple[Layer, ...]) -> list[str]:
    return ["stencil" if layer.ink is not None else layer.coding for layer in layers]


@pytest.mark.parametrize("grey", [False, True])
def test_a_page_of_text_is_a_stencil_over_smooth_paper(tmp_path: Path, grey: bool) -> None:
    pixels = scan()
    pixels = cv2.cvtColor(pixels, cv2.COLOR_BGR2GRAY).astype(np.uint8) if grey else pixels
    shown, layers = viewed(pixels, tmp_path)
    assert codings(layers) == ["jpeg", "stencil"]
    assert size(layers) < 25_000
    master = small(pixels) if pixels.ndim == 3 else small(np.dstack([pixels] * 3))
    assert fidelity.lost(master, shown) == []


def test_a_seal_keeps_its_colour_and_the_words_under_it_their_edges(tmp_path: Path) -> None:
    pixels = scan(seal=True)
    shown, layers = viewed(pixels, tmp_path)
    assert codings(layers) == ["jpeg", "jpeg", "stencil"]
    assert fidelity.lost(small(pixels), shown) == []
    ring = (np.asarray(part(shown, Box(540, 100, 1010, 580))).astype(int) @ [0, -1, 1]) > 80
    assert ring.mean() > 0.04  # red far above green


@pytest.mark.parametrize("draw", [stamp, pencil, light_seal, blue_signature, photograph])
def test_what_is_faint_or_no_text_stays(tmp_path: Path, draw: Draw, monkeypatch: pytest.MonkeyPatch) -> None:
    pixels = scan(draw)
    shown, _ = viewed(pixels, tmp_path)
    assert contrast(shown) > 0.7 * contrast(small(pixels))
    # Each renderer spreads the coarser colours of a JPEG in its own way.
    monkeypatch.setattr(fidelity, "COLOUR", fidelity.COLOUR * 1.3)
    assert fidelity.lost(small(pixels), shown) == []


@pytest.mark.parametrize("draw", [stamp, pencil, light_seal, blue_signature, photograph])
def test_the_check_finds_what_is_missing(draw: Draw) -> None:
    found = fidelity.lost(small(scan(draw)), small(scan(seed=8)))
    assert found
    middle = Box(PLACE.x0 // 2, PLACE.y0 // 2, PLACE.x1 // 2, PLACE.y1 // 2)
    assert all(b.x0 < middle.x1 and middle.x0 < b.x1 and b.y0 < middle.y1 for b in found)


def test_the_check_finds_one_lost_mark_and_an_added_one() -> None:
    master = small(scan())
    assert fidelity.lost(master, small(scan(seed=8))) == []
    ink = cv2.threshold(mixed_raster.darkest(master), 130, 255, cv2.THRESH_BINARY_INV)[1]
    count, labels, stats, _ = cv2.connectedComponentsWithStats(ink.astype(np.uint8))
    marks = [i for i in range(1, count) if 4 <= stats[i, cv2.CC_STAT_AREA] <= 12]  # dots, commas, tones
    assert len(marks) > 50
    for mark in marks[::5]:
        without = master.copy()
        without[cv2.dilate((labels == mark).astype(np.uint8), np.ones((3, 3), np.uint8)) > 0] = 235
        assert fidelity.lost(master, without), stats[mark]
        assert fidelity.lost(without, master), stats[mark]


def test_black_in_the_place_of_blue_is_found() -> None:
    blue = small(scan(blue_signature))
    grey = cv2.cvtColor(cv2.cvtColor(blue, cv2.COLOR_BGR2GRAY), cv2.COLOR_GRAY2BGR).astype(np.uint8)
    assert fidelity.lost(blue, grey)


def test_strokes_that_the_mask_lost_come_back(monkeypatch: pytest.MonkeyPatch) -> None:
    """A fault of the separation itself: half of a line vanishes, and the packer shows that part as it is."""
    pixels = scan()
    separate = mixed_raster.separate

    def faulty(page: Pixels, dpi: float) -> mixed_raster.Separation:
        parts = separate(page, dpi)
        parts.mask[200:260, 200:1500] = 0
        return parts

    monkeypatch.setattr(mixed_raster, "separate", faulty)
    layers = compression.mixed(pixels, DPI)
    assert layers is not None
    assert any(0 < box.y0 < 230 and box.y1 > 240 for box in (layer.place for layer in layers))


def marks_of(parts: mixed_raster.Separation) -> list[Box]:
    """Boxes of tone marks in a mask, not of dots: what is wider than high, and small."""
    _, _, stats, _ = cv2.connectedComponentsWithStats(parts.mask)
    found = [Box(int(x), int(y), int(x + w), int(y + h)) for x, y, w, h, area in stats if 30 < area < 200]
    return [box for box in found if 7 <= box.x1 - box.x0 <= 24 and 5 <= box.y1 - box.y0 <= 18]


def around(box: Box) -> Box:
    """The word of which a mark is."""
    return Box(box.x0 - 25, box.y0 - 5, box.x1 + 25, box.y1 + 45)


def halved(parts: mixed_raster.Separation, marks: list[Box]) -> mixed_raster.Separation:
    """The mask with the right half of some marks gone: a hook that is a dot, a tilde that is an acute."""
    mask = parts.mask.copy()
    for box in marks:
        mask[box.y0 : box.y1, (box.x0 + box.x1) // 2 : box.x1] = 0
    return replace(parts, mask=mask)


def test_a_mark_of_another_shape_is_told_from_a_sound_one() -> None:
    pixels = scan()
    parts = mixed_raster.separate(pixels, DPI)
    marks = [box for box in marks_of(parts) if box.y0 > 20 and box.x0 > 40]
    words = [around(box) for box in marks]
    assert len(words) > 20
    assert len(letter_shapes.changed(pixels, DPI, parts, words)) < 0.1 * len(words)
    changed = letter_shapes.changed(pixels, DPI, halved(parts, marks), words)
    assert len(changed) > 0.9 * len(words)


def test_marks_that_the_mask_changed_come_back(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A packer that loses half of each tone mark, as a coarse threshold does: no glance sees that."""
    pixels = scan()
    whole = mixed_raster.separate(pixels, DPI)
    marks = [box for box in marks_of(whole) if box.y0 > 20 and box.x0 > 40]
    words = tuple(Word("chữ", around(box), 0.9, 0) for box in marks)
    separate = mixed_raster.separate
    monkeypatch.setattr(mixed_raster, "separate", lambda page, dpi: halved(separate(page, dpi), marks))
    path = compression.write_page(pixels, DPI, False, tmp_path / "page-0001.x")
    page = Page(1, pixels.shape[1], pixels.shape[0], DPI, 0, 0.0, "ocr", path.name, words=words)
    searchable.write([page], tmp_path, tmp_path / "out.pdf")
    pdf = pypdfium2.PdfDocument(tmp_path / "out.pdf")
    drawn = np.array(pdf[0].render(scale=DPI / 72).to_numpy())
    pdf.close()
    assert drawn.shape == pixels.shape
    dark = mixed_raster.lightest(drawn) < 140
    kept = [
        dark[mixed_raster.cut(box)].sum() / (whole.mask[mixed_raster.cut(box)] > 0).sum() for box in marks
    ]
    assert np.mean([share > 0.75 for share in kept]) > 0.9


@pytest.mark.parametrize("memory", [True, False], ids=["finer", "too large for a finer one"])
def test_words_that_the_finer_stencil_changed_too_are_shown_as_they_are(
    memory: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A fault of every stencil: some tone marks stay halved, however many dots they get."""
    pixels = scan()
    if not memory:
        monkeypatch.setattr(mixed_raster, "MOST_DOTS", pixels.shape[0] * pixels.shape[1])
    marks = [box for box in marks_of(mixed_raster.separate(pixels, DPI)) if box.y0 > 20 and box.x0 > 40][::6]
    words = [around(box) for box in marks]
    sound = compression.mixed(pixels, DPI, words)
    assert sound is not None
    assert set(codings(sound)) == {"jpeg", "stencil"}
    # The paper; what loses nothing has no picture more.
    assert sum(layer.ink is None for layer in sound) <= 1 + 0.05 * len(words)
    separate, refined = mixed_raster.separate, mixed_raster.refined

    def coarse(page: Pixels, dpi: float) -> mixed_raster.Separation:
        return halved(separate(page, dpi), marks)

    def fine(
        page: Pixels, dpi: float, parts: mixed_raster.Separation, boxes: list[Box]
    ) -> list[mixed_raster.Separation]:
        rest, ink = refined(page, dpi, parts, boxes)
        double = [Box(2 * box.x0, 2 * box.y0, 2 * box.x1, 2 * box.y1) for box in marks]
        return [rest, halved(ink, double)]

    monkeypatch.setattr(mixed_raster, "separate", coarse)
    monkeypatch.setattr(mixed_raster, "refined", fine)
    monkeypatch.setattr(fidelity, "lost", lambda *_: [])  # a glance would see some of them
    layers = compression.mixed(pixels, DPI, words)
    assert layers is not None
    kept = [layer for layer in layers if layer.ink is None][1:]
    held = [
        any(at.place.x0 <= box.x0 and box.x1 <= at.place.x1 and at.place.y0 <= box.y0 for at in kept)
        for box in marks
    ]
    assert np.mean(held) > 0.9
    for layer in kept:
        seen = cv2.imdecode(np.frombuffer(unpacked(layer), np.uint8), cv2.IMREAD_COLOR)
        assert seen is not None
        own = pixels[mixed_raster.cut(layer.place)]
        assert seen.shape == own.shape
        assert cv2.absdiff(cv2.blur(seen, (3, 3)), cv2.blur(own, (3, 3))).max() < 60


def unpacked(layer: Layer) -> bytes:
    return zlib.decompress(layer.data) if layer.deflated else layer.data


@pytest.mark.parametrize("kind", ["noise", "photograph", "blank", "coarse", "tiny"])
def test_no_page_is_larger_than_the_plain_one(tmp_path: Path, kind: str) -> None:
    dpi, generator = (100, 150)[kind == "tiny"], np.random.default_rng(5)
    pixels = {
        "noise": lambda: generator.integers(0, 255, (1500, 1000, 3), dtype=np.uint8),
        "photograph": lambda: cv2.GaussianBlur(
            generator.integers(0, 255, (1700, 1200, 3), dtype=np.uint8), (0, 0), 4
        ).astype(np.uint8),
        "blank": lambda: np.full((1700, 1200), 250, np.uint8),
        "coarse": np.asarray(drawing.scanned(drawing.page(100)))[:, :, ::-1].copy,
        "tiny": lambda: np.full((2, 3, 3), 90, np.uint8),
    }[kind]()
    dpi = {"noise": 300, "photograph": 300, "blank": 300}.get(kind, dpi)
    _, layers = viewed(pixels, tmp_path, dpi)
    if dpi < compression.LEAST_DPI:
        assert [layer.data for layer in layers] == [(tmp_path / "page-0001.jpg").read_bytes()]
        return
    plain = compression._plain(
        cv2.imread(str(tmp_path / "page-0001.jpg"), cv2.IMREAD_UNCHANGED).astype(np.uint8), dpi
    )
    assert size(layers) <= len(plain.data)
    if kind == "photograph":
        assert codings(layers) == ["jpeg"]


def test_a_black_edge_and_white_letters_on_black_stay(tmp_path: Path) -> None:
    def dark(draw: ImageDraw.ImageDraw) -> None:
        font = ImageFont.truetype(str(drawing.BOLD), 50)
        draw.rectangle([0, 0, 60, 1600], fill=(15, 15, 15))
        draw.rectangle([700, 1050, 1500, 1150], fill=(40, 40, 40))
        draw.text((1100, 1100), "THỜI HẠN", "white", font, anchor="mm")

    pixels = scan(dark)
    shown, layers = viewed(pixels, tmp_path)
    assert fidelity.lost(small(pixels), shown) == []
    assert "stencil" in codings(layers)


def sealed(seal: bool, dpi: int = DPI) -> tuple[Pixels, NDArray[np.bool_]]:
    """Text, and a seal across it, as a scanner's coarse JPEG gives them; and where the seal has ink."""
    image = drawing.page(DPI).crop(CUT)
    ink = Image.new("RGB", image.size, "white")
    for radius, width in ((210, 13), (135, 5)):
        place = [700 - radius, 250 - radius, 700 + radius, 250 + radius]
        ImageDraw.Draw(ink).ellipse(place, outline=(205, 30, 45), width=width)
    if seal:
        image = Image.fromarray(np.minimum(np.asarray(image), np.asarray(ink)))
    size = (image.width * dpi // DPI, image.height * dpi // DPI)
    image, ink = (each.resize(size, Image.Resampling.BOX) for each in (image, ink))
    out = BytesIO()
    image = image.point([45 + level * 210 // 255 for level in range(256)] * 3)  # print is seldom black
    drawing.scanned(image.filter(ImageFilter.GaussianBlur(0.4))).save(out, "JPEG", quality=40)
    pixels = np.ascontiguousarray(np.asarray(Image.open(out).convert("RGB"))[:, :, ::-1])
    return pixels, np.asarray(ink)[:, :, 1] < 200


def words_of(parts: mixed_raster.Separation) -> list[Box]:
    """Boxes around letters that stand together."""
    near = cv2.dilate(parts.mask, np.ones((3, 17), np.uint8))
    stats = cv2.connectedComponentsWithStats(near)[2][1:]
    return [Box(x, y, x + wide, y + high) for x, y, wide, high, area in stats.tolist() if area > 900]


def test_strokes_that_a_seal_crosses_keep_their_shape() -> None:
    """Once a third of each stroke was taken for seal, whose colour JPEG smears over it."""
    pixels, seal = sealed(True)
    found, true = (mixed_raster.separate(each, DPI).mask[seal] > 0 for each in (pixels, sealed(False)[0]))
    assert true.sum() > 1500
    assert (true & ~found).sum() < 0.15 * true.sum()
    assert (found & ~true).sum() < 0.25 * true.sum()


def test_what_a_seal_darkens_is_no_change_of_the_letters_over_it() -> None:
    pixels, _ = sealed(True)
    words = words_of(mixed_raster.separate(sealed(False)[0], DPI))
    layers = compression.mixed(pixels, DPI, words)
    assert layers is not None
    assert len(words) > 40
    assert [coding for coding in codings(layers) if coding != "stencil"] == ["jpeg", "jpeg"]


def test_a_seal_across_words_is_one_picture_with_them_where_dots_are_few() -> None:
    dpi = 200
    pixels, _ = sealed(True, dpi)
    words = words_of(mixed_raster.separate(sealed(False)[0], DPI))
    few = [Box(*(side * dpi // DPI for side in (box.x0, box.y0, box.x1, box.y1))) for box in words]
    layers = compression.mixed(pixels, dpi, few)
    assert layers is not None
    place = layers[1].place
    data = zlib.decompress(layers[1].data) if layers[1].deflated else layers[1].data
    shown = cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_COLOR)
    assert shown is not None
    assert np.abs(shown.astype(int) - pixels[mixed_raster.cut(place)]).mean() < 8
    assert codings(layers)[2:] == ["stencil"]


@pytest.mark.parametrize("dpi", [100, 150])
def test_the_red_of_a_coarse_page_is_kept_as_fine_as_its_light(tmp_path: Path, dpi: int) -> None:
    """Readers take the red: with colours half as fine, pages at 150 dpi were read three times as badly."""
    scan, seal = sealed(True, dpi)
    pixels = np.roll(scan, (3, 5), (0, 1))  # a scan that was made level has no dot where its JPEG had it
    path = compression.write_page(pixels, dpi, False, tmp_path / "page-0001.x")
    kept = cv2.imread(str(path), cv2.IMREAD_COLOR)
    assert kept is not None
    apart = np.abs(kept[:, :, 2].astype(int) - pixels[:, :, 2])
    assert apart[np.roll(seal, (3, 5), (0, 1))].mean() < 4.2


@pytest.mark.parametrize("dpi", [100.0, 299.9996])
@pytest.mark.parametrize("grey", [False, True])
def test_page_pictures_are_the_jpeg_that_pillow_would_write(tmp_path: Path, dpi: float, grey: bool) -> None:
    page = drawing.page(100, seal=True).convert("L" if grey else "RGB")
    pixels = np.asarray(page)[..., ::-1].copy() if not grey else np.array(page)
    written = compression.write_page(pixels, dpi, False, tmp_path / "page-0001.x")
    fine = {"quality": 95, "subsampling": "4:4:4", "progressive": True, "optimize": True}
    expected = BytesIO()
    how = fine if dpi < 180 else {"quality": 88, "subsampling": "4:2:0"}
    page.save(expected, "JPEG", dpi=(dpi, dpi), **how)
    with Image.open(written) as ours, Image.open(expected) as theirs:
        assert (ours.mode, ours.info["dpi"]) == (theirs.mode, theirs.info["dpi"])
        assert np.array_equal(np.asarray(ours), np.asarray(theirs))
        assert ours.info.get("progressive") == theirs.info.get("progressive")

"""Small page pictures that stay legible."""

import zlib
from collections.abc import Sequence
from pathlib import Path

import cv2
import numpy as np
from PIL import Image

from ocr.engine import Pixels
from ocr.recognition import Box
from ocr.viewing_copy import fidelity, group4, jpeg, letter_shapes, mixed_raster
from ocr.viewing_copy.layers import Layer
from ocr.viewing_copy.letter_shapes import ShownRegion
from ocr.viewing_copy.mixed_raster import Separation
from ocr.viewing_copy.whole_picture import whole

# 200 dpi keeps 13-point marks apart (a dot below is 3 pixels wide); quality 60 leaves no visible rings.
VIEWING_DPI = 200
VIEWING_QUALITY = 60
PAPER_QUALITY = 45  # smooth, so there is nothing to ring
REGION_QUALITY = 50
WORD_QUALITY = 60  # of a word whose letters no stencil keeps, at all its dots
PAGE_QUALITY = 88  # the page picture in the folder, from which the smaller one is made
# At most twice the dots in which pages stand beside one another.
THUMBNAIL_WIDTH = 200
THUMBNAIL_HEIGHT = 800
THUMBNAIL_QUALITY = 60
ROWS_SEEN = 4  # of the rows of a page for one of its thumbnail: to look at all takes three times as long
COLOURED = 40  # difference of channels from which a pixel has a colour that is meant
# Where a tone mark is one or two dots, its grey levels say what it is: no mask has them, and to compress them
# once more loses some.
LEAST_DPI = 180
# Readers take the red, which JPEG keeps half as fine as the light unless told not to: they see the
# difference, and at their limit that of quality too.
COARSE_DPI, COARSE_QUALITY = 130, 95
SURELY_SMALLER = 0.12  # of the page picture's bytes; plain pages have 0.17 to 0.35 of them
MOST_LOST = 0.4  # share of the page; with more in regions, the plain page is no larger
WORD_MARGIN = 2  # dots around a word in which its marks may stand
MARKS_MM = 0.3  # the same, for a closer look

Inked = tuple[Separation, Sequence[ShownRegion]]  # what a page is made of, and the regions as they are shown


def without_false_colour(pixels: Pixels) -> Pixels:
    """Grey where a colour picture holds no colour but the scanner's."""
    if pixels.ndim == 2:
        return pixels
    sample = np.ascontiguousarray(pixels[::6, ::6])
    spread = cv2.subtract(mixed_raster.lightest(sample), mixed_raster.darkest(sample))
    if np.count_nonzero(spread > COLOURED) > 5e-5 * spread.size:
        return pixels
    return cv2.cvtColor(pixels, cv2.COLOR_BGR2GRAY).astype(np.uint8, copy=False)


def write_page(pixels: Pixels, dpi: float, bilevel: bool, path: Path, *, pale: bool = False) -> Path:
    """Write the page picture beside `path`, with the ending that suits it. What little colour a `pale` page
    has is kept: its seals have no more."""
    if bilevel:
        target = path.with_suffix(".png")
        # Ink and paper are runs: to look for nothing else takes a third of the time and finds a smaller file.
        image = Image.fromarray(pixels).convert("1", dither=Image.Dither.NONE)
        image.save(target, dpi=(dpi, dpi), compress_type=zlib.Z_RLE)
        return target
    target = path.with_suffix(".jpg")
    plain = pixels if pale else without_false_colour(pixels)
    if dpi >= LEAST_DPI:
        data = jpeg.encoded(plain, PAGE_QUALITY)
    else:
        kept = PAGE_QUALITY if dpi >= COARSE_DPI else COARSE_QUALITY
        data = jpeg.encoded(plain, kept, jpeg.FINE_COLOUR, progressive=True)
    target.write_bytes(jpeg.with_dpi(data, dpi))
    return target


def write_thumbnail(pixels: Pixels, target: Path) -> None:
    """Write the page so small that many fit on a screen: about 6 kB, where the page picture has 700."""
    height, width = pixels.shape[:2]
    factor = min(1.0, THUMBNAIL_WIDTH / width, THUMBNAIL_HEIGHT / height)
    size = (max(1, round(width * factor)), max(1, round(height * factor)))
    coarse = pixels[:: max(1, int(1 / (factor * ROWS_SEEN)))]
    small = cv2.resize(coarse, size, interpolation=cv2.INTER_AREA).astype(np.uint8, copy=False)
    target.write_bytes(jpeg.encoded(small, THUMBNAIL_QUALITY))


def shrink(picture: Path, target: Path) -> None:
    """Write the thumbnail of a page picture that lies in a file."""
    pixels = cv2.imread(str(picture), cv2.IMREAD_UNCHANGED)
    assert pixels is not None, picture
    write_thumbnail(pixels.astype(np.uint8, copy=False), target)


def packed(path: Path, dpi: float, words: Sequence[Box] = ()) -> tuple[Layer, ...]:
    """The page picture of a folder, made small for viewing. `words` are where its letters stand."""
    with Image.open(path) as image:
        if image.mode == "1":
            return (_bilevel(image),)
        if dpi < LEAST_DPI:
            return (whole(path),)  # its very bytes: what is read from it is read from the copy
    pixels = cv2.imread(str(path), cv2.IMREAD_UNCHANGED)
    assert pixels is not None, path
    master = pixels.astype(np.uint8, copy=False)
    layers = mixed(master, dpi, words)
    if layers is not None and _bytes(layers) < SURELY_SMALLER * path.stat().st_size:
        return layers
    plain = (_plain(master, dpi),)
    return layers if layers is not None and _bytes(layers) < _bytes(plain) else plain


def _bytes(layers: Sequence[Layer]) -> int:
    return sum(len(layer.data) for layer in layers)


def mixed(pixels: Pixels, dpi: float, words: Sequence[Box] = ()) -> tuple[Layer, ...] | None:
    """Paper, regions and ink, compared with the page; None where it is better left in one piece."""
    small = mixed_raster.at_dpi(pixels, dpi, fidelity.DPI)
    scale = pixels.shape[1] / small.shape[1], pixels.shape[0] / small.shape[0]
    letters = [_grown(box, (1 / scale[0], 1 / scale[1]), small) for box in words]
    parts = mixed_raster.separate(pixels, dpi)
    if parts.finer > 1:
        parts = mixed_raster.with_pictures(parts, _over_words(parts.coloured, words))
    layers = _pictures(pixels, parts, dpi)
    found = fidelity.lost(small, shown(layers, parts, small), letters)
    if found:
        parts = mixed_raster.with_pictures(parts, [_grown(box, scale, pixels) for box in found])
        if sum(_area(box) for box in parts.pictures) > MOST_LOST * pixels.shape[0] * pixels.shape[1]:
            return None
        layers = _pictures(pixels, parts, dpi)
        if fidelity.lost(small, shown(layers, parts, small), letters):
            return None
    above = _inked(pixels, dpi, (parts, _regions(layers, parts)), words)
    return None if above is None else (*layers, *above)


def _over_words(regions: Sequence[Box], words: Sequence[Box]) -> list[Box]:
    """Those that cross words. Where a page has few dots, JPEG's colours are as coarse as a tone mark: what
    of it is seal, and what is stroke, no mask can tell."""
    return [box for box in regions if any(mixed_raster.meet(box, word) for word in words)]


def _regions(layers: Sequence[Layer], parts: Separation) -> list[ShownRegion]:
    """The coloured regions as a viewer shows them without ink, in all channels the lightest."""
    coloured = [layer for layer in layers if layer.place in parts.coloured]
    return [
        (layer.place, _filling(mixed_raster.lightest(_decoded(layer)), layer.place)) for layer in coloured
    ]


def _inked(pixels: Pixels, dpi: float, made: Inked, words: Sequence[Box]) -> list[Layer] | None:
    """The ink; that of words whose letters it would change, with twice as many dots.

    Words that it would change even so are shown as they are, at the dots of the page. None where these are
    most of it.
    """
    parts, regions = made
    margin = round(MARKS_MM / 25.4 * dpi)
    near = [_grown(box, (1, 1), pixels, margin) for box in words]
    changed = letter_shapes.changed(pixels, dpi, parts, near, regions=regions)
    if not changed:
        return [_stencil(parts)] if parts.mask.any() else []
    masks, lost = _refined(pixels, dpi, made, changed)
    if sum(_area(box) for box in lost) > MOST_LOST * pixels.shape[0] * pixels.shape[1]:
        return None
    for box in lost:
        masks[-1].over(box)[:] = 0
    whole = [(np.ascontiguousarray(pixels[mixed_raster.cut(box)]), box) for box in lost]
    pictures = [_jpeg(word, box, WORD_QUALITY, progressive=False) for word, box in whole]
    return [*pictures, *(_stencil(each) for each in masks if each.mask.any())]


def _refined(
    pixels: Pixels, dpi: float, made: Inked, changed: Sequence[Box]
) -> tuple[list[Separation], list[Box]]:
    """The masks, the last with what ink of the changed words can be had; and those that it changes still."""
    parts, regions = made
    if not mixed_raster.refinable(parts):
        return [parts], list(changed)
    masks = mixed_raster.refined(pixels, dpi, parts, changed)
    most = letter_shapes.MOST_OF_FINE
    return masks, letter_shapes.changed(pixels, dpi, masks[-1], changed, regions=regions, most=most)


def shown(layers: Sequence[Layer], parts: Separation, like: Pixels) -> Pixels:
    """What a viewer shows of the layers with the ink of the mask over them, in the size of `like`."""
    height, width = like.shape[:2]
    rows, columns = parts.mask.shape
    scale = width * parts.finer / columns, height * parts.finer / rows
    page = np.zeros_like(like)
    for layer in layers:
        box = _grown(layer.place, scale, like, 0)
        page[mixed_raster.cut(box)] = _filling(_decoded(layer), box)
    cover = cv2.resize(parts.mask, (width, height), interpolation=cv2.INTER_AREA)
    rest = cv2.bitwise_not(cover)
    channels = [page] if page.ndim == 2 else cv2.split(page)
    inked = [
        cv2.add(cv2.multiply(channel, rest, scale=1 / 255), cv2.convertScaleAbs(cover, alpha=tone / 255))
        for channel, tone in zip(channels, parts.ink, strict=True)
    ]
    return (inked[0] if len(inked) == 1 else cv2.merge(inked)).astype(np.uint8, copy=False)


def _decoded(layer: Layer) -> Pixels:
    """The picture of a JPEG of ours."""
    data = zlib.decompress(layer.data) if layer.deflated else layer.data
    picture = cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_UNCHANGED)
    assert picture is not None, layer.place
    return picture.astype(np.uint8, copy=False)


def _filling(picture: Pixels, box: Box) -> Pixels:
    """The picture as large as a box."""
    width, height = box.x1 - box.x0, box.y1 - box.y0
    way = cv2.INTER_AREA if picture.shape[1] > width else cv2.INTER_LINEAR
    return cv2.resize(picture, (width, height), interpolation=way).astype(np.uint8, copy=False)


def _grown(box: Box, scale: tuple[float, float], within: Pixels, margin: int = WORD_MARGIN) -> Box:
    height, width = within.shape[:2]
    x0, y0 = int(box.x0 * scale[0]) - margin, int(box.y0 * scale[1]) - margin
    x1, y1 = round(box.x1 * scale[0]) + margin, round(box.y1 * scale[1]) + margin
    x0, y0 = min(max(x0, 0), width - 1), min(max(y0, 0), height - 1)
    return Box(x0, y0, max(x0 + 1, min(x1, width)), max(y0 + 1, min(y1, height)))


def _area(box: Box) -> int:
    return (box.x1 - box.x0) * (box.y1 - box.y0)


def _pictures(pixels: Pixels, parts: Separation, dpi: float) -> tuple[Layer, ...]:
    """The paper, and over it the regions."""
    height, width = pixels.shape[:2]
    layers = [_jpeg(parts.paper, Box(0, 0, width, height), PAPER_QUALITY, progressive=False)]
    for box in parts.coloured:
        part = _region(pixels, box, dpi)
        ink = np.ascontiguousarray(parts.over(box))
        cover = cv2.dilate(ink, np.ones((1 + 2 * parts.finer,) * 2, np.uint8))
        cover = cv2.resize(cover, part.shape[1::-1], interpolation=cv2.INTER_AREA)
        bare = mixed_raster.without(part, cover.astype(np.uint8, copy=False))
        layers.append(_jpeg(bare, box, REGION_QUALITY))
    layers.extend(_jpeg(_region(pixels, box, dpi), box, VIEWING_QUALITY) for box in parts.pictures)
    return tuple(layers)


def _region(pixels: Pixels, box: Box, dpi: float) -> Pixels:
    part = np.ascontiguousarray(pixels[mixed_raster.cut(box)])
    return mixed_raster.at_dpi(part, dpi, VIEWING_DPI) if dpi > VIEWING_DPI * 1.1 else part


def _stencil(parts: Separation) -> Layer:
    height, width = parts.mask.shape
    data, deflated = smaller(group4.encoded(parts.mask))
    ink = parts.ink[::-1]  # OpenCV has blue first
    place = Box(0, 0, width // parts.finer, height // parts.finer)
    return Layer(data, width, height, "g4", True, place, deflated, ink)


def _plain(pixels: Pixels, dpi: float) -> Layer:
    height, width = pixels.shape[:2]
    whole = Box(0, 0, width, height)
    return _jpeg(_region(pixels, whole, dpi), whole, VIEWING_QUALITY)


def _jpeg(pixels: Pixels, place: Box, quality: int, progressive: bool = True) -> Layer:
    """Progressive is smaller for pictures; baseline, deflated, for what is even."""
    data, deflated = smaller(jpeg.encoded(pixels, quality, small=True, progressive=progressive))
    height, width = pixels.shape[:2]
    return Layer(data, width, height, "jpeg", pixels.ndim == 2, place, deflated)


def _bilevel(image: Image.Image) -> Layer:
    data, deflated = smaller(group4.encoded_image(image))
    return Layer(data, image.width, image.height, "g4", True, Box(0, 0, image.width, image.height), deflated)


def smaller(data: bytes) -> tuple[bytes, bool]:
    """Deflated, and True, where that helps: G4 of text by 6%, JPEG of even paper by four fifths."""
    deflated = zlib.compress(data, 9)
    return (deflated, True) if len(deflated) < 0.99 * len(data) else (data, False)

"""Pictures as files: JPEG, PNG, TIFF of many pages, GIF, BMP, JPEG 2000, WebP."""

import io
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageOps, UnidentifiedImageError

from ocr.engine import Pixels
from ocr.limits import Limits, Refusal, damaged, not_a_document
from ocr.picture import Picture, check_size, plausible_dpi, squared, unreadable
from ocr.recognition import Notice
from ocr.sources import cut_short, tiff_codes

# MPO comes through JPEG: it is a JPEG with previews behind it.
FORMATS = ("JPEG", "PNG", "TIFF", "GIF", "BMP", "DIB", "JPEG2000", "WEBP", "PPM")
MEDIA_TYPES = {
    "JPEG": "image/jpeg",
    "MPO": "image/jpeg",
    "PNG": "image/png",
    "TIFF": "image/tiff",
    "GIF": "image/gif",
    "BMP": "image/bmp",
    "DIB": "image/bmp",
    "JPEG2000": "image/jp2",
    "WEBP": "image/webp",
    "PPM": "image/x-portable-anymap",
}
NEW_SUBFILE_TYPE = 254  # TIFF 6.0: bit 0 marks a reduced copy of another page
REDUCED = 1
COMPRESSION, OLD_JPEG, SAMPLES = 259, 6, 277
SIGNS = np.array((0, 128, 128), np.uint8)  # bits that make a number with a sign one without, from -128
UNSEEN = 245  # the least level of a picture on which nothing is seen
JPEG_PLACE = (513, 514)  # where the whole JPEG begins, and its bytes
MOST_FRAMES = 10_000  # looked for in a TIFF: more pages than any limit allows
MOVING = ("GIF", "PNG", "WEBP")  # not MPO: its further frames are previews
BROKEN_OFF = Notice(
    "broken-off",
    "Tệp bị đứt giữa chừng: trang cuối không đọc được, và có thể còn thiếu những trang sau đó. Hãy quét lại "
    "hoặc xin lại tệp gốc.",
    "The file breaks off: its last page cannot be read, and pages after it may be missing. Scan it again or "
    "ask for the original file.",
)
# What Pillow raises on damaged files; it promises no closed set, these are all that its decoders use.
BROKEN = (
    OSError,
    SyntaxError,
    ValueError,
    TypeError,
    KeyError,
    IndexError,
    AttributeError,
    ArithmeticError,
    EOFError,
    RuntimeError,
    AssertionError,
    MemoryError,
)


@contextmanager
def opened(source: Path) -> Iterator[Image.Image]:
    """The picture, its header read and nothing decoded."""
    tiff_codes.known()
    Image.MAX_IMAGE_PIXELS = None  # the size is checked by our own limit, page by page
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        # By its name Pillow maps a TIFF without compression into memory, whatever side it lies on.
        with source.open("rb") as file:
            try:
                image = Image.open(file, formats=FORMATS)
            except UnidentifiedImageError as error:
                raise (damaged() if _looks_like_picture(source) else not_a_document()) from error
            except BROKEN as error:
                raise damaged() from error
            with image:
                yield image


def _looks_like_picture(source: Path) -> bool:
    with source.open("rb") as file:
        head = file.read(16)
    starts = (b"\xff\xd8\xff", b"\x89PNG", b"II*\x00", b"MM\x00*", b"II+\x00", b"MM\x00+", b"GIF8", b"BM")
    return head.startswith((*starts, b"\x00\x00\x00\x0cjP", b"\xff\x4f\xff\x51"))


def count(image: Image.Image) -> tuple[int, ...]:
    """The frames that are pages; of a TIFF that breaks off, its last, where it does, too."""
    if image.format != "TIFF":
        return (0,)  # further frames of a GIF, PNG, MPO are movement or previews
    frames: list[int] = []
    for frame in range(MOST_FRAMES):
        try:
            image.seek(frame)
        except EOFError:
            break
        except BROKEN as error:
            if not frames:
                raise damaged() from error
            frames.append(frame)
            break
        if not int(_tag(image, NEW_SUBFILE_TYPE) or 0) & REDUCED:
            frames.append(frame)
    return tuple(frames) or (0,)


def notices(source: Path) -> tuple[Notice, ...]:
    """What a person should know of pages that the file has, or had, and that are not read."""
    try:
        with opened(source) as image:
            if image.format in MOVING and getattr(image, "is_animated", False):
                return (_left_out(getattr(image, "n_frames", 1)),)
            frames = count(image)
        if image.format == "TIFF":
            with opened(source) as image:
                image.seek(frames[-1])
    except (Refusal, *BROKEN):
        return (BROKEN_OFF,)
    return ()


def _left_out(frames: int) -> Notice:
    return Notice(
        "frames-left-out",
        f"Đây là ảnh động gồm {frames} khung hình; chỉ khung đầu tiên được đọc. Nếu mỗi khung là một trang, "
        "hãy lưu thành PDF hoặc TIFF nhiều trang rồi gửi lại.",
        f"This is a moving picture of {frames} frames, of which only the first is read. If each is a page, "
        "save it as a PDF or a TIFF of several pages and send it again.",
    )


def _tag(image: Image.Image, number: int) -> int | None:
    tags = getattr(image, "tag_v2", None)
    value = tags.get(number) if tags is not None else None
    return value if isinstance(value, int) else None


def media_type(image: Image.Image) -> str:
    return MEDIA_TYPES.get(image.format or "", "application/octet-stream")


def picture(source: Path, number: int, limits: Limits) -> Picture:
    """Page `number` (from 1) of a picture file."""
    with opened(source) as image:
        frames = count(image)
    if not 1 <= number <= len(frames):
        raise damaged()
    with opened(source) as image:  # anew: after a frame that cannot be had, Pillow gives another one for it
        try:
            image.seek(frames[number - 1])
            check_size(number, *image.size, limits)
            dpi_x, dpi_y = _dpi(image)
            quarter = _exif_quarter(image)
            shown = _old_jpeg(image, source) or tiff_codes.whole(image, source) or image
            shown.load()
            bilevel = shown.mode == "1"
            cut = shown.format in ("JPEG", "MPO") and cut_short.filled(np.asarray(shown), cut_short.GREY)
            pixels = _pixels(ImageOps.exif_transpose(shown))
        except BROKEN as error:
            raise (unreadable(number) if len(frames) > 1 else damaged()) from error
    if quarter:
        dpi_x, dpi_y = dpi_y, dpi_x
    height, width = pixels.shape[:2]
    if dpi_x > 0 and dpi_y > 0 and 1.04 < max(dpi_x / dpi_y, dpi_y / dpi_x) < 4:
        pixels, dpi = squared(pixels, dpi_x, dpi_y, bilevel)
        height, width = pixels.shape[:2]
        check_size(number, width, height, limits)
        return _at_dpi(pixels, dpi, bilevel, cut)
    return _at_dpi(pixels, dpi_x, bilevel, cut)


def _at_dpi(pixels: Pixels, tag: float, bilevel: bool, cut: bool) -> Picture:
    height, width = pixels.shape[:2]
    dpi = plausible_dpi(tag, width, height)
    return Picture(pixels, dpi, bilevel, dpi_guessed=dpi != tag, cut_short=cut)


def _dpi(image: Image.Image) -> tuple[float, float]:
    try:
        x, y = image.info.get("dpi", (0, 0))
        tag = float(x), float(y)
    except BROKEN:
        return 0.0, 0.0
    return tag if all(np.isfinite(tag)) else (0.0, 0.0)


def _exif_quarter(image: Image.Image) -> bool:
    try:
        return image.getexif().get(0x0112) in (5, 6, 7, 8)
    except BROKEN:
        return False


def _old_jpeg(image: Image.Image, source: Path) -> Image.Image | None:
    """The grey JPEG that a TIFF of before 1995 holds whole (TIFF 6.0, section 22): Pillow takes every such
    picture for one in colour, and gives none of it."""
    if image.format != "TIFF" or (_tag(image, COMPRESSION), _tag(image, SAMPLES) or 1) != (OLD_JPEG, 1):
        return None
    first, length = (_tag(image, number) or 0 for number in JPEG_PLACE)
    with source.open("rb") as file:
        file.seek(first)
        held = Image.open(io.BytesIO(file.read(length)), formats=("JPEG",))
    return held if first and held.size == image.size else None


def _pixels(image: Image.Image) -> Pixels:
    """Grey or BGR, eight bits, on white paper where the picture is transparent."""
    if image.mode == "LAB":
        return _from_lab(np.asarray(image))
    if image.mode in ("I", "F") or image.mode.startswith("I;"):
        return _eight_bits(np.asarray(image))
    if image.mode == "1":
        return np.asarray(image.convert("L"))
    if image.mode in ("P", "PA", "LA", "La", "RGBa") or "transparency" in image.info:
        image = image.convert("RGBA")
    if image.mode == "RGBA":
        image = _on_paper(image)
    if image.mode == "L":
        return np.array(image)
    return np.ascontiguousarray(np.asarray(image.convert("RGB"))[:, :, ::-1])


def _on_paper(image: Image.Image) -> Image.Image:
    """White paper under a transparent picture, black where nothing of it would be seen on white."""
    shown = Image.alpha_composite(Image.new("RGBA", image.size, "white"), image)
    light = np.asarray(shown.convert("L")).min(initial=255) >= UNSEEN
    if light and image.getchannel("A").getextrema() == (0, 255):
        return Image.alpha_composite(Image.new("RGBA", image.size, "black"), image)
    return shown


def _from_lab(values: NDArray[np.uint8]) -> Pixels:
    """BGR of CIE L*a*b* as TIFF has it: its a* and b* have a sign (TIFF 6.0, section 23), OpenCV's do not."""
    return np.asarray(cv2.cvtColor(values ^ SIGNS, cv2.COLOR_LAB2BGR), dtype=np.uint8)


def _eight_bits(values: NDArray[np.generic]) -> Pixels:
    """The top eight bits that are used: scanners put 12 bits into 16. Levels with a point end at one."""
    wide = np.nan_to_num(values.astype(np.float32))
    top = float(wide.max(initial=0))
    if values.dtype.kind == "f" and top <= 1.0:
        wide, top = wide * 255.0, top * 255.0
    full = next((f for f in (255.0, 4095.0, 65535.0) if top <= f), max(top, 1.0))
    return np.asarray(np.clip(wide * (255.0 / full), 0, 255), dtype=np.uint8)

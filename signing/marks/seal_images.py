"""Images of signatures and seals: transparent PNGs of the right colour and of true size (Decree 30/2020,
Annex I). They are pictures and prove nothing."""

import io
from dataclasses import dataclass

import cv2
import numpy as np
from PIL import Image, ImageOps, UnidentifiedImageError

from signing.marks.appearance import ImageStyle, MarkImpossible, limits

MILLIMETRES_AN_INCH = 25.4
INK = 24  # of 255: what lets more of the page through is no ink
OPAQUE = 250  # of 255: a picture whose clearest place lets less through is one on paper
GROUND = 0.04  # of the longer side: within this distance of a stroke there is bare paper
FAINT, FULL = 0.12, 0.55  # share of the paper's light that is swallowed: of the first trace, of full ink
LEAD = 20  # of 255: by this the ink's own channel stands above the others


@dataclass(frozen=True, slots=True)
class InkImage:
    """An image cut to its ink; width and height in millimetres on paper."""

    picture: Image.Image  # RGBA
    width: float
    height: float


def opened(data: bytes, style: ImageStyle) -> InkImage:
    """Raises MarkImpossible where this is no such image."""
    picture, dpi = _decoded(data, ["PNG"])
    return _checked(picture, dpi, style)


def taken_from(data: bytes, style: ImageStyle, width: float | None = None) -> bytes:
    """The transparent PNG that `opened` takes, of a PNG or a JPEG that a person has; what is on paper loses
    its ground. `width`: of the ink in millimetres, where the file does not say or says it wrong. Raises
    MarkImpossible."""
    picture, dpi = _decoded(data, ["PNG", "JPEG"])
    if np.asarray(picture)[:, :, 3].min() > OPAQUE:
        picture = _without_ground(picture.convert("RGB"), style)
    if width is None and dpi is not None and not _fits(_inked(picture) / dpi * MILLIMETRES_AN_INCH, style):
        dpi = None  # what cameras and screenshots say is no size
    if width is not None:
        dpi = _inked(picture) / width * MILLIMETRES_AN_INCH
    cut = _checked(picture, dpi, style)
    fineness = cut.picture.width / cut.width * MILLIMETRES_AN_INCH
    cut.picture.save(made := io.BytesIO(), "PNG", dpi=(fineness, fineness), optimize=True)
    return made.getvalue()


def _decoded(data: bytes, formats: list[str]) -> tuple[Image.Image, float | None]:
    """The picture, upright, with its transparency, and how fine it says that it is."""
    bounds, named = limits("images"), " / ".join(formats)
    if len(data) > bounds["bytes"]:
        raise _unfit(f"lớn hơn {bounds['bytes']:,} byte", f"is larger than {bounds['bytes']:,} bytes")
    try:
        with Image.open(io.BytesIO(data), formats=formats) as file:
            if file.width * file.height > bounds["pixels"]:
                raise _unfit("có quá nhiều điểm ảnh", "has too many pixels")
            dpi = file.info.get("dpi")
            picture = ImageOps.exif_transpose(file.convert("RGBA"))
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError, Image.DecompressionBombError) as error:
        raise _unfit(f"không phải {named} đọc được", f"is not a {named} that can be read") from error
    return picture, float(dpi[0]) if dpi and dpi[0] > 1 else None


def _checked(picture: Image.Image, dpi: float | None, style: ImageStyle) -> InkImage:
    seen = np.asarray(picture)[:, :, 3] > INK
    if not seen.any() or seen.mean() > 1 - limits("images")["clear"]:
        raise _unfit("không có nền trong suốt hoặc không có nét nào", "has no transparent ground, or no ink")
    _check_colour(np.asarray(picture)[seen], style)
    return _measured(picture, seen, dpi, style)


def _without_ground(picture: Image.Image, style: ImageStyle) -> Image.Image:
    """Ink on nothing: what is darker than the paper around it in the channels that the ink swallows."""
    pixels = np.asarray(picture).astype(np.float32)
    reach = max(3, round(max(pixels.shape) * GROUND)) | 1
    paper = cv2.blur(cv2.dilate(pixels, np.ones((reach, reach), np.uint8)), (reach, reach))
    swallowed = (0,) if style.colour == "blue" else (1, 2)
    bare = 1 - np.mean([pixels[:, :, c] / np.maximum(paper[:, :, c], 1) for c in swallowed], axis=0)
    alpha = np.clip((bare - FAINT) / (FULL - FAINT), 0, 1)[:, :, None]
    ink = np.where(alpha > 0, (pixels - (1 - alpha) * paper) / np.maximum(alpha, 1 / 255), 255)
    both = np.concatenate([ink.clip(0, 255), alpha * 255], axis=2).round().astype(np.uint8)
    return Image.fromarray(both, "RGBA")


def _inked(picture: Image.Image) -> int:
    """How many columns there are from the first ink to the last."""
    columns = np.flatnonzero((np.asarray(picture)[:, :, 3] > INK).any(axis=0))
    return int(columns[-1] - columns[0] + 1) if len(columns) else 1


def _fits(width: float, style: ImageStyle) -> bool:
    return style.smallest <= width <= style.largest


def _check_colour(ink: np.ndarray, style: ImageStyle) -> None:
    red, green, blue = (float(v) for v in ink[:, :3].mean(axis=0))
    if style.colour == "blue" and blue - red < LEAD:
        raise _unfit("không phải màu xanh", "is not blue, as a person's signature must be")
    if style.colour == "red" and red - max(green, blue) < 2 * LEAD:
        raise _unfit("không phải màu đỏ", "is not red, as a seal must be")


def _measured(picture: Image.Image, seen: np.ndarray, dpi: float | None, style: ImageStyle) -> InkImage:
    """Cut to its ink, made no finer than needed."""
    rows, columns = np.flatnonzero(seen.any(axis=1)), np.flatnonzero(seen.any(axis=0))
    cut = picture.crop((int(columns[0]), int(rows[0]), int(columns[-1]) + 1, int(rows[-1]) + 1))
    width = cut.width / dpi * MILLIMETRES_AN_INCH if dpi else style.width
    if not _fits(width, style):
        raise _unfit(
            f"rộng {width:.0f} mm theo độ phân giải ghi trong tệp, cỡ thật là {style.smallest:.0f} đến "
            f"{style.largest:.0f} mm",
            f"is {width:.0f} mm wide by the resolution in the file; true size is {style.smallest:.0f} to "
            f"{style.largest:.0f} mm",
        )
    most = round(width / MILLIMETRES_AN_INCH * limits("images")["dpi"])
    if cut.width > most:
        cut = cut.resize((most, max(1, round(cut.height * most / cut.width))), Image.Resampling.LANCZOS)
    return InkImage(cut, width, width * cut.height / cut.width)


def _unfit(vi: str, en: str) -> MarkImpossible:
    return MarkImpossible(
        "image-unfit",
        f"Ảnh chữ ký hoặc con dấu {vi}. Hãy dùng PNG nền trong suốt, cỡ thật, chữ ký màu xanh, dấu màu đỏ.",
        f"The image of the signature or seal {en}. Use a transparent PNG in true size, a signature in blue, "
        "a seal in red.",
    )

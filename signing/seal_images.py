"""Images of signatures and seals: transparent PNGs of the right colour and of true size (Decree 30/2020,
Annex I). They are pictures and prove nothing."""

import io
from dataclasses import dataclass

import numpy as np
from PIL import Image, UnidentifiedImageError

from signing.appearance import ImageStyle, MarkImpossible, limits

MILLIMETRES_AN_INCH = 25.4
INK = 24  # of 255: what lets more of the page through is no ink
LEAD = 20  # of 255: by this the ink's own channel stands above the others


@dataclass(frozen=True, slots=True)
class InkImage:
    """An image cut to its ink; width and height in millimetres on paper."""

    picture: Image.Image  # RGBA
    width: float
    height: float


def opened(data: bytes, style: ImageStyle) -> InkImage:
    """Raises MarkImpossible where this is no such image."""
    bounds = limits("images")
    if len(data) > bounds["bytes"]:
        raise _unfit(f"lớn hơn {bounds['bytes']:,} byte", f"is larger than {bounds['bytes']:,} bytes")
    try:
        with Image.open(io.BytesIO(data), formats=["PNG"]) as png:
            if png.width * png.height > bounds["pixels"]:
                raise _unfit("có quá nhiều điểm ảnh", "has too many pixels")
            dpi = png.info.get("dpi")
            picture = png.convert("RGBA")
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError, Image.DecompressionBombError) as error:
        raise _unfit("không phải PNG đọc được", "is not a PNG that can be read") from error
    seen = np.asarray(picture)[:, :, 3] > INK
    if not seen.any() or seen.mean() > 1 - bounds["clear"]:
        raise _unfit("không có nền trong suốt hoặc không có nét nào", "has no transparent ground, or no ink")
    _check_colour(np.asarray(picture)[seen], style)
    return _measured(picture, seen, float(dpi[0]) if dpi and dpi[0] > 1 else None, style)


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
    if not style.smallest <= width <= style.largest:
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

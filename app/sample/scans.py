"""Makes a drawn paper look scanned: slightly askew, grainy, with a red seal over the signature."""

import io
from datetime import UTC, datetime
from random import Random
from typing import Literal

import cv2
import numpy as np
import pypdfium2
from fpdf import FPDF
from PIL import Image, ImageDraw

Format = Literal["pdf", "tiff", "jpeg"]
_MADE = datetime(2026, 1, 5, 8, 0, tzinfo=UTC)
_SEAL = (205, 40, 45)


def as_scan(
    pdf: bytes,
    *,
    to: Format = "pdf",
    dpi: int = 300,
    skew: float | None = None,
    noise: float = 6.0,
    seal: bool = True,
    quality: int = 75,
    seed: int = 0,
) -> bytes:
    """The pages of a PDF as a scanner gives them, in a PDF, a TIFF of many pages, or a JPEG of the first.

    The same arguments give the same bytes. `skew` is in degrees clockwise; by default each page has its own,
    at most 2 either way. `noise` is the standard deviation of the grain, in grey levels.
    """
    random = Random(seed)  # noqa: S311 - grain of paper, no secret
    document = pypdfium2.PdfDocument(pdf)
    try:
        count = 1 if to == "jpeg" else len(document)
        images = [_rendered(document, index, dpi) for index in range(count)]
    finally:
        document.close()
    if seal:
        signed = _signed_page(images)
        images[signed] = _sealed(images[signed], dpi)
    pages = [
        _scanned(image, random.uniform(-2, 2) if skew is None else skew, noise, random.randrange(2**31))
        for image in images
    ]
    return _packed(pages, to, dpi, quality)


def _rendered(document: pypdfium2.PdfDocument, index: int, dpi: int) -> Image.Image:
    image: Image.Image = document[index].render(scale=dpi / 72).to_pil()
    return image.convert("RGB")


def _signed_page(images: list[Image.Image]) -> int:
    """The last upright page with ink: tables lie on their side and backs are blank."""
    inked = [
        index
        for index, image in enumerate(images)
        if image.height > image.width and (np.asarray(image.convert("L").reduce(8)) < 160).mean() > 0.005
    ]
    return max(inked, default=0)


def _sealed(image: Image.Image, dpi: int) -> Image.Image:
    """The image with a round seal of 36 mm where signatures stand; print shines through it."""
    radius = round(18 / 25.4 * dpi)
    ink = Image.new("L", image.size, 255)
    pen = ImageDraw.Draw(ink)
    x, y = round(0.56 * image.width), round(_signature_height(image) * image.height)
    for inset, width in ((0, 0.045), (0.16, 0.02), (0.5, 0.02)):
        r = radius * (1 - inset)
        pen.ellipse((x - r, y - r, x + r, y + r), outline=90, width=max(1, round(radius * width)))
    star = [
        (x + radius * s * np.sin(k * np.pi / 5), y - radius * s * np.cos(k * np.pi / 5))
        for k in range(10)
        for s in [0.3 if k % 2 == 0 else 0.12]
    ]
    pen.polygon(star, fill=90)
    strength = (255 - np.asarray(ink, dtype=np.float32))[..., None] / 255
    paper = np.asarray(image, dtype=np.float32)
    red = paper * np.asarray(_SEAL, dtype=np.float32) / 255
    mixed = paper * (1 - strength) + red * strength
    return Image.fromarray(mixed.astype(np.uint8))


def _signature_height(image: Image.Image) -> float:
    """Where the last block of ink on the right ends, above the foot line, as a share of the height."""
    small = np.asarray(image.convert("L").resize((200, 400))) < 140
    rows = np.flatnonzero(small[: int(400 * 0.93), 110:190].any(axis=1))
    return float(np.clip((rows[-1] if rows.size else 300) / 400 - 0.04, 0.1, 0.9))


def _scanned(image: Image.Image, skew: float, noise: float, seed: int) -> Image.Image:
    height, width = image.height, image.width
    turn = cv2.getRotationMatrix2D((width / 2, height / 2), -skew, 1.0)
    pixels = cv2.warpAffine(np.asarray(image), turn, (width, height), borderValue=(252, 251, 247))
    grain = np.random.default_rng(seed)
    tile = (grain.standard_normal((1024, 1024)) * noise - 4).astype(np.int16)
    repeats = (-(-height // 1024), -(-width // 1024))
    rough = np.tile(tile, repeats)[:height, :width, None] + pixels
    return Image.fromarray(np.clip(rough, 0, 255).astype(np.uint8))


def _packed(pages: list[Image.Image], to: Format, dpi: int, quality: int) -> bytes:
    target = io.BytesIO()
    first, rest = pages[0], pages[1:]
    if to == "jpeg":
        first.save(target, "JPEG", quality=quality, dpi=(dpi, dpi))
    elif to == "tiff":
        first.save(
            target,
            "TIFF",
            save_all=True,
            append_images=rest,
            compression="jpeg",
            quality=quality,
            dpi=(dpi, dpi),
        )
    else:
        _write_pdf(pages, target, dpi, quality)
    return target.getvalue()


def _write_pdf(pages: list[Image.Image], target: io.BytesIO, dpi: int, quality: int) -> None:
    document = FPDF(unit="pt")
    document.set_creation_date(_MADE)
    document.set_auto_page_break(False)
    for image in pages:
        held = io.BytesIO()
        image.save(held, "JPEG", quality=quality, dpi=(dpi, dpi))
        width, height = image.width * 72 / dpi, image.height * 72 / dpi
        document.add_page(format=(width, height), orientation="portrait")
        document.image(held, 0, 0, width, height)
    target.write(bytes(document.output()))

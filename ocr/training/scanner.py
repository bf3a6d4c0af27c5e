"""What a scanner makes of a sheet: shade, noise, two levels, sharpening, JPEG; then our even background."""

import cv2
import numpy as np
from numpy.typing import NDArray

from ocr.engine import Pixels
from ocr.training.chance import Chance

Picture = NDArray[np.float32]

SHADED, SHADE = 0.25, (0.82, 1)  # paper that is not white
NOISY, NOISE = 0.75, (2, 4, 6, 10, 16)  # levels, standard deviation
GRAINY, GRAIN = 0.5, (0.5, 1.2)  # noise that is coarser than a pixel, as after scaling
BILEVEL, BILEVEL_BLUR, THRESHOLD = 0.27, (0.3, 0.8), (128, 210)
SPECKLED, SPECKLES = 0.4, (0.0005, 0.008)  # bilevel pages with dirt, and its share of pixels
SHARPENED, SHARPENING_RADIUS, SHARPENING = 0.35, 1.2, (0.3, 1.5)
COMPRESSED, QUALITIES = 0.6, (15, 25, 35, 45, 60, 75, 85)  # of JPEG
EVENED, PAPER, DARKEST_PAPER = 0.85, 90, 40  # the percentile of grey that is paper; no paper is darker


def scanned(picture: Picture, chance: Chance) -> Pixels:
    """Grey (0 black, 255 paper) as the reader gets it from a scanned page."""
    if chance.happens(SHADED):
        picture = picture * np.float32(chance.uniform(*SHADE))
    if chance.happens(NOISY):
        picture = picture + _noise(picture.shape, chance)
    picture = _bilevel(picture, chance) if chance.happens(BILEVEL) else _grey(picture, chance)
    return np.clip(picture, 0, 255).astype(np.uint8)


def _noise(shape: tuple[int, ...], chance: Chance) -> Picture:
    strength = chance.choice(NOISE)
    noise = chance.pixels.standard_normal(shape, dtype=np.float32)
    if chance.happens(GRAINY):
        noise = cv2.GaussianBlur(noise, (0, 0), chance.uniform(*GRAIN)).astype(np.float32, copy=False)
        noise /= max(noise.std(), 1e-6)
    return strength * noise


def _bilevel(picture: Picture, chance: Chance) -> Picture:
    soft = cv2.GaussianBlur(picture, (0, 0), chance.uniform(*BILEVEL_BLUR))
    two = np.where(soft > chance.uniform(*THRESHOLD), np.float32(255), np.float32(0))
    if chance.happens(SPECKLED):
        dirt = chance.pixels.random(two.shape, dtype=np.float32)
        share = chance.uniform(*SPECKLES)
        two[dirt < share] = 0
        two[dirt > 1 - share] = 255
    return two


def _grey(picture: Picture, chance: Chance) -> Picture:
    if chance.happens(SHARPENED):
        soft = cv2.GaussianBlur(picture, (0, 0), SHARPENING_RADIUS)
        picture = picture + chance.uniform(*SHARPENING) * (picture - soft)
    picture = np.clip(picture, 0, 255)
    if chance.happens(COMPRESSED):
        picture = _through_jpeg(picture, chance.choice(QUALITIES))
    if chance.happens(EVENED):
        picture = picture * 255 / max(float(np.percentile(picture, PAPER)), DARKEST_PAPER)
    return picture


def _through_jpeg(picture: Picture, quality: int) -> Picture:
    _, coded = cv2.imencode(".jpg", picture.astype(np.uint8), [cv2.IMWRITE_JPEG_QUALITY, quality])
    decoded = cv2.imdecode(coded, cv2.IMREAD_GRAYSCALE)
    assert decoded is not None, "JPEG that OpenCV has just written"
    return decoded.astype(np.float32)

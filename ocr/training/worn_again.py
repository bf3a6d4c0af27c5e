"""Wear on labelled pictures of real lines: they are few and come by often, and should differ each time."""

import cv2
import numpy as np
from numpy.typing import NDArray

from ocr.engine import Pixels
from ocr.readers.banchinh_reader import HEIGHT
from ocr.training.chance import Chance

MOVED, SIZE, PROPORTION = 0.5, (0.8, 1.0), (0.95, 1.05)  # windows that are higher than the line, by white
BLURRED, BLUR = 0.3, (0.3, 0.8)
LIGHTER, LOST = 0.12, (0.3, 0.8)  # strokes that a copy has thinned: the share of their edges that is gone
FADED, INK = 0.4, (0.45, 1.15)
NOISY, NOISE = 0.5, (3, 6, 10)  # levels, standard deviation
BILEVEL, THRESHOLD = 0.15, (120, 190)
COMPRESSED, QUALITIES = 0.3, (25, 40, 60)


def worn_again(line: Pixels, chance: Chance) -> Pixels:
    """The line, HEIGHT pixels high as before, as another scanner and another window would give it."""
    picture = line.astype(np.float32)
    if chance.happens(MOVED):
        picture = _moved(picture, chance)
    if chance.happens(BLURRED):
        picture = cv2.GaussianBlur(picture, (0, 0), chance.uniform(*BLUR)).astype(np.float32, copy=False)
    if chance.happens(LIGHTER):
        thin = cv2.dilate(picture, np.ones(chance.choice(((1, 2), (2, 1), (2, 2))), np.uint8))
        picture += np.float32(chance.uniform(*LOST)) * (thin.astype(np.float32, copy=False) - picture)
    if chance.happens(FADED):
        picture = 255 - (255 - picture) * np.float32(chance.uniform(*INK))
    if chance.happens(NOISY):
        noise = chance.pixels.standard_normal(picture.shape, dtype=np.float32)
        picture = picture + np.float32(chance.choice(NOISE)) * noise
    if chance.happens(BILEVEL):
        picture = np.where(picture > chance.uniform(*THRESHOLD), np.float32(255), np.float32(0))
    worn = picture.clip(0, 255).astype(np.uint8)
    return _compressed(worn, chance.choice(QUALITIES)) if chance.happens(COMPRESSED) else worn


def _moved(picture: NDArray[np.float32], chance: Chance) -> NDArray[np.float32]:
    """Smaller, with white above and below."""
    size = chance.uniform(*SIZE)
    height = round(HEIGHT * size)
    width = max(8, round(picture.shape[1] * size * chance.uniform(*PROPORTION)))
    small = cv2.resize(picture, (width, height), interpolation=cv2.INTER_AREA).astype(np.float32, copy=False)
    above = chance.randrange(HEIGHT - height + 1)
    return np.pad(small, ((above, HEIGHT - height - above), (0, 0)), constant_values=255)


def _compressed(picture: Pixels, quality: int) -> Pixels:
    _, coded = cv2.imencode(".jpg", picture, [cv2.IMWRITE_JPEG_QUALITY, quality])
    decoded = cv2.imdecode(coded, cv2.IMREAD_GRAYSCALE)
    assert decoded is not None, "JPEG that OpenCV has just written"
    return decoded.astype(np.uint8, copy=False)

"""Where a phone's lens sees each point of papers that lie on a desk, flat or curled. Lengths are inches."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from benchmarks.photographs import FOCAL, FRAME
from benchmarks.rendering import DRAWN_DPI

TURN, TILT = 12.0, 15.0  # degrees at most: of the phone in its plane, of the lens off the normal of the desk
STEP = 8  # pixels between rays that are traced; what lies between them follows

Floats = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Paper:
    """A paper (BGR, 300 dpi), its middle and its turn (radians) on the desk, and its curl: height in inches,
    waves an inch, phase and direction (radians)."""

    pixels: NDArray[np.uint8]
    middle: tuple[float, float] = (0.0, 0.0)
    turn: float = 0.0
    curl: tuple[float, float, float, float] = (0.0, 1.0, 0.0, 0.0)

    @property
    def size(self) -> NDArray[np.float64]:
        """Width and height, inches."""
        return np.array(self.pixels.shape[1::-1]) / DRAWN_DPI

    def corners(self) -> NDArray[np.float64]:
        """On the desk, clockwise from its top left, as if it lay flat."""
        half = np.array([(-1, -1), (1, -1), (1, 1), (-1, 1)]) * self.size / 2
        return half @ turned(self.turn) + self.middle

    def height(self, at: NDArray[np.float64]) -> NDArray[np.float64]:
        """Of the paper above these points of the desk."""
        deep, waves, phase, _ = self.curl
        return np.asarray(deep * (1 + np.cos(self._along(at) * waves + phase)) / 2)

    def seen(self, at: NDArray[np.float64]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Of points of the desk: the inches of the paper above them from its top left, and its slope."""
        deep, waves, phase, direction = self.curl
        own = (at - self.middle) @ turned(-self.turn)
        t = np.linspace(-12, 12, 4801)
        slope = -deep * waves / 2 * np.sin(t * waves + phase)
        arc = np.cumsum(np.sqrt(1 + slope**2)) * (t[1] - t[0])
        along = self._along(at)
        longer = np.interp(along, t, arc - arc[len(t) // 2]) - along
        own = own + longer[..., None] * (np.cos(direction), np.sin(direction))
        return own + self.size / 2, np.interp(along, t, slope)

    def _along(self, at: NDArray[np.float64]) -> NDArray[np.float64]:
        own = (at - self.middle) @ turned(-self.turn)
        return np.asarray(own @ (np.cos(self.curl[3]), np.sin(self.curl[3])))


class Lens:
    """Looks from `far` inches at the middle of the papers, which fill their share of the frame."""

    def __init__(self, papers: Sequence[Paper], chance: np.random.Generator) -> None:
        points = np.concatenate([paper.corners() for paper in papers])
        self.middle = (points.max(axis=0) + points.min(axis=0)) / 2
        wide, high = points.max(axis=0) - points.min(axis=0)
        self.frame = FRAME[::-1] if wide > high else FRAME
        towards, tilt = chance.uniform(0, 2 * np.pi), np.radians(chance.uniform(0, TILT))
        leaning = cv2.Rodrigues(np.array([np.cos(towards), np.sin(towards), 0]) * tilt)[0]
        around = cv2.Rodrigues(np.array([0, 0, np.radians(chance.uniform(-TURN, TURN))]))[0]
        self.way = np.asarray(leaning @ around, np.float64)
        self.far, share = 6.0, chance.uniform(0.82, 0.92)
        while (abs(self.pixels(points) - np.array(self.frame) / 2) > np.array(self.frame) * share / 2).any():
            self.far += 0.1

    def pixels(self, points: NDArray[np.float64]) -> NDArray[np.float64]:
        """Where points of the desk are seen."""
        inches = np.concatenate([points - self.middle, np.zeros((len(points), 1))], axis=1) @ self.way.T
        return np.asarray(inches[:, :2] / (inches[:, 2:] + self.far) * FOCAL + np.array(self.frame) / 2)

    def desk(self, height: Callable[[NDArray[np.float64]], NDArray[np.float64]]) -> NDArray[np.float64]:
        """The points of the desk below what rays meet, every STEP pixels, where it has such a height."""
        width, tall = self.frame
        pixels = np.stack(np.meshgrid(np.arange(0, width + STEP, STEP), np.arange(0, tall + STEP, STEP)), -1)
        rays = np.concatenate(
            [(pixels - np.array(self.frame) / 2) / FOCAL, np.ones((*pixels.shape[:2], 1))], -1
        )
        rays, lens = rays @ self.way, np.array([0, 0, -self.far]) @ self.way
        lift = np.zeros(pixels.shape[:2])
        for _ in range(8):
            reach = (-lift - lens[2]) / rays[..., 2]
            at = lens[:2] + rays[..., :2] * reach[..., None] + self.middle
            lift = (lift + height(at)) / 2
        return np.asarray(at)

    def every_pixel(self, values: NDArray[np.float64]) -> Floats:
        """Values of rays for all pixels."""
        way = np.array([[STEP, 0, 0], [0, STEP, 0]], np.float32)
        return np.asarray(cv2.warpAffine(values.astype(np.float32), way, self.frame), np.float32)


def turned(angle: float) -> NDArray[np.float64]:
    """Turns rows of points clockwise by so many radians, as y points down."""
    return np.array([(np.cos(angle), np.sin(angle)), (-np.sin(angle), np.cos(angle))])

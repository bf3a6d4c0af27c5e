"""What letters chained along a line say of it: its baseline, and the height of its small letters."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ocr.marks import Floats, Ints, Marks
from ocr.medians import median

CAPITAL = 1.48  # height of capitals over that of small letters, in Times and its kin


@dataclass(slots=True)
class Group:
    """The letters of a line, as indices of marks, and where they stand; in working pixels.

    The baseline is at y = a + b·x + c·x². `core` is the height of most letters, which is that of capitals
    where there are no others; `height` is the usual height of the marks around; the line runs from x0 to x1.
    """

    letters: Ints
    baseline: tuple[float, float, float]
    x_height: float
    core: float
    height: float
    x0: int
    x1: int

    def base(self, x: NDArray[np.floating[Any] | np.integer[Any]]) -> Floats:
        """Where the baseline is at each x."""
        a, b, c = self.baseline
        return np.asarray(a + b * x + c * np.square(np.asarray(x, np.float64)), np.float64)

    def base_at(self, x: float) -> float:
        """Where it is at one."""
        a, b, c = self.baseline
        return a + b * x + c * (x * x)


def fitted(marks: Marks, letters: Ints) -> Group:
    """The line that these letters make."""
    x0, x1 = int(marks.x0[letters].min()), int(marks.x1[letters].max())
    middle = (marks.x0[letters] + marks.x1[letters]) / 2
    bottom = marks.y1[letters].astype(np.float64)
    height = median(marks.usual[letters])
    baseline = standing(middle, bottom, marks.width[letters].astype(np.float64), height)
    a, b, c = baseline
    rise = a + b * middle + c * middle**2 - marks.y0[letters]
    x_height, core = _x_height(rise, height)
    return Group(letters.astype(np.int32), baseline, x_height, core, height, x0, x1)


def standing(x: Floats, bottom: Floats, weight: Floats, height: float) -> tuple[float, float, float]:
    """Coefficients of the curve on which most letters stand; descenders and dots below do not count."""
    level = mode(bottom, weight, 0.25 * height)
    fit = np.array([0.0, 0.0, level])
    span = float(x.max() - x.min()) if len(x) else 0.0
    centre = float(x.mean())
    if len(x) < 6 or span < 6 * height:
        return level, 0.0, 0.0
    for degree, limit in ((1, 0.45), (1, 0.25), (2 if span > 25 * height and len(x) > 20 else 1, 0.2)):
        near = np.abs(bottom - np.polyval(fit, x - centre)) < limit * height
        if near.sum() < max(4, 0.25 * len(x)):
            break
        line = np.polyfit(x[near] - centre, bottom[near], degree)
        fit = np.concatenate((np.zeros(3 - len(line)), line))
    if abs(fit[1]) > 0.03:
        return level, 0.0, 0.0
    c, b, a = (float(v) for v in fit)
    return a - b * centre + c * centre**2, b - 2 * c * centre, c


def mode(values: Floats, weight: Floats, width: float) -> float:
    """The weighted mean of the values within the fullest window of that width."""
    order = np.argsort(values)
    values, weight = values[order], weight[order]
    total = np.concatenate(([0.0], np.cumsum(weight)))
    last = np.searchsorted(values, values + max(width, 1.0), side="right")
    inside = total[last] - total[:-1]
    first = int(np.argmax(inside))
    chosen = slice(first, int(last[first]))
    return float((values[chosen] * weight[chosen]).sum() / weight[chosen].sum())


def _x_height(rise: Floats, height: float) -> tuple[float, float]:
    """Height of small letters, and that of most letters of the line."""
    rise = rise[(rise > 0.35 * height) & (rise < 1.6 * height)]
    if not len(rise):
        return CAPITAL**-1 * height, height
    window = 0.16 * height
    core = mode(rise, np.ones_like(rise), window)
    small = rise[np.abs(rise - core / CAPITAL) < window]
    large = np.abs(rise - core * CAPITAL) < window
    if len(small) > 0.12 * len(rise):  # most are capitals or ascenders, but there are small letters
        return mode(small, np.ones_like(small), window), core
    if large.mean() < 0.08:  # nothing stands higher: capitals or digits only
        return core / CAPITAL, core
    return core, core

"""The median of the numbers of one place."""

import numpy as np
from numpy.typing import NDArray


def median(numbers: NDArray[np.floating] | NDArray[np.integer]) -> float:
    """What `numpy.median` says of at least one number, none of which is NaN: that one is made for any axes,
    and takes ten times as long for the marks of a line."""
    ordered = np.sort(numbers, axis=None)
    half = len(ordered) // 2
    upper = float(ordered[half])
    return upper if len(ordered) % 2 else (float(ordered[half - 1]) + upper) / 2

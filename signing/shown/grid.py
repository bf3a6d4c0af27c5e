"""Which boxes of a page may meet another one, without asking all of them: pages may hold 100,000 dots."""

import math
from collections import defaultdict
from collections.abc import Sequence

import numpy as np

from signing.shown.clipping import Box

MOST = 256  # strips in each direction
WIDE = 64  # cells: what lies over more is near every box, and every box near it


class Grid:
    """Cells between lines that stand where the boxes do, so that a box far away makes them no coarser."""

    def __init__(self, boxes: Sequence[Box]) -> None:
        self.boxes = np.array(boxes, dtype=np.float64).reshape(-1, 4)
        side = min(MOST, math.isqrt(len(self.boxes)) + 1)
        shares = np.linspace(0, 1, side + 1)[1:-1]
        self._lines = [np.quantile(self.boxes[:, axis], shares) if len(boxes) else shares for axis in (0, 1)]
        self._cells: dict[tuple[int, int], list[int]] = defaultdict(list)
        self._wide: list[int] = []
        for index, (left, bottom, right, top) in enumerate(self._spans(self.boxes).tolist()):
            if (right - left + 1) * (top - bottom + 1) > WIDE:
                self._wide.append(index)
                continue
            for column in range(left, right + 1):
                for row in range(bottom, top + 1):
                    self._cells[column, row].append(index)

    def near(self, box: Box) -> np.ndarray:
        """The indices, in order, of all boxes that share an area with this one, and of some that do not."""
        left, bottom, right, top = self._spans(np.array([box], dtype=np.float64))[0].tolist()
        if (right - left + 1) * (top - bottom + 1) > WIDE:
            return np.arange(len(self.boxes))
        found = set(self._wide)
        for column in range(left, right + 1):
            for row in range(bottom, top + 1):
                found.update(self._cells.get((column, row), ()))
        return np.array(sorted(found), dtype=np.int64)

    def _spans(self, boxes: np.ndarray) -> np.ndarray:
        """The cells of boxes: first column and row, last column and row."""
        return np.stack([np.searchsorted(self._lines[n % 2], boxes[:, n]) for n in range(4)], axis=1)

"""What is seen of a page before anything is read: its rules, and the marks that letters are made of."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int32]
Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Marks:
    """Connected marks of ink, or parts of such marks that belong to different lines; one row each.

    Boxes are in working pixels, end exclusive; `label` is the mark's number in the label map, `usual` the
    height of the letters around it, `part` 0 for a whole mark and 1, 2, … from the top for a part.
    """

    x0: Ints
    y0: Ints
    x1: Ints
    y1: Ints
    area: Ints
    label: Ints
    part: Ints
    usual: Floats

    @property
    def height(self) -> Ints:
        return self.y1 - self.y0

    @property
    def width(self) -> Ints:
        return self.x1 - self.x0

    def __len__(self) -> int:
        return len(self.x0)


@dataclass(frozen=True, slots=True)
class PageInk:
    """`ink` is 255 where there is ink, without rules; `labels` numbers its marks."""

    ink: NDArray[np.uint8]
    across: NDArray[np.uint8]
    down: NDArray[np.uint8]
    labels: Ints
    marks: Marks

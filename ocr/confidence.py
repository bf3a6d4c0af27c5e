"""From a share of belief to a probability that means what it says; `benchmarks.calibration` counts it.

Networks are far too sure of themselves. The points were set by counting on labelled pages how often words
were right, by how they were read; between them the line is straight over the logarithm of the odds.

What becomes of it: a value is as sure as its least sure word (`fields.evidence.read`), and open below
LEAST_SURE (`if_sure`). A value behind a label is open where one of its words has less than FORM_SURE, and
below more than that where a mark may be lost or a seal lies over it (`fields.doubts`). What a pen wrote is
never worth as much as print (`pen.written_words`).
"""

from math import log
from typing import Literal

import numpy as np

#: `once` by the first reader alone, without doubt; again by both, who `agree`; or `differ`.
Source = Literal["once", "agree", "differ"]

#: Natural log of the odds of belief, and the probability of being right.
POINTS: dict[Source, tuple[tuple[float, float], ...]] = {
    "once": ((3.5, 0.93), (5.0, 0.985), (6.0, 0.988), (7.0, 0.993), (9.0, 0.997), (11.0, 0.9995)),
    "agree": ((0.0, 0.7), (1.5, 0.9), (2.5, 0.94), (3.5, 0.97), (4.5, 0.985), (5.5, 0.994), (11.0, 0.998)),
    "differ": ((-1.0, 0.35), (0.5, 0.47), (1.5, 0.6), (2.5, 0.78), (3.5, 0.85), (5.0, 0.92), (11.0, 0.95)),
}
#: Below this a word was guessed. Of 2,300 values of drawn papers seven that were right had a less sure word,
#: and all but a few of those that were wrong.
LEAST_SURE = 0.9
#: What a word is sure of at most where something tells that it may be guessed: the next figure below.
GUESSED = 0.89
SUREST = 1e-6  # what belief may lack of certainty


def calibrated(belief: float, source: Source) -> float:
    """The probability that a word is right that has this share of all belief in what stands there."""
    unsure = min(max(1 - belief, SUREST), 1 - SUREST)
    odds, right = zip(*POINTS[source], strict=True)
    return round(float(np.interp(log((1 - unsure) / unsure), odds, right)), 4)

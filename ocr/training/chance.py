"""Seeded chance, for choices and for whole pictures."""

import random

import numpy as np


class Chance(random.Random):
    """One seed gives the same choices and the same `pixels`, whatever else draws numbers in the process."""

    def __init__(self, seed: int) -> None:
        super().__init__(seed)
        self.pixels = np.random.default_rng(seed)

    def happens(self, share: float) -> bool:
        """True in `share` (0..1) of all cases."""
        return self.random() < share

"""From a share of belief to a probability that means what it says."""


def calibrated(belief: float, *, agreed: bool) -> float:
    return round(belief, 4)

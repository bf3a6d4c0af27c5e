"""The cores that a process works with: one, as pages are read by as many processes as there are cores; more
where a single page is all that there is to do."""

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

import cv2

MOST = 4  # more find little to do on one page

Part = TypeVar("Part")
Result = TypeVar("Result")


def use(count: int) -> None:
    """Let this process work with so many cores, OpenCV and all."""
    cv2.setNumThreads(min(count, MOST))


def each(work: Callable[[Part], Result], parts: Sequence[Part]) -> Iterator[Result]:
    """What the work gives for each part, in their order; on all cores of this process, where it leaves
    Python's lock to others, as networks do."""
    count = min(cv2.getNumThreads(), MOST)
    if count < 2 or len(parts) < 2:
        yield from map(work, parts)
        return
    with ThreadPoolExecutor(count) as pool:
        yield from pool.map(work, parts)

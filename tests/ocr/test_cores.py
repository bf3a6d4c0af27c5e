"""Work shared out among the cores of a process."""

import threading
from collections.abc import Iterator

import cv2
import pytest

from ocr import cores


@pytest.fixture(autouse=True)
def _as_before() -> Iterator[None]:
    before = cv2.getNumThreads()
    yield
    cv2.setNumThreads(before)


def test_two_cores_work_at_the_same_time_and_answer_in_order() -> None:
    cores.use(2)
    both = threading.Barrier(2, timeout=20)

    def work(part: int) -> int:
        both.wait()
        return part * part

    assert list(cores.each(work, range(4))) == [0, 1, 4, 9]


@pytest.mark.parametrize("count", [1, 2])
def test_a_single_core_or_part_needs_no_thread(count: int) -> None:
    cores.use(count)
    own = threading.current_thread()
    assert list(cores.each(lambda _: threading.current_thread(), range(3 - count))) == [own] * (3 - count)


def test_no_more_cores_are_used_than_find_work() -> None:
    cores.use(64)
    assert cv2.getNumThreads() == cores.MOST


def test_what_fails_on_a_core_fails_for_all() -> None:
    cores.use(2)
    with pytest.raises(ZeroDivisionError):
        list(cores.each(lambda part: 1 // part, [1, 0, 1]))

"""Poppler stays up for one document; what a page does to it stays with that page."""

import os
import signal
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import numpy as np
import pytest

from signing.comparison.poppler import AHEAD, PROGRAM, Poppler, installed
from signing.comparison.renderers import KEPT, LONG_SIDE, NotDrawn, Pdfium, Picture
from tests.signing import documents

PAGES = KEPT + 3


@pytest.fixture(scope="module")
def paper() -> bytes:
    return documents.paper(PAGES)


@pytest.fixture
def drawing(paper: bytes) -> Iterator[Poppler]:
    with closing(Poppler(paper, lambda: 30.0)) as started:
        assert started.installed(), "apt-get install libpoppler-glib8"
        yield started


def _processes() -> list[int]:
    """Those of this process that draw."""
    listed = (path.read_text().split() for path in Path("/proc/self/task").glob("*/children"))
    children = [int(number) for numbers in listed for number in numbers]
    return [n for n in children if os.fsencode(PROGRAM) in Path(f"/proc/{n}/cmdline").read_bytes()]


def _ink(picture: Picture) -> int:
    return int((picture[:, :, :3] < 128).any(axis=2).sum())


def test_each_page_is_drawn_as_pdfium_draws_it(drawing: Poppler, paper: bytes) -> None:
    other = Pdfium(paper)
    for page in range(1, PAGES + 1):
        ours, theirs = drawing.draw(len(paper), page), other.draw(len(paper), page)
        assert len(ours) == len(theirs) == LONG_SIDE
        assert abs(_ink(ours) - _ink(theirs)) < 0.3 * _ink(theirs)
    other.close()


def test_two_pictures_are_there_whatever_was_ordered(drawing: Poppler, paper: bytes) -> None:
    """Those that are looked at stay while others are drawn, those of the present version for good."""
    first = drawing.draw(len(paper), 1)
    as_it_was = first.copy()
    for page in range(2, PAGES):
        shown = drawing.draw(len(paper), page)
        before = shown.copy()
        for ahead in range(1, AHEAD + 3):
            drawing.begin(len(paper), (page + ahead - 1) % PAGES + 1)
        again = drawing.draw(len(paper), page % PAGES + 1)
        assert not np.array_equal(shown, again)
        assert np.array_equal(shown, before)
    assert np.array_equal(first, as_it_was)


def test_a_page_that_there_is_not(drawing: Poppler, paper: bytes) -> None:
    with pytest.raises(NotDrawn):
        drawing.draw(len(paper), PAGES + 1)
    with pytest.raises(NotDrawn):
        drawing.draw(len(paper) // 100, 1)  # no document
    assert _ink(drawing.draw(len(paper), PAGES))


def test_what_kills_it_costs_one_page(drawing: Poppler, paper: bytes) -> None:
    drawing.draw(len(paper), KEPT + 1)
    for number in _processes():
        os.kill(number, signal.SIGKILL)
    with pytest.raises(NotDrawn):
        drawing.draw(len(paper), KEPT + 2)
    drawing.begin(len(paper), KEPT + 3)
    assert _ink(drawing.draw(len(paper), KEPT + 2))
    assert _ink(drawing.draw(len(paper), KEPT + 3))


def test_what_hangs_is_ended(paper: bytes) -> None:
    until = time.monotonic() + 3.0
    with closing(Poppler(paper, lambda: until - time.monotonic())) as drawing:
        assert drawing.installed()
        (number,) = _processes()
        os.kill(number, signal.SIGSTOP)
        for page in (1, 2):
            with pytest.raises(NotDrawn):
                drawing.draw(len(paper), page)
        assert time.monotonic() < until + 2.0
        assert not _processes()


def test_nothing_of_it_is_left(paper: bytes) -> None:
    def draw() -> None:
        with closing(Poppler(paper, lambda: 30.0)) as drawing:
            drawing.draw(len(paper), 1)

    before = list(Path("/proc/self/fd").iterdir())
    draw()
    assert not _processes()
    assert len(list(Path("/proc/self/fd").iterdir())) == len(before)


def test_a_machine_without_the_library(paper: bytes, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert installed()
    (tmp_path / "libpoppler-glib.so.8").write_bytes(b"no library")
    monkeypatch.setenv("LD_LIBRARY_PATH", str(tmp_path))
    assert not installed()

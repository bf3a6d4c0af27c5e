"""Batches of lines for training, made by processes beside it."""

import multiprocessing
import traceback
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from multiprocessing.process import BaseProcess
from pathlib import Path
from queue import Empty
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from ocr.engine import Pixels
from ocr.readers import line_pictures
from ocr.readers.banchinh_reader import HEIGHT, SIZE
from ocr.training.fonts import find_fonts
from ocr.training.labelled import LabelledLine, read_labelled
from ocr.training.labels import clean, frames_needed, frames_of
from ocr.training.line_maker import LineMaker
from ocr.training.sources import read_sources
from ocr.training.texts import TextMaker
from ocr.training.worn_again import worn_again

LENGTHS = (6, 12, 20, 30, 30, 45, 60, 80)  # characters of the lines of a batch: like lengths, little white
SPREAD = (0.85, 1.15)
SHORTEST = 3
MOST_LINES = 40
SPARE_FRAMES = 2  # beyond what CTC needs at least
MULTIPLE = 8  # pixels; widths of batches, which are convolved faster so
LABELLED_SHARE = 0.3  # of lines drawn from labelled pictures, where such are given
READY = 12  # batches that wait
SEEDS_APART = 1000  # between the workers of one seed and the next
PATIENCE = 300  # seconds for a batch, on the busiest machine


class NoBatches(RuntimeError):
    """A process that makes batches has ended; says why."""


@dataclass(frozen=True, slots=True)
class Batch:
    """Grey lines (lines, 1, HEIGHT, width) with white after them, their texts and own widths."""

    pictures: NDArray[np.uint8]
    texts: tuple[str, ...]
    widths: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Ingredients:
    """What lines are made from: folders, a seed, and how wide the lines of a batch are together."""

    texts: Path
    lists: Path
    fonts: tuple[Path, ...]
    seed: int
    pixels: int
    labelled: Path | None = None


class BatchMaker:
    """Makes batches without end. One seed gives the same ones."""

    def __init__(self, text: TextMaker, line: LineMaker, pixels: int, labelled: Sequence[LabelledLine] = ()):
        self._text = text
        self._line = line
        self._pixels = pixels
        self._labelled = labelled

    def batches(self) -> Iterator[Batch]:
        while True:
            yield self._batch()

    def _batch(self) -> Batch:
        length = self._text.chance.choice(LENGTHS)
        near = [line for line in self._labelled if abs(len(line.text) - length) < 0.25 * length + 4]
        lines: list[tuple[Pixels, str]] = []
        width = 0
        while len(lines) < MOST_LINES:
            picture, text = self._pair(length, near)
            if picture is None or not fits(picture, text):
                continue
            width = max(width, picture.shape[1])
            if width * (len(lines) + 1) > self._pixels and lines:
                break
            lines.append((picture, text))
        return stacked(lines)

    def _pair(self, length: int, near: Sequence[LabelledLine]) -> tuple[Pixels | None, str]:
        chance = self._text.chance
        if near and chance.happens(LABELLED_SHARE):
            line = chance.choice(near)
            return worn_again(line.picture, chance), line.text
        text = self._text.line(max(SHORTEST, int(length * chance.uniform(*SPREAD))))
        return self._line.picture(text), text


def fits(picture: Pixels, text: str) -> bool:
    """Whether it has the frames that CTC needs for its text, and is no wider than the reader takes."""
    needed = frames_needed(text) + SPARE_FRAMES
    return frames_of(picture.shape[1]) >= needed and picture.shape[1] <= SIZE.longest


def as_high(line: Pixels) -> Pixels:
    """The line at the reader's height, as the reader scales it."""
    return line if line.shape[0] == HEIGHT else line_pictures.scaled(line, SIZE)


def stacked(lines: Sequence[tuple[Pixels, str]]) -> Batch:
    """The lines as one batch."""
    widths = tuple(picture.shape[1] for picture, _ in lines)
    width = -(-max(widths) // MULTIPLE) * MULTIPLE
    pictures = np.full((len(lines), 1, HEIGHT, width), 255, np.uint8)
    for place, (picture, _) in zip(pictures, lines, strict=True):
        place[0, :, : picture.shape[1]] = picture
    return Batch(pictures, tuple(text for _, text in lines), widths)


def batch_maker(given: Ingredients) -> BatchMaker:
    """Reads the folders. Raises what reading them raises."""
    labelled = [
        LabelledLine(line.source, as_high(line.picture), clean(line.text))
        for line in (read_labelled(given.labelled) if given.labelled else ())
    ]
    text = TextMaker(read_sources(given.texts, given.lists), given.seed)
    return BatchMaker(text, LineMaker(find_fonts(given.fonts), given.seed), given.pixels, labelled)


class Workers:
    """Processes that make batches ahead; they end with this one."""

    def __init__(self, given: Ingredients, workers: int) -> None:
        # Not forked: OpenCV's threads hold locks that nobody in a forked child would ever open.
        context = multiprocessing.get_context("spawn")
        self._queue: Any = context.Queue(READY)
        self._processes: list[BaseProcess] = []
        for number in range(workers):
            seed = given.seed * SEEDS_APART + number
            theirs = Ingredients(given.texts, given.lists, given.fonts, seed, given.pixels, given.labelled)
            process = context.Process(target=_make, args=(theirs, self._queue), daemon=True)
            process.start()
            self._processes.append(process)

    def next(self) -> Batch:
        """A batch, when one is ready. Raises NoBatches."""
        try:
            batch = self._queue.get(timeout=PATIENCE)
        except Empty as error:
            raise NoBatches(f"no batch in {PATIENCE} seconds") from error
        if not isinstance(batch, Batch):
            raise NoBatches(str(batch))
        return batch

    def stop(self) -> None:
        for process in self._processes:
            process.terminate()


def _make(given: Ingredients, queue: Any) -> None:
    cv2.setNumThreads(1)
    try:
        for batch in batch_maker(given).batches():
            queue.put(batch)
    except Exception:
        queue.put(traceback.format_exc())
        raise

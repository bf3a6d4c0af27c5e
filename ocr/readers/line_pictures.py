"""Line pictures as networks take them: scaled to one height, cut where long, in batches of one width."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from ocr import cores
from ocr.engine import Pixels
from ocr.readers.line_reader import Emission

WHITE = 255
INK = 150  # of a scaled line: darker than this is ink
# Of the height of a line: narrower gaps part letters. Small, as what is cut is the widest gap of many words.
LEAST_SPACE = 0.08
SURE_SPACE = 0.99  # probability of a space at a cut between words, where neither piece could see it whole

Recognise = Callable[[NDArray[np.float32]], NDArray[np.float32]]


@dataclass(frozen=True, slots=True)
class LineInput:
    """How a network takes lines.

    `height` of its pictures and pixels a frame (`step`), both after scaling; a line wider than `longest` is
    cut at the widest gap of ink that leaves a piece of at least half of it. `padding` is the share of white
    that a picture may be widened by to be in one batch with others, `batch` their greatest number.
    """

    height: int
    step: int
    longest: int
    batch: int = 1
    padding: float = 0.0


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of a scaled line, and whether another word follows it beyond the cut."""

    pixels: Pixels
    space_after: bool


def read(
    lines: Sequence[Pixels], size: LineInput, alphabet: tuple[str, ...], recognise: Recognise
) -> list[Emission]:
    """One emission a line; of one without any ink it says nothing.

    `recognise` is given grey levels 0..1 of shape [batch, 1, height, width] and answers log probabilities of
    shape [batch, frames, symbols].
    """
    space = alphabet.index(" ") if " " in alphabet else None
    found = [list(pieces(scaled(line, size), size)) if _has_ink(line) else [] for line in lines]
    seen = iter(_recognised([piece for parts in found for piece in parts], size, recognise))
    emissions = []
    for line, parts in zip(lines, found, strict=True):
        frames = [next(seen) for _ in parts] or [np.empty((0, len(alphabet)), np.float32)]
        step = size.step * line.shape[0] / size.height
        emissions.append(Emission(_joined(parts, frames, space), alphabet, step))
    return emissions


def _has_ink(line: Pixels) -> bool:
    """A network answers for any picture, and has seen no paper of a single grey."""
    return bool(line.size and line.min() < max(line.max(), WHITE // 2))


def scaled(line: Pixels, size: LineInput) -> Pixels:
    """The line at the height of the network, in proportion, filled up with white to whole frames."""
    width = max(1, round(line.shape[1] * size.height / line.shape[0]))
    way = cv2.INTER_AREA if size.height < line.shape[0] else cv2.INTER_CUBIC
    pixels = cv2.resize(line, (width, size.height), interpolation=way).astype(np.uint8, copy=False)
    return _widened(pixels, -(-width // size.step) * size.step)


def _widened(pixels: Pixels, width: int) -> Pixels:
    wide = np.full((pixels.shape[0], width), WHITE, np.uint8)
    wide[:, : pixels.shape[1]] = pixels
    return wide


def pieces(line: Pixels, size: LineInput) -> Iterator[Piece]:
    """The parts of a scaled line, cut at whole frames so that their frames follow one upon another."""
    least = LEAST_SPACE * size.height
    gaps = _gaps(line)
    while line.shape[1] > size.longest:
        middles = gaps.mean(axis=1) // size.step * size.step
        near = (middles >= size.longest // 2) & (middles <= size.longest)
        if near.any():
            widths = np.where(near, gaps[:, 1] - gaps[:, 0], -1)
            place = int(np.argmax(widths))
            cut, space = int(middles[place]), bool(widths[place] >= least)
        else:  # a rule or a seal across the line
            cut, space = size.longest // size.step * size.step, False
        yield Piece(line[:, :cut], space)
        line, gaps = line[:, cut:], gaps - cut
    yield Piece(line, False)


def _gaps(line: Pixels) -> NDArray[np.int64]:
    """Runs of columns without ink, shape [runs, 2]: first column and the one after the last."""
    empty = np.concatenate(([0], (line.min(axis=0) > INK).astype(np.int8), [0]))
    changes = np.diff(empty)
    return np.stack((np.flatnonzero(changes == 1), np.flatnonzero(changes == -1)), axis=1)


def _recognised(found: Sequence[Piece], size: LineInput, recognise: Recognise) -> list[NDArray[np.float32]]:
    def seen(batch: Sequence[int]) -> NDArray[np.float32]:
        width = max(found[i].pixels.shape[1] for i in batch)
        stacked = np.stack([_widened(found[i].pixels, width) for i in batch])
        return recognise(stacked[:, None].astype(np.float32) / np.float32(WHITE))

    answers: list[NDArray[np.float32]] = [np.empty((0, 0), np.float32)] * len(found)
    batches = list(_batches([piece.pixels.shape[1] for piece in found], size))
    for batch, lines in zip(batches, cores.each(seen, batches), strict=True):
        for i, answer in zip(batch, lines, strict=True):
            answers[i] = answer[: found[i].pixels.shape[1] // size.step]
    return answers


def _batches(widths: Sequence[int], size: LineInput) -> Iterator[list[int]]:
    batch: list[int] = []
    for i in sorted(range(len(widths)), key=widths.__getitem__):
        if batch and (len(batch) == size.batch or widths[i] > widths[batch[0]] * (1 + size.padding)):
            yield batch
            batch = []
        batch.append(i)
    if batch:
        yield batch


def _joined(
    found: Sequence[Piece], seen: Sequence[NDArray[np.float32]], space: int | None
) -> NDArray[np.float32]:
    """The frames of all pieces of one line; `space` is the symbol that the network has for it."""
    parts = [np.array(part) for part in seen]
    for piece, before, after in zip(found, parts, parts[1:], strict=False):
        if piece.space_after and space is not None:
            _let_one_space(before, after, space)
    return np.concatenate(parts)


def _let_one_space(before: NDArray[np.float32], after: NDArray[np.float32], space: int) -> None:
    """Make the frames around a cut say one space: each piece saw only half of the gap."""
    last, first = _symbols(before), _symbols(after)
    spaced_before = len(last) > 0 and last[-1] == space
    spaced_after = len(first) > 0 and first[0] == space
    if spaced_before and spaced_after:
        best = after.argmax(axis=1)
        letters = np.flatnonzero((best != 0) & (best != space))
        spaces = np.flatnonzero(best[: letters[0] if len(letters) else len(best)] == space)
        after[spaces, space], after[spaces, 0] = after[spaces, 0], after[spaces, space]
    elif not spaced_before and not spaced_after:
        frame = after[0] if after[0].argmax() == 0 else before[-1]
        frame += np.log1p(-SURE_SPACE)
        frame[space] = np.logaddexp(frame[space], np.log(SURE_SPACE))


def _symbols(frames: NDArray[np.float32]) -> NDArray[np.int64]:
    best = frames.argmax(axis=1)
    return np.asarray(best[best != 0], dtype=np.int64)

"""Trains the reader: python -m ocr.training.train --minutes 95 --texts DIR --lists DIR --seed 1 --out DIR

Writes a checkpoint and `training.json` into --out while it runs; `python -m ocr.training.export` makes the
weights of the product and their report from these. Without --validation the report has no errors over time.
"""

import argparse
import copy
import math
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import cv2
import numpy as np
import torch
from torch.nn import functional

from ocr.engine import Pixels
from ocr.readers.banchinh_reader import ALPHABET
from ocr.readers.line_reader import Emission, decoded, text_of
from ocr.training.backbone import load_backbone
from ocr.training.batches import MULTIPLE, Batch, Ingredients, Workers, as_high
from ocr.training.character_error import total
from ocr.training.checkpoint import load_average, save_checkpoint
from ocr.training.evaluate import scores
from ocr.training.fonts import FOLDERS, find_fonts
from ocr.training.labelled import LabelledLine, read_labelled
from ocr.training.labels import frames_of, numbered
from ocr.training.network import HEAD, LineNetwork
from ocr.training.report import Moment, Run, machine
from ocr.training.sources import read_sources

RATE = 1.2e-3  # highest; twice as much unlearns the backbone
BACKBONE_RATE = 0.5  # of the head's: it can read already
DECAY, BETAS = 0.02, (0.9, 0.98)  # AdamW; the short memory of squares suits batches of different lengths
LONGEST_GRADIENT = 2.0
WARM_UP, WARM_UP_AGAIN = 250, 100  # steps to the highest rate, from the backbone and from a checkpoint
LEAST_RATE = 0.02  # of the highest, at the end of the cosine
AVERAGED = 0.998  # of the average that is kept at each step: the last 500 count
PIXELS = 12_000  # of line width a batch: 30 lines of 400
FIRST_LOOK, LOOK = 50, 180  # the step of the first validation; then seconds between two


@dataclass(frozen=True, slots=True)
class Course:
    """How long, how fast."""

    minutes: float
    rate: float
    warm_up: int

    def rate_at(self, share: float, step: int) -> float:
        """The learning rate when `share` of the time is over: warm up, then half a cosine."""
        cosine = LEAST_RATE + (1 - LEAST_RATE) * 0.5 * (1 + math.cos(math.pi * share))
        return self.rate * min(1.0, (step + 1) / self.warm_up) * cosine


class Learner:
    """A network, its optimiser, and the running average of its weights, which reads better than it does."""

    def __init__(self, network: LineNetwork) -> None:
        self.network = network.to(memory_format=torch.channels_last).train()
        self.average = copy.deepcopy(self.network).eval()
        self.steps = 0
        self._optimiser = torch.optim.AdamW(_groups(network), weight_decay=DECAY, betas=BETAS)

    def step(self, batch: Batch, rate: float) -> float:
        """Learns from a batch; its loss a character."""
        for group in self._optimiser.param_groups:
            group["lr"] = rate * group["share"]
        loss = ctc_loss(self.network, batch)
        self._optimiser.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(self.network.parameters(), LONGEST_GRADIENT)
        self._optimiser.step()
        self.steps += 1
        self._follow()
        return float(loss.item())

    def _follow(self) -> None:
        """Moves the average; early on it forgets faster, as the first steps are of no worth."""
        kept = min(AVERAGED, (1 + self.steps) / (20 + self.steps))
        now, average = self.network.state_dict(), self.average.state_dict()
        with torch.no_grad():
            for name, value in average.items():
                if value.dtype.is_floating_point:
                    value.mul_(kept).add_(now[name], alpha=1 - kept)
                else:
                    value.copy_(now[name])


def _groups(network: LineNetwork) -> list[dict[str, object]]:
    head: list[torch.nn.Parameter] = []
    backbone: list[torch.nn.Parameter] = []
    for name, parameter in network.named_parameters():
        (head if name.split(".")[0] in HEAD else backbone).append(parameter)
    return [{"params": head, "share": 1.0}, {"params": backbone, "share": BACKBONE_RATE}]


def as_input(pictures: Pixels) -> torch.Tensor:
    """Grey 0..255 as the network takes it."""
    scaled = torch.from_numpy(pictures).float() / 127.5 - 1
    return scaled.contiguous(memory_format=torch.channels_last)


def ctc_loss(network: LineNetwork, batch: Batch) -> torch.Tensor:
    """The loss a character. Convolutions run in 16 bits, which halves their time, the loss in 32."""
    with torch.autocast("cpu", torch.bfloat16):
        seen = network(as_input(batch.pictures))
    log_probs = seen.float().log_softmax(1).permute(2, 0, 1)
    labels = [numbered(text) for text in batch.texts]
    targets = torch.tensor([number for label in labels for number in label])
    # One frame more than the line has: its last letter may need the white after it.
    frames = torch.tensor([min(log_probs.shape[0], frames_of(width) + 1) for width in batch.widths])
    lengths = torch.tensor([len(label) for label in labels])
    loss = functional.ctc_loss(log_probs, targets, frames, lengths, zero_infinity=True, reduction="sum")
    return loss / max(1, len(targets))


def read_line(network: LineNetwork, picture: Pixels) -> str:
    """What an evaluated network reads, by the likeliest symbol of each frame."""
    white = -picture.shape[1] % MULTIPLE
    padded = np.pad(picture, ((0, 0), (0, white)), constant_values=255)[None, None]
    with torch.no_grad():
        log_probs = network(as_input(padded))[0].log_softmax(0).T.numpy()
    return text_of(decoded(Emission(log_probs, ALPHABET, 1.0)))


class Progress:
    """Counts what was seen, and writes down how it goes."""

    def __init__(self, learner: Learner, run: Run, out: Path, validation: Sequence[LabelledLine]) -> None:
        self._validation = validation
        self._learner, self._run, self._out = learner, run, out
        self._start = self._last = time.monotonic()
        self._lines = self._characters = 0
        self._losses: list[float] = []
        self._rate = 0.0

    @property
    def minutes(self) -> float:
        return (time.monotonic() - self._start) / 60

    @property
    def since_last(self) -> float:
        return time.monotonic() - self._last

    def count(self, batch: Batch, loss: float, rate: float) -> None:
        self._lines += len(batch.texts)
        self._characters += sum(map(len, batch.texts))
        self._losses.append(loss)
        self._rate = rate

    def look(self) -> None:
        """Reads the validation lines, and saves network and report."""
        average = self._learner.average
        found = scores(lambda picture: read_line(average, as_high(picture)), self._validation)
        errors = {source: each.share for source, each in found.items()}
        if found:
            errors["all"] = total(found.values()).share
        loss = float(np.mean(self._losses)) if self._losses else math.nan
        seen = (self._learner.steps, self._lines, self._characters)
        moment = Moment(round(self.minutes, 1), *seen, loss, self._rate, errors)
        self._run.moments.append(moment)
        self._run.save(self._out)
        save_checkpoint(self._learner.network, average, self._out)
        print(moment, file=sys.stderr, flush=True)
        self._losses.clear()
        self._last = time.monotonic()


def train(learner: Learner, workers: Workers, course: Course, progress: Progress) -> None:
    """Trains until the time is over; looks and saves now and then, and at the end."""
    while (share := progress.minutes / course.minutes) < 1:
        batch = workers.next()
        rate = course.rate_at(share, learner.steps)
        progress.count(batch, learner.step(batch, rate), rate)
        if learner.steps == FIRST_LOOK or progress.since_last > LOOK:
            progress.look()
    progress.look()


def arguments() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m ocr.training.train", description=__doc__)
    add = parser.add_argument
    add("--texts", type=Path, required=True, help="folder of official texts, *.txt and *.json")
    add(
        "--lists",
        type=Path,
        required=True,
        help="folder of words, places and names (see ocr/training/sources.py)",
    )
    add("--out", type=Path, required=True, help="folder for the checkpoint and training.json")
    add("--minutes", type=float, default=95)
    add("--seed", type=int, default=1)
    add("--fonts", type=Path, nargs="+", default=list(FOLDERS), help="folders of fonts")
    add("--validation", type=Path, help="folder of labelled lines to measure on, never trained on")
    add("--labelled", type=Path, help="folder of labelled lines to train on beside the drawn ones")
    add("--start", type=Path, help="--out of an earlier run to go on from, instead of PP-OCRv6")
    add("--rate", type=float, default=RATE)
    add("--workers", type=int, default=1, help="processes that draw lines")
    add("--pixels", type=int, default=PIXELS, help="width of the lines of a batch together")
    return parser


def main() -> None:
    told = arguments().parse_args()
    told.out.mkdir(parents=True, exist_ok=True)
    given = Ingredients(told.texts, told.lists, tuple(told.fonts), told.seed, told.pixels, told.labelled)
    run = described(given, told)
    validation = read_labelled(told.validation) if told.validation else []
    workers = Workers(given, told.workers)
    torch.manual_seed(told.seed)
    torch.set_num_threads(1)
    cv2.setNumThreads(1)
    network = load_average(told.start) if told.start else LineNetwork(len(ALPHABET))
    if not told.start:
        load_backbone(network)
    course = Course(told.minutes, told.rate, WARM_UP_AGAIN if told.start else WARM_UP)
    learner = Learner(network)
    try:
        train(learner, workers, course, Progress(learner, run, told.out, validation))
    finally:
        workers.stop()


def described(given: Ingredients, told: argparse.Namespace) -> Run:
    """What the run is given, for its report. Raises what reading the folders raises."""
    sources = read_sources(given.texts, given.lists)
    counts = {
        "lines of official texts": len(sources.lines),
        "words of a dictionary": len(sources.words),
        "names of provinces and communes": len(sources.places),
        "given names": len(sources.given_names),
    }
    return Run(
        started=datetime.now(UTC).isoformat(timespec="minutes"),
        minutes=told.minutes,
        seed=given.seed,
        workers=told.workers,
        rate=told.rate,
        pixels=given.pixels,
        sources=counts,
        fonts=[family.name for family in find_fonts(given.fonts).families],
        labelled=len(read_labelled(given.labelled)) if given.labelled else 0,
        machine=f"{machine()}, torch {torch.__version__}",
    )


if __name__ == "__main__":
    main()

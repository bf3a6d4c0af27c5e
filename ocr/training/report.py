"""What is kept of a training run beside the weights, as data and as the page that people read."""

import json
import os
import platform
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path

from ocr.readers.banchinh_reader import ALPHABET, HEIGHT, STEP
from ocr.training.fonts import Family

FILE = "training.json"


@dataclass(frozen=True, slots=True)
class Moment:
    """How far training was: totals since its start, the mean loss a character since the last moment."""

    minutes: float
    steps: int
    lines: int
    characters: int
    loss: float
    rate: float
    errors: dict[str, float]  # share of wrong characters by source of the validation lines, and for "all"


@dataclass(slots=True)
class Run:
    """A training run: what it was given, where it ran, how it went."""

    started: str  # ISO 8601
    minutes: float
    seed: int
    workers: int
    rate: float
    pixels: int
    sources: dict[str, int]  # counts of what was written from
    fonts: list[str]
    labelled: int
    machine: str
    moments: list[Moment] = field(default_factory=list)

    def save(self, folder: Path) -> None:
        text = json.dumps(asdict(self), ensure_ascii=False, indent=1)
        (folder / FILE).write_text(text + "\n", encoding="utf-8")

    @classmethod
    def load(cls, folder: Path) -> "Run":
        kept = json.loads((folder / FILE).read_text(encoding="utf-8"))
        return cls(**{**kept, "moments": [Moment(**moment) for moment in kept["moments"]]})


def machine() -> str:
    """What this process runs on."""
    try:
        told = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        told = []
    names = (line.partition(":")[2].strip() for line in told if line.startswith("model name"))
    return f"{os.cpu_count()} × {next(names, platform.machine())}, Python {platform.python_version()}"


def table(moments: Sequence[Moment]) -> str:
    """Loss and validation over time, as a Markdown table."""
    sources = sorted({source for moment in moments for source in moment.errors})
    heads = ("minutes", "steps", "lines", "characters", "loss", "rate", *(f"{s}, % wrong" for s in sources))
    rows = (
        (
            f"{m.minutes:.1f}",
            f"{m.steps:,}",
            f"{m.lines:,}",
            f"{m.characters:,}",
            f"{m.loss:.4f}",
            f"{m.rate:.5f}",
            *(f"{100 * m.errors[s]:.2f}" if s in m.errors else "" for s in sources),
        )
        for m in moments
    )
    return "\n".join(_row(cells) for cells in (heads, ["---:"] * len(heads), *rows))


def _row(cells: Iterable[str]) -> str:
    return f"| {' | '.join(cells)} |"


def page(run: Run, families: Sequence[Family], digest: str, size: int) -> str:
    """The training report, in Markdown. `digest` and `size` are those of the weights."""
    used = [family for family in families if family.name in run.fonts]
    fonts = "\n".join(_row((f.name, f"{f.weight:g}", f.package, f.licence)) for f in used)
    counts = ", ".join(f"{count:,} {what}" for what, count in run.sources.items())
    last = run.moments[-1]
    return PAGE.format(
        size=f"{size:,}",
        digest=digest,
        symbols=len(ALPHABET) - 1,
        alphabet="".join(ALPHABET[1:]).replace("`", ""),
        height=HEIGHT,
        step=STEP,
        counts=counts,
        labelled=LABELLED.format(run.labelled) if run.labelled else NONE_LABELLED,
        fonts=fonts,
        seed=run.seed,
        minutes=f"{run.minutes:g}",
        started=run.started,
        machine=run.machine,
        workers=run.workers,
        rate=f"{run.rate:g}",
        pixels=f"{run.pixels:,}",
        lines=f"{last.lines:,}",
        characters=f"{last.characters:,}",
        steps=f"{last.steps:,}",
        table=table(run.moments),
    )


NONE_LABELLED = "No picture of a real paper was trained on."
LABELLED = "Beside them {:,} labelled pictures of lines were trained on, over and over."

PAGE = """# Weights of the line reader

`lines.onnx`, {size} bytes, SHA-256 `{digest}`.
Written by `python -m ocr.training.export`, as is this page.

## What it reads

One line of print, grey, dark on white, {height} pixels high, a frame each {step} pixels, CTC over
{symbols} symbols:

```
{alphabet}
```

`…` stands for a leader of any length. The input is 0 (black) to 1 (white), shape
`[lines, 1, {height}, width]`; the output holds natural logarithms of probabilities, shape
`[lines, frames, {symbols} + 1]`, of which the first is the CTC blank. It has not learned handwriting.

## Where it comes from

- Backbone: the convolutions of PP-OCRv6 small (recognition), © PaddlePaddle Authors, Apache License 2.0
  (https://github.com/PaddlePaddle/PaddleOCR), as the `rapidocr` distribution packages it (Apache License
  2.0). Changed: the three colours of its input are summed into one grey, the layers behind the backbone are
  replaced by our own, and all is trained further.
- Text: {counts};
  and invented syllables, numbers and references. Official texts are no object of copyright in Viet Nam (Law
  on Intellectual Property, article 15). Words: tesseract-ocr/langdata, Apache-2.0. Places:
  thanglequoc/vietnamese-provinces-database, MIT. Given names: duyet/vietnamese-namedb, MIT; people are put
  together by chance and are nobody.
- {labelled}
- Fonts, drawn by weight; a file that does not hold all Vietnamese letters is left out:

| family | weight | Debian package | licence |
|---|---:|---|---|
{fonts}

The weights are under the licence of the project, Apache-2.0, with the notice above.

## How it was trained

Seed {seed}, {minutes} minutes from {started}, {workers} processes drawing, {pixels} pixels of line
width a batch, highest rate {rate}. Machine: {machine}.
Seen: {steps} batches, {lines} lines, {characters} characters. The schedule follows the clock, so another
machine sees another number of lines.

Loss a character, and wrong characters on validation lines, of which training sees none:

{table}
"""

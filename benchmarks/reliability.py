"""Whether a word's confidence means what it says."""

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from benchmarks.matching import Fate, Verdict

EDGES = (0.5, 0.8, 0.9, 0.95, 0.99)
SURE = 0.99


@dataclass
class Bin:
    """Words of like confidence."""

    words: int = 0
    wrong: int = 0
    confidence: float = 0.0  # the sum

    def add(self, verdict: Verdict) -> None:
        self.words += 1
        self.wrong += verdict.fate is Fate.WRONG
        self.confidence += verdict.word.confidence


@dataclass
class Reliability:
    """Words by confidence, between `edges`; words of no ground truth are only counted."""

    edges: Sequence[float] = EDGES
    bins: list[Bin] = field(default_factory=list)
    unknown: int = 0
    unknown_sure: int = 0
    excluded: int = 0
    sure: Bin = field(default_factory=Bin)

    def __post_init__(self) -> None:
        self.bins = [Bin() for _ in range(len(self.edges) + 1)]

    def add(self, verdicts: Iterable[Verdict]) -> None:
        """Counts each word."""
        for verdict in verdicts:
            sure = verdict.word.confidence >= SURE
            if verdict.fate is Fate.UNKNOWN:
                self.unknown += 1
                self.unknown_sure += sure
            elif verdict.fate is Fate.EXCLUDED:
                self.excluded += 1
            else:
                self.bins[bisect_right(self.edges, verdict.word.confidence)].add(verdict)
                if sure:
                    self.sure.add(verdict)

    def labels(self) -> list[str]:
        """Names of the bins: `a–b` holds a, not b."""
        return [f"{low:g}–{high:g}" for low, high in zip((0, *self.edges), (*self.edges, 1), strict=True)]

    def summary(self) -> str:
        """What the goal is about, and what was left out."""
        sure = self.sure
        share = 100 * sure.wrong / sure.words if sure.words else 0.0
        return (
            f"words reported at ≥{SURE} that are wrong: {share:.2f}% of {sure.words} ({sure.wrong}); "
            f"left out: {self.unknown} of no ground truth ({self.unknown_sure} of them at ≥{SURE}), "
            f"{self.excluded} in stamps and handwriting"
        )

    def to_json(self) -> dict[str, object]:
        """Counts by bin."""
        return {
            "bins": {
                label: {"words": own.words, "wrong": own.wrong}
                for label, own in zip(self.labels(), self.bins, strict=True)
            },
            "sure": {"words": self.sure.words, "wrong": self.sure.wrong},
            "unknown": self.unknown,
            "unknown sure": self.unknown_sure,
            "excluded": self.excluded,
        }


def table(columns: dict[str, Reliability]) -> str:
    """A row a bin, and for each profile its words and the share of them that is wrong."""
    heads = [f"{name}: words | wrong, %" for name in columns]
    lines = ["| confidence | " + " | ".join(heads) + " |", "|" + " --- |" * (2 * len(columns) + 1)]
    labels = next(iter(columns.values())).labels()
    for row, label in enumerate(labels):
        cells = []
        for column in columns.values():
            own = column.bins[row]
            cells += [str(own.words), f"{100 * own.wrong / own.words:.2f}" if own.words else "–"]
        lines.append(f"| {label} | " + " | ".join(cells) + " |")
    lines.append("")
    lines += [f"{name}: {column.summary()}  " for name, column in columns.items()]
    return "\n".join(lines)

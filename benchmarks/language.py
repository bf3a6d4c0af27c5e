"""How well the language model tells a right word from one with a lost or changed mark.

Each tenth of the official texts is judged by counts of all others.

    python -m benchmarks.language --texts FOLDER [--gt FOLDER] [--folds N] -- arguments of count_language
"""

import argparse
import math
import random
import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path

from ocr.language.language_model import LanguageModel
from ocr.language.orthography import TokenKind, mark_changes, tokenise
from ocr.training import count_language
from ocr.training.language_text import lines_of_file

MARGINS = (0.0, 1.0, 2.0, 3.0, 4.0, 6.0, 8.0)
#: A reader loses the hook or tilde of a circumflex letter most often (`ổ` → `ô`), so such slips weigh more.
LOST_TONE, OTHER = 4, 1
#: Perplexity by both sides asks for every word of the vocabulary, so only this one in so many is taken.
EVERY = 40


def slips(model: LanguageModel, word: str) -> list[tuple[str, int]]:
    """The words that one lost or changed mark turns this one into, each with its weight."""
    key = tokenise(word).key
    found = []
    for other in model.variants(word):
        wrong = tokenise(other).key
        if mark_changes(wrong, key) == 1:
            lost = wrong[-1] == "0" and key[-1] != "0"
            found.append((other, LOST_TONE if lost else OTHER))
    return found


def contexts(lines: Iterator[str]) -> Iterator[tuple[list[str], int]]:
    """Each word of the lines that is a syllable, as a line and a place in it."""
    for line in lines:
        words = line.split()
        for i, word in enumerate(words):
            if tokenise(word).kind is TokenKind.SYLLABLE:
                yield words, i


class Tally:
    """What came out, by margin of the log-ratio."""

    def __init__(self) -> None:
        self.kinds: Counter[str] = Counter()
        self.right: Counter[float] = Counter()
        self.wrong: Counter[float] = Counter()
        self.caught: Counter[float] = Counter()
        self.alarm: Counter[float] = Counter()
        self.left = 0.0
        self.both: list[float] = []
        self.examples: list[tuple[float, str]] = []

    def add(self, model: LanguageModel, words: Sequence[str], i: int, random_: random.Random) -> None:
        """Judges one right word, and one slip of it."""
        before, after = words[max(0, i - 4) : i], words[i + 1 : i + 5]
        self.kinds["words"] += 1
        self.left += model.logp(words[i], before)
        own = model.logp(words[i], before, after)
        better = sum(model.logp(v, before, after) > own for v in model.variants(words[i]))
        self.kinds["first"] += better == 0
        self.kinds["first two"] += better < 2
        if self.kinds["words"] % EVERY == 0:
            total = sum(math.exp(model.logp(w, before, after) - own) for w in model.words())
            self.both.append(math.log(total))
        odds = model.odds(words[i], before, after)
        self.alarm.update(m for m in MARGINS if odds > m)
        if odds > 3:
            self.examples.append((odds, " ".join([*before, f"[{words[i]}]", *after])))
        choices = slips(model, words[i])
        if not choices:
            return
        self.kinds["slips"] += 1
        wrong = random_.choices([w for w, _ in choices], [n for _, n in choices])[0]
        gap = own - model.logp(wrong, before, after)
        self.right.update(m for m in MARGINS if gap > m)
        self.wrong.update(m for m in MARGINS if gap < -m)
        doubt = model.odds(wrong, before, after)
        self.caught.update(m for m in MARGINS if doubt > m)

    def show(self) -> None:
        """Prints the table."""
        words, slipped = self.kinds["words"], self.kinds["slips"]
        both = math.exp(sum(self.both) / max(len(self.both), 1))
        left = math.exp(-self.left / words)
        print(f"{words} words, perplexity by the left {left:.1f}, by both sides {both:.2f}")
        ranks = (100 * self.kinds[k] / words for k in ("first", "first two"))
        print("rank among its mark-variants: first {:.2f}%, first two {:.2f}%".format(*ranks))
        print("margin  right preferred  slip preferred  slip doubted  right word doubted")
        for m in MARGINS:
            shares = (
                self.right[m] / slipped,
                self.wrong[m] / slipped,
                self.caught[m] / slipped,
                self.alarm[m] / words,
            )
            print(f"{m:6.1f}" + "".join(f"{100 * s:16.2f}%" for s in shares))


def held_out(texts: Path, fold: int, rest: Sequence[str]) -> tuple[LanguageModel, list[Path]]:
    """A model of all texts but one fold, and the texts of that fold."""
    paths = sorted(texts.glob("*.txt"))
    random.Random(4).shuffle(paths)
    aside = paths[fold::10][: len(paths) // 10]
    with tempfile.TemporaryDirectory() as folder:
        for path in sorted(texts.iterdir()):
            if path not in aside and path.suffix in (".txt", ".json"):
                (Path(folder) / path.name).symlink_to(path)
        out = Path(folder) / "model"
        count_language.main(["--official", folder, *rest, "--out", str(out)])
        return LanguageModel(out), aside


def main() -> None:
    """Runs the folds, then the pages with known text."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--texts", type=Path, required=True)
    parser.add_argument("--gt", type=Path)
    parser.add_argument("--folds", type=int, default=3)
    parser.add_argument("--show", type=int, default=0)
    parser.add_argument("rest", nargs="*")
    arguments = parser.parse_args()
    tally, pages = Tally(), Tally()
    for fold in range(arguments.folds):
        model, aside = held_out(arguments.texts, fold, arguments.rest)
        chance = random.Random(fold)
        started = time.process_time()
        for path in aside:
            for words, i in contexts(lines_of_file(path)):
                tally.add(model, words, i, chance)
        print(f"fold {fold}: {time.process_time() - started:.1f} s")
        if arguments.gt and fold == 0:
            for path in sorted(arguments.gt.glob("*.txt")):
                text = " ".join(x for x in path.read_text("utf-8").splitlines() if not x.startswith("#"))
                for words, i in contexts(iter([text])):
                    pages.add(model, words, i, chance)
    for name, counted in (("texts held out", tally), ("pages", pages)):
        if counted.kinds["slips"]:
            print(f"\n{name}")
            counted.show()
            for odds, example in sorted(counted.examples, reverse=True)[: arguments.show]:
                print(f"  {odds:5.1f}  {example}")


if __name__ == "__main__":
    main()

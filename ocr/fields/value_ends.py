"""Where a value ends: whether some of it was left on the next line, or it ends in what is none of it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from ocr.fields.labels import Label, is_item
from ocr.fields.signatory import names_position
from ocr.language.writing import fold_letters, is_syllable
from ocr.recognition import Word
from ocr.structure.lines import Line

#: From which part of the page's rightmost ink on a line is full that some words may go on from.
NEAR_MARGIN = 0.8
#: How many words of a line at most may be left over from the one above: any, and those that go on as a
#: sentence does, in small letters, or in capitals under capitals.
MOST_LEFT_OVER, MOST_GOING_ON = 3, 8


@dataclass(frozen=True, slots=True)
class ValueEnds:
    """The lines of a page with its labels, by which the end of a value is judged."""

    lines: Sequence[Line]
    labels: Sequence[Label]
    set_words: frozenset[tuple[str, ...]]

    def is_cut(self, words: Sequence[Word]) -> bool:
        """Whether a value ends in a label behind a comma (`sinh năm 1984, quốc tịch`), or in a comma, on a
        line that is no item of a list, which may all end so."""
        row = next(line for line in self.lines if any(w is words[-1] for w in line.words))
        letters = tuple(fold_letters(w.text) for w in words)
        sizes = range(2, min(5, len(words)))
        if any(letters[-n:] in self.set_words and words[-n - 1].text.endswith(",") for n in sizes):
            return True
        ends = row.words[-1] is words[-1] and not is_item(row)
        # `Đã ly hôn với bà …, Số định danh cá nhân: …`: what is said of somebody goes on behind labels.
        of_somebody = any(w.text.casefold() == "với" for w in words)
        return words[-1].text.endswith(",") and (ends or of_somebody)

    def is_left_over(self, words: Sequence[Word]) -> bool:
        """Whether a few words right under a value are nobody's, and may go on from it: at the margin under a
        line that ends near the other one, or capitals under capitals."""
        row = next((line for line in self.lines if line.words[-1] is words[-1]), None)
        if row is None:
            return False
        full = row.box.x1 >= NEAR_MARGIN * max(line.box.x1 for line in self.lines)
        return any(
            (full and abs(line.box.x0 - row.box.x0) < row.height and line.box.x1 < row.center)
            or (
                in_capitals([*words, *line.words]) and words[0].box.x0 - row.height < line.box.x0 < row.box.x1
            )
            for line in self._nobodys(row)
        )

    def is_wrapped(self, words: Sequence[Word]) -> bool:
        """Whether a word or two like a name's are nobody's, under the label of a name in its column."""
        row = next((line for line in self.lines if line.words[-1] is words[-1]), None)
        return row is not None and any(
            any(abs(line.box.x0 - word.box.x0) < row.height for word in row.words)
            and line.box.x0 <= words[0].box.x0
            and len(line.words) <= 2
            and all(w.text[:1].isupper() and is_syllable(w.text) for w in line.words)
            for line in self._nobodys(row)
        )

    def _nobodys(self, row: Line) -> Iterator[Line]:
        """The lines of few words under another that have no label and are no item or title."""
        for number, line in enumerate(self.lines):
            below = 0 < line.middle - row.middle < 2.5 * row.height
            labelled = any(x.row == number for x in self.labels) or line.text.endswith((".", ";"))
            labelled = labelled or any(w.text.endswith(":") for w in line.words)  # `Điện thoại: 02…`
            titled = is_item(line) or names_position(line)
            small = line.words[0].text[:1].islower()
            long = small or (line.capitals and row.capitals)
            few = len(line.words) <= (MOST_GOING_ON if long else MOST_LEFT_OVER)
            if below and few and not labelled and not titled:
                yield line


def in_capitals(words: Sequence[Word]) -> bool:
    """Whether all words that have letters are in capitals, and one has some: `DỊCH VỤ & DU LỊCH 36`."""
    lettered = [word.text for word in words if any(c.isalpha() for c in word.text)]
    return bool(lettered) and all(text.isupper() for text in lettered)

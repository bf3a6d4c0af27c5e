"""Fields that stand after a printed label: the value to the right of it, or on the next line."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cache

from ocr.fields.evidence import ABSENT, handwritten, read
from ocr.fields.forms import FORMS, clean
from ocr.kinds import FieldSpec, PaperKind, catalogue, stops
from ocr.language import distance, fold_letters
from ocr.lines import Line, lines, same_row, span
from ocr.recognition import Field, Page, Word

#: Below this mean confidence a value is handwriting or dirt: its place is given, not its text.
LEAST_CONFIDENCE = 0.55

#: A form has few pages; what is bound in behind it is another paper.
FORM_PAGES = 8
#: Places of one label that are tried for a value.
MOST_CANDIDATES = 12

#: `Họ tên/Full name`: a label and its translation in one word.
_SLASH = re.compile(r"(?<=[^\W\d_])/(?=[^\W\d_])")

_BREAKS = tuple(".:;,)-–/|•")


@dataclass(frozen=True, slots=True)
class Label:
    """A label found on a page: words `start` to `end` of line `row`, which is set for `letters`."""

    letters: str
    row: int
    start: int
    end: int


def labelled(pages: Sequence[Page], kind: PaperKind) -> dict[str, Field]:
    """The fields of a kind that have a label on one of the pages; the first that has a value wins."""
    found: dict[str, Field] = {}
    for page in pages[:FORM_PAGES]:
        sheet = _Sheet(page, kind)
        for name, spec in kind.fields.items():
            known = found.get(name)
            if known is None or known.state != "read":
                value = sheet.field(spec)
                if value.state == "read" or (value.state != "absent" and known is None):
                    found[name] = value
    return found


class _Sheet:
    """A page with its labels."""

    def __init__(self, page: Page, kind: PaperKind) -> None:
        self.page = page
        self.lines = [_apart(line) for line in lines(page)]
        self.labels = [label for row in range(len(self.lines)) for label in self._labels_of(row, kind)]

    def field(self, spec: FieldSpec) -> Field:
        """The first value that has the wanted form; else the first place where something is written."""
        fallback = ABSENT
        for label in self._candidates(spec)[:MOST_CANDIDATES]:
            words = self._value_words(label, spec.form)
            value = self._read(words, spec.form)
            if value.state == "read":
                return value
            if fallback.state == "absent":
                fallback = value
        return self._anywhere(spec) if spec.anywhere and fallback.state == "absent" else fallback

    def _anywhere(self, spec: FieldSpec) -> Field:
        """A value that stands alone on a line, known by its form."""
        for line in self.lines:
            value = self._read(line.words, spec.form) if len(line.words) <= 3 else ABSENT
            if value.state == "read":
                return value
        return ABSENT

    def _candidates(self, spec: FieldSpec) -> list[Label]:
        wanted = [fold_letters(text) for text in spec.labels]
        found = sorted((x for x in self.labels if x.letters in wanted), key=lambda x: wanted.index(x.letters))
        if spec.near is None:
            return found
        near = fold_letters(spec.near)
        anchor = next((x for x in self.labels if x.letters == near), None)
        return [x for x in found if self._belongs(x, anchor)] if anchor else []

    def _belongs(self, label: Label, anchor: Label) -> bool:
        """Whether a label stands under the anchor, in its column."""
        start, here = self._word(anchor), self._word(label)
        under = here.box.y0 > start.box.y0 and here.box.y0 - start.box.y0 < 0.25 * self.page.height
        return under and abs(here.box.x0 - start.box.x0) < 0.15 * self.page.width

    def _word(self, label: Label) -> Word:
        return self.lines[label.row].words[label.start]

    def _read(self, words: Sequence[Word], form: str) -> Field:
        text = clean(" ".join(w.text for w in words))
        if not text or not any(c.isalnum() for c in text):
            return ABSENT
        used = [w for w in words if any(c.isalnum() for c in w.text)]
        sure = sum(w.confidence for w in used) / len(used) >= LEAST_CONFIDENCE
        value = FORMS[form](text) if sure or self.page.origin == "text-layer" else None
        if value is not None:
            return read(value, used, self.page.number)
        return handwritten(self.page.number, span(used)) if self.page.origin == "ocr" else ABSENT

    def _value_words(self, label: Label, form: str) -> list[Word]:
        line = self.lines[label.row]
        start = _past_translation(line, label.end)
        stop = self._stop(label.row, start)
        words = list(line.words[start:stop])
        if stop == len(line.words):
            words += self._beside(label.row)
        if form in ("text", "name") or not any(c.isalnum() for w in words for c in w.text):
            words += self._below(label, form, bool(words))
        return words

    def _stop(self, row: int, start: int) -> int:
        """Where the next label of the line begins, or its end."""
        later = [x.start for x in self.labels if x.row == row and x.start >= start]
        return min(later, default=len(self.lines[row].words))

    def _beside(self, row: int) -> list[Word]:
        """What goes on to the right of the line after a gap, up to the next label."""
        line = self.lines[row]
        found: list[Word] = []
        for index in range(row + 1, min(row + 6, len(self.lines))):
            other = self.lines[index]
            if not same_row(line, other) or other.box.x0 < line.box.x1:
                continue
            stop = min((x.start for x in self.labels if x.row == index), default=len(other.words))
            found += other.words[:stop]
            if stop < len(other.words):
                break
        return found

    def _below(self, label: Label, form: str, started: bool) -> list[Word]:
        """The lines that go on under the value: close, in its column, and not begun by a label."""
        last = self.lines[label.row]
        left = self._word(label).box.x0
        found: list[Word] = []
        for index in range(label.row + 1, min(label.row + 8, len(self.lines))):
            line = self.lines[index]
            if same_row(line, last):
                continue
            stop = min((x.start for x in self.labels if x.row == index), default=len(line.words))
            far = line.box.y0 - last.box.y1 > (1.2 if started else 1.4) * last.height
            if line.box.x1 < left or line.box.x0 > left + 0.4 * self.page.width:
                continue
            if far or stop == 0 or line.box.x0 < left - 2 * last.height or _is_item(line):
                break
            if form == "name" and started and not all(w.text.isupper() for w in line.words[:stop]):
                break
            found += line.words[:stop]
            last = line
            if form != "text" or stop < len(line.words) or len(found) > 40:
                break
        return found

    def _labels_of(self, row: int, kind: PaperKind) -> list[Label]:
        line = self.lines[row]
        letters = [fold_letters(w.text) for w in line.words]
        found: list[Label] = []
        index = 0
        while index < len(letters):
            label = _best_label(line, letters, index, kind.code)
            if label is None:
                index += 1
                continue
            found.append(Label(label[0], row, index, index + label[1]))
            index += label[1]
        return found


@cache
def _known_labels(code: str) -> tuple[tuple[str, int], ...]:
    """Letters and number of words of each label: those of the kind, and of any kind those of three words
    and more, since they end a value all the same. The longest first."""
    own = {text for spec in catalogue()[code].fields.values() for text in spec.labels} | set(stops())
    others = {
        text
        for kind in catalogue().values()
        for spec in kind.fields.values()
        for text in spec.labels
        if len(text.split()) >= 3
    }
    every = {(fold_letters(text), len(_SLASH.sub(" /", text).split())) for text in own | others}
    return tuple(sorted(every, key=lambda x: -len(x[0])))


def _best_label(line: Line, letters: Sequence[str], index: int, code: str) -> tuple[str, int] | None:
    """The label that stands at a word: the longest, a slip of the reader counting as three letters less."""
    best, most = None, 0
    if not _is_open(line, index):
        return None
    for wanted, size in _known_labels(code):
        slips = _slips_at(line, letters, index, wanted, size)
        if slips is not None and len(wanted) - 3 * slips > most:
            best, most = (wanted, size), len(wanted) - 3 * slips
    return best


def _slips_at(line: Line, letters: Sequence[str], index: int, wanted: str, size: int) -> int | None:
    end = index + size
    limit = min(3, len(wanted) // 8)
    if end > len(letters) or letters[index][:1] != wanted[:1]:
        return None
    if abs(sum(map(len, letters[index:end])) - len(wanted)) > limit:
        return None
    slips = distance("".join(letters[index:end]), wanted, limit)
    return slips if slips <= limit and _is_closed(line, end, size) else None


def _is_open(line: Line, index: int) -> bool:
    """Whether a label may begin here: at the start, after a mark or a number, or where a colon follows."""
    if index == 0:
        return True
    before = line.words[index - 1]
    if before.text.endswith(_BREAKS) or before.text.strip("().").isdigit():
        return True
    return line.words[index].text[:1].isupper() or line.words[index].box.x0 - before.box.x1 > line.height


def _is_closed(line: Line, end: int, size: int) -> bool:
    """Whether the label ends here: with a colon or leaders, a translation, a gap or the line."""
    if line.words[end - 1].text.endswith((":", "…", "..", "/")) or end == len(line.words):
        return True
    after = line.words[end]
    if after.text.startswith((":", "/", "|", "(", "…", "..")):
        return True
    return size >= 3 or after.box.x0 - line.words[end - 1].box.x1 > line.height


def _past_translation(line: Line, end: int) -> int:
    """Behind `/ Full name:` where a label has its English beside it."""
    if end < len(line.words) and line.words[end].text.startswith(("/", "|")):
        for index in range(end, min(end + 6, len(line.words))):
            if line.words[index].text.endswith(":"):
                return index + 1
    return end


def _apart(line: Line) -> Line:
    """The line with words such as `tên/Full` taken apart before the slash."""
    words: list[Word] = []
    for word in line.words:
        at = _SLASH.search(word.text)
        if at is None:
            words.append(word)
            continue
        cut = word.box.x0 + (word.box.x1 - word.box.x0) * at.start() // len(word.text)
        words.append(replace(word, text=word.text[: at.start()], box=replace(word.box, x1=cut)))
        words.append(replace(word, text=word.text[at.start() :], box=replace(word.box, x0=cut)))
    return Line(line.page, tuple(words))


def _is_item(line: Line) -> bool:
    """Whether a line begins a numbered item or a list."""
    first = line.words[0].text
    return first.rstrip(".)").isdigit() or first in ("-", "–", "+", "•")

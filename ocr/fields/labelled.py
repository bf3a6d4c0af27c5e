"""Fields that stand after a printed label: the value to the right of it, or on the next line."""

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace
from itertools import islice, pairwise, takewhile

from ocr.fields.broken_labels import mended
from ocr.fields.choices import chosen, is_to_be_ticked, offers_choice
from ocr.fields.closing import is_closing
from ocr.fields.doubts import (
    any_doubt,
    cuts_province,
    has_lone_consonant,
    holds_label,
    is_garbled,
    is_misspelt,
    is_part_of_phrase,
    is_remnant,
    is_torn,
    is_torn_name,
    lacks_marks,
    lacks_something,
    misspells_phrase,
    misspells_place,
    misspells_word,
    names_oddly,
)
from ocr.fields.evidence import (
    ABSENT,
    EXACT_FORMS,
    TEXTS_WITH_FIGURES,
    handwritten,
    is_sure,
    read,
    words_holding,
)
from ocr.fields.forms import FORMS, FORMS_ALONE, Forms, breaks_off, clean, ends_in_unit, is_speech
from ocr.fields.labels import (
    ITEM,
    Label,
    apart,
    asks,
    headings,
    is_gap,
    is_item,
    is_rest_of_sentence,
    labels_of,
    past_translation,
    set_words,
    starts_with,
    together,
)
from ocr.fields.persons import Part, part_of, parted
from ocr.fields.requesters import asked, of_oneself, rows_of
from ocr.fields.running_text import drops_letter
from ocr.fields.several import without_several
from ocr.fields.signatory import names_position
from ocr.fields.spelling import is_position, is_whole_position
from ocr.fields.spoken_dates import is_spelt, spoken_date
from ocr.fields.spouse_table import SpouseTable, spouse_table
from ocr.fields.tones import contradicts_itself, lacks_tone, lost_tone
from ocr.fields.value_ends import ValueEnds, in_capitals
from ocr.kinds.catalogue import FieldSpec, PaperKind
from ocr.language.writing import fold_letters, has_lost_marks
from ocr.recognition import Field, Page, Word
from ocr.structure.lines import Line, lines, same_row, span, without_stamps

PLACES = ("place", "dwelling", "office")

#: At the end of a text, where a lone letter is what is left of a word otherwise.
_METRES = re.compile(r"(?<=\d) ?m$")

#: A form has few pages; what is bound in behind it is another paper.
FORM_PAGES = 8
#: Places of one label that are tried for a value.
MOST_CANDIDATES = 12
#: Forms whose values may run over several lines.
LONG_FORMS = ("text", "name", "holder", "moment", "spoken-date", *TEXTS_WITH_FIGURES, *PLACES)
#: How far behind the words of a value more of them may stand, in heights of the line.
FAR_BESIDE = 4.0
#: How far a paragraph begins behind the margin at most, in inches (Decree 30/2020, Annex I: 1 or 1.27 cm).
INDENT = 0.55
#: How far under a row of a table the next one may stand, from middle to middle, in heights of a line.
ROW_BELOW = 3.0
#: How far off the beginning of a value the next line of it begins, in heights of the line.
HANGS = 0.4


def labelled(pages: Sequence[Page], kind: PaperKind) -> dict[str, Field]:
    """The fields of a kind that have a label on one of the pages; the first with something beside it wins.
    Those of a part that names several people are open."""
    found: dict[str, Field] = {}
    sheets = [_Sheet(page, kind) for page in pages[:FORM_PAGES]]
    for page, sheet in zip(pages, sheets, strict=False):
        parts = _Sheet(page, kind, in_columns=True) if kind.people else sheet
        for name, spec in kind.fields.items():
            value = ABSENT if name in found else sheet.cell(spec)
            alone = sheet.table is None or not spec.until  # a table of two is about no one person
            if name not in found and value.state == "absent" and alone:
                value = (parts if spec.near else sheet).field(spec)
            if value.state != "absent":
                found[name] = value
    found |= of_oneself(found, kind)
    return without_several(found, [(sheet.lines, sheet.labels) for sheet in sheets], kind)


class _Sheet:
    """A page with its labels; `in_columns`: its lines end where another person's column begins."""

    def __init__(self, page: Page, kind: PaperKind, *, in_columns: bool = False) -> None:
        self.page = page
        self.people = [[fold_letters(text) for text in group] for group in kind.people]
        #: Labels of the people whose papers it is, where it has two.
        self.anchors = {fold_letters(text) for spec in kind.fields.values() for text in spec.near}
        #: Labels of the person whose paper it is, where a part about somebody else follows.
        self.first_part = {
            fold_letters(text) for spec in kind.fields.values() if spec.until for text in spec.labels
        }
        self.lines = mended([apart(line) for line in lines(without_stamps(page))], kind)
        self.table: SpouseTable | None = None
        self.labels = self._labels(kind)
        named = {x.letters for x in self.labels} & {text for group in self.people for text in group}
        if kind.columns and not named:
            self.table = spouse_table(self.lines, kind)
            self.labels = self._labels(kind)
        if in_columns:
            self.lines = parted(self.lines, self.labels, self.people, page)
            self.labels = self._labels(kind)
        self.kind, self.asked = kind, asked(self.lines, self.labels, kind)
        self.ends = ValueEnds(self.lines, self.labels, set_words(kind.code))

    def _labels(self, kind: PaperKind) -> list[Label]:
        self.headings = headings(self.lines, kind)
        rows = [(row, line) for row, line in enumerate(self.lines) if row not in self.headings]
        if self.table is not None:
            rows = [(row, line) for row, line in rows if not self.table.holds(line)]
        return [label for row, line in rows for label in labels_of(line, row, kind)]

    def cell(self, spec: FieldSpec) -> Field:
        """What stands in the column of the person whose field it is, where two people stand in a table."""
        whose = {fold_letters(text) for text in spec.near or spec.labels}
        person = next((i for i, group in enumerate(self.people) if whose == set(group)), None)
        if self.table is None or person is None:
            return ABSENT
        for text in spec.rows or spec.labels:
            cell = self.table.cells.get((person, fold_letters(text)))
            if cell is not None:
                value = self._read(cell.words, spec.form)
                doubtful = value.state == "read" and not cell.sure
                return handwritten(self.page.number, span(cell.words)) if doubtful else value
        return ABSENT

    def field(self, spec: FieldSpec) -> Field:
        """What stands at the first label beside which something is written: if that cannot be read, what
        stands at another label of the page is another's."""
        wanted = [fold_letters(text) for text in spec.labels]
        part = self._part(spec)
        for label in self._candidates(spec, part)[:MOST_CANDIDATES]:
            fallback = ABSENT
            for every in self._values(label, spec, part):
                words = part.own(every) if part else every
                value = self._read(words, spec.form)
                unsure = part and not part.is_sure_of(every)
                if value.state == "read" and (unsure or self._is_of_several(label, words, spec.form)):
                    value = handwritten(self.page.number, span(words))
                if fold_letters(value.value or "") in wanted:
                    continue  # the label in the other language, and nothing behind it
                if value.state == "read":
                    return value
                if fallback.state == "absent":
                    fallback = value
            if fallback.state != "absent":
                return fallback
        return self._anywhere(spec) if spec.anywhere else ABSENT

    def _is_of_several(self, label: Label, words: Sequence[Word], form: str) -> bool:
        """Whether a value under its label is one cell of a table: the next row has another of the column, or
        its row has more cells where the label stands alone."""
        row, head = self._row_of(words[-1]), self.lines[label.row]
        asked = {x.row for x in self.labels}
        if row is head or same_row(row, head):
            return False  # beside it, be it after a gap
        first = self._row_of(words[0])
        # What has a label of its own, or is a note, is the other column of a form.
        level = [x for n, x in enumerate(self.lines) if n not in asked and same_row(x, first)]
        beside = [x for x in level if x.box.x0 > first.box.x1 and len(x.letters) > 2]
        cells = [x for x in beside if ":" not in x.text and x.text[0] != "("]
        if cells and first is not head and not any(same_row(x, head) for x in self.lines if x is not head):
            return True
        below = self._column_below(words[-1], row, asked)
        return form not in LONG_FORMS and any(FORMS[form](clean(x.text)) is not None for x in below)

    def _column_below(self, word: Word, row: Line, asked: Collection[int]) -> list[Line]:
        """The lines right under a word, down to the next label: what stands under that is its own."""
        below = sorted(
            (line.middle, number)
            for number, line in enumerate(self.lines)
            if 0 < line.middle - row.middle < ROW_BELOW * row.height
            if line.box.x0 < word.box.x1 and line.box.x1 > word.box.x0
        )
        free = takewhile(lambda number: number not in asked, (number for _, number in below))
        return [self.lines[number] for number in free if not is_item(self.lines[number])]

    def _anywhere(self, spec: FieldSpec) -> Field:
        """A value that stands alone on a line, known by its form."""
        for line in self.lines:
            short = len(line.words) <= (12 if spec.form == "school" else 3)
            value = self._read(line.words, spec.form, FORMS_ALONE) if short else ABSENT
            if value.state == "read":
                return value
        return ABSENT

    def _part(self, spec: FieldSpec) -> Part | None:
        """The part about the person whose field it is, where such papers name several people."""
        if not (spec.near and self.people) or rows_of(spec, self.kind, self.asked) is not None:
            return None
        near = map(fold_letters, spec.near)
        return part_of(near, self.people, self.anchors, self.labels, self.lines, self.page)

    def _candidates(self, spec: FieldSpec, part: Part | None) -> list[Label]:
        wanted = [fold_letters(text) for text in spec.labels]
        part_of_request = rows_of(spec, self.kind, self.asked)
        rows = range(self._end_of_part(spec)) if part_of_request is None else part_of_request
        found = sorted(
            (x for x in self.labels if x.letters in wanted and x.row in rows),
            key=lambda x: wanted.index(x.letters),
        )
        if not spec.near or part_of_request is not None:
            return found
        if self.people:
            return [x for x in found if part and part.holds(x, self._word(x))]
        near = [fold_letters(text) for text in spec.near]
        anchor = next((x for x in self.labels if x.letters in near), None)
        if anchor is None:
            return []
        rivals = [
            x for x in self.labels if x.letters in self.anchors - set(near) and self._belongs(x, anchor)
        ]
        ends = [x.row for x in rivals if x.row > anchor.row]
        if is_item(self.lines[anchor.row]):  # `5. Người đại diện …` goes on to `6. …`
            below = range(anchor.row + 1, len(self.lines))
            ends += [row for row in below if re.match(r"\d{1,2}[.)]$", self.lines[row].words[0].text)]
        end = min(ends, default=len(self.lines))
        return [x for x in found if x.row < end and self._belongs(x, anchor)]

    def _end_of_part(self, spec: FieldSpec) -> int:
        """The row in which the part about somebody else begins, behind the last row where there is none."""
        until = [tuple(map(fold_letters, text.split())) for text in spec.until]
        ends = {"".join(words) for words in until}
        said = {row for row, line in enumerate(self.lines) if is_rest_of_sentence(line)}
        others = [x.row for x in self.labels if x.letters in ends and not (x.row in said and x.start == 0)]
        own = [x.row for x in self.labels if x.letters in self.first_part]
        start = min([*own, *others], default=0)
        rows = [row for row in range(start, len(self.lines)) if until and row not in self.headings]
        begun = (row for row in rows if row not in said and starts_with(self.lines[row], until))
        return min([*others, *islice(begun, 1)], default=len(self.lines))

    def _belongs(self, label: Label, anchor: Label) -> bool:
        """Whether a label stands behind the anchor, or under it in its column."""
        start, here = self._word(anchor), self._word(label)
        if same_row(self.lines[label.row], self.lines[anchor.row]) and here.box.x0 > start.box.x0:
            return anchor.row == label.row
        under = here.box.y0 > start.box.y0 and here.box.y0 - start.box.y0 < 0.25 * self.page.height
        return under and abs(here.box.x0 - start.box.x0) < 0.15 * self.page.width

    def _word(self, label: Label) -> Word:
        return self.lines[label.row].words[label.start]

    def _read(self, words: Sequence[Word], form: str, forms: Forms = FORMS) -> Field:
        if words and words[-1].text.endswith(":"):
            return ABSENT  # the heading of what follows, not a value
        text = clean(together(words))
        if not text or not any(c.isalnum() for c in text):
            return ABSENT
        used = [w for w in words if any(c.isalnum() for c in w.text)]
        value = forms[form](text) if self.page.origin == "text-layer" or is_sure(used, form) else None
        if option := chosen(used, self.page):
            used, value = [*option], forms[form](clean(together(option)))
        elif value is not None and (is_to_be_ticked(used, self.page) or offers_choice(value, form)):
            value = None
        if value is not None and self.page.origin == "ocr" and self._is_doubtful(value, used, form):
            value = None
        if value is not None:
            return read(value, words_holding(value, used), self.page.number)
        return handwritten(self.page.number, span(used)) if self.page.origin == "ocr" else ABSENT

    def _is_doubtful(self, value: str, used: Sequence[Word], form: str) -> bool:
        """Whether a value may be another than it seems: guessed, torn, or under what something else says."""
        if any(self._is_far(a, b) for a, b in pairwise(used)):
            return True  # cells of a table whose columns are not known
        said = words_holding(value, used)
        if form in EXACT_FORMS:
            said = [w for w in said if any(c.isdigit() for c in w.text)] or said
        torn = form == "spoken-date" and not (spoken_date(value) and is_spelt(value))
        if form in LONG_FORMS:
            torn = torn or is_torn(_METRES.sub("", value))
            torn = torn or (form != "use" and holds_label(said))
            torn = torn or self.ends.is_cut(used) or self.ends.is_left_over(used)
        if form in LONG_FORMS or form in ("school", "word"):
            torn = torn or is_garbled(value) or lost_tone(value)
        if form in ("name", "holder"):
            torn = torn or has_lone_consonant(re.split(r"[,;(]", value)[0])
            torn = torn or lacks_tone(value) or is_whole_position(value) or is_position(value)
            torn = torn or self.ends.is_wrapped(used)
        if form == "school":
            torn = torn or lacks_marks(value)
        if form in ("text", *PLACES, *TEXTS_WITH_FIGURES):
            torn = torn or is_misspelt(value) or misspells_phrase(value) or ends_in_unit(value)
            torn = torn or drops_letter(said)
        if form == "text":
            torn = torn or is_part_of_phrase(value)
        if form in PLACES:
            torn = torn or names_oddly(value) or misspells_place(value, used)
            torn = torn or is_remnant(value) or cuts_province(value) or lacks_something(value)
            torn = torn or breaks_off(value) or contradicts_itself(value)
        torn = torn or (form == "word" and misspells_word(value))
        lost = form == "name" and (has_lost_marks(value) or is_torn_name(value, said))
        return torn or lost or any_doubt(said, self.page)

    def _is_far(self, word: Word, after: Word) -> bool:
        """Whether two words of a value stand on one level with a gap as between columns."""
        height = word.box.y1 - word.box.y0
        level = abs(word.box.y0 + word.box.y1 - after.box.y0 - after.box.y1) < height
        return level and after.box.x0 - word.box.x1 > FAR_BESIDE * height

    def _row_of(self, word: Word) -> Line:
        return next(line for line in self.lines if any(w is word for w in line.words))

    def _values(self, label: Label, spec: FieldSpec, part: Part | None = None) -> Iterator[list[Word]]:
        """What may be the value: what stands beside the label, then that with the line below."""
        if part and part.in_column and spec.form in PLACES:
            spec = replace(spec, wraps=True)  # how wide the column is, only the lines in it tell
        line = self.lines[label.row]
        start = past_translation(line, label.end)
        stop = self._stop(label.row, start, spec.form)
        words = list(line.words[start:stop])
        closed = stop < len(line.words) and not self._is_column(line, stop)
        if stop == len(line.words):
            more, closed = self._beside(label.row, spec.form)
            words += more
            closed = closed and not (part and part.in_column)  # by the other's column
        written = any(c.isalnum() for w in words for c in w.text)
        long = spec.form in LONG_FORMS
        if not written:
            ends = max((x.end for x in self.labels if x.row == label.row), default=0)
            # What is under the line goes on from the label that closes it.
            if len(line.words) in (stop, ends) or self._is_column(line, stop):
                below = self._below(label, spec)
                if spec.form == "date" or not is_speech(" ".join(w.text for w in below)):
                    yield below
            return
        yield words + (self._below(label, spec, words) if long and not closed else [])
        if not long:
            yield words + self._below(label, spec)

    def _stop(self, row: int, start: int, form: str) -> int:
        """Where the next label of the line begins, the mark of its item counted to it, or the line's end. In
        a text that says what for, words in small letters are no label: `kết hôn với bà …, sinh ngày …`."""
        words = self.lines[row].words
        stop = min(
            (
                x.start
                for x in self.labels
                if x.row == row and x.start >= start and not (form == "text" and self._is_said(x))
            ),
            default=len(words),
        )
        return stop - 1 if start < stop < len(words) and ITEM.fullmatch(words[stop - 1].text) else stop

    def _is_said(self, label: Label) -> bool:
        """Whether the words of a label stand in a sentence: in small letters, and without a colon."""
        words = self.lines[label.row].words[label.start : label.end]
        return words[0].text[:1].islower() and not words[-1].text.endswith(":")

    def _beside(self, row: int, form: str) -> tuple[list[Word], bool]:
        """What goes on to the right of the line after a gap, and whether a label ends it."""
        line = self.lines[row]
        found: list[Word] = []
        for index in range(row + 1, min(row + 6, len(self.lines))):
            other = self.lines[index]
            if not same_row(line, other) or other.box.x0 < line.box.x1:
                continue
            stop = self._stop(index, 0, form)
            if stop == 1 and ITEM.fullmatch(other.words[0].text):
                stop = 0
            if (
                line.words
                and other.box.x0 - line.box.x1 > FAR_BESIDE * line.height
                and not self._is_label(line, row)
            ):
                return found, True  # another column, or what a stamp says
            found += other.words[:stop]
            if stop < len(other.words):
                return found, True
        return found, False

    def _is_label(self, line: Line, row: int) -> bool:
        """Whether the line ends with a label, whose value stands after a gap."""
        return any(x.row == row and x.end == len(line.words) for x in self.labels) or line.text.endswith(":")

    def _below(self, label: Label, spec: FieldSpec, started: Sequence[Word] = ()) -> list[Word]:
        """The lines that go on under the value: close, in its column, and not begun by a label; `started`:
        what of it stands beside the label."""
        left = self._word(label).box.x0
        right = self._column_end(label)
        last = self._row_of(started[-1]) if started else self.lines[label.row]
        found: list[Word] = []
        for index in range(label.row + 1, min(label.row + 8, len(self.lines))):
            line = self.lines[index]
            if same_row(line, last):
                continue
            stop = self._stop(index, 0, spec.form)
            far = line.box.y0 - last.box.y1 > 1.4 * last.height
            goes_on = bool(started or found)
            reach = self._line_start(label) if goes_on else left
            if goes_on and spec.form == "spoken-date" and line.words[0].text[:1].islower():
                # It is long, and stands behind the same date in figures, to go on at the margin.
                reach = min(x.box.x0 for x in self.lines if same_row(x, self.lines[label.row]))
            if line.box.x1 < reach or line.box.x0 > min(right, left + 0.4 * self.page.width):
                continue
            outside = line.box.x0 < reach - 2 * last.height and not (
                goes_on and self._is_outdented(line, reach)
            )
            if far or stop == 0 or outside or is_item(line):
                break
            other = goes_on and spec.form in PLACES and asks(line)
            if other or is_closing(line) or (line.capitals and names_position(line)):
                break
            hangs = bool(started) and self._hangs(line, started[0])
            hangs = hangs or (spec.form in PLACES and stop == len(line.words) and _ends_address(line))
            # The name of a company stands in capitals, and what is said under it in small letters.
            named = spec.form == "text" and in_capitals([*(started or found), *line.words])
            if goes_on and not (spec.wraps or hangs or named or self._wrapped(last, line, right)):
                break
            if spec.form == "name" and started and not in_capitals(line.words[:stop]):
                break
            found += line.words[:stop]
            last = line
            if spec.form not in LONG_FORMS or stop < len(line.words) or len(found) > 40:
                break
        return found

    def _is_outdented(self, line: Line, reach: float) -> bool:
        """Whether a line begins at the left margin of a text whose paragraphs begin at `reach`, indented."""
        left = self._left_edge()
        return reach - left < INDENT * self.page.dpi and abs(line.box.x0 - left) < line.height

    def _left_edge(self) -> int:
        """Where the leftmost line of letters begins; 0 where there is none."""
        return min((x.box.x0 for x in self.lines if len(x.letters) > 3), default=0)

    def _hangs(self, line: Line, first: Word) -> bool:
        """Whether a line begins right under the first word of a value that stands behind its label, and there
        is nothing on its left."""
        under = abs(line.box.x0 - first.box.x0) < HANGS * line.height
        behind = any(same_row(x, self._row_of(first)) and x.box.x0 < first.box.x0 for x in self.lines)
        return under and behind and not any(same_row(x, line) and x.box.x1 < line.box.x0 for x in self.lines)

    def _is_column(self, line: Line, stop: int) -> bool:
        """Whether the label at word `stop` begins a column, so that what is before it may go on below."""
        return stop > 0 and is_gap(line, stop)

    def _line_start(self, label: Label) -> int:
        """Where text that goes on from behind a label begins: at the margin, unless a column is before it."""
        row = self.lines[label.row]
        first = label.start == 0 or not self._is_column(row, label.start)
        alone = not any(same_row(x, row) and x.box.x1 <= row.box.x0 for x in self.lines)
        left = self._word(label).box.x0
        return min(left, row.box.x0) if first and alone else left

    def _column_end(self, label: Label) -> float:
        """Where the next label of the row begins: the value below stands before it."""
        here = self._word(label).box
        row = self.lines[label.row]
        others = [self._word(x).box for x in self.labels if same_row(self.lines[x.row], row)]
        return min((b.x0 for b in others if b.x0 > here.x1), default=self.page.width)

    def _wrapped(self, line: Line, below: Line, right: float) -> bool:
        """Whether the line below goes on: the line was full, ends in a comma, or a small letter follows."""
        if below.words[0].text[:1].islower():
            return True
        own = [w for w in line.words if w.box.x1 <= right]
        if not own or own[-1].text.endswith(","):
            return True
        first = below.words[0].box
        beside = [x.box.x0 for x in self.lines if same_row(x, line) and x.box.x0 > line.box.x1]
        if right < self.page.width or beside:
            edge = min([right, *beside]) - line.height
        else:
            # Where every line is short, the right margin is taken to be as wide as the left one.
            margin = self.page.width - self._left_edge()
            edge = max(margin, *(x.box.x1 for x in self.lines if x.box.x0 < line.box.x0 + line.height))
        return bool(own[-1].box.x1 + first.x1 - first.x0 > edge - 0.3 * line.height)


def _ends_address(line: Line) -> bool:
    """Whether a line without a label is the end of an address: `Minh Châu, tỉnh Tây Ninh`."""
    return bool(re.match(r"[^:]*\b(?:tỉnh|thành phố|TP\.?) [^\d:]+$", line.text))

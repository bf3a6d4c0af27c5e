"""The back of a driving licence: of each class the day of its test and the day on which it ends (Circular
12/2025/TT-BCA). The front alone says until when the licence is valid: here stand several days."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from ocr.fields.dates import iso_date
from ocr.fields.evidence import handwritten, read
from ocr.fields.forms import FORMS
from ocr.language.writing import fold_letters
from ocr.recognition import Field, Page, Word
from ocr.structure.lines import Line, levels, lines, span

#: What heads the columns, in Vietnamese with or without its English: of the classes, and of days.
_CLASS, _PASSED, _UNTIL, _VEHICLE = "hang", "ngaytrungtuyen", "cogiatriden", "loaixe"
#: The longest that the head of the classes is: `Hạng/Class`.
LONGEST_CLASS = 10
#: How far from the middle of its head a class stands, in heights of a line.
OFF_HEAD = 3.0
#: Below this a word was guessed.
SURE = 0.93
ENDLESS = "không thời hạn"


@dataclass(frozen=True, slots=True)
class _Table:
    """The heads of the columns by what they head, and the rows under them."""

    page: Page
    heads: Mapping[str, Line]
    rows: tuple[Line, ...]


def without_classes(page: Page) -> Page:
    """The page without such a table: what stands under its heads is of one class, not of the licence."""
    table = _table(page)
    if table is None:
        return page
    top = min(head.box.y0 for head in table.heads.values())
    return replace(page, words=tuple(word for word in page.words if word.box.y1 <= top))


def classes(pages: Sequence[Page]) -> dict[str, Field]:
    """`classes` (`A1, C`), `class_test_days` and `class_last_days` (`A1: …; C: 2028-02-05`) of
    the first table; open where a class or a day of any row was not surely read."""
    table = next((found for page in pages if (found := _table(page))), None)
    if table is None or not table.rows:
        return {}
    read_rows = [_row(row, table) for row in table.rows]
    rows = [found for found in read_rows if found]
    words = [word for row in table.rows for word in row.words]
    names = ("classes", "class_test_days", "class_last_days")
    sure = len(rows) == len(read_rows) and len({found[0] for found in rows}) == len(rows)
    if not sure:
        return {name: handwritten(table.page.number, span(words)) for name in names}
    values: list[str] = [", ".join(found[0] for found in rows)]
    values += ["; ".join(f"{found[0]}: {found[n]}" for found in rows) for n in (1, 2)]
    return {n: read(value, words, table.page.number) for n, value in zip(names, values, strict=True)}


def _table(page: Page) -> _Table | None:
    every = lines(page)
    for first, line in enumerate(every):
        if not _is_class_head(line):
            continue
        heads = {_CLASS: line}
        for other in every:
            for name in (_PASSED, _UNTIL, _VEHICLE):
                if other.letters.startswith(name) and abs(other.middle - line.middle) < 1.5 * line.height:
                    heads.setdefault(name, other)
        bottom = max(head.box.y1 for head in heads.values())
        under = [other for other in every[first + 1 :] if other.middle > bottom]
        rows = tuple(row for row in levels(under) if _holds_day(row))
        # One class and one day under their heads may stand on a front.
        if _PASSED in heads or _VEHICLE in heads or (_UNTIL in heads and len(rows) > 1):
            return _Table(page, heads, rows)
    return None


def _is_class_head(line: Line) -> bool:
    return (
        line.letters.startswith(_CLASS) and len(line.letters) <= LONGEST_CLASS and not line.text.endswith(":")
    )


def _holds_day(row: Line) -> bool:
    """Whether a row is one of a class: the names of vehicles go on under it without a day."""
    return ENDLESS in row.text.casefold() or any(sum(c.isdigit() for c in w.text) >= 6 for w in row.words)


def _row(row: Line, table: _Table) -> tuple[str, str, str] | None:
    """The class of a row, its day of the test and its last day; None where one was not surely read."""
    first = row.words[0]
    if not {_PASSED, _UNTIL} <= {*table.heads}:
        return None
    head = table.heads[_CLASS]
    near = abs((first.box.x0 + first.box.x1) / 2 - head.center) < OFF_HEAD * head.height
    cells = {name: _under(name, row.words[1:], table) for name in (_PASSED, _UNTIL)}
    days = {name: _day(words) for name, words in cells.items()}
    guessed = any(word.confidence < SURE for word in (first, *cells[_PASSED], *cells[_UNTIL]))
    passed, until = days[_PASSED], days[_UNTIL]
    if not near or guessed or FORMS["class"](first.text) is None or passed is None or until is None:
        return None
    return (first.text, passed, until) if passed != ENDLESS else None


def _under(name: str, words: Sequence[Word], table: _Table) -> list[Word]:
    """The words that stand nearer to a head than to any other."""
    return [
        word
        for word in words
        if name
        == min(
            table.heads,
            key=lambda one: abs(table.heads[one].center - (word.box.x0 + word.box.x1) / 2),
        )
    ]


def _day(words: Sequence[Word]) -> str | None:
    text = " ".join(word.text for word in words)
    if fold_letters(text) == fold_letters(ENDLESS):
        return ENDLESS
    day = iso_date(text) if len(words) == 1 else None
    return day if day and len(day) == len("2028-02-05") else None

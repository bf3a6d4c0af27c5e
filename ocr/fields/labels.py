"""Labels as forms print them, found on the lines of a page: where each begins and ends."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache
from itertools import pairwise
from statistics import median

from ocr.kinds.catalogue import PaperKind, catalogue, stops
from ocr.language.writing import distance, fold_letters, is_syllable
from ocr.recognition import Word
from ocr.structure.letterhead import fold_near, is_motto
from ocr.structure.lines import Line

#: `Họ tên/Full name`: a label and its translation in one word.
_SLASH = re.compile(r"(?<=[^\W\d_])/(?=[^\W\d_])")
#: After a colon that no space follows, as readers miss some: `origin:7`.
_COLON = re.compile(r"(?<=[^\W\d_]{2}:)(?=\w)")
#: What begins an item of a list: `2.`, `c)`, `II.`, `-`.
ITEM = re.compile(r"(?:\d{1,2}|[a-zđ]|[IVX]{1,4})[.)]|[-–+•*]")
#: Words without figures before a colon.
_LABEL = re.compile(r"[^\W\d]+(?: [^\W\d]+){1,7} ?:")

#: Spaces of a line that tell how wide they usually are.
WIDE_SPACES = 3

#: How many lines a title of the catalogue may be set on.
TITLE_LINES = 3
#: How far under the last line of a title another stands that goes on with it, in heights of a line.
TITLE_LEADING = 1.5

#: `Nam/Nữ` is a label, and what it asks for where a box stands between the two: `☐ Nam ☒ Nữ`.
_OPTIONS = "namnu"

_BREAKS = tuple(".:;,)-–/|•")
_CLOSERS = (":", "…", "..", "/")


@dataclass(frozen=True, slots=True)
class Label:
    """A label found on a page: words `start` to `end` of line `row`, which is set for `letters`."""

    letters: str
    row: int
    start: int
    end: int


def headings(every: Sequence[Line], kind: PaperKind) -> frozenset[int]:
    """The rows that say what the paper is and whose, in which no words are a label: the motto, the title, the
    lines that go on with it, and what stands in capitals over it (`GIẤY XÁC NHẬN TÌNH TRẠNG HÔN NHÂN`)."""
    found = {row for row, line in enumerate(every) if is_motto(line)}
    title = _title_rows(every, kind)
    if title:
        found |= {row for row in range(title[-1]) if _is_heading(every[row])} | {*title}
    return frozenset(found)


def _title_rows(every: Sequence[Line], kind: PaperKind) -> list[int]:
    """The rows of the first title of the kind and of what it goes on with; none where it was not read."""
    titles = [fold_letters(text) for text in kind.titles]
    for first, line in enumerate(every):
        rows = [row for row in range(first, min(first + TITLE_LINES, len(every))) if _is_heading(every[row])]
        texts = ["".join(every[row].letters for row in rows[: n + 1]) for n in range(len(rows))]
        if rows[:1] == [first] and any(_is_title(text, titles) for text in texts):
            found = [first]
            for row in range(first + 1, len(every)):
                last = every[found[-1]]
                near = every[row].box.y0 - last.box.y1 < TITLE_LEADING * line.height
                amid = abs(every[row].center - line.center) < TITLE_LEADING * line.height
                if not (near and amid and _is_heading(every[row])):
                    break
                found.append(row)
            return found
    return []


def _is_title(text: str, titles: Sequence[str]) -> bool:
    return any(text.startswith(title) or fold_near(text, title) for title in titles)


def _is_heading(line: Line) -> bool:
    """Whether a line stands in capitals and answers nothing: it has no colon and no figures of a value."""
    return (
        line.capitals
        and ":" not in line.text
        and not any(c.isdigit() for w in line.words[:-1] for c in w.text)
    )


def labels_of(line: Line, row: int, kind: PaperKind) -> list[Label]:
    """The labels of a line, which is row `row` of its page."""
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
def _known_labels(code: str) -> tuple[tuple[str, int, bool], ...]:
    """Letters and number of words of each label, and whether it is the kind's own. Those of other kinds of
    three words and more end a value all the same, if a colon follows. The longest first."""
    fields = catalogue()[code].fields.values()
    own = {text for spec in fields for text in (*spec.labels, *spec.near)} | set(stops())
    others = {
        text
        for kind in catalogue().values()
        for spec in kind.fields.values()
        for text in spec.labels
        if len(text.split()) >= 3
    } - own
    every = {(fold_letters(text), len(_SLASH.sub(" /", text).split()), text in own) for text in own | others}
    return tuple(sorted(every, key=lambda x: -len(x[0])))


@cache
def set_words(code: str) -> frozenset[tuple[str, ...]]:
    """The words of each label that ends a value on papers of a kind, folded to letters."""
    fields = catalogue()[code].fields.values()
    texts = {text for spec in fields for text in (*spec.labels, *spec.near)} | set(stops())
    return frozenset(tuple(map(fold_letters, text.split())) for text in texts)


def _best_label(line: Line, letters: Sequence[str], index: int, code: str) -> tuple[str, int] | None:
    """The label that stands at a word: the longest, a slip of the reader counting as three letters less."""
    best, most = None, 0
    for wanted, size, own in _known_labels(code):
        if not _is_open(line, index, size):
            continue
        slips = _slips_at(line, letters, index, wanted, size)
        if slips is None or not _is_closed(line, index + size, may_lack_colon=own and size >= 3):
            continue
        if len(wanted) - 3 * slips > most:
            best, most = (wanted, size), len(wanted) - 3 * slips
    return best


def _slips_at(line: Line, letters: Sequence[str], index: int, wanted: str, size: int) -> int | None:
    end = index + size
    limit = min(3, len(wanted) // 8)
    if end > len(letters) or letters[index][:1] != wanted[:1]:
        return None
    if abs(sum(map(len, letters[index:end])) - len(wanted)) > limit:
        return None
    if any(w.text.endswith(":") for w in line.words[index : end - 1]):
        return None
    if wanted == _OPTIONS and is_gap(line, index + 1):
        return None
    if _ends_in_name(line.words[index:end]) or _ends_in_value(line, index, end):
        return None
    slips = distance("".join(letters[index:end]), wanted, limit)
    return slips if slips <= limit else None


def _ends_in_name(words: Sequence[Word]) -> bool:
    """Whether the last word is a value in capitals, its colon lost: `Họ và tên VÕ`, and not `Số CMND`."""
    first, last = words[0].text, words[-1].text
    return len(words) > 2 and last.isupper() and not first.isupper() and is_syllable(last)


def _ends_in_value(line: Line, index: int, end: int) -> bool:
    """Whether the last word begins a value that goes on in small letters: `Mục đích sử dụng Đất trồng`."""
    last, after = line.words[end - 1].text, line.words[end : end + 1]
    goes_on = bool(after) and after[0].text[:1].islower()
    return end - index > 2 and goes_on and last.istitle() and not last.endswith(_CLOSERS)


def _is_open(line: Line, index: int, size: int) -> bool:
    """Whether a label may begin here: at the start, after a mark or a number, or where a colon follows. One
    word without a colon may be a name, `PHẠM CÔNG SỞ`, unless it begins a column."""
    if index == 0:
        return True
    before = line.words[index - 1]
    if size == 1 and before.text.endswith(":") and not line.words[index].text.endswith(_CLOSERS):
        return False  # `Địa chỉ: số 12`
    if before.text.endswith(_BREAKS) or before.text.strip("().").isdigit():
        return True
    if size == 1 and not line.words[index].text.endswith(_CLOSERS) and index + 1 == len(line.words):
        return is_gap(line, index)
    return line.words[index].text[:1].isupper() or is_gap(line, index)


def is_gap(line: Line, index: int) -> bool:
    """Whether more than a space is before a word: the spaces of a typewriter are as wide as its letters."""
    gaps = [after.box.x0 - word.box.x1 for word, after in pairwise(line.words)]
    usual = median(gaps) if len(gaps) > WIDE_SPACES else 0
    return gaps[index - 1] > max(line.height, 1.5 * usual)


def _is_closed(line: Line, end: int, *, may_lack_colon: bool) -> bool:
    """Whether the label ends here: with a colon or leaders, a translation, a gap or the line."""
    if line.words[end - 1].text.endswith(_CLOSERS) or end == len(line.words):
        return True
    after = line.words[end]
    if after.text.startswith((":", "/", "|", "(", "…", "..")):
        return True
    return may_lack_colon or is_gap(line, end)


def past_translation(line: Line, end: int) -> int:
    """Behind `/ Full name:` where a label has its English beside it."""
    translated = line.words[end - 1].text.endswith(("/", "|"))
    if translated or (end < len(line.words) and line.words[end].text.startswith(("/", "|"))):
        for index in range(end, min(end + 6, len(line.words))):
            if _ends_translation(line.words[index].text):
                return index + 1
    return end


def _ends_translation(text: str) -> bool:
    """Whether a word ends a label in English: with a colon, or what a reader took for a stop: `Address.`"""
    word = text.strip("/|.,;:")
    return text.endswith(":") or (text.endswith((".", ";")) and len(word) > 3 and word.isascii())


def apart(line: Line) -> Line:
    """The line with words such as `tên/Full` taken apart before the slash, `sinh:1990` after the colon."""
    return Line(line.page, tuple(part for word in line.words for part in _parts(word)))


def _parts(word: Word) -> Iterator[Word]:
    at = _SLASH.search(word.text) or _COLON.search(word.text)
    if at is None:
        yield word
        return
    cut = word.box.x0 + (word.box.x1 - word.box.x0) * at.start() // len(word.text)
    yield replace(word, text=word.text[: at.start()], box=replace(word.box, x1=cut))
    yield from _parts(replace(word, text=word.text[at.start() :], box=replace(word.box, x0=cut)))


def together(words: Sequence[Word]) -> str:
    """The text of words, those put together again that were taken apart before a slash: `vợ/chồng`."""
    said = words[0].text if words else ""
    for before, word in pairwise(words):
        parted = word.text.startswith("/") and before.box.x1 == word.box.x0
        said += word.text if parted else f" {word.text}"
    return said


def starts_with(line: Line, beginnings: Sequence[Sequence[str]]) -> bool:
    """Whether a line begins with the words of one of these, folded to letters, the mark of an item before it
    left out. What follows a colon is a value: `Họ và tên: VÕ …` does not begin with `Họ và tên vợ`."""
    words = line.words[1:] if is_item(line) else line.words
    colon = next((i for i, w in enumerate(words) if w.text.endswith(":")), len(words))
    said = [w for w in words[: colon + 1] if fold_letters(w.text)]
    letters = [fold_letters(w.text) for w in said]
    return any(
        letters[: len(beginning)] == list(beginning) and not _ends_in_name(said[: len(beginning)])
        for beginning in beginnings
    )


def is_rest_of_sentence(line: Line) -> bool:
    """Whether a line of several words goes on from another: in small letters, and no label with a colon."""
    small = len(line.words) > 1 and line.words[0].text[:1].islower() and not is_item(line)
    return small and not any(word.text.endswith(":") for word in line.words)


def asks(line: Line) -> bool:
    """Whether a line begins with a label, known or not: `Đăng ký kết hôn số: 72`, and no `Thôn 2: …`."""
    return line.text[:1].isupper() and bool(_LABEL.match(line.text))


def is_item(line: Line) -> bool:
    """Whether a line begins a numbered item or a list."""
    return bool(ITEM.fullmatch(line.words[0].text))

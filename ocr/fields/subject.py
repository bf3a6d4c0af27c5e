"""What an administrative document is about: the trích yếu under its title, or after `V/v` in its head."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from ocr.fields.doubts import misspells_unit
from ocr.fields.evidence import ABSENT, PRINTED_CONFIDENCE, handwritten, read, read_lines
from ocr.fields.running_text import drops_letter, is_misread
from ocr.kinds.catalogue import OFFICIAL_LETTER, OTHER
from ocr.kinds.titles import find_title
from ocr.recognition import Field, Kind, Word
from ocr.structure.letterhead import STAMP_TITLES, URGENCIES, Letterhead, fold_near, subject_start
from ocr.structure.lines import Line, body_margins, joined, same_row, span

#: The indent of a paragraph, as shares of the width of the text.
INDENT = (0.03, 0.14)
#: By how much a line of a subject may stand off the middle of its title, and lines of one edge off each
#: other, in heights of a line.
OFF_CENTRE, ALIGNED = 0.4, 0.4

_STAMPED = re.compile(r"(?:S[ốôóo]|Ng[àa]y)\s*:\s*[\d/.\s]*$")  # `ngày 12/5/2024` may end a subject


def subject(head: Letterhead, kind: Kind) -> Field:
    """The trích yếu: under the title, or after `V/v` under the number of a công văn."""
    if kind.code == OFFICIAL_LETTER:
        start = subject_start(head)
        column = _column(head, start) if start is not None else []
        if column and head.page.origin == "ocr" and _is_unfinished(column[-1].text):
            return handwritten(head.page.number, span([word for line in column for word in line.words]))
        return _unless_misread(read_lines(column, _letter_subject(column) if column else None), head, column)
    title = find_title(head)
    if title is None or title.kind.code != kind.code:
        return ABSENT
    parts = _without_whose(_under_title(head, title.line))
    if kind.code == OTHER and parts and _LABELLED.match(parts[0].text):
        return ABSENT  # a form's first item: `Mã số hộ kinh doanh: …`
    field = read_lines(parts, _subject_text(joined(parts)))
    rest = [word for part in parts for word in part.words][2:]
    if field.state == "read" and rest and _ABOUT.fullmatch(" ".join(w.text for w in parts[0].words[:2])):
        # The two words are put right as the set phrase that they are; how sure they were says nothing.
        field = replace(field, confidence=read(field.value or "", rest, parts[0].page).confidence)
    if parts and head.page.origin == "ocr" and _is_piece(parts, title.line):
        return handwritten(head.page.number, span([word for part in parts for word in part.words]))
    return _unless_misread(field, head, parts)


def _is_piece(parts: Sequence[Line], title: Line) -> bool:
    """Whether a subject lacks its end, or its beginning, as it starts with a small letter a line below."""
    first = next((c for c in parts[0].text if c.isalpha()), "")
    apart = parts[0].box.y0 - title.box.y1 > title.height
    return (first.islower() and apart) or _is_unfinished(parts[-1].text)


def _is_unfinished(text: str) -> bool:
    """Whether a subject goes on: `… khu dân cư số`, and not `… chuyển đổi số`."""
    return text.endswith(_UNFINISHED) and not _DIGITAL.search(text)


def _unless_misread(field: Field, head: Letterhead, parts: Sequence[Line]) -> Field:
    """The subject, or only its place where the language finds a word of it otherwise, as a reader did."""
    words = [word for part in parts for word in part.words]
    if field.value is None or head.page.origin != "ocr":
        return field
    wrong = is_misread(words) or drops_letter(words) or misspells_unit(field.value)
    wrong = wrong or bool(_WITHOUT_NUMBER.search(field.value))
    return handwritten(head.page.number, span(words)) if wrong else field


#: A dot alone between two words, as dirt beside a narrow column leaves.
_SPECK = re.compile(r" [.·•] (?=[^\W\d])")
_LABELLED = re.compile(r"(?!V[ềê]\b|V/v)[^\W\d][^:]{1,40}:\s")
#: `Về việc` as readers see it in italics and bold, with the dirt that may stand before it.
_ABOUT = re.compile(r"^(?:\W*\w{0,2}\W+)?[VYv][êềễếẻẽèéeaàả]?\s?vi[ệêẹéèe]c\b")


def _subject_text(text: str) -> str:
    if text.startswith("(") and text.endswith(")"):
        text = text[1:-1]
    head, rest = text[:40], _SPECK.sub(" ", text[40:])
    return (_ABOUT.sub("Về việc", head) + rest).strip(" ,.;:")


def _letter_subject(parts: Sequence[Line]) -> str:
    """What `V/v` is about; a narrow space after it is easily missed."""
    return _SPECK.sub(" ", re.sub(r"^([Vv]/v)(?=\w)", r"\1 ", joined(parts)))


def _column(head: Letterhead, start: Line) -> list[Line]:
    """The lines that go on from `start` in the left column."""
    found = [start]
    for line in head.lines:
        last = found[-1]
        if line.middle <= last.middle + 0.4 * last.height:
            continue
        if line.box.y0 - last.box.y1 > 1.3 * start.height or _ends_column(line):
            break
        if line.box.x0 < head.split and line.box.x1 < head.split + 0.1 * head.page.width:
            found.append(line)
    return found


def _ends_column(line: Line) -> bool:
    """Whether a line under `V/v …` is another part of the head: whom to, how urgent, a stamp's number."""
    stamp = line.capitals and any(fold_near(line.letters, title) for title in STAMP_TITLES)
    stamped = stamp or bool(_STAMPED.match(line.text))
    return line.letters.startswith("kinhgui") or line.letters in URGENCIES or stamped


def _under_title(head: Letterhead, title: Line) -> list[Line]:
    """The centred lines right under the title, up to the paper's own text."""
    # By its middle: the box of a line that is not quite level reaches up to the title.
    below = [_clean(line) for line in head.lines if line.middle > title.box.y1 and line is not title]
    title = _clean(title)
    body = _Body.of(title, below)
    found: list[Line] = []
    for index, line in enumerate(below):
        last = found[-1] if found else title
        # The hook of an `Ể` in the line below may be read as a figure.
        ends = any(part.match(line.text) for part in (_OWN_NUMBER, _ITEM, _CARRIED))
        if ends or _begins_division(line):
            break
        mark = len(line.text) == 1 and line.height < 0.5 * (last.box.y1 - last.box.y0)
        if line.height < 0.45 * title.height or mark:
            continue
        if line.box.y0 - last.box.y1 > (1.25 if found else 1.9) * title.height:
            break
        about = not found and _says_about(line, title)
        if _is_beside_one(line, title, below):
            continue
        goes_on = bool(found) and line.words[0].text[:1].islower()
        says_so = about or goes_on or (bool(found) and _goes_on_after(last, line, title))
        if body.begins(index) and not says_so:
            break
        # How wide the text is, a page with little of it does not tell.
        if not (about or goes_on) and not _belongs(line, body.left, body.right):
            if len(line.letters) <= 3:
                continue
            break
        found.append(line)
    return found if len(found) <= 8 else []


def _without_whose(parts: Sequence[Line]) -> list[Line]:
    """The lines without those that say whose the paper is, where others say what about: `Của Giám đốc Sở …`
    over `V/v …`, as offices set their decisions before 2004."""
    about = next((i for i, line in enumerate(parts) if _is_about(line)), 0)
    # `Của Sở … về đào tạo nghề` has said it, and `và việc làm` below it says no more than that.
    said = any(word.text.casefold() == "về" for line in parts[:about] for word in line.words)
    whose = bool(parts) and parts[0].words[0].text.casefold() == "của"
    return [*parts[about:]] if whose and not said else [*parts]


def _begins_division(line: Line) -> bool:
    """Whether a line is the first division of what follows, alone or with its title: no `Mục 1 Chương II Quy
    chế …`, with which a subject goes on."""
    match = _DIVISION.match(line.text)
    title = line.text[match.end() :] if match else ""
    return match is not None and (title.isupper() or not title.strip(" .:") or title.lstrip()[0] in ".:")


def _says_about(line: Line, title: Line) -> bool:
    """Whether a line in the middle under a title says that it is its subject: `Về việc …`, `V/v …`."""
    return _is_about(line) and abs(line.center - title.center) < OFF_CENTRE * line.height


def _is_about(line: Line) -> bool:
    return line.text.startswith(("V/v", "v/v")) or bool(_ABOUT.match(line.text))


def _clean(line: Line) -> Line:
    """The line without the specks before its first word, which hide that it goes on in small letters."""
    start = next((i for i, word in enumerate(line.words) if not _is_speck(word)), 0)
    return Line(line.page, line.words[start:])


def _is_speck(word: Word) -> bool:
    return word.confidence < PRINTED_CONFIDENCE and not any(c.isalnum() or c in "-–—" for c in word.text)


def _goes_on_after(last: Line, line: Line, title: Line) -> bool:
    """Whether a line in the middle follows one that is not at its end: `… xây dựng công trình:`."""
    return last.text.endswith(_UNFINISHED) and abs(line.center - title.center) < OFF_CENTRE * line.height


def _is_beside_one(line: Line, title: Line, every: Sequence[Line]) -> bool:
    """Whether a line that was hardly read, as a stamp's, stands in the row of one in the middle."""
    return line.confidence < PRINTED_CONFIDENCE and any(
        x is not line
        and same_row(x, line)
        and abs(x.center - title.center) < OFF_CENTRE * x.height
        and x.confidence > line.confidence
        for x in every
    )


@dataclass(frozen=True, slots=True)
class _Body:
    """What stands under a title, its margins, and where its paragraphs begin."""

    title: Line
    lines: Sequence[Line]
    left: float
    right: float

    @classmethod
    def of(cls, title: Line, below: Sequence[Line]) -> "_Body":
        return cls(title, below, *body_margins([line for line in below if line.middle > title.middle]))

    def begins(self, index: int) -> bool:
        """Whether the line begins a paragraph: it is indented as others are, or the next one goes back to the
        margin. A subject is centred under its title, and no line of it does either."""
        line = self.lines[index]
        others = self.lines[index + 1 :]
        alike = [x for x in others if abs(x.box.x0 - line.box.x0) < ALIGNED * line.height]
        aside = self._is_aside(line)
        items = [x for x in alike if self._is_aside(x)]
        if len(items) > 1 and (aside or others[0] is items[0]):
            return True
        if aside and self._goes_back(line, others):
            return True
        inset = line.box.x0 - self.left
        if not INDENT[0] * self.wide < inset < INDENT[1] * self.wide:
            return False
        back = bool(others) and abs(others[0].box.x0 - self.left) < ALIGNED * line.height
        ends = line.text.endswith((";", ":"))
        return (
            ends or (bool(alike) and (aside or back)) or (aside and back and self._is_near(line, others[0]))
        )

    def _goes_back(self, line: Line, others: Sequence[Line]) -> bool:
        """Whether the row under a line begins left of it by an indent, off the middle, as in paragraphs."""
        row = [x for x in others if same_row(x, others[0])]
        if not row or not self._is_near(line, others[0]):
            return False
        box = span([word for x in row for word in x.words])
        back = line.box.x0 - box.x0
        middle = (box.x0 + box.x1) / 2
        off = self.title.center - middle > OFF_CENTRE * line.height
        return off and INDENT[0] * self.wide < back < INDENT[1] * self.wide

    def _is_aside(self, line: Line) -> bool:
        return abs(line.center - self.title.center) > OFF_CENTRE * line.height

    def _is_near(self, line: Line, below: Line) -> bool:
        return below.box.y0 - line.box.y1 < 1.25 * self.title.height

    @property
    def wide(self) -> float:
        return max(1.0, self.right - self.left)


#: The number of another paper, alone on its line; and what has lost one.
_REFERENCE = re.compile(r"\d{1,5}(?:/\d{4})?[/-][A-ZĐƯ][\w./-]*[.,;]?")
#: The number of the paper itself, under the title of a contract: `Số: 05/2021/HĐKT`.
_OWN_NUMBER = re.compile(r"\(?Số\s?(?::\s?\d*\s?/|:?\s?\d{1,6}\s?/\s?[\w./-]+\)?$)")
#: The first of what follows: `1. Các phòng, ban …`.
_ITEM = re.compile(r"(?:\d{1,2}|[IVX]{1,4})[.)] ?[^\W\d]")
_NUMERAL = re.compile(r"[IVXLC]+[.,]?")
#: The first division of what follows: `Chương I`, and neither `Chương trình` nor `Mục 2`.
_DIVISION = re.compile(r"(?:Chương|CHƯƠNG|Phần|PHẦN|Mục|MỤC) (?:I|1|thứ nhất|THỨ NHẤT)\b")
#: Which paper carries this one, in a note under its subject: `(Ban hành kèm theo Quyết định số …)`.
_CARRIED = re.compile(r"\(\s?(?:(?:được )?ban hành|kèm theo|đính kèm)\b", re.IGNORECASE)
#: What ends in `số` and needs no number behind it: `chuyển đổi số`, `dân số`, `chữ ký số`.
_DIGITAL = re.compile(
    r"(?i)\b(?:đổi|dân|tế|ký|nghệ|thiểu|năng|hội|tầng|quyền|phủ|liệu|tảng|thông|tham|đa|chỉ|hệ) số$"
)
#: What a line of a subject ends in that is not its last.
_UNFINISHED = (":", ",", "-", "–", " số")
_WITHOUT_NUMBER = re.compile(
    r"(?i)\b(?:nghị định|nghị quyết|quyết định|thông tư|công văn|chỉ thị|tờ trình) số\W*$"
)
_BODY_STARTS = (
    "kinhgui",
    "kinhchuyen",
    "kinhtrinh",
    "cancu",
    "noinhan",
    "tructhuoc",
    "dieu1",
    "trantrong",
    "kinhmoi",
)


def _belongs(line: Line, left: float, right: float) -> bool:
    if line.letters.startswith(_BODY_STARTS) or _is_heading(line) or line.confidence < 0.4:
        return False
    width = max(1.0, right - left)
    inset_left, inset_right = line.box.x0 - left, right - line.box.x1
    if line.letters.startswith("thuchien") and min(inset_left, inset_right) < INDENT[1] * width:
        return False  # a paragraph, and no plan that says what it carries out
    if abs(inset_left - inset_right) > 0.12 * width:
        return False
    indent = 0.045 * width < inset_left < 0.12 * width and inset_right < 0.02 * width
    return not indent


def _is_heading(line: Line) -> bool:
    """Whether a line is in capitals, and not a reference or a numeral alone: `111/2022/NĐ-CP`, `IX`."""
    return line.capitals and not _REFERENCE.fullmatch(line.text) and not _NUMERAL.fullmatch(line.text)

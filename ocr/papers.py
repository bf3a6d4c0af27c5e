"""Where one paper of a scan ends and the next begins: a proposal with its reason, for a clerk to accept."""

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import dropwhile

from ocr.fields.signatory import is_signed
from ocr.kinds.classification import classify
from ocr.kinds.titles import find_title
from ocr.language.writing import fold_letters
from ocr.recognition import Page, Paper
from ocr.structure.letterhead import Letterhead, letterhead, subject_start

#: A sheet with a code and no more words than this parts papers; it is none itself.
SEPARATOR_WORDS = 12
#: Weight of the evidence from which a page is thought to begin a paper.
BEGINS = 1.5
#: Where a page number stands, in heights of the page from its edges.
TOP, BOTTOM = 0.12, 0.9
#: Sheets differ in form where a side differs by more than this.
OTHER_SIZE = 0.15
#: Why pages are one paper where a person decided it.
SAID = "Người kiểm tra đã xác định — a person has said so"

_NUMBER = re.compile(r"^[-–—~.\s]*(?:trang\s*)?(\d{1,3})(?:\s*/\s*\d{1,3})?[-–—~.\s]*$", re.IGNORECASE)
_ANNEX = re.compile(r"^(?:phu luc|bieu mau|bieu so|mau so|mau \d|danh sach kem theo|danh muc kem theo)\b")
_ATTACHED = re.compile(r"^\W*(?:ban hanh )?(?:kem theo|dinh kem|theo quyet dinh so)(?P<cited>.*)")


@dataclass(frozen=True, slots=True)
class _Sheet:
    """A page and what on it speaks for or against a new paper: its letterhead, where anything is written; the
    `number` of the page as printed; the line that calls it an `annex`; what it says it is `attached` to; and
    whether it has a title, ends a paper, or only parts papers."""

    page: Page
    head: Letterhead | None = None
    number: int | None = None
    annex: str | None = None
    attached: str | None = None
    titled: bool = False
    closes: bool = False
    separator: bool = False


@dataclass(frozen=True, slots=True)
class _Evidence:
    """The sum of what was weighed, and the reasons in Vietnamese and English."""

    weight: float = 0.0
    reasons: tuple[tuple[str, str], ...] = field(default=())

    def plus(self, weight: float, vi: str, en: str) -> "_Evidence":
        return _Evidence(self.weight + weight, (*self.reasons, (vi, en)))

    def minus(self, weight: float) -> "_Evidence":
        """What speaks against a new paper is never said: a paper that does not begin needs no reason."""
        return _Evidence(self.weight - weight, self.reasons)

    @property
    def likelihood(self) -> float:
        return 1 / (1 + math.exp(-1.4 * (self.weight - BEGINS)))

    def text(self, number: int) -> str:
        vi = ", ".join(vi for vi, _ in self.reasons)
        en = ", ".join(en for _, en in self.reasons)
        return f"Trang {number} {vi} — page {number} {en}"


def propose(pages: Sequence[Page], codes: Mapping[int, Sequence[str]] | None = None) -> tuple[Paper, ...]:
    """The papers of a scan, in order; sheets that only part them belong to none.

    `codes` gives the texts of the QR codes seen on a page, by its number.
    """
    sheets = [_sheet(page, (codes or {}).get(page.number, ())) for page in pages]
    starts: list[tuple[int, _Evidence]] = []
    staying: dict[int, float] = {}
    first = 0
    alone = all(sheet.separator or sheet.page.blank for sheet in sheets)  # they part nothing
    for index, sheet in enumerate(sheets):
        if sheet.separator and not alone:
            continue
        if not starts:
            starts.append((index, _Evidence(4.0)))
            first = index
            continue
        evidence = _begins(sheets[first : index + 1])
        if evidence.weight >= BEGINS:
            starts.append((index, evidence))
            first = index
        else:
            staying[first] = max(staying.get(first, 0.0), evidence.likelihood)
    return tuple(_papers(sheets, starts, staying))


def _papers(
    sheets: Sequence[_Sheet], starts: Sequence[tuple[int, _Evidence]], staying: Mapping[int, float]
) -> list[Paper]:
    found = []
    ends = [*(start for start, _ in starts), len(sheets)][1:]
    for (start, evidence), end in zip(starts, ends, strict=True):
        own = [sheet.page for sheet in sheets[start:end] if not sheet.separator or end - start == 1]
        kind = classify(own)
        number = own[0].number
        reason = evidence.text(number) if evidence.reasons else "Đầu tệp — the beginning of the file"
        sure = min(evidence.likelihood, 1 - staying.get(start, 0.0))
        found.append(Paper(number, own[-1].number, kind.code, reason, round(sure, 4)))
    return found


def _sheet(page: Page, codes: Sequence[str]) -> _Sheet:
    separator = bool(codes) and len(page.words) <= SEPARATOR_WORDS
    if page.blank or not page.words:
        return _Sheet(page, separator=separator)
    head = letterhead(page)
    top = [line for line in head.lines if line.box.y0 < 0.35 * page.height]
    annex = next((line.text for line in top[:8] if _ANNEX.match(line.folded)), None)
    attached = next((m["cited"] for line in top if (m := _ATTACHED.search(line.folded))), None)
    title = find_title(head)
    return _Sheet(
        page,
        head,
        number=_page_number(head),
        annex=annex,
        attached=attached,
        titled=title is not None and title.line.box.y0 < 0.4 * page.height,
        closes=is_signed(page),
        separator=separator,
    )


def _page_number(head: Letterhead) -> int | None:
    """The number printed at the head or foot of the page, alone on its row."""
    height = head.page.height
    for line in (*head.lines[:3], *head.lines[-2:]):
        if TOP * height < line.middle < BOTTOM * height:
            continue
        match = _NUMBER.match(line.text)
        if match is not None and 0 < int(match[1]) < 500:
            return int(match[1])
    return None


def _begins(paper: Sequence[_Sheet]) -> _Evidence:
    """What speaks for the last of these sheets beginning a paper; the others are the paper so far."""
    *before, sheet = paper
    if before[-1].separator:
        return _Evidence(4.0).plus(
            1.0, "đứng sau tờ phân cách có mã QR", "follows a separator with a QR code"
        )
    if sheet.head is None or all(other.page.blank for other in before):
        return _Evidence(-4.0)
    evidence = _by_letterhead(sheet, _Evidence())
    evidence = _by_number(before, sheet, evidence)
    evidence = _by_annex(before, sheet, evidence)
    return _by_end(before, sheet, evidence)


def _by_letterhead(sheet: _Sheet, evidence: _Evidence) -> _Evidence:
    head = sheet.head
    assert head is not None
    if head.motto is not None:
        evidence = evidence.plus(2.0, "có quốc hiệu", "has the national motto")
    if head.number is not None and head.number.symbol is not None:
        evidence = evidence.plus(1.0, "có số, ký hiệu riêng", "has a number of its own")
    if sheet.titled:
        evidence = evidence.plus(1.0, "có tiêu đề của một loại giấy tờ", "has the title of a kind of paper")
    elif head.motto is not None and subject_start(head) is not None:
        evidence = evidence.plus(1.0, "có trích yếu công văn", "has the subject of an official letter")
    return evidence


def _by_number(before: Sequence[_Sheet], sheet: _Sheet, evidence: _Evidence) -> _Evidence:
    number = sheet.number
    if number is None:
        return evidence
    known = [other.number for other in before if other.number is not None]
    if number == 1 and (known or len(before) > 1):
        return evidence.plus(1.5, "đánh số lại từ 1", "is numbered from 1 again")
    written = sum(1 for other in before if not other.page.blank)
    if number == written + 1 or (known and number == known[-1] + 1):
        return evidence.minus(3.0)
    return evidence.minus(1.0) if number > 1 else evidence


def _by_annex(before: Sequence[_Sheet], sheet: _Sheet, evidence: _Evidence) -> _Evidence:
    """An annex belongs to its document, also one that has a motto or a form of its own."""
    if sheet.annex is not None:
        return evidence.minus(4.0)
    if sheet.attached is not None and _cites(sheet.attached, before[0]):
        return evidence.minus(4.0)
    return evidence


def _cites(cited: str, first: _Sheet) -> bool:
    """Whether an annex says that it belongs to the paper, or to one whose symbol cannot be compared."""
    row = first.head.number if first.head is not None else None
    wanted = fold_letters(row.symbol) if row is not None and row.symbol else ""
    return not wanted or "so" not in cited.split()[:4] or wanted in fold_letters(cited)


def _by_end(before: Sequence[_Sheet], sheet: _Sheet, evidence: _Evidence) -> _Evidence:
    written = [other for other in before if not other.page.blank]
    last = written[-1] if written else before[-1]
    closed = any(other.closes for other in before)
    if closed and evidence.weight > 0:
        evidence = evidence.plus(0.5, "trang trước đã có chữ ký kết thúc", "follows a signed end")
    elif not closed and last.head is not None and evidence.weight > 0 and last.head.number is not None:
        evidence = evidence.minus(0.5)
    if _differs(last.page, sheet.page) and sheet.number is None:
        evidence = evidence.plus(1.0, "có khổ giấy khác", "is of another size")
        if closed:
            evidence = evidence.plus(0.6, "trang trước đã kết thúc", "follows the end of a paper")
    return evidence


def _differs(a: Page, b: Page) -> bool:
    """Whether two sheets are of different size, however they lie."""
    sides = [sorted((page.width / page.dpi, page.height / page.dpi)) for page in (a, b)]
    return any(abs(x - y) > OTHER_SIZE * max(x, y) for x, y in zip(*sides, strict=True))


def single(pages: Sequence[Page], codes: Mapping[int, Sequence[str]] | None = None) -> Paper:
    """The pages, at least one, as the one paper that a person says they are; it begins after sheets that only
    part papers. `codes` as in `propose`."""
    own = list(dropwhile(lambda page: (codes or {}).get(page.number), pages)) or list(pages)
    return Paper(own[0].number, own[-1].number, classify(own).code, SAID, 1.0)

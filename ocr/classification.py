"""Which kind of paper the pages are: by title and nature, never by a mention; unknown rather than wrong."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

from ocr.kinds import OFFICIAL_LETTER, OTHER, UNKNOWN, PaperKind, catalogue, kind_of_symbol
from ocr.language import distance, fold_letters, is_syllable
from ocr.letterhead import Letterhead, is_motto, letterhead, usual_height
from ocr.lines import Line
from ocr.recognition import Box, Kind, Page

#: The part of the page in which a title may begin.
TITLE_SHARE = 0.6
#: Lines in capitals that are tried as titles.
MOST_TITLES = 60
#: How far to look when the first pages are covers or blank.
PAGES_LOOKED_AT = 2


@dataclass(frozen=True, slots=True)
class Title:
    """A line that says what the paper is, and how sure the match is."""

    kind: PaperKind
    line: Line
    score: float
    text: str


def classify(pages: Sequence[Page]) -> Kind:
    """The kind of the paper, with the reason in words that a clerk understands."""
    written = [page for page in pages if page.words and not page.blank]
    if not written:
        return _unknown("Không có trang nào có chữ đọc được.")
    for page in written[:PAGES_LOOKED_AT]:
        found = _classify_page(page)
        if found is not None:
            return found
    return _unnamed(written[0])


def _classify_page(page: Page) -> Kind | None:
    head = letterhead(page)
    symbol = head.number.symbol if head.number else None
    spoken = kind_of_symbol(symbol) if symbol else None
    title = find_title(head, spoken)
    if title is not None:
        return _by_title(title, page, symbol, spoken)
    letter = _official_letter(head, symbol, spoken)
    if letter is not None:
        return letter
    if spoken is not None and head.motto is not None and symbol is not None:
        reason = f"Không đọc được tiêu đề; chỉ dựa vào ký hiệu “{symbol}” dưới tên cơ quan."
        return _kind(spoken, 0.55, reason)
    return None


def _by_title(title: Title, page: Page, symbol: str | None, spoken: PaperKind | None) -> Kind:
    reason = f"Tiêu đề “{title.text}” ở trang {page.number}"
    if spoken is title.kind:
        return _kind(title.kind, min(0.99, title.score + 0.05), f"{reason}; ký hiệu “{symbol}” phù hợp.")
    if spoken is not None:
        doubt = f"{reason}; nhưng ký hiệu “{symbol}” là của loại {spoken.name.lower()}, cần kiểm tra."
        return _kind(title.kind, title.score * 0.6, doubt)
    hints = [hint for hint in title.kind.hints if _is_printed(hint, page)]
    if len(hints) >= 2:
        words = " và ".join(f"“{hint}”" for hint in hints[:2])
        return _kind(title.kind, min(0.97, title.score + 0.03), f"{reason}; trên giấy có {words}.")
    return _kind(title.kind, title.score * 0.96, f"{reason}.")


def _is_printed(hint: str, page: Page) -> bool:
    return fold_letters(hint) in fold_letters(" ".join(word.text for word in page.words))


def find_title(head: Letterhead, spoken: PaperKind | None = None) -> Title | None:
    """The first line of the page that is set as a title and is the title of a kind."""
    best: Title | None = None
    candidates = _title_lines(head)[:MOST_TITLES]
    for index, line in enumerate(candidates):
        following = candidates[index + 1] if index + 1 < len(candidates) else None
        found = _match(line, following, spoken)
        if found is None:
            continue
        if best is None or found.score > best.score + 0.1:
            best = found
        if best.score >= 0.9:
            return best
    return best


def _title_lines(head: Letterhead) -> list[Line]:
    """Lines in capitals that may be titles: not of the letterhead, not the motto, near the middle."""
    page = head.page
    issuer = head.issuer
    after = head.number.line.box.y0 if head.number else 0
    return [
        line
        for line in head.lines
        if line.box.y0 < TITLE_SHARE * page.height
        and line.capitals
        and line.middle > after
        and len(line.letters) >= 5
        and line not in issuer
        and not is_motto(line)
        and _is_central(line, page)
    ]


def _is_central(line: Line, page: Page) -> bool:
    """Whether the line is centred, or at least crosses the middle of the page."""
    return 0.3 * page.width < line.center < 0.72 * page.width


def _match(line: Line, following: Line | None, spoken: PaperKind | None) -> Title | None:
    texts = [line.letters]
    if following is not None and following.box.y0 - line.box.y1 < 2 * line.height:
        texts.append(line.letters + following.letters)
    found = [
        Title(kind, line, score + (0.02 if kind is spoken else 0.0), printed)
        for letters in texts
        for kind, printed, wanted in _titles()
        if (score := _score(letters, wanted)) > 0
    ]
    return max(found, key=lambda t: (t.score, len(t.text)), default=None)


@cache
def _titles() -> tuple[tuple[PaperKind, str, str], ...]:
    """Every title of the catalogue, as printed and as compared, the longest first."""
    every = [(kind, title, fold_letters(title)) for kind in catalogue().values() for title in kind.titles]
    return tuple(sorted(every, key=lambda entry: -len(entry[2])))


def _score(letters: str, wanted: str) -> float:
    """How well a line is a title: 0 where it is not."""
    slips = distance(letters, wanted, _slips(wanted))
    if slips <= _slips(wanted):
        return 0.94 - 0.08 * slips
    if letters.startswith(wanted) and len(wanted) >= 5:
        return 0.9 if len(wanted) >= 8 else 0.8
    if len(wanted) >= 12 and distance(letters[: len(wanted)], wanted, 1) <= 1:
        return 0.8
    return 0.0


def _slips(wanted: str) -> int:
    """Slips of the reader that a title bears: short titles differ by one letter from each other."""
    return 0 if len(wanted) < 6 else min(3, len(wanted) // 6)


def _official_letter(head: Letterhead, symbol: str | None, spoken: PaperKind | None) -> Kind | None:
    """A công văn has no title: `V/v …` under the number, and `Kính gửi`."""
    if head.number is None or spoken is not None:
        return None
    about = subject_start(head)
    addressed = any(line.letters.startswith("kinhgui") for line in head.lines)
    letter = catalogue()[OFFICIAL_LETTER]
    if about is not None:
        more = " và có “Kính gửi”" if addressed else ""
        reason = f"Không có tên loại; trích yếu “V/v” nằm ngay dưới số, ký hiệu{more}."
        return _kind(letter, 0.96 if addressed else 0.85, reason)
    if addressed and symbol and head.motto is not None:
        reason = f"Không có tên loại; có “Kính gửi” và ký hiệu “{symbol}” không mang tên loại văn bản."
        return _kind(letter, 0.75, reason)
    return None


def subject_start(head: Letterhead) -> Line | None:
    """The line `V/v …` in the left column under the number."""
    if head.number is None:
        return None
    row = head.number.line
    below = [
        line
        for line in head.lines
        if line.middle > row.middle + 0.5 * row.height
        and line.box.y0 - row.box.y1 < 5 * row.height
        and line.box.x0 < head.split
    ]
    for line in below:
        if line.letters.startswith(("vv", "veviec")) and line.words[0].text[:1] in "VvWw":
            return line
    return None


def _unnamed(page: Page) -> Kind:
    """`other` for a paper with a clear title that the catalogue does not have, else `unknown`."""
    head = letterhead(page)
    usual = usual_height(head.lines)
    for line in _title_lines(head):
        big = line.height >= 1.1 * usual
        if big and _is_readable_title(line):
            if head.motto is None and line.box.y0 > 0.35 * page.height:
                continue
            reason = f"Tiêu đề “{line.text}” không thuộc loại giấy tờ nào trong danh mục."
            return _kind(catalogue()[OTHER], 0.6, reason)
    return _unknown("Không tìm thấy tiêu đề hay dấu hiệu của loại giấy tờ nào trong danh mục.")


def _is_readable_title(line: Line) -> bool:
    words = [w.text for w in line.words if w.text.isalpha()]
    vietnamese = len(words) >= 2 and sum(map(is_syllable, words)) >= 0.7 * len(words)
    return vietnamese and line.confidence >= 0.75 and 6 <= len(line.letters) <= 60


def _kind(kind: PaperKind, confidence: float, reason: str) -> Kind:
    return Kind(kind.code, kind.name, round(max(0.0, min(1.0, confidence)), 4), reason)


def _unknown(reason: str) -> Kind:
    return _kind(catalogue()[UNKNOWN], 0.0, reason)


def title_box(pages: Sequence[Page], kind: Kind) -> tuple[int, Box] | None:
    """Page and place of the words that say the kind."""
    for page in [p for p in pages if p.words and not p.blank][:PAGES_LOOKED_AT]:
        head = letterhead(page)
        title = find_title(head)
        if title is not None and title.kind.code == kind.code:
            return page.number, title.line.box
        about = subject_start(head)
        if kind.code == OFFICIAL_LETTER and about is not None:
            return page.number, about.box
    return None

"""Which kind of paper the pages are: by title and nature, never by a mention; unknown rather than wrong."""

import re
from collections.abc import Sequence
from dataclasses import replace

from ocr.kinds import nature
from ocr.kinds.catalogue import OFFICIAL_LETTER, OTHER, UNKNOWN, PaperKind, catalogue, kind_of_symbol
from ocr.kinds.titles import Title, find_title, is_beginning, kinds_of_part, title_lines
from ocr.language.writing import fold_letters, is_person_name, is_syllable
from ocr.recognition import Kind, Page
from ocr.structure.letterhead import Letterhead, letterhead, subject_start
from ocr.structure.lines import Line, lines, usual_height
from ocr.structure.shared_sheet import first_paper

#: How far to look when the first pages are covers or blank.
PAGES_LOOKED_AT = 2

#: Who signs or confers, as it stands in capitals in the middle of a page.
_SIGNERS = ("giamdoc", "hieutruong", "chutich", "botruong", "cuctruong", "thutruong", "vientruong", "nguoiky")
#: The name of an agency, as over who signs for it, is no title.
_AGENCY = re.compile(r"^(?:t/?m\W+)?(?:uy ban nhan dan|ubnd|hoi dong nhan dan|hdnd|chi nhanh van phong)\b")
#: A label with its translation, as on cards: `Họ và tên / Full name`.
_TWO_LANGUAGES = re.compile(r"[^\W\d_] ?/ ?[A-Z][a-z]+")


def said(code: str) -> Kind:
    """The kind that a person says the paper is of; a code of the catalogue."""
    known = catalogue()[code]
    return Kind(code, known.name, 1.0, "Do người kiểm tra chọn.")


def classify(pages: Sequence[Page]) -> Kind:
    """The kind of the paper, with the reason in words that a clerk understands."""
    written = [first_paper(page) for page in pages if page.words and not page.blank]
    if not written:
        return _unknown("Không có trang nào có chữ đọc được.")
    for page in written[:PAGES_LOOKED_AT]:
        found = _classify_page(page)
        if found is not None:
            return found
    return _unnamed(written[0])


def _classify_page(page: Page) -> Kind | None:
    head = letterhead(page)
    machine = _by_machine_zone(page)
    if machine is not None:
        return machine
    symbol = head.number.symbol if head.number else None
    spoken = kind_of_symbol(symbol) if symbol else None
    title = find_title(head, spoken)
    if title is not None:
        return _by_title(title, head, symbol, spoken)
    if spoken is not None:
        for line in title_lines(head):
            if is_beginning(line, spoken):
                reason = f"Tiêu đề “{line.text}” bị che mất một phần; ký hiệu “{symbol}” phù hợp."
                return _kind(spoken, 0.8, reason, line)
    letter = _official_letter(head, symbol, spoken)
    if letter is not None:
        return letter
    if spoken is not None and head.motto is not None and symbol is not None and head.number is not None:
        if _is_addressed(head):
            return None  # a letter whose `V/v` cannot be read has such symbols too: `CT-TTHT` of a tax office
        reason = f"Không đọc được tiêu đề; chỉ dựa vào ký hiệu “{symbol}” dưới tên cơ quan."
        return _kind(spoken, 0.55, reason, head.number.line)
    return None


def _by_machine_zone(page: Page) -> Kind | None:
    """A card or passport by the line for machines, which no other paper prints (ICAO 9303)."""
    for line in lines(page):
        text = line.text.replace(" ", "")
        if len(text) < 25 or text.count("<") < 3:
            continue
        for kind in catalogue().values():
            if kind.machine_zone and text.startswith(kind.machine_zone):
                return _kind(kind, 0.95, f"Có dòng máy đọc “{text[:10]}…” của loại giấy tờ này.", line)
    return None


def _by_title(title: Title, head: Letterhead, symbol: str | None, spoken: PaperKind | None) -> Kind:
    page, line = head.page, title.line
    reason = f"Tiêu đề “{title.text}” ở trang {page.number}"
    if spoken is title.kind:
        sure = min(0.99, title.score + 0.05)
        return _kind(title.kind, sure, f"{reason}; ký hiệu “{symbol}” phù hợp.", line)
    if spoken is not None:
        doubt = f"{reason}; nhưng ký hiệu “{symbol}” là của loại {spoken.name.lower()}, cần kiểm tra."
        return _kind(title.kind, title.score * 0.6, doubt, line)
    # Stamped on copies of papers of every kind (Decree 30/2020 Art 26); what is a copy itself has a symbol.
    if title.kind.certifies and title.kind.group == "administrative":
        copied = f"{reason}; nhưng không có ký hiệu của bản sao, có thể là dấu đóng trên giấy tờ khác."
        return _kind(title.kind, title.score * 0.6, copied, line)
    another = nature.form_of_another(title.kind, page)
    if another is not None:
        rival, parts = another
        form = f"{reason}; nhưng các mục trên trang là của loại {rival.name.lower()}, cần kiểm tra."
        if parts >= nature.ANOTHER:
            return _kind(catalogue()[UNKNOWN], 0.0, form, line)
        return _kind(title.kind, title.score * 0.6, form, line)
    hints = [hint for hint in title.kind.hints if _is_printed(hint, page)]
    if len(hints) >= 2:
        words = " và ".join(f"“{hint}”" for hint in hints[:2])
        return _kind(title.kind, min(0.97, title.score + 0.03), f"{reason}; trên giấy có {words}.", line)
    if not title.kind.goes_on and title.kind.group == "civil" and not _holds_more(title.kind, page):
        alone = f"{reason}; nhưng trang không có mục nào của loại giấy tờ này, cần kiểm tra."
        return _kind(title.kind, title.score * 0.6, alone, line)
    plain = head.motto is None or not (title.whole or title.kind.goes_on)
    if title.kind.group == "administrative" and head.number is None and plain:
        bare = f"{reason}; trang không đủ quốc hiệu và số, ký hiệu, có thể là phần kèm theo."
        return _kind(title.kind, title.score * 0.65, bare, line)
    return _kind(title.kind, title.score * 0.96, f"{reason}.", line)


def _holds_more(kind: PaperKind, page: Page) -> bool:
    return nature.is_cover(page) or nature.parts_of(kind, page) > 0


def _is_printed(hint: str, page: Page) -> bool:
    return fold_letters(hint) in fold_letters(" ".join(word.text for word in page.words))


def _official_letter(head: Letterhead, symbol: str | None, spoken: PaperKind | None) -> Kind | None:
    """A công văn has no title: `V/v …` under the number, and `Kính gửi`."""
    letter = catalogue()[OFFICIAL_LETTER]
    if head.number is None:
        return None
    about = subject_start(head)
    addressed = _is_addressed(head)
    if spoken not in (None, letter):
        aside = 0.1 * head.page.width
        if about is None or not addressed or abs(about.center - head.number.line.center) > aside:
            return None  # in the middle of the page it stands under a title that was not read
        # Agencies are abbreviated as kinds are: `CT-TTHT` is a letter of a tax office (cục thuế).
        reason = f"Không có tên loại; trích yếu “V/v” nằm ngay dưới ký hiệu “{symbol}” và có “Kính gửi”."
        return _kind(letter, 0.8, reason, about)
    if about is not None:
        more = " và có “Kính gửi”" if addressed else ""
        reason = f"Không có tên loại; trích yếu “V/v” nằm ngay dưới số, ký hiệu{more}."
        return _kind(letter, 0.96 if addressed else 0.85, reason, about)
    if addressed and symbol and head.motto is not None:
        reason = f"Không có tên loại; có “Kính gửi” và ký hiệu “{symbol}” không mang tên loại văn bản."
        return _kind(letter, 0.75, reason, head.number.line)
    return None


def _is_addressed(head: Letterhead) -> bool:
    return any(line.letters.startswith("kinhgui") for line in head.lines)


def _unnamed(page: Page) -> Kind:
    """`other` for a paper with a clear title that the catalogue does not have, else `unknown`."""
    head = letterhead(page)
    usual = usual_height(head.lines)
    for line in title_lines(head):
        big = line.height >= 1.1 * usual
        if big and _is_readable_title(line):
            if head.motto is None and line.box.y0 > 0.35 * page.height:
                continue
            if _names_signer(line) or _answers_label(line, head) or _AGENCY.match(line.folded):
                continue
            if _is_cut(line, page):
                return _of_cut_title(line, page)
            reason = f"Tiêu đề “{line.text}” không thuộc loại giấy tờ nào trong danh mục."
            return _kind(catalogue()[OTHER], 0.6, reason, line)
    return _unknown("Không tìm thấy tiêu đề hay dấu hiệu của loại giấy tờ nào trong danh mục.")


def _answers_label(line: Line, head: Letterhead) -> bool:
    """Whether a label in two languages stands right over the line, as on cards: `Họ và tên / Full name`."""
    return any(
        0 <= line.box.y0 - other.box.y1 < 1.5 * line.height
        and other.box.x0 < line.box.x1
        and line.box.x0 < other.box.x1
        and _TWO_LANGUAGES.search(other.text)
        for other in head.lines
    )


def _names_signer(line: Line) -> bool:
    """Whether a line says who signs, as `GIÁM ĐỐC SỞ …` over what is conferred and `NGƯỜI KÝ GIẤY …` do."""
    return line.letters.startswith(_SIGNERS) or ":" in line.text


def _of_cut_title(line: Line, page: Page) -> Kind:
    """The one kind of whose titles a part was read and whose form the page is; else nobody knows."""
    reason = f"Tiêu đề “{line.text}” có thể bị che mất một phần"
    kinds = {
        kind.code: kind for kind in kinds_of_part(line) if nature.parts_of(kind, page) >= nature.LEAST_PARTS
    }
    if len(kinds) == 1:
        (kind,) = kinds.values()
        return _kind(kind, 0.7, f"{reason}; các mục trên trang là của loại {kind.name.lower()}.", line)
    return _unknown(f"{reason}.")


def _is_cut(line: Line, page: Page) -> bool:
    """Whether a title may go on under ink that nobody read, or is the beginning of one that is known."""
    rows = (r.box for r in page.regions if r.kind == "unread")
    wide = replace(line.box, x0=round(line.box.x0 - line.height), x1=round(line.box.x1 + line.height))
    first = line.words[0].text
    torn = first.isalpha() and not is_syllable(first)
    return torn or any(wide.shared(box) for box in rows) or bool(kinds_of_part(line))


def _is_readable_title(line: Line) -> bool:
    words = [w.text for w in line.words if w.text.isalpha()]
    vietnamese = len(words) >= 2 and sum(map(is_syllable, words)) >= 0.7 * len(words)
    named = is_person_name(line.text.title())
    return vietnamese and not named and line.confidence >= 0.75 and 6 <= len(line.letters) <= 60


def _kind(kind: PaperKind, confidence: float, reason: str, line: Line | None = None) -> Kind:
    sure = round(max(0.0, min(1.0, confidence)), 4)
    where = (line.page, line.box) if line is not None else (None, None)
    return Kind(kind.within or kind.code, kind.name, sure, reason, *where)


def _unknown(reason: str) -> Kind:
    return _kind(catalogue()[UNKNOWN], 0.0, reason)

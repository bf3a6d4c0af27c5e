"""The issuer of a paper that has no letterhead: whom the signer signs for, or who confers it."""

import re
from collections.abc import Sequence

from ocr.fields.administrative import OF_UNIT
from ocr.fields.doubts import any_doubt, is_under_signature, lacks_marks, lacks_vowel, misspells_place
from ocr.fields.evidence import ABSENT, handwritten, read, read_lines
from ocr.fields.signatory import (
    CLOSE,
    Block,
    conferring,
    names_position,
    says_for_whom,
    stacked,
)
from ocr.fields.spelling import spelt
from ocr.language.places import provinces
from ocr.language.writing import fold_letters
from ocr.recognition import Field, Page, Word
from ocr.structure.lines import Line, lines, span

_FOR = re.compile(r"^T/?M\s?[.,]?\s")
_BODY = re.compile(r"^(?:uy ban nhan dan|ubnd|so|chi nhanh|van phong dang ky)\b")
#: A position that names its body, as on cards and diplomas: `GIÁM ĐỐC CÔNG AN TỈNH …` (F5.3).
_HEAD_OF = re.compile(
    r"^(?:PHÓ )?(?:CỤC TRƯỞNG|GIÁM ĐỐC|TRƯỞNG CÔNG AN|HIỆU TRƯỞNG|VIỆN TRƯỞNG)\s+"
    r"(?P<body>(?:CỤC|CÔNG AN|SỞ|TRƯỜNG|ĐẠI HỌC|HỌC VIỆN|VIỆN)\s.+)$"
)


def signed_for(block: Block | None, pages: Sequence[Page], *, current: bool) -> Field:
    """Whom the signer of this block signs for, named over the position: `TM. ỦY BAN NHÂN DÂN PHƯỜNG …`, or in
    a line of its own, as on certificates of land use. `current`: dated since the mergers of July 2025."""
    if block is None or not block.titles:
        return ABSENT
    page = next(page for page in pages if page.number == block.page)
    named = _named_over(block, page)
    value = spelt(_FOR.sub("", " ".join(line.text for line in named)).strip("-–— "))
    return _unless_doubtful(page, named, value, current) if OF_UNIT.search(value) else ABSENT


def headed_by(pages: Sequence[Page], position: Field) -> Field:
    """The body that a signer's position names, or that confers the paper: `CỤC TRƯỞNG CỤC CẢNH SÁT …`."""
    match = _HEAD_OF.match(position.value or "")
    page = next((page for page in pages if page.number == position.page), None)
    if match is not None and page is not None and position.box is not None:
        whole = _in_full(page, match["body"])
        if whole is not None:
            return _unless_doubtful(page, [whole], spelt(whole.text), current=False)
        words = [w for w in page.words if position.box.share_of(w.box) > 0]
        body = _last(words, match["body"])
        return read(spelt(match["body"]), body, page.number) if body else ABSENT
    for page in pages[:1]:
        titles = conferring(page)
        match = _HEAD_OF.match(spelt(" ".join(line.text for line in titles)))
        if match is not None:
            return _unless_doubtful(page, titles, match["body"], current=False)
    return ABSENT


def _in_full(page: Page, body: str) -> Line | None:
    """The line that names the body with its province and says no more: `SỞ GD-ĐT LÀO CAI` over a `GIÁM ĐỐC SỞ
    GD-ĐT`, and no `SỞ GD-ĐT CẤP BẰNG`."""
    units = "|".join({**provinces("2008"), **provinces("2025")})
    whole = re.compile(rf"{re.escape(fold_letters(body))}(?:tinh|thanhpho|tp)?(?:{units})")
    return next((x for x in lines(page) if x.capitals and whole.fullmatch(x.letters)), None)


def _last(words: Sequence[Word], text: str) -> list[Word]:
    """The words, in their order, that a text ends with."""
    return list(words)[-len(text.split()) :]


def _unless_doubtful(page: Page, named: Sequence[Line], value: str, current: bool) -> Field:
    words = [word for line in named for word in line.words]
    doubtful = (
        any_doubt(words, page)
        or any(misspells_place(unit, words, current=current) for unit in OF_UNIT.split(value)[-1:])
        or lacks_vowel(value)
        or lacks_marks(value)
        or is_under_signature(words, page)
    )
    if page.origin == "ocr" and doubtful:
        return handwritten(page.number, span(words))
    return read_lines(named, value)


def _named_over(block: Block, page: Page) -> Sequence[Line]:
    """The lines of the body: from `TM.` to who signs, or the one right over the titles."""
    first, *rest = block.titles
    if _FOR.match(first.text):
        ends = next((i for i, x in enumerate(rest) if says_for_whom(x) or names_position(x)), len(rest))
        return [first, *rest[:ends]]
    above = [line for line in lines(page) if 0 <= first.box.y0 - line.box.y1 < CLOSE * first.height]
    return [x for x in above if x.capitals and stacked(x, first, page) and _BODY.match(x.folded)][-1:]

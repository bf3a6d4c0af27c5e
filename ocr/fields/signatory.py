"""Who signed, and as what: the block at the end of the paper."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import reduce
from itertools import takewhile

from ocr.confidence import LEAST_SURE
from ocr.fields.doubts import (
    is_another_family,
    is_garbled,
    is_guessed,
    is_torn,
    is_under_seal,
    is_under_signature,
)
from ocr.fields.evidence import ABSENT, handwritten, read, read_lines
from ocr.fields.spelling import is_marked_otherwise, is_whole_position, person_name, usual_position
from ocr.fields.tones import lacks_tone
from ocr.language.writing import distance, fold, has_lost_marks, is_person_name, is_syllable
from ocr.recognition import Box, Field, Page, Word
from ocr.structure.letterhead import is_motto
from ocr.structure.lines import Line, joined, lines, span

#: A paper is signed near its beginning, before its annexes, or at its end.
ENDS = 25
#: By how much a whole name may stand off the middle of the titles over it, and how far beside it the rest of
#: a cut one may be, in heights of the name.
ASIDE, REST = 0.45, 4.0
#: Few have a name of so few words: off its middle, the rest of it may have faded.
SHORT = 2
#: By how much the beginnings of titles and name may differ where they were set at one tab, not centred.
EDGE = 0.3
#: The widest space between a rank (`PGS.TS.`, `Đại tá`) and the name, in heights of the name.
RANK = 0.8
#: How far down from `Nơi nhận` a signer's block goes, as a share of the page.
DEEPEST = 0.25
#: Title lines of one page that are tried.
MOST_BLOCKS = 40

#: Letters of a position or a heading for each slip of a reader: `TRƯỜNG ĐẠI` is two of ten off `TRƯỞNG ĐOÀN`.
LETTERS_A_SLIP = 11
#: How far under a position the rest of it stands, and how far off its middle, in heights of a line.
CLOSE, MIDDLE = 0.7, 1.0
#: Letters of it that may be what is left of a seal's: `AN`.
SHORTEST_REST = 3

#: Not `Q.`: an acting head (`Q. GIÁM ĐỐC`) signs in that position.
_AUTHORITY = re.compile(r"^(?:(?:tm|kt|tl|tuq|ttuq)\s?[.,]|(?:t/m|k/t|t/l|t/u/q)\b)")
_RESTS_ON = re.compile(
    r"^\W*(?:can cu|theo de nghi|xet\b|quyet dinh|cap\W*$|cap bang|chung nhan\W*$|cong nhan)"
)
#: Titles of papers under who confers them.
_TITLES = ("bangtotnghiep", "bangcunhan", "bangkysu", "bangthacsi", "bangtiensi", "chungchi", "giaychungnhan")
_POSITIONS = (
    "chu tich",
    "giam doc",
    "chanh van phong",
    "truong phong",
    "truong ban",
    "truong cong an",
    "bo truong",
    "thu truong",
    "thu tuong",
    "cuc truong",
    "vu truong",
    "hieu truong",
    "doi truong",
    "to truong",
    "chu nhiem",
    "vien truong",
    "chanh thanh tra",
    "bi thu",
    "tong thu ky",
    "cong chung vien",
    "chanh an",
    "truong khoa",
    "kiem soat vien",
    "cong chuc tu phap",
    "truong tram",
    "chu toa",
    "truong doan",
    "tham phan",
    "chanh toa",
    "kiem sat vien",
    "tong giam doc",
    "tong bi thu",
    "hoi truong",
    "chi cuc truong",
    "tong cuc truong",
    "chi huy truong",
    "ke toan truong",
    "vien pho",
    "cong chuc",
    "nguoi dai dien",
    "tu lenh",
    "chinh uy",
    "chu tri",
    "thu ky",
)


#: Last words of what may stand before a name: `Đại tá`, `Thạc sĩ`, `Luật sư`.
_RANKS = ("tá", "úy", "uý", "tướng", "sĩ", "sỹ", "sư", "ông", "bà")
#: What may stand before a position: a deputy, an acting one, an authority, a rank.
_BEFORE_POSITION = ("pho", "q.", "quyen", "tm.", "kt.", "tl.", "tuq.", "q", "nguyen", "thuong", "truc")


@dataclass(frozen=True, slots=True)
class Block:
    """The title lines of the signer, top to bottom, and the words of the name."""

    page: int
    titles: tuple[Line, ...]
    name: tuple[Word, ...]


def signatory(block: Block | None, pages: Sequence[Page]) -> tuple[Field, Field]:
    """Signer and position by the signer's block of these pages; where none was understood, the place in which
    they stand."""
    if block is None:
        place = _unread_place(pages)
        return place, place
    signer = _signer(block, next(page for page in pages if page.number == block.page))
    own = _own_position(block.titles)
    position = read_lines(own, " ".join(usual_position(line.text) for line in own).strip("-–— "))
    if position.state == "read" and is_whole_position(joined(own)):
        position = replace(position, confidence=max(position.confidence, LEAST_SURE))
    if pages[0].origin == "ocr" and is_garbled(position.value or ""):
        position = handwritten(block.page, span([w for line in own for w in line.words]))
    if position.state == "absent" and block.titles and pages[0].origin == "ocr":
        position = _under(block.titles[-1], block.page)  # a seal took it: who signs for somebody says as what
    return signer, position


def _under(title: Line, page: int) -> Field:
    """The place of one line under a title."""
    tall = title.box.y1 - title.box.y0
    return handwritten(page, replace(title.box, y0=title.box.y1, y1=title.box.y1 + 2 * tall))


def _signer(block: Block, page: Page) -> Field:
    """The name; only its place where a seal or a signature has taken a part of it or its marks."""
    if not block.name:
        under = block.titles[-1].box.y1
        return _ink_on_the_right(page, under, under) if page.origin == "ocr" else ABSENT
    name = person_name(" ".join(w.text for w in block.name))
    doubtful = (
        has_lost_marks(name)
        or lacks_tone(name)
        or is_another_family(block.name)
        or is_marked_otherwise(name)
        or len(name.split()[-1]) == 1
        or is_torn(name)
        or _is_cut(block, page)
        or is_guessed(block.name)
        or is_under_seal(block.name, page)
        or is_under_signature(block.name, page)
    )
    if page.origin == "ocr" and doubtful:
        return handwritten(block.page, span(block.name))
    return read(name, block.name, block.page)


def _is_cut(block: Block, page: Page) -> bool:
    """Whether the name stands off the middle of its titles, and on the other side there is ink in its row
    that was not understood."""
    if not block.titles:
        return len(block.name) == SHORT
    box = span(block.name)
    tall = box.y1 - box.y0
    for word in sorted(page.words, key=lambda w: -w.box.x1):  # a rank before the name is centred with it
        if word.line == block.name[0].line and 0 <= box.x0 - word.box.x1 < RANK * tall:
            box = box.union(word.box)
    off = (box.x0 + box.x1) / 2 - block.titles[-1].center
    if abs(off) < ASIDE * tall:
        return False
    tabbed = all(abs(box.x0 - title.box.x0) < EDGE * tall for title in block.titles)
    if len(block.name) == SHORT:
        return True
    if tabbed:
        return False
    beside = (box.x1, box.x1 + REST * tall) if off < 0 else (box.x0 - REST * tall, box.x0)
    strokes = [r.box for r in page.regions if r.kind in ("signature", "handwriting", "seal")]
    ink = [*strokes, *(w.box for w in page.words if w not in block.name and any(c.isalnum() for c in w.text))]
    return any(
        b.y0 < box.y1 - tall / 3 and b.y1 > box.y0 + tall / 3 and b.x0 < beside[1] and b.x1 > beside[0]
        for b in ink
    )


def says_for_whom(line: Line) -> bool:
    """Whether a title says for whom somebody signs: `TM. …`, `KT. CHỦ TỊCH`."""
    return bool(_AUTHORITY.match(line.folded))


def conferring(page: Page) -> tuple[Line, ...]:
    """The titles of who confers or decides, over what follows: `GIÁM ĐỐC`, `SỞ …` over `cấp`."""
    every = lines(page)
    found = (block.titles for block in _blocks(page, every) if _heads_text(block, every))
    return tuple(takewhile(lambda line: not line.letters.startswith(_TITLES), next(found, ())))


def _own_position(titles: Sequence[Line]) -> list[Line]:
    """The signer's own position: what follows the lines that say for whom (TM., KT., TL.) they sign."""
    last = max((i for i, line in enumerate(titles) if says_for_whom(line)), default=-1)
    after = list(titles[last + 1 :])
    # An office may stand over the position: `CHI NHÁNH VĂN PHÒNG …`, `NGƯỜI KÝ GIẤY KHAI SINH`.
    own = [line for line in after if names_position(line)]
    if not own:
        return []
    rest = _rest_of(own[-1], after[after.index(own[-1]) + 1 :])
    return [*(own[-2:] if len(own) > 1 and _goes_on(own[-2]) else own[-1:]), *rest]


def _rest_of(position: Line, below: Sequence[Line]) -> list[Line]:
    """The line under a position that is its end: `TRƯỞNG PHÒNG HÀNH` and `CHÍNH`, set as one."""
    return [
        line
        for line in below[:1]
        if len(line.letters) > SHORTEST_REST
        and line.box.y0 - position.box.y1 < CLOSE * position.height
        and abs(line.center - position.center) < MIDDLE * position.height
        and not is_person_name(line.text)
        and line.confidence >= LEAST_SURE
        and all(is_syllable(word.text) or _is_short(word.text) for word in line.words)
    ]


def _is_short(word: str) -> bool:
    """Whether a word is what a body is called for short: `ĐKĐĐ`."""
    return len(word) > SHORTEST_REST and word.isupper() and not set(fold(word)) - set("bcdghklmnpqrstvx")


def _goes_on(line: Line) -> bool:
    """Whether a position runs over two lines, as one that ends in `-` or `,` does."""
    return line.text.endswith(("-", ",", "–"))


def is_signed(page: Page) -> bool:
    """Whether a paper ends on the page: a signer's block, or `Nơi nhận`."""
    every = lines(page)
    if _recipients(page, every) is not None:
        return True
    return any(block.name and _own_position(block.titles) for block in _blocks(page, every))


def signing_block(pages: Sequence[Page]) -> Block | None:
    """The titles and the name of who signed the paper; None where none was found."""
    found: list[tuple[float, Block]] = []
    if len(pages) > 2 * ENDS:
        pages = [*pages[:ENDS], *pages[-ENDS:]]
    for order, page in enumerate(p for p in pages if p.words and not p.blank):
        every = lines(page)
        recipients = _recipients(page, every)
        for block in _blocks(page, every):
            if _heads_text(block, every):
                continue
            named = bool(block.name) or _is_signed_by_pen(block, page)
            told = bool(_own_position(block.titles)) or says_for_whom(block.titles[0])
            weight = 4 * bool(recipients) + 2 * named + told
            if weight >= 3:
                low = block.titles[0].middle / page.height
                # Under the signer's block, which stands beside the recipients, somebody else may approve.
                place = order + low if not recipients else -order - abs(low - recipients.middle / page.height)
                found.append((weight * 1000 + place, block))
    if found:
        return max(found, key=lambda entry: entry[0])[1]
    return _name_beside_recipients(pages)


def _heads_text(block: Block, every: Sequence[Line]) -> bool:
    """Whether the titles say who decides or confers, over what they rest on, and nobody signs there: `HIỆU
    TRƯỞNG TRƯỜNG …` over `Căn cứ`, `GIÁM ĐỐC SỞ …` over `cấp`."""
    last = block.titles[-1]
    below = [
        x
        for x in every
        if x.middle > last.box.y1 and x.box.y0 - last.box.y1 < 4 * last.height
        if x.box.x0 < last.box.x1 and x.box.x1 > last.box.x0  # not what stands beside the signer
    ]
    under = min(below, key=lambda line: line.box.y0, default=None)
    titled = any(line.letters.startswith(_TITLES) for line in block.titles)
    return titled or (under is not None and bool(_RESTS_ON.match(under.folded)))


def _is_signed_by_pen(block: Block, page: Page) -> bool:
    """Whether a seal or a signature lies under titles in whose place no name could be read."""
    last = block.titles[-1].box
    end = last.y1 + DEEPEST * page.height
    ink = (region.box for region in page.regions if region.kind in ("seal", "signature"))
    return any(b.x0 < last.x1 and b.x1 > last.x0 and b.y1 > last.y1 and b.y0 < end for b in ink)


def _name_beside_recipients(pages: Sequence[Page]) -> Block | None:
    """A name on the right, level with or below `Nơi nhận`, where a seal has swallowed the title."""
    for page in pages:
        every = lines(page)
        start = _recipients(page, every)
        if start is None:
            continue
        for line in every:
            if line.middle > start.middle - 2 * start.height and line.box.x0 > 0.5 * page.width:
                name = _name_in(line)
                if name:
                    return Block(page.number, (), name)
    return _name_alone(pages[-1]) if pages else None


def _name_alone(page: Page) -> Block | None:
    """A line that is nothing but a name, on the right of the last page, with no text below or beside it."""
    every = lines(page)
    right = [x for x in every if x.box.x0 > 0.45 * page.width and len(x.letters) > 3]
    last = right[-1] if right else None
    if (
        last is None
        or not is_person_name(last.text)
        or names_position(last)
        or last.center < 0.58 * page.width
    ):
        return None
    return Block(page.number, (), last.words)


def _unread_place(pages: Sequence[Page]) -> Field:
    """What stands on the right of `Nơi nhận`, where a seal or a signature has left no name to read."""
    for page in pages:
        start = _recipients(page, lines(page)) if page.origin == "ocr" else None
        if start is None:
            continue
        place = _ink_on_the_right(page, start.box.y0 - 2 * start.height, start.box.y0)
        if place.state != "absent":
            return place
    return ABSENT


def _ink_on_the_right(page: Page, top: float, start: float) -> Field:
    """The place of all that a hand or a seal has left on the right of a page from `top` on, as far as a
    signer's block goes; sure words are print: `(Ký, ghi rõ họ tên)`, `Trang 1/2`."""
    ink = [w.box for w in page.words if w.confidence < LEAST_SURE and any(c.isalnum() for c in w.text)]
    ink += [region.box for region in page.regions if region.kind in ("seal", "signature", "handwriting")]
    end = start + DEEPEST * page.height
    beside = [b for b in ink if b.x0 > 0.5 * page.width and top <= b.y0 and b.y1 <= end]
    return handwritten(page.number, reduce(Box.union, beside)) if beside else ABSENT


def _recipients(page: Page, every: Sequence[Line]) -> Line | None:
    """The line `Nơi nhận:` on the left."""
    return next((x for x in every if x.letters.startswith("noinhan") and x.center < 0.5 * page.width), None)


def _blocks(page: Page, every: Sequence[Line]) -> list[Block]:
    blocks: list[Block] = []
    used: set[int] = set()
    for index, line in enumerate(every):
        if index in used or not _opens(line, page):
            continue
        if len(blocks) == MOST_BLOCKS:
            break
        titles = [line]
        for later in range(index + 1, len(every)):
            other = every[later]
            if other.box.y0 - titles[-1].box.y1 > 1.6 * line.height:
                break
            if stacked(other, titles[-1], page) and other.capitals and other.middle > titles[-1].middle:
                titles.append(other)
                used.add(later)
        blocks.append(Block(page.number, tuple(titles), _name_under(titles, every, page)))
    return blocks


def _opens(line: Line, page: Page) -> bool:
    if line.center < 0.5 * page.width or not line.capitals or not 1 <= len(line.words) <= 9:
        return False
    if line.confidence < 0.3 or is_motto(line):
        return False
    return says_for_whom(line) or names_position(line)


def names_position(line: Line) -> bool:
    """Whether a line begins with the title of somebody who signs."""
    spaced = re.sub(r"\bq\.(?=\w)", "q. ", line.folded)  # `Q.CHỦ TỊCH`
    words = [word for word in spaced.split() if word.strip("-–—")]
    for position in _POSITIONS:
        size = position.count(" ") + 1
        for start in range(max(0, min(3, len(words) - size + 1))):
            if start and words[start - 1] not in _BEFORE_POSITION:
                continue
            run = "".join(words[start : start + size])
            wanted = position.replace(" ", "")
            slips = len(wanted) // LETTERS_A_SLIP + 1
            if run[:1] == wanted[0] and distance(run, wanted, slips) <= slips:
                return True
    return False


def stacked(line: Line, above: Line, page: Page) -> bool:
    """Whether a line stands in the middle under or over another one."""
    return abs(line.center - above.center) < 0.1 * page.width


def _name_under(titles: Sequence[Line], every: Sequence[Line], page: Page) -> tuple[Word, ...]:
    last = titles[-1]
    below = [
        line
        for line in every
        if line.box.y0 > last.box.y1
        and line.box.y0 - last.box.y1 < 0.25 * page.height
        and abs(line.center - last.center) < 0.16 * page.width
        and line.box.x0 > 0.35 * page.width
    ]
    for line in below:
        name = _name_in(line)
        if name:
            return name
    return ()


def _name_in(line: Line) -> tuple[Word, ...]:
    """The longest run of words that is a person's name; marks of pen and seal may stand around it, but no
    letters close before it: those are the rest of a name that the seal has damaged."""
    words = line.words
    for size in range(min(6, len(words)), 1, -1):
        for start in range(len(words) - size + 1):
            run = words[start : start + size]
            if (
                is_person_name(" ".join(w.text for w in run))
                and not _is_torn(words, start, line)
                and not names_position(line)
            ):
                return run
    return ()


def _is_torn(words: Sequence[Word], start: int, line: Line) -> bool:
    if start == 0:
        return False
    before = words[start - 1]
    if before.text.casefold() in _RANKS:
        return False
    near = words[start].box.x0 - before.box.x1 < line.height
    return near and any(c.isalpha() for c in before.text) and not before.text.endswith(".")

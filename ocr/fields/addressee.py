"""To whom a paper is sent: one, or a list, behind `Kính gửi:`."""

import re
from collections.abc import Sequence

from ocr.fields.doubts import cuts_province, has_lone_consonant, misspells_unit
from ocr.fields.evidence import ABSENT, handwritten, read
from ocr.fields.forms import ends_in_unit, without_note
from ocr.fields.tones import contradicts_itself
from ocr.language.writing import fold
from ocr.recognition import Field, Word
from ocr.structure.letterhead import Letterhead
from ocr.structure.lines import Line, body_margins, same_row, span

#: In notes of transfer; what is written at the edge for a colleague has no colon: `Kính chuyển TCHC`.
_TRANSFERRED = re.compile(r"\W*kinh chuyen ?:")
#: The number of an addressee in a list: `1. Sở …`, `2) Sở …`.
_NUMBERED = re.compile(r"(?:^|(?<=\s))(\d{1,2})[.)]\s*(?=[^\W\d_])")
#: What in small letters is no rest of an addressee, but another, a subject, a person or a paragraph.
_SAYS_OTHER = re.compile(r"(?:đồng|về việc|tôi|chúng tôi|em)\b")
#: How the sentences under a list of addressees begin.
_ORDER = re.compile(
    r"^\W*(?:yeu cau|de nghi|can cu|thuc hien|giao|kinh de nghi|tran trong|xet|qua kiem tra|theo|"
    r"de trien khai|kinh phi|ngay \d|hien nay|trong thoi gian|nhan duoc|phuc dap)\b"
)


def addressee(head: Letterhead) -> Field:
    """After `Kính gửi:`, one or a list."""
    start = next((line for line in head.lines if _is_label(line)), None)
    if start is None:
        return ABSENT
    found = _addressees(head, start)
    words = [w for part in found for w in part]
    if not words:
        return ABSENT
    if len(_numbered(words)) == 1:  # the first of a list, whose rest was not found
        return handwritten(head.page.number, span(words))
    value = without_note(_listed(found))
    doubtful = misspells_unit(value) or _names_in_pieces(value) or cuts_province(value)
    doubtful = doubtful or contradicts_itself(value)
    unfinished = _is_unfinished(found[-1]) and not _ends_at_paragraph(head, found[-1])
    if head.page.origin == "ocr" and (doubtful or unfinished):
        return handwritten(head.page.number, span(words))
    return read(value, words, start.page)


def _is_label(line: Line) -> bool:
    """Whether a line begins with what stands before an addressee."""
    return line.letters.startswith(("kinhgui", "kinhtrinh")) or bool(_TRANSFERRED.match(line.folded))


def _addressees(head: Letterhead, start: Line) -> list[list[Word]]:
    """The words of each addressee: behind `Kính gửi:`, and in the lines of a list or that go on."""
    first = _after_colon(start) or _beside(head, start)
    edge = first[0].box.x0 if first else start.box.x0 + 2 * start.height
    found: list[list[Word]] = [list(first)] if first else []
    last = start
    for line in head.lines:
        if line.middle <= last.middle + 0.4 * last.height:
            continue
        if not any(c.isalpha() for c in line.text):
            continue  # what a stamp says beside it
        if _ORDER.match(line.folded) or line.box.y0 - last.box.y1 > 1.2 * start.height or len(found) >= 40:
            break
        bullet = line.words[0].text.startswith(("-", "–", "+", "•")) or _is_next(line, found)
        hangs = bool(found) and line.box.x0 >= edge - 1.5 * start.height
        goes_on = bool(found) and not bullet and not hangs and _goes_on(line, found[-1])
        if not (bullet or hangs or (goes_on and line.box.x0 >= start.box.x0 - start.height)):
            break
        if bullet and found and not found[0]:
            break
        if goes_on:
            found[-1] += line.words
        else:
            found.append(list(line.words))
        last = line
    return found


def _is_next(line: Line, found: Sequence[Sequence[Word]]) -> bool:
    """Whether a line bears the next number of a numbered list: `2.` under `Kính gửi: 1. …`. The paragraphs of
    a paper may be numbered too, from the first on under one addressee without a number."""
    match = _NUMBERED.match(line.text)
    number = len(_numbered([word for part in found for word in part])) + 1
    return match is not None and int(match[1]) == number and (number > 1 or not found)


def _numbered(words: Sequence[Word]) -> list[str]:
    """The addressees of a list that is numbered from one on, without their numbers; none of another list."""
    text, begins, last = "", set(), -1
    for word in words:  # a number begins a line, or stands behind a semicolon: `UBND Phường 3. …` has none
        if word.line != last or text.endswith((";", ",")):
            begins.add(len(text) + bool(text))
        text, last = f"{text} {word.text}" if text else word.text, word.line
    starts: list[re.Match[str]] = []
    for match in _NUMBERED.finditer(text):
        if int(match[1]) == len(starts) + 1 and (starts or match.start() == 0) and match.start(1) in begins:
            starts.append(match)
    ends = [*(match.start() for match in starts[1:]), len(text)]
    return [text[match.end() : end].strip(" ;.,") for match, end in zip(starts, ends, strict=False)]


def _beside(head: Letterhead, start: Line) -> tuple[Word, ...]:
    """The words of the first addressee where `Kính gửi:` is set apart from a list, in the same row."""
    row = [line for line in head.lines if line.box.x0 >= start.box.x1 and same_row(line, start)]
    return min(row, key=lambda line: line.box.x0).words if row else ()


def _is_unfinished(words: Sequence[Word]) -> bool:
    """Whether an addressee goes on: it ends in a comma or in a unit without its name."""
    said = " ".join(word.text for word in words)
    return said.endswith(",") or ends_in_unit(said)


def _goes_on(line: Line, words: Sequence[Word]) -> bool:
    """Whether a line at the margin goes on with an addressee: that one is unfinished, or the line begins with
    a word in small letters, as no paragraph does, and neither asks for something (`số điện thoại: …`) nor
    says something else (`v/v …`, `đồng kính gửi …`)."""
    first = line.words[0].text
    small = first.islower() and len(first) > 1 and first.isalpha() and ":" not in line.text
    return _is_unfinished(words) or (small and not _SAYS_OTHER.match(line.text))


def _ends_at_paragraph(head: Letterhead, words: Sequence[Word]) -> bool:
    """Whether a comma ends an addressee, as in the letters of the Party: the next line fills the width of the
    text to its right edge and begins a sentence at the indent of a paragraph."""
    said, end = " ".join(word.text for word in words), span(words)
    below = [line for line in head.lines if line.box.y0 >= end.y1]
    if not said.endswith(",") or ends_in_unit(said) or len(below) < 2:
        return False
    first, second = below[:2]
    left, right = body_margins(below)
    indented = first.box.x0 - left > first.height and abs(second.box.x0 - left) < first.height
    full = right - first.box.x1 < first.height
    return first.words[0].text[:1].isupper() and indented and full and first.box.x0 < end.x0


def _names_in_pieces(addressee: str) -> bool:
    """Whether a person who is written to has a name that is torn: `Ông H Văn Kiểm`."""
    return addressee.startswith(("Ông ", "Bà ")) and has_lone_consonant(re.split(r"[,;(–-]", addressee)[0])


def _after_colon(line: Line) -> tuple[Word, ...]:
    """The words after `Kính gửi:`."""
    for index, word in enumerate(line.words[:4]):
        if fold(word.text).rstrip(" :;.") in ("gui", "trinh", "chuyen"):
            rest = line.words[index + 1 :]
            return rest[1:] if rest and rest[0].text in (":", ";") else rest
    return ()


def _listed(parts: Sequence[Sequence[Word]]) -> str:
    """`- A; - B` and `1. A; 2. B` as `A; B`; a line without a dash or number goes on with the one before."""
    numbered = _numbered([word for part in parts for word in part])
    if numbered:
        return "; ".join(numbered)
    items: list[str] = []
    for part in parts:
        text = " ".join(w.text for w in part)
        bare = re.sub(r"^[-–+•]\s*", "", text)
        if items and bare == text:
            items[-1] = f"{items[-1]} {bare}"
        else:
            items.append(bare)
    return "; ".join(item.strip(" ;.,") for item in items if item.strip(" ;.,"))

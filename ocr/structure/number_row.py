"""The row of a letterhead that numbers the paper, `Số: 05/CT-UBND`: its label, digits and symbol as read."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from ocr.recognition import Box, Word
from ocr.structure.lines import Line, same_row, span

#: The widest gap between two words of one symbol, in heights of a word.
SYMBOL_GAP = 0.8
#: How many lines that begin with `Số` are tried.
MOST_TRIES = 20
#: How far off the middle of the page a number under the title stands at most, as a share of its width; how
#: far under it, and off its middle, in heights of a line; and how many lines may stand over the number.
AMID, UNDER_TITLE, OFF_TITLE, MOST_OVER = 0.08, 1.8, 1.2, 5

#: `Số` as readers see it, with what may be stuck to it.
_NUMBER_WORD = re.compile(r"^(?:S[ốôóồổỗộoõòọ6õ]|SỐ|SÓ|SÔ)\s*[:.;]?(?P<rest>.*)$")
#: A symbol: after the slash, an abbreviation in capitals and its parts.
_SYMBOL = re.compile(
    r"/\s*((?:\d{4}/)?[A-ZĐƯÔƠÂÊĂ][A-Za-zĐđƯư]{0,9}\d{0,2}(?:\s?[-–—.&/]\s?[A-ZĐƯ][A-Za-zĐđƯư0-9.()]{0,12}){0,4}"
    r"(?:\s?[-–—/]\s?20\d\d(?!\d))?)"
)
_DASHES = ("-", "–", "—")
#: A symbol whose slash a pen has written over: `53KH-UBND`.
_TORN_SYMBOL = re.compile(r"(?:^|[\d\W])[A-ZĐ][A-ZĐa-z]{0,4}-[A-ZĐ]{2,}")


@dataclass(frozen=True, slots=True)
class NumberRow:
    """`Số: 05/CT-UBND` in words: `label` holds `Số`, and `rest` is what else stands in that word (`12` of
    `Số:12`); `before` are the words between it and the one with the slash; then comes the symbol."""

    line: Line
    label: Word
    before: tuple[Word, ...]
    rest: str
    symbol: str | None
    symbol_words: tuple[Word, ...]
    kind: str = ""  # `-QĐ` where the kind stands before the slash, as the Party writes it: `12-QĐ/TU`
    torn: bool = False  # the symbol goes on behind a gap that print does not have
    under: Line | None = None  # the first line of the title under which it stands, where it does

    @property
    def digits(self) -> str:
        """What is read between `Số:` and the symbol."""
        glued = [
            _before_slash(w.text) for w in self.symbol_words[:1] if "/" in w.text and w is not self.label
        ]
        text = "".join([self.rest, *(_before_slash(w.text) for w in self.before), *glued])
        return text.removesuffix(self.kind)

    @property
    def gap(self) -> Box:
        """Where the number stands or is to stand: from the label to the slash."""
        row = span([self.label, *self.before, *self.symbol_words[:1]])
        start = self.label.box.x1
        if self.rest:
            share = len(self.rest) / max(1, len(self.label.text))
            start = round(self.label.box.x1 - share * (self.label.box.x1 - self.label.box.x0))
        end = self.symbol_words[0].box.x0 if self.symbol_words else row.x1
        if end <= start:
            start, end = row.x0, row.x1
        return Box(start, row.y0, end, row.y1)


def number_row(top: Sequence[Line], split: float, motto: Line | None) -> NumberRow | None:
    """The first row under the motto, in the column left of `split`, that numbers the paper; `top` are the
    lines of the head of the page."""
    start = motto.box.y0 if motto else 0
    likely = [
        line
        for line in top
        if start <= line.box.y0
        and line.box.x0 <= split
        and any(_NUMBER_WORD.match(w.text) for w in line.words[:3])
    ]
    for line in likely[:MOST_TRIES]:
        row = [w for other in top if other is line or same_row(line, other) for w in other.words]
        row = sorted((w for w in row if w.box.x0 < split + 0.02 * split), key=lambda w: w.box.x0)
        found = _read_number_row(line, row)
        if found is not None:
            return _with_next_line(found, top)
    return None


def row_under_title(top: Sequence[Line], width: int) -> NumberRow | None:
    """The row that numbers a paper under its title, as on contracts: `Số: 12/2024/HĐ-MB`, alone in the middle
    of a page of this width, in pixels; what stands between may say what the paper is about."""
    likely = [x for x in top if _NUMBER_WORD.match(x.words[0].text.lstrip("("))]
    for line in likely[:MOST_TRIES]:
        title = _title_over(line, top, width)
        if title is None:
            continue
        words = [replace(w, text=w.text.strip("()")) for w in line.words]
        row = _read_number_row(line, [w for w in words if w.text])
        said = re.sub(r"\s+", "", "".join(w.text for w in words)).strip(".,;")
        if row is not None and row.symbol and not row.torn and said.endswith(f"{row.digits}/{row.symbol}"):
            return replace(row, under=title)
    return None


def _title_over(line: Line, top: Sequence[Line], width: int) -> Line | None:
    """The first line in capitals of what stands in the middle right over this line."""
    if abs(line.center - width / 2) > AMID * width or any(x is not line and same_row(x, line) for x in top):
        return None
    found: Line | None = None
    last = line
    for above in sorted((x for x in top if x.middle < line.middle), key=lambda x: -x.middle)[:MOST_OVER]:
        near = last.box.y0 - above.box.y1 < UNDER_TITLE * line.height
        centred = abs(above.center - line.center) < OFF_TITLE * line.height
        if not near or not centred or (found is not None and not above.capitals):
            break
        found, last = above if above.capitals else found, above
    return found


def may_be_symbol(text: str) -> bool:
    """Whether a text looks like a number and symbol whose slash a pen has written over: `53KH-UBND`."""
    return bool(_TORN_SYMBOL.search(text))


def _with_next_line(row: NumberRow, top: Sequence[Line]) -> NumberRow:
    """The row with the end of a symbol that is broken at its dash: `/TTr-` and `KTHTĐT` under it. Where that
    is not found, the symbol is torn."""
    if not row.symbol_words or not row.symbol_words[-1].text.endswith(_DASHES):
        return row
    line, end = row.line, row.symbol_words[-1].box
    below = (
        other
        for other in top
        if other.middle > end.y1
        and other.box.y0 - end.y1 < line.height
        and other.box.x0 < end.x1
        and other.box.x1 > row.label.box.x0
    )
    after = next(below, None)
    if after is None or len(after.words) > 1 or not _SYMBOL.fullmatch("/" + after.text):
        return replace(row, torn=True)
    words = (*row.symbol_words, after.words[0])
    return replace(row, symbol=f"{row.symbol}-{after.text}", symbol_words=words, torn=False)


def _read_number_row(line: Line, row: Sequence[Word]) -> NumberRow | None:
    for index, word in enumerate(row[:3]):
        match = _NUMBER_WORD.match(word.text)
        if match is None:
            continue
        rest_words = tuple(row[index + 1 :])
        slash = next((i for i, w in enumerate(rest_words) if "/" in w.text), None)
        if "/" in match["rest"]:
            symbol_words: tuple[Word, ...] = (word, *rest_words)
            before: tuple[Word, ...] = ()
        elif slash is None:
            symbol_words, before = (), rest_words[:2]
        else:
            symbol_words, before = rest_words[slash:], rest_words[:slash]
        symbol_words, torn = _close(symbol_words, line.height)
        symbol = _symbol("".join(w.text for w in symbol_words[:8]))
        if symbol is None and may_be_symbol(" ".join([match["rest"], *(w.text for w in rest_words)])):
            return NumberRow(line, word, rest_words, "", None, ())
        if symbol is None and not _looks_like_number(match["rest"], rest_words):
            continue
        rest = match["rest"].split("/")[0].strip(" :.;")
        if re.search(r"[^\W\d_]{3}", rest + "".join(_before_slash(w.text) for w in before[:1])):
            continue  # `Số CMND /CCCD` numbers a person
        if re.match(r"[^\W\d_]{3}", "".join(_before_slash(w.text) for w in symbol_words[:1])):
            continue  # `Số CMND/CCCD`
        used = symbol_words if symbol else ()
        if used and "/" in match["rest"]:
            used = used[1:] or used
        return _with_kind(NumberRow(line, word, before, rest, symbol, used, torn=torn and bool(symbol)))
    return None


def _close(words: tuple[Word, ...], tall: float) -> tuple[tuple[Word, ...], bool]:
    """The words up to the first gap wider than those within a printed symbol, as the date may stand close by;
    and whether a dash at that gap tells that the symbol goes on behind it."""
    for index, (before, after) in enumerate(pairwise(words), 1):
        if after.box.x0 - before.box.x1 > SYMBOL_GAP * tall:
            rest = "".join(word.text for word in words[index:])
            return words[:index], before.text.endswith(_DASHES) or bool(re.match(r"[-–—]\s?[A-ZĐ]{2}", rest))
    return words, False


def _with_kind(row: NumberRow) -> NumberRow:
    """The row with the kind before its slash, `12-QĐ/TU`, counted to the symbol."""
    match = re.search(r"[-–—]\s*([A-ZĐ][A-Za-zĐđ]{0,4})$", row.digits)
    if match is None or row.symbol is None:
        return row
    return replace(row, symbol=f"{match[1]}/{row.symbol}", kind=match[0])


def _looks_like_number(rest: str, words: Sequence[Word]) -> bool:
    """Whether what follows `Số` is digits or nothing: `Số CCCD: …` and `Số 1 đường …` number no paper."""
    following = [w.text for w in words if any(c.isalnum() for c in w.text)]
    first = rest or (following[0] if following else "")
    if any(c.isalpha() for c in rest) or not re.fullmatch(r"[\dIloOZSB.,\s]*[a-zđ]?", first):
        return False
    return len(following) <= (1 if rest else 2)


def _symbol(text: str) -> str | None:
    """The symbol as printed, freed of the reader's spaces: `/TTr -UBND` gives `TTr-UBND`."""
    match = _SYMBOL.search(re.sub("[Ðđ]*Đ[Ðđ]*|Ð", "Đ", re.sub("[–—]", "-", text)))
    if match is None:
        return None
    symbol = re.sub(r"\s+", "", match[1]).strip(".-/(")
    if sum(c.isupper() for c in symbol) < 2:
        return None  # `Số/No` is a label in two languages
    return re.sub(r"^QD(?=$|[-/])", "QĐ", symbol) or None


def _before_slash(text: str) -> str:
    return text.split("/")[0]

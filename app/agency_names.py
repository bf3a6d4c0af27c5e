"""Is it an agency that a certificate names? Authorities write names with and without marks, in capitals,
abbreviated, and the places of an agency in its common name or beside it.

The words must stand in their order and nothing may go on behind a place: `xã Mẫu` is not `xã Mẫu Sơn`, and a
commune whose district has the name of another commune is not that one.
"""

import re
from collections.abc import Iterator, Sequence

from app.folding import tokens

_WRITTEN_OUT = {
    "ubnd": "uy ban nhan dan",
    "hdnd": "hoi dong nhan dan",
    "tp": "thanh pho",
    "tx": "thi xa",
    "tphcm": "thanh pho ho chi minh",
    "hcm": "ho chi minh",
    "p": "phuong",
    "q": "quan",
    "h": "huyen",
    "x": "xa",
}
#: Kinds of places, as `_words` writes them; those of two words are taken for one.
_DOUBLE = {"thanh pho": "thanhpho", "thi xa": "thixa", "thi tran": "thitran", "dac khu": "dackhu"}
_KINDS = frozenset({"tinh", "quan", "huien", "xa", "phuong", *_DOUBLE.values()})
_INITIALS = {one: "".join(word[0] for word in two.split()) for two, one in _DOUBLE.items()}
_AND = "va"
#: What may be left out of a name: the kind of a place that all know, and `và`, written `&` or not at all.
_LEFT_OUT = frozenset({_AND, "tinh", "thanhpho"})
#: What may stand before a name: `Con dấu UBND …`, `Chữ ký số của cơ quan …`.
_BEFORE = frozenset({"con", "dau", "moc", "chu", "ki", "so", "cua", "co", "quan"})
#: Behind a name: `… (GIẢ ĐỊNH)`, `… - MST 0123`.
_BEHIND = re.compile(r"[^\w\s\u0300-\u036f'’.&-]|[-–—]+(?=\s)|(?<=\s)[-–—]+")
_NUMBERED = re.compile(r"([pq])(\d+)")  # P1, Q10

Words = Sequence[str]


def names(common_name: str, belongs_to: Sequence[str], agency: str) -> bool:
    """Does a certificate of this common name name the agency? `belongs_to`: the organisations and places
    that its subject says besides."""
    own, places = _parted(_words(agency))
    whole, beside = _words(common_name), [_words(one) for one in belongs_to]
    said = {*whole, *(word for entry in beside for word in entry)}
    if not own or not set(places) - _KINDS <= said:
        return False
    ends = [common_name[: mark.start()] for mark in _BEHIND.finditer(common_name)]
    return any(
        _begins(held[n:], own, [places, *beside])
        for held in (whole, *map(_words, ends))
        for n in range(len(held))
        if set(held[:n]) <= {*_BEFORE, *places}
    )


def _begins(held: Words, own: Words, elsewhere: Sequence[Words]) -> bool:
    for read, found in _aligned(own, held):
        rest, left = own[read:], held[found:]
        if not rest and (not left or left[0] in _KINDS or not _KINDS & {*own}):
            return True
        if not rest and any(_opens(entry, left) for entry in elsewhere):
            return True
        if rest and not left and 2 * read >= len(own) and any(_goes_on(entry, rest) for entry in elsewhere):
            return True
    return False


def _opens(entry: Words, words: Words) -> bool:
    """Does an entry begin with these words, or behind the kind of its place?"""
    behind = entry[1:] if entry and entry[0] in _KINDS else entry
    return any(list(one[: len(words)]) == list(words) for one in (entry, behind))


def _goes_on(entry: Words, rest: Words) -> bool:
    """Does the rest of a name stand at the end of an entry, or before another place?"""
    bare = rest[1:] if rest[0] in _KINDS else rest
    for n in range(len(entry)):
        for words in (rest, bare if n == 0 else rest):
            behind = entry[n + len(words) :]
            if (
                words
                and list(entry[n : n + len(words)]) == list(words)
                and (not behind or behind[0] in _KINDS)
            ):
                return True
    return False


def _words(text: str) -> list[str]:
    """Without marks and with common abbreviations written out; `y` as `i`, since both are written."""
    folded = (token.folded for token in tokens(text))
    parted = (word for one in folded for word in (_NUMBERED.sub(r"\1 \2", one)).split())
    written = " ".join(_WRITTEN_OUT.get(word, word) for word in parted)
    for double, one in _DOUBLE.items():
        written = re.sub(rf"\b{double}\b", one, written)
    return [word.lstrip("0") or "0" if word.isdigit() else word.replace("y", "i") for word in written.split()]


def _parted(name: Words) -> tuple[Words, Words]:
    """The agency, with the place that it is of, and the places in which that lies."""
    kinds = [n for n, word in enumerate(name) if word in _KINDS]
    end = kinds[1] if len(kinds) > 1 else len(name)
    return name[:end], name[end:]


def _aligned(own: Words, held: Words) -> Iterator[tuple[int, int]]:
    """How many words of the one may stand for how many of the other, both from their beginnings."""
    waiting, seen = [(0, 0)], set()
    while waiting:
        read, found = state = waiting.pop()
        if state in seen:
            continue
        seen.add(state)
        if read:
            yield state
        one, other = own[read : read + 1], held[found : found + 1]
        if one and one == other:
            waiting.append((read + 1, found + 1))
        elif read and _may_go(one, other):
            waiting.append((read + 1, found))
        elif read and _may_go(other, one):
            waiting.append((read, found + 1))
        waiting += [(read + n, found + 1) for n in _abbreviated(other, own[read:])]
        waiting += [(read + 1, found + n) for n in _abbreviated(one, held[found:])]


def _may_go(word: Words, beside: Words) -> bool:
    """May it be left out where the other name goes on with `beside`? No kind of place stands for another."""
    return bool(word) and word[0] in _LEFT_OUT and not (word[0] != _AND and beside and beside[0] in _KINDS)


def _abbreviated(short: Words, words: Words) -> Iterator[int]:
    """How many of the words begin with the letters of a short one: `GD` giáo dục, `GDĐT` … và đào tạo."""
    if not short or len(short[0]) < 2:
        return
    letters = ""
    for n, word in enumerate(words, 1):
        letters += "" if word == _AND else _INITIALS.get(word, word[0])
        if letters == short[0] and (n > 1 or word in _INITIALS):
            yield n
        if not short[0].startswith(letters):
            return

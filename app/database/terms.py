"""What a person typed into the search box, as terms that a record must all have."""

import itertools
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from app.folding import Token, tokens

#: More than any person types; a hostile query stays cheap.
LONGEST_PHRASE = 24
_LONGEST_QUERY = 1000
_QUOTES = re.compile(r'["“”„«»]')


@dataclass(frozen=True, slots=True)
class Term:
    """Words that must stand beside each other, in one of several spellings: among the words as written or
    among the folded ones. With `prefix` the last word may go on."""

    phrases: tuple[tuple[str, ...], ...]
    written: bool
    prefix: bool = False


def terms(query: str) -> list[Term]:
    """The terms of a query. Quotation marks make a phrase, and so does a sign within a word, as in
    15/2022/QĐ-UBND. A word with marks matches as written, one without matches any marks; the last word
    outside quotation marks may be unfinished."""
    found: list[Term] = []
    left = LONGEST_PHRASE
    for words, unfinished in _phrases(query[:_LONGEST_QUERY]):
        kept = words[:left]
        left -= len(kept)
        found.extend(_terms(kept, unfinished and len(kept) == len(words)))
        if left <= 0:
            break
    return found


def _phrases(query: str) -> Iterator[tuple[list[Token], bool]]:
    """Each phrase of a query, and whether a person may still be typing its last word."""
    parts = _QUOTES.split(query)
    for number, part in enumerate(parts):
        if number % 2 == 1:
            if words := tokens(part):
                yield words, False
            continue
        chunks = [words for chunk in part.split() if (words := tokens(chunk))]
        for chunk in chunks:
            at_end = chunk is chunks[-1] and number == len(parts) - 1
            yield chunk, at_end and not part[-1:].isspace()


def _terms(words: Sequence[Token], unfinished: bool) -> Iterator[Term]:
    """The folded phrase, and beside it each run of marked words as written; where all are marked, the
    written phrase says it all."""
    if not words:
        return
    if not all(word.marked for word in words):
        yield Term((tuple(word.folded for word in words),), written=False, prefix=unfinished)
    runs = [(marked, list(run)) for marked, run in itertools.groupby(words, lambda word: word.marked)]
    for number, (marked, run) in enumerate(runs):
        if marked:
            yield _written(run, unfinished and number == len(runs) - 1)


def _written(run: Sequence[Token], unfinished: bool) -> Term:
    finished = tuple(word.written for word in run)
    if not unfinished or finished[-1] == run[-1].typed:
        return Term((finished,), written=True, prefix=unfinished)
    # "hoà" is a spelling of "hòa" and may also become "hoàn".
    return Term((finished, (*finished[:-1], run[-1].typed)), written=True, prefix=True)

"""The papers of a scan as its page shows them: where each begins, what it seems to be, and why."""

from collections.abc import Sequence
from dataclasses import dataclass

from app.outlines import PageOutline
from app.translations import Language
from app.web.rendering import kind_words
from ocr.recognition import Paper


@dataclass(frozen=True, slots=True)
class PaperRow:
    """One paper that a scan of several seems to hold, in the words of the reader's language."""

    first: int
    last: int
    kind: str
    reason: str


@dataclass(frozen=True, slots=True)
class Leaf:
    """A page, and the paper that is proposed to begin there."""

    page: PageOutline
    begins: PaperRow | None


def paper_rows(found: Sequence[Paper], language: Language) -> list[PaperRow]:
    """The papers of a scan that seems to hold several; none where it holds one."""
    rows = []
    for one in found if len(found) > 1 else ():
        vi, _, en = one.reason.partition(" — ")
        reason = vi if language == "vi" else (en or vi)
        rows.append(PaperRow(one.first_page, one.last_page, kind_words(language, one.kind), reason))
    return rows


def leaves(pages: Sequence[PageOutline], rows: Sequence[PaperRow]) -> list[Leaf]:
    """The pages with the papers that are proposed to begin on them. Sheets before the first paper go with it,
    as every page belongs to one."""
    begun = {row.first: row for row in rows[1:]} | ({1: rows[0]} if rows else {})
    return [Leaf(page, begun.get(page.number)) for page in pages]

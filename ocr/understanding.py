"""From pages as read to what they are: the papers of the scan, and kind and fields of the first of them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from ocr import papers
from ocr.checks import crosschecks
from ocr.checks.codes import MOST_WORDS, codes_of
from ocr.fields.extraction import extract
from ocr.kinds import classification
from ocr.kinds.catalogue import OTHER, UNKNOWN, catalogue
from ocr.papers import SEPARATOR_WORDS
from ocr.recognition import Field, Kind, Notice, Page, Paper


@dataclass(frozen=True, slots=True)
class Understanding:
    """Kind, fields and contradictions of the first paper, and every paper of the scan."""

    kind: Kind
    fields: Mapping[str, Field]
    papers: tuple[Paper, ...]
    warnings: tuple[Notice, ...]


def understand(
    pages: Sequence[Page], folder: Path, *, one_paper: bool = False, kind_code: str | None = None
) -> Understanding:
    """The pages in their order, whose pictures are in `folder`; `one_paper` where a person says so, and
    `kind_code` where a person says of what kind the first paper is."""
    codes = {page.number: codes_of(folder / page.image) for page in pages if _may_part(page)}
    found = (papers.single(pages, codes),) if one_paper else papers.propose(pages, codes)
    first = [p for p in pages if found[0].first_page <= p.number <= found[0].last_page] if found else []
    kind = classification.said(kind_code) if kind_code else classification.classify(first)
    if kind_code and found:
        found = (replace(found[0], kind=kind_code), *found[1:])
    values = extract(first, kind)
    said = [text for page in first for text in _codes_of_card(page, kind, folder)]
    return Understanding(kind, values, found, crosschecks.check(kind, values, first, said))


def _may_part(page: Page) -> bool:
    return not page.blank and len(page.words) <= SEPARATOR_WORDS


def _codes_of_card(page: Page, kind: Kind, folder: Path) -> tuple[str, ...]:
    """What the QR codes of a page say, where it may be that of a card."""
    may_be_card = kind.code in (UNKNOWN, OTHER) or catalogue()[kind.code].qr_code
    if not may_be_card or page.blank or len(page.words) > MOST_WORDS:
        return ()
    return codes_of(folder / page.image)

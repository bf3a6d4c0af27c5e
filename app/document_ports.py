"""The ports that look into documents: they read, draw and judge, and sign nothing. A command that only reads
loads nothing else of `app.ports`, which takes a tenth of a second."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any, Protocol

from ocr.recognition import Inspection, Page, Recognition


class ReadingFailed(RuntimeError):
    """The reader died or ran out of time or memory for a cause that may not lie in the file."""


class DocumentReader(Protocol):
    """Reads untrusted files, each call within limits and apart from this process.

    Raises `ocr.limits.Refusal` where the file is at fault, ReadingFailed where it may not be.
    """

    def inspect(self, source: Path) -> Inspection: ...

    def read_page(self, source: Path, number: int, folder: Path, cores: int = 1) -> Page:
        """Read page `number` (from 1) and write its page image into `folder` under `Page.image`, and a small
        one under `Page.thumbnail`. `cores`: how many are free for it."""
        ...

    def all_read(self, source: Path) -> None:
        """No further page of the file is read: gives back what waits for one."""
        ...

    def pack(self, source: Path, page: Page, folder: Path, cores: int = 1) -> None:
        """Make the page image in `folder` small for viewing, which `finish` else does itself: for callers who
        have a processor to spare before the last page is read."""
        ...

    def finish(
        self,
        source: Path,
        pages: Sequence[Page],
        folder: Path,
        *,
        one_paper: bool = False,
        kind_code: str | None = None,
    ) -> Recognition:
        """Kind, fields and papers of the pages, whose images are in `folder`. Writes `folder/searchable.pdf`
        (PDF/A-2u) unless the source is a digitally signed PDF, which stays as it is. `one_paper` where a
        person says that these pages are one paper, perhaps a part of the file; then it is always written.
        `kind_code` where a person says of what kind the paper is."""
        ...


class PagePictures(Protocol):
    def shrink(self, picture: Path, target: Path) -> None:
        """Write `target`: a page image as small a JPEG as `DocumentReader.read_page` makes beside it. Raises
        ReadingFailed."""
        ...


class DocumentVerifier(Protocol):
    def verify(self, source: Path, at: datetime | None = None, *, offline: bool = False) -> dict[str, Any]:
        """The verification report of the contract, less what only the register of records knows.
        Never raises for what the file holds: an unreadable file is a verdict."""
        ...

    def shown_pages(
        self,
        source: Path,
        field: str,
        places: Mapping[int, Sequence[Sequence[float]]],
        compared: Mapping[str, Any] | None = None,
    ) -> Mapping[str, Any]:
        """Both versions of the pages that changed since the signature in `field`, or else the page that it
        belongs to: the shape of `signing.signature_page.Shown`. `compared`: of that signature in the report,
        so that no page is drawn twice for it. Raises as `signed_length`, but not where what was signed cannot
        be told apart."""
        ...

    def signed_length(self, source: Path, field: str) -> int:
        """How many bytes from its start are the version that the signature in `field` covers. Raises
        `ocr.limits.Refusal` where there is no such version, ReadingFailed where it was not looked at."""
        ...

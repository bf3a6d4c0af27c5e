"""The port that reads untrusted files; every look into one happens in a confined child."""

import contextlib
import logging
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from app.confinement.benches import START_SECONDS, Benches
from app.confinement.children import (
    Child,
    ChildFailed,
    OutOfMemory,
    OutOfProcessorTime,
    OutOfTime,
)
from app.confinement.sandbox import Sandbox
from app.document_ports import ReadingFailed
from app.settings import MEBIBYTE
from ocr import limits as refusals
from ocr.limits import Refusal
from ocr.recognition import Inspection, Page, Recognition

log = logging.getLogger("banchinh.sandbox")

_SEARCHABLE = "searchable.pdf"
#: By the clock a child may take twice its processor time: a busy machine is not the file's fault.
_PATIENCE = 2.0


class SandboxedReader:
    """The port DocumentReader."""

    def __init__(self, sandbox: Sandbox, profile: str = "default", in_hand: int = 0) -> None:
        """`in_hand`: files that are worked on in turns, as many as pages are read at once unless given."""
        self._settings = sandbox.settings
        self._profile = profile
        self._benches = Benches(sandbox, profile, most_idle=in_hand or sandbox.settings.pages_at_once)

    def inspect(self, source: Path) -> Inspection:
        with self._telling(), self._benches.seat(source, reads=True) as seat:
            return Inspection.from_json(self._ask(seat.child, "inspect", 1))

    def read_page(self, source: Path, number: int, folder: Path, cores: int = 1) -> Page:
        with self._telling(), self._benches.seat(source, reads=True) as seat:
            how = {"profile": self._profile, "cores": cores}
            answer = self._ask(seat.child, "read_page", 1, number=number, **how)
            page = Page.from_json(answer)
            if page.number != number or page.image != Path(page.image).name:
                raise ReadingFailed("the child's page is not the one that was asked for")
            for made in (page.image, page.thumbnail):
                seat.take(made, folder / made)
        return page

    def all_read(self, source: Path) -> None:
        self._benches.rest(source)

    def pack(self, source: Path, page: Page, folder: Path, cores: int = 1) -> None:
        self._benches.rest(source)
        with self._telling(), self._benches.seat(source, reads=False) as seat:
            seat.lend(folder / page.image, page.image)
            made = self._ask(seat.child, "pack", 1, page=page.to_json(), cores=cores)
            if made != page.packed:
                raise ReadingFailed("what the child packed is not what was asked for")
            seat.take(made, folder / made)

    def finish(
        self,
        source: Path,
        pages: Sequence[Page],
        folder: Path,
        *,
        one_paper: bool = False,
        kind_code: str | None = None,
    ) -> Recognition:
        said = {"one_paper": one_paper, "kind_code": kind_code}
        try:
            read = self._finished(source, pages, folder, **said)
        except (Refusal, ReadingFailed) as error:
            # Perhaps over a page that cannot be made small: a large copy is better than a paper lost.
            log.warning("the finish is tried without packing", extra={"cause": type(error).__name__})
            read = self._finished(source, pages, folder, **said, as_they_are=True)
        self._benches.clear(source)
        return read

    def _finished(
        self, source: Path, pages: Sequence[Page], folder: Path, **how: bool | str | None
    ) -> Recognition:
        how = {"as_they_are": False, **how}
        self._benches.rest(source)
        with self._telling(), self._benches.seat(source, reads=False) as seat:
            for page in pages:
                seat.lend(folder / page.image, page.image)
                if (folder / page.packed).exists():
                    seat.lend(folder / page.packed, page.packed)
            shapes = [page.to_json() for page in pages]
            answer = self._ask(seat.child, "finish", len(shapes), pages=shapes, **how)
            read = Recognition.from_json(answer)
            if seat.has(_SEARCHABLE):
                seat.take(_SEARCHABLE, folder / _SEARCHABLE)
        return read

    def close(self) -> None:
        self._benches.close()

    @contextlib.contextmanager
    def _telling(self) -> Iterator[None]:
        """What goes wrong with a child, as the port says it."""
        try:
            yield
        except OutOfTime as error:
            raise _too_busy(_patience(self._settings.page_seconds)) from error
        except ChildFailed as error:
            raise ReadingFailed(str(error)) from error

    def _ask(self, child: Child, task: str, weight: int, **more: Any) -> Any:
        settings = self._settings
        bounds = {
            "file_bytes": settings.upload_bytes,
            "pages": settings.pages,
            "page_megapixels": settings.page_megapixels,
        }
        seconds = settings.page_seconds * max(1, weight)
        patience = _patience(seconds)
        try:
            return child.ask(task, {"limits": bounds, **more}, seconds, patience)
        except OutOfProcessorTime as error:
            raise refusals.too_costly(f"{seconds:.0f} giây", f"{seconds:.0f} seconds") from error
        except OutOfTime as error:
            raise _too_busy(patience) from error
        except OutOfMemory as error:
            size = f"{settings.child_bytes / MEBIBYTE:.0f} MiB"
            raise refusals.too_costly(f"{size} bộ nhớ", f"{size} of memory") from error


def _patience(seconds: float) -> float:
    """By the clock, for work that may take so many seconds of a processor."""
    return _PATIENCE * seconds + START_SECONDS


def _too_busy(seconds: float) -> ReadingFailed:
    return ReadingFailed(
        f"Đọc quá {seconds:.0f} giây mà chưa xong; có thể máy đang quá bận. Hãy đọc lại. — "
        f"Reading was not done in {seconds:.0f} seconds; the machine may be too busy. Read it again."
    )

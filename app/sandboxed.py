"""The ports that look into untrusted files; every look happens in a confined child."""

import contextlib
import logging
import os
import shutil
import stat
import tempfile
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from itertools import count
from pathlib import Path
from typing import Any

from app.children import Child, ChildFailed, OutOfMemory, OutOfProcessorTime, OutOfTime
from app.fork_server import ForkServer
from app.ports import ReadingFailed, SigningOrder
from app.sandbox import Reach, Sandbox
from app.settings import MEBIBYTE
from ocr import limits as refusals
from ocr.limits import Refusal
from ocr.recognition import Inspection, Page, Recognition
from signing.evidence_cache import EvidenceCache
from signing.fetching import Fetcher
from signing.gathering import complete
from signing.refusals import SigningRefused
from signing.report import Want
from signing.signed_bytes import sha256_of
from signing.summary import unreadable

log = logging.getLogger("banchinh.sandbox")

#: What waited this long for another order on its file holds memory (150 MB and more) for nothing.
_IDLE_SECONDS = 20.0
#: By the clock a child may take twice its processor time: a busy machine is not the file's fault.
_PATIENCE = 2.0
_START_SECONDS = 5.0
_LOAD_SECONDS = 15.0  # for the readers, on a busy machine


@dataclass(frozen=True, slots=True)
class Seat:
    """A child and the folder that it alone is told to write into. One that `reads` keeps what it reads with
    in its memory, some 100 MB."""

    child: Child
    folder: Path
    reads: bool


class Bench:
    """An enclosure and the seats of its children that wait for an order. All of it belongs to one file."""

    def __init__(self, sandbox: Sandbox, server: ForkServer, source: Path) -> None:
        """Raises ChildFailed."""
        self.identity = _identity(source)
        self.idle_since = 0.0
        self.users = 0
        self._server = server
        self._place = tempfile.TemporaryDirectory(prefix="banchinh-bench-")
        try:
            self._enclosure = sandbox.enclosure(Reach(source, Path(self._place.name)))
        except BaseException:
            self._place.cleanup()
            raise
        self._numbers = count()
        self._idle: list[Seat] = []
        self._lock = threading.Lock()

    @property
    def alive(self) -> bool:
        """Whether it can still give a child."""
        return self._server.alive and self._enclosure.alive

    def seat(self, *, reads: bool) -> Seat:
        """One that waits, or a new one. Where it is not to read, those who wait for more to read have waited
        for nothing and end. Raises ChildFailed."""
        if not reads:
            self.dismiss(reads=True)
        with self._lock:
            waiting = next((seat for seat in self._idle if seat.reads == reads), None)
            if waiting is not None:
                self._idle.remove(waiting)
                return waiting
        folder = Path(self._place.name) / str(next(self._numbers))
        folder.mkdir()
        return Seat(self._server.child(self._enclosure, folder.name), folder, reads)

    def give_back(self, seat: Seat) -> None:
        with self._lock:
            self._idle.append(seat)

    def dismiss(self, *, reads: bool) -> None:
        """End the children of a kind that wait."""
        with self._lock:
            gone = [seat for seat in self._idle if seat.reads == reads]
            self._idle = [seat for seat in self._idle if seat not in gone]
        for seat in gone:
            seat.child.close()

    def close(self) -> None:
        for reads in (True, False):
            self.dismiss(reads=reads)
        self._enclosure.close()
        self._place.cleanup()


class Benches:
    """Benches that wait for the next order on their file, and the fork server of them all. No child ever sees
    two files."""

    def __init__(self, sandbox: Sandbox, profile: str, most_idle: int) -> None:
        self._sandbox = sandbox
        self._profile = profile
        self._most_idle = most_idle
        self._all: list[Bench] = []
        self._server: ForkServer | None = None
        self._lock = threading.Lock()

    @contextlib.contextmanager
    def seat(self, source: Path, *, reads: bool) -> Iterator[Seat]:
        """A child for the file, for one order. After an error or a refusal it is not used again."""
        bench = self._taken(source)
        try:
            seat = bench.seat(reads=reads)
            try:
                yield seat
            except BaseException:
                seat.child.close()
                raise
            bench.give_back(seat)
        finally:
            self._give_back(bench)

    def clear(self, source: Path) -> None:
        """Close the bench of a file after its last order, unless others are at it."""
        identity = _identity(source)
        with self._lock:
            gone = [bench for bench in self._all if bench.identity == identity and not bench.users]
            self._all = [bench for bench in self._all if bench not in gone]
        for bench in gone:
            bench.close()

    def close(self) -> None:
        with self._lock:
            gone, self._all = self._all, []
        for bench in gone:
            bench.close()
        if self._server is not None:
            self._server.close()

    def _taken(self, source: Path) -> Bench:
        identity = _identity(source)
        with self._lock:
            bench = next((b for b in self._all if b.identity == identity and b.alive), None)
            if bench is None:
                bench = Bench(self._sandbox, self._living_server(), source)
                self._all.append(bench)
            bench.users += 1
        return bench

    def _living_server(self) -> ForkServer:
        if self._server is None or not self._server.alive:
            patience = _START_SECONDS + _LOAD_SECONDS
            self._server = self._sandbox.fork_server(self._profile, patience)
        return self._server

    def _give_back(self, bench: Bench) -> None:
        bench.idle_since = time.monotonic()
        with self._lock:
            bench.users -= 1
            idle = sorted((b for b in self._all if not b.users), key=lambda b: b.idle_since)
            fresh = [b for b in idle if b.alive and bench.idle_since - b.idle_since < _IDLE_SECONDS]
            gone = [b for b in idle if b not in fresh[-self._most_idle :]]
            self._all = [b for b in self._all if b not in gone]
        for old in gone:
            old.close()


class SandboxedReader:
    """The port DocumentReader."""

    def __init__(self, sandbox: Sandbox, profile: str = "default") -> None:
        self._settings = sandbox.settings
        self._profile = profile
        self._benches = Benches(sandbox, profile, most_idle=sandbox.settings.pages_at_once)

    def inspect(self, source: Path) -> Inspection:
        with self._telling(), self._benches.seat(source, reads=True) as seat:
            return Inspection.from_json(self._ask(seat.child, "inspect", 1))

    def read_page(self, source: Path, number: int, folder: Path) -> Page:
        with self._telling(), self._benches.seat(source, reads=True) as seat:
            answer = self._ask(seat.child, "read_page", 1, number=number, profile=self._profile)
            page = Page.from_json(answer)
            if page.number != number or page.image != Path(page.image).name:
                raise ReadingFailed("the child's page is not the one that was asked for")
            _take(seat.folder / page.image, folder / page.image)
        return page

    def pack(self, source: Path, page: Page, folder: Path) -> None:
        with self._telling(), self._benches.seat(source, reads=False) as seat:
            _lend(folder / page.image, seat.folder / page.image)
            made = self._ask(seat.child, "pack", 1, page=page.to_json())
            if made != page.packed:
                raise ReadingFailed("what the child packed is not what was asked for")
            _take(seat.folder / made, folder / made)

    def finish(
        self, source: Path, pages: Sequence[Page], folder: Path, *, one_paper: bool = False
    ) -> Recognition:
        with self._telling(), self._benches.seat(source, reads=False) as seat:
            for page in pages:
                _lend(folder / page.image, seat.folder / page.image)
                if (folder / page.packed).exists():
                    _lend(folder / page.packed, seat.folder / page.packed)
            shapes = [page.to_json() for page in pages]
            answer = self._ask(seat.child, "finish", len(shapes), pages=shapes, one_paper=one_paper)
            read = Recognition.from_json(answer)
            made = seat.folder / "searchable.pdf"
            if os.path.lexists(made):
                _take(made, folder / made.name)
        self._benches.clear(source)
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
    return _PATIENCE * seconds + _START_SECONDS


def _too_busy(seconds: float) -> ReadingFailed:
    return ReadingFailed(
        f"Đọc quá {seconds:.0f} giây mà chưa xong; có thể máy đang quá bận. Hãy đọc lại. — "
        f"Reading was not done in {seconds:.0f} seconds; the machine may be too busy. Read it again."
    )


def _identity(source: Path) -> tuple[int, ...]:
    seen = source.stat()
    return seen.st_dev, seen.st_ino, seen.st_size, seen.st_mtime_ns


def _take(made: Path, target: Path) -> None:
    """Copy what a living child made, and only if it is a file: the child could put a link to a secret in its
    place at any moment, so it is looked at where it is opened. Raises ReadingFailed."""
    try:
        opened = os.open(made, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
    except OSError as error:
        raise ReadingFailed("the child made no file") from error
    with os.fdopen(opened, "rb") as source:
        if not stat.S_ISREG(os.fstat(opened).st_mode):
            raise ReadingFailed("what the child made is no file")
        with target.open("wb") as sink:
            shutil.copyfileobj(source, sink, 1 << 20)


def _lend(image: Path, place: Path) -> None:
    """Put a page image where the child finds it, in place of what it may have there."""
    place.unlink(missing_ok=True)
    try:
        place.hardlink_to(image)
    except OSError:  # another file system
        shutil.copyfile(image, place)


@dataclass(frozen=True, slots=True)
class SandboxedSigner:
    """The port DocumentSigner: the key is opened in the child, used once and forgotten with it."""

    sandbox: Sandbox

    def sign(self, source: Path, target: Path, order: SigningOrder, now: datetime) -> Mapping[str, Any]:
        request = {"target": target.name, "now": now.isoformat(), "order": asdict(order)}
        key = Path(order.key.removeprefix("file:"))
        readable = [key] if order.key.startswith("file:") and key.is_file() else []
        reach = Reach(source, target.parent, readable)
        try:
            summary: Mapping[str, Any] = self.sandbox.run(
                "sign", request, self.sandbox.settings.verify_seconds, reach
            )
        except Refusal as refusal:
            target.unlink(missing_ok=True)
            raise SigningRefused(refusal.code, refusal.vi, refusal.en) from None
        except ChildFailed as error:
            target.unlink(missing_ok=True)
            log.warning("signing failed", extra={"cause": type(error).__name__})
            raise SigningRefused(
                "signing-failed",
                "Chương trình ký dừng giữa chừng nên tài liệu chưa được ký. Hãy thử lại.",
                "The signing program stopped halfway, so the document is not signed. Try again.",
            ) from error
        return summary


@dataclass(frozen=True, slots=True)
class SandboxedVerifier:
    """The port DocumentVerifier; trusts the certificates in TRUST and in `trust`. Where a `fetcher` is given,
    it fetches what is missing; the child itself never has a network. Looks and fetches share the seconds of
    `verify_seconds`. `policy`: as in signing.validation."""

    sandbox: Sandbox
    fetcher: Fetcher | None = None
    trust: tuple[Path, ...] = ()
    policy: str | None = None
    cache: EvidenceCache | None = None

    def verify(self, source: Path, at: datetime | None = None, *, offline: bool = False) -> dict[str, Any]:
        def look(evidence: Sequence[Path], seconds: float) -> dict[str, Any]:
            return self._look(source, at, evidence, seconds)

        seconds = self.sandbox.settings.verify_seconds
        try:
            if self.fetcher is None or offline:
                return look([], seconds)
            return complete(look, _wants, self.fetcher, seconds, self.cache)
        except TimeoutError:
            return _unreadable(source, "too-costly")

    def changed_pages(
        self, source: Path, field: str, places: Mapping[int, Sequence[Sequence[float]]]
    ) -> Sequence[Mapping[str, Any]]:
        listed = [[page, list(boxes)] for page, boxes in places.items()]  # JSON has no keys that are numbers
        found: list[dict[str, Any]] = self._asked(source, "changed_pages", field=field, places=listed)
        return found

    def signed_length(self, source: Path, field: str) -> int:
        length: int = self._asked(source, "signed_length", field=field)
        return length

    def _asked(self, source: Path, task: str, **request: Any) -> Any:
        """Raises ReadingFailed, Refusal."""
        seconds = self.sandbox.settings.verify_seconds
        try:
            return self.sandbox.run(task, request, seconds, Reach(source))
        except ChildFailed as error:
            raise ReadingFailed(str(error)) from error

    def _look(
        self, source: Path, at: datetime | None, evidence: Sequence[Path], seconds: float
    ) -> dict[str, Any]:
        """Raises TimeoutError."""
        settings = self.sandbox.settings
        given = [*self.trust, settings.trust_folder]
        trust = [path.absolute() for path in given if path.exists()]
        request = {
            "anchors": [str(path) for path in trust],
            "evidence": [str(path.absolute()) for path in evidence],
            "at": at.isoformat() if at else None,
            "policy": self.policy,
        }
        reach = Reach(source, readable=[*trust, *evidence])
        try:
            report: dict[str, Any] = self.sandbox.run("verify", request, seconds, reach)
        except OutOfTime as error:
            raise TimeoutError(str(error)) from error
        except OutOfMemory:
            return _unreadable(source, "too-costly")
        except (ChildFailed, Refusal) as error:
            log.warning("verification stopped", extra={"cause": type(error).__name__})
            return _unreadable(source, "cannot-verify")
        return report


def _unreadable(source: Path, code: str) -> dict[str, Any]:
    return unreadable(sha256_of(source), code, datetime.now(UTC)).to_json()


def _wants(report: Mapping[str, Any]) -> list[Want]:
    return [Want.from_json(want) for want in report.get("wants", ())]

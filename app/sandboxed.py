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
from pathlib import Path
from typing import Any

from app.ports import ReadingFailed, SigningOrder
from app.sandbox import ChildFailed, OutOfMemory, OutOfProcessorTime, OutOfTime, Reach, Sandbox, distrust
from app.settings import MEBIBYTE
from ocr import limits as refusals
from ocr.limits import Refusal
from ocr.recognition import Inspection, Page, Recognition
from signing.fetching import Fetcher
from signing.gathering import complete
from signing.refusals import SigningRefused
from signing.report import Want
from signing.signed_bytes import sha256_of
from signing.summary import unreadable

log = logging.getLogger("banchinh.sandbox")

#: A child that waited this long for another order on its file holds memory (70 MB and more) for nothing.
_IDLE_SECONDS = 20.0
#: By the clock a child may take twice its processor time: a busy machine is not the file's fault.
_PATIENCE = 2.0
_START_SECONDS = 5.0


class Bench:
    """A child and the folder that it writes into. Both belong to one file."""

    def __init__(self, sandbox: Sandbox, source: Path) -> None:
        self.identity = _identity(source)
        self.idle_since = 0.0
        self._place = tempfile.TemporaryDirectory(prefix="banchinh-bench-")
        self.folder = Path(self._place.name)
        self.child = sandbox.child(Reach(source, self.folder))

    def close(self) -> None:
        self.child.close()
        self._place.cleanup()


class Benches:
    """Children that wait for the next order on their file, since to start one costs as much as a quarter of
    a page. No child ever sees two files."""

    def __init__(self, sandbox: Sandbox, most_idle: int) -> None:
        self._sandbox = sandbox
        self._most_idle = most_idle
        self._idle: list[Bench] = []  # the longest idle first
        self._lock = threading.Lock()

    @contextlib.contextmanager
    def bench(self, source: Path, *, last: bool = False) -> Iterator[Bench]:
        """A bench for the file, for one order. After an error, a refusal or the
        last order it is cleared away."""
        bench = self._taken(source) or Bench(self._sandbox, source)
        try:
            yield bench
        except BaseException:
            bench.close()
            raise
        if last:
            bench.close()
            self._clear(_identity(source))
        else:
            self._give_back(bench)

    def close(self) -> None:
        with self._lock:
            gone, self._idle = self._idle, []
        for bench in gone:
            bench.close()

    def _taken(self, source: Path) -> Bench | None:
        identity = _identity(source)
        with self._lock:
            bench = next((b for b in self._idle if b.identity == identity), None)
            if bench:
                self._idle.remove(bench)
        return bench

    def _give_back(self, bench: Bench) -> None:
        bench.idle_since = time.monotonic()
        with self._lock:
            self._idle.append(bench)
            kept = [b for b in self._idle if bench.idle_since - b.idle_since < _IDLE_SECONDS]
            gone, self._idle = self._idle, kept[-self._most_idle :]
            gone = [b for b in gone if b not in self._idle]
        for old in gone:
            old.close()

    def _clear(self, identity: tuple[int, ...]) -> None:
        with self._lock:
            gone = [b for b in self._idle if b.identity == identity]
            self._idle = [b for b in self._idle if b.identity != identity]
        for bench in gone:
            bench.close()


class SandboxedReader:
    """The port DocumentReader."""

    def __init__(self, sandbox: Sandbox, profile: str = "default") -> None:
        self._settings = sandbox.settings
        self._profile = profile
        self._benches = Benches(sandbox, most_idle=sandbox.settings.pages_at_once)

    def inspect(self, source: Path) -> Inspection:
        with self._benches.bench(source) as bench:
            return Inspection.from_json(self._ask(bench, "inspect", 1))

    def read_page(self, source: Path, number: int, folder: Path) -> Page:
        with self._benches.bench(source) as bench:
            page = Page.from_json(self._ask(bench, "read_page", 1, number=number, profile=self._profile))
            if page.number != number or page.image != Path(page.image).name:
                raise ReadingFailed("the child's page is not the one that was asked for")
            _take(bench.folder / page.image, folder / page.image)
        return page

    def finish(
        self, source: Path, pages: Sequence[Page], folder: Path, *, one_paper: bool = False
    ) -> Recognition:
        with self._benches.bench(source, last=True) as bench:
            for page in pages:
                _lend(folder / page.image, bench.folder / page.image)
            shapes = [page.to_json() for page in pages]
            answer = self._ask(bench, "finish", len(shapes), pages=shapes, one_paper=one_paper)
            read = Recognition.from_json(answer)
            made = bench.folder / "searchable.pdf"
            bench.child.close()
            try:
                distrust(bench.folder)
            except ChildFailed as error:
                raise ReadingFailed(str(error)) from error
            if made.exists():
                shutil.move(made, folder / made.name)
        return read

    def close(self) -> None:
        self._benches.close()

    def _ask(self, bench: Bench, task: str, weight: int, **more: Any) -> Any:
        settings = self._settings
        bounds = {
            "file_bytes": settings.upload_bytes,
            "pages": settings.pages,
            "page_megapixels": settings.page_megapixels,
        }
        seconds = settings.page_seconds * max(1, weight)
        try:
            patience = _PATIENCE * seconds + _START_SECONDS
            return bench.child.ask(task, {"limits": bounds, **more}, seconds, patience)
        except OutOfProcessorTime as error:
            raise refusals.too_costly(f"{seconds:.0f} giây", f"{seconds:.0f} seconds") from error
        except OutOfTime as error:
            raise ReadingFailed(
                f"Đọc quá {patience:.0f} giây mà chưa xong; có thể máy đang quá bận. Hãy đọc lại. — "
                f"Reading was not done in {patience:.0f} seconds; the machine may be too busy. Read it again."
            ) from error
        except OutOfMemory as error:
            size = f"{settings.child_bytes / MEBIBYTE:.0f} MiB"
            raise refusals.too_costly(f"{size} bộ nhớ", f"{size} of memory") from error
        except ChildFailed as error:
            raise ReadingFailed(str(error)) from error


def _identity(source: Path) -> tuple[int, ...]:
    seen = source.stat()
    return seen.st_dev, seen.st_ino, seen.st_size, seen.st_mtime_ns


def _take(made: Path, target: Path) -> None:
    """Copy what a living child made, and only if it is a file: the child could put a link to a secret in its
    place at any moment, so it is looked at where it is opened."""
    try:
        opened = os.open(made, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
    except OSError as error:
        raise ReadingFailed("the child made no page image") from error
    with os.fdopen(opened, "rb") as source:
        if not stat.S_ISREG(os.fstat(opened).st_mode):
            raise ReadingFailed("the child's page image is no file")
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
    `verify_seconds`."""

    sandbox: Sandbox
    fetcher: Fetcher | None = None
    trust: tuple[Path, ...] = ()

    def verify(self, source: Path, at: datetime | None = None, *, offline: bool = False) -> dict[str, Any]:
        def look(evidence: Sequence[Path], seconds: float) -> dict[str, Any]:
            return self._look(source, at, evidence, seconds)

        seconds = self.sandbox.settings.verify_seconds
        try:
            if self.fetcher is None or offline:
                return look([], seconds)
            return complete(look, _wants, self.fetcher, seconds)
        except TimeoutError:
            return _unreadable(source, "too-costly")

    def _look(
        self, source: Path, at: datetime | None, evidence: Sequence[Path], seconds: float
    ) -> dict[str, Any]:
        """Raises TimeoutError."""
        settings = self.sandbox.settings
        given = [*self.trust, *([settings.trust] if settings.trust is not None else [])]
        trust = [path.absolute() for path in given if path.exists()]
        request = {
            "anchors": [str(path) for path in trust],
            "evidence": [str(path.absolute()) for path in evidence],
            "at": at.isoformat() if at else None,
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

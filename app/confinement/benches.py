"""Seats at a file: confined children that wait for the next order on it."""

import contextlib
import logging
import os
import shutil
import stat
import tempfile
import threading
import time
import weakref
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import Any

from app.confinement.child import SIGNING
from app.confinement.children import Child, ChildFailed, OutOfMemory, OutOfTime, ServerGone
from app.confinement.fork_server import ForkServer
from app.confinement.leftovers import remove
from app.confinement.sandbox import Reach, Sandbox
from app.settings import MEBIBYTE, Settings

log = logging.getLogger("banchinh.sandbox")

#: What waited this long for another order on its file holds memory (150 MB and more) for nothing.
_IDLE_SECONDS = 20.0
START_SECONDS = 5.0  # for a child, on a busy machine
#: What who verifies writes is the document once more, and pictures of its pages, all of them in one file
#: (memory that is shared with poppler, 72 MB: signing.comparison).
_PICTURE_BYTES = 128 * MEBIBYTE
_LOAD_SECONDS = 60.0  # for what the fork server loads: our own code, which a busy machine gets the time for


@dataclass(frozen=True, slots=True)
class Seat:
    """A child and the folder that it alone is told to write into. One that `reads` keeps what it reads with
    in its memory, some 100 MB. `file_bytes`: what it may write into one file, where that is less than usual.

    The `folder` is a descriptor, and files in it are named and no path: a child that was taken over could put
    a link in the place of the folder as well as in that of a file."""

    child: Child
    folder: int
    reads: bool
    file_bytes: int | None = None

    def take(self, made: str, target: Path) -> None:
        """Copy what a living child made, and only if it is a file: the child could put a link to a secret in
        its place at any moment, so it is looked at where it is opened. Raises ChildFailed."""
        try:
            opened = os.open(_only_name(made), _READING, dir_fd=self.folder)
        except OSError as error:
            raise ChildFailed("the child made no file") from error
        with os.fdopen(opened, "rb") as source:
            if not stat.S_ISREG(os.fstat(opened).st_mode):
                raise ChildFailed("what the child made is no file")
            with target.open("wb") as sink:
                shutil.copyfileobj(source, sink, 1 << 20)

    def has(self, name: str) -> bool:
        """Is there anything of this name, a link to nothing included?"""
        try:
            os.stat(_only_name(name), dir_fd=self.folder, follow_symlinks=False)
        except FileNotFoundError:
            return False
        return True

    def lend(self, image: Path, name: str) -> None:
        """Put a page image where the child finds it, in place of what it may have there. Raises
        ChildFailed."""
        try:
            os.unlink(_only_name(name), dir_fd=self.folder)
        except FileNotFoundError:
            pass
        except OSError as error:
            raise ChildFailed("what the child made is in the way") from error
        try:
            os.link(image, name, dst_dir_fd=self.folder)
        except OSError:  # another file system
            self.copy(image, name)

    def copy(self, source: Path, name: str) -> None:
        """Put a copy there that the child may write into, where there is nothing of this name. Raises
        ChildFailed."""
        try:
            opened = os.open(_only_name(name), _WRITING, 0o600, dir_fd=self.folder)
        except OSError as error:
            raise ChildFailed("what the child made is in the way") from error
        with source.open("rb") as stream, os.fdopen(opened, "wb") as sink:
            shutil.copyfileobj(stream, sink, 1 << 20)

    def close(self) -> None:
        self.child.close()
        os.close(self.folder)


_READING = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC
_WRITING = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC
_FOLDER = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC


def _only_name(name: str) -> str:
    """Raises ChildFailed for what leads out of a folder."""
    if name != Path(name).name or name == "..":
        raise ChildFailed("what the child made has a path for a name")
    return name


class Bench:
    """An enclosure and the seats of its children that wait for an order. All of it belongs to one file."""

    def __init__(
        self, sandbox: Sandbox, server: ForkServer, source: Path, readable: Sequence[Path] = ()
    ) -> None:
        """Raises ChildFailed."""
        self.source = source
        self.identity = _identity(source)
        self.idle_since = 0.0
        self.users = 0
        self._server = server
        place = Path(tempfile.mkdtemp(prefix="banchinh-bench-"))
        self._remove = weakref.finalize(self, remove, place)  # at the end of the process at the latest
        try:
            self._enclosure = sandbox.enclosure(Reach(source, place, readable))
        except BaseException:
            self._remove()
            raise
        self._folder = os.open(place, _FOLDER)
        self._numbers = count()
        self._idle: list[Seat] = []
        self._lock = threading.Lock()
        self._closed = False

    @property
    def alive(self) -> bool:
        """Whether it can still give a child."""
        return self._server.alive and self._enclosure.alive

    def seat(self, *, reads: bool, file_bytes: int | None = None) -> Seat:
        """One of this kind that waits, or a new one. Raises ChildFailed."""
        with self._lock:
            if self._closed:
                raise ChildFailed("no child is started at this file any more")
            kind = reads, file_bytes
            waiting = next((seat for seat in self._idle if (seat.reads, seat.file_bytes) == kind), None)
            if waiting is not None:
                self._idle.remove(waiting)
                return waiting
            name = str(next(self._numbers))
            try:
                os.mkdir(name, dir_fd=self._folder)
                folder = os.open(name, _FOLDER, dir_fd=self._folder)
            except OSError as error:
                raise ChildFailed("what another child made is in the way") from error
        try:
            child = self._server.child(self._enclosure, name, file_bytes)
            return Seat(child, folder, reads, file_bytes)
        except BaseException:
            os.close(folder)
            raise

    def give_back(self, seat: Seat) -> None:
        with self._lock:
            if not self._closed:
                self._idle.append(seat)
                return
        seat.close()

    def dismiss(self, *, reads: bool) -> None:
        """End the children of a kind that wait."""
        with self._lock:
            gone = [seat for seat in self._idle if seat.reads == reads]
            self._idle = [seat for seat in self._idle if seat not in gone]
        for seat in gone:
            seat.close()

    def close(self) -> None:
        with self._lock:  # at a stop others may still ask for a seat, and a number closed may be another's
            if self._closed:
                return
            self._closed = True
            os.close(self._folder)
        for reads in (True, False):
            self.dismiss(reads=reads)
        self._enclosure.close()
        self._remove()


class Benches:
    """Benches that wait for the next order on their file. No child ever sees two files."""

    def __init__(
        self, sandbox: Sandbox, profile: str, most_idle: int, readable: Callable[[], Sequence[Path]] = tuple
    ) -> None:
        """`readable`: what every child may read besides its file."""
        self._sandbox = sandbox
        self._readable = readable
        self._profile = profile
        self._most_idle = most_idle
        self._all: list[Bench] = []
        self._building: dict[tuple[int, ...], threading.Event] = {}
        self._lock = threading.Lock()

    @contextlib.contextmanager
    def seat(self, source: Path, *, reads: bool, file_bytes: int | None = None) -> Iterator[Seat]:
        """A child for the file, for one order. After an error or a refusal it is not used again. Raises
        ServerGone, and what else the order raises."""
        bench = self._taken(source)
        try:
            seat = bench.seat(reads=reads, file_bytes=file_bytes)
            try:
                yield seat
            except BaseException:
                seat.close()
                raise
            bench.give_back(seat)
        except ChildFailed as error:
            if bench.alive or isinstance(error, OutOfTime | OutOfMemory):
                raise
            raise ServerGone(str(error)) from error
        finally:
            self._give_back(bench)

    def ordered(self, source: Path, seconds: float, order: Callable[[Seat, float], Any]) -> Any:
        """What a child that only looks makes of an order in the seconds that are left; asked of another one
        where the first died with who started it. Raises ChildFailed, Refusal."""
        end = time.monotonic() + seconds
        most = max(source.stat().st_size, _PICTURE_BYTES)
        try:
            with self.seat(source, reads=False, file_bytes=most) as seat:
                return order(seat, seconds)
        except ServerGone:
            log.warning("an order is given again: its fork server died")
        with self.seat(source, reads=False, file_bytes=most) as seat:
            return order(seat, end - time.monotonic())

    def rest(self, source: Path) -> None:
        """End the children that wait to read more of a file."""
        with self._lock:
            resting = self._at(source)
        for bench in resting:
            bench.dismiss(reads=True)

    def clear(self, source: Path, *, wait: bool = True) -> None:
        """Close the bench of a file after its last order, unless others are at it; beside what the caller
        does next where it does not `wait`."""
        with self._lock:
            gone = [bench for bench in self._at(source) if not bench.users]
            self._all = [bench for bench in self._all if bench not in gone]
        for bench in gone:
            if wait:
                bench.close()
            else:
                threading.Thread(target=bench.close).start()

    def close(self) -> None:
        with self._lock:
            gone, self._all = self._all, []
        for bench in gone:
            bench.close()

    def _at(self, source: Path) -> list[Bench]:
        """Those of a file, also after it was changed or taken away while it was looked at."""
        try:
            identity = _identity(source)
        except OSError:
            identity = ()
        return [bench for bench in self._all if bench.identity == identity or bench.source == source]

    def _taken(self, source: Path) -> Bench:
        """The bench of the file. One that is being built is waited for by those of its own file alone."""
        identity = _identity(source)
        while True:
            with self._lock:
                bench = next((b for b in self._all if b.identity == identity and b.alive), None)
                if bench is not None:
                    bench.users += 1
                    return bench
                others = self._building.get(identity)
                if others is None:
                    built = self._building[identity] = threading.Event()
                    break
            others.wait()
        try:
            server = self._sandbox.fork_server(self._profile, START_SECONDS + _LOAD_SECONDS)
            bench = Bench(self._sandbox, server, source, self._readable())
            with self._lock:
                bench.users += 1
                self._all.append(bench)
            return bench
        finally:
            with self._lock:
                del self._building[identity]
            built.set()

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


def _identity(source: Path) -> tuple[int, ...]:
    """Raises OSError."""
    seen = source.stat()
    return seen.st_dev, seen.st_ino, seen.st_size, seen.st_mtime_ns


def of_signed_documents(sandbox: Sandbox, trust: Sequence[Path] = (), profile: str = SIGNING) -> Benches:
    """Benches for those who sign and verify, or VERIFYING alone. Their children may read what is trusted, in
    TRUST and in `trust`."""
    settings = sandbox.settings
    return Benches(sandbox, profile, settings.pages_at_once, lambda: [*trust, *trusted(settings)])


def trusted(settings: Settings) -> Sequence[Path]:
    """The folder TRUST, where there is one."""
    folder = settings.trust_folder.absolute()
    return [folder] if folder.exists() else []

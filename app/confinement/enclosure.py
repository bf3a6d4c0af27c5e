"""A confinement that stands empty: children that are forked outside of it step into it.

Bubblewrap builds it, and keeps it for as long as a process lives in it that does nothing.
"""

import contextlib
import json
import os
import select
import threading
import weakref
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Self

from app.confinement.children import Child, ChildFailed, Place, Started

#: What lives in it, and echoes a line once all is in its place. It ends with its standard input.
KEEPER = "cat"
_START_SECONDS = 10.0
_INFO_BYTES = 4096

#: Names in /proc/PID/ns and the flags of setns(2) that stand for them.
_NAMESPACES = {
    "mnt": 0x0002_0000,
    "cgroup": 0x0200_0000,
    "uts": 0x0400_0000,
    "ipc": 0x0800_0000,
    "user": 0x1000_0000,
    "pid": 0x2000_0000,
    "net": 0x4000_0000,
}


@dataclass(frozen=True, slots=True)
class Namespaces:
    """What a child steps into: those of the process behind `pidfd` that `flags` of setns(2) name."""

    pidfd: int
    flags: int


class Enclosure:
    """A place for children, with the namespaces that they stand in; none where bubblewrap cannot run."""

    def __init__(self, place: Place, start: Callable[[int], Started] | None) -> None:
        """`start` runs bubblewrap with KEEPER in it and tells about it on the descriptor that it is given
        (`--info-fd`). Raises ChildFailed."""
        self.place = place
        self.namespaces: Namespaces | None = None
        self._keeper: Started | None = None
        self._children: weakref.WeakSet[Child] = weakref.WeakSet()
        self._lock = threading.Lock()
        self._ended = False
        if start is None:
            return
        told, telling = (os.fdopen(fd, mode, 0) for fd, mode in zip(os.pipe(), ("rb", "wb"), strict=True))
        with told:
            with telling:
                self._keeper = start(telling.fileno())
            try:
                self.namespaces = _namespaces(self._keeper, told)
            except BaseException:
                self.close()
                raise

    @property
    def alive(self) -> bool:
        return self._keeper is None or self._keeper.exit_code() is None

    def take_in(self, child: Child) -> Child:
        """A child that has stepped into it, and ends with it. Raises ChildFailed where it has ended."""
        with self._lock:
            if not self._ended:
                self._children.add(child)
                return child
        child.close()
        raise ChildFailed("no child is started in this confinement any more")

    def kill(self) -> None:
        """End all that stands in it. Any thread may call this."""
        with self._lock:
            self._ended = True
            children = list(self._children)
        if self._keeper is not None:
            self._keeper.kill()
        for child in children:  # without namespaces nothing else ends them
            if not child.closed:  # else its number may be another's by now
                child.kill()

    def close(self) -> None:
        self.kill()
        if self.namespaces is not None:
            os.close(self.namespaces.pidfd)
            self.namespaces = None
        if self._keeper is not None:
            for stream in (self._keeper.stdin, self._keeper.stdout, self._keeper.stderr):
                stream.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def _namespaces(keeper: Started, told: IO[bytes]) -> Namespaces:
    """Raises ChildFailed where bubblewrap does not get so far."""
    try:
        with contextlib.suppress(BrokenPipeError):  # then it says why
            keeper.stdin.write(b"\n")
        if not _said(keeper.stdout, 1):
            why = _said(keeper.stderr, _INFO_BYTES).decode("utf-8", "replace").strip()
            raise ChildFailed(f"the confinement does not stand: {why}")
        number = json.loads(_said(told, _INFO_BYTES))["child-pid"]
        flags = sum(flag for name, flag in _NAMESPACES.items() if _is_its_own(number, name))
        return Namespaces(os.pidfd_open(number), flags)
    except (OSError, ValueError, KeyError) as error:
        raise ChildFailed("the confinement does not stand") from error


def _said(stream: IO[bytes], most: int) -> bytes:
    """The next bytes, none where none come in time."""
    return stream.read(most) if select.select([stream], [], [], _START_SECONDS)[0] else b""


def _is_its_own(number: int, name: str) -> bool:
    """Whether a process has a namespace of this kind that is not ours."""
    ours, theirs = (Path("/proc", who, "ns", name).stat() for who in ("self", str(number)))
    return ours.st_ino != theirs.st_ino

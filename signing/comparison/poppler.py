"""Poppler, in a process that stays up for one document: to start one takes longer than to draw a page.

It is under the limits of this process and can be killed at any moment. Where it dies of a page, that page is
not drawn, and the next one starts another process.
"""

import contextlib
import fcntl
import math
import mmap
import os
import select
import subprocess
import sys
import time
from collections import deque
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from signing.comparison.renderers import KEPT, LONG_SIDE, ROOM, NotDrawn, Picture

PROGRAM = Path(__file__).with_name("poppler_process.py")
AHEAD = 4  # pages that are ordered before anybody asks for them
IN_TURN = AHEAD + 4  # places for pictures that are not kept: two are looked at, AHEAD are being drawn
LONGEST_ANSWER = 64  # bytes
NOWHERE = -1
#: Nobody makes shared memory smaller under those who look into it: they would die of that (memfd_create(2)).
FIXED = fcntl.F_SEAL_SHRINK | fcntl.F_SEAL_GROW | fcntl.F_SEAL_SEAL


@dataclass(frozen=True, slots=True)
class Order:
    """One page, the place for its picture, and that of the present page with which it may be the same."""

    length: int
    page: int
    place: int
    like: int


class Poppler:
    """Draws the pages of the document `data` and its versions, within the seconds that are `remaining`."""

    name = "poppler"

    def __init__(self, data: bytes, remaining: Callable[[], float]) -> None:
        self._remaining = remaining
        self._whole = len(data)
        self._given = _shared(self._whole)
        with os.fdopen(os.dup(self._given), "wb") as document:
            document.write(data)
        fcntl.fcntl(self._given, fcntl.F_ADD_SEALS, FIXED | fcntl.F_SEAL_WRITE)
        self._drawn = _shared((KEPT + IN_TURN) * ROOM)
        fcntl.fcntl(self._drawn, fcntl.F_ADD_SEALS, FIXED)
        self._pictures = mmap.mmap(self._drawn, (KEPT + IN_TURN) * ROOM, prot=mmap.PROT_READ)
        self._kept: dict[int, Picture] = {}
        self._places: dict[int, int] = {}  # of the kept pages
        self._turns = 0
        self._ordered: deque[Order] = deque()
        self._process: subprocess.Popen[bytes] | None = None
        self._said = b""
        self._there: bool | None = None
        self._start()

    def installed(self) -> bool:
        """Whether this machine has the library; whatever it dies of later, it was there."""
        if self._there is None:
            self._there = self._line() != b"absent"
        return self._there

    def begin(self, length: int, page: int) -> None:
        """Let this page be drawn, if it is not already."""
        if len(self._ordered) < AHEAD and not self._is_kept(length, page) and not self._found(length, page):
            self._order(length, page)

    def draw(self, length: int, page: int) -> Picture:
        if self._is_kept(length, page):
            return self._kept[page]
        if self._remaining() <= 0:
            raise NotDrawn
        if not self._found(length, page):
            while self._ordered:  # of pages that nobody asked for in the end
                self._answered(self._ordered.popleft())
            self._order(length, page)
        while True:
            order = self._ordered.popleft()
            picture = self._answered(order)
            if (order.length, order.page) == (length, page):
                break
        if picture is None:
            raise NotDrawn
        return picture

    def close(self) -> None:
        self._stop()
        for descriptor in (self._given, self._drawn):
            os.close(descriptor)

    def _is_kept(self, length: int, page: int) -> bool:
        return length == self._whole and page in self._kept

    def _found(self, length: int, page: int) -> bool:
        return any((order.length, order.page) == (length, page) for order in self._ordered)

    def _order(self, length: int, page: int) -> None:
        like = self._places.get(page, NOWHERE) if length != self._whole else NOWHERE
        self._ordered.append(order := Order(length, page, self._place(length, page), like))
        self._send(order)

    def _place(self, length: int, page: int) -> int:
        """Where the picture goes, counted in pictures."""
        if length == self._whole and (page in self._places or len(self._places) < KEPT):
            return self._places.setdefault(page, len(self._places))
        self._turns += 1
        return KEPT + self._turns % IN_TURN

    def _send(self, order: Order) -> None:
        words = f"{order.length} {order.page} {LONG_SIDE} {order.place * ROOM} {order.like * ROOM}\n"
        if self._process and self._process.stdin:
            with contextlib.suppress(BrokenPipeError):  # it is dead, as the want of an answer will say
                self._process.stdin.write(words.encode())

    def _answered(self, order: Order) -> Picture | None:
        """The picture that was ordered, None where there is none."""
        words = self._line().split()
        if words == [b"ready"]:
            words = self._line().split()
        match words:
            case [b"drawn", columns, rows] if columns.isdigit() and rows.isdigit():
                shape = int(rows), int(columns), 4
                if min(shape) > 0 and max(shape) <= LONG_SIDE:
                    start = order.place * ROOM
                    seen = np.frombuffer(self._pictures, np.uint8, math.prod(shape), start).reshape(shape)
                    if order.place < KEPT:
                        self._kept[order.page] = seen
                    return seen
            case [b"same"] if order.like != NOWHERE and order.page in self._kept:
                return self._kept[order.page]
            case [b"undrawn"]:
                return None
        self._start_again()  # it died, took too long or talks nonsense
        return None

    def _start_again(self) -> None:
        self._stop()
        if self._remaining() > 0:
            self._start()
            for waiting in self._ordered:
                self._send(waiting)

    def _line(self) -> bytes:
        """What it says next, nothing where it dies or time is up."""
        if not (self._process and self._process.stdout):
            return b""
        answers = self._process.stdout.fileno()
        while b"\n" not in self._said and len(self._said) < LONGEST_ANSWER:
            ready, _, _ = select.select([answers], [], [], max(0.0, self._remaining()))
            said = os.read(answers, LONGEST_ANSWER) if ready else b""
            if not said:
                return b""
            self._said += said
        line, _, self._said = self._said.partition(b"\n")
        return line

    def _start(self) -> None:
        self._said = b""
        self._process = subprocess.Popen(  # noqa: S603 our own program; the document is its input
            [sys.executable, "-I", "-S", PROGRAM, *map(str, (self._given, self._drawn, len(self._pictures)))],
            bufsize=0,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            pass_fds=(self._given, self._drawn),
        )

    def _stop(self) -> None:
        if self._process is not None:
            with self._process as process:
                process.kill()
            self._process = None


def _shared(size: int) -> int:
    """Memory that another process can be given, as a descriptor."""
    descriptor = os.memfd_create("pictures", os.MFD_CLOEXEC | os.MFD_ALLOW_SEALING)
    os.truncate(descriptor, size)
    return descriptor


def installed(seconds: float = 10.0) -> bool:
    """Whether pages can be drawn with poppler on this machine."""
    until = time.monotonic() + seconds
    with closing(Poppler(b"%PDF-", lambda: until - time.monotonic())) as started:
        return started.installed()

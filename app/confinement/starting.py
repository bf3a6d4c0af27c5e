"""How processes of ours start: with our code, an environment without secrets, a session of their own.

It imports next to nothing, so that a command can have a fork server load while it loads itself.
"""

import os
import socket
import subprocess
import sys
import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from queue import SimpleQueue
from typing import Self

from app.confinement.stepping import OWN_NAMESPACE

#: Where a child in namespaces of its own may write what nobody needs: a file system of the enclosure.
SCRATCH = "/tmp"  # noqa: S108
ROOT = Path(__file__).resolve().parents[2]
CHILD = ("-m", "app.confinement.child")


@dataclass(frozen=True, slots=True)
class Loading:
    """A process that loads what its children read with, and takes orders on the other end of `orders` when it
    has (`app.confinement.fork_server`). It ends with this."""

    profile: str
    process: subprocess.Popen[bytes]
    orders: socket.socket

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.orders.close()
        self.process.kill()
        self.process.wait()


def fork_server(profile: str, program: Sequence[str] = CHILD) -> Loading:
    """Start one for a profile of readers."""
    ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    with theirs:
        number = theirs.fileno()
        words = [*python(program), "--fork-server", str(number), profile]
        process = started(words, environment(None, False), "/", streams=subprocess.DEVNULL, passed=[number])
    return Loading(profile, process, ours)


def python(program: Sequence[str]) -> list[str]:
    """The command that runs a program of ours."""
    return [sys.executable, "-P", *program]


def started(
    command: Sequence[str],
    environment: Mapping[str, str],
    folder: Path | str | None,
    streams: int = subprocess.PIPE,
    passed: Sequence[int] = (),
) -> subprocess.Popen[bytes]:
    def start() -> subprocess.Popen[bytes]:
        return subprocess.Popen(  # noqa: S603 the command is ours, nothing of it comes from the file
            command,
            bufsize=0,
            stdin=streams,
            stdout=streams,
            stderr=streams,
            env=environment,
            cwd=folder,
            start_new_session=True,
            pass_fds=passed,
        )

    return _parent().start(start)


class _Parent:
    """The thread that starts processes, and does not end before this one. To the kernel the thread is the
    parent (prctl(2), PR_SET_PDEATHSIG): what dies with its parent would die with the thread that happened to
    ask, though others are at work with it."""

    def __init__(self) -> None:
        self._orders: SimpleQueue[tuple[Start, SimpleQueue[Started]]] = SimpleQueue()
        threading.Thread(target=self._work, name="parent", daemon=True).start()

    def start(self, start: "Start") -> subprocess.Popen[bytes]:
        answer: SimpleQueue[Started] = SimpleQueue()
        self._orders.put((start, answer))
        made = answer.get()
        if isinstance(made, BaseException):
            raise made
        return made

    def _work(self) -> None:
        while True:
            start, answer = self._orders.get()
            try:
                answer.put(start())
            except BaseException as error:  # noqa: BLE001 raised again where it was asked for
                answer.put(error)


Start = Callable[[], subprocess.Popen[bytes]]
Started = subprocess.Popen[bytes] | BaseException
_parents: list[_Parent] = []
_lock = threading.Lock()


def _parent() -> _Parent:
    """That of this process."""
    with _lock:
        if not _parents:
            _parents.append(_Parent())
        return _parents[0]


def _forked() -> None:
    """A forked process has none of the threads of the other."""
    _parents.clear()
    _lock.release()


# nobody forks while another thread holds the lock, which would be held for ever in the new process
os.register_at_fork(before=_lock.acquire, after_in_parent=_lock.release, after_in_child=_forked)


def environment(folder: Path | None, confined: bool) -> dict[str, str]:
    """Nothing of ours but where to find programs: settings and secrets stay outside."""
    scratch = SCRATCH if confined or folder is None else str(folder)
    return {
        "PATH": os.defpath + ":/usr/local/bin:/usr/sbin",
        "PYTHONPATH": str(ROOT),
        "PYTHONDONTWRITEBYTECODE": "1",
        "PYTHONUTF8": "1",
        "LANG": "C.UTF-8",
        **({OWN_NAMESPACE: "1"} if confined else {}),
        "HOME": scratch,
        "TMPDIR": scratch,
        # One thread a child: pages run in parallel processes, and threads fight over the same cores.
        "OMP_THREAD_LIMIT": "1",
        "OMP_NUM_THREADS": "1",
        "OPENBLAS_NUM_THREADS": "1",
        "MKL_NUM_THREADS": "1",
        "OPENCV_FOR_THREADS_NUM": "1",
        # glibc reserves 64 MB of addresses for each thread else, and a child may only have so many.
        "MALLOC_ARENA_MAX": "2",
        **({"TESSDATA_PREFIX": os.environ["TESSDATA_PREFIX"]} if "TESSDATA_PREFIX" in os.environ else {}),
    }

"""A confined child process as the one who asks it sees it: orders in, answers out, and how it died."""

import contextlib
import json
import logging
import os
import selectors
import signal
import subprocess
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import IO, Any, Protocol, Self

from app.settings import MEBIBYTE
from ocr.limits import Refusal
from signing.evidence.fetching import FetchFailed
from signing.evidence.relaying import Errand

log = logging.getLogger("banchinh.sandbox")

_ANSWER_BYTES = 128 * MEBIBYTE  # 500 pages of 600 words are about 40 MB of JSON
_ERRORS_BYTES = 16 * 1024  # of what the child says on stderr, the end is kept, to know what it died of
_GLANCE = 1.0  # seconds between looks whether the child still lives
_DYING = 5.0  # seconds that a child may take to end once it has closed its answer
#: A signature at B-LTA of three certificates under two timestamp authorities fetches about twelve times.
_ERRANDS = 40

#: Fetches for a child that has no network, as its one who asks thinks fit. Raises FetchFailed.
Run = Callable[[Errand], bytes]


class ChildFailed(RuntimeError):
    """The child died, or gave no answer, for a cause that may not lie in the file."""


class ServerGone(ChildFailed):
    """Who starts the children died, and they with it: another one may be asked the same."""


class OutOfTime(ChildFailed):
    """The child ran longer than it may."""


class OutOfProcessorTime(OutOfTime):
    """The child computed longer than it may; a busy machine does not cause this."""


class OutOfMemory(ChildFailed):
    """The child asked for more memory than it may have."""


class Process(Protocol):
    """A child, however it was started. Its ways in and out do not block."""

    @property
    def stdin(self) -> IO[bytes]: ...

    @property
    def stdout(self) -> IO[bytes]: ...

    @property
    def stderr(self) -> IO[bytes]: ...

    @property
    def number(self) -> int: ...

    def exit_code(self) -> int | None:
        """None while it lives; minus the signal that killed it."""
        ...

    def kill(self) -> None:
        """End it and all that it started; nothing where it has ended. Any thread may call this."""
        ...


@dataclass(frozen=True, slots=True)
class Started:
    """A process with a session of its own and unbuffered pipes, which `subprocess` started."""

    process: subprocess.Popen[bytes]

    @property
    def stdin(self) -> IO[bytes]:
        return _piped(self.process.stdin)

    @property
    def stdout(self) -> IO[bytes]:
        return _piped(self.process.stdout)

    @property
    def stderr(self) -> IO[bytes]:
        return _piped(self.process.stderr)

    @property
    def number(self) -> int:
        return self.process.pid

    def exit_code(self) -> int | None:
        return self.process.poll()

    def kill(self) -> None:
        killed(self.process)


def killed(process: subprocess.Popen[bytes]) -> int:
    """The exit code of a process that is killed with its whole session, unless it has ended.

    Under bubblewrap its process namespace dies with it.
    """
    with contextlib.suppress(ProcessLookupError):
        if process.returncode is None:
            os.killpg(process.pid, signal.SIGKILL)
    return process.wait()


def _piped(stream: IO[bytes] | None) -> IO[bytes]:
    assert stream is not None, "started with pipes"
    return stream


@dataclass(frozen=True, slots=True)
class Place:
    """Where a child finds its file and may write, as it sees them, and what bounds it."""

    source: Path | None
    folder: Path | None
    limits: Mapping[str, int]


class Child:
    """A process that works on one file, one order after another, until it is closed or fails."""

    def __init__(self, process: Process, place: Place) -> None:
        self._process = process
        self._place = place
        self._errors = bytearray()
        self.closed = False
        for stream in (process.stdin, process.stdout, process.stderr):
            os.set_blocking(stream.fileno(), False)

    def ask(
        self,
        task: str,
        request: Mapping[str, Any],
        seconds: float,
        patience: float | None = None,
        *,
        run: Run | None = None,
    ) -> Any:
        """The result, after `seconds` of processor time at most, and `patience` by the clock (as long unless
        given). The request goes by a pipe, so a secret in it is in no argument, no environment and no
        file. What the child wants fetched is fetched by `run`, or not at all. Raises Refusal; or OutOfTime,
        OutOfMemory, ChildFailed, and then the child is dead."""
        if self.closed:
            raise ChildFailed(f"{task}: the child has ended")
        message = {
            "task": task,
            "source": str(self._place.source),
            "folder": str(self._place.folder),
            "limits": {**self._place.limits, "seconds": int(seconds) + 1},
            "request": request,
        }
        try:
            deadline = time.monotonic() + (seconds if patience is None else patience)
            raw = self._exchange(json.dumps(message).encode() + b"\n", deadline)
            for _ in range(_ERRANDS):
                if raw is None or (errand := _errand(raw)) is None:
                    break
                raw = self._exchange(_fetched(errand, run, deadline), deadline)
            if raw is None:
                raise _death(task, self._end(), bytes(self._errors))
            return _answer(task, raw)
        except ChildFailed:
            self.close()
            raise

    @property
    def number(self) -> int:
        """That of its process."""
        return self._process.number

    def _end(self) -> int | None:
        """The exit code of a child that says no more; None where it lives on all the same."""
        deadline = time.monotonic() + _DYING
        while (code := self._process.exit_code()) is None and time.monotonic() < deadline:
            time.sleep(0.01)
        return code

    def close(self) -> None:
        """End the child and everything it started."""
        self.closed = True
        self._process.kill()
        for stream in (self._process.stdin, self._process.stdout, self._process.stderr):
            stream.close()

    def kill(self) -> None:
        """As `close`, from another thread than the one that asks, which will clear up."""
        self._process.kill()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _exchange(self, question: bytes, deadline: float) -> bytes | None:
        """The line that answers the question, or None where the child ended without one."""
        stdin, stdout, stderr = self._process.stdin, self._process.stdout, self._process.stderr
        left, answer = memoryview(question), bytearray()
        with selectors.DefaultSelector() as selector:
            selector.register(stdin, selectors.EVENT_WRITE)
            selector.register(stdout, selectors.EVENT_READ)
            selector.register(stderr, selectors.EVENT_READ)
            while not answer.endswith(b"\n"):
                left_to_wait = max(0.0, deadline - time.monotonic())
                ready = [key.fileobj for key, _ in selector.select(min(left_to_wait, _GLANCE))]
                if not ready and time.monotonic() >= deadline:
                    raise OutOfTime("the time is over")
                if not ready and self._process.exit_code() is not None:
                    return None  # killed so early that what it had started lives on and holds the pipe
                if stdin in ready:
                    left = left[_write(stdin, left) :]
                    if not left:
                        selector.unregister(stdin)
                if stderr in ready and not self._hear(stderr):
                    selector.unregister(stderr)
                if stdout in ready:
                    chunk = stdout.read(1 << 18)
                    if not chunk:
                        return None
                    answer += chunk
                if len(answer) > _ANSWER_BYTES:
                    raise ChildFailed("the child's answer is too long")
        return bytes(answer)

    def _hear(self, stderr: IO[bytes]) -> bool:
        """Keep the end of what the child complains of; False where it will say no more."""
        chunk = stderr.read(1 << 16)
        self._errors += chunk or b""
        del self._errors[:-_ERRORS_BYTES]
        return chunk != b""


def _write(stdin: IO[bytes], data: memoryview) -> int:
    try:
        return stdin.write(data) or 0
    except BrokenPipeError:  # its end will be noticed at its answer
        return len(data)


def _death(task: str, code: int | None, errors: bytes) -> ChildFailed:
    if code is None:
        return ChildFailed(f"{task}: the child closed its answer and lives on")
    # Under bubblewrap, and in a shell's manner, a death by signal N arrives as exit 128 + N.
    number = -code if code < 0 else code - 128 if code > 128 else 0
    tail = errors.decode("utf-8", "replace").strip()
    # Not what it said: a library's complaint may quote the paper.
    log.warning("child died", extra={"task": task, "exit": code})
    if number == signal.SIGXCPU:
        return OutOfProcessorTime(f"{task}: processor time is used up")
    if "MemoryError" in tail or "bad_alloc" in tail:
        return OutOfMemory(f"{task}: memory is used up")
    return ChildFailed(f"{task}: the child ended with {code}")


def _errand(raw: bytes) -> Errand | None:
    """What the child wants fetched before it can answer; None where it has answered."""
    if not raw.startswith(b'{"fetch"'):
        return None
    try:
        return Errand.from_json(json.loads(raw)["fetch"])
    except (ValueError, TypeError, KeyError) as error:
        raise ChildFailed("the child's errand has no known shape") from error


def _fetched(errand: Errand, run: Run | None, deadline: float) -> bytes:
    left = deadline - time.monotonic()
    answer = {"failed": f"{errand.url}: not fetched"}
    if run is not None and left > 0:
        try:
            answer = {"fetched": run(replace(errand, seconds=min(errand.seconds, left))).hex()}
        except FetchFailed as error:
            answer = {"failed": str(error)}
    return json.dumps(answer).encode() + b"\n"


def _answer(task: str, raw: bytes) -> Any:
    try:
        answer = json.loads(raw)
    except ValueError as error:
        raise ChildFailed(f"{task}: the child's answer is no JSON") from error
    match answer:
        case {"result": result}:
            return result
        case {"refusal": {"code": str(code), "vi": str(vi), "en": str(en)}}:
            raise Refusal(code, vi, en)
        case {"failure": "memory"}:
            raise OutOfMemory(f"{task}: memory is used up")
        case {"failure": str(what)}:
            log.warning("child failed", extra={"task": task, "failure": what[:2000]})
            raise ChildFailed(f"{task} failed: {what[:2000]}")
    raise ChildFailed(f"{task}: the child's answer has no known shape")

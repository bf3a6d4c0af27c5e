"""Child processes for untrusted files: the only module that starts them.

A child runs `python -m app.child` under bubblewrap where that can run: no network, no secrets, a file system
of which it sees the interpreter, our code, one source file and one folder it may write. It is under resource
limits always, and its whole process group is killed when its time is over.
"""

import compileall
import contextlib
import json
import logging
import os
import selectors
import shutil
import signal
import stat
import subprocess
import sys
import sysconfig
import threading
import time
import weakref
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import IO, Any, Literal, Self

from app.settings import MEBIBYTE, Settings
from ocr.limits import Refusal

log = logging.getLogger("banchinh.sandbox")

Confinement = Literal["bubblewrap", "rlimits"]

#: Where the child finds what it may use, whatever the real paths are; they may hold names of people.
SOURCE = Path("/paper/source")
FOLDER = Path("/paper/folder")

_ROOT = Path(__file__).resolve().parents[1]
#: The folders of code that the child runs. Not the project's root: settings and data may lie there.
_PACKAGES = ("app", "ocr", "signing", "storage")
_SYSTEM = (
    "/usr",
    "/bin",
    "/lib",
    "/lib32",
    "/lib64",
    "/sbin",
    "/etc/ld.so.cache",
    "/etc/fonts",
    "/etc/alternatives",
)

_ANSWER_BYTES = 128 * MEBIBYTE  # 500 pages of 600 words are about 40 MB of JSON
_ERRORS_BYTES = 16 * 1024  # of what the child says on stderr, the end is kept, to know what it died of
_FILE_BYTES = 1024 * MEBIBYTE  # a searchable PDF of 500 colour pages stays below half of this
_PROCESSES = 64
_GLANCE = 1.0  # seconds between looks whether the child still lives
_SCRATCH_BYTES = 1024 * MEBIBYTE


@dataclass(frozen=True, slots=True)
class Reach:
    """What a child may reach: `source` and `readable` read-only, `folder` to write into."""

    source: Path | None = None
    folder: Path | None = None
    readable: Sequence[Path] = field(default=())


class ChildFailed(RuntimeError):
    """The child died, or gave no answer, for a cause that may not lie in the file."""


class OutOfTime(ChildFailed):
    """The child ran longer than it may."""


class OutOfProcessorTime(OutOfTime):
    """The child computed longer than it may; a busy machine does not cause this."""


class OutOfMemory(ChildFailed):
    """The child asked for more memory than it may have."""


class Sandbox:
    """Starts children."""

    def __init__(
        self,
        settings: Settings,
        confinement: Confinement | None = None,
        program: Sequence[str] = ("-m", "app.child"),
    ) -> None:
        self.settings = settings
        self._confinement = confinement
        self._program = program
        self._living: weakref.WeakSet[Child] = weakref.WeakSet()
        self._lock = threading.Lock()
        self._stopped = False

    def stop(self) -> None:
        """Kill every child and start no other; whoever waits for an answer gets ChildFailed."""
        with self._lock:
            self._stopped = True
            for child in self._living:
                child.kill()

    def confinement(self) -> Confinement:
        """What stands between a hostile file and this machine."""
        return self._confinement or available_confinement()

    def run(self, task: str, request: Mapping[str, Any], seconds: float, reach: Reach) -> Any:
        """The result of one order by a child of its own. Raises as `Child.ask`."""
        with self.child(reach) as child:
            result = child.ask(task, request, seconds)
        if reach.folder:
            distrust(reach.folder)
        return result

    def child(self, reach: Reach) -> "Child":
        _compile_once()
        confined = self.confinement() == "bubblewrap"
        with self._lock:
            if self._stopped:
                raise ChildFailed("no child is started any more")
            child = Child(self._program, reach, confined, self.settings.child_bytes)
            self._living.add(child)
        return child


class Child:
    """A process that works on one file, one order after another, until it is closed or fails."""

    def __init__(self, program: Sequence[str], reach: Reach, confined: bool, memory: int) -> None:
        command = [sys.executable, "-P", *program]
        self._source = SOURCE if confined else reach.source
        self._folder = FOLDER if confined else reach.folder
        self._limits = {"memory": memory, "file": _FILE_BYTES, "processes": _PROCESSES}
        self._errors = bytearray()
        self._process = subprocess.Popen(  # noqa: S603 the command is ours, nothing of it comes from the file
            [*_bubblewrap(reach), *command] if confined else command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            bufsize=0,
            env=_environment(reach.folder, confined),
            cwd="/" if confined or reach.folder is None else reach.folder,
            start_new_session=True,
        )
        for stream in (self._process.stdin, self._process.stdout, self._process.stderr):
            assert stream is not None
            os.set_blocking(stream.fileno(), False)

    def ask(
        self, task: str, request: Mapping[str, Any], seconds: float, patience: float | None = None
    ) -> Any:
        """The result, after `seconds` of processor time at most, and `patience` by the clock (as long unless
        given). The request goes by a pipe, so a secret in it is in no argument, no environment and no
        file. Raises Refusal; or OutOfTime, OutOfMemory, ChildFailed, and then the child is dead."""
        message = {
            "task": task,
            "source": str(self._source),
            "folder": str(self._folder),
            "limits": {**self._limits, "seconds": int(seconds) + 1},
            "request": request,
        }
        try:
            deadline = time.monotonic() + (seconds if patience is None else patience)
            raw = self._exchange(json.dumps(message).encode() + b"\n", deadline)
            if raw is None:
                raise _death(task, self._process.wait(5), bytes(self._errors))
            return _answer(task, raw)
        except subprocess.TimeoutExpired as error:
            self.close()
            raise ChildFailed(f"{task}: the child closed its answer and lives on") from error
        except ChildFailed:
            self.close()
            raise

    def close(self) -> None:
        """End the child and everything it started; under bubblewrap its process namespace dies with it."""
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self._process.pid, signal.SIGKILL)
        for stream in (self._process.stdin, self._process.stdout, self._process.stderr):
            if stream is not None:
                stream.close()
        self._process.wait()

    def kill(self) -> None:
        """As `close`, from another thread than the one that asks, which will clear up."""
        with contextlib.suppress(ProcessLookupError):
            if self._process.returncode is None:
                os.killpg(self._process.pid, signal.SIGKILL)

    @property
    def closed(self) -> bool:
        return self._process.returncode is not None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _exchange(self, question: bytes, deadline: float) -> bytes | None:
        """The line that answers the question, or None where the child ended without one."""
        stdin, stdout, stderr = self._process.stdin, self._process.stdout, self._process.stderr
        assert stdin is not None
        assert stdout is not None
        assert stderr is not None
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
                if not ready and self._process.poll() is not None:
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


def distrust(folder: Path) -> None:
    """Look over what a child left, once it is dead: a file that took it over could have made it leave a link
    to a secret where we expect a page image. Raises ChildFailed."""
    for path in folder.rglob("*"):
        mode = path.lstat().st_mode
        if not (stat.S_ISREG(mode) or stat.S_ISDIR(mode)):
            raise ChildFailed("the child left something that is no file")


def _death(task: str, code: int, errors: bytes) -> ChildFailed:
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


def _environment(folder: Path | None, confined: bool) -> dict[str, str]:
    """Nothing of ours but where to find programs: settings and secrets stay outside."""
    scratch = "/tmp" if confined or folder is None else str(folder)  # noqa: S108 a tmpfs of the child's own
    return {
        "PATH": os.defpath + ":/usr/local/bin:/usr/sbin",
        "PYTHONPATH": str(_ROOT),
        "PYTHONDONTWRITEBYTECODE": "1",
        "PYTHONUTF8": "1",
        "LANG": "C.UTF-8",
        **({"SANDBOX_OWN_NAMESPACE": "1"} if confined else {}),
        "HOME": scratch,
        "TMPDIR": scratch,
        # One thread a child: pages run in parallel processes, and threads fight over the same cores.
        "OMP_THREAD_LIMIT": "1",
        "OMP_NUM_THREADS": "1",
        "OPENBLAS_NUM_THREADS": "1",
        "MKL_NUM_THREADS": "1",
        "OPENCV_FOR_THREADS_NUM": "1",
        **({"TESSDATA_PREFIX": os.environ["TESSDATA_PREFIX"]} if "TESSDATA_PREFIX" in os.environ else {}),
    }


@cache
def _code_folders() -> tuple[str, ...]:
    """Everything the interpreter and our packages are read from."""
    roots = {sys.prefix, sys.base_prefix, sysconfig.get_path("purelib"), sysconfig.get_path("platlib")}
    roots |= {str(Path(sys.executable).resolve().parents[1])}
    roots |= {str(_ROOT / name) for name in _PACKAGES}
    if "TESSDATA_PREFIX" in os.environ:
        roots.add(os.environ["TESSDATA_PREFIX"])
    return tuple(sorted(root for root in roots if Path(root).exists() and not root.startswith("/usr/")))


def _bubblewrap(reach: Reach) -> list[str]:
    program = shutil.which("bwrap") or "bwrap"
    words = [program, "--unshare-all", "--die-with-parent", "--new-session", "--cap-drop", "ALL"]
    words += ["--proc", "/proc", "--dev", "/dev", "--size", str(_SCRATCH_BYTES), "--tmpfs", "/tmp"]  # noqa: S108
    for path in _SYSTEM:
        if Path(path).is_symlink():
            words += ["--symlink", str(Path(path).readlink()), path]
        elif Path(path).exists():
            words += ["--ro-bind", path, path]
    for path in _code_folders():
        words += ["--ro-bind", path, path]
    for readable in reach.readable:
        words += ["--ro-bind", str(readable.absolute()), str(readable.absolute())]
    if reach.source:
        words += ["--ro-bind", str(reach.source.absolute()), str(SOURCE)]
    if reach.folder:
        words += ["--bind", str(reach.folder.absolute()), str(FOLDER)]
    return [*words, "--chdir", "/", "--"]


@cache
def _compile_once() -> None:
    """A child cannot keep the bytecode of our packages: it writes nowhere. So it is kept here."""
    for name in _PACKAGES:
        compileall.compile_dir(_ROOT / name, quiet=2)


@cache
def available_confinement() -> Confinement:
    """What this machine offers; asked once, and said loudly where it is not all."""
    why = _why_no_bubblewrap()
    if why is None:
        return "bubblewrap"
    log.error(
        "UNSAFE: untrusted files are read without bubblewrap, under resource limits only; "
        "install bubblewrap and allow user namespaces",
        extra={"cause": why},
    )
    return "rlimits"


def _why_no_bubblewrap() -> str | None:
    if shutil.which("bwrap") is None:
        return "bubblewrap is not installed"
    trial = [*_bubblewrap(Reach()), sys.executable, "-c", "import sys"]
    try:
        done = subprocess.run(  # noqa: S603 our own words only
            trial, capture_output=True, timeout=10, check=False, env=_environment(None, True)
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        return str(error)
    return None if done.returncode == 0 else done.stderr.decode("utf-8", "replace").strip()[-500:]

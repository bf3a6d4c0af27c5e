"""Child processes for untrusted files: the only module that starts them.

A child runs `python -m app.child` under bubblewrap where that can run: no network, no secrets, a file system
of which it sees the interpreter, our code, one source file and one folder it may write. It is under resource
limits always, and its whole process group is killed when its time is over.
"""

import hashlib
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
import time
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import IO, Any, Literal

from app.settings import MEBIBYTE, Settings
from app.workflow import ReadingFailed, SigningOrder, SigningRefused
from ocr import limits as refusals
from ocr.limits import Refusal
from ocr.recognition import Inspection, Page, Recognition
from signing.report import Note, Report, Text

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
_ERRORS_BYTES = 16 * 1024  # of what the child says on stderr, the end is kept for the log
_FILE_BYTES = 1024 * MEBIBYTE  # a searchable PDF of 500 colour pages stays below half of this
_PROCESSES = 64
_SCRATCH_BYTES = 1024 * MEBIBYTE


@dataclass(frozen=True, slots=True)
class Order:
    """One piece of work for a child. `request` goes by stdin, so a secret in it is in no argument, no
    environment and no file. `source` and `readable` are bound read-only, `folder` may be written."""

    task: str
    request: Mapping[str, Any]
    seconds: float
    source: Path | None = None
    folder: Path | None = None
    readable: Sequence[Path] = field(default=())
    network: bool = False


class ChildFailed(RuntimeError):
    """The child died, or gave no answer, for a cause that may not lie in the file."""


class OutOfTime(ChildFailed):
    """The child ran longer than it may."""


class OutOfMemory(ChildFailed):
    """The child asked for more memory than it may have."""


class Sandbox:
    """Runs orders, each in a child of its own."""

    def __init__(self, settings: Settings, confinement: Confinement | None = None) -> None:
        self.settings = settings
        self._confinement = confinement

    def confinement(self) -> Confinement:
        """What stands between a hostile file and this machine."""
        return self._confinement or available_confinement()

    def run(self, order: Order) -> Any:
        """The child's result. Raises Refusal, OutOfTime, OutOfMemory or ChildFailed."""
        confined = self.confinement() == "bubblewrap"
        source = SOURCE if confined else order.source
        folder = FOLDER if confined else order.folder
        command = [sys.executable, "-P", "-m", "app.child"]
        if confined:
            command = [*_bubblewrap(order), *command]
        message = {
            "task": order.task,
            "source": str(source) if order.source else None,
            "folder": str(folder) if order.folder else None,
            "limits": {
                "memory": self.settings.child_bytes,
                "file": _FILE_BYTES,
                "processes": _PROCESSES,
                "seconds": int(order.seconds) + 1,
            },
            "request": order.request,
        }
        answer = _answer(order.task, _exchange(command, message, order, confined))
        if order.folder:
            _distrust(order.folder)
        return answer


def _exchange(command: list[str], message: Mapping[str, Any], order: Order, confined: bool) -> bytes:
    """Start the child, give it the message, wait for its answer no longer than it may take."""
    question = os.memfd_create("question")  # memory only: the message may hold a passphrase
    try:
        with os.fdopen(os.dup(question), "wb") as sink:
            sink.write(json.dumps(message).encode())
        os.lseek(question, 0, os.SEEK_SET)
        process = subprocess.Popen(  # noqa: S603 the command is ours, nothing of it comes from the file
            command,
            stdin=question,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env=_environment(order.folder, confined),
            cwd="/" if confined or order.folder is None else order.folder,
            start_new_session=True,
        )
    finally:
        os.close(question)
    with process:
        try:
            answer, errors = _read(process, time.monotonic() + order.seconds, order.seconds)
            process.wait(5)
        except subprocess.TimeoutExpired as error:
            raise OutOfTime(f"{order.task} did not end") from error
        finally:
            _kill(process)
    if process.returncode != 0:
        raise _death(order.task, process.returncode, errors)
    return answer


def _read(process: subprocess.Popen[bytes], deadline: float, seconds: float) -> tuple[bytes, bytes]:
    """All of stdout and the end of stderr, both bounded."""
    assert process.stdout is not None
    assert process.stderr is not None
    answer, errors = bytearray(), bytearray()
    with selectors.DefaultSelector() as selector:
        selector.register(process.stdout, selectors.EVENT_READ, answer)
        selector.register(process.stderr, selectors.EVENT_READ, errors)
        while selector.get_map():
            ready = selector.select(max(0.0, deadline - time.monotonic()))
            if not ready and time.monotonic() >= deadline:
                raise OutOfTime(f"over {seconds:.0f} s")
            for key, _ in ready:
                stream: IO[bytes] = key.fileobj  # type: ignore[assignment]
                chunk = os.read(stream.fileno(), 1 << 16)
                if not chunk:
                    selector.unregister(stream)
                key.data.extend(chunk)
            if len(answer) > _ANSWER_BYTES:
                raise ChildFailed("the child's answer is too long")
            del errors[:-_ERRORS_BYTES]
    return bytes(answer), bytes(errors)


def _distrust(folder: Path) -> None:
    """A child that a file took over could leave a link to a secret where we expect a page image."""
    for path in folder.rglob("*"):
        mode = path.lstat().st_mode
        if not (stat.S_ISREG(mode) or stat.S_ISDIR(mode)):
            raise ChildFailed("the child left something that is no file")


def _kill(process: subprocess.Popen[bytes]) -> None:
    """End the child and everything it started; under bubblewrap its process namespace dies with it."""
    try:
        os.killpg(process.pid, signal.SIGKILL)
    except ProcessLookupError:
        return


def _death(task: str, code: int, errors: bytes) -> ChildFailed:
    # Under bubblewrap, and in a shell's manner, a death by signal N arrives as exit 128 + N.
    number = -code if code < 0 else code - 128 if code > 128 else 0
    tail = errors.decode("utf-8", "replace").strip()
    log.warning("child died", extra={"task": task, "exit": code, "stderr": tail[-2000:]})
    if number == signal.SIGXCPU:
        return OutOfTime(f"{task}: processor time is used up")
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
            raise ChildFailed(f"{task} failed: {what.splitlines()[-1] if what else 'unknown'}")
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


def _bubblewrap(order: Order) -> list[str]:
    program = shutil.which("bwrap") or "bwrap"
    words = [program, "--unshare-all", "--die-with-parent", "--new-session", "--cap-drop", "ALL"]
    if order.network:
        words += ["--share-net", "--ro-bind-try", "/etc/resolv.conf", "/etc/resolv.conf"]
        words += ["--ro-bind-try", "/etc/hosts", "/etc/hosts", "--ro-bind-try", "/etc/ssl", "/etc/ssl"]
    words += ["--proc", "/proc", "--dev", "/dev", "--size", str(_SCRATCH_BYTES), "--tmpfs", "/tmp"]  # noqa: S108
    for path in _SYSTEM:
        if Path(path).is_symlink():
            words += ["--symlink", str(Path(path).readlink()), path]
        elif Path(path).exists():
            words += ["--ro-bind", path, path]
    for path in _code_folders():
        words += ["--ro-bind", path, path]
    for readable in order.readable:
        words += ["--ro-bind", str(readable.absolute()), str(readable.absolute())]
    if order.source:
        words += ["--ro-bind", str(order.source.absolute()), str(SOURCE)]
    if order.folder:
        words += ["--bind", str(order.folder.absolute()), str(FOLDER)]
    return [*words, "--chdir", "/", "--"]


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
    trial = [*_bubblewrap(Order("trial", {}, 10)), sys.executable, "-c", "import sys"]
    try:
        done = subprocess.run(  # noqa: S603 our own words only
            trial, capture_output=True, timeout=10, check=False, env=_environment(None, True)
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        return str(error)
    return None if done.returncode == 0 else done.stderr.decode("utf-8", "replace").strip()[-500:]


@dataclass(frozen=True, slots=True)
class SandboxedReader:
    """The port DocumentReader: every look into a file happens in a child."""

    sandbox: Sandbox

    def inspect(self, source: Path) -> Inspection:
        return Inspection.from_json(self._run("inspect", 1, source))

    def read_page(self, source: Path, number: int, folder: Path) -> Page:
        page = Page.from_json(self._run("read_page", 1, source, folder, number=number))
        if (
            page.number != number
            or page.image != Path(page.image).name
            or not (folder / page.image).is_file()
        ):
            raise ReadingFailed("the child's page is not the one that was asked for")
        return page

    def finish(self, source: Path, pages: Sequence[Page], folder: Path) -> Recognition:
        shapes = [page.to_json() for page in pages]
        return Recognition.from_json(self._run("finish", len(shapes), source, folder, pages=shapes))

    def _run(self, task: str, weight: int, source: Path, folder: Path | None = None, **more: Any) -> Any:
        settings = self.sandbox.settings
        bounds = {
            "file_bytes": settings.upload_bytes,
            "pages": settings.pages,
            "page_megapixels": settings.page_megapixels,
        }
        seconds = settings.page_seconds * max(1, weight)
        try:
            return self.sandbox.run(Order(task, {"limits": bounds, **more}, seconds, source, folder))
        except OutOfTime as error:
            raise refusals.too_costly(f"{seconds:.0f} giây", f"{seconds:.0f} seconds") from error
        except OutOfMemory as error:
            size = f"{settings.child_bytes / MEBIBYTE:.0f} MiB"
            raise refusals.too_costly(f"{size} bộ nhớ", f"{size} of memory") from error
        except ChildFailed as error:
            raise ReadingFailed(str(error)) from error


@dataclass(frozen=True, slots=True)
class SandboxedSigner:
    """The port DocumentSigner: the key is opened in the child, used once and forgotten with it."""

    sandbox: Sandbox

    def sign(self, source: Path, target: Path, order: SigningOrder, now: datetime) -> Mapping[str, Any]:
        request = {"target": target.name, "now": now.isoformat(), "order": asdict(order)}
        key = Path(order.key.removeprefix("file:"))
        readable = [key] if order.key.startswith("file:") and key.is_file() else []
        work = Order("sign", request, self.sandbox.settings.verify_seconds, source, target.parent, readable)
        try:
            summary: Mapping[str, Any] = self.sandbox.run(work)
        except Refusal as refusal:
            target.unlink(missing_ok=True)
            raise SigningRefused(refusal.code, refusal.vi, refusal.en) from None
        except ChildFailed as error:
            target.unlink(missing_ok=True)
            log.warning("signing failed", extra={"cause": str(error)})
            raise SigningRefused(
                "signing-failed",
                "Chương trình ký dừng giữa chừng nên tài liệu chưa được ký. Hãy thử lại.",
                "The signing program stopped halfway, so the document is not signed. Try again.",
            ) from error
        return summary


@dataclass(frozen=True, slots=True)
class SandboxedVerifier:
    """The port DocumentVerifier; trusts the certificates of the folder in TRUST."""

    sandbox: Sandbox

    def verify(self, source: Path, at: datetime | None = None) -> dict[str, Any]:
        settings = self.sandbox.settings
        trust = [settings.trust.absolute()] if settings.trust is not None and settings.trust.exists() else []
        request = {"anchors": [str(path) for path in trust], "at": at.isoformat() if at else None}
        work = Order("verify", request, settings.verify_seconds, source, None, trust)
        try:
            report: dict[str, Any] = self.sandbox.run(work)
        except (ChildFailed, Refusal) as error:
            log.warning("verification stopped", extra={"cause": str(error)})
            return _unreadable(source)
        return report


def _unreadable(source: Path) -> dict[str, Any]:
    """What is said of a file on which the verifier died or went over its limits."""
    with source.open("rb") as opened:
        digest = hashlib.file_digest(opened, "sha256").hexdigest()
    vi = "Không kiểm tra được tệp này trong giới hạn thời gian và bộ nhớ. Hãy xin lại tệp từ nơi phát hành."
    en = (
        "This file cannot be checked within the limits of time and memory. Ask its issuer for the file again."
    )
    return Report(
        verdict="unreadable",
        summary=Text(vi, en),
        sha256=digest,
        pages=None,
        checked_at=datetime.now(UTC),
        problem=Note("too-costly", Text(vi, en)),
    ).to_json()

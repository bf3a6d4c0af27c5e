"""Child processes for untrusted files: the only module that starts them.

A child runs `python -m app.confinement.child` under bubblewrap where that can run: no network, no secrets, a
file system of which it sees the interpreter, our code, one source file and one folder it may write. It is
under resource limits always, and its whole process group is killed when its time is over. Children that read,
sign and verify are forked by a server outside, and step into the enclosure of their file.
"""

import compileall
import logging
import os
import shutil
import subprocess
import sys
import sysconfig
import threading
import weakref
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache, partial
from pathlib import Path
from typing import Literal, TypeVar

from app.confinement.children import Child, ChildFailed, Place, Started
from app.confinement.enclosure import KEEPER, Enclosure
from app.confinement.fork_server import ForkServer, ForkServers
from app.confinement.starting import CHILD, ROOT, SCRATCH, environment, python, started
from app.settings import MEBIBYTE, PREFIX, Settings
from ocr.limits import Refusal
from signing.refusals import SigningRefused

log = logging.getLogger("banchinh.sandbox")

Confinement = Literal["bubblewrap", "rlimits"]

#: Where the child finds what it may use, whatever the real paths are; they may hold names of people.
SOURCE = Path("/paper/source")
FOLDER = Path("/paper/folder")

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

_FILE_BYTES = 1024 * MEBIBYTE  # a searchable PDF of 500 colour pages stays below half of this
_PROCESSES = 64
_STOPPED = "no child is started any more"
_SCRATCH_BYTES = 1024 * MEBIBYTE


Living = TypeVar("Living", Child, Enclosure)


@dataclass(frozen=True, slots=True)
class Reach:
    """What a child may reach: `source` and `readable` read-only, `folder` to write into."""

    source: Path | None = None
    folder: Path | None = None
    readable: Sequence[Path] = field(default=())


@contextmanager
def refusing(failed: SigningRefused, said: str, to: logging.Logger) -> Iterator[None]:
    """What goes wrong with a child that signs, or looks at what was signed, as a refusal: the child's own, or
    `failed` where it broke down; then `said` goes into the log `to`."""
    try:
        yield
    except Refusal as refusal:
        raise SigningRefused(refusal.code, refusal.vi, refusal.en) from None
    except ChildFailed as error:
        to.warning(said, extra={"cause": type(error).__name__})
        raise failed from error


class Sandbox:
    """Starts children."""

    def __init__(
        self,
        settings: Settings,
        confinement: Confinement | None = None,
        program: Sequence[str] = CHILD,
        *,
        inherits: bool = False,
        servers: ForkServers | None = None,
    ) -> None:
        """`inherits`: its children have the environment of this process but for our settings, as drivers of
        devices need it; then they must look at no document. `servers`: those that it shares with others,
        whose children a stop leaves alone."""
        self.settings = settings
        self._inherited = _foreign_environment() if inherits else {}
        self._confinement = confinement
        self._program = program
        self._servers = servers or ForkServers(program)
        self._shares = servers is not None
        self._living: weakref.WeakSet[Child | Enclosure] = weakref.WeakSet()
        self._lock = threading.Lock()
        self._stopped = False

    def stop(self) -> None:
        """Kill every child and start no other; whoever waits for an answer gets ChildFailed."""
        with self._lock:
            self._stopped = True
            living = list(self._living)
        for one in living:
            one.kill()
        if not self._shares:
            self._servers.kill()

    def confinement(self) -> Confinement:
        """What stands between a hostile file and this machine."""
        return self._confinement or available_confinement()

    def child(self, reach: Reach) -> Child:
        """A child of its own. Raises ChildFailed after a stop."""

        def start() -> Child:
            confined = self.confinement() == "bubblewrap"
            process = started(
                [*(_bubblewrap(reach) if confined else []), *python(self._program)],
                {**environment(reach.folder, confined), **self._inherited, "PYTHONPATH": str(ROOT)},
                "/" if confined else reach.folder,
            )
            return Child(Started(process), self._place(reach))

        return self._kept(start)

    def enclosure(self, reach: Reach) -> Enclosure:
        """A confinement for children of a fork server. Raises ChildFailed, also after a stop."""

        def start() -> Enclosure:
            confined = self.confinement() == "bubblewrap"
            return Enclosure(self._place(reach), partial(_keeper, reach) if confined else None)

        return self._kept(start)

    def fork_server(self, profile: str, patience: float) -> ForkServer:
        """The one that forks children with the readers of a profile loaded, outside of their confinements.
        Its answers may take `patience` seconds where it is started. Raises ChildFailed after a stop."""
        self._require_going()
        return self._servers.living(profile, patience)

    def _kept(self, start: Callable[[], Living]) -> Living:
        """What is started, known to whoever stops all. Others start theirs meanwhile: bubblewrap takes 10 ms,
        and seconds on a busy machine."""
        self._require_going()
        made = start()
        with self._lock:
            if not self._stopped:
                self._living.add(made)
                return made
        made.close()
        raise ChildFailed(_STOPPED)

    def _require_going(self) -> None:
        _compile_once()
        with self._lock:
            if self._stopped:
                raise ChildFailed(_STOPPED)

    def _place(self, reach: Reach) -> Place:
        """What the child is told of its place and its bounds."""
        confined = self.confinement() == "bubblewrap"
        limits = {"memory": self.settings.child_bytes, "file": _FILE_BYTES, "processes": _PROCESSES}
        if confined:
            return Place(SOURCE, FOLDER, limits)
        # those who stand in no confinement of their own do not stand in our current folder either
        return Place(_absolute(reach.source), _absolute(reach.folder), limits)


def _absolute(path: Path | None) -> Path | None:
    return path.absolute() if path else None


def _foreign_environment() -> dict[str, str]:
    return {name: value for name, value in os.environ.items() if not name.startswith(PREFIX)}


@cache
def _code_folders() -> tuple[str, ...]:
    """Everything the interpreter and our packages are read from."""
    roots = {sys.prefix, sys.base_prefix, sysconfig.get_path("purelib"), sysconfig.get_path("platlib")}
    roots |= {str(Path(sys.executable).resolve().parents[1])}
    roots |= {str(ROOT / name) for name in _PACKAGES}
    if "TESSDATA_PREFIX" in os.environ:
        roots.add(os.environ["TESSDATA_PREFIX"])
    return tuple(sorted(root for root in roots if Path(root).exists() and not root.startswith("/usr/")))


def _bubblewrap(reach: Reach, more: Sequence[str] = ()) -> list[str]:
    program = shutil.which("bwrap") or "bwrap"
    words = [program, "--unshare-all", "--die-with-parent", "--new-session", "--cap-drop", "ALL"]
    words += ["--proc", "/proc", "--dev", "/dev", "--size", str(_SCRATCH_BYTES), "--tmpfs", SCRATCH]
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
    return [*words, *more, "--chdir", "/", "--"]


@cache
def _compile_once() -> None:
    """A child cannot keep the bytecode of our packages: it writes nowhere. So it is kept here."""
    for name in _PACKAGES:
        compileall.compile_dir(ROOT / name, quiet=2)


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


#: Steps into a confinement and runs the interpreter in it: all that reading asks of this machine.
_TRIAL = """
import os, sys
from app.confinement.stepping import fork_into
number = fork_into(*map(int, sys.argv[1:]))
if number == 0:
    os.execv(sys.executable, [sys.executable, "-S", "-c", "import sys"])
sys.exit(os.waitpid(number, 0)[1] if number else "no process may step into the confinement (setns)")
"""


def _why_no_bubblewrap() -> str | None:
    if shutil.which("bwrap") is None:
        return "bubblewrap is not installed"
    try:
        with Enclosure(Place(None, None, {}), partial(_keeper, Reach())) as enclosure:
            assert enclosure.namespaces, "bubblewrap gives some"
            pidfd, flags = enclosure.namespaces.pidfd, enclosure.namespaces.flags
            done = subprocess.run(  # noqa: S603 our own words only
                [sys.executable, "-P", "-S", "-c", _TRIAL, str(pidfd), str(flags)],
                capture_output=True,
                timeout=10,
                check=False,
                env=environment(None, True),
                pass_fds=[pidfd],
            )
    except (OSError, ChildFailed, subprocess.TimeoutExpired) as error:
        return str(error)
    return None if done.returncode == 0 else done.stderr.decode("utf-8", "replace").strip()[-500:]


def _keeper(reach: Reach, info: int) -> Started:
    """Bubblewrap with nothing in it but what keeps it; it tells about it on the descriptor `info`."""
    command = [*_bubblewrap(reach, ["--info-fd", str(info)]), KEEPER]
    return Started(started(command, environment(None, True), "/", passed=[info]))

"""Starting server programs for tests: free ports, readiness, and none left behind."""

import contextlib
import ctypes
import os
import pwd
import random
import signal
import socket
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

_PR_SET_PDEATHSIG = 1
_CHILD_SECONDS = 10
_ANY_PORT, _BELOW = Path("/proc/sys/net/ipv4/ip_local_port_range"), 10_000


class ServerMissing(RuntimeError):
    """The program of a server is not installed."""


class ServerFailed(RuntimeError):
    """A server did not start; the message ends with its log."""


def free_ports(count: int) -> list[int]:
    """Different free loopback ports. They lie below those that the kernel gives to whoever asks for any one:
    a port of those may be another's before the server has started."""
    first = int(_ANY_PORT.read_text().split()[0]) if _ANY_PORT.exists() else 0
    wanted = random.sample(range(first - _BELOW, first), _BELOW) if first > _BELOW + 1024 else [0] * count
    found: list[int] = []
    with contextlib.ExitStack() as held:
        while len(found) < count:
            one = held.enter_context(socket.socket())
            with contextlib.suppress(OSError):  # it is taken
                one.bind(("127.0.0.1", wanted.pop()))
                found.append(one.getsockname()[1])
    return found


def start(
    command: Sequence[str | Path], log: Path, *, environment: Mapping[str, str], user: str | None = None
) -> subprocess.Popen[bytes]:
    """Start a program that the kernel ends when this process ends, however it ends."""
    account = pwd.getpwnam(user) if user else None
    with log.open("ab") as output:
        return subprocess.Popen(
            [str(part) for part in command],
            cwd="/",
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            env={**os.environ, **environment},
            start_new_session=True,
            user=account.pw_uid if account else None,
            group=account.pw_gid if account else None,
            extra_groups=[] if account else None,
            preexec_fn=_die_with(os.getpid()),  # noqa: PLW1509 - it calls prctl and getppid, nothing else
        )


def _die_with(parent: int) -> Callable[[], None]:
    library = ctypes.CDLL("libc.so.6", use_errno=True)

    def tie() -> None:
        library.prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
        if os.getppid() != parent:
            os._exit(1)

    return tie


def wait_until(
    ready: Callable[[], bool], process: subprocess.Popen[bytes], log: Path, seconds: float = 60
) -> None:
    """Wait for readiness. Raises ServerFailed, with the process ended."""
    deadline = time.monotonic() + seconds
    while process.poll() is None and time.monotonic() < deadline:
        if ready():
            return
        time.sleep(0.05)
    kill(process)
    raise ServerFailed(f"{process.args!r} did not start\n{log.read_text(errors='replace')[-3000:]}")


def kill(process: subprocess.Popen[bytes]) -> None:
    """End the program at once, and wait until what it started has ended with it."""
    children = _children(process.pid)
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()
    deadline = time.monotonic() + _CHILD_SECONDS
    while any(map(running, children)) and time.monotonic() < deadline:
        time.sleep(0.02)


def running(pid: int) -> bool:
    """Whether there is such a process, and not only its remains."""
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0]
    except (FileNotFoundError, ProcessLookupError):
        return False
    return state != "Z"


def _children(pid: int) -> list[int]:
    try:
        return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
    except FileNotFoundError:
        return []

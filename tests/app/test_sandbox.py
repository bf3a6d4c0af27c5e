"""What a child that a hostile file took over can do: nothing that outlives it, and nothing outside."""

import contextlib
import os
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from app.confinement.children import Child, ChildFailed, OutOfMemory, OutOfTime
from app.confinement.fork_server import ForkServers
from app.confinement.sandbox import Confinement, Reach, Sandbox, available_confinement
from app.settings import Settings

HOSTILE = Path(__file__).with_name("hostile.py")
MEBIBYTE = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Children:
    """Starts hostile children: each a process of its own, or forked and let into an enclosure."""

    sandbox: Sandbox
    forked: bool

    @contextlib.contextmanager
    def child(self, folder: Path, source: Path | None = None) -> Iterator[Child]:
        if self.forked:
            with (
                self.sandbox.fork_server("default", patience=60) as server,
                self.sandbox.enclosure(Reach(source, folder)) as enclosure,
                server.child(enclosure, ".") as child,
            ):
                yield child
        else:
            with self.sandbox.child(Reach(source, folder, [HOSTILE])) as child:
                yield child

    def run(
        self, task: str, folder: Path, request: Mapping[str, Any] | None = None, seconds: float = 20
    ) -> Any:
        with self.child(folder) as child:
            return child.ask(task, request or {}, seconds)


def _sandbox(confinement: Confinement) -> Sandbox:
    if confinement == "bubblewrap" and available_confinement() != "bubblewrap":
        pytest.skip("bubblewrap cannot run here")
    settings = Settings(child_bytes=2048 * MEBIBYTE)  # what is loaded in a forked one counts, too
    return Sandbox(settings, confinement, program=[str(HOSTILE)])


@pytest.fixture(params=["own", "forked"])
def forked(request: pytest.FixtureRequest) -> bool:
    return bool(request.param == "forked")


@pytest.fixture(params=["bubblewrap", "rlimits"])
def children(request: pytest.FixtureRequest, forked: bool) -> Children:
    return Children(_sandbox(request.param), forked)


@pytest.fixture
def confined(forked: bool) -> Children:
    return Children(_sandbox("bubblewrap"), forked)


def test_an_answer_comes_back_however_much_is_printed(children: Children, tmp_path: Path) -> None:
    assert children.run("chatter", tmp_path) == "answer"


def test_memory_is_bounded(children: Children, tmp_path: Path) -> None:
    with pytest.raises(OutOfMemory):
        children.run("memory", tmp_path)


@pytest.mark.parametrize("task", ["spin", "sleep"])
def test_time_is_bounded(children: Children, tmp_path: Path, task: str) -> None:
    begun = time.monotonic()
    with pytest.raises(OutOfTime):
        children.run(task, tmp_path, seconds=1.5)
    assert time.monotonic() - begun < 10


def test_what_the_child_started_dies_with_it(children: Children, tmp_path: Path) -> None:
    seconds = f"6{os.getpid()}.25"  # found again among the processes of the machine
    with pytest.raises(OutOfTime):
        children.run("sleep_in_grandchild", tmp_path, {"seconds": seconds}, seconds=1.5)
    deadline = time.monotonic() + 60
    while _runs(seconds) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not _runs(seconds)


def _runs(word: str) -> bool:
    return any(words[:1] == [b"sleep"] and word.encode() in words for words in _commands())


def _commands() -> Iterator[list[bytes]]:
    """The words by which each process of the machine was started."""
    for process in Path("/proc").iterdir():
        with contextlib.suppress(OSError):
            if process.name.isdecimal():
                yield (process / "cmdline").read_bytes().split(b"\0")


def test_an_endless_answer_is_cut(children: Children, tmp_path: Path) -> None:
    with pytest.raises(ChildFailed):
        children.run("giant_answer", tmp_path)


def test_endless_complaints_do_no_harm(children: Children, tmp_path: Path) -> None:
    assert children.run("giant_errors", tmp_path) == "said"


def test_a_giant_file_is_cut(children: Children, tmp_path: Path) -> None:
    with pytest.raises(ChildFailed):
        children.run("giant_file", tmp_path, seconds=60)
    assert (tmp_path / "giant").stat().st_size <= 1024 * MEBIBYTE
    (tmp_path / "giant").unlink()


@pytest.mark.parametrize("task", ["no_json", "die"])
def test_an_answer_without_sense_is_a_failure(children: Children, tmp_path: Path, task: str) -> None:
    with pytest.raises(ChildFailed):
        children.run(task, tmp_path)


def test_no_secret_of_the_environment_is_seen(
    children: Children, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("BANCHINH_S3_SECRET_KEY", "loopback-secret")
    seen = children.run("environment", tmp_path)
    assert not [name for name in seen if name.startswith("BANCHINH")]
    assert "loopback-secret" not in seen.values()


def test_a_child_serves_order_after_order(children: Children, tmp_path: Path) -> None:
    with children.child(tmp_path) as child:
        assert [child.ask("chatter", {}, 20) for _ in range(3)] == ["answer"] * 3


def test_a_child_outlives_the_thread_that_started_it(children: Children, tmp_path: Path) -> None:
    """The kernel takes the thread that started a process for its parent (prctl(2), PR_SET_PDEATHSIG)."""
    with contextlib.ExitStack() as stack:
        begun: list[Child] = []

        def begin() -> None:
            begun.append(stack.enter_context(children.child(tmp_path)))
            assert begun[0].ask("chatter", {}, 20) == "answer"

        worker = threading.Thread(target=begin)
        worker.start()
        worker.join()
        time.sleep(0.2)  # for the signal that must not come
        assert begun[0].ask("chatter", {}, 20) == "answer"


@pytest.mark.parametrize("confinement", ["bubblewrap", "rlimits"])
def test_a_child_does_not_outlive_the_process_that_started_it(
    confinement: Confinement, tmp_path: Path
) -> None:
    """Not even one that is killed, and can end nothing."""
    _sandbox(confinement)
    order = [sys.executable, "-c", _STARTS, confinement, str(HOSTILE), str(tmp_path)]
    starter = subprocess.Popen(order, stdout=subprocess.PIPE, text=True)
    assert starter.stdout is not None
    child = int(starter.stdout.readline())
    starter.kill()
    starter.wait()
    _gone([child])


@pytest.mark.parametrize("confinement", ["bubblewrap", "rlimits"])
def test_a_child_that_waits_for_its_first_order_dies_with_its_fork_server(
    confinement: Confinement, tmp_path: Path
) -> None:
    """Though its enclosure stands, and the way to it is open."""
    sandbox = _sandbox(confinement)
    with (
        sandbox.fork_server("default", patience=60) as server,
        sandbox.enclosure(Reach(None, tmp_path)) as enclosure,
    ):
        numbers = [server.child(enclosure, ".").number for _ in range(5)]
        assert all(map(_lives, numbers))
        server.kill()
        _gone(numbers)


@pytest.mark.parametrize("confinement", ["bubblewrap", "rlimits"])
def test_a_stop_ends_its_own_children_and_no_others(confinement: Confinement, tmp_path: Path) -> None:
    _sandbox(confinement)
    servers = ForkServers([str(HOSTILE)])
    settings = Settings(child_bytes=2048 * MEBIBYTE)
    one, other = (Sandbox(settings, confinement, [str(HOSTILE)], servers=servers) for _ in range(2))
    reach = Reach(None, tmp_path)
    with one.enclosure(reach) as ours, other.enclosure(reach) as theirs:
        stopped = one.fork_server("default", 60).child(ours, ".")
        with other.fork_server("default", 60).child(theirs, ".") as going:
            one.stop()
            _gone([stopped.number])
            with pytest.raises(ChildFailed):
                stopped.ask("chatter", {}, 20)
            assert going.ask("chatter", {}, 20) == "answer"
            with pytest.raises(ChildFailed):
                one.fork_server("default", 60)
            with pytest.raises(ChildFailed):
                other.fork_server("default", 60).child(ours, ".")
    servers.kill()


@pytest.mark.parametrize("confinement", ["bubblewrap", "rlimits"])
def test_a_child_is_ended_before_it_has_begun(confinement: Confinement, tmp_path: Path) -> None:
    """Before it has a session of its own, there is no group to end."""
    sandbox, begun = _sandbox(confinement), time.monotonic()
    with (
        sandbox.fork_server("default", patience=60) as server,
        sandbox.enclosure(Reach(None, tmp_path)) as enclosure,
    ):
        for _ in range(50):
            server.child(enclosure, ".").close()
        assert server.alive
    assert time.monotonic() - begun < 50


def _gone(numbers: Sequence[int]) -> None:
    deadline = time.monotonic() + 10
    while any(map(_lives, numbers)):
        assert time.monotonic() < deadline, "a child is left over"
        time.sleep(0.05)


_STARTS = """
import sys, time
from pathlib import Path
from app.confinement.sandbox import Reach, Sandbox
from app.settings import Settings
confinement, program, folder = sys.argv[1:]
sandbox = Sandbox(Settings(), confinement, program=[program])
child = sandbox.child(Reach(None, Path(folder), [Path(program)]))
child.ask("chatter", {}, 20)
print(child.number, flush=True)
time.sleep(60)
"""


def _lives(number: int) -> bool:
    try:
        return Path(f"/proc/{number}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


def test_a_child_that_failed_is_dead(children: Children, tmp_path: Path) -> None:
    with children.child(tmp_path) as child:
        with pytest.raises(OutOfTime):
            child.ask("sleep", {}, 0.5)
        assert child.closed


@pytest.fixture
def listener() -> Iterator[int]:
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield server.getsockname()[1]


def test_there_is_no_network(confined: Children, tmp_path: Path, listener: int) -> None:
    with pytest.raises(ChildFailed):
        confined.run("network", tmp_path, {"port": str(listener)})


def test_no_file_outside_is_read(confined: Children, tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("a secret")
    folder = tmp_path / "folder"
    folder.mkdir()
    for path in (secret, Path("/etc/passwd"), Path.home() / ".ssh", Path(__file__)):
        with pytest.raises(ChildFailed):
            confined.run("read", folder, {"path": str(path)})


def test_nothing_outside_is_written(confined: Children, tmp_path: Path) -> None:
    source = tmp_path / "source"
    source.write_text("as received")
    folder = tmp_path / "folder"
    folder.mkdir()
    for path in ("/paper/source", str(source), str(HOSTILE), "/usr/share/taken-over", "/taken-over"):
        try:
            with confined.child(folder, source) as child:
                child.ask("write", {"path": path}, 20)
        except ChildFailed:
            continue
        assert path.startswith("/taken-over"), path  # the root of the child is its own and goes with it
    assert source.read_text() == "as received"
    assert not Path("/taken-over").exists()
    assert not Path("/usr/share/taken-over").exists()


def test_no_privilege_is_left(confined: Children, tmp_path: Path) -> None:
    seen = confined.run("privileges", tmp_path)
    assert {name: seen[name] for name in ("CapPrm", "CapEff", "CapBnd", "CapInh")} == dict.fromkeys(
        ("CapPrm", "CapEff", "CapBnd", "CapInh"), "0" * 16
    )
    assert seen["NoNewPrivs"] == "1"


def test_every_namespace_is_its_own(confined: Children, tmp_path: Path) -> None:
    ours = {
        name: str(Path("/proc/self/ns", name).readlink())
        for name in ("mnt", "pid", "net", "ipc", "uts", "user")
    }
    theirs = confined.run("namespaces", tmp_path)
    assert not [name for name in ours if theirs[name] == ours[name]]


def test_nothing_that_others_opened_is_at_hand(children: Children, tmp_path: Path) -> None:
    assert sorted(children.run("descriptors", tmp_path)) == [0, 1, 2, 3]  # and the way of the answers


def test_only_its_own_processes_are_seen(confined: Children, tmp_path: Path) -> None:
    assert len(confined.run("processes", tmp_path)) <= 3


@pytest.mark.skipif(os.geteuid() == 0, reason="the kernel bounds the processes of no root")
def test_processes_are_bounded(confined: Children, tmp_path: Path) -> None:
    with pytest.raises(ChildFailed):
        confined.run("fork", tmp_path)


def test_forked_processes_end_with_the_child(confined: Children, tmp_path: Path) -> None:
    with contextlib.suppress(ChildFailed):  # where their number is bounded too
        confined.run("fork", tmp_path)
    deadline = time.monotonic() + 60
    while _hostile_children() and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not _hostile_children()


def _hostile_children() -> int:
    """Counted by name: beside this test others start databases and browsers, and end them."""
    return sum(str(HOSTILE).encode() in words for words in _commands())

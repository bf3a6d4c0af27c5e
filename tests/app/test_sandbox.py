"""What a child that a hostile file took over can do: nothing that outlives it, and nothing outside."""

import contextlib
import os
import socket
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from app.children import ChildFailed, OutOfMemory, OutOfTime
from app.sandbox import Confinement, Reach, Sandbox, available_confinement
from app.settings import Settings

HOSTILE = Path(__file__).with_name("hostile.py")
MEBIBYTE = 1024 * 1024


@pytest.fixture(params=["bubblewrap", "rlimits"])
def confinement(request: pytest.FixtureRequest) -> Confinement:
    wanted: Confinement = request.param
    if wanted == "bubblewrap" and available_confinement() != "bubblewrap":
        pytest.skip("bubblewrap cannot run here")
    return wanted


@pytest.fixture
def bubblewrap() -> Sandbox:
    if available_confinement() != "bubblewrap":
        pytest.skip("bubblewrap cannot run here")
    return _sandbox("bubblewrap")


@pytest.fixture
def sandbox(confinement: Confinement) -> Sandbox:
    return _sandbox(confinement)


def _sandbox(confinement: Confinement) -> Sandbox:
    settings = Settings(child_bytes=512 * MEBIBYTE)
    return Sandbox(settings, confinement, program=[str(HOSTILE)])


def _run(
    sandbox: Sandbox, task: str, folder: Path, request: Mapping[str, Any] | None = None, seconds: float = 20
) -> Any:
    return sandbox.run(task, request or {}, seconds, Reach(folder=folder, readable=[HOSTILE]))


def test_an_answer_comes_back_however_much_is_printed(sandbox: Sandbox, tmp_path: Path) -> None:
    assert _run(sandbox, "chatter", tmp_path) == "answer"


def test_memory_is_bounded(sandbox: Sandbox, tmp_path: Path) -> None:
    with pytest.raises(OutOfMemory):
        _run(sandbox, "memory", tmp_path)


@pytest.mark.parametrize("task", ["spin", "sleep"])
def test_time_is_bounded(sandbox: Sandbox, tmp_path: Path, task: str) -> None:
    begun = time.monotonic()
    with pytest.raises(OutOfTime):
        _run(sandbox, task, tmp_path, seconds=1.5)
    assert time.monotonic() - begun < 10


def test_what_the_child_started_dies_with_it(sandbox: Sandbox, tmp_path: Path) -> None:
    seconds = f"6{os.getpid()}.25"  # found again among the processes of the machine
    with pytest.raises(OutOfTime):
        _run(sandbox, "sleep_in_grandchild", tmp_path, {"seconds": seconds}, seconds=1.5)
    deadline = time.monotonic() + 5
    while _runs(seconds) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not _runs(seconds)


def _runs(word: str) -> bool:
    for process in Path("/proc").iterdir():
        try:
            words = (process / "cmdline").read_bytes().split(b"\0") if process.name.isdecimal() else []
        except OSError:
            continue
        if words[:1] == [b"sleep"] and word.encode() in words:
            return True
    return False


def test_an_endless_answer_is_cut(sandbox: Sandbox, tmp_path: Path) -> None:
    with pytest.raises(ChildFailed):
        _run(sandbox, "giant_answer", tmp_path)


def test_endless_complaints_do_no_harm(sandbox: Sandbox, tmp_path: Path) -> None:
    assert _run(sandbox, "giant_errors", tmp_path) == "said"


def test_a_giant_file_is_cut(sandbox: Sandbox, tmp_path: Path) -> None:
    with pytest.raises(ChildFailed):
        _run(sandbox, "giant_file", tmp_path, seconds=60)
    assert (tmp_path / "giant").stat().st_size <= 1024 * MEBIBYTE
    (tmp_path / "giant").unlink()


@pytest.mark.parametrize("task", ["no_json", "die"])
def test_an_answer_without_sense_is_a_failure(sandbox: Sandbox, tmp_path: Path, task: str) -> None:
    with pytest.raises(ChildFailed):
        _run(sandbox, task, tmp_path)


def test_a_link_in_place_of_a_file_is_not_followed(sandbox: Sandbox, tmp_path: Path) -> None:
    with pytest.raises(ChildFailed):
        _run(sandbox, "link", tmp_path, {"path": "/etc/hostname"})


def test_no_secret_of_the_environment_is_seen(
    sandbox: Sandbox, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("BANCHINH_S3_SECRET_KEY", "loopback-secret")
    seen = _run(sandbox, "environment", tmp_path)
    assert not [name for name in seen if name.startswith("BANCHINH")]
    assert "loopback-secret" not in seen.values()


def test_a_child_serves_order_after_order(sandbox: Sandbox, tmp_path: Path) -> None:
    with sandbox.child(Reach(folder=tmp_path, readable=[HOSTILE])) as child:
        assert [child.ask("chatter", {}, 20) for _ in range(3)] == ["answer"] * 3


def test_a_child_that_failed_is_dead(sandbox: Sandbox, tmp_path: Path) -> None:
    with sandbox.child(Reach(folder=tmp_path, readable=[HOSTILE])) as child:
        with pytest.raises(OutOfTime):
            child.ask("sleep", {}, 0.5)
        assert child.closed


@pytest.fixture
def listener() -> Iterator[int]:
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield server.getsockname()[1]


def test_there_is_no_network(bubblewrap: Sandbox, tmp_path: Path, listener: int) -> None:
    with pytest.raises(ChildFailed):
        _run(bubblewrap, "network", tmp_path, {"port": str(listener)})


def test_no_file_outside_is_read(bubblewrap: Sandbox, tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("a secret")
    folder = tmp_path / "folder"
    folder.mkdir()
    for path in (secret, Path("/etc/passwd"), Path.home() / ".ssh", Path(__file__)):
        with pytest.raises(ChildFailed):
            _run(bubblewrap, "read", folder, {"path": str(path)})


def test_nothing_outside_is_written(bubblewrap: Sandbox, tmp_path: Path) -> None:
    source = tmp_path / "source"
    source.write_text("as received")
    folder = tmp_path / "folder"
    folder.mkdir()
    reach = Reach(source, folder, [HOSTILE])
    for path in ("/paper/source", str(source), str(HOSTILE), "/usr/share/taken-over", "/taken-over"):
        try:
            bubblewrap.run("write", {"path": path}, 20, reach)
        except ChildFailed:
            continue
        assert path.startswith("/taken-over"), path  # the root of the child is its own and goes with it
    assert source.read_text() == "as received"
    assert not Path("/taken-over").exists()
    assert not Path("/usr/share/taken-over").exists()


def test_only_its_own_processes_are_seen(bubblewrap: Sandbox, tmp_path: Path) -> None:
    assert len(_run(bubblewrap, "processes", tmp_path)) <= 3


@pytest.mark.skipif(os.geteuid() == 0, reason="the kernel bounds the processes of no root")
def test_processes_are_bounded(bubblewrap: Sandbox, tmp_path: Path) -> None:
    with pytest.raises(ChildFailed):
        _run(bubblewrap, "fork", tmp_path)


def test_forked_processes_end_with_the_child(bubblewrap: Sandbox, tmp_path: Path) -> None:
    before = _children()
    with contextlib.suppress(ChildFailed):  # where their number is bounded too
        _run(bubblewrap, "fork", tmp_path)
    deadline = time.monotonic() + 5
    while _children() > before + 20 and time.monotonic() < deadline:
        time.sleep(0.05)
    assert _children() <= before + 20


def _children() -> int:
    return sum(1 for process in Path("/proc").iterdir() if process.name.isdecimal())

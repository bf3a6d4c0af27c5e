"""What a folder adds: durability through a power cut, and disks that fail."""

import errno
import io
import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from storage.filesystem import FolderStore
from storage.objects import ObjectMissing, StoreUnavailable
from tests.storage.test_objects import digest_of, read

STEPS = ("write", "fsync", "rename")


def opened(descriptor: int) -> str:
    return str(Path(f"/proc/self/fd/{descriptor}").readlink())


class Disk:
    """Sees what is asked of the disk, in order, and fails at one stated call."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.calls: list[tuple[str, str]] = []
        self.fail: str | None = None
        self._write, self._fsync, self._rename = os.write, os.fsync, Path.rename
        monkeypatch.setattr(os, "write", self.write)
        monkeypatch.setattr(os, "fsync", self.fsync)
        monkeypatch.setattr(Path, "rename", lambda source, target: self.rename(source, target))  # noqa: PLW0108 - a method

    def write(self, descriptor: int, data: bytes) -> int:
        self.note("write", opened(descriptor))
        return self._write(descriptor, data[: max(1, len(data) // 2)])  # a short write, as a disk may

    def fsync(self, descriptor: int) -> None:
        self.note("fsync", opened(descriptor))
        self._fsync(descriptor)

    def rename(self, source: Path, target: Path) -> Path:
        self.note("rename", str(target))
        return self._rename(source, target)

    def note(self, call: str, path: str) -> None:
        self.calls.append((call, path))
        if call == self.fail:
            raise OSError(errno.ENOSPC if call == "write" else errno.EIO, "the disk failed")


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return tmp_path / "objects"


def files(root: Path) -> list[Path]:
    return [path for path in root.rglob("*") if path.is_file()]


def test_bytes_are_on_the_disk_before_their_name_and_the_name_before_the_answer(
    root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = FolderStore(root)
    disk = Disk(monkeypatch)
    digest = store.put(io.BytesIO(b"a paper")).digest
    monkeypatch.undo()
    folder = root / digest[:2]
    steps = [(call, path) for call, path in disk.calls if call != "write"]
    (_, temporary), *rest = steps
    assert Path(temporary).parent == root / "incoming"
    assert rest == [("rename", str(folder / digest[2:])), ("fsync", str(folder)), ("fsync", str(root))]
    assert max(n for n, (call, _) in enumerate(disk.calls) if call == "write") < disk.calls.index(steps[0])
    assert read(store, digest) == b"a paper"


@pytest.mark.parametrize("step", STEPS)
def test_a_disk_that_fails_leaves_nothing_and_says_so(
    root: Path, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    store = FolderStore(root)
    disk = Disk(monkeypatch)
    disk.fail = step
    with pytest.raises(StoreUnavailable, match="the disk failed"):
        store.put(io.BytesIO(b"a paper"))
    monkeypatch.undo()
    assert files(root) == []
    with pytest.raises(ObjectMissing):
        store.stat(digest_of(b"a paper"))


def test_a_full_disk_fails_the_check(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    store = FolderStore(root)

    def full(_path: Path, _data: bytes) -> int:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(Path, "write_bytes", full)
    with pytest.raises(StoreUnavailable, match="No space left"):
        store.check()


def test_a_folder_that_is_not_mounted_is_not_an_empty_store(root: Path) -> None:
    store = FolderStore(root)
    digest = store.put(io.BytesIO(b"a paper")).digest
    root.rename(root.with_name("unmounted"))
    root.mkdir()
    for attempt in (lambda: store.stat(digest), store.check, lambda: store.put(io.BytesIO(b"another"))):
        with pytest.raises(StoreUnavailable):
            attempt()
    with pytest.raises(StoreUnavailable), store.open(digest):
        pass


def test_a_root_that_cannot_be_a_folder_is_refused(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(StoreUnavailable, match="create"):
        FolderStore(tmp_path / "file" / "objects")


def test_old_leftovers_go_and_young_ones_stay(root: Path) -> None:
    FolderStore(root)
    old, young = root / "incoming" / "old", root / "incoming" / "young"
    old.write_bytes(b"half")
    young.write_bytes(b"half")
    two_days_ago = time.time() - 2 * 24 * 3600
    os.utime(old, (two_days_ago, two_days_ago))
    FolderStore(root).check()
    assert not old.exists()
    assert young.exists()


def test_checking_often_writes_once(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    store = FolderStore(root)
    store.check()

    def written(_path: Path, _data: bytes) -> int:
        raise AssertionError("a probe at each check")

    monkeypatch.setattr(Path, "write_bytes", written)
    store.check()
    root.rename(root.with_name("gone"))
    with pytest.raises(StoreUnavailable):
        store.check()


def test_stored_bytes_are_read_only_to_everybody(root: Path) -> None:
    digest = FolderStore(root).put(io.BytesIO(b"a paper")).digest
    assert (root / digest[:2] / digest[2:]).stat().st_mode & 0o222 == 0


WRITER = """
import io, sys
from pathlib import Path
from storage.filesystem import FolderStore
store = FolderStore(Path(sys.argv[1]))
number = 0
while True:
    print(store.put(io.BytesIO(b"%d " % number * 50_000)).digest, flush=True)
    number += 1
"""


@pytest.mark.slow
def test_what_was_answered_survives_kill_9(root: Path) -> None:
    answered = 0
    for _ in range(3):
        writer = subprocess.Popen([sys.executable, "-c", WRITER, root], stdout=subprocess.PIPE, text=True)
        assert writer.stdout
        digests = [writer.stdout.readline().strip() for _ in range(20)]
        writer.kill()
        # A line that the kill cut short was never an answer.
        digests += [
            line.strip() for line in writer.stdout.read().splitlines(keepends=True) if line[-1] == "\n"
        ]
        writer.wait()
        writer.stdout.close()
        store = FolderStore(root)
        for digest in digests:
            assert digest_of(read(store, digest)) == digest
        answered += len(digests)
    assert answered >= 60
    halves = [path for path in files(root) if path.parent.name == "incoming"]
    assert len(halves) <= 3


def test_a_large_object_never_lies_in_memory(root: Path) -> None:
    code = """
import hashlib, io, resource, sys
from pathlib import Path
from storage.filesystem import FolderStore

class Zeros(io.RawIOBase):
    left = 200
    def read(self, size=-1):
        self.left -= 1
        return bytes(1024 * 1024) if self.left >= 0 else b""

store = FolderStore(Path(sys.argv[1]))
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
stored = store.put(Zeros())
with store.open(stored.digest) as file:
    assert stored.size == 200 * 1024 * 1024
print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before)
"""
    result = subprocess.run([sys.executable, "-c", code, root], capture_output=True, text=True, check=True)
    assert int(result.stdout) < 20 * 1024  # kB

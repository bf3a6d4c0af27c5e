"""Local copies of stored objects: one copy for many readers, and not more of them than needed."""

from concurrent.futures import ThreadPoolExecutor
from io import BytesIO
from pathlib import Path

import pytest

from app.copies import LocalCopies
from storage.filesystem import FolderStore
from storage.objects import ObjectMissing


@pytest.fixture
def store(tmp_path: Path) -> FolderStore:
    return FolderStore(tmp_path / "objects")


def test_many_readers_share_one_copy(store: FolderStore) -> None:
    copies = LocalCopies()
    digest = store.put(BytesIO(b"a paper" * 10_000)).digest

    def look(_: int) -> tuple[int, bytes]:
        with copies.of(store, digest) as path:
            return path.stat().st_ino, path.read_bytes()

    with ThreadPoolExecutor(8) as readers:
        seen = set(readers.map(look, range(50)))
    assert len(seen) == 1
    assert seen.pop()[1] == b"a paper" * 10_000


def test_unused_copies_go_when_they_are_too_many(store: FolderStore) -> None:
    copies = LocalCopies(idle_bytes=250)
    paths = []
    for number in range(5):
        with copies.of(store, store.put(BytesIO(bytes([number]) * 100)).digest) as path:
            paths.append(path)
    assert [path.exists() for path in paths] == [False, False, False, True, True]


def test_a_copy_in_use_stays(store: FolderStore) -> None:
    copies = LocalCopies(idle_bytes=0)
    first, second = (store.put(BytesIO(content)).digest for content in (b"one", b"two"))
    with copies.of(store, first) as path:
        with copies.of(store, second):
            pass
        assert path.read_bytes() == b"one"


def test_what_is_missing_is_missing_each_time(store: FolderStore) -> None:
    copies = LocalCopies()
    for _ in range(2):
        with pytest.raises(ObjectMissing), copies.of(store, "0" * 64):
            pass

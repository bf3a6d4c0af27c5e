"""What every object store must do; each runs over a folder and over a real S3 server."""

import hashlib
import io
import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from storage.filesystem import FolderStore
from storage.objects import ObjectCorrupt, ObjectMissing, ObjectStore, StoredObject
from storage.s3 import S3Store
from tests.servers.seaweedfs import SeaweedfsServer

EMPTY = hashlib.sha256(b"").hexdigest()
NOT_DIGESTS = ["", "../../etc/passwd", "A" * 64, "a" * 63, "a" * 65, "a" * 64 + "\n", "g" * 64, "a/" * 32]


def digest_of(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def read(store: ObjectStore, digest: str) -> bytes:
    with store.open(digest) as file:
        return file.read()


@pytest.fixture
def overwrite(
    objects: ObjectStore, request: pytest.FixtureRequest, tmp_path: Path
) -> Callable[[str, bytes], None]:
    """Puts other bytes where an object lies, behind the store's back."""

    def in_folder(digest: str, data: bytes) -> None:
        path = tmp_path / "objects" / digest[:2] / digest[2:]
        path.chmod(0o600)
        path.write_bytes(data)

    def in_bucket(digest: str, data: bytes) -> None:
        server: SeaweedfsServer = request.getfixturevalue("s3_server")
        client, bucket = server.client(), request.getfixturevalue("s3_bucket")
        names = [found.object_name or "" for found in client.list_objects(bucket, recursive=True)]
        (key,) = [name for name in names if name.endswith(digest[2:])]
        client.put_object(bucket, key, io.BytesIO(data), len(data))

    return in_folder if isinstance(objects, FolderStore) else in_bucket


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.binary(max_size=4096))
def test_what_is_put_is_given_back(objects: ObjectStore, data: bytes) -> None:
    stored = objects.put(io.BytesIO(data))
    assert stored == StoredObject(digest_of(data), len(data))
    assert objects.stat(stored.digest) == stored
    assert read(objects, stored.digest) == data


def test_an_empty_object_is_an_object(objects: ObjectStore) -> None:
    assert objects.put(io.BytesIO(b"")) == StoredObject(EMPTY, 0)
    assert read(objects, EMPTY) == b""


def test_a_large_object_comes_back_whole(objects: ObjectStore) -> None:
    """Over the size of one part, and not a multiple of it."""
    data = os.urandom(40 * 1024 * 1024 + 7)
    stored = objects.put(io.BytesIO(data))
    assert objects.stat(stored.digest) == StoredObject(digest_of(data), len(data))
    assert read(objects, stored.digest) == data


def test_a_file_in_use_can_be_read_from_any_place(objects: ObjectStore) -> None:
    digest = objects.put(io.BytesIO(b"one two three")).digest
    with objects.open(digest) as file:
        assert file.seekable()
        file.seek(4)
        assert file.read(3) == b"two"
        file.seek(-5, os.SEEK_END)
        assert file.read() == b"three"


def test_the_same_bytes_twice_are_one_object(objects: ObjectStore) -> None:
    assert objects.put(io.BytesIO(b"same")) == objects.put(io.BytesIO(b"same"))
    assert read(objects, digest_of(b"same")) == b"same"


def test_a_source_that_gives_little_at_a_time(objects: ObjectStore) -> None:
    class Trickle(io.RawIOBase):
        def __init__(self) -> None:
            self.left = 1000

        def readable(self) -> bool:
            return True

        def read(self, size: int = -1) -> bytes:
            self.left -= 1
            return b"drop" if self.left >= 0 else b""

    stored = objects.put(Trickle())  # type: ignore[arg-type]
    assert read(objects, stored.digest) == b"drop" * 1000


def test_what_was_never_put_is_missing(objects: ObjectStore) -> None:
    digest = digest_of(b"never")
    with pytest.raises(ObjectMissing, match=digest):
        objects.stat(digest)
    with pytest.raises(ObjectMissing, match=digest), objects.open(digest):
        pass


@pytest.mark.parametrize("wrong", NOT_DIGESTS)
def test_what_is_no_digest_is_refused(objects: ObjectStore, wrong: str) -> None:
    with pytest.raises(ValueError, match="not a SHA-256"):
        objects.stat(wrong)
    with pytest.raises(ValueError, match="not a SHA-256"), objects.open(wrong):
        pass


@pytest.mark.parametrize("spoil", [bytes.swapcase, lambda b: b"", lambda b: b[:-1], lambda b: b + b"\n"])
def test_changed_bytes_are_never_given_out(
    objects: ObjectStore, overwrite: Callable[[str, bytes], None], spoil: Callable[[bytes], bytes]
) -> None:
    data = os.urandom(1000)
    digest = objects.put(io.BytesIO(data)).digest
    overwrite(digest, spoil(data))
    with pytest.raises(ObjectCorrupt, match="backup"), objects.open(digest):
        pass


def test_putting_the_bytes_again_heals_a_spoilt_object(
    objects: ObjectStore, overwrite: Callable[[str, bytes], None]
) -> None:
    data = os.urandom(1000)
    digest = objects.put(io.BytesIO(data)).digest
    overwrite(digest, data[::-1])
    objects.put(io.BytesIO(data))
    assert read(objects, digest) == data


def test_many_put_the_same_and_different_bytes_at_once(objects: ObjectStore) -> None:
    bodies = [f"body {number % 5}".encode() * 1000 for number in range(40)]
    with ThreadPoolExecutor(16) as pool:
        stored = list(pool.map(lambda body: objects.put(io.BytesIO(body)), bodies))
    assert [each.digest for each in stored] == [digest_of(body) for body in bodies]
    for body in set(bodies):
        assert read(objects, digest_of(body)) == body


def test_an_upload_that_breaks_off_leaves_nothing(objects: ObjectStore) -> None:
    class BreaksOff(io.BytesIO):
        def read(self, size: int | None = -1) -> bytes:
            if self.tell():
                raise ConnectionResetError("the sender is gone")
            return super().read(4)

    with pytest.raises(ConnectionResetError, match="the sender is gone"):
        objects.put(BreaksOff(b"half of it"))
    with pytest.raises(ObjectMissing):
        objects.stat(digest_of(b"half"))


def test_a_store_that_works_says_so(objects: ObjectStore) -> None:
    objects.check()
    objects.check()


def test_a_second_store_of_the_same_place_has_the_same_objects(
    objects: ObjectStore, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    digest = objects.put(io.BytesIO(b"kept")).digest
    if isinstance(objects, FolderStore):
        again: ObjectStore = FolderStore(tmp_path / "objects")
    else:
        make: Callable[[], S3Store] = request.getfixturevalue("same_s3_store")
        again = make()
    assert read(again, digest) == b"kept"

"""Objects in a folder: `ab/cdef…` below the root, durable by fsync and rename."""

import contextlib
import errno
import hashlib
import os
import secrets
import time
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from storage.objects import DIGEST, ObjectCorrupt, ObjectMissing, StoredObject, StoreUnavailable

_CHUNK = 1024 * 1024
#: What a crash left behind is removed after a day: longer than any upload takes.
_LEFTOVER_SECONDS = 24 * 3600
#: Anybody may ask whether the service is ready, so a probe is written only now and then.
_PROBE_SECONDS = 60.0


class FolderStore:
    """An ObjectStore on one file system. Several processes may share the folder."""

    def __init__(self, root: Path) -> None:
        self._root = root.absolute()
        self._incoming = self._root / "incoming"
        self._probed_at = -_PROBE_SECONDS
        with _unavailable("create", self._root):
            _make_durable_folder(self._root)
            _make_durable_folder(self._incoming)
            self._remove_leftovers(time.time() - _LEFTOVER_SECONDS)

    def put(self, source: BinaryIO) -> StoredObject:
        with _unavailable("write to", self._root):
            temporary = self._incoming / secrets.token_hex(16)
            descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o440)
        try:
            try:
                stored = self._copy(source, descriptor)
            finally:
                os.close(descriptor)
            with _unavailable("write to", self._root):
                # Replacing an object by its own bytes also heals one that the disk has spoilt.
                target = self._path(stored.digest)
                target.parent.mkdir(exist_ok=True)
                temporary.rename(target)
                _sync_folder(target.parent)
                # Another process may have made the folder `ab` and not yet synced its name.
                _sync_folder(self._root)
        except BaseException:
            with contextlib.suppress(OSError):
                temporary.unlink()
            raise
        return stored

    @contextlib.contextmanager
    def open(self, digest: str) -> Iterator[BinaryIO]:
        path = self._path(digest)
        with self._found(digest):
            file = path.open("rb")
        with file:
            # The descriptor that was checked is the one handed out, so no other file can take its place.
            with _unavailable("read from", self._root):
                actual = hashlib.file_digest(file, "sha256").hexdigest()
                file.seek(0)
            if actual != digest:
                raise ObjectCorrupt(
                    f"object {digest} in {self._root} has changed: its bytes now have the digest {actual}; "
                    "restore it from a backup"
                )
            yield file

    def stat(self, digest: str) -> StoredObject:
        path = self._path(digest)
        with self._found(digest):
            return StoredObject(digest, path.stat().st_size)

    def check(self) -> None:
        with _unavailable("write to", self._root):
            if time.monotonic() - self._probed_at < _PROBE_SECONDS:
                self._incoming.stat()
                if not os.access(self._incoming, os.W_OK | os.X_OK):
                    raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))
                return
            probe = self._incoming / f"check-{secrets.token_hex(8)}"
            try:
                probe.write_bytes(b"check")
                if probe.read_bytes() != b"check":
                    raise StoreUnavailable(
                        f"the folder {self._root} gives back other bytes than it was given"
                    )
            finally:
                probe.unlink(missing_ok=True)
            self._remove_leftovers(time.time() - _LEFTOVER_SECONDS)
            self._probed_at = time.monotonic()

    def _copy(self, source: BinaryIO, descriptor: int) -> StoredObject:
        """Write all of `source`, durably. An error of the source itself goes through unchanged."""
        hasher = hashlib.sha256()
        size = 0
        while chunk := source.read(_CHUNK):
            hasher.update(chunk)
            size += len(chunk)
            with _unavailable("write to", self._root):
                rest = memoryview(chunk)
                while rest:
                    rest = rest[os.write(descriptor, rest) :]
        with _unavailable("write to", self._root):
            os.fsync(descriptor)
        return StoredObject(hasher.hexdigest(), size)

    def _path(self, digest: str) -> Path:
        if not DIGEST.fullmatch(digest):
            raise ValueError(f"not a SHA-256 digest in lowercase hex: {digest[:80]!r}")
        return self._root / digest[:2] / digest[2:]

    @contextlib.contextmanager
    def _found(self, digest: str) -> Iterator[None]:
        with _unavailable("read from", self._root):
            try:
                yield
            except FileNotFoundError as error:
                if not self._incoming.is_dir():  # not mounted: nothing is known to be missing
                    raise
                raise ObjectMissing(f"no object {digest} in {self._root}") from error

    def _remove_leftovers(self, before: float) -> None:
        for path in self._incoming.iterdir():
            with contextlib.suppress(FileNotFoundError):  # its writer, or another cleaner, was faster
                if path.stat().st_mtime < before:
                    path.unlink()


def _make_durable_folder(folder: Path) -> None:
    if folder.is_dir():
        return
    _make_durable_folder(folder.parent)
    folder.mkdir(mode=0o750, exist_ok=True)
    _sync_folder(folder.parent)


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


@contextlib.contextmanager
def _unavailable(doing: str, root: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise StoreUnavailable(
            f"cannot {doing} the folder {root}: {error.strerror or error}; check the disk and its permissions"
        ) from error

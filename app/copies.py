"""Stored objects as local files, for programs that want a path.

The pages of a record are read one by one, and each wants the whole file: the last few copies are kept.
"""

import shutil
import tempfile
import threading
from collections import OrderedDict
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from storage.objects import ObjectStore

#: Bytes of copies that are kept although nobody uses them now.
_IDLE_BYTES = 1024**3


@dataclass(slots=True)
class _Copy:
    path: Path
    size: int = 0
    users: int = 0
    ready: bool = False
    making: threading.Lock = field(default_factory=threading.Lock)


class LocalCopies:
    """Copies of objects in a folder of this process, which goes when the process ends."""

    def __init__(self, idle_bytes: int = _IDLE_BYTES) -> None:
        self._idle_bytes = idle_bytes
        self._copies: OrderedDict[str, _Copy] = OrderedDict()  # the longest unused first
        self._lock = threading.Lock()
        self._folder: tempfile.TemporaryDirectory[str] | None = None

    @contextmanager
    def of(self, objects: ObjectStore, digest: str) -> Iterator[Path]:
        """The object as a file, to be read and not to be written. Raises as `ObjectStore.open`."""
        copy = self._used(digest)
        try:
            with copy.making:
                if not copy.ready:
                    with objects.open(digest) as stored, copy.path.open("wb") as sink:
                        shutil.copyfileobj(stored, sink, 1 << 20)
                    copy.size = copy.path.stat().st_size
                    copy.ready = True
            yield copy.path
        finally:
            self._unused(copy)

    def _used(self, digest: str) -> _Copy:
        with self._lock:
            if self._folder is None:
                self._folder = tempfile.TemporaryDirectory(prefix="banchinh-copies-")
            if digest not in self._copies:
                self._copies[digest] = _Copy(Path(self._folder.name, digest))
            copy = self._copies[digest]
            copy.users += 1
            return copy

    def _unused(self, copy: _Copy) -> None:
        with self._lock:
            copy.users -= 1
            self._copies.move_to_end(copy.path.name)
            idle = [(digest, one) for digest, one in self._copies.items() if not one.users]
            excess = sum(one.size for _, one in idle) - self._idle_bytes
            for digest, one in idle:
                if excess <= 0 and one.ready:
                    continue
                excess -= one.size
                one.path.unlink(missing_ok=True)
                del self._copies[digest]

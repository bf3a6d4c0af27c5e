"""A place for temporary files of one process, cleared away by the next process if this one is killed.

Temporary files hold papers of people; a `kill -9` or a power cut must not leave them lying about.
"""

import contextlib
import fcntl
import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

_LOCK = ".lock"


class Scratch:
    """A folder of this process below `root`. The kernel frees its lock when the process ends, however."""

    def __init__(self, root: Path) -> None:
        root.mkdir(mode=0o700, parents=True, exist_ok=True)
        turn = os.open(root, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
        try:
            # One at a time: a folder that is made and not yet locked looks like one that was left.
            fcntl.flock(turn, fcntl.LOCK_EX)
            self._clear(root)
            self.folder = Path(tempfile.mkdtemp(prefix=f"{os.getpid()}-", dir=root))
            self._lock = os.open(self.folder / _LOCK, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
            fcntl.flock(self._lock, fcntl.LOCK_EX)
        finally:
            os.close(turn)

    @classmethod
    def of_account(cls) -> "Scratch":
        """For a command that has no folder of data: in the account's cache, or where that cannot be, in a new
        folder among the temporary files of the machine, which no later process knows."""
        try:
            return cls(Path.home() / ".cache" / "banchinh" / "scratch")
        except (OSError, RuntimeError):
            return cls(Path(tempfile.mkdtemp(prefix="banchinh-")))

    @classmethod
    @contextlib.contextmanager
    def of_command(cls) -> Iterator[None]:
        """The place of all temporary files of such a command, while it runs."""
        scratch = cls.of_account()
        scratch.use()
        try:
            yield
        finally:
            scratch.close()

    def use(self) -> None:
        """Make it the place of all temporary files of this process."""
        tempfile.tempdir = str(self.folder)

    def close(self) -> None:
        if tempfile.tempdir == str(self.folder):
            tempfile.tempdir = None
        shutil.rmtree(self.folder, ignore_errors=True)
        os.close(self._lock)

    @staticmethod
    def _clear(root: Path) -> None:
        for folder in root.iterdir():
            try:
                lock = os.open(folder / _LOCK, os.O_RDWR | os.O_CLOEXEC)
            except OSError:
                continue  # another process is just making or removing it
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                shutil.rmtree(folder, ignore_errors=True)
            except BlockingIOError:
                continue
            finally:
                os.close(lock)

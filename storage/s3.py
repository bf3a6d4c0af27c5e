"""Objects in an S3 bucket, through the `minio` client. What a store says it did is checked."""

import base64
import contextlib
import hashlib
import tempfile
import threading
import time
from collections.abc import Iterator
from typing import BinaryIO

import urllib3
from minio import Minio
from minio.error import MinioException, S3Error

from storage.objects import DIGEST, ObjectCorrupt, ObjectMissing, StoredObject, StoreUnavailable

_CHUNK = 1024 * 1024
#: Above this an upload goes in parts of this size, as the client holds each part in memory.
_PART = 16 * 1024 * 1024
_CONNECT_SECONDS = 5.0
_READ_SECONDS = 30.0
_RETRIES = 2
#: A probe is an object: in a bucket with versions each one stays, so they are few.
_PROBE_SECONDS = 3600.0
_ABSENT = frozenset({"NoSuchKey", "ResourceNotFound"})
_BUCKET_THERE = frozenset({"BucketAlreadyOwnedByYou", "BucketAlreadyExists"})


class S3Store:
    """An ObjectStore in one bucket, below `prefix`; the bucket is made where it is missing."""

    def __init__(
        self,
        endpoint: str,
        bucket: str,
        access_key: str,
        secret_key: str,
        secure: bool = True,
        prefix: str = "",
    ) -> None:
        self._place = f"bucket {bucket} at {endpoint}"
        self._bucket = bucket
        self._prefix = prefix.strip("/") + "/" if prefix.strip("/") else ""
        self._client = Minio(endpoint, access_key, secret_key, secure=secure, http_client=_pool())
        self._lock = threading.Lock()
        self._bucket_made = False
        self._probed_at = -_PROBE_SECONDS

    def put(self, source: BinaryIO) -> StoredObject:
        with tempfile.TemporaryFile() as spool:
            hasher = hashlib.sha256()
            while chunk := source.read(_CHUNK):
                hasher.update(chunk)
                spool.write(chunk)
            wanted = StoredObject(hasher.hexdigest(), spool.tell())
            with self._available():
                if not self._holds(wanted):
                    spool.seek(0)
                    self._upload(wanted, spool)
            return wanted

    @contextlib.contextmanager
    def open(self, digest: str) -> Iterator[BinaryIO]:
        key = self._key(digest)
        with tempfile.TemporaryFile() as spool:
            with self._available():
                actual = self._download(digest, key, spool)
            if actual != digest:
                raise ObjectCorrupt(
                    f"object {digest} in {self._place} has changed: its bytes now have the digest {actual}; "
                    "restore it from a backup"
                )
            spool.seek(0)
            yield spool

    def stat(self, digest: str) -> StoredObject:
        key = self._key(digest)
        with self._available():
            return StoredObject(digest, self._size(digest, key))

    def check(self) -> None:
        with self._available():
            if time.monotonic() - self._probed_at < _PROBE_SECONDS:
                if not self._client.bucket_exists(self._bucket):
                    raise StoreUnavailable(f"the {self._place} does not exist any more; restore it")
                return
            with tempfile.TemporaryFile() as probe:
                probe.write(b"check")
                probe.seek(0)
                self._client.put_object(self._bucket, f"{self._prefix}check", probe, 5)
            response = self._client.get_object(self._bucket, f"{self._prefix}check")
            with _released(response):
                if response.read() != b"check":
                    raise StoreUnavailable(f"the {self._place} gives back other bytes than it was given")
            self._probed_at = time.monotonic()

    def _holds(self, wanted: StoredObject) -> bool:
        """Whether the very bytes are stored already; spoilt ones are not, and are replaced."""
        key = self._key(wanted.digest)
        try:
            return self._size(wanted.digest, key) == wanted.size and self._intact(wanted, key)
        except ObjectMissing:
            return False

    def _upload(self, wanted: StoredObject, spool: BinaryIO) -> None:
        key = self._key(wanted.digest)
        checksum = base64.b64encode(bytes.fromhex(wanted.digest)).decode()
        # A store may keep a body that differs from the signed hash; this header makes it compare. In an
        # upload by parts it would have to be of each part, which the client cannot send.
        whole = wanted.size <= _PART
        answer = self._client.put_object(
            self._bucket,
            key,
            spool,
            wanted.size,
            metadata={"x-amz-checksum-sha256": checksum} if whole else None,
            part_size=_PART,
            num_parallel_uploads=1,
        )
        said = answer.http_headers.get("x-amz-checksum-sha256") if answer.http_headers else None
        # Only a store that tells the checksum back has compared it; any other is read.
        sound = self._size(wanted.digest, key) == wanted.size
        if not sound or not ((whole and said == checksum) or self._intact(wanted, key)):
            raise StoreUnavailable(f"the {self._place} did not keep the bytes that it was given; check it")

    def _intact(self, wanted: StoredObject, key: str) -> bool:
        with tempfile.TemporaryFile() as spool:
            return self._download(wanted.digest, key, spool) == wanted.digest

    def _download(self, digest: str, key: str, spool: BinaryIO) -> str:
        """Write the object into `spool` and give its digest. A connection that breaks is made anew."""
        for attempt in range(_RETRIES + 1):
            hasher = hashlib.sha256()
            spool.seek(0)
            spool.truncate()
            try:
                with self._missing(digest), _released(self._client.get_object(self._bucket, key)) as body:
                    while chunk := body.read(_CHUNK):
                        hasher.update(chunk)
                        spool.write(chunk)
                return hasher.hexdigest()
            except (urllib3.exceptions.ProtocolError, urllib3.exceptions.TimeoutError):
                if attempt == _RETRIES:
                    raise
        raise AssertionError("unreachable")

    def _size(self, digest: str, key: str) -> int:
        with self._missing(digest):
            return self._client.stat_object(self._bucket, key).size or 0

    def _key(self, digest: str) -> str:
        if not DIGEST.fullmatch(digest):
            raise ValueError(f"not a SHA-256 digest in lowercase hex: {digest[:80]!r}")
        return f"{self._prefix}sha256/{digest[:2]}/{digest[2:]}"

    @contextlib.contextmanager
    def _missing(self, digest: str) -> Iterator[None]:
        try:
            yield
        except S3Error as error:
            if error.code not in _ABSENT or not self._client.bucket_exists(self._bucket):
                raise
            raise ObjectMissing(f"no object {digest} in {self._place}") from error

    @contextlib.contextmanager
    def _available(self) -> Iterator[None]:
        """The bucket is there, and whatever the network or the store does is StoreUnavailable."""
        try:
            self._make_bucket()
            yield
        except S3Error as error:
            raise StoreUnavailable(
                f"the {self._place} refuses the work ({error.code}: {error.message}); check keys and rights"
            ) from error
        except (MinioException, urllib3.exceptions.HTTPError, OSError) as error:
            raise StoreUnavailable(
                f"the {self._place} cannot be reached: {error}; try again later"
            ) from error

    def _make_bucket(self) -> None:
        with self._lock:
            if self._bucket_made:
                return
            if not self._client.bucket_exists(self._bucket):
                try:
                    self._client.make_bucket(self._bucket)
                except S3Error as error:
                    if error.code not in _BUCKET_THERE:  # another process was faster
                        raise
            self._bucket_made = True


@contextlib.contextmanager
def _released(response: urllib3.BaseHTTPResponse) -> Iterator[urllib3.BaseHTTPResponse]:
    """Give the connection back: for use again where all was read, else closed."""
    try:
        yield response
    except BaseException:
        response.close()
        raise
    finally:
        response.release_conn()


def _pool() -> urllib3.PoolManager:
    return urllib3.PoolManager(
        maxsize=16,
        timeout=urllib3.Timeout(connect=_CONNECT_SECONDS, read=_READ_SECONDS),
        retries=urllib3.Retry(total=_RETRIES, backoff_factor=0.2, status_forcelist=[500, 502, 503, 504]),
    )

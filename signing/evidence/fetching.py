"""The one way out to the network: revocation lists, OCSP, issuers' certificates and timestamps.

Addresses come out of untrusted files, so nothing reaches this machine or its private networks unless the
administrator names them (FETCH_ALLOW).
"""

import http.client
import ipaddress
import socket
import ssl
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from urllib.parse import urljoin, urlsplit

SECONDS = 10.0
BYTES = 20_000_000  # the largest revocation lists of public authorities stay below this
REDIRECTS = 3
REDIRECTING = (301, 302, 303, 307, 308)
Network = ipaddress.IPv4Network | ipaddress.IPv6Network
Address = ipaddress.IPv4Address | ipaddress.IPv6Address


class FetchFailed(Exception):
    """An address that could not, or must not, be reached."""


@dataclass(frozen=True, slots=True)
class Fetcher:
    """Fetches by http and https from public addresses, and from the `allowed` networks."""

    allowed: tuple[Network, ...] = ()
    seconds: float = SECONDS
    limit: int = BYTES

    @classmethod
    def allowing(cls, names: str) -> "Fetcher":
        """`names`: addresses or networks, separated by commas. Raises ValueError."""
        parts = [part.strip() for part in names.split(",")]
        return cls(tuple(ipaddress.ip_network(part, strict=False) for part in parts if part))

    def get(self, url: str) -> bytes:
        """Raises FetchFailed."""
        return self._request("GET", url, None, {})

    def post(self, url: str, body: bytes, content_type: str) -> bytes:
        """Raises FetchFailed."""
        return self._request("POST", url, body, {"Content-Type": content_type})

    def exchange(self, url: str, body: bytes, headers: Mapping[str, str]) -> "Answer":
        """A POST that may carry secrets, and its answer whatever the status: no redirect is followed, and in
        the open (http) it goes only to an address that `allowed` names. Raises FetchFailed."""
        in_the_open = urlsplit(url).scheme == "http"
        deadline = time.monotonic() + self.seconds
        try:
            return self._ask("POST", url, body, headers, deadline, in_the_open=in_the_open)
        except OSError as error:
            raise FetchFailed(f"{url}: {error}") from error
        except (http.client.HTTPException, ValueError):  # their texts may repeat a header, or the answer
            raise FetchFailed(f"{url}: an address, header or answer that is not HTTP") from None

    def _request(self, method: str, url: str, body: bytes | None, headers: Mapping[str, str]) -> bytes:
        deadline = time.monotonic() + self.seconds
        for _ in range(REDIRECTS + 1):
            try:
                answer = self._once(method, url, body, headers, deadline)
            except (OSError, http.client.HTTPException, ValueError) as error:
                raise FetchFailed(f"{url}: {error}") from error
            if isinstance(answer, bytes):
                return answer
            url = urljoin(url, answer.location)  # looked at anew, as any address
        raise FetchFailed(f"{url}: too many redirects")

    def _once(
        self, method: str, url: str, body: bytes | None, headers: Mapping[str, str], deadline: float
    ) -> "bytes | _Redirect":
        answer = self._ask(method, url, body, headers, deadline)
        if answer.status in REDIRECTING:
            return _Redirect(answer.location)
        if answer.status != http.HTTPStatus.OK:
            raise FetchFailed(f"{url}: answered {answer.status}")
        return answer.body

    def _ask(
        self,
        method: str,
        url: str,
        body: bytes | None,
        headers: Mapping[str, str],
        deadline: float,
        *,
        in_the_open: bool = False,
    ) -> "Answer":
        parts = urlsplit(url)
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise FetchFailed(f"{url}: only http and https are fetched")
        port = parts.port or (443 if parts.scheme == "https" else 80)
        address = self._resolve(parts.hostname, port)
        if in_the_open and not self._named(ipaddress.ip_address(address[0])):
            raise FetchFailed(f"{url}: secrets go over https only")
        with _connection(parts.hostname, parts.scheme == "https", address, deadline) as connection:
            target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
            connection.request(method, target, body, {"User-Agent": "banchinh", **headers})
            response = connection.getresponse()
            location = response.headers.get("Location", "")
            if response.status in REDIRECTING:
                return Answer(response.status, b"", location)
            return Answer(response.status, self._body(url, response, deadline), location)

    def _resolve(self, host: str, port: int) -> tuple[str, int]:
        """An address of the host that may be reached. The connection goes to this very address, so that a
        second answer of the name server cannot lead elsewhere."""
        for _, _, _, _, where in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM):
            if self._may_reach(ipaddress.ip_address(where[0])):
                return str(where[0]), port
        raise FetchFailed(f"{host}: a private address, and FETCH_ALLOW does not name it")

    def _may_reach(self, address: Address) -> bool:
        mapped = getattr(address, "ipv4_mapped", None)
        address = mapped or address
        public = address.is_global and not address.is_multicast
        return public or self._named(address)

    def names(self, host: str) -> bool:
        """Whether `allowed` names the address of the host, so that it may be asked in the open."""
        try:
            address, _ = self._resolve(host, 80)
        except (OSError, ValueError, FetchFailed):
            return False
        return self._named(ipaddress.ip_address(address))

    def _named(self, address: Address) -> bool:
        return any(address in n for n in self.allowed)

    def _body(self, url: str, response: http.client.HTTPResponse, deadline: float) -> bytes:
        data = bytearray()
        while block := response.read1(65536):
            data += block
            if len(data) > self.limit:
                raise FetchFailed(f"{url}: more than {self.limit} bytes")
        if time.monotonic() >= deadline:  # the connection was broken off, so this may be a part only
            raise FetchFailed(f"{url}: took longer than {self.seconds:.0f} seconds")
        return bytes(data)


@dataclass(frozen=True, slots=True)
class Answer:
    """What a server answered; a redirect has no body here."""

    status: int
    body: bytes
    location: str = ""


@dataclass(frozen=True, slots=True)
class _Redirect:
    location: str


class _Connection(http.client.HTTPConnection):
    """Connects to an address that was looked at already, under the host's own name."""

    def __init__(self, host: str, secure: bool, address: tuple[str, int], deadline: float) -> None:
        super().__init__(host, address[1], timeout=max(0.1, deadline - time.monotonic()))
        self._address, self._secure, self._name = address, secure, host
        self._over = False

    def connect(self) -> None:
        self.sock = socket.create_connection(self._address, self.timeout)
        if self._over:
            raise TimeoutError("connected too late")
        if self._secure:
            context = ssl.create_default_context()
            # in two steps, so that `abort` has the socket in its hand during the handshake
            self.sock = context.wrap_socket(
                self.sock, server_hostname=self._name, do_handshake_on_connect=False
            )
            self.sock.do_handshake()

    def abort(self) -> None:
        """Break it off, from another thread: whoever waits on it gets an error or the end."""
        self._over = True
        with suppress(OSError, AttributeError):  # not connected yet, or no more
            socket.socket.shutdown(self.sock, socket.SHUT_RDWR)


@contextmanager
def _connection(host: str, secure: bool, address: tuple[str, int], deadline: float) -> Iterator[_Connection]:
    """A connection until the deadline. A socket's own timeout starts anew with each byte, so a server that
    gives a byte now and then could hold it for hours."""
    connection = _Connection(host, secure, address, deadline)
    watch = threading.Timer(max(0.1, deadline - time.monotonic()), connection.abort)
    watch.daemon = True
    watch.start()
    try:
        yield connection
    finally:
        watch.cancel()
        connection.close()

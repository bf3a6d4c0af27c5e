"""A signing application on the official's machine, by the protocol of VGCA Sign Service (domain F3.12).

As its own: it listens on wss://127.0.0.1:8987, takes one JSON order by a WebSocket at /SignApproved, fetches
`FileName`, has the person sign with their key, sends the signed file to `FileUploadHandler` as the part
`uploadfile` of a form (with `MetaData` as other parts and `JWTToken` as bearer), and answers with one JSON
message: Status 0 where the handler took it, else a number and a Message.
"""

import base64
import fcntl
import hashlib
import json
import ssl
import struct
import tempfile
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from ipaddress import ip_address
from pathlib import Path
from typing import Any

import httpx
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from signing.keys.references import open_key
from signing.pades import sign

ADDRESS, PORT = "127.0.0.1", 8987
#: RFC 6455, 1.3
_GUID = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"
_TEXT, _CLOSE = 1, 8

Order = dict[str, Any]
Alter = Callable[[bytes], bytes]


@dataclass
class Agent:
    """The application, and the person before it: what they do with the next orders."""

    key_file: Path
    passphrase: str
    alter: Alter = lambda data: data  # what a hostile or faulty application does to the signed file
    fails_with: dict[str, Any] | None = None  # instead of signing: the token is out, the PIN wrong
    hangs_up: bool = False
    orders: list[Order] = field(default_factory=list)

    def obey(self, order: Order) -> dict[str, Any]:
        self.orders.append(order)
        if self.fails_with:
            return self.fails_with
        headers = {"Authorization": f"Bearer {order['JWTToken']}"} if order.get("JWTToken") else {}
        with httpx.Client(headers=headers, timeout=60) as client:
            fetched = client.get(order["FileName"])
            if fetched.status_code != 200 or not fetched.content.startswith(b"%PDF"):
                return {
                    "Status": 14,
                    "Message": "Không tải được tệp cần ký",
                    "FileName": "",
                    "FileServer": "",
                }
            signed = self.alter(self._signed(fetched.content))
            name = order["FileName"].rsplit("/", 1)[-1].replace(".pdf", ".signed.pdf")
            answer = client.post(
                order["FileUploadHandler"],
                files={"uploadfile": (name, signed, "application/pdf")},
                data={pair["Key"]: pair["Value"] for pair in order.get("MetaData") or []},
            ).json()
        if not answer["Status"]:
            return {"Status": 28, "Message": answer["Message"], "FileName": "", "FileServer": ""}
        return {**answer, "Status": 0, "DocumentNumber": "", "DocumentDate": ""}

    def _signed(self, data: bytes) -> bytes:
        with tempfile.TemporaryDirectory() as folder:
            source, target = Path(folder, "a.pdf"), Path(folder, "b.pdf")
            source.write_bytes(data)
            key = open_key(f"file:{self.key_file}", self.passphrase)
            sign(source, target, key, now=datetime.now(UTC))
            return target.read_bytes()


@contextmanager
def one_machine() -> Iterator[None]:
    """Nobody else on this machine listens there meanwhile: another test run may want the same address."""
    with Path(tempfile.gettempdir(), f"banchinh-tests-{PORT}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


@contextmanager
def listening(agent: Agent, folder: Path) -> Iterator[Agent]:
    """The application runs, at the one address where pages look for it, with a certificate of its own."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            if self.path != "/SignApproved" or self.headers.get("Upgrade", "").lower() != "websocket":
                self.send_error(404)
                return
            accepted = hashlib.sha1((self.headers["Sec-WebSocket-Key"] + _GUID).encode()).digest()
            self.send_response(101)
            self.send_header("Upgrade", "websocket")
            self.send_header("Connection", "Upgrade")
            self.send_header("Sec-WebSocket-Accept", base64.b64encode(accepted).decode())
            self.end_headers()
            order = json.loads(_received(self.rfile))
            if not agent.hangs_up:
                self.wfile.write(_frame(_TEXT, json.dumps(agent.obey(order)).encode()))
            self.wfile.write(_frame(_CLOSE, b""))
            self.close_connection = True

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer((ADDRESS, PORT), Handler)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(_own_certificate(folder))
    server.socket = context.wrap_socket(server.socket, server_side=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield agent
    finally:
        server.shutdown()
        server.server_close()
        thread.join(10)


def _received(stream: Any) -> bytes:
    """One text message of a client, whose frames are masked (RFC 6455, 5.2)."""
    message = b""
    while True:
        first, second = stream.read(2)
        length = second & 127
        if length == 126:
            (length,) = struct.unpack(">H", stream.read(2))
        elif length == 127:
            (length,) = struct.unpack(">Q", stream.read(8))
        mask = stream.read(4)
        message += bytes(octet ^ mask[at % 4] for at, octet in enumerate(stream.read(length)))
        if first & 128:
            return message


def _frame(kind: int, data: bytes) -> bytes:
    length = struct.pack(">BH", 126, len(data)) if len(data) > 125 else struct.pack(">B", len(data))
    return bytes([128 | kind]) + length + data


def _own_certificate(folder: Path) -> Path:
    key, now = ec.generate_private_key(ec.SECP256R1()), datetime.now(UTC)
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "Signing application of a test")])
    day = timedelta(days=1)
    certificate = (
        x509.CertificateBuilder(
            name, name, key.public_key(), x509.random_serial_number(), now - day, now + day
        )
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address(ADDRESS))]), critical=False)
        .sign(key, SHA256())
    )
    path = folder / "agent.pem"
    secret = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    path.write_bytes(secret + certificate.public_bytes(Encoding.PEM))
    return path

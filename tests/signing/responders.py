"""A real HTTP server on loopback that gives revocation lists, OCSP answers and timestamps."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from asn1crypto import keys, tsp
from asn1crypto import x509 as asn1_x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.x509 import ocsp
from pyhanko.sign.timestamps import DummyTimeStamper
from pyhanko_certvalidator.registry import SimpleCertificateStore

from app.sample.authority import Issued, Issuer

Answer = Callable[[bytes], bytes]


@dataclass
class Responder:
    """Answers by path; keeps what was asked."""

    port: int
    answers: dict[str, Answer] = field(default_factory=dict)
    redirects: dict[str, str] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)

    def url(self, path: str) -> str:
        return f"http://127.0.0.1:{self.port}{path}"


@contextmanager
def serving() -> Iterator[Responder]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", "0")))
            responder.asked.append(self.path)
            if self.path in responder.redirects:
                self.send_response(302)
                self.send_header("Location", responder.redirects[self.path])
                self.end_headers()
                return
            answer = responder.answers.get(self.path)
            self.send_response(200 if answer else 404)
            data = answer(body) if answer else b""
            self.send_header("Content-Length", str(len(data)))
            self.end_headers()
            self.wfile.write(data)

        do_POST = do_GET  # noqa: N815 (the name that http.server calls)

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    responder = Responder(server.server_port)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield responder
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def ocsp_answer(
    issuer: Issuer,
    issued: Issued,
    now: datetime,
    revoked: datetime | None = None,
    responder: Issued | None = None,
) -> Answer:
    """The issuing authority's own answer on one certificate, or that of a `responder` which it certified."""
    signer = responder or issuer.issuing
    builder = (
        ocsp.OCSPResponseBuilder()
        .add_response(
            issued.certificate,
            issuer.issuing.certificate,
            hashes.SHA1(),
            ocsp.OCSPCertStatus.REVOKED if revoked else ocsp.OCSPCertStatus.GOOD,
            now,
            now + timedelta(days=1),
            revoked,
            None,
        )
        .responder_id(ocsp.OCSPResponderEncoding.HASH, signer.certificate)
    )
    if responder:
        builder = builder.certificates([responder.certificate])
    data = builder.sign(signer.key, hashes.SHA256()).public_bytes(serialization.Encoding.DER)
    return lambda _: data


def timestamp_answer(issuer: Issuer, authority: Issued, at: datetime) -> Answer:
    """A timestamp authority with an RSA key, whose clock stands at `at`."""
    private = authority.key.private_bytes(
        serialization.Encoding.DER, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    store = SimpleCertificateStore()
    store.register(_asn1(issuer.issuing))

    def answer(request: bytes) -> bytes:
        stamper = DummyTimeStamper(
            tsa_cert=_asn1(authority),
            tsa_key=keys.PrivateKeyInfo.load(private),
            certs_to_embed=store,
            fixed_dt=at,
        )
        return bytes(stamper.request_tsa_response(tsp.TimeStampReq.load(request)).dump())

    return answer


def _asn1(issued: Issued) -> asn1_x509.Certificate:
    return asn1_x509.Certificate.load(issued.certificate.public_bytes(serialization.Encoding.DER))

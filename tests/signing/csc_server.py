"""A remote signing service on loopback, written after the Cloud Signature Consortium API 1.0.4 (paths
`/csc/v1`) and 2 (`/csc/v2`). It holds real keys, and checks what a service must: access, PIN and one-time
password, number and hashes of an authorisation, its life time, algorithms; leave of holders on its own pages
(`csc_pages`). It can be slow, refuse, lock, and answer wrongly, and it calls those who wait
(`response_uri`)."""

import base64
import json
import secrets
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.error import HTTPError
from urllib.parse import parse_qsl, urlsplit
from urllib.request import Request, urlopen

from asn1crypto import algos
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa, utils

from app.sample.authority import Issued
from tests.signing.csc_pages import BadVisit, Pages, TokenRefused

HASHES: dict[str, hashes.HashAlgorithm] = {
    "2.16.840.1.101.3.4.2.1": hashes.SHA256(),
    "2.16.840.1.101.3.4.2.2": hashes.SHA384(),
    "2.16.840.1.101.3.4.2.3": hashes.SHA512(),
}
RSA, PSS = "1.2.840.113549.1.1.1", "1.2.840.113549.1.1.10"
RSA_ALGORITHMS = (RSA, "1.2.840.113549.1.1.11", "1.2.840.113549.1.1.12", "1.2.840.113549.1.1.13", PSS)
EC_ALGORITHMS = ("1.2.840.10045.4.3.2", "1.2.840.10045.4.3.3", "1.2.840.10045.4.3.4")
TRIES = 3


class Refused(Exception):
    """An answer that is an error."""

    def __init__(self, error: str, description: str, status: int = 400) -> None:
        super().__init__(error)
        self.status = status
        self.shape = {"error": error, "error_description": description}


def _open_door() -> threading.Event:
    door = threading.Event()
    door.set()
    return door


@dataclass
class Held:
    """A key of a holder, and how it is activated. `shown`: the certificate that the service says it has."""

    issued: Issued
    above: Sequence[Issued] = ()
    pin: str | None = "47110815"
    otp: str = "none"  # or offline, online
    scal: str = "1"
    multisign: int = 100
    mode: str = "explicit"
    status: str = "enabled"
    standing: str = "valid"  # of its certificate
    algorithms: Sequence[str] | None = None
    shown: Issued | None = None
    wrong_pins: int = 0
    passwords: list[str] = field(default_factory=list)  # one-time, not used yet


@dataclass
class Leave:
    """What activation data (SAD) stand for."""

    credential: str
    left: int
    hashes: frozenset[str] | None
    until: float
    used: bool = False


@dataclass
class Service:
    """`fault`: what it answers wrongly: `value`, `foreign`, `short`, `junk`, `echo`, `redirect`, `status`."""

    held: dict[str, Held]
    port: int = 0
    users: dict[str, str] = field(default_factory=lambda: {"mau": "mật khẩu mẫu"})
    tokens: set[str] = field(default_factory=lambda: {"token-of-tests"})
    life_seconds: float = 3600.0
    lag_seconds: float = 0.0
    asynchronous: bool = False
    pending: int = 0  # answers that say: not yet
    hiccups: int = 0  # questions about values that it cannot answer at all
    unready: int = 0  # such answers, where values are asked for
    deny: bool = False
    fault: str = ""
    stranger: Issued | None = None
    asked: list[tuple[str, dict[str, Any]]] = field(default_factory=list)
    sent: list[str] = field(default_factory=list)  # one-time passwords that went to the phone
    leaves: dict[str, Leave] = field(default_factory=dict)
    replies: dict[str, object] = field(default_factory=dict)  # in place of what a method would answer
    waiting: dict[str, tuple[int, dict[str, Any]]] = field(default_factory=dict)
    lock: threading.Lock = field(default_factory=threading.Lock)
    pages: Pages = field(default_factory=Pages)
    call_after: float | None = None  # seconds until it calls who waits; before that, values are not there
    may_call: threading.Event = field(default_factory=_open_door)  # cleared: it calls once a test lets it
    call_with: bytes = b'{"signatures": ["AAAA"]}'  # what nobody should believe
    called: list[tuple[str, int]] = field(default_factory=list)  # addresses, and what they answered

    def url(self, version: str) -> str:
        return f"http://127.0.0.1:{self.port}/csc/{version}"

    def calls(self, method: str) -> int:
        return sum(path.endswith(method) for path, _ in self.asked)

    def answer(
        self, path: str, authorization: str, body: dict[str, Any]
    ) -> tuple[int, dict[str, Any] | None]:
        _, root, version, *parts = path.split("/")
        if root != "csc" or version not in ("v1", "v2"):
            raise Refused("invalid_request", "no such path", 404)
        method = "/".join(parts)
        if method == "info":
            return 200, self._info(version)
        if method == "auth/login":
            return 200, self._login(authorization)
        token = authorization.removeprefix("Bearer ")
        if method == "signatures/signHash" and "SAD" not in body and token in self.leaves:
            body["SAD"] = token  # v2: a token for a key is leave by itself
        elif token not in self.tokens:
            raise Refused("invalid_token", "The access token is invalid or expired", 401)
        handler = {
            "credentials/list": self._list,
            "credentials/info": self._credential,
            "credentials/authorize": self._authorize,
            "credentials/extendTransaction": self._extend,
            "signatures/signHash": self._sign,
            **({"credentials/sendOTP": self._challenge} if version == "v1" else {}),
            **(
                {
                    "credentials/getChallenge": self._challenge,
                    "credentials/authorizeCheck": self._check,
                    "signatures/signPolling": self._poll,
                }
                if version == "v2"
                else {}
            ),
        }.get(method)
        if handler is None:
            raise Refused("invalid_request", "no such method", 404)
        return handler(version, body)

    def _info(self, version: str) -> dict[str, Any]:
        shape: dict[str, Any] = {
            "specs": "1.0.4.0" if version == "v1" else "2.0.0.2",
            "name": "DỊCH VỤ MẪU",
            "region": "VN",
            "lang": "vi",
            "authType": ["basic", "oauth2code", "oauth2client"],
            "oauth2": f"http://127.0.0.1:{self.port}",
            "methods": ["auth/login", "credentials/list", "credentials/info", "signatures/signHash"],
        }
        if version == "v2":
            shape["asynchronousOperationMode"] = self.asynchronous
        return shape

    def _login(self, authorization: str) -> dict[str, Any]:
        kind, _, pair = authorization.partition(" ")
        name, _, password = base64.b64decode(pair).decode().partition(":")
        if kind != "Basic" or self.users.get(name) != password:
            raise Refused("authentication_error", "An error occurred during authentication process", 401)
        token = secrets.token_urlsafe(24)
        self.tokens.add(token)
        return {"access_token": token, "expires_in": 3600}

    def _list(self, _version: str, _body: dict[str, Any]) -> tuple[int, dict[str, Any]]:
        return 200, {"credentialIDs": list(self.held)}

    def _of(self, body: dict[str, Any]) -> Held:
        name = body.get("credentialID")
        if not isinstance(name, str):
            raise Refused("invalid_request", "Missing (or invalid type) string parameter credentialID")
        if name not in self.held:
            raise Refused("invalid_request", "Invalid parameter credentialID")
        return self.held[name]

    def _credential(self, version: str, body: dict[str, Any]) -> tuple[int, dict[str, Any]]:
        held = self._of(body)
        chain = [held.shown or held.issued, *held.above]
        shape: dict[str, Any] = {
            "key": {"status": held.status, "algo": list(_algorithms(held)), "len": held.issued.key.key_size},
            "cert": {"status": held.standing, "certificates": [_certificate(one) for one in chain]},
            "SCAL": held.scal,
            "multisign": held.multisign,
        }
        if version == "v1":
            shape["authMode"] = held.mode
            if held.mode == "explicit":
                shape["PIN"] = {"presence": "true" if held.pin else "false", "format": "N"}
                presence = "false" if held.otp == "none" else "true"
                shape["OTP"] = {"presence": presence, "type": held.otp, "format": "N"}
        else:
            objects = [{"type": "Password", "id": "PIN", "format": "N"}] if held.pin else []
            if held.otp != "none":
                kind = "ChallengeResponse" if held.otp == "online" else "TOTP"
                objects.append({"type": kind, "id": "MA-OTP", "format": "N"})
            shape["auth"] = {"mode": held.mode, "expression": "", "objects": objects}
        return 200, shape

    def _challenge(self, _version: str, body: dict[str, Any]) -> tuple[int, None]:
        held = self._of(body)
        password = f"{secrets.randbelow(10**6):06d}"
        held.passwords.append(password)
        self.sent.append(password)
        return 204, None

    def _authorize(self, version: str, body: dict[str, Any]) -> tuple[int, dict[str, Any]]:
        held = self._of(body)
        number = body.get("numSignatures")
        if not isinstance(number, int) or number < 1:
            raise Refused("invalid_request", "Invalid value for parameter numSignatures")
        if number > held.multisign:
            raise Refused("invalid_request", "Numbers of signatures is too high")
        if held.status != "enabled":
            raise Refused("invalid_request", "Credential locked")
        if held.scal == "2" and not _hashes(version, body):
            raise Refused("invalid_request", "Missing (or invalid type) array parameter hash")
        self._activate(version, held, body)
        bound = frozenset(_hashes(version, body)) if held.scal == "2" else None
        leave = Leave(body["credentialID"], number, bound, time.monotonic() + self.life_seconds)
        if version == "v2" and self.pending:
            return 202, {"handle": self._later({"SAD": self._sad(leave)})}
        if self.deny:
            raise Refused("access_denied", "The user has denied the signature")
        return 200, {"SAD": self._sad(leave), "expiresIn": self.life_seconds}

    def _activate(self, version: str, held: Held, body: dict[str, Any]) -> None:
        if held.mode == "oauth2code":
            raise Refused("invalid_request", "This credential is authorized by OAuth 2.0")
        if version == "v1":
            pin, password = body.get("PIN"), body.get("OTP")
        else:
            given = {one["id"]: one["value"] for one in body.get("authData", [])}
            pin, password = given.get("PIN"), given.get("MA-OTP")
        if self.fault == "echo":
            raise Refused(f"bad {pin}", f"wrong: {pin} {password}")
        if held.pin is not None and pin != held.pin:
            held.wrong_pins += 1
            held.status = "disabled" if held.wrong_pins >= TRIES else held.status
            code = "invalid_pin" if version == "v1" else "invalid_authentication_data"
            raise Refused(code, "The PIN is invalid")
        if held.otp != "none":
            if password not in held.passwords:
                code = "invalid_otp" if version == "v1" else "invalid_authentication_data"
                raise Refused(code, "The OTP is invalid")
            held.passwords.remove(password)

    def _sad(self, leave: Leave) -> str:
        sad = f"SAD-{secrets.token_urlsafe(24)}"
        self.leaves[sad] = leave
        return sad

    def _later(self, shape: dict[str, Any]) -> str:
        name = secrets.token_urlsafe(12)
        self.waiting[name] = (self.pending, shape)
        return name

    def _check(self, _version: str, body: dict[str, Any]) -> tuple[int, dict[str, Any]]:
        left, shape = self._waited(body, "handle")
        if left > 0:
            return 202, {"handle": self._again(left - 1, shape)}
        if self.deny:
            raise Refused("access_denied", "The user has denied the signature")
        return 200, shape

    def _poll(self, _version: str, body: dict[str, Any]) -> tuple[int, dict[str, Any]]:
        left, shape = self._waited(body, "requestID")
        if left > 0:
            self.waiting[body["requestID"]] = (left - 1, shape)
            return 202, {"error": "accepted_request", "error_description": "not yet completed"}
        return 200, shape

    def _again(self, left: int, shape: dict[str, Any]) -> str:
        name = secrets.token_urlsafe(12)
        self.waiting[name] = (left, shape)
        return name

    def _waited(self, body: dict[str, Any], name: str) -> tuple[int, dict[str, Any]]:
        if body.get(name) not in self.waiting:
            raise Refused("invalid_request", f"Invalid parameter {name}")
        return self.waiting.pop(body[name])

    def _leave(self, body: dict[str, Any]) -> Leave:
        leave = self.leaves.get(str(body.get("SAD")))
        if leave is None or leave.credential != body["credentialID"]:
            raise Refused("invalid_request", "Invalid parameter SAD")
        if time.monotonic() > leave.until:
            raise Refused("invalid_request", "SAD expired")
        return leave

    def _extend(self, version: str, body: dict[str, Any]) -> tuple[int, dict[str, Any]]:
        held, leave = self._of(body), self._leave(body)
        bound = frozenset(_hashes(version, body)) if held.scal == "2" else None
        if held.scal == "2" and not bound:
            raise Refused("invalid_request", "Missing (or invalid type) array parameter hash")
        del self.leaves[body["SAD"]]
        return 200, {"SAD": self._sad(Leave(leave.credential, leave.left, bound, leave.until))}

    def _sign(self, version: str, body: dict[str, Any]) -> tuple[int, dict[str, Any]]:
        held, leave = self._of(body), self._leave(body)
        wanted = _hashes(version, body)
        if not wanted:
            raise Refused("invalid_request", "Empty hash array")
        if leave.used or len(wanted) > leave.left:
            raise Refused("invalid_request", "Invalid parameter SAD")
        if leave.hashes is not None and not set(wanted) <= leave.hashes:
            raise Refused("invalid_request", "Hash is not authorized by the SAD")
        if body.get("signAlgo") not in _algorithms(held):
            raise Refused("invalid_request", "Invalid parameter signAlgo")
        leave.used, leave.left = True, leave.left - len(wanted)
        values = [self._value(version, held, one, body) for one in wanted]
        if self.fault == "short":
            values = values[:-1]
        shape = {"signatures": [base64.b64encode(value).decode() for value in values]}
        if version == "v2" and body.get("operationMode") == "A":
            if not self.asynchronous:
                raise Refused("invalid_request", "Invalid parameter operationMode")
            name = self._later(shape)
            self.waiting[name] = (max(self.pending, self.unready), shape)
            if self.call_after is not None and body.get("response_uri"):
                self.waiting[name] = (1_000_000, shape)
                threading.Timer(self.call_after, self._call, (name, body["response_uri"])).start()
            return 200, {"responseID": name}
        return 200, shape

    def _call(self, name: str, address: str) -> None:
        """Tell who waits that the values are there."""
        self.may_call.wait(60)
        with self.lock:
            if name in self.waiting:
                self.waiting[name] = (0, self.waiting[name][1])
        self.called.append((address, call(address, self.call_with)))

    def redeem(self, form: dict[str, str]) -> tuple[int, dict[str, Any]]:
        """What leave is changed for."""
        try:
            asked = self.pages.redeem(form)
        except TokenRefused as refused:
            return 401 if refused.error == "invalid_client" else 400, {"error": refused.error}
        if asked.scope == "service":
            token = secrets.token_urlsafe(24)
            self.tokens.add(token)
            return 200, {"access_token": token, "token_type": "Bearer", "expires_in": 3600}
        held = self.held.get(asked.credential)
        if held is None or asked.number > held.multisign or (held.scal == "2" and not asked.hashes):
            return 400, {"error": "invalid_request"}
        bound = asked.hashes if held.scal == "2" else None
        until = time.monotonic() + self.life_seconds
        sad = self._sad(Leave(asked.credential, asked.number, bound, until))
        return 200, {"access_token": sad, "token_type": self.pages.kind, "expires_in": 300}

    def _value(self, version: str, held: Held, wanted: str, body: dict[str, Any]) -> bytes:
        digest = base64.b64decode(wanted)
        chosen = HASHES[body["hashAlgo" if version == "v1" else "hashAlgorithmOID"]]
        if len(digest) != chosen.digest_size:
            raise Refused("invalid_request", "Invalid digest value length")
        if self.fault == "value":
            digest = bytes(len(digest))
        key = self.stranger.key if self.fault == "foreign" and self.stranger else held.issued.key
        hashed = utils.Prehashed(chosen)
        if isinstance(key, ec.EllipticCurvePrivateKey):
            return key.sign(digest, ec.ECDSA(hashed))
        assert isinstance(key, rsa.RSAPrivateKey)
        if body["signAlgo"] == PSS:
            given = algos.RSASSAPSSParams.load(base64.b64decode(body["signAlgoParams"]))
            assert given["hash_algorithm"]["algorithm"].native == chosen.name
            salt = int(given["salt_length"].native)
            return key.sign(digest, padding.PSS(padding.MGF1(chosen), salt), hashed)
        return key.sign(digest, padding.PKCS1v15(), hashed)


def _hashes(version: str, body: dict[str, Any]) -> list[str]:
    found = body.get("hash" if version == "v1" else "hashes", [])
    return found if isinstance(found, list) else []


def _algorithms(held: Held) -> Sequence[str]:
    if held.algorithms is not None:
        return held.algorithms
    return EC_ALGORITHMS if isinstance(held.issued.key, ec.EllipticCurvePrivateKey) else RSA_ALGORITHMS


def _certificate(issued: Issued) -> str:
    return base64.b64encode(issued.certificate.public_bytes(serialization.Encoding.DER)).decode()


def call(address: str, body: bytes) -> int:
    """The status that an address answers a call with; 0 where it cannot be reached."""
    order = Request(address, body, {"Content-Type": "application/json"}, method="POST")
    try:
        with urlopen(order, timeout=10) as answer:
            return int(answer.status)
    except HTTPError as error:
        return error.code
    except OSError:
        return 0


def paged(service: Service, path: str, form: str) -> tuple[int, bytes, dict[str, str]]:
    """What the pages for holders answer: status, body, headers."""
    where, given = urlsplit(path), dict(parse_qsl(form))
    try:
        with service.lock:
            if where.path == "/oauth2/authorize":
                page = service.pages.show(dict(parse_qsl(where.query)))
                return 200, page.encode(), {"Content-Type": "text/html; charset=utf-8"}
            if where.path == "/oauth2/decide":
                return 302, b"", {"Location": service.pages.decide(given)}
            if where.path == "/oauth2/token":
                status, shape = service.redeem(given)
                return status, json.dumps(shape).encode(), {}
    except (BadVisit, ValueError) as bad:
        return 400, str(bad).encode(), {}
    return 404, b"", {}


def asked(service: Service, path: str, authorization: str, body: dict[str, Any]) -> tuple[int, bytes]:
    """What a method of the API answers: status and body."""
    with service.lock:
        service.asked.append((path, body))
        if path.endswith("signPolling") and service.hiccups:
            service.hiccups -= 1
            return 503, b"<html>"
        try:
            status, shape = service.answer(path, authorization, body)
        except Refused as refused:
            status, shape = refused.status, refused.shape
    for method, reply in service.replies.items():
        shape = reply if path.endswith(method) else shape  # type: ignore[assignment]
    data = json.dumps(shape).encode() if shape is not None else b""
    if path.endswith("signHash"):
        data = b"<html>" if service.fault == "junk" else data
        status = {"redirect": 307, "status": 500}.get(service.fault, status)
    return status, data


@contextmanager
def serving(held: dict[str, Held], **more: Any) -> Iterator[Service]:
    service = Service(held, **more)

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self._say(*paged(service, self.path, ""))

        def _say(self, status: int, data: bytes, headers: dict[str, str]) -> None:
            self.send_response(status)
            for name, value in {**headers, "Content-Length": str(len(data))}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(data)

        def do_POST(self) -> None:
            if self.path.startswith("/oauth2/"):
                form = self.rfile.read(int(self.headers.get("Content-Length", "0"))).decode()
                self._say(*paged(service, self.path, form))
                return
            body = json.loads(self.rfile.read(int(self.headers.get("Content-Length", "0"))))
            time.sleep(service.lag_seconds)
            status, data = asked(service, self.path, self.headers.get("Authorization", ""), body)
            self._say(status, data, {"Location": service.url("v1") + "/elsewhere"} if status == 307 else {})

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    service.port = server.server_port
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield service
    finally:
        server.shutdown()
        server.server_close()
        thread.join()

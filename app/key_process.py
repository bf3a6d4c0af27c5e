"""Keys that are open for a while: each in a process of its own that never sees a document.

A key file is opened under the same confinement as documents are read. A token or an HSM is reached through
its driver, which needs devices, so that process stands outside of the confinement, under limits. A vendor's
driver that falls over takes no other process with it.
"""

import hmac
import logging
import secrets
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from app.batches import PublicKey
from app.children import Child, ChildFailed
from app.ports import KeyLost
from app.sandbox import Reach, Sandbox
from ocr.limits import Refusal
from signing.refusals import SigningRefused

log = logging.getLogger("banchinh.keys")

#: To load what opens keys, and for a slow token; an RSA key in a file takes a tenth of a second.
_UNLOCK_SECONDS = 30.0
_SIGN_SECONDS = 20.0
#: A device locks itself after about three of these, and what is tried by itself must not do that to it.
_WRONG_PIN = "wrong-pin"


@dataclass(frozen=True, slots=True)
class ProcessKey:
    """The port UnlockedKey."""

    child: Child
    public: PublicKey
    turns: threading.Lock = field(default_factory=threading.Lock)

    def sign(self, data: bytes) -> bytes:
        try:
            with self.turns, _telling():
                value: str = self.child.ask("sign_value", {"data": data.hex()}, _SIGN_SECONDS)
        except SigningRefused as refusal:
            raise KeyLost(refusal.code, refusal.vi, refusal.en) from refusal
        return bytes.fromhex(value)


class KeyProcesses:
    """The port SigningKeys."""

    def __init__(self, sandbox: Sandbox) -> None:
        self._confined = sandbox
        self._driving = Sandbox(sandbox.settings, "rlimits", inherits=True)
        self._salt = secrets.token_bytes(16)
        self._refused: set[bytes] = set()

    @contextmanager
    def unlock(self, reference: str, secret: str | None) -> Iterator[ProcessKey]:
        known = hmac.digest(self._salt, f"{reference}\0{secret}".encode(), "sha256")
        if known in self._refused:
            raise _refused_before()
        with _telling():
            child = self._child(reference)
        with child:
            try:
                with _telling():
                    public = self._opened(child, reference, secret)
            except SigningRefused as refusal:
                if refusal.code == _WRONG_PIN:
                    self._refused.add(known)
                raise
            yield ProcessKey(child, public)

    def _opened(self, child: Child, reference: str, secret: str | None) -> PublicKey:
        module = self._confined.settings.pkcs11_module
        request = {"reference": reference, "secret": secret, "module": module}
        return PublicKey.from_json(child.ask("open_key", request, _UNLOCK_SECONDS))

    def _child(self, reference: str) -> Child:
        if not reference.startswith("file:"):
            return self._driving.child(Reach())
        file = Path(reference.removeprefix("file:"))
        return self._confined.child(Reach(readable=[file] if file.is_file() else []))


@contextmanager
def _telling() -> Iterator[None]:
    """What goes wrong with the process, as a refusal."""
    try:
        yield
    except Refusal as refusal:
        raise SigningRefused(refusal.code, refusal.vi, refusal.en) from None
    except ChildFailed as error:
        log.warning("a key process failed", extra={"cause": type(error).__name__})
        raise SigningRefused(
            "key-failed",
            "Chương trình giữ khóa đã dừng. Hãy kiểm tra thiết bị hoặc tệp khóa rồi mở khóa lại.",
            "The program that holds the key has stopped. Check device or key file, then unlock it again.",
        ) from error


def _refused_before() -> SigningRefused:
    return SigningRefused(
        _WRONG_PIN,
        "Thiết bị đã từ chối chính mã PIN này; không thử lại để thiết bị không bị khóa. Hãy nhập mã khác, "
        "hoặc sửa BANCHINH_SEAL_PASSPHRASES rồi khởi động lại dịch vụ.",
        "The device refused this very PIN before; it is not tried again, lest the device lock itself. Enter "
        "another, or correct BANCHINH_SEAL_PASSPHRASES and start the service again.",
    )

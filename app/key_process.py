"""Keys that are open for a while: each in a process of its own that never sees a document.

A key file is opened under the same confinement as documents are read. A token or an HSM is reached through
its driver, which needs devices, and a remote service over the network, by the guarded fetcher; so these
processes stand outside of the confinement, under limits. A vendor's
driver that falls over takes no other process with it.
"""

import hmac
import logging
import secrets
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

from app.batches import PublicKey
from app.children import Child
from app.ports import KeyLost
from app.sandbox import Reach, Sandbox, refusing
from app.settings import Settings
from signing.refusals import SigningRefused

log = logging.getLogger("banchinh.keys")

#: To load what opens keys, and for a slow token; an RSA key in a file takes a tenth of a second.
_UNLOCK_SECONDS = 30.0
_SIGN_SECONDS = 20.0
#: For a holder who confirms on a telephone, which a remote service waits 300 seconds for.
_CONFIRM_SECONDS = 400.0
#: A device or a service locks a key after about three of these; what is tried by itself must not do that.
_WRONG_SECRETS = frozenset({"wrong-pin", "csc-wrong-secret"})


class ProcessKey:
    """The port UnlockedKey. One that was lost stays so: what was refused once is not asked again."""

    def __init__(self, child: Child, opened: Mapping[str, Any], refuse: Callable[[], None]) -> None:
        """`refuse`: is told where the secret turns out to be wrong only when it signs."""
        self.child = child
        self.public = PublicKey.from_json(opened["public"])
        self.together: bool = opened["together"]
        self._refuse = refuse
        self._turns = threading.Lock()
        self._lost: KeyLost | None = None

    def sign(self, data: bytes) -> bytes:
        value: str = self._ask("sign_value", data.hex())
        return bytes.fromhex(value)

    def sign_all(self, data: Sequence[bytes]) -> Sequence[bytes | KeyLost]:
        made = self._ask("sign_values", [one.hex() for one in data])
        values = [bytes.fromhex(one) if isinstance(one, str) else KeyLost(**one) for one in made]
        for value in values:
            if isinstance(value, KeyLost):
                self._lose(value)
        return values

    def _ask(self, task: str, data: str | list[str]) -> Any:
        patience = _CONFIRM_SECONDS if self.together else _SIGN_SECONDS
        with self._turns:
            if self._lost is not None:
                raise self._lost
            try:
                with _telling():
                    return self.child.ask(task, {"data": data}, _SIGN_SECONDS, patience)
            except SigningRefused as refusal:
                raise self._lose(KeyLost(refusal.code, refusal.vi, refusal.en)) from refusal

    def _lose(self, lost: KeyLost) -> KeyLost:
        self._lost = lost
        if lost.code in _WRONG_SECRETS:
            self._refuse()
        return lost


class KeyProcesses:
    """The port SigningKeys."""

    def __init__(self, sandbox: Sandbox) -> None:
        self._confined = sandbox
        self._driving = Sandbox(sandbox.settings, "rlimits", inherits=True)
        self._salt = secrets.token_bytes(16)
        self._refused: set[bytes] = set()

    @contextmanager
    def unlock(self, reference: str, secret: str | None, once: str | None = None) -> Iterator[ProcessKey]:
        given = f"{reference}\0{secret}\0{once}"  # another one-time password is another attempt of a person
        known = hmac.digest(self._salt, given.encode(), "sha256")
        if known in self._refused:
            raise _refused_before()
        _check_reference(reference, self._confined.settings)
        with _telling():
            child = self._child(reference)
        with child:
            try:
                with _telling():
                    opened = self._opened(child, reference, secret, once)
            except SigningRefused as refusal:
                if refusal.code in _WRONG_SECRETS:
                    self._refused.add(known)
                raise
            yield ProcessKey(child, opened, lambda: self._refused.add(known))

    def _opened(
        self, child: Child, reference: str, secret: str | None, once: str | None
    ) -> Mapping[str, Any]:
        settings = self._confined.settings
        request = {
            "reference": reference,
            "secret": secret,
            "once": once,
            "module": settings.pkcs11_module,
            "access": _access(settings) if reference.startswith("csc:") else None,
        }
        opened: Mapping[str, Any] = child.ask("open_key", request, _UNLOCK_SECONDS)
        return opened

    def _child(self, reference: str) -> Child:
        if not reference.startswith("file:"):
            return self._driving.child(Reach())
        file = Path(reference.removeprefix("file:"))
        return self._confined.child(Reach(readable=[file] if file.is_file() else []))


def _check_reference(reference: str, settings: Settings) -> None:
    """References of accounts and agencies come over the network, from whoever holds an administrator's
    session: they decide neither who is given the service's access, nor which library is loaded, nor which
    file is read as a PIN. Raises SigningRefused."""
    scheme, _, rest = reference.partition(":")
    if scheme == "csc":
        try:
            host = urlsplit(rest).netloc.lower()
        except ValueError:
            host = ""
        if host not in settings.remote_signing_hosts:
            raise SigningRefused(
                "csc-host",
                f"Dịch vụ ký số từ xa {host} chưa được phép. Hãy nhờ quản trị viên thêm "
                "vào BANCHINH_CSC_HOSTS.",
                f"The remote signing service {host} is not allowed. Have it added to BANCHINH_CSC_HOSTS.",
            )
    if scheme == "pkcs11" and parse_qs(rest.partition("?")[2], keep_blank_values=True):
        raise SigningRefused(
            "reference-query",
            "Tham chiếu khóa trong dịch vụ không được có module-path hay pin-source. "
            "Hãy dùng BANCHINH_PKCS11_MODULE và nhập mã PIN khi ký.",
            "A key reference of the service may have neither module-path nor pin-source. "
            "Set BANCHINH_PKCS11_MODULE, and give the PIN when signing.",
        )


def _access(settings: Settings) -> dict[str, str | None]:
    """The service's own way to a remote signing service; a holder's PIN comes with the unlock."""
    token, password = settings.csc_token, settings.csc_password
    return {
        "allow": settings.fetch_allow,
        "token": token.get_secret_value() if token else None,
        "user": settings.csc_user or None,
        "password": password.get_secret_value() if password else None,
    }


def _telling() -> AbstractContextManager[None]:
    """What goes wrong with the process, as a refusal."""
    failed = SigningRefused(
        "key-failed",
        "Chương trình giữ khóa đã dừng. Hãy kiểm tra thiết bị hoặc tệp khóa rồi mở khóa lại.",
        "The program that holds the key has stopped. Check device or key file, then unlock it again.",
    )
    return refusing(failed, "a key process failed", log)


def _refused_before() -> SigningRefused:
    return SigningRefused(
        "wrong-pin",
        "Mã PIN này đã bị từ chối; không thử lại để khóa không bị khóa hẳn. Hãy nhập mã khác, "
        "hoặc sửa BANCHINH_SEAL_PASSPHRASES rồi khởi động lại dịch vụ.",
        "This very PIN was refused before; it is not tried again, lest the key be locked. Enter "
        "another, or correct BANCHINH_SEAL_PASSPHRASES and start the service again.",
    )

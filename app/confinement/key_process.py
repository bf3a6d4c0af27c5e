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
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

from app.batches import PublicKey
from app.confinement.children import Child
from app.confinement.sandbox import Reach, Sandbox, refusing
from app.ports import KeyLost, Unlock
from app.settings import RETURN_PATH, Settings
from signing.keys.csc_oauth import LeavePage, Visit
from signing.keys.csc_refusals import sign_in_needed
from signing.keys.signing_key import Later
from signing.refusals import SigningRefused

log = logging.getLogger("banchinh.keys")

#: To load what opens keys, and for a slow token; an RSA key in a file takes a tenth of a second.
_UNLOCK_SECONDS = 30.0
_SIGN_SECONDS = 20.0
#: For a holder who confirms on a telephone, which a remote service waits 300 seconds for.
_CONFIRM_SECONDS = 400.0
#: A device or a service locks a key after about three of these; what is tried by itself must not do that.
_WRONG_SECRETS = frozenset({"wrong-pin", "csc-wrong-secret"})
_ACCESS_REFUSED = "csc-access-refused"


class ProcessKey:
    """The port UnlockedKey. One that was lost stays so: what was refused once is not asked again."""

    def __init__(self, child: Child, opened: Mapping[str, Any], refuse: Callable[[], None]) -> None:
        """`refuse`: is told where the secret turns out to be wrong only when it signs."""
        self.child = child
        self.public = PublicKey.from_json(opened["public"])
        self.together: bool = opened["together"]
        self.by_page: bool = opened["by_page"]
        self._refuse = refuse
        self._turns = threading.Lock()
        self._lost: KeyLost | None = None

    def sign(self, data: bytes) -> bytes:
        value: str = self._ask("sign_value", data=data.hex())
        return bytes.fromhex(value)

    def parts(
        self, data: Sequence[bytes], notice: Callable[[], str | None]
    ) -> Iterator[Sequence[bytes] | Later]:
        self._ask("begin_values", data=[one.hex() for one in data])
        while True:
            match self._ask("next_values", notice=notice()):
                case {"values": values}:
                    yield [bytes.fromhex(value) for value in values]
                case {"later": request, "count": count}:
                    yield Later(request, count)
                case {"lost": why}:
                    raise self._lose(KeyLost(**why))
                case _:
                    return

    def fetch(self, request: str) -> Sequence[bytes] | None:
        # a question that fails is no attempt of the holder: what else the key is asked still is
        try:
            values = self._asked("fetch_values", later=request)
        except SigningRefused as refusal:
            raise KeyLost(refusal.code, refusal.vi, refusal.en) from refusal
        return None if values is None else [bytes.fromhex(value) for value in values]

    def _ask(self, task: str, **request: Any) -> Any:
        if self._lost is not None:
            raise self._lost
        try:
            return self._asked(task, **request)
        except SigningRefused as refusal:
            raise self._lose(KeyLost(refusal.code, refusal.vi, refusal.en)) from refusal

    def _asked(self, task: str, **request: Any) -> Any:
        patience = _CONFIRM_SECONDS if self.together else _SIGN_SECONDS
        with self._turns:
            if self._lost is not None:  # by another thread, meanwhile
                raise self._lost
            with _telling():
                return self.child.ask(task, request, _SIGN_SECONDS, patience)

    def _lose(self, lost: KeyLost) -> KeyLost:
        self._lost = lost
        if lost.code in _WRONG_SECRETS:
            self._refuse()
        return lost


class HolderTokens:
    """Tokens of holders who signed in on a page of a remote service: in the memory of this process alone, for
    as long as they hold. They open no key: for that the holder gives leave each time."""

    def __init__(self) -> None:
        self._kept: dict[tuple[str, str], tuple[str, float]] = {}
        self._lock = threading.Lock()

    def keep(self, reference: str, holder: str, value: str, seconds: int) -> None:
        with self._lock:
            self._drop_expired()
            self._kept[reference, holder] = value, time.monotonic() + seconds

    def of(self, reference: str, holder: str) -> str | None:
        with self._lock:
            self._drop_expired()
            value, _ = self._kept.get((reference, holder), (None, 0.0))
        return value

    def forget(self, reference: str, holder: str) -> bool:
        """Whether there was one."""
        with self._lock:
            return self._kept.pop((reference, holder), None) is not None

    def _drop_expired(self) -> None:
        now = time.monotonic()
        self._kept = {whose: kept for whose, kept in self._kept.items() if now < kept[1]}


class KeyProcesses:
    """The port SigningKeys."""

    def __init__(self, sandbox: Sandbox) -> None:
        self._confined = sandbox
        self._driving = Sandbox(sandbox.settings, "rlimits", inherits=True)
        self._salt = secrets.token_bytes(16)
        self._refused: set[bytes] = set()
        self._tokens = HolderTokens()

    @contextmanager
    def unlock(self, reference: str, given: Unlock) -> Iterator[ProcessKey]:
        # another one-time password, or another visit to the service's page, is another attempt of a person
        code = given.leave.code if given.leave else None
        told = f"{reference}\0{given.secret}\0{given.once}\0{code}"
        known = hmac.digest(self._salt, told.encode(), "sha256")
        if known in self._refused:
            raise _refused_before()
        _check_reference(reference, self._confined.settings)
        with _telling():
            child = self._child(reference)
        with child:
            try:
                with _telling():
                    opened = self._opened(child, reference, given)
            except SigningRefused as refusal:
                if refusal.code in _WRONG_SECRETS:
                    self._refused.add(known)
                if refusal.code == _ACCESS_REFUSED and self._tokens.forget(reference, given.holder):
                    raise _signed_out() from None
                raise
            yield ProcessKey(child, opened, lambda: self._refused.add(known))

    def leave_page(
        self, reference: str, holder: str, data: Sequence[bytes], visit: Visit
    ) -> LeavePage | None:
        _check_reference(reference, self._confined.settings)
        try:
            return self._page(reference, holder, data, visit)
        except SigningRefused as refusal:
            if refusal.code != _ACCESS_REFUSED or not self._tokens.forget(reference, holder):
                raise
            return self._page(reference, holder, data, visit)  # without the token that holds no more

    def _page(self, reference: str, holder: str, data: Sequence[bytes], visit: Visit) -> LeavePage | None:
        request = {
            "reference": reference,
            "access": self._access(reference, holder),
            "data": [one.hex() for one in data],
            "visit": asdict(visit),
        }
        with _telling(), self._child(reference) as child:
            page = child.ask("leave_page", request, _UNLOCK_SECONDS)
        return LeavePage(**page) if page else None

    def _opened(self, child: Child, reference: str, given: Unlock) -> Mapping[str, Any]:
        request = {
            "reference": reference,
            "secret": given.secret,
            "once": given.once,
            "leave": asdict(given.leave) if given.leave else None,
            "module": self._confined.settings.pkcs11_module,
            "access": None,
        }
        if reference.startswith("csc:"):
            # who signs in does so without the token of before
            signs_in = given.leave is not None and given.leave.scope == "service"
            request["access"] = self._access(reference, "" if signs_in else given.holder)
        opened: Mapping[str, Any] = child.ask("open_key", request, _UNLOCK_SECONDS)
        if opened["token"]:
            self._tokens.keep(reference, given.holder, **opened["token"])
        return opened

    def _access(self, reference: str, holder: str) -> dict[str, Any]:
        """The way to a remote signing service: the service's own, else the holder's; a holder's PIN comes
        with the unlock."""
        settings = self._confined.settings
        token, password, user = settings.csc_token, settings.csc_password, settings.csc_user
        own = token.get_secret_value() if token else None
        return {
            "allow": settings.fetch_allow,
            "token": own or (None if user else self._tokens.of(reference, holder)),
            "user": user or None,
            "password": password.get_secret_value() if password else None,
            "app": _app(settings),
        }

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


def _app(settings: Settings) -> dict[str, Any] | None:
    """How services that send holders to a page of their own know us; None where the operator has not set
    it."""
    if not settings.public_url or not settings.csc_client_id:
        return None
    secret = settings.csc_client_secret
    return {
        "client": settings.csc_client_id,
        "secret": secret.get_secret_value() if secret else None,
        "redirect": settings.public_url + RETURN_PATH,
        "hosts": sorted(settings.remote_signing_hosts),
    }


def _telling() -> AbstractContextManager[None]:
    """What goes wrong with the process, as a refusal."""
    failed = SigningRefused(
        "key-failed",
        "Chương trình giữ khóa đã dừng. Hãy kiểm tra thiết bị hoặc tệp khóa rồi mở khóa lại.",
        "The program that holds the key has stopped. Check device or key file, then unlock it again.",
    )
    return refusing(failed, "a key process failed", log)


def _signed_out() -> SigningRefused:
    refusal = sign_in_needed()
    return SigningRefused(refusal.code, refusal.vi, refusal.en)


def _refused_before() -> SigningRefused:
    return SigningRefused(
        "wrong-pin",
        "Mã PIN này đã bị từ chối; không thử lại để khóa không bị khóa hẳn. Hãy nhập mã khác, "
        "hoặc sửa BANCHINH_SEAL_PASSPHRASES rồi khởi động lại dịch vụ.",
        "This very PIN was refused before; it is not tried again, lest the key be locked. Enter "
        "another, or correct BANCHINH_SEAL_PASSPHRASES and start the service again.",
    )

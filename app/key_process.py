"""Keys that are open for a while: each in a process of its own that never sees a document.

A key file is opened under the same confinement as documents are read. A token or an HSM is reached through
its driver, which needs devices, so that process stands outside of the confinement, under limits. A vendor's
driver that falls over takes no other process with it.
"""

import logging
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
from signing import refusals
from signing.refusals import SigningRefused

log = logging.getLogger("banchinh.keys")

#: To load what opens keys, and for a slow token; an RSA key in a file takes a tenth of a second.
_UNLOCK_SECONDS = 30.0
_SIGN_SECONDS = 20.0


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
        self._driving = Sandbox(sandbox.settings, "rlimits")

    @contextmanager
    def unlock(self, reference: str, secret: str | None) -> Iterator[ProcessKey]:
        file = Path(reference.removeprefix("file:"))
        with _telling():
            child = self._child(reference, file)
        with child:
            with _telling():
                request = {"reference": reference, "secret": secret}
                public = PublicKey.from_json(child.ask("open_key", request, _UNLOCK_SECONDS))
            yield ProcessKey(child, public)

    def _child(self, reference: str, file: Path) -> Child:
        if not reference.startswith("file:"):
            return self._driving.child(Reach())
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
        raise refusals.key_failed() from error

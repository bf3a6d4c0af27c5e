"""The port that judges documents which come back signed; every look happens in a confined child."""

import logging
import secrets
from collections.abc import Callable, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from app.confinement.benches import Benches, Seat
from app.confinement.sandbox import refusing
from signing.refusals import SigningRefused

log = logging.getLogger("banchinh.sandbox")


class SandboxedReturns:
    """The port ReturnedDocuments. `seconds`: for a look."""

    def __init__(self, benches: Benches, seconds: float) -> None:
        self._benches = benches
        self._seconds = seconds

    def check_before(self, source: Path) -> None:
        self._look(source, lambda seat, left: seat.child.ask("check_before", {}, left))

    def check_after(self, source: Path, returned: Path, now: datetime) -> Mapping[str, Any]:
        def look(seat: Seat, left: float) -> Any:
            before = f"before-{secrets.token_hex(8)}.pdf"
            seat.copy(source, before)
            return seat.child.ask("check_after", {"before": before, "now": now.isoformat()}, left)

        found: Mapping[str, Any] = self._look(returned, look)
        return found

    def _look(self, source: Path, order: Callable[[Seat, float], Any]) -> Any:
        failed = SigningRefused(
            "not-looked-at",
            "Chưa kiểm tra được văn bản nên chưa ký. Hãy thử lại; nếu vẫn lỗi hãy báo quản trị viên.",
            "The document could not be checked, so it is not signed. Try again; if it stays, "
            "tell the administrator.",
        )
        try:
            with refusing(failed, "a look at a document to sign failed", log):
                return self._benches.ordered(source, self._seconds, order)
        finally:
            self._benches.clear(source, wait=False)

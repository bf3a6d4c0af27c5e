"""The port that judges documents which come back signed; every look happens in a confined child."""

import logging
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from app.confinement.sandbox import Reach, Sandbox, refusing
from signing.refusals import SigningRefused

log = logging.getLogger("banchinh.sandbox")


@dataclass(frozen=True, slots=True)
class SandboxedReturns:
    """The port ReturnedDocuments."""

    sandbox: Sandbox

    def check_before(self, source: Path) -> None:
        self._ask("check_before", {}, Reach(source))

    def check_after(self, source: Path, returned: Path, now: datetime) -> Mapping[str, Any]:
        request = {"before": str(source.absolute()), "now": now.isoformat()}
        found: Mapping[str, Any] = self._ask(
            "check_after", request, Reach(returned, readable=[source.absolute()])
        )
        return found

    def _ask(self, task: str, request: Mapping[str, Any], reach: Reach) -> Any:
        failed = SigningRefused(
            "not-looked-at",
            "Chưa kiểm tra được văn bản nên chưa ký. Hãy thử lại; nếu vẫn lỗi hãy báo quản trị viên.",
            "The document could not be checked, so it is not signed. Try again; if it stays, "
            "tell the administrator.",
        )
        with refusing(failed, "a look at a document to sign failed", log):
            return self.sandbox.run(task, request, self.sandbox.settings.verify_seconds, reach)

"""The port that judges signed documents; every look happens in a confined child."""

import logging
import secrets
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from app.confinement.benches import Benches, Seat, of_signed_documents, trusted
from app.confinement.child import VERIFYING
from app.confinement.children import ChildFailed, OutOfMemory, OutOfTime
from app.confinement.sandbox import Sandbox
from app.document_ports import ReadingFailed
from ocr.limits import Refusal
from signing.evidence.evidence_cache import EvidenceCache
from signing.evidence.fetching import Fetcher
from signing.evidence.gathering import complete
from signing.pdf.signed_bytes import sha256_of
from signing.reports.report import Want
from signing.summary import unreadable

log = logging.getLogger("banchinh.sandbox")


class SandboxedVerifier:
    """The port DocumentVerifier; trusts the certificates in TRUST and in `trust`. Where a `fetcher` is given,
    it fetches what is missing; the child itself never has a network. Looks and fetches share the seconds of
    `verify_seconds`. `policy`: as in signing.validation."""

    def __init__(
        self,
        sandbox: Sandbox,
        fetcher: Fetcher | None = None,
        trust: Sequence[Path] = (),
        policy: str | None = None,
        cache: EvidenceCache | None = None,
        *,
        benches: Benches | None = None,
    ) -> None:
        """`benches`: those of signed documents, where they are shared; its own otherwise."""
        self._settings = sandbox.settings
        self._fetcher = fetcher
        self._trust = [path.absolute() for path in trust]
        self._policy = policy
        self._cache = cache
        self._benches = benches or of_signed_documents(sandbox, self._trust, VERIFYING)

    def verify(self, source: Path, at: datetime | None = None, *, offline: bool = False) -> dict[str, Any]:
        ours = secrets.token_hex(4)  # who verifies the same file beside us fetched other evidence

        def look(evidence: Sequence[Path], seconds: float) -> dict[str, Any]:
            fetched = {
                f"{ours}-{path.name}": path for folder in evidence for path in sorted(folder.iterdir())
            }
            return self._look(source, at, fetched, seconds)

        seconds = self._settings.verify_seconds
        try:
            if self._fetcher is None or offline:
                return look([], seconds)
            return complete(look, _wants, self._fetcher, seconds, self._cache)
        except TimeoutError:
            return _unreadable(source, "too-costly")
        finally:
            self._benches.clear(source, wait=False)

    def shown_pages(
        self,
        source: Path,
        field: str,
        places: Mapping[int, Sequence[Sequence[float]]],
        compared: Mapping[str, Any] | None = None,
    ) -> Mapping[str, Any]:
        listed = [[page, list(boxes)] for page, boxes in places.items()]  # JSON has no keys that are numbers
        asked = {"field": field, "places": listed, "compared": compared}
        found: dict[str, Any] = self._asked(source, "shown_pages", **asked)
        return found

    def signed_length(self, source: Path, field: str) -> int:
        length: int = self._asked(source, "signed_length", field=field)
        return length

    def _asked(self, source: Path, task: str, **request: Any) -> Any:
        """Raises ReadingFailed, Refusal."""
        seconds = self._settings.verify_seconds
        try:
            return self._benches.ordered(
                source, seconds, lambda seat, left: seat.child.ask(task, request, left)
            )
        except ChildFailed as error:
            raise ReadingFailed(str(error)) from error
        finally:  # nothing of a file stays in the memory of a child that nobody may ask again
            self._benches.clear(source, wait=False)

    def _look(
        self, source: Path, at: datetime | None, evidence: Mapping[str, Path], seconds: float
    ) -> dict[str, Any]:
        """Raises TimeoutError."""
        request = {
            "anchors": [str(path) for path in (*self._trust, *trusted(self._settings)) if path.exists()],
            "at": at.isoformat() if at else None,
            "policy": self._policy,
        }

        def judged(seat: Seat, left: float) -> Any:
            for name, path in evidence.items():
                if not seat.has(name):  # one of an earlier look has most of it
                    seat.copy(path, name)
            return seat.child.ask("verify", {**request, "evidence": [*evidence]}, left)

        try:
            report: dict[str, Any] = self._benches.ordered(source, seconds, judged)
        except OutOfTime as error:
            raise TimeoutError(str(error)) from error
        except OutOfMemory:
            return _unreadable(source, "too-costly")
        except (ChildFailed, Refusal) as error:
            log.warning("verification stopped", extra={"cause": type(error).__name__})
            return _unreadable(source, "cannot-verify")
        return report


def _unreadable(source: Path, code: str) -> dict[str, Any]:
    return unreadable(sha256_of(source), code, datetime.now(UTC)).to_json()


def _wants(report: Mapping[str, Any]) -> list[Want]:
    return [Want.from_json(want) for want in report.get("wants", ())]

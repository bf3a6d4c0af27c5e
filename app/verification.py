"""Is this one of ours, and is it sound? The register of records beside the signing report."""

from datetime import datetime
from pathlib import Path
from typing import Any

from app.workflow import Services


def verify(services: Services, source: Path, at: datetime | None = None) -> dict[str, Any]:
    """The verification report of the contract, `document.registered` filled in from the register."""
    raise NotImplementedError

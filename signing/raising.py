"""A signature that somebody else made, raised to a level of ours: nothing of it is touched, evidence and a
document timestamp come after it (ETSI EN 319 142-1, 6.3, allows either kind of timestamp from B-T on)."""

import shutil
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from signing import long_term, refusals, validation
from signing.evidence.fetching import Fetcher
from signing.evidence.tsa import Authorities, NoTimestamp
from signing.prepared import Level
from signing.renewal import renew, weakens_at


def raise_level(
    source: Path,
    target: Path,
    level: Level,
    *,
    now: datetime,
    tsa: str,
    fetcher: Fetcher | None = None,
    trust: Sequence[Path] = (),
) -> dict[str, Any]:
    """Write `target`: `source` at that level, which its newest signature then has; gives {"level",
    "archive_until"}. Raises SigningRefused; then there is no target."""
    if level == "B-T":
        _stamp(source, target, Authorities.named(tsa, fetcher or Fetcher()))
    else:  # the archive timestamp is the timestamp
        renew(source, target, now=now, tsa=tsa, fetcher=fetcher, trust=trust, signers=True)
    until = weakens_at(target)
    return {"level": level, "archive_until": until.isoformat() if until else None}


def _stamp(source: Path, target: Path, authorities: Authorities) -> None:
    if not authorities.urls:
        raise refusals.no_timestamp_authority("B-T")
    shutil.copyfile(source, target)
    try:
        long_term.timestamp(target, authorities)
        _check_sound(target)
    except NoTimestamp as error:
        target.unlink(missing_ok=True)
        raise refusals.timestamp_failed() from error
    except BaseException:
        target.unlink(missing_ok=True)
        raise


def _check_sound(target: Path) -> None:
    if validation.validate(target).verdict == "invalid":
        raise refusals.unsound()

"""Fetching what a report wants: outside the limited child that reads the file, through the one way out."""

import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TypeVar

from signing.fetching import Fetcher, FetchFailed
from signing.report import Want

MAXIMUM_WANTS = 20  # a file with five signatures of different issuers wants about twelve
SECONDS = 20.0  # for all of it: who verifies waits, and a dead network must not hold them
ROUNDS = 3  # an issuer's certificate leads to its revocation list, and that to the issuer above
Answer = TypeVar("Answer")


def complete(
    look: Callable[[Sequence[Path]], Answer], wants: Callable[[Answer], Sequence[Want]], fetcher: Fetcher
) -> Answer:
    """Look, fetch what is wanted, and look again with it. `look` is given the folders of fetched evidence;
    nothing in them is trusted, and all of it is checked."""
    answer, deadline = look([]), time.monotonic() + SECONDS
    with tempfile.TemporaryDirectory(prefix="banchinh-evidence-") as name:
        folder, had = Path(name), 0
        for _ in range(ROUNDS):
            fetched = _gather(wants(answer), folder, had, fetcher, deadline)
            if not fetched:
                break
            had += fetched
            answer = look([folder])
    return answer


def _gather(wants: Sequence[Want], folder: Path, had: int, fetcher: Fetcher, deadline: float) -> int:
    distinct = list(dict.fromkeys(wants))[:MAXIMUM_WANTS]
    return sum(
        _fetch(want, folder / f"{had + number}", fetcher)
        for number, want in enumerate(distinct)
        if time.monotonic() < deadline
    )


def _fetch(want: Want, target: Path, fetcher: Fetcher) -> bool:
    for url in want.ocsp_urls:
        try:
            answer = fetcher.post(url, want.question, "application/ocsp-request")
        except FetchFailed:
            continue
        target.with_suffix(".ocsp").write_bytes(answer)
        return True
    for url in want.urls:
        try:
            data = fetcher.get(url)
        except FetchFailed:
            continue
        target.with_suffix(".crl" if want.kind == "revocation" else ".cer").write_bytes(data)
        return True
    return False

"""Fetching what a report wants: outside the limited child that reads the file, through the one way out."""

import math
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TypeVar

from signing.fetching import Fetcher, FetchFailed
from signing.report import Want

MAXIMUM_WANTS = 20  # a file with five signatures of different issuers wants about twelve
SECONDS = 20.0  # for all of it: who verifies waits, and a dead network must not hold them
ROUNDS = 3  # an issuer's certificate leads to its revocation list, and that to the issuer above
Answer = TypeVar("Answer")


def complete(
    look: Callable[[Sequence[Path], float], Answer],
    wants: Callable[[Answer], Sequence[Want]],
    fetcher: Fetcher,
    seconds: float = math.inf,
) -> Answer:
    """Look, fetch what is wanted, and look again with it. `look` is given the folders of fetched evidence, of
    which nothing is trusted and all is checked, and how many of the `seconds` for all of this are left. Once
    they are used up, the last answer counts. Raises TimeoutError where the first look does."""
    end = time.monotonic() + seconds
    answer = look([], seconds)
    deadline = min(end, time.monotonic() + SECONDS)
    with tempfile.TemporaryDirectory(prefix="banchinh-evidence-") as name:
        folder, had = Path(name), 0
        for _ in range(ROUNDS):
            fetched = _gather(wants(answer), folder, had, fetcher, deadline)
            left = end - time.monotonic()
            if not fetched or left <= 0:
                break
            had += fetched
            try:
                answer = look([folder], left)
            except TimeoutError:
                break
    return answer


def _gather(wants: Sequence[Want], folder: Path, had: int, fetcher: Fetcher, deadline: float) -> int:
    distinct = list(dict.fromkeys(wants))[:MAXIMUM_WANTS]
    return sum(
        _fetch(want, folder / f"{had + number}", fetcher, deadline) for number, want in enumerate(distinct)
    )


def _fetch(want: Want, target: Path, fetcher: Fetcher, deadline: float) -> bool:
    for url in want.ocsp_urls:
        try:
            answer = _hurried(fetcher, deadline).post(url, want.question, "application/ocsp-request")
        except FetchFailed:
            continue
        target.with_suffix(".ocsp").write_bytes(answer)
        return True
    for url in want.urls:
        try:
            data = _hurried(fetcher, deadline).get(url)
        except FetchFailed:
            continue
        target.with_suffix(".crl" if want.kind == "revocation" else ".cer").write_bytes(data)
        return True
    return False


def _hurried(fetcher: Fetcher, deadline: float) -> Fetcher:
    """The fetcher, ending by the deadline. Raises FetchFailed where that has come."""
    left = deadline - time.monotonic()
    if left <= 0:
        raise FetchFailed("no time is left for fetching")
    return replace(fetcher, seconds=min(fetcher.seconds, left))

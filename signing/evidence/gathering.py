"""Fetching what a report wants: outside the limited child that reads the file, through the one way out."""

import math
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TypeVar

from signing.evidence.evidence_cache import EvidenceCache
from signing.evidence.fetching import Fetcher, FetchFailed
from signing.reports.report import Want

MAXIMUM_WANTS = 20  # a file with five signatures of different issuers wants about twelve
SECONDS = 20.0  # for all of it: who verifies waits, and a dead network must not hold them
ROUNDS = 3  # an issuer's certificate leads to its revocation list, and that to the issuer above
OCSP_REQUEST = "application/ocsp-request"
Answer = TypeVar("Answer")


def complete(
    look: Callable[[Sequence[Path], float], Answer],
    wants: Callable[[Answer], Sequence[Want]],
    fetcher: Fetcher,
    seconds: float = math.inf,
    cache: EvidenceCache | None = None,
) -> Answer:
    """Look, fetch what is wanted, and look again with it. `look` is given the folders of fetched evidence, of
    which nothing is trusted and all is checked, and how many of the `seconds` for all of this are left. Once
    they are used up, the last answer counts. Raises TimeoutError where the first look does."""
    end = time.monotonic() + seconds
    answer = look([], seconds)
    deadline = min(end, time.monotonic() + SECONDS)
    with tempfile.TemporaryDirectory(prefix="banchinh-evidence-") as name:
        gathering = _Gathering(Path(name), fetcher, deadline, cache)
        for _ in range(ROUNDS):
            fetched = gathering.gather(wants(answer))
            left = end - time.monotonic()
            if not fetched or left <= 0:
                break
            try:
                answer = look([gathering.folder], left)
            except TimeoutError:
                break
    return answer


@dataclass(slots=True)
class _Gathering:
    """Evidence for one report, into `folder`."""

    folder: Path
    fetcher: Fetcher
    deadline: float
    cache: EvidenceCache | None
    had: int = 0
    wanted: set[Want] = field(default_factory=set)
    answered: set[tuple[str, bytes]] = field(default_factory=set)

    def gather(self, wants: Sequence[Want]) -> int:
        """How many of the wants got an answer."""
        distinct = list(dict.fromkeys(wants))[:MAXIMUM_WANTS]
        fetched = sum(self._satisfy(want) for want in distinct)
        self.wanted.update(distinct)
        return fetched

    def _satisfy(self, want: Want) -> bool:
        """By the first place that answers. What is wanted again was not settled by what is kept, and rather
        by a place that did not answer yet: OCSP servers may answer that they cannot tell."""
        kept_will_do = want not in self.wanted
        places = [(url, want.question, ".ocsp") for url in want.ocsp_urls]
        places += [(url, b"", ".crl" if want.kind == "revocation" else ".cer") for url in want.urls]
        for url, question, suffix in sorted(places, key=lambda place: place[:2] in self.answered):
            answer = self._kept(url, question, suffix) if kept_will_do else None
            answer = answer or self._fetched(url, question, suffix)
            if answer is not None:
                self.had += 1
                self.answered.add((url, question))
                (self.folder / f"{self.had}{suffix}").write_bytes(answer)
                return True
        return False

    def _kept(self, url: str, question: bytes, suffix: str) -> bytes | None:
        return self.cache.get(url, question, suffix) if self.cache else None

    def _fetched(self, url: str, question: bytes, suffix: str) -> bytes | None:
        left = self.deadline - time.monotonic()
        if left <= 0:
            return None
        hurried = replace(self.fetcher, seconds=min(self.fetcher.seconds, left))
        try:
            answer = hurried.post(url, question, OCSP_REQUEST) if question else hurried.get(url)
        except FetchFailed:
            return None
        if self.cache:
            self.cache.put(url, question, suffix, answer)
        return answer

"""Several documents with one key that signs them together: at a remote service, under one authorisation."""

import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from signing.evidence.fetching import Fetcher
from signing.keys.signing_key import KeyFailed, SigningKey
from signing.marks.appearance import Appearance
from signing.prepared import Level, Prepared, SignatureSummary
from signing.refusals import SigningRefused
from signing.two_step import complete, prepare


@dataclass(frozen=True, slots=True)
class Asked:
    """What is asked for, alike for all documents; as in pades.sign. `clock`: gives the time of
    each step, for a person may take minutes to confirm."""

    clock: Callable[[], datetime]
    appearance: Appearance | None = None
    reason: str = ""
    level: Level = "B-B"
    tsa: str | None = None
    fetcher: Fetcher | None = None
    trust: Sequence[Path] = ()


def sign_together(
    documents: Sequence[tuple[Path, Path]], key: SigningKey, asked: Asked
) -> Iterator[SignatureSummary | SigningRefused]:
    """Sign each source into its target. Says of each in turn what became of it; each stands alone."""
    if not documents:
        return
    with tempfile.TemporaryDirectory(prefix=".signing-", dir=documents[0][1].parent) as folder:
        drafts = [Path(folder, f"{number}.pdf") for number in range(len(documents))]
        made = [
            _prepared(source, draft, key, asked) for (source, _), draft in zip(documents, drafts, strict=True)
        ]
        waiting = [one.to_be_signed for one in made if isinstance(one, Prepared)]
        values = key.sign_all(waiting)
        for one, draft, (_, target) in zip(made, drafts, documents, strict=True):
            if isinstance(one, SigningRefused):
                yield one
                continue
            yield _completed(one, draft, target, next(values), asked)
            with suppress(OSError):
                draft.unlink()


def _prepared(source: Path, draft: Path, key: SigningKey, asked: Asked) -> Prepared | SigningRefused:
    try:
        return prepare(
            source,
            draft,
            [key.certificate, *key.chain],
            mechanism=key.mechanism,
            appearance=asked.appearance,
            reason=asked.reason,
            now=asked.clock(),
            level=asked.level,
        )
    except SigningRefused as refused:
        return refused


def _completed(
    prepared: Prepared, draft: Path, target: Path, value: bytes | KeyFailed, asked: Asked
) -> SignatureSummary | SigningRefused:
    if isinstance(value, KeyFailed):
        return SigningRefused(value.code, value.vi, value.en)
    try:
        return complete(
            prepared,
            draft,
            target,
            value,
            now=asked.clock(),
            tsa=asked.tsa,
            fetcher=asked.fetcher,
            trust=asked.trust,
        )
    except SigningRefused as refused:
        return refused

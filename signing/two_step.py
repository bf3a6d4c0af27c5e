"""Signing in two steps, for keys that are not at hand: what is to be signed goes out, the value comes back,
in another process if need be. `pades.sign` is the same two steps with the key between them."""

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from asn1crypto import x509

from signing import pades, refusals
from signing.cms.mechanisms import Digest, Mechanism, Scheme, mechanism_for
from signing.completion import Means, finish
from signing.evidence.fetching import Fetcher
from signing.identity import Identity, issued_by_others, readable, usable_certificate
from signing.marks.appearance import Appearance
from signing.pdf import embedding
from signing.pdf.embedding import Before
from signing.prepared import Level, Order, Prepared, SignatureSummary, check_signer

__all__ = ["Digest", "Mechanism", "Prepared", "Scheme", "complete", "prepare"]


def prepare(
    source: Path,
    draft: Path,
    certificates: Sequence[x509.Certificate],
    *,
    mechanism: Mechanism | None = None,
    appearance: Appearance | None = None,
    reason: str = "",
    location: str = "",
    now: datetime,
    level: Level = "B-B",
) -> Prepared:
    """Check everything that is checked before signing, and write `draft`: the document with room for a value.
    `certificates`: the signer's first, then those above it in any order. `mechanism`: where the key cannot
    choose; else as the certificate says, PKCS#1 v1.5 for RSA. Raises SigningRefused; then there is no
    draft."""
    if not all(readable(one) for one in certificates):
        raise refusals.unreadable_certificate()
    signer, *others = certificates
    if not usable_certificate(signer):
        raise refusals.unfit_mechanism()
    identity = Identity(signer, issued_by_others(others), mechanism or mechanism_for(signer))
    return pades.draft(source, draft, Order(identity, appearance, reason, location, now, level)).prepared


def complete(
    prepared: Prepared,
    draft: Path,
    target: Path,
    value: bytes,
    *,
    now: datetime,
    tsa: str | None = None,
    fetcher: Fetcher | None = None,
    trust: Sequence[Path] = (),
) -> SignatureSummary:
    """Put the value in, raise the level, verify, and make `draft` `target` (on one file system). `value`: as
    RawSigner gives it, or r and s bare; checked against certificate and digest before anything else is done
    with it. `now`: of this step, for the certificate may have expired since the first. `tsa`, `fetcher`,
    `trust`: as in pades.sign. Raises SigningRefused; then `target` is as it was before, and `draft` ready for
    another value."""
    means = Means.named(tsa, fetcher, trust)
    means.check(prepared.level)
    check_signer(prepared.identity, now)
    made = finish(prepared, _unchanged(prepared, draft), draft, value, means, now)
    try:
        draft.replace(target)
    except OSError as error:
        embedding.empty(draft, prepared.covered)
        raise refusals.not_copied(str(error.strerror)) from error
    return made


def _unchanged(prepared: Prepared, draft: Path) -> Before:
    """What stood in the draft before, once it is known that all that the signature covers is as prepared.
    What an interrupted completion left in the room for the value, or after the end, counts for nothing: it
    goes. Raises SigningRefused."""
    try:
        before = Before.again(draft, prepared.before, prepared.mechanism.digest)
        found = embedding.digest_of(draft, before, prepared.covered)
    except OSError as error:
        raise refusals.draft_changed() from error
    if found != prepared.document_digest:
        raise refusals.draft_changed()
    return before

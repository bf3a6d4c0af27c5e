"""Back to when a path was last known to be sound: validation time sliding (ETSI EN 319 102-1, 5.6.2.2)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise
from typing import Literal

from asn1crypto import x509

from signing.pki import revocation
from signing.pki.revocation import Answer, Standing
from signing.pki.revocation_sources import Evidence
from signing.policies import Policy

Cause = Literal["expired", "revoked", "weak"]


@dataclass(frozen=True, slots=True)
class End:
    """Since `time` nothing new may rest on `certificate`: what is to count must be proven to be older."""

    time: datetime
    cause: Cause
    certificate: x509.Certificate


@dataclass(frozen=True, slots=True)
class Slid:
    """The standing of each certificate of a path but its anchor, from the signer's upwards, and all that has
    ended by now."""

    standings: tuple[Standing, ...]
    ends: tuple[End, ...]

    def first_end(self, *causes: Cause) -> End | None:
        """The earliest end, of these causes."""
        return min((e for e in self.ends if e.cause in causes), key=lambda e: e.time, default=None)


@dataclass(frozen=True, slots=True)
class Clock:
    """The times that count. `now`: the moment of judging. `made`: the earliest time by which the signature is
    proven to have been made, or `now`: revocation data must be in force then, or later."""

    now: datetime
    made: datetime


def slide(
    chain: Sequence[x509.Certificate],
    evidence: Evidence,
    clock: Clock,
    policy: Policy,
) -> Slid:
    """Go down from the anchor. At each certificate the control time moves back to when that certificate
    ended; what its holder says of those below, such as a revocation list, counts when it is proven to have
    existed by then. The policy tells until when algorithms are relied on."""
    control = clock.now
    standings: list[Standing] = []
    ends: list[End] = []
    for certificate, issuer in reversed(list(pairwise(chain))):
        found = evidence.sources.answers(certificate, issuer)
        usable = [
            a
            for a in found
            if not evidence.is_ahead(a.written) and _existed_in_time(a, evidence, clock.now, control, policy)
        ]
        standing = _standing(certificate, found, usable, clock)
        standings.append(standing)
        here = _ends(standing, clock.now, policy.certificate_end(certificate))
        ends += here
        control = min([control, *(end.time for end in here)])
    return Slid(tuple(reversed(standings)), tuple(ends))


def _standing(
    certificate: x509.Certificate,
    answers: Sequence[Answer],
    usable: Sequence[Answer],
    clock: Clock,
) -> Standing:
    """What is revoked stays revoked, however old the source; but at a moment before the day of the revocation
    it was not yet, unless the key was compromised."""
    revoked = [a for a in answers if a.revoked and (a.compromised or a.revoked <= clock.now)]
    if revoked:
        return Standing(certificate, "revoked", min(revoked, key=lambda a: a.revoked or a.written))
    good = [a for a in usable if a.speaks_of(certificate) and clock.made <= a.until]
    if good:
        return Standing(certificate, "good", max(good, key=lambda a: a.written))
    return Standing(certificate, "unknown" if revocation.declares(certificate) else "not-declared")


def _existed_in_time(
    answer: Answer, evidence: Evidence, now: datetime, control: datetime, policy: Policy
) -> bool:
    """Did it exist while its author and its algorithms could be relied on? What is at hand existed by now,
    also where the clock of an authority that stamped it goes some minutes ahead."""
    ends = [control]
    if answer.digest is not None:
        ends.append(policy.digest_end(answer.digest))
    if answer.responder is not None:
        ends.append(policy.certificate_end(answer.responder))
    return min(evidence.existed.get(answer.der, now), now) <= min(ends)


def _ends(standing: Standing, now: datetime, weak_after: datetime) -> list[End]:
    certificate = standing.certificate
    revoked = standing.answer.unreliable_from if standing.answer else None
    candidates = [
        End(certificate.not_valid_after, "expired", certificate),
        End(weak_after, "weak", certificate),
        *([End(revoked, "revoked", certificate)] if revoked else []),
    ]
    return [end for end in candidates if end.time < now]

"""May this key sign now? Asked before it signs, of the steps by which the verifier judges certificates.

What our own verifier would say of a signature of this key, made at this moment, is what counts: by the policy
of the root at which its path ends, with the same path, revocation data and algorithms. So nobody can sign
what our own page would then not accept (Decree 68/2024, Art 29, 31 and 32; Decree 23/2025, Art 15).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from asn1crypto import cms
from pyhanko.sign.general import SignedDataCerts

from signing import cades, refusals
from signing.evidence.fetching import Fetcher
from signing.evidence.gathering import complete
from signing.identity import Identity
from signing.pdf.parsing import PARSE_ERRORS
from signing.pki import certificates
from signing.pki.paths import Paths
from signing.pki.revocation_sources import Evidence, Sources
from signing.pki.trust import Trust, load
from signing.refusals import SigningRefused
from signing.reports.report import RevocationStatus
from signing.steps import certificate_steps
from signing.steps.certificate_case import CertificateCase, Surroundings

#: Sub-indications of a certificate of which too little is known, and which may still settle.
OPEN = ("NO_CERTIFICATE_CHAIN_FOUND", "TRY_LATER")


def check(identity: Identity, trust: Trust, fetcher: Fetcher, now: datetime) -> None:
    """Would a signature of this key hold? Nobody is asked where nobody is trusted. What is missing comes
    through `fetcher`. Raises SigningRefused."""
    if not trust.anchors:
        return

    def look(fetched: Sequence[Path], _seconds: float) -> ToCome:
        return _judged(identity, trust.helped_by(load(fetched)), now)

    if refused := _refusal(complete(look, lambda case: case.wants, fetcher)):
        raise refused


@dataclass(slots=True, kw_only=True)
class ToCome(CertificateCase):
    """A signature that is still to be made: of a key, and by its way of signing."""

    identity: Identity

    @property
    def signer_info(self) -> cms.SignerInfo:
        """The object that signing would write, but for its value, at which no step on certificates looks."""
        attributes = cades.signed_attributes(bytes(self.identity.mechanism.digest_size), self.identity)
        made = cms.ContentInfo.load(cades.signed_data(self.identity, attributes, b""))
        return made["content"]["signer_infos"][0]


def _judged(identity: Identity, trust: Trust, now: datetime) -> ToCome:
    around = Surroundings(
        trust=trust,
        evidence=Evidence(Sources(trust.crls, trust.ocsps)),
        moment=now,
        paths=Paths(trust),
    )
    certs = SignedDataCerts(identity.certificate, list(identity.chain), [])
    case = ToCome(around=around, certs=certs, claimed=now, identity=identity)
    try:
        for _, _, take in certificate_steps.STEPS:
            take(case)
    except PARSE_ERRORS as error:
        raise refusals.unreadable_certificate() from error
    return case


def _refusal(case: ToCome) -> SigningRefused | None:
    """Revoked is told first, then what is known to be wrong, then what is not known."""
    found = case.faults + case.doubts
    if not found:
        return None
    if revoked := _holders(case, "revoked"):
        return refusals.revoked(revoked)
    for code, why in found:
        if code not in OPEN:
            return refusals.would_not_hold(why.text.vi, why.text.en)
    no_path = case.path is not None and case.path.anchor is None
    last = certificates.holder(case.path.chain[-1] if case.path else case.certificate)
    return refusals.standing_unknown(last if no_path else _holders(case, "unknown") or last)


def _holders(case: ToCome, status: RevocationStatus) -> str:
    """Of the certificates of the path with this status."""
    standings = case.slid.standings if case.slid else ()
    return ", ".join(certificates.holder(s.certificate) for s in standings if s.status == status)

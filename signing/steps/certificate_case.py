"""What the steps on certificates know of one signature, whether it is made already or still to be made.

The verifier (examination.py) and the question before signing (signing/standing.py) take the very same steps
on it, so that nobody can sign what the verifier then does not accept.
"""

from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from asn1crypto import cms, x509
from pyhanko.sign.general import SignedDataCerts

from signing import policies
from signing.evidence.stored_evidence import StoredEvidence
from signing.pki import paths
from signing.pki.revocation_sources import Evidence
from signing.pki.sliding import Slid
from signing.pki.trust import Trust
from signing.policies import Policy
from signing.reports.notes import note
from signing.reports.report import Algorithm, Note, Outcome, Revocation, Want

NOT_CHECKED = Revocation("not-checked")


class Stop(Exception):
    """Nothing more can be learnt of this signature."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Surroundings:
    """What certificates are judged by. `policy`: the name of the one that was asked for."""

    trust: Trust
    evidence: Evidence
    moment: datetime
    paths: paths.Paths
    stored: StoredEvidence = field(default_factory=StoredEvidence)
    policy: str | None = None


@dataclass(slots=True, kw_only=True)
class CertificateCase(ABC):
    """One signature, as far as its certificates go, and what the steps found out about it."""

    around: Surroundings
    certs: SignedDataCerts | None = None
    claimed: datetime | None = None
    best: datetime | None = None
    best_source: str | None = None
    path: paths.Path | None = None
    slid: Slid | None = None
    revocation: Revocation = NOT_CHECKED
    algorithm: Algorithm | None = None
    faults: list[tuple[str, Note]] = field(default_factory=list)  # TOTAL-FAILED
    doubts: list[tuple[str, Note]] = field(default_factory=list)  # INDETERMINATE
    missing: list[Note] = field(default_factory=list)
    wants: list[Want] = field(default_factory=list)
    warnings: list[Note] = field(default_factory=list)
    said: tuple[Outcome, Note] | None = None  # by the present step, where it is not seen from what it found

    @property
    @abstractmethod
    def signer_info(self) -> cms.SignerInfo:
        """By which algorithms the signature is made."""

    @property
    def is_timestamp(self) -> bool:
        """Does it stamp the document, and sign nothing?"""
        return False

    @property
    def further_digests(self) -> Sequence[str]:
        """Digests that bind it to what it signs, where they are not its own."""
        return ()

    @property
    def evidence(self) -> Evidence:
        """The evidence at hand."""
        return self.around.evidence

    @property
    def certificate(self) -> x509.Certificate:
        if self.certs is None:
            raise Stop
        return self.certs.signer_cert

    @property
    def signed_at(self) -> datetime:
        """The time at which everything is judged: proven, or else the moment of checking."""
        return self.best or self.around.moment

    @property
    def policy(self) -> Policy:
        """The one that was asked for, or that of the anchor which was reached."""
        return policies.choose(self.path.anchor if self.path else None, self.around.policy)

    @property
    def proven(self) -> bool:
        """Does a trusted timestamp prove that time?"""
        return self.best_source == "timestamp"

    def say(self, outcome: Outcome, code: str, **values: object) -> None:
        """What came of the present step, unless it finds a fault or a doubt."""
        self.said = (outcome, note(code, **values))

"""What levels B-LT and B-LTA add to a signature with a timestamp (ETSI EN 319 142-1, 6.3): in the document's
security store, every certificate and the proof that none was revoked; and a timestamp over all of it.

The evidence comes from what the administrator trusts and, through the fetcher, from where the certificates
themselves point to.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import pairwise
from pathlib import Path

from asn1crypto import crl, ocsp, x509
from pyhanko.sign.fields import SigFieldSpec
from pyhanko.sign.signers.pdf_byterange import DocumentTimestamp
from pyhanko.sign.validation.dss import DocumentSecurityStore
from pyhanko.sign.validation.generic_cms import extract_certs_for_validation

from signing import policies
from signing.evidence import timestamps, tsa
from signing.evidence.fetching import Fetcher
from signing.evidence.gathering import complete
from signing.evidence.tsa import Authorities, Token
from signing.identity import Identity
from signing.pdf import embedding
from signing.pdf.embedding import Before, NotEmbedded
from signing.pdf.updating import Update
from signing.pki import certificates, paths, revocation
from signing.pki.revocation_sources import Evidence, Sources
from signing.pki.sliding import Clock, slide
from signing.pki.trust import Trust, load
from signing.reports.report import RevocationStatus, Want

Link = tuple[x509.Certificate, x509.Certificate]  # a certificate, and that of its issuer


class EvidenceMissing(Exception):
    """Certificates that lead to no anchor, or of which nobody says that they are in force: their holders."""

    def __init__(self, holders: Sequence[str]) -> None:
        super().__init__(", ".join(holders))


class CertificateRevoked(Exception):
    """Certificates that were revoked before the time that counts: their holders."""

    def __init__(self, holders: Sequence[str]) -> None:
        super().__init__(", ".join(holders))


@dataclass(frozen=True, slots=True)
class Subject:
    """A certificate that must be proven to have been in force `at` a time. `found`: others that help to build
    its path. `usage`: what it must be granted beyond signing."""

    certificate: x509.Certificate
    found: tuple[x509.Certificate, ...]
    at: datetime
    usage: str | None = None

    @classmethod
    def of_signer(cls, signer: Identity, token: Token) -> "Subject":
        return cls(signer.certificate, signer.chain, timestamps.time_of(token.signed_data))

    @classmethod
    def of_authority(cls, token: Token) -> "Subject":
        """Raises ValueError where the token does not bring its authority's certificate."""
        found = extract_certs_for_validation(token.signed_data)
        at = timestamps.time_of(token.signed_data)
        return cls(found.signer_cert, tuple(found.other_certs), at, "time_stamping")


@dataclass(frozen=True, slots=True)
class Material:
    """What goes into the security store, and what is still missing for it to be complete."""

    certificates: tuple[x509.Certificate, ...]
    crls: tuple[bytes, ...]
    ocsps: tuple[bytes, ...]
    unproven: tuple[str, ...]
    revoked: tuple[str, ...]
    wants: tuple[Want, ...]


def gather(subjects: Sequence[Subject], trust: Trust, fetcher: Fetcher, now: datetime) -> Material:
    """The evidence for all subjects. Raises EvidenceMissing, CertificateRevoked."""

    def look(folders: Sequence[Path], _seconds: float) -> Material:
        helped = trust.helped_by(load(folders))
        search = _Search(paths.Paths(helped), Sources(helped.crls, helped.ocsps), now)
        for subject in subjects:
            search.prove(subject)
        return search.found()

    material = complete(look, lambda found: found.wants, fetcher)
    if material.revoked:
        raise CertificateRevoked(material.revoked)
    if material.unproven:
        raise EvidenceMissing(material.unproven)
    return material


def store(draft: Path, material: Material) -> None:
    """Add to the security store of the document, by incremental update, what it does not hold yet."""
    with draft.open("rb+") as stream:
        writer = Update(stream)
        kept = DocumentSecurityStore.supply_dss_in_writer(
            writer,
            None,
            certs=material.certificates,
            crls=[crl.CertificateList.load(der) for der in material.crls],
            ocsps=[ocsp.OCSPResponse.load(der) for der in material.ocsps],
        )
        if kept.modified:
            writer.write_in_place()  # type: ignore[no-untyped-call]


def timestamp(draft: Path, authorities: Authorities) -> Token:
    """Add a document timestamp over everything that is there. Raises NoTimestamp, NotEmbedded."""
    before = Before.of(draft, tsa.DIGEST)
    with draft.open("rb+") as stream:
        writer = Update(stream)
        name = embedding.free_name(writer.prev, "Timestamp")
        value = DocumentTimestamp(bytes_reserved=2 * tsa.TOKEN_BYTES)  # type: ignore[no-untyped-call]
        room = embedding.make_room(stream, writer, before, SigFieldSpec(name), value)
        token = authorities.stamp(room.digest)
        embedding.fill(stream, room.covered, token.der)
    _, digest = embedding.read_back(draft, before, name, token.der)
    if digest != room.digest:
        raise NotEmbedded("the timestamp covers other bytes than those that were hashed")
    return token


@dataclass(slots=True)
class _Search:
    """The evidence that is at hand for one subject after another."""

    paths: paths.Paths
    sources: Sources
    now: datetime
    chain: dict[bytes, x509.Certificate] = field(default_factory=dict)
    crls: dict[bytes, None] = field(default_factory=dict)
    ocsps: dict[bytes, None] = field(default_factory=dict)
    unproven: list[str] = field(default_factory=list)
    revoked: list[str] = field(default_factory=list)
    wants: list[Want] = field(default_factory=list)

    def prove(self, subject: Subject) -> None:
        """Every certificate of its path but the anchor, whom nobody can revoke."""
        path = self.paths.build(subject.certificate, subject.found, subject.at, extended_usage=subject.usage)
        self.chain.update((c.sha256, c) for c in path.chain)
        if path.anchor is None or path.problem is not None:
            self.unproven.append(certificates.holder(path.chain[-1]))
            if urls := revocation.issuer_urls(path.chain[-1]):
                self.wants.append(Want("issuer", urls))
            return
        for link in pairwise(path.chain):
            self._prove_link(link, subject.at)

    def _prove_link(self, link: Link, at: datetime) -> None:
        status = _standing(link, self.sources, self.now, at)
        if status == "good":
            proof = next(_proofs(link, self.sources, self.now, at))
            self.crls.update(dict.fromkeys(proof.crls))
            self.ocsps.update(dict.fromkeys(proof.ocsps))
        elif status == "revoked":
            self.revoked.append(certificates.holder(link[0]))
        else:
            self.unproven.append(certificates.holder(link[0]))
            self.wants.append(revocation.want(*link))

    def found(self) -> Material:
        return Material(
            tuple(self.chain.values()),
            tuple(self.crls),
            tuple(self.ocsps),
            tuple(self.unproven),
            tuple(self.revoked),
            tuple(self.wants),
        )


def _proofs(link: Link, sources: Sources, now: datetime, at: datetime) -> Iterator[Sources]:
    """The answers that alone prove a certificate to be in force; OCSP first, because it is small."""
    each = [*(Sources(ocsps=(der,)) for der in sources.ocsps), *(Sources((der,)) for der in sources.crls)]
    return (alone for alone in each if _standing(link, alone, now, at) == "good")


def _standing(link: Link, sources: Sources, now: datetime, at: datetime) -> RevocationStatus:
    """The standing of a certificate, of which this issuer's word counts; by the strictest policy, as every
    verifier is to agree."""
    return slide(link, Evidence(sources), Clock(now, at), policies.load("strict")).standings[0].status

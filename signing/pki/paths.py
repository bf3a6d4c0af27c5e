"""From a certificate to a trust anchor, by the rules of RFC 5280."""

import asyncio
import re
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, Literal

from asn1crypto import algos, keys, x509
from cryptography.exceptions import InvalidSignature
from pyhanko_certvalidator import CertificateValidator, ValidationContext
from pyhanko_certvalidator.errors import (
    AlgorithmNotSupported,
    ExpiredError,
    NotYetValidError,
    PathBuildingError,
    PathError,
    PathValidationError,
    ValidationError,
)
from pyhanko_certvalidator.policy_decl import (
    AcceptAllAlgorithms,
    CertRevTrustPolicy,
    RevocationCheckingPolicy,
    RevocationCheckingRule,
)
from pyhanko_certvalidator.registry import CertificateRegistry
from pyhanko_certvalidator.sig_validate import (
    DEFAULT_VALIDATION_CONTEXT,
    SignatureValidationContext,
    SignatureValidator,
)
from pyhanko_certvalidator.validate import SUPPORTED_EXTENSIONS

from signing.cms.signature_values import Message, Uncheckable, is_right
from signing.pki import certificates
from signing.pki.issuers import Issued, Issuers
from signing.pki.trust import Trust

#: What the words of pyHanko's errors tell, which has no kinds of its own for it, with the code of the note.
CONSTRAINTS = (
    (re.compile(r"The path could not be validated because (?:some|not all) names of "), "chain-other-name"),
    (
        re.compile(r"The path could not be validated because there is no valid set of policies "),
        "chain-other-policy",
    ),
)
PathProblem = Literal["no-chain", "expired", "not-yet-valid", "broken"]

# Revocation and algorithms are steps of their own, with their own words in the report.
NO_REVOCATION = CertRevTrustPolicy(
    RevocationCheckingPolicy(RevocationCheckingRule.NO_CHECK, RevocationCheckingRule.NO_CHECK)
)


@dataclass(frozen=True, slots=True)
class Path:
    """From the certificate upwards; to the anchor, that one counted, where one was reached. `problem` stood
    in the way, or puts the path out of force. `constraint`: the code of the note on what an authority demands
    of those below it, where that is the problem."""

    chain: tuple[x509.Certificate, ...]
    problem: PathProblem | None = None
    anchor: x509.Certificate | None = None
    constraint: str | None = None


@dataclass(slots=True)
class Paths:
    """Paths to the anchors of one verification: signatures share their issuers, and often their signer."""

    trust: Trust
    _built: dict[tuple[object, ...], Path] = field(default_factory=dict)
    _issuers: dict[tuple[bytes, ...], Issuers] = field(default_factory=dict)
    _issued: Issued = field(default_factory=Issued)

    def build(
        self,
        certificate: x509.Certificate,
        found: Sequence[x509.Certificate],
        moment: datetime,
        *,
        extended_usage: str | None = None,
    ) -> Path:
        """A path in force at `moment`. `found` are certificates that came with the document: they help to
        build a path and are never trusted. `extended_usage` such as `time_stamping` must be granted."""
        names = tuple(c.sha256 for c in found)
        key = (certificate.sha256, frozenset(names), moment, extended_usage)
        if key not in self._built:
            if names not in self._issuers:
                self._issuers[names] = Issuers(self.trust, found, self._issued)
            self._built[key] = _build(certificate, self._issuers[names], moment, extended_usage)
        known = self._built[key]
        return replace(known, chain=(certificate, *known.chain[1:]))  # this very object: callers compare so


def _build(
    certificate: x509.Certificate, issuers: Issuers, moment: datetime, extended_usage: str | None
) -> Path:
    trust = issuers.trust
    if not trust.anchors or (certificate.self_issued and not _among(certificate, trust.anchors)):
        return Path(issuers.climb(certificate), "no-chain")
    above = issuers.above(certificate)
    anchors = [one for one in trust.anchors if _among(one, [certificate, *above])]
    context = ValidationContext(
        trust_roots=anchors,
        certificate_registry=CertificateRegistry.build(c for c in above if not _among(c, anchors)),
        moment=moment,
        revinfo_policy=NO_REVOCATION,
        algorithm_usage_policy=AcceptAllAlgorithms(),
        signature_validator=_AsWritten(_by_values([certificate, *above])),
    )
    validator = CertificateValidator(certificate, validation_context=context)
    extended = {extended_usage} if extended_usage else set()
    try:
        path = _validated(validator, extended)
    except PathValidationError as error:
        chain = _chain_of(error, certificate)
        anchor = chain[-1] if _among(chain[-1], trust.anchors) else None
        return Path(chain, _problem(error), anchor, _constraint(error))
    except PathBuildingError:
        return Path(issuers.climb(certificate), "no-chain")
    except (PathError, ValidationError, ValueError, TypeError, KeyError, NotImplementedError):
        return Path((certificate,), "broken")  # the last one: a kind of name that it cannot compare
    chain = tuple(reversed([c for c in path if isinstance(c, x509.Certificate)]))
    problem: PathProblem | None = "broken" if any(map(certificates.said_twice, chain[:-1])) else None
    return Path(chain, problem, chain[-1])


class _AsWritten(SignatureValidator):
    """Whether certificates are signed rightly, by all algorithms that are known here.

    What is asked about comes as asn1crypto writes it, which for some is not what was signed: that is looked
    up among the certificates at hand. One is meant only if asn1crypto writes it in the same way."""

    def __init__(self, written: Mapping[bytes, x509.Certificate]) -> None:
        self._written = written

    def validate_signature(
        self,
        signature: bytes,
        signed_data: bytes,
        public_key_info: keys.PublicKeyInfo,
        signature_algorithm: algos.SignedDigestAlgorithm,
        context: SignatureValidationContext = DEFAULT_VALIDATION_CONTEXT,  # noqa: ARG002 (as the port has it)
    ) -> None:
        meant = self._written.get(signature)
        if meant is not None and not certificates.is_of_one_algorithm(meant):
            raise InvalidSignature
        if meant is not None and meant["tbs_certificate"].dump() == signed_data:
            signed_data = certificates.signed_part(meant)
        try:
            right = is_right(public_key_info, signature_algorithm, signature, Message(signed_data), "")
        except Uncheckable as error:
            raise AlgorithmNotSupported(str(error)) from error
        if not right:
            raise InvalidSignature


def _by_values(found: Iterable[x509.Certificate]) -> dict[bytes, x509.Certificate]:
    """By the values of their signatures."""
    written: dict[bytes, x509.Certificate] = {}
    for certificate in found:
        with suppress(ValueError, TypeError):  # one that cannot be read is of no use, and in nobody's way
            written[bytes(certificate["signature_value"].native)] = certificate
    return written


def overreach(chain: Sequence[x509.Certificate]) -> tuple[str, x509.Certificate] | None:
    """Who in a path from the signer upwards issued what it may not (RFC 5280, 4.2.1.3 and 4.2.1.9), and the
    code of the note; None where that is not what is wrong. The last one may be an anchor: it is believed."""
    for place, authority in enumerate(chain[1:-1], 1):
        below = sum(not one.self_issued for one in chain[1:place])
        usage, said = authority.key_usage_value, authority.basic_constraints_value
        if not authority.ca or (usage is not None and "key_cert_sign" not in usage.native):
            return "chain-no-authority", authority
        most = said["path_len_constraint"].native if said is not None else None
        if most is not None and below > most:
            return "chain-too-long", authority
    return None


def unknown_critical(chain: Sequence[x509.Certificate]) -> list[str]:
    """Extensions that a certificate of the path demands to be understood and that are not (RFC 5280, 4.2)."""
    try:
        return sorted({str(name) for c in chain for name in c.critical_extensions - SUPPORTED_EXTENSIONS})
    except (ValueError, TypeError):  # one that cannot be read
        return []


def _among(certificate: x509.Certificate, anchors: Sequence[x509.Certificate]) -> bool:
    return any(certificate.sha256 == anchor.sha256 for anchor in anchors)


def _validated(validator: Any, extended: set[str]) -> Any:
    """The path. Nothing is fetched, so nothing is waited for; a loop (1 ms) is made only if something is."""

    async def validate() -> Any:
        return await validator.async_validate_usage(key_usage=set(), extended_key_usage=extended)

    steps = validate()
    try:
        steps.send(None)
    except StopIteration as done:
        return done.value
    steps.close()
    return asyncio.run(validate())


def _problem(error: PathValidationError) -> PathProblem:
    if isinstance(error, ExpiredError):
        return "expired"
    if isinstance(error, NotYetValidError):
        return "not-yet-valid"
    return "broken"


def _constraint(error: PathValidationError) -> str | None:
    told = str(error)
    return next((code for words, code in CONSTRAINTS if words.match(told)), None)


def _chain_of(error: PathValidationError, certificate: x509.Certificate) -> tuple[x509.Certificate, ...]:
    path = getattr(error, "original_path", None)
    if path is None:
        return (certificate,)
    return tuple(reversed([c for c in path if isinstance(c, x509.Certificate)]))

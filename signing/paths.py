"""From a certificate to a trust anchor, by the rules of RFC 5280."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from asn1crypto import x509
from pyhanko_certvalidator import CertificateValidator, ValidationContext
from pyhanko_certvalidator.errors import (
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

from signing.trust import Trust

PathProblem = Literal["no-chain", "expired", "not-yet-valid", "broken"]

# Revocation and algorithms are steps of their own, with their own words in the report.
NO_REVOCATION = CertRevTrustPolicy(
    RevocationCheckingPolicy(RevocationCheckingRule.NO_CHECK, RevocationCheckingRule.NO_CHECK)
)


@dataclass(frozen=True, slots=True)
class Path:
    """From the certificate to the anchor, both counted; or the problem that stood in the way."""

    chain: tuple[x509.Certificate, ...]
    problem: PathProblem | None = None

    @property
    def anchor(self) -> x509.Certificate | None:
        return self.chain[-1] if self.chain and self.problem != "no-chain" else None


def build(
    certificate: x509.Certificate,
    trust: Trust,
    found: Sequence[x509.Certificate],
    moment: datetime,
    *,
    extended_usage: str | None = None,
) -> Path:
    """A path in force at `moment`. `found` are certificates that came with the document: they help to build
    a path and are never trusted. `extended_usage` such as `time_stamping` must be granted."""
    if not trust.anchors:
        return Path((certificate,), "no-chain")
    context = ValidationContext(
        trust_roots=list(trust.anchors),
        other_certs=[*trust.intermediates, *found],
        moment=moment,
        revinfo_policy=NO_REVOCATION,
        algorithm_usage_policy=AcceptAllAlgorithms(),
    )
    validator = CertificateValidator(certificate, validation_context=context)
    extended = {extended_usage} if extended_usage else set()
    try:
        path = asyncio.run(_validated(validator, extended))
    except PathValidationError as error:
        return Path(_chain_of(error, certificate), _problem(error))
    except PathBuildingError:
        return Path((certificate,), "no-chain")
    except (PathError, ValidationError, ValueError, TypeError, KeyError):
        return Path((certificate,), "broken")
    return Path(tuple(reversed([c for c in path if isinstance(c, x509.Certificate)])))


async def _validated(validator: Any, extended: set[str]) -> Any:
    return await validator.async_validate_usage(key_usage=set(), extended_key_usage=extended)


def _problem(error: PathValidationError) -> PathProblem:
    if isinstance(error, ExpiredError):
        return "expired"
    if isinstance(error, NotYetValidError):
        return "not-yet-valid"
    return "broken"


def _chain_of(error: PathValidationError, certificate: x509.Certificate) -> tuple[x509.Certificate, ...]:
    path = getattr(error, "original_path", None)
    if path is None:
        return (certificate,)
    return tuple(reversed([c for c in path if isinstance(c, x509.Certificate)]))

"""Which algorithms were acceptable when: the dates of policy.toml."""

import tomllib
from collections.abc import Sequence
from datetime import UTC, date, datetime, time
from functools import cache
from pathlib import Path
from typing import Any

from asn1crypto import cms, x509

from signing.report import Algorithm

BEFORE_ALL = datetime(1970, 1, 1, tzinfo=UTC)


@cache
def policy() -> dict[str, Any]:
    return tomllib.loads(Path(__file__).with_name("policy.toml").read_text("utf-8"))


def policy_name() -> dict[str, str]:
    """The policy as a report names it."""
    return {"name": policy()["name"], "version": policy()["version"]}


def judge(
    signer_info: cms.SignerInfo,
    certificate: x509.Certificate,
    signed: datetime,
    now: datetime,
    imprint: Sequence[str] = (),
) -> Algorithm:
    """The algorithms of a signature, at its best signing time and today. `imprint`: the digest algorithm by
    which a timestamp is bound to what it stamps."""
    digest = str(signer_info["digest_algorithm"]["algorithm"].native)
    public = certificate.public_key
    bits = int(public.bit_size)
    end = min([key_end(public.algorithm, bits), *map(digest_end, (digest, *imprint))])
    return Algorithm(
        digest=digest,
        signature=str(signer_info["signature_algorithm"]["algorithm"].native),
        key_bits=bits,
        acceptable_at_signing=signed <= end,
        acceptable_now=now <= end,
    )


def weak_links(chain: tuple[x509.Certificate, ...], moment: datetime) -> list[x509.Certificate]:
    """Certificates of a path, its anchor left out, that were certified with what was no longer acceptable."""
    return [certificate for certificate in chain[:-1] if moment > certificate_end(certificate)]


def certificate_end(certificate: x509.Certificate) -> datetime:
    """Until when a certificate could be relied on: its key, and the digest by which it was certified."""
    public = certificate.public_key
    digest = certificate["signature_algorithm"].hash_algo
    return min(digest_end(digest), key_end(public.algorithm, int(public.bit_size)))


def digest_end(digest: str) -> datetime:
    return _end(policy()["digests"].get(digest.lower()))


def key_end(kind: str, bits: int) -> datetime:
    for step in policy().get({"rsa": "rsa", "rsassa_pss": "rsa", "ec": "ec"}.get(kind, ""), []):
        if bits >= step["bits"]:
            return _end(step["until"])
    return BEFORE_ALL


def _end(day: str | None) -> datetime:
    """The last moment of a day; an unknown algorithm was never acceptable."""
    if day is None:
        return BEFORE_ALL
    if not day:
        return datetime.max.replace(tzinfo=UTC)
    return datetime.combine(date.fromisoformat(day), time.max, UTC)

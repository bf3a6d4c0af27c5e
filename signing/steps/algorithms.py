"""Were the algorithms of a signature acceptable when it was made, and are they today?"""

from collections.abc import Sequence
from datetime import datetime

from asn1crypto import cms, keys, x509

from signing.cms.signature_values import Uncheckable, digest_name, key_bits, value_digest
from signing.policies import BEFORE_ALL, Policy
from signing.reports.report import Algorithm


def judge(
    policy: Policy,
    signer_info: cms.SignerInfo,
    certificate: x509.Certificate,
    moments: tuple[datetime, datetime],
    imprint: Sequence[str] = (),
) -> Algorithm:
    """The algorithms of a signature at two moments, its best signing time and today; of its digests the
    weakest is named. `imprint`: the digest by which the object is bound to what it signs or stamps, where
    that is another one than its own."""
    digest, made = digest_name(signer_info["digest_algorithm"]), signer_info["signature_algorithm"]
    rests_on = (digest, value_digest(made, digest), *imprint)
    public = certificate.public_key
    end = min([policy.key_end(public), *map(policy.digest_end, rests_on)])
    signed, now = moments
    return Algorithm(
        digest=min(rests_on, key=policy.digest_end),
        signature=str(made["algorithm"].native),
        key_bits=_bits(public),
        acceptable_at_signing=signed <= end,
        acceptable_now=now <= end,
        listed=end > BEFORE_ALL,
    )


def _bits(public: keys.PublicKeyInfo) -> int:
    """0 where they cannot be told."""
    try:
        return key_bits(public)
    except Uncheckable:
        return 0


def weak_links(
    policy: Policy, chain: tuple[x509.Certificate, ...], moment: datetime
) -> list[x509.Certificate]:
    """Certificates of a path, its anchor left out, that were certified with what was no longer acceptable."""
    return [certificate for certificate in chain[:-1] if moment > policy.certificate_end(certificate)]

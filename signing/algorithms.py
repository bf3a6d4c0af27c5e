"""Were the algorithms of a signature acceptable when it was made, and are they today?"""

from collections.abc import Sequence
from datetime import datetime

from asn1crypto import cms, x509

from signing.policies import Policy
from signing.report import Algorithm


def judge(
    policy: Policy,
    signer_info: cms.SignerInfo,
    certificate: x509.Certificate,
    moments: tuple[datetime, datetime],
    imprint: Sequence[str] = (),
) -> Algorithm:
    """The algorithms of a signature at two moments, its best signing time and today. `imprint`: the digest
    algorithm by which a timestamp is bound to what it stamps."""
    digest = str(signer_info["digest_algorithm"]["algorithm"].native)
    public = certificate.public_key
    end = min([policy.key_end(public), *map(policy.digest_end, (digest, *imprint))])
    signed, now = moments
    return Algorithm(
        digest=digest,
        signature=str(signer_info["signature_algorithm"]["algorithm"].native),
        key_bits=int(public.bit_size),
        acceptable_at_signing=signed <= end,
        acceptable_now=now <= end,
    )


def weak_links(
    policy: Policy, chain: tuple[x509.Certificate, ...], moment: datetime
) -> list[x509.Certificate]:
    """Certificates of a path, its anchor left out, that were certified with what was no longer acceptable."""
    return [certificate for certificate in chain[:-1] if moment > policy.certificate_end(certificate)]

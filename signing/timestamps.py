"""RFC 3161 timestamps: what they prove of a signature."""

import hashlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime

from asn1crypto import cms, tsp, x509
from cryptography.hazmat.primitives import hashes
from pyhanko.sign.validation.errors import SignatureValidationError
from pyhanko.sign.validation.generic_cms import extract_tst_data_iter, message_imprint_checker
from pyhanko_certvalidator.util import get_pyca_cryptography_hash

from signing import certificates, signed_data
from signing.signed_data import Known, certificates_of


@dataclass(frozen=True, slots=True)
class Stamp:
    """A timestamp token over a signature value, not yet trusted. `chain`: the authority's certificate, then
    the others that it brings; `digests`: the algorithms on which its binding rests; `sha256`: that of
    the token."""

    time: datetime
    authority: str
    intact: bool
    chain: tuple[x509.Certificate, ...]
    digests: tuple[str, ...]
    sha256: str | None = None


def of_signature(signer_info: cms.SignerInfo, known: Known) -> Iterator[Stamp]:
    """Each timestamp over the signature value."""
    for token in extract_tst_data_iter(signer_info, signed=False):
        try:
            found = certificates_of(token, known)
            chain = (found.signer_cert, *found.other_certs)
            right = all(integrity(token, message_imprint_checker(signer_info), found.signer_cert))
        except SignatureValidationError:
            chain, right = (), False
        authority = certificates.holder(chain[0]) if chain else "?"
        sha256 = hashlib.sha256(token.dump()).hexdigest()
        yield Stamp(time_of(token), authority, right, chain, digests(token), sha256)


def digests(token: cms.SignedData) -> tuple[str, ...]:
    """The digest over what is stamped, and the one over the token itself."""
    imprint = _info(token)["message_imprint"]["hash_algorithm"]["algorithm"].native
    return str(imprint), str(token["signer_infos"][0]["digest_algorithm"]["algorithm"].native)


def time_of(token: cms.SignedData) -> datetime:
    time: datetime = _info(token)["gen_time"].native
    return time


def integrity(
    token: cms.SignedData, imprint: Callable[[str], bytes], signer: x509.Certificate | None = None
) -> tuple[bool, bool]:
    """Whether the token speaks of these bytes, and whether its own signature is right; by the certificate of
    its `signer`, where that is known already."""
    info = _info(token)
    stamped = info["message_imprint"]
    algorithm = str(stamped["hash_algorithm"]["algorithm"].native)
    speaks = stamped["hashed_message"].native == imprint(algorithm)
    signer_info = token["signer_infos"][0]
    digest = hashes.Hash(get_pyca_cryptography_hash(signer_info["digest_algorithm"]["algorithm"].native))
    digest.update(bytes(token["encap_content_info"]["content"]))
    certificate = signer or certificates_of(token).signer_cert
    digest_right, value_right = signed_data.integrity(signer_info, certificate, "tst_info", digest.finalize())
    return bool(speaks and digest_right), bool(value_right)


def _info(token: cms.SignedData) -> tsp.TSTInfo:
    info = token["encap_content_info"]["content"].parsed
    if not isinstance(info, tsp.TSTInfo):
        raise TypeError("not a timestamp token")
    return info

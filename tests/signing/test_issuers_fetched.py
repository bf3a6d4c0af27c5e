"""Signatures that bring no chain, as those of VGCA: the issuer comes from where the certificate points to."""

from collections.abc import Callable
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.serialization import BestAvailableEncryption, Encoding, pkcs12
from cryptography.hazmat.primitives.serialization.pkcs7 import serialize_certificates

from app.sample.authority import Issued, Issuer
from signing.evidence.fetching import Fetcher
from signing.keys.references import open_key
from signing.validation import validate
from tests.signing.conftest import NOW, PASSPHRASE, SignFile
from tests.signing.responders import serving

LOOPBACK = Fetcher.allowing("127.0.0.0/8")
SERVED: dict[str, Callable[[Issuer], bytes]] = {
    "DER": lambda issuer: issuer.issuing.certificate.public_bytes(Encoding.DER),
    "PEM": lambda issuer: issuer.issuing.certificate.public_bytes(Encoding.PEM),
    "PKCS#7": lambda issuer: serialize_certificates(
        [issuer.issuing.certificate, issuer.root.certificate], Encoding.DER
    ),
}


def pointing(issuer: Issuer, url: str) -> Issued:
    """A signer's certificate that names no more of its issuer than where to get it (RFC 5280, 4.2.2.1)."""
    plain = issuer.issue(NOW, algorithm="ec")
    old = plain.certificate
    builder = x509.CertificateBuilder(
        old.issuer,
        old.subject,
        old.public_key(),
        old.serial_number,
        old.not_valid_before_utc,
        old.not_valid_after_utc,
        list(old.extensions),
    )
    access = x509.AccessDescription(
        x509.oid.AuthorityInformationAccessOID.CA_ISSUERS, x509.UniformResourceIdentifier(url)
    )
    builder = builder.add_extension(x509.AuthorityInformationAccess([access]), critical=False)
    return Issued(builder.sign(issuer.issuing.key, hashes.SHA256()), plain.key)


def signed_without_chain(issued: Issued, sign_file: SignFile, tmp_path: Path) -> Path:
    bundle = pkcs12.serialize_key_and_certificates(
        b"mau", issued.key, issued.certificate, None, BestAvailableEncryption(PASSPHRASE.encode())
    )
    (tmp_path / "alone.p12").write_bytes(bundle)
    return sign_file(key=open_key(f"file:{tmp_path / 'alone.p12'}", PASSPHRASE))


@pytest.fixture
def root(issuer: Issuer, tmp_path: Path) -> Path:
    path = tmp_path / "root.crt"
    path.write_bytes(issuer.root.certificate.public_bytes(Encoding.PEM))
    return path


@pytest.mark.parametrize("form", SERVED)
def test_the_issuer_is_fetched(
    form: str, issuer: Issuer, sign_file: SignFile, root: Path, tmp_path: Path
) -> None:
    with serving() as responder:
        url = responder.url("/issuer.p7c" if form == "PKCS#7" else "/issuer.crt")
        signed = signed_without_chain(pointing(issuer, url), sign_file, tmp_path)
        without = validate(signed, anchors=[root])
        assert without.signatures[0].sub_indication == "NO_CERTIFICATE_CHAIN_FOUND"
        assert responder.asked == []
        responder.answers[url.removeprefix(responder.url(""))] = lambda _: SERVED[form](issuer)
        assert validate(signed, anchors=[root], offline=False, fetcher=LOOPBACK).verdict == "valid"
        refused = validate(signed, anchors=[root], offline=False, fetcher=Fetcher())
        assert refused.verdict == "undetermined", "no private address unless it is allowed"


def test_what_is_fetched_is_never_trusted(
    issuer: Issuer, stranger: Issuer, sign_file: SignFile, root: Path, tmp_path: Path
) -> None:
    """Whoever signs says where to fetch, and could serve his own root there."""
    with serving() as responder:
        signed = signed_without_chain(pointing(stranger, responder.url("/mine.p7c")), sign_file, tmp_path)
        responder.answers["/mine.p7c"] = lambda _: SERVED["PKCS#7"](stranger)
        report = validate(signed, anchors=[root], offline=False, fetcher=LOOPBACK)
        assert responder.asked
        assert (report.verdict, report.signatures[0].trust_anchor) == ("undetermined", None)

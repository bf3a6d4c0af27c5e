"""What is asked before a key signs is what the verifier says after, by the policy of the key's own root."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from asn1crypto import x509 as asn1
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.serialization import Encoding

from app.sample.authority import Issued, Issuer, new_issuer
from signing import standing
from signing.evidence.fetching import Fetcher
from signing.keys.references import SigningKey
from signing.pades import sign
from signing.pki.trust import Trust, load
from signing.refusals import SigningRefused
from signing.validation import validate
from tests.signing import documents, odd_keys
from tests.signing.conftest import NOW, MakeKey

NOWHERE = "http://127.0.0.1:9/issuing.crl"  # the fetcher reaches no address of this machine
OFFICIAL = "Ban Cơ yếu Chính phủ"  # as it stands in the subjects of the official roots


@dataclass(frozen=True)
class Case:
    """An authority, what it issues, and what is expected of that: None where it may sign."""

    by: Callable[[], Issuer]
    code: str | None
    certificate: dict[str, Any] | None = None
    revoked: bool = False
    trusted: bool = True
    listed: bool = True


def certified(authority: Issuer, digest: hashes.HashAlgorithm, root: str = "") -> Issuer:
    """The same authority, but that its root certified the issuing one with this digest. `root`: the
    organisation of the root."""
    top = authority.root
    name = top.certificate.subject
    if root:
        named = [x509.NameAttribute(x509.NameOID.ORGANIZATION_NAME, root)]
        name = x509.Name([*named, x509.NameAttribute(x509.NameOID.COMMON_NAME, "ROOT MẪU (GIẢ ĐỊNH)")])
    new_root = Issued(_again(top.certificate, name, name, top.key, hashes.SHA256()), top.key)
    issuing = authority.issuing
    below = _again(issuing.certificate, issuing.certificate.subject, name, top.key, digest)
    return Issuer(new_root, Issued(below, issuing.key))


def _again(old: x509.Certificate, subject: x509.Name, by: x509.Name, key: Any, digest: Any) -> Any:
    builder = x509.CertificateBuilder(
        by, subject, old.public_key(), old.serial_number, old.not_valid_before_utc, old.not_valid_after_utc
    )
    for extension in old.extensions:
        builder = builder.add_extension(extension.value, extension.critical)
    if isinstance(digest, hashes.SHA1):
        return _by_sha1(builder.sign(key, hashes.SHA256()), key)
    return builder.sign(key, digest)


def _by_sha1(certificate: x509.Certificate, key: Any) -> x509.Certificate:
    """By hand, as no library writes it any more."""
    made = asn1.Certificate.load(certificate.public_bytes(Encoding.DER))
    made["tbs_certificate"]["signature"] = made["signature_algorithm"] = {"algorithm": "sha1_ecdsa"}
    made["signature_value"] = odd_keys.ecdsa_value(key, "sha1", made["tbs_certificate"].dump(force=True))
    return x509.load_der_x509_certificate(made.dump(force=True))


def plain() -> Issuer:
    return new_issuer(NOW, "ec")


CASES = {
    "good": Case(plain, None),
    "names no place to ask": Case(plain, None, listed=False),
    "a stranger's": Case(plain, "certificate-unknown", trusted=False),
    "revoked": Case(plain, "certificate-revoked", revoked=True),
    "nobody answers": Case(plain, "certificate-unknown", {"crl_url": NOWHERE}, listed=False),
    "its authority is of SHA-1": Case(lambda: certified(plain(), hashes.SHA1()), "certificate-unsound"),
    "its authority is of SHA-224": Case(lambda: certified(plain(), hashes.SHA224()), None),
    "its authority is of SHA-224, under an official root": Case(
        lambda: certified(plain(), hashes.SHA224(), OFFICIAL), "certificate-unsound"
    ),
    "under an official root": Case(lambda: certified(plain(), hashes.SHA256(), OFFICIAL), None),
    "its authority's standing is unknown": Case(
        lambda: new_issuer(NOW, "ec", crl_url=NOWHERE), "certificate-unknown", listed=False
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_what_is_asked_before_is_what_the_verifier_says_after(
    name: str, make_key: MakeKey, tmp_path: Path
) -> None:
    case = CASES[name]
    authority = case.by()
    issued = authority.issue(NOW, algorithm="ec", **(case.certificate or {}))
    key = make_key(by=authority, issued=issued)
    trusted = tmp_path / "trust"
    (authority if case.trusted else plain()).write_trust(trusted, NOW)
    if not case.listed:
        for file in trusted.glob("*.crl"):
            file.unlink()
    if case.revoked:
        moment = NOW - timedelta(hours=1)
        (trusted / "issuing.crl").write_bytes(authority.revocation_list(NOW, [(issued.certificate, moment)]))
    source, signed = tmp_path / "source.pdf", tmp_path / "signed.pdf"
    source.write_bytes(documents.paper(1))
    sign(source, signed, key, now=NOW)
    report = validate(signed, anchors=[trusted], at=NOW)
    assert (report.verdict == "valid") == (case.code is None), report.signatures[0].reason
    assert refusal(key, load([trusted])) == case.code


def refusal(key: SigningKey, trust: Trust) -> str | None:
    try:
        standing.check(key.identity, trust, Fetcher(), NOW)
    except SigningRefused as refused:
        return refused.code
    return None


def test_what_an_issuer_that_ended_issued_signs_nothing(
    issuer: Issuer, make_key: MakeKey, trust: Path
) -> None:
    long_lived = make_key(ends=NOW + timedelta(days=365 * 40))
    late = NOW + timedelta(days=365 * 30)
    with pytest.raises(SigningRefused) as refused:
        standing.check(long_lived.identity, load([trust]), Fetcher(), late)
    assert refused.value.code == "certificate-unsound"


def test_who_could_not_be_reached_may_be_reached_later(make_key: MakeKey, trust: Path) -> None:
    key = make_key(crl_url=NOWHERE)
    without_lists = replace(load([trust]), crls=())
    with pytest.raises(SigningRefused) as refused:
        standing.check(key.identity, without_lists, Fetcher(), NOW)
    assert refused.value.code == "certificate-unknown"
    assert "thử lại sau ít phút" in refused.value.vi


def test_where_nobody_is_trusted_nobody_is_asked(key: SigningKey, trust: Path) -> None:
    anchorless = replace(load([trust]), anchors=())
    standing.check(key.identity, anchorless, Fetcher(), NOW)

"""What is trusted: what the administrator gave, by kind, never by file name."""

from dataclasses import replace
from pathlib import Path

import pytest
from cryptography import x509 as pyca
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat, pkcs7

from app.sample.authority import Issuer
from signing.pki.trust import load
from signing.pki.trust_folder import TrustFolder, read
from signing.validation import validate
from tests.signing import odd_keys as keys
from tests.signing.conftest import NOW, MakeKey, SignFile


def test_self_signed_ones_are_anchors_and_others_help(issuer: Issuer, tmp_path: Path) -> None:
    (tmp_path / "deep").mkdir()
    both = issuer.root.certificate.public_bytes(Encoding.PEM) + issuer.issuing.certificate.public_bytes(
        Encoding.PEM
    )
    (tmp_path / "deep" / "both.pem").write_bytes(both)
    (tmp_path / "again.crt").write_bytes(issuer.root.certificate.public_bytes(Encoding.DER))
    (tmp_path / "list.crl").write_bytes(issuer.revocation_list(NOW))
    (tmp_path / "junk.crt").write_bytes(b"junk")
    (tmp_path / "official.p12").write_bytes(b"never looked at")
    trust = load([tmp_path])
    assert [c.serial_number for c in trust.anchors] == [issuer.root.certificate.serial_number]
    assert [c.serial_number for c in trust.intermediates] == [issuer.issuing.certificate.serial_number]
    assert len(trust.crls) == 1
    assert trust.unread == ("junk.crt",)


def test_a_name_alone_makes_no_anchor(issuer: Issuer, stranger: Issuer, tmp_path: Path) -> None:
    """The same subject and issuer, but signed by another key."""
    forged = stranger.root.certificate.public_bytes(Encoding.DER)
    broken = bytearray(forged)
    broken[-1] ^= 1
    (tmp_path / "root.crt").write_bytes(broken)
    assert load([tmp_path]).anchors == ()


@pytest.mark.parametrize("digest", ["sha1", "md5"])
def test_a_root_of_long_ago_is_an_anchor(digest: str, tmp_path: Path) -> None:
    """Its own signature is by what was good then; cryptography does not compute that any more."""
    key = rsa.generate_private_key(65537, 2048)
    public = key.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    by = keys.algorithm(keys.RSA[digest], keys.NULL)
    named = keys.name(b"\x0c", b"Goc cu")
    signed = keys.sequence(keys.der(2, b"\x05"), by, named, keys.validity(NOW), named, public)
    value = keys.rsa_value(key, digest, signed)
    (tmp_path / "root.crt").write_bytes(keys.sequence(signed, by, keys.der(3, b"\x00" + value)))
    assert len(load([tmp_path]).anchors) == 1
    (tmp_path / "root.crt").write_bytes(keys.sequence(signed, by, keys.der(3, b"\x00" + value[::-1])))
    assert load([tmp_path]).anchors == ()


def test_nothing_is_trusted_when_nothing_is_given(tmp_path: Path) -> None:
    assert load([]).anchors == ()
    assert load([tmp_path / "absent"]).unread == ("absent",)


def test_nothing_becomes_an_anchor_among_intermediates(issuer: Issuer, tmp_path: Path) -> None:
    (tmp_path / "intermediates").mkdir()
    root = issuer.root.certificate.public_bytes(Encoding.PEM)
    (tmp_path / "intermediates" / "root.crt").write_bytes(root)
    trust = load([tmp_path])
    assert trust.anchors == ()
    assert len(trust.intermediates) == 1
    named = tmp_path / "root.crt"
    named.write_bytes(root)
    assert len(load([tmp_path]).anchors) == 1, "given as an anchor too"


def test_bundles_of_issuers_are_read(issuer: Issuer, tmp_path: Path) -> None:
    """The national root publishes its certificates as PKCS#7."""
    bundle = pkcs7.serialize_certificates([issuer.root.certificate, issuer.issuing.certificate], Encoding.DER)
    (tmp_path / "issuers.p7b").write_bytes(bundle)
    trust = load([tmp_path])
    assert (len(trust.anchors), len(trust.intermediates), trust.unread) == (1, 1, ())


def test_known_intermediates_build_what_a_signature_does_not_embed(
    issuer: Issuer, sign_file: SignFile, make_key: MakeKey, tmp_path: Path
) -> None:
    bare = replace(make_key(), chain=())
    signed = sign_file(key=bare)
    folder = TrustFolder(tmp_path / "trust")
    for name, issued in (("root", issuer.root), ("issuing", issuer.issuing)):
        file = tmp_path / f"{name}.crt"
        file.write_bytes(issued.certificate.public_bytes(Encoding.DER))
        report = validate(signed, anchors=[folder.path])
        assert report.signatures[0].sub_indication == "NO_CERTIFICATE_CHAIN_FOUND"
        folder.add(read(file))
    assert [entry.role for entry in folder.entries()] == ["anchor", "intermediate"]
    assert validate(signed, anchors=[folder.path]).verdict == "valid"
    folder.remove(next(folder.entries()).fingerprint)
    assert validate(signed, anchors=[folder.path]).verdict == "undetermined"


def test_a_namesake_of_an_authority_is_in_nobodys_way(
    issuer: Issuer, trust: Path, sign_file: SignFile, tmp_path: Path
) -> None:
    """Of the same name, issuer and number, with another key: of such the library that goes up the path keeps
    only the first. Authorities that made their keys anew have had them, anybody may put one into a file."""
    real, key = issuer.issuing.certificate, ec.generate_private_key(ec.SECP256R1())
    builder = (
        pyca.CertificateBuilder()
        .subject_name(real.subject)
        .issuer_name(real.issuer)
        .public_key(key.public_key())
        .serial_number(real.serial_number)
        .not_valid_before(real.not_valid_before_utc)
        .not_valid_after(real.not_valid_after_utc)
        .add_extension(pyca.BasicConstraints(ca=True, path_length=None), critical=True)
    )
    (folder := tmp_path / "namesakes").mkdir()
    namesake = builder.sign(key, hashes.SHA256())
    (folder / "namesake.crt").write_bytes(namesake.public_bytes(Encoding.DER))
    signed = sign_file()
    assert validate(signed, anchors=[folder, trust]).verdict == "valid"
    (found,) = validate(
        signed, anchors=[folder, trust / "root.crt"]
    ).signatures  # the real one is in the file
    assert found.trust_anchor is not None


def test_a_copy_of_an_authority_with_another_content_is_in_nobodys_way(
    issuer: Issuer, trust: Path, sign_file: SignFile, tmp_path: Path
) -> None:
    """Of its name, number and key too, which are no secret: only nobody signed it."""
    real = issuer.issuing.certificate.public_bytes(Encoding.DER)
    copied = bytearray(real)
    copied[-1] ^= 1
    (folder := tmp_path / "copies").mkdir()
    (folder / "copy.crt").write_bytes(copied)
    report = validate(sign_file(), anchors=[folder, trust])
    assert report.verdict == "valid"
    (found,) = validate(sign_file(), anchors=[folder, trust / "root.crt"]).signatures
    assert found.trust_anchor is not None
    assert found.sub_indication != "CHAIN_CONSTRAINTS_FAILURE"

"""Opening keys by reference: each way to fail has its own words."""

from datetime import timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import NoEncryption, pkcs12

from app.sample.authority import Issuer
from signing.keys.references import KeyUnavailable, open_key
from tests.signing.conftest import NOW


@pytest.mark.parametrize("algorithm", ["rsa", "ec"])
def test_a_key_brings_its_certificate_and_chain(algorithm: str, issuer: Issuer, tmp_path: Path) -> None:
    path = tmp_path / "key.p12"
    path.write_bytes(issuer.bundle(issuer.issue(NOW, algorithm=algorithm), "Mật khẩu"))  # type: ignore[arg-type]
    key = open_key(f"file:{path}", "Mật khẩu")
    assert key.holder == "Nguyễn Văn Mẫu"
    assert key.organisation == "ỦY BAN NHÂN DÂN PHƯỜNG MẪU"
    assert len(key.chain) == 1, "the issuing authority, and no root"
    assert len(key.sign(b"data")) <= key.signature_bytes


def _write(folder: Path, name: str, data: bytes) -> str:
    (folder / name).write_bytes(data)
    return f"file:{folder / name}"


def test_each_failure_says_what_to_do(issuer: Issuer, tmp_path: Path) -> None:
    issued = issuer.issue(NOW, algorithm="ec")
    short = rsa.generate_private_key(public_exponent=65537, key_size=1024)
    bundle = issuer.bundle(issued, "right")
    no_key = pkcs12.serialize_key_and_certificates(None, None, issued.certificate, None, NoEncryption())
    weak = pkcs12.serialize_key_and_certificates(None, short, _for(short), None, NoEncryption())
    cases = {
        "key-not-found": (f"file:{tmp_path / 'none.p12'}", "x"),
        "wrong-passphrase": (_write(tmp_path, "a.p12", bundle), "wrong"),
        "no-passphrase": (_write(tmp_path, "a.p12", bundle), None),
        "not-a-key-file": (_write(tmp_path, "b.p12", b"junk"), None),
        "no-private-key": (_write(tmp_path, "c.p12", no_key), None),
        "unfit-key": (_write(tmp_path, "d.p12", weak), None),
        "no-token-module": ("pkcs11:token=x", None),
        "bad-reference": ("/tmp/key.p12", None),
    }
    for code, (reference, passphrase) in cases.items():
        with pytest.raises(KeyUnavailable) as unavailable:
            open_key(reference, passphrase)
        assert unavailable.value.code == code
        assert unavailable.value.vi
        assert unavailable.value.en


def _for(private: rsa.RSAPrivateKey) -> x509.Certificate:
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "weak")])
    builder = x509.CertificateBuilder(name, name, private.public_key(), 1, NOW, NOW + timedelta(days=1))
    return builder.sign(private, hashes.SHA256())


def test_a_key_does_not_print_itself(issuer: Issuer, tmp_path: Path) -> None:
    key = open_key(_write(tmp_path, "k.p12", issuer.bundle(issuer.issue(NOW), "p")), "p")
    assert "private" not in repr(key).lower()

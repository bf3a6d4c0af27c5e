"""What is trusted: what the administrator gave, by kind, never by file name."""

from pathlib import Path

from cryptography.hazmat.primitives.serialization import Encoding

from app.sample.authority import Issuer
from signing.trust import load
from tests.signing.conftest import NOW


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


def test_nothing_is_trusted_when_nothing_is_given(tmp_path: Path) -> None:
    assert load([]).anchors == ()
    assert load([tmp_path / "absent"]).unread == ("absent",)

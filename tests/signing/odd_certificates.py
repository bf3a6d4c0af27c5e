"""Certificates in odd encodings, and authorities that sign by other algorithms; with signatures by them."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from asn1crypto import x509
from cryptography import x509 as pyca
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, padding, rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from app.sample.authority import Issued, Issuer
from tests.signing import odd_keys as keys
from tests.signing.odd_keys import Maker
from tests.signing.odd_kinds import Makers, document
from tests.signing.odd_values import Value

COMMON_NAME = "2.5.4.3"


@dataclass(frozen=True)
class Holder:
    """One key, and signatures by it under certificates of any shape."""

    makers: Makers
    key: ec.EllipticCurvePrivateKey

    @property
    def always(self) -> tuple[bytes, bytes]:
        """The extensions that each has."""
        public = self.key.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
        return keys.key_usage(), keys.key_identifier(public)

    def signed(self, **parts: Any) -> bytes:
        """Parts of the certificate: those of odd_keys.certificate."""
        certificate = keys.certificate(self.makers.issuer, self.key, self.makers.now, **parts)
        said = keys.algorithm(keys.ECDSA["sha256"])
        maker = Maker(certificate, said, self._sign, above=self.makers.above)
        return document(Value(maker))

    def _sign(self, message: bytes) -> bytes:
        return keys.ecdsa_value(self.key, "sha256", message)


def certificates(makers: Makers) -> dict[str, bytes]:
    """Signatures by certificates whose numbers, names, dates and keys are written otherwise than most."""
    holder, now = Holder(makers, ec.generate_private_key(ec.SECP256R1())), makers.now
    stranger = Holder(Makers(_stranger(now), now), holder.key)
    key, made = holder.key, holder.signed
    rdn = keys.der(
        0x31,
        keys.sequence(keys.oid(COMMON_NAME), keys.der(0x0C, b"Nguyen")),
        keys.sequence(keys.oid("2.5.4.5"), keys.der(0x13, b"CMND-000")),
    )
    issuer, dates = x509.Certificate.load(makers.above[0]).subject, keys.validity(now)
    return {
        "a negative number": made(serial=b"\xf1" + bytes(range(1, 12))),
        "number zero": made(serial=b"\x00"),
        "a number of 25 bytes": made(serial=b"\x01" + bytes(range(1, 25))),
        "a number with zeros before": made(serial=b"\x00\x00\x01\x02\x03\x04"),
        "a name in T61String": made(subject=keys.name(b"\x14", "Nguyên".encode("latin-1"))),
        "a name in BMPString": made(subject=keys.name(b"\x1e", "Nguyễn Văn Mẫu".encode("utf-16-be"))),
        "a name in UniversalString": made(subject=keys.name(b"\x1c", "Mẫu".encode("utf-32-be"))),
        "a name in PrintableString that is none": made(subject=keys.name(b"\x13", "Nguyễn".encode())),
        "a name in UTF8String that is none": made(subject=keys.name(b"\x0c", b"Nguy\xean")),
        "an empty name": made(subject=keys.sequence()),
        "a name of two values": made(subject=keys.sequence(rdn)),
        "generalized dates": made(dates=keys.sequence(*_dates(now, 0x18, "%Y%m%d%H%M%SZ"))),
        "dates without seconds": made(dates=keys.sequence(*_dates(now, 0x17, "%y%m%d%H%MZ"))),
        "dates with an offset": made(dates=keys.sequence(*_dates(now, 0x17, "%y%m%d%H%M%S+0000"))),
        "no end": made(
            dates=keys.sequence(_dates(now, 0x17, "%y%m%d%H%M%SZ")[0], keys.der(0x18, b"99991231235959Z"))
        ),
        "an issuer in other strings": made(issued_by=_otherwise(issuer)),
        "algorithm with NULL without": made(
            algorithms=(keys.algorithm(keys.ECDSA["sha256"]), keys.algorithm(keys.ECDSA["sha256"], keys.NULL))
        ),
        "algorithm with NULL": made(algorithms=(keys.algorithm(keys.ECDSA["sha256"], keys.NULL),) * 2),
        "long lengths": made(dates=b"\x30\x81" + dates[1:]),
        "a compressed point": made(public=_compressed(key)),
        "an explicit curve": made(public=_explicit(key)),
        "a curve that is not known": made(public=_unknown(key)),
        "a stranger's, by an algorithm without a digest": stranger.signed(
            algorithms=(keys.algorithm(keys.RSA[""], keys.NULL),) * 2
        ),
    }


def extensions(makers: Makers) -> dict[str, bytes]:
    """Signatures by certificates with other extensions than most."""
    holder = Holder(makers, ec.generate_private_key(ec.SECP256R1()))
    made, (usage, identifier) = holder.signed, holder.always

    def among(*more: bytes) -> bytes:
        return made(extensions=(usage, identifier, *more))

    return {
        "no extensions, version 1": made(extensions=(), version=b"\x00"),
        "no extensions, version 3": made(extensions=()),
        "extensions, version 1": made(version=b"\x00"),
        "no key usage": made(extensions=(identifier,)),
        "key usage nonRepudiation alone": made(
            extensions=(keys.extension("2.5.29.15", b"\x03\x02\x06\x40", critical=True), identifier)
        ),
        "key usage with zeros behind": made(
            extensions=(keys.extension("2.5.29.15", b"\x03\x02\x00\xc0", critical=True), identifier)
        ),
        "criticality told though it is the default": among(
            keys.sequence(keys.oid("2.5.29.37"), b"\x01\x01\x00", keys.der(4, _usages("1.3.6.1.5.5.7.3.36")))
        ),
        "a truth that is not FF": made(
            extensions=(
                keys.sequence(keys.oid("2.5.29.15"), b"\x01\x01\x01", keys.der(4, b"\x03\x02\x06\xc0")),
                identifier,
            )
        ),
        "an unknown extension": among(keys.extension("1.3.6.1.4.1.99999.3", b"\x05\x00")),
        "an unknown critical extension": among(
            keys.extension("1.3.6.1.4.1.99999.3", b"\x05\x00", critical=True)
        ),
        "qualified statements, critical": among(
            keys.extension(
                "1.3.6.1.5.5.7.1.3", keys.sequence(keys.sequence(keys.oid("0.4.0.1862.1.1"))), critical=True
            )
        ),
        "an extension twice": among(identifier),
        "an unreadable extension": among(keys.extension("2.5.29.17", b"\x99\x99")),
        "usage of document signing": among(keys.extension("2.5.29.37", _usages("1.3.6.1.5.5.7.3.36"))),
        "usage of e-mail, critical": among(
            keys.extension("2.5.29.37", _usages("1.3.6.1.5.5.7.3.4"), critical=True)
        ),
        "usage of Adobe": among(keys.extension("2.5.29.37", _usages("1.2.840.113583.1.1.5"))),
        "no check is needed": among(keys.extension("1.3.6.1.5.5.7.48.1.5", b"\x05\x00")),
        "an authority itself": made(
            extensions=(
                usage,
                identifier,
                keys.extension("2.5.29.19", keys.sequence(b"\x01\x01\xff"), critical=True),
            )
        ),
        "basic constraints told though they are the default": among(
            keys.extension("2.5.29.19", keys.sequence(b"\x01\x01\x00"), critical=True)
        ),
    }


def _dates(now: datetime, tag: int, form: str) -> tuple[bytes, bytes]:
    begins, ends = now - timedelta(days=1), now + timedelta(days=700)
    return keys.der(tag, f"{begins:{form}}".encode()), keys.der(tag, f"{ends:{form}}".encode())


def _usages(*dotted: str) -> bytes:
    return keys.sequence(*(keys.oid(one) for one in dotted))


def _otherwise(issuer: x509.Name) -> bytes:
    """The same name in strings of another kind: RFC 5280, 7.1, has them compared by their text."""
    return keys.sequence(
        *(
            keys.der(
                0x31,
                keys.sequence(part["type"].dump(), keys.der(0x1E, part["value"].native.encode("utf-16-be"))),
            )
            if part["type"].native != "country_name"
            else rdn.dump()
            for rdn in issuer.chosen
            for part in rdn
        )
    )


def _compressed(key: ec.EllipticCurvePrivateKey) -> bytes:
    point = key.public_key().public_bytes(Encoding.X962, PublicFormat.CompressedPoint)
    return keys.sequence(
        keys.algorithm(keys.ECDSA[""], keys.oid("1.2.840.10045.3.1.7")), keys.der(0x03, b"\x00", point)
    )


def _stranger(now: datetime) -> Issuer:
    """An authority that nobody knows, with an RSA key."""
    key = rsa.generate_private_key(65537, 2048)
    builder = pyca.CertificateBuilder().subject_name(_name("CA LẠ")).issuer_name(_name("CA LẠ"))
    builder = builder.public_key(key.public_key()).serial_number(pyca.random_serial_number())
    builder = builder.not_valid_before(now - timedelta(days=2)).not_valid_after(now + timedelta(days=900))
    itself = Issued(builder.sign(key, hashes.SHA256()), key)
    return Issuer(itself, itself)


def _unknown(key: ec.EllipticCurvePrivateKey) -> bytes:
    """A point that is said to be on the curve of SM2."""
    point = key.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
    return keys.sequence(
        keys.algorithm(keys.ECDSA[""], keys.oid("1.2.156.10197.1.301")), keys.der(0x03, b"\x00", point)
    )


def _explicit(key: ec.EllipticCurvePrivateKey) -> bytes:
    """P-256 by its parameters instead of its name (X9.62), as some cards have it."""
    prime = 2**256 - 2**224 + 2**192 + 2**96 - 1
    b = 0x5AC635D8AA3A93E7B3EBBD55769886BC651D06B0CC53B0F63BCE3C3E27D2604B
    base = bytes.fromhex(
        "046b17d1f2e12c4247f8bce6e563a440f277037d812deb33a0f4a13945d898c296"
        "4fe342e2fe1a7f9b8ee7eb4a7c0f9e162bce33576b315ececbb6406837bf51f5"
    )
    order = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
    parameters = keys.sequence(
        b"\x02\x01\x01",
        keys.sequence(keys.oid("1.2.840.10045.1.1"), keys.der(2, b"\x00" + prime.to_bytes(32, "big"))),
        keys.sequence(keys.der(4, (prime - 3).to_bytes(32, "big")), keys.der(4, b.to_bytes(32, "big"))),
        keys.der(4, base),
        keys.der(2, b"\x00" + order.to_bytes(32, "big")),
        b"\x02\x01\x01",
    )
    point = key.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
    return keys.sequence(keys.algorithm(keys.ECDSA[""], parameters), keys.der(0x03, b"\x00", point))


# --- authorities


@dataclass(frozen=True)
class Authority:
    """How an authority signs: what makes its keys, and what its signatures are made with."""

    make: Callable[[], Any]
    digest: hashes.HashAlgorithm | None
    how: Any = None

    def signed(self, builder: Any, key: Any) -> Any:
        return (
            builder.sign(key, self.digest, rsa_padding=self.how)
            if self.how
            else builder.sign(key, self.digest)
        )


AUTHORITIES = {
    "RSA, PSS": Authority(
        lambda: rsa.generate_private_key(65537, 2048),
        hashes.SHA256(),
        padding.PSS(padding.MGF1(hashes.SHA256()), 32),
    ),
    "RSA, PSS, SHA-512": Authority(
        lambda: rsa.generate_private_key(65537, 3072),
        hashes.SHA512(),
        padding.PSS(padding.MGF1(hashes.SHA512()), 64),
    ),
    "RSA, SHA-512": Authority(lambda: rsa.generate_private_key(65537, 3072), hashes.SHA512()),
    "RSA, SHA3-256": Authority(lambda: rsa.generate_private_key(65537, 3072), hashes.SHA3_256()),
    "P-521": Authority(lambda: ec.generate_private_key(ec.SECP521R1()), hashes.SHA512()),
    "P-384, SHA3-384": Authority(lambda: ec.generate_private_key(ec.SECP384R1()), hashes.SHA3_384()),
    "brainpool": Authority(lambda: ec.generate_private_key(ec.BrainpoolP384R1()), hashes.SHA384()),
    "Ed25519": Authority(ed25519.Ed25519PrivateKey.generate, None),
}


def authority(kind: Authority, folder: Path, now: datetime) -> tuple[bytes, pyca.Certificate]:
    """A signature under a root and an issuing authority of this kind, and the root; both of them and their
    revocation lists are written into the folder."""
    begins, ends = now - timedelta(days=2), now + timedelta(days=3000)

    def certificate(name: str, key: Any, by: str, by_key: Any, authority: bool) -> pyca.Certificate:
        builder = (
            pyca.CertificateBuilder()
            .subject_name(_name(name))
            .issuer_name(_name(by))
            .public_key(key.public_key())
            .serial_number(pyca.random_serial_number())
            .not_valid_before(begins)
            .not_valid_after(ends)
            .add_extension(pyca.BasicConstraints(authority, None), critical=True)
            .add_extension(pyca.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
            .add_extension(
                pyca.AuthorityKeyIdentifier.from_issuer_public_key(by_key.public_key()), critical=False
            )
            .add_extension(_usage(authority), critical=True)
        )
        made: pyca.Certificate = kind.signed(builder, by_key)
        return made

    root_key, issuing_key, key = kind.make(), kind.make(), ec.generate_private_key(ec.SECP256R1())
    root = certificate("ROOT MẪU", root_key, "ROOT MẪU", root_key, True)
    issuing = certificate("CA MẪU", issuing_key, "ROOT MẪU", root_key, True)
    holder = certificate("Nguyễn Văn Mẫu", key, "CA MẪU", issuing_key, False)
    folder.mkdir(parents=True, exist_ok=True)
    for name, one in (("root", root), ("issuing", issuing)):
        (folder / f"{name}.crt").write_bytes(one.public_bytes(Encoding.PEM))
    for name, by, by_key in (("root", "ROOT MẪU", root_key), ("issuing", "CA MẪU", issuing_key)):
        listed = (
            pyca.CertificateRevocationListBuilder()
            .issuer_name(_name(by))
            .last_update(now - timedelta(minutes=1))
            .next_update(now + timedelta(days=300))
            .add_extension(
                pyca.AuthorityKeyIdentifier.from_issuer_public_key(by_key.public_key()), critical=False
            )
            .add_extension(pyca.CRLNumber(1), critical=False)
        )
        (folder / f"{name}.crl").write_bytes(kind.signed(listed, by_key).public_bytes(Encoding.DER))
    maker = Maker(
        x509.Certificate.load(holder.public_bytes(Encoding.DER)),
        keys.algorithm(keys.ECDSA["sha256"]),
        lambda message: keys.ecdsa_value(key, "sha256", message),
        above=(issuing.public_bytes(Encoding.DER),),
    )
    return document(Value(maker)), root


def _name(common: str) -> pyca.Name:
    return pyca.Name([pyca.NameAttribute(pyca.NameOID.COMMON_NAME, common)])


def _usage(authority: bool) -> pyca.KeyUsage:
    names = (
        "digital_signature",
        "content_commitment",
        "key_encipherment",
        "data_encipherment",
        "key_agreement",
    )
    rest = ("key_cert_sign", "crl_sign", "encipher_only", "decipher_only")
    granted = {"key_cert_sign", "crl_sign"} if authority else {"digital_signature", "content_commitment"}
    return pyca.KeyUsage(**{name: name in granted for name in (*names, *rest)})

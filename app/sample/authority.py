"""A fictional certification authority with its keys in files: for trying the service out, never for use.

Everything that it issues says MẪU – KHÔNG AN TOÀN / UNSAFE SAMPLE in its name.
"""

import os
import secrets
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Literal

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import pkcs12
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

MARK = "MẪU – KHÔNG AN TOÀN / UNSAFE SAMPLE"
WARNING = f"""{MARK}

Khóa và chứng thư trong thư mục này do phần mềm tạo ra để dùng thử. Chúng không có giá trị pháp lý.
Không dùng để ký văn bản thật. Không thêm vào danh sách tin cậy của hệ thống thật.

The keys and certificates in this folder were made by the software to try it out. They have no legal force.
Never sign a real document with them. Never add them to what a real system trusts.
"""
AGENCY = "ỦY BAN NHÂN DÂN PHƯỜNG MẪU"
OFFICIAL = "Nguyễn Văn Mẫu"
SEAL = "seal.p12"
AUTHORITY_YEARS = 20
SUBSCRIBER_YEARS = 5

Algorithm = Literal["rsa", "rsa-3072", "ec", "ec-384"]
Usage = Literal["sign", "encrypt", "timestamp", "ocsp"]
PrivateKey = rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey


@dataclass(frozen=True, slots=True)
class SampleAuthority:
    """Where the parts are. `trust` is a folder for `--trust`: root, issuing authority, revocation lists."""

    folder: Path
    trust: Path
    key_file: Path
    passphrase: str = field(repr=False)

    @property
    def key_reference(self) -> str:
        return f"file:{self.key_file}"

    @property
    def seal_reference(self) -> str | None:
        """Of the agency's seal, whose file opens by itself; None where the folder was made without one."""
        file = self.folder / SEAL
        return f"file:{file}" if file.exists() else None


@dataclass(frozen=True, slots=True)
class Issued:
    """A certificate with its private key."""

    certificate: x509.Certificate
    key: PrivateKey = field(repr=False)


@dataclass(frozen=True, slots=True)
class Issuer:
    """A root and the authority below it that issues to people."""

    root: Issued
    issuing: Issued

    def issue(
        self,
        now: datetime,
        *,
        name: str = OFFICIAL,
        organisation: str = AGENCY,
        algorithm: Algorithm = "rsa",
        begins: datetime | None = None,
        ends: datetime | None = None,
        crl_url: str | None = None,
        ocsp_url: str | None = None,
        usage: Usage = "sign",
    ) -> Issued:
        """A certificate for a person or an agency; without addresses it points to no revocation service."""
        key = _new_key(algorithm)
        builder = _builder(
            _name(name, organisation, unit=MARK),
            self.issuing.certificate.subject,
            key,
            begins or now - timedelta(days=1),
            ends or now + timedelta(days=365 * SUBSCRIBER_YEARS),
        )
        builder = _subscriber_extensions(builder, usage)
        builder = _pointers(builder, crl_url, ocsp_url)
        builder = builder.add_extension(_authority_key(self.issuing), critical=False)
        return Issued(builder.sign(self.issuing.key, hashes.SHA256()), key)

    def revocation_list(
        self,
        now: datetime,
        revoked: Sequence[tuple[x509.Certificate, datetime]] = (),
        *,
        reason: x509.ReasonFlags = x509.ReasonFlags.superseded,
        until: datetime | None = None,
    ) -> bytes:
        """A revocation list of the issuing authority, in DER."""
        return _revocation_list(self.issuing, now, revoked, reason, until)

    def root_revocation_list(self, now: datetime) -> bytes:
        """A revocation list of the root, in DER, that names nobody."""
        return _revocation_list(self.root, now, (), x509.ReasonFlags.superseded, None)

    def bundle(self, issued: Issued, passphrase: str | None) -> bytes:
        """PKCS#12 with the private key, its certificate and the certificates above it; open to
        everybody where no passphrase is given."""
        closed = serialization.BestAvailableEncryption(passphrase.encode()) if passphrase else None
        return pkcs12.serialize_key_and_certificates(
            MARK.encode(),
            issued.key,
            issued.certificate,
            [self.issuing.certificate, self.root.certificate],
            closed or serialization.NoEncryption(),
        )

    def write_trust(self, folder: Path, now: datetime) -> None:
        """Root, issuing authority and fresh revocation lists, as a folder for `--trust`."""
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "root.crt").write_bytes(_pem(self.root.certificate))
        (folder / "issuing.crt").write_bytes(_pem(self.issuing.certificate))
        (folder / "issuing.crl").write_bytes(self.revocation_list(now))
        (folder / "root.crl").write_bytes(self.root_revocation_list(now))


def new_issuer(
    now: datetime, algorithm: Algorithm = "rsa", *, crl_url: str | None = None, ocsp_url: str | None = None
) -> Issuer:
    """A fresh root and issuing authority. The addresses are where the root tells whether it revoked the
    issuing authority; without any, its certificate points nowhere."""
    begins, ends = now - timedelta(days=2), now + timedelta(days=365 * AUTHORITY_YEARS)
    root_name = _name(f"{MARK} Root CA", MARK)
    root_key = _new_key(algorithm)
    root = _builder(root_name, root_name, root_key, begins, ends)
    root = _authority_extensions(root, path_length=1)
    root_certificate = root.sign(root_key, hashes.SHA256())
    issuing_key = _new_key(algorithm)
    issuing = _builder(_name(f"{MARK} Issuing CA", MARK), root_name, issuing_key, begins, ends)
    issuing = _authority_extensions(issuing, path_length=0)
    issuing = issuing.add_extension(_authority_key(Issued(root_certificate, root_key)), critical=False)
    issuing = _pointers(issuing, crl_url, ocsp_url)
    return Issuer(
        Issued(root_certificate, root_key), Issued(issuing.sign(root_key, hashes.SHA256()), issuing_key)
    )


def create(folder: Path, now: datetime) -> SampleAuthority:
    """The sample authority in `folder`: made the first time, found again afterwards."""
    sample = SampleAuthority(folder, folder / "trust", folder / "official.p12", "")
    passphrase = folder / "official.passphrase"
    if not passphrase.exists():
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "UNSAFE-SAMPLE.txt").write_text(WARNING, "utf-8")
        issuer = new_issuer(now)
        issuer.write_trust(sample.trust, now)
        secret = secrets.token_urlsafe(18)
        _write_secret(sample.key_file, issuer.bundle(issuer.issue(now), secret))
        _write_secret(folder / SEAL, issuer.bundle(issuer.issue(now, name=AGENCY, algorithm="ec"), None))
        _write_secret(passphrase, secret.encode())  # last: its presence says that all is there
    return SampleAuthority(folder, sample.trust, sample.key_file, passphrase.read_text("utf-8").strip())


def _write_secret(path: Path, data: bytes) -> None:
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "wb") as stream:
        stream.write(data)


def _new_key(algorithm: Algorithm) -> PrivateKey:
    if algorithm == "ec":
        return ec.generate_private_key(ec.SECP256R1())
    if algorithm == "ec-384":
        return ec.generate_private_key(ec.SECP384R1())
    return rsa.generate_private_key(public_exponent=65537, key_size=3072 if algorithm == "rsa-3072" else 2048)


def _name(common: str, organisation: str, unit: str | None = None) -> x509.Name:
    parts = [(NameOID.COUNTRY_NAME, "VN"), (NameOID.ORGANIZATION_NAME, organisation)]
    if unit:
        parts.append((NameOID.ORGANIZATIONAL_UNIT_NAME, unit))
    return x509.Name(
        [x509.NameAttribute(kind, value) for kind, value in [*parts, (NameOID.COMMON_NAME, common)]]
    )


def _builder(
    subject: x509.Name, issuer: x509.Name, key: PrivateKey, begins: datetime, ends: datetime
) -> x509.CertificateBuilder:
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(begins.astimezone(UTC))
        .not_valid_after(ends.astimezone(UTC))
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
    )


def _authority_extensions(builder: x509.CertificateBuilder, path_length: int) -> x509.CertificateBuilder:
    return builder.add_extension(
        x509.BasicConstraints(ca=True, path_length=path_length), critical=True
    ).add_extension(_usage("key_cert_sign", "crl_sign"), critical=True)


def _subscriber_extensions(builder: x509.CertificateBuilder, usage: Usage) -> x509.CertificateBuilder:
    builder = builder.add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
    if usage == "encrypt":
        return builder.add_extension(_usage("key_encipherment"), critical=True)
    if usage == "timestamp":
        return builder.add_extension(_usage("digital_signature"), critical=True).add_extension(
            x509.ExtendedKeyUsage([ExtendedKeyUsageOID.TIME_STAMPING]), critical=True
        )
    if usage == "ocsp":  # its own standing is not asked: it lives shortly (RFC 6960, 4.2.2.2.1)
        return (
            builder.add_extension(_usage("digital_signature"), critical=True)
            .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.OCSP_SIGNING]), critical=False)
            .add_extension(x509.OCSPNoCheck(), critical=False)
        )
    return builder.add_extension(_usage("digital_signature", "content_commitment"), critical=True)


def _usage(*granted: str) -> x509.KeyUsage:
    names = (
        "digital_signature",
        "content_commitment",
        "key_encipherment",
        "data_encipherment",
        "key_agreement",
        "key_cert_sign",
        "crl_sign",
        "encipher_only",
        "decipher_only",
    )
    return x509.KeyUsage(**{name: name in granted for name in names})


def _pointers(
    builder: x509.CertificateBuilder, crl_url: str | None, ocsp_url: str | None
) -> x509.CertificateBuilder:
    if crl_url:
        point = x509.DistributionPoint([x509.UniformResourceIdentifier(crl_url)], None, None, None)
        builder = builder.add_extension(x509.CRLDistributionPoints([point]), critical=False)
    if ocsp_url:
        access = x509.AccessDescription(
            x509.oid.AuthorityInformationAccessOID.OCSP, x509.UniformResourceIdentifier(ocsp_url)
        )
        builder = builder.add_extension(x509.AuthorityInformationAccess([access]), critical=False)
    return builder


def _authority_key(issuer: Issued) -> x509.AuthorityKeyIdentifier:
    return x509.AuthorityKeyIdentifier.from_issuer_public_key(issuer.key.public_key())


def _revocation_list(
    issuer: Issued,
    now: datetime,
    revoked: Sequence[tuple[x509.Certificate, datetime]],
    reason: x509.ReasonFlags,
    until: datetime | None,
) -> bytes:
    builder = (
        x509.CertificateRevocationListBuilder()
        .issuer_name(issuer.certificate.subject)
        .last_update((now - timedelta(minutes=1)).astimezone(UTC))
        .next_update((until or now + timedelta(days=365 * AUTHORITY_YEARS)).astimezone(UTC))
        .add_extension(_authority_key(issuer), critical=False)
        .add_extension(x509.CRLNumber(1), critical=False)
    )
    for certificate, when in revoked:
        builder = builder.add_revoked_certificate(
            x509.RevokedCertificateBuilder()
            .serial_number(certificate.serial_number)
            .revocation_date(when.astimezone(UTC))
            .add_extension(x509.CRLReason(reason), critical=False)
            .build()
        )
    return builder.sign(issuer.key, hashes.SHA256()).public_bytes(serialization.Encoding.DER)


def _pem(certificate: x509.Certificate) -> bytes:
    return certificate.public_bytes(serialization.Encoding.PEM)

"""Key files as programs of every age write them, of fictional people."""

import base64
import subprocess
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.hashes import SHA1, SHA256
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    KeySerializationEncryption,
    NoEncryption,
    PrivateFormat,
    pkcs12,
)
from playwright.sync_api import Page

from app.sample.authority import Algorithm, Issued, Issuer, new_issuer
from app.web.rendering import static

PASSPHRASE = "mật khẩu tệp khóa 🔑"
MODERN = BestAvailableEncryption(PASSPHRASE.encode())


@dataclass(frozen=True, slots=True)
class Opened:
    """What the page said of a key file, and a value that it signed with it."""

    about: dict[str, Any]
    certificates: list[bytes]
    value: bytes


@cache
def issuer() -> Issuer:
    return new_issuer(datetime.now(UTC))


@cache
def person(algorithm: Algorithm = "rsa") -> Issued:
    """One key for all tests of this process: RSA keys take seconds."""
    return issuer().issue(datetime.now(UTC), algorithm=algorithm, name="Trần Thị Mẫu")


def key_file(held: Issued, protection: KeySerializationEncryption = MODERN) -> bytes:
    others = [issuer().root.certificate, issuer().issuing.certificate]
    return pkcs12.serialize_key_and_certificates(
        b"Ng\xc6\xb0\xe1\xbb\x9di M\xe1\xba\xabu", held.key, held.certificate, others, protection
    )


def old(passphrase: bytes = PASSPHRASE.encode()) -> KeySerializationEncryption:
    """3DES and SHA-1, as Windows wrote for twenty years."""
    builder = PrivateFormat.PKCS12.encryption_builder().kdf_rounds(2000)
    return (
        builder.key_cert_algorithm(pkcs12.PBES.PBESv1SHA1And3KeyTripleDESCBC)
        .hmac_hash(SHA1())
        .build(passphrase)
    )


def many_rounds() -> KeySerializationEncryption:
    builder = PrivateFormat.PKCS12.encryption_builder().kdf_rounds(200_000)
    return (
        builder.key_cert_algorithm(pkcs12.PBES.PBESv2SHA256AndAES256CBC)
        .hmac_hash(SHA256())
        .build(PASSPHRASE.encode())
    )


def by_openssl(held: Issued, folder: Path, *options: str, passphrase: str = PASSPHRASE) -> bytes:
    """Of the command line, which still writes what libraries have given up."""
    own, above, key, made = (folder / name for name in ("own.pem", "above.pem", "key.pem", "made.p12"))
    own.write_bytes(held.certificate.public_bytes(Encoding.PEM))
    above.write_bytes(issuer().issuing.certificate.public_bytes(Encoding.PEM))
    key.write_bytes(held.key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    command = ["openssl", "pkcs12", "-export", "-in", own, "-inkey", key, "-certfile", above, "-out", made]
    subprocess.run([*command, "-passout", f"pass:{passphrase}", *options], check=True, capture_output=True)
    return made.read_bytes()


def of_key(private: rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey) -> Issued:
    """A certificate for a key that no sample authority would certify."""
    now = datetime.now(UTC)
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "Khóa Lạ")])
    builder = x509.CertificateBuilder(name, name, private.public_key(), x509.random_serial_number(), now, now)
    return Issued(builder.sign(private, SHA256()), private)


KEEP_OPEN = """async ([module, file, passphrase]) => {
  const { openKeyFile } = await import(module);
  window.held = await openKeyFile(Uint8Array.from(atob(file), (c) => c.charCodeAt(0)).buffer, passphrase);
}"""
_OPEN = """async ([module, file, passphrase, data]) => {
  const { openKeyFile } = await import(module);
  const bytes = (text) => Uint8Array.from(atob(text), (c) => c.charCodeAt(0));
  const text = (bytes) => btoa(String.fromCharCode(...bytes));
  try {
    const { certificates, sign, close, ...about } = await openKeyFile(bytes(file).buffer, passphrase);
    const value = await sign(bytes(data));
    close();
    return { about, certificates: certificates.map(text), value: text(value) };
  } catch (error) {
    return { problem: error.code || String(error) };
  }
}"""


def open_in(page: Page, file: bytes, data: bytes, passphrase: str = PASSPHRASE) -> Opened | str:
    """Open a key file in the page, and sign the data; or the code of what is wrong with it."""
    given = [static("signing/key-file.js"), text(file), passphrase, text(data)]
    said = page.evaluate(_OPEN, given)
    if "problem" in said:
        return str(said["problem"])
    certificates = [base64.b64decode(each) for each in said["certificates"]]
    return Opened(said["about"], certificates, base64.b64decode(said["value"]))


def text(data: bytes) -> str:
    return base64.b64encode(data).decode()

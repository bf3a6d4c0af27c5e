"""Key files as programs of every age write them, of fictional people."""

import base64
import hashlib
import hmac
import subprocess
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any

from asn1crypto import core
from asn1crypto import pkcs12 as asn1_pkcs12
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.hashes import SHA1, SHA256
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    KeySerializationEncryption,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
    pkcs12,
)
from playwright.sync_api import Page

from app.sample.authority import OFFICIAL, Algorithm, Issued, Issuer, new_issuer
from app.web.rendering import static
from tests.signing import odd_keys

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
def person(algorithm: Algorithm = "rsa", name: str = OFFICIAL) -> Issued:
    """One key for all tests of this process: RSA keys take seconds. By default that of the account
    `official`."""
    return issuer().issue(datetime.now(UTC), algorithm=algorithm, name=name)


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


def _der(tag: int, *parts: bytes) -> bytes:
    content = b"".join(parts)
    size = len(content)
    if size < 128:
        return bytes([tag, size]) + content
    length = size.to_bytes((size.bit_length() + 7) // 8)
    return bytes([tag, 128 | len(length)]) + length + content


def in_pieces(file: bytes) -> bytes:
    """The same file in BER: lengths left open, and its content in pieces, as some programs write it."""
    pfx = asn1_pkcs12.Pfx.load(file)
    content = bytes(pfx["auth_safe"]["content"].native)
    pieces = [_der(4, content[at : at + 1000]) for at in range(0, len(content), 1000)]
    octets = b"\x24\x80" + b"".join(pieces) + b"\x00\x00"
    kind = pfx["auth_safe"]["content_type"].dump()
    safe = b"\x30\x80" + kind + b"\xa0\x80" + octets + b"\x00\x00\x00\x00"
    return b"\x30\x80" + pfx["version"].dump() + safe + pfx["mac_data"].dump() + b"\x00\x00"


def sealed_anew(file: bytes, passphrase: str = PASSPHRASE) -> bytes:
    """The same file with a seal by PBMAC1 (RFC 9579), which OpenSSL writes from 3.4 on."""
    pfx = asn1_pkcs12.Pfx.load(file)
    content, salt = bytes(pfx["auth_safe"]["content"].native), b"sixteen octets.."
    key = hashlib.pbkdf2_hmac("sha256", passphrase.encode(), salt, 2048, 32)
    value = hmac.new(key, content, "sha256").digest()
    by_sha256 = _der(0x30, _oid("1.2.840.113549.2.9"), b"\x05\x00")
    kdf = _der(0x30, _der(4, salt), b"\x02\x02\x08\x00", b"\x02\x01\x20", by_sha256)
    parameters = _der(0x30, _der(0x30, _oid("1.2.840.113549.1.5.12"), kdf), by_sha256)
    algorithm = _der(0x30, _oid("1.2.840.113549.1.5.14"), parameters)
    mac = _der(0x30, _der(0x30, algorithm, _der(4, value)), _der(4, b"NOT USED"), b"\x02\x01\x01")
    return _der(0x30, pfx["version"].dump(), pfx["auth_safe"].dump(), mac)


def _oid(dotted: str) -> bytes:
    return bytes(core.ObjectIdentifier(dotted).dump())


#: What a key for PSS alone may demand of its values: nothing, or digest, mask and shortest salt.
FREE: tuple[str, ...] = ()
Limits = tuple[str, ...]


def limits(digest: str, mask: str, salt: int) -> Limits:
    named = {"rsa_pss_keygen_md": digest, "rsa_pss_keygen_mgf1_md": mask, "rsa_pss_keygen_saltlen": salt}
    return tuple(f"{name}:{value}" for name, value in named.items())


def for_pss_alone(folder: Path, limits: Limits = FREE, *, named_so: bool = True) -> bytes:
    """A key that its certificate, of the issuer, allows to sign by RSASSA-PSS and by nothing else (RFC 4055).
    `named_so`: the key says it too, not only its certificate."""
    key, public, certificate, made = (folder / f"pss.{end}" for end in ("key", "pub", "crt", "p12"))
    asked = [part for limit in ("rsa_keygen_bits:2048", *limits) for part in ("-pkeyopt", limit)]
    _openssl("genpkey", "-algorithm", "rsa-pss", *asked, "-out", key)
    _openssl("pkey", "-in", key, "-pubout", "-outform", "DER", "-out", public)
    private = load_pem_private_key(key.read_bytes(), None)  # which the library takes for any RSA key
    assert isinstance(private, rsa.RSAPrivateKey)
    by_rsa = (odd_keys.algorithm(odd_keys.RSA["sha256"], odd_keys.NULL),) * 2
    now, told = datetime.now(UTC), public.read_bytes()
    own = odd_keys.certificate(issuer(), private, now, public=told, algorithms=by_rsa)
    issued = Issued(x509.load_der_x509_certificate(own.dump()), private)
    certificate.write_bytes(issued.certificate.public_bytes(Encoding.PEM))
    if not named_so:
        return key_file(issued)
    above = folder / "above.crt"
    above.write_bytes(issuer().issuing.certificate.public_bytes(Encoding.PEM))
    command = ["pkcs12", "-export", "-in", certificate, "-inkey", key, "-certfile", above, "-out", made]
    _openssl(*command, "-passout", f"pass:{PASSPHRASE}")
    return made.read_bytes()


def _openssl(*command: str | Path) -> None:
    subprocess.run(["openssl", *command], check=True, capture_output=True)

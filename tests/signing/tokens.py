"""Real PKCS#11 tokens of SoftHSM2, filled with keys and certificates as an issuer of tokens does it."""

import os
import shutil
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from cryptography.hazmat.primitives import serialization

from app.sample.authority import Issued, Issuer

MODULES = ("/usr/lib/softhsm/libsofthsm2.so", "/usr/lib/x86_64-linux-gnu/softhsm/libsofthsm2.so")
PIN, OFFICER_PIN = "274659", "8123456789"

# Writes certificates: softhsm2-util can only import keys. In a process of its own, so that the tests' own
# sees the token as it finds it.
WRITE = """
import sys
import pkcs11
from asn1crypto import x509
from pkcs11 import Attribute, CertificateType, ObjectClass
module, label, pin, *certificates = sys.argv[1:]
token = pkcs11.lib(module).get_token(token_label=label)
with token.open(rw=True, user_pin=pin) as session:
    for one in certificates:
        name, identifier, der = one.split(":")
        certificate = x509.Certificate.load(bytes.fromhex(der))
        session.create_object({
            Attribute.CLASS: ObjectClass.CERTIFICATE,
            Attribute.CERTIFICATE_TYPE: CertificateType.X_509,
            Attribute.TOKEN: True,
            Attribute.PRIVATE: False,
            Attribute.LABEL: name,
            Attribute.ID: bytes.fromhex(identifier),
            Attribute.SUBJECT: certificate.subject.dump(),
            Attribute.ISSUER: certificate.issuer.dump(),
            Attribute.SERIAL_NUMBER: certificate["tbs_certificate"]["serial_number"].dump(),
            Attribute.VALUE: certificate.dump(),
        })
"""

# Writes a key that wants the PIN before each signature, as cards for qualified signatures do.
WRITE_STRICT = """
import sys
import pkcs11
from pkcs11 import Attribute
from pkcs11.util.rsa import decode_rsa_private_key
module, label, pin, name, identifier, der = sys.argv[1:]
token = pkcs11.lib(module).get_token(token_label=label)
with token.open(rw=True, user_pin=pin) as session:
    session.create_object({
        **decode_rsa_private_key(bytes.fromhex(der)),
        Attribute.TOKEN: True,
        Attribute.PRIVATE: True,
        Attribute.ALWAYS_AUTHENTICATE: True,
        Attribute.LABEL: name,
        Attribute.ID: bytes.fromhex(identifier),
    })
"""


def module() -> str:
    found = next((name for name in MODULES if Path(name).is_file()), None)
    if found is None or shutil.which("softhsm2-util") is None:
        if os.environ.get("CI"):
            pytest.fail("softhsm2 is missing: apt-get install softhsm2")
        pytest.skip("softhsm2 is missing: apt-get install softhsm2")
    return found


@dataclass(frozen=True)
class Drawer:
    """A folder with tokens. `environment`: for processes that are to see them, and no others."""

    folder: Path
    module: str
    environment: dict[str, str] = field(default_factory=dict)

    @classmethod
    def make(cls, folder: Path) -> "Drawer":
        found = module()
        (folder / "tokens").mkdir(parents=True)
        written = (
            f"directories.tokendir = {folder / 'tokens'}\nobjectstore.backend = file\nlog.level = ERROR\n"
        )
        (folder / "softhsm2.conf").write_text(written)
        return cls(folder, found, {"SOFTHSM2_CONF": str(folder / "softhsm2.conf")})

    def token(self, label: str) -> Path:
        """A new token; the folder that it lives in."""
        before = set((self.folder / "tokens").iterdir())
        pins = ["--so-pin", OFFICER_PIN, "--pin", PIN]
        self._run("softhsm2-util", "--init-token", "--free", "--label", label, *pins)
        return next(iter(set((self.folder / "tokens").iterdir()) - before))

    def key(self, token: str, label: str, identifier: str, issued: Issued) -> None:
        path = self.folder / "key.pem"
        path.write_bytes(
            issued.key.private_bytes(
                serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
            )
        )
        where = ["--token", token, "--pin", PIN, "--label", label, "--id", identifier]
        self._run("softhsm2-util", "--import", str(path), *where)
        path.unlink()

    def strict_key(self, token: str, label: str, identifier: str, issued: Issued) -> None:
        """An RSA key that wants the PIN before each signature."""
        form = serialization.PrivateFormat.TraditionalOpenSSL
        der = issued.key.private_bytes(serialization.Encoding.DER, form, serialization.NoEncryption())
        words = [self.module, token, PIN, label, identifier, der.hex()]
        self._run(sys.executable, "-c", WRITE_STRICT, *words)

    def certificates(self, token: str, *named: tuple[str, str, Issued]) -> None:
        """Each with its label and CKA_ID in hex."""
        words = [
            f"{label}:{identifier}:{issued.certificate.public_bytes(serialization.Encoding.DER).hex()}"
            for label, identifier, issued in named
        ]
        self._run(sys.executable, "-c", WRITE, self.module, token, PIN, *words)

    def filled(self, token: str, label: str, issuer: Issuer, issued: Issued) -> Path:
        """A token as an authority hands it out: one key, its certificate and those above it."""
        place = self.token(token)
        self.key(token, label, "a1", issued)
        above = [("ca", "c1", issuer.issuing), ("root", "c2", issuer.root)]
        self.certificates(token, (label, "a1", issued), *above)
        return place

    def _run(self, *words: str) -> None:
        done = subprocess.run(
            words, env={**os.environ, **self.environment}, capture_output=True, text=True, timeout=60
        )
        assert done.returncode == 0, done.stderr or done.stdout

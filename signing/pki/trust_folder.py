"""The folder of what an administrator trusts: roots in `anchors`, helpers in `intermediates`, by fingerprint.

A certificate among the intermediates helps to build paths and is never trusted, self-signed or not.
"""

import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from asn1crypto import pem, x509

from signing.pki import certificates
from signing.pki.trust import INTERMEDIATES, certificates_of, is_self_signed

Role = Literal["anchor", "intermediate"]
_FOLDERS: dict[Role, str] = {"anchor": "anchors", "intermediate": INTERMEDIATES}
FINGERPRINT_DIGITS = 64  # SHA-256


class TrustRefused(Exception):
    """A certificate that was not added or removed: why, and what to do."""

    def __init__(self, vi: str, en: str) -> None:
        super().__init__(f"{vi} — {en}")


@dataclass(frozen=True, slots=True)
class Entry:
    """A certificate of the folder."""

    role: Role
    fingerprint: str
    certificate: x509.Certificate

    def to_json(self) -> dict[str, Any]:
        described = certificates.describe(self.certificate)
        return {"role": self.role, "fingerprint": self.fingerprint, **described}


def fingerprint_of(text: str) -> str:
    """A SHA-256 fingerprint as people write it, with colons or spaces. Raises TrustRefused."""
    digits = "".join(text.split()).replace(":", "").lower()
    if len(digits) != FINGERPRINT_DIGITS or set(digits) - set("0123456789abcdef"):
        raise TrustRefused(
            "Dấu vân tay phải là SHA-256: 64 chữ số thập lục phân, có hoặc không có dấu hai chấm.",
            "A fingerprint must be SHA-256: 64 hexadecimal digits, with or without colons.",
        )
    return digits


def read(path: Path, role: Role | None = None) -> Entry:
    """The one certificate of a file; a self-signed one is an anchor unless `role` says otherwise. Raises
    TrustRefused."""
    if not (os.access(path, os.R_OK) and path.is_file()):  # in this order: for names that are too long
        raise TrustRefused(
            f"Không có tệp {path} hoặc không có quyền đọc; hãy kiểm tra đường dẫn và quyền đọc tệp.",
            f"There is no file {path}, or it may not be read; check the path and the permissions.",
        )
    found = certificates_of(path)
    if len(found) != 1:
        raise TrustRefused(
            f"{path.name} có {len(found)} chứng thư đọc được; hãy đưa tệp PEM hoặc DER có một chứng thư.",
            f"{path.name} holds {len(found)} readable certificates; give a PEM or DER file of one.",
        )
    certificate, self_signed = found[0], is_self_signed(found[0])
    if role == "anchor" and not self_signed:
        raise TrustRefused(
            "Chứng thư này không tự ký nên không thể là gốc tin cậy; hãy thêm với --role intermediate.",
            "This certificate is not self-signed and cannot be an anchor; add it with --role intermediate.",
        )
    chosen: Role = role or ("anchor" if self_signed else "intermediate")
    return Entry(chosen, certificate.sha256.hex(), certificate)


@dataclass(frozen=True, slots=True)
class TrustFolder:
    """The folder at `path`, which need not exist yet."""

    path: Path

    def entries(self) -> Iterator[Entry]:
        """Anchors first, then intermediates. Files that lie elsewhere in the folder are not told here."""
        for role, name in _FOLDERS.items():
            for file in sorted((self.path / name).glob("*.crt")):
                for certificate in certificates_of(file):
                    yield Entry(role, certificate.sha256.hex(), certificate)

    def add(self, entry: Entry) -> None:
        """Keep a certificate whose fingerprint was confirmed. Raises TrustRefused, OSError."""
        if any(e.fingerprint == entry.fingerprint and e.role != entry.role for e in self.entries()):
            raise TrustRefused(
                "Chứng thư này đã có với vai trò khác; hãy gỡ trước rồi thêm lại.",
                "This certificate is here already in another role; remove it first.",
            )
        target = self._place(entry.role, entry.fingerprint)
        target.parent.mkdir(parents=True, exist_ok=True)
        draft = target.with_suffix(".new")
        draft.write_bytes(pem.armor("CERTIFICATE", entry.certificate.dump()))
        draft.replace(target)

    def remove(self, fingerprint: str) -> Entry:
        """Take a certificate out. Raises TrustRefused, OSError."""
        found = next((e for e in self.entries() if e.fingerprint == fingerprint), None)
        if found is None:
            raise TrustRefused(
                f"Không có chứng thư {fingerprint} trong {self.path}; xem `banchinh trust list`.",
                f"There is no certificate {fingerprint} in {self.path}; see `banchinh trust list`.",
            )
        self._place(found.role, fingerprint).unlink()
        return found

    def _place(self, role: Role, fingerprint: str) -> Path:
        return self.path / _FOLDERS[role] / f"{fingerprint}.crt"

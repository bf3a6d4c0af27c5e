"""Fixtures: fictional authorities, their keys, and signed documents."""

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from app.sample.authority import Issued, Issuer, new_issuer
from signing.keys.references import SigningKey, open_key
from signing.pades import sign
from tests.signing import documents

NOW = datetime.now(UTC).replace(microsecond=0)
PASSPHRASE = "mật khẩu thử"
MakeKey = Callable[..., SigningKey]
SignFile = Callable[..., Path]


@pytest.fixture(scope="session")
def issuer() -> Issuer:
    return new_issuer(NOW, "ec")


@pytest.fixture(scope="session")
def stranger() -> Issuer:
    """An authority that nobody trusts."""
    return new_issuer(NOW, "ec")


@pytest.fixture(scope="session")
def trust(issuer: Issuer, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("trust")
    issuer.write_trust(folder, NOW)
    return folder


@pytest.fixture(scope="session")
def make_key(issuer: Issuer, tmp_path_factory: pytest.TempPathFactory) -> MakeKey:
    """A signing key with a certificate as asked for; `by` another authority, or `issued` already."""
    folder = tmp_path_factory.mktemp("keys")

    def make(
        by: Issuer = issuer, issued: Issued | None = None, pss: bool = False, **options: Any
    ) -> SigningKey:
        issued = issued or by.issue(NOW, **{"algorithm": "ec", **options})
        path = folder / f"{issued.certificate.serial_number:x}.p12"
        path.write_bytes(by.bundle(issued, PASSPHRASE))
        return open_key(f"file:{path}", PASSPHRASE, pss=pss)

    return make


@pytest.fixture(scope="session")
def key(make_key: MakeKey) -> SigningKey:
    return make_key()


@pytest.fixture
def sign_file(tmp_path: Path, key: SigningKey) -> SignFile:
    """Sign a document, by default a fresh one; gives the signed file."""

    def make(source: bytes | Path | None = None, **options: Any) -> Path:
        number = len(list(tmp_path.glob("signed-*.pdf")))
        path = source if isinstance(source, Path) else tmp_path / f"source-{number}.pdf"
        if not isinstance(source, Path):
            path.write_bytes(source or documents.paper())
        target = tmp_path / f"signed-{number}.pdf"
        sign(path, target, options.pop("key", key), **{"now": NOW, **options})
        return target

    return make

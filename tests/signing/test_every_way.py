"""What keys outside a file sign, at every level: others pass it as they pass what key files sign."""

import shutil
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

from app.sample.authority import Issued, Issuer
from signing.evidence.fetching import Fetcher
from signing.keys.csc_client import Access
from signing.keys.references import open_key
from signing.keys.signing_key import SigningKey
from signing.marks.appearance import Appearance
from signing.prepared import Level, SignatureSummary
from signing.together import Asked, sign_together
from tests.signing import csc_server, documents, responders
from tests.signing.conftest import NOW, SignFile
from tests.signing.csc_server import Held
from tests.signing.every_judge import pass_all
from tests.signing.tokens import PIN, Drawer

LOOPBACK = Fetcher.allowing("127.0.0.0/8")
LEVELS: tuple[Level, ...] = ("B-B", "B-T", "B-LT", "B-LTA")
KINDS = ("rsa", "pss", "ec", "ec-384")
SERVICE_PIN, SERVICE_TOKEN = "47110815", "token-of-tests"


@pytest.fixture(scope="module")
def issued(issuer: Issuer) -> dict[str, Issued]:
    algorithms: dict[str, Any] = {kind: "rsa" if kind == "pss" else kind for kind in KINDS}
    return {kind: issuer.issue(NOW, algorithm=algorithm) for kind, algorithm in algorithms.items()}


@pytest.fixture
def asked(issuer: Issuer, trust: Path) -> Iterator[dict[str, Any]]:
    """How each is signed: with a mark, and timestamps of the same authority."""
    with responders.serving() as authority:
        stamping = issuer.issue(NOW, name="TSA MẪU", usage="timestamp")
        authority.answers["/tsa"] = responders.timestamp_answer(issuer, stamping, NOW)
        yield {
            "appearance": Appearance("agency", "ỦY BAN NHÂN DÂN PHƯỜNG MẪU"),
            "tsa": authority.url("/tsa"),
            "fetcher": LOOPBACK,
            "trust": [trust],
        }


def test_what_tokens_sign_holds_at_every_level(
    issuer: Issuer,
    issued: dict[str, Issued],
    asked: dict[str, Any],
    sign_file: SignFile,
    trust: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    drawer = Drawer.make(tmp_path / "tokens")
    for name, value in drawer.environment.items():
        monkeypatch.setenv(name, value)
    for kind in KINDS:  # all of them before the module is loaded, which would not see later ones
        drawer.filled(kind, "ky-so", issuer, issued[kind])
    # A process loads a module once, with the tokens of that time: other tests have theirs in another copy.
    module = shutil.copy(drawer.module, tmp_path)
    signed: dict[Path, Level] = {}
    for kind in KINDS:
        key = open_key(f"pkcs11:token={kind}", PIN, pss=kind == "pss", module=module)
        signed |= {sign_file(key=key, level=level, **asked): level for level in LEVELS}
        key.close()
    pass_all(signed, trust)


def test_what_remote_keys_sign_holds_at_every_level(
    issuer: Issuer, issued: dict[str, Issued], asked: dict[str, Any], trust: Path, tmp_path: Path
) -> None:
    """Both versions of the API; a batch under one authorisation, and single documents."""
    source = tmp_path / "source.pdf"
    source.write_bytes(documents.paper(1))
    held = {kind: Held(one, [issuer.issuing, issuer.root], scal="2") for kind, one in issued.items()}
    signed: dict[Path, Level] = {}
    with ExitStack() as ending:
        service = ending.enter_context(csc_server.serving(held))
        for version in ("v1", "v2"):
            for kind in KINDS:
                key = _remote(service.url(version), kind)
                for level in LEVELS:
                    target = tmp_path / f"{version}-{kind}-{level}.pdf"
                    (done,) = sign_together([(source, target)], key, Asked(lambda: NOW, level=level, **asked))
                    assert isinstance(done, SignatureSummary), done
                    signed[target] = level
    pass_all(signed, trust)


def _remote(address: str, kind: str) -> SigningKey:
    way = Access(LOOPBACK, token=SERVICE_TOKEN, poll_seconds=0.01)
    return open_key(f"csc:{address}?credential={kind}", SERVICE_PIN, pss=kind == "pss", access=way)

"""What a key file in the browser signs (two steps: the service prepares, WebCrypto gives the value, the
service completes), at every level: others pass it as they pass what a key of ours signs."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from asn1crypto import x509
from playwright.sync_api import Browser, Page

from signing.cms.mechanisms import Mechanism
from signing.evidence.fetching import Fetcher
from signing.marks.appearance import Appearance
from signing.prepared import Level
from signing.two_step import complete, prepare
from tests.e2e.key_files import FREE, Opened, for_pss_alone, issuer, key_file, limits, open_in, person
from tests.e2e.walk import House
from tests.signing import documents, responders
from tests.signing.every_judge import pass_all

pytestmark = [pytest.mark.browser]

LEVELS: tuple[Level, ...] = ("B-B", "B-T", "B-LT", "B-LTA")
AGENCY = Appearance("agency", "ỦY BAN NHÂN DÂN PHƯỜNG MẪU")


@pytest.fixture
def page(browser: Browser, quiet_house: House) -> Page:
    return quiet_house.sign_in(browser, "official")


@pytest.mark.timeout(300)
def test_what_the_browser_signs_holds_at_every_level(page: Page, tmp_path: Path) -> None:
    now, trust, source = datetime.now(UTC).replace(microsecond=0), tmp_path / "trust", tmp_path / "source.pdf"
    trust.mkdir()
    issuer().write_trust(trust, now)
    source.write_bytes(documents.paper(1))
    stamping = issuer().issue(now, name="TSA MẪU", usage="timestamp")
    signed: dict[Path, Level] = {}
    # a thread of its own: the browser's driver keeps an event loop in this one
    with responders.serving() as authority, ThreadPoolExecutor(1) as aside:
        authority.answers["/tsa"] = responders.timestamp_answer(issuer(), stamping, now)
        means: dict[str, Any] = {
            "tsa": authority.url("/tsa"),
            "fetcher": Fetcher.allowing("127.0.0.0/8"),
            "trust": [trust],
        }
        for kind, file in _key_files(tmp_path).items():
            held = _opened(page, file, b"")
            certificates = [x509.Certificate.load(der) for der in held.certificates]
            mechanism = Mechanism(held.about["scheme"], held.about["digest"])
            for level in LEVELS:
                draft, target = tmp_path / "draft.pdf", tmp_path / f"{kind}-{level}.pdf"
                asked: dict[str, Any] = {"mechanism": mechanism, "appearance": AGENCY, "level": level}
                made = aside.submit(prepare, source, draft, certificates, now=now, **asked).result()
                value = _opened(page, file, made.to_be_signed).value
                aside.submit(complete, made, draft, target, value, now=now, **means).result()
                signed[target] = level
        pss_alone = {file for file in signed if file.name.startswith("pss-")}
        aside.submit(pass_all, signed, trust, pss_alone).result()


def _key_files(folder: Path) -> dict[str, bytes]:
    """One of each kind; RSA signs by PSS where its certificate wants that, by the digest that it names."""
    files = {kind: key_file(person(kind)) for kind in ("rsa", "ec", "ec-384")}
    demanded = {"pss": FREE, "pss-512": limits("sha512", "sha512", 64)}
    return files | {kind: for_pss_alone(folder, wanted) for kind, wanted in demanded.items()}


def _opened(page: Page, file: bytes, data: bytes) -> Opened:
    opened = open_in(page, file, data)
    assert isinstance(opened, Opened), opened
    return opened

"""Key files of every age open in the browser, sign, and never leave it."""

import random
from collections.abc import Callable
from pathlib import Path
from typing import get_args

import pytest
from asn1crypto import pem, x509
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import BestAvailableEncryption, Encoding, pkcs12
from playwright.sync_api import Browser, Page, Request

from app.translations import texts
from app.web.rendering import static
from signing.cms.mechanisms import Digest, Mechanism, mechanism_for
from signing.identity import confirm
from tests.e2e.key_files import (
    FREE,
    KEEP_OPEN,
    PASSPHRASE,
    Limits,
    Opened,
    by_openssl,
    for_pss_alone,
    in_pieces,
    issuer,
    key_file,
    limits,
    many_rounds,
    of_key,
    old,
    open_in,
    person,
    sealed_anew,
    text,
)
from tests.e2e.walk import House

pytestmark = [pytest.mark.browser]

DATA = b"what the official has read"


@pytest.fixture
def page(browser: Browser, quiet_house: House) -> Page:
    return quiet_house.sign_in(browser, "official")


@pytest.mark.timeout(300)
def test_key_files_of_every_age_open_and_sign(page: Page, tmp_path: Path) -> None:
    files: dict[str, Callable[[], bytes]] = {
        "AES-256": lambda: key_file(person()),
        "P-256": lambda: key_file(person("ec")),
        "P-384": lambda: key_file(person("ec-384")),
        "3DES": lambda: key_file(person(), old()),
        "many rounds": lambda: key_file(person("ec"), many_rounds()),
        "OpenSSL 3": lambda: by_openssl(person(), tmp_path),
        "RC2-40": lambda: by_openssl(person(), tmp_path, "-legacy"),
        "RC2-128": lambda: by_openssl(
            person(), tmp_path, "-legacy", "-certpbe", "PBE-SHA1-RC2-128", "-keypbe", "PBE-SHA1-RC2-128"
        ),
        "3DES with two keys": lambda: by_openssl(
            person(), tmp_path, "-legacy", "-certpbe", "PBE-SHA1-2DES", "-keypbe", "PBE-SHA1-2DES"
        ),
        "PBES2 with 3DES": lambda: by_openssl(
            person("ec"), tmp_path, "-certpbe", "DES-EDE3-CBC", "-keypbe", "DES-EDE3-CBC"
        ),
        "seal by SHA-512": lambda: by_openssl(person(), tmp_path, "-macalg", "sha512"),
        "certificates in the clear": lambda: by_openssl(person(), tmp_path, "-certpbe", "NONE"),
        "key in the clear": lambda: by_openssl(person(), tmp_path, "-keypbe", "NONE"),
        "in pieces": lambda: in_pieces(key_file(person())),
        "seal of RFC 9579": lambda: sealed_anew(key_file(person())),
        "no seal": lambda: by_openssl(person(), tmp_path, "-nomac"),
    }
    for name, made in files.items():
        opened = open_in(page, made(), DATA)
        assert isinstance(opened, Opened), f"{name}: {opened}"
        _check(opened, name)


def _check(opened: Opened, name: str) -> None:
    own, *others = [x509.Certificate.load(der) for der in opened.certificates]
    confirm(own, DATA, opened.value, Mechanism(opened.about["scheme"], opened.about["digest"]))
    assert opened.about["holder"] == "Nguyễn Văn Mẫu", name
    assert opened.about["organisation"] == "ỦY BAN NHÂN DÂN PHƯỜNG MẪU", name
    assert opened.about["until"][:4].isdecimal(), name
    # byte for byte as the authority signed them
    issuing = issuer().issuing.certificate.public_bytes(Encoding.DER)
    assert issuing in [other.dump() for other in others], name


def test_what_cannot_sign_says_why(page: Page, tmp_path: Path) -> None:
    good = key_file(person())
    no_key = pkcs12.serialize_key_and_certificates(
        None, None, person().certificate, None, BestAvailableEncryption(PASSPHRASE.encode())
    )
    short = of_key(rsa.generate_private_key(public_exponent=65537, key_size=1024))
    brainpool = of_key(ec.generate_private_key(ec.BrainpoolP256R1()))
    koblitz = of_key(ec.generate_private_key(ec.SECP256K1()))
    for said, file, passphrase in (
        ("wrong-passphrase", good, PASSPHRASE + " "),
        ("wrong-passphrase", good, ""),
        ("wrong-passphrase", key_file(person(), old()), "sai"),
        ("wrong-passphrase", sealed_anew(key_file(person())), "sai"),
        ("wrong-passphrase", by_openssl(person(), tmp_path, "-nomac"), "sai"),
        ("not-a-key-file", b"", PASSPHRASE),
        ("not-a-key-file", b"%PDF-1.7 not a key", PASSPHRASE),
        ("not-a-key-file", good[: len(good) // 2], PASSPHRASE),
        ("not-a-key-file", person().certificate.public_bytes(Encoding.DER), PASSPHRASE),
        ("no-private-key", no_key, PASSPHRASE),
        ("unfit-key", key_file(short), PASSPHRASE),
        ("unfit-curve", key_file(brainpool), PASSPHRASE),
        ("unfit-curve", key_file(koblitz), PASSPHRASE),
    ):
        assert open_in(page, file, DATA, passphrase) == said


def test_a_key_file_without_a_passphrase_opens(page: Page, tmp_path: Path) -> None:
    for options in ((), ("-legacy",)):
        bare = by_openssl(person("ec"), tmp_path, *options, passphrase="")
        assert isinstance(open_in(page, bare, DATA, ""), Opened)


@pytest.mark.timeout(300)
def test_damaged_files_are_refused_in_words(page: Page) -> None:
    """Whatever was damaged: an answer that the page has words for, and soon."""
    chance = random.Random(20261126)
    said = set()
    for file in (key_file(person("ec")), key_file(person("ec"), old())):
        for _ in range(40):
            damaged = bytearray(file)
            for _ in range(chance.randint(1, 4)):
                damaged[chance.randrange(len(damaged))] = chance.randrange(256)
            found = open_in(page, bytes(damaged), DATA)
            said.add(found if isinstance(found, str) else "opened")
    words = {key.removeprefix("signing.").replace("_", "-") for key in texts() if key.startswith("signing.")}
    assert said - {"opened"} <= words, said


def test_the_worker_with_the_key_can_reach_no_address(page: Page, quiet_house: House) -> None:
    asked: list[Request] = []
    page.wait_for_load_state("networkidle")  # what the page itself asks for is no matter of the worker
    # a bound method of a list takes no attribute, which Playwright gives its listeners
    page.on("request", lambda request: asked.append(request))  # noqa: PLW0108
    opened = open_in(page, key_file(person()), DATA)
    assert isinstance(opened, Opened)
    names = {request.url.rsplit("/", 1)[-1] for request in asked}
    assert names <= {"key-file.js", "key-worker.js", "pkcs12.js", "forge.min.js"}
    assert all(request.method == "GET" and request.post_data is None for request in asked)
    worker = quiet_house.desk.client().get(next(r.url for r in asked if r.url.endswith("key-worker.js")))
    assert worker.headers["Content-Security-Policy"] == "default-src 'none'; script-src 'self'"
    page.evaluate(KEEP_OPEN, [static("signing/key-file.js"), text(key_file(person())), PASSPHRASE])
    tried = page.workers[0].evaluate("fetch('/health/live').then(() => 'reached', () => 'refused')")
    assert tried == "refused"
    page.goto("/records")
    assert page.workers == []  # the key is gone with the page


@pytest.mark.parametrize("named_so", [True, False])
@pytest.mark.parametrize(
    ("demanded", "digest"),
    [
        (FREE, "sha256"),
        (limits("sha256", "sha256", 20), "sha256"),
        (limits("sha384", "sha384", 48), "sha384"),
        (limits("sha512", "sha512", 32), "sha512"),
    ],
)
def test_a_key_for_pss_alone_signs_by_pss(
    page: Page, tmp_path: Path, demanded: Limits, digest: Digest, named_so: bool
) -> None:
    opened = open_in(page, for_pss_alone(tmp_path, demanded, named_so=named_so), DATA)
    assert isinstance(opened, Opened), opened
    assert (opened.about["scheme"], opened.about["digest"]) == ("rsassa_pss", digest)
    own = x509.Certificate.load(opened.certificates[0])
    assert own.public_key.algorithm == "rsassa_pss"
    assert mechanism_for(own) == Mechanism("rsassa_pss", digest)
    assert Mechanism("rsassa_pss", digest).fits(own)
    confirm(own, DATA, opened.value, Mechanism("rsassa_pss", digest))


@pytest.mark.parametrize(
    "demanded",
    [limits("sha1", "sha1", 20), limits("sha256", "sha1", 20), limits("sha256", "sha256", 64)],
)
def test_a_key_for_pss_that_demands_what_is_not_made_here_is_refused(
    page: Page, tmp_path: Path, demanded: Limits
) -> None:
    assert open_in(page, for_pss_alone(tmp_path, demanded), DATA) == "unfit-key"
    own = x509.Certificate.load(pem.unarmor((tmp_path / "pss.crt").read_bytes())[2])
    for digest in get_args(Digest):
        assert not Mechanism("rsassa_pss", digest).fits(own)

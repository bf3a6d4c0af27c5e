"""Keys at remote signing services, over both versions of the CSC API."""

import base64
import json
import logging
import shutil
import socket
import subprocess
import sys
import traceback
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.serialization import Encoding
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from app.sample.authority import Issued, Issuer
from signing.evidence.fetching import Fetcher, FetchFailed
from signing.keys import remote
from signing.keys.csc_client import Access
from signing.keys.references import KeyUnavailable, SigningKey, open_key
from signing.keys.signing_key import KeyFailed
from signing.marks.appearance import Appearance
from signing.pades import SigningRefused
from signing.prepared import SignatureSummary
from signing.together import Asked, sign_together
from signing.validation import validate
from tests import judges
from tests.signing import csc_server, documents, responders
from tests.signing.conftest import NOW, SignFile
from tests.signing.csc_server import Held, Service

LOOPBACK = Fetcher.allowing("127.0.0.0/8")
PIN, TOKEN = "47110815", "token-of-tests"
KINDS = ("rsa", "pss", "ec", "ec-384")
VERSIONS = ("v1", "v2")
METHODS = ("info", "credentials/info", "credentials/authorize", "signatures/signHash")
Open = Callable[..., SigningKey]


@pytest.fixture(scope="module")
def issued(issuer: Issuer) -> dict[str, Issued]:
    algorithms: dict[str, Any] = {kind: "rsa" if kind == "pss" else kind for kind in KINDS}
    return {kind: issuer.issue(NOW, algorithm=algorithm) for kind, algorithm in algorithms.items()}


@pytest.fixture
def service(issuer: Issuer, issued: dict[str, Issued]) -> Iterator[Service]:
    above = [issuer.issuing, issuer.root]
    held = {kind: Held(one, above) for kind, one in issued.items()}
    with csc_server.serving(held, stranger=issuer.issue(NOW, algorithm="ec")) as service:
        yield service


@pytest.fixture
def opened(service: Service) -> Open:
    def make(
        version: str, kind: str = "ec", pin: str | None = PIN, query: str = "", ask: Any = None, **access: Any
    ) -> SigningKey:
        way = Access(LOOPBACK, **{"token": TOKEN, "poll_seconds": 0.01, **access})
        reference = f"csc:{service.url(version)}?credential={kind}{query}"
        return open_key(reference, pin, pss=kind == "pss", ask=ask, access=way)

    return make


def _batch(key: SigningKey, folder: Path, number: int) -> list[SignatureSummary | SigningRefused]:
    folder.mkdir(exist_ok=True)
    source = folder / "source.pdf"
    source.write_bytes(documents.paper(1))
    pairs = [(source, folder / f"signed-{n}.pdf") for n in range(number)]
    return list(sign_together(pairs, key, Asked(lambda: NOW)))


def _codes(results: list[SignatureSummary | SigningRefused]) -> list[str]:
    return [result.code if isinstance(result, SigningRefused) else "signed" for result in results]


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize("kind", KINDS)
def test_a_remote_key_signs_as_any_other(
    version: str, kind: str, opened: Open, service: Service, sign_file: SignFile, trust: Path
) -> None:
    service.held[kind].scal = "2"
    key = opened(version, kind)
    assert key.holder == "Nguyễn Văn Mẫu"
    assert len(key.chain) == 1, "the issuing authority, and no root"
    signed = sign_file(key=key)
    assert validate(signed, anchors=[trust]).verdict == "valid"
    assert judges.pdfsig(signed) == [{"field": "Signature1", "intact": True, "whole": True}]


def test_eu_dss_passes_what_remote_keys_sign(opened: Open, sign_file: SignFile, trust: Path) -> None:
    signed = [sign_file(key=opened(version, kind)) for version in VERSIONS for kind in KINDS]
    for signatures in judges.signatures(signed, trust / "root.crt"):
        assert [s["indication"] for s in signatures] == ["TOTAL-PASSED"]


@pytest.mark.parametrize("scal", ["1", "2"])
@pytest.mark.parametrize("version", VERSIONS)
def test_a_batch_under_one_authorisation(
    version: str, scal: str, opened: Open, service: Service, tmp_path: Path, trust: Path
) -> None:
    service.held["ec"].scal = scal
    results = _batch(opened(version), tmp_path / "out", 5)
    assert _codes(results) == ["signed"] * 5
    assert (service.calls("authorize"), service.calls("signHash")) == (1, 1)
    for number in range(5):
        assert validate(tmp_path / "out" / f"signed-{number}.pdf", anchors=[trust]).verdict == "valid"
    assert len(list((tmp_path / "out").iterdir())) == 6, "no drafts are left"


@pytest.mark.parametrize("scal", ["1", "2"])
@pytest.mark.parametrize("version", VERSIONS)
def test_a_large_batch_is_asked_for_in_parts(
    version: str,
    scal: str,
    opened: Open,
    service: Service,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(remote, "AT_ONCE", 2)
    service.held["ec"].multisign, service.held["ec"].scal = 4, scal
    assert _codes(_batch(opened(version), tmp_path / "out", 7)) == ["signed"] * 7
    assert service.calls("authorize") == 2, "four, and three"
    assert service.calls("extendTransaction") == 2
    assert service.calls("signHash") == 4


def test_one_document_that_cannot_be_signed_does_not_stop_the_rest(opened: Open, tmp_path: Path) -> None:
    good, bad = tmp_path / "good.pdf", tmp_path / "bad.pdf"
    good.write_bytes(documents.paper(1))
    bad.write_bytes(b"no document")
    pairs = [(good, tmp_path / "1.pdf"), (bad, tmp_path / "2.pdf"), (good, tmp_path / "3.pdf")]
    results = list(sign_together(pairs, opened("v1"), Asked(lambda: NOW)))
    assert _codes(results) == ["signed", "not-a-pdf", "signed"]
    assert not (tmp_path / "2.pdf").exists()


def test_with_a_name_and_a_password(opened: Open, service: Service, sign_file: SignFile) -> None:
    service.tokens.clear()
    sign_file(key=opened("v1", token=None, user="mau", password="mật khẩu mẫu"))
    cases: list[tuple[str, dict[str, Any]]] = [
        ("csc-access-refused", {"token": None, "user": "mau", "password": "sai"}),
        ("csc-access-refused", {"token": "another"}),
        ("csc-no-access", {"token": None}),
    ]
    for code, access in cases:
        with pytest.raises(KeyUnavailable) as unavailable:
            opened("v1", **access)
        assert unavailable.value.code == code


def test_line_breaks_about_a_token_are_no_part_of_it(opened: Open) -> None:
    assert opened("v1", token=f"{TOKEN}\r\n").holder == "Nguyễn Văn Mẫu"
    with pytest.raises(KeyUnavailable) as unavailable:
        opened("v1", token="\n")
    assert unavailable.value.code == "csc-no-access"


def test_a_token_that_cannot_be_sent_is_not_repeated(opened: Open, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG), pytest.raises(KeyUnavailable) as unavailable:
        opened("v1", token=f"{TOKEN}\n{TOKEN}")
    assert unavailable.value.code == "csc-unreachable"
    assert TOKEN not in "".join(traceback.format_exception(unavailable.value)) + caplog.text


@pytest.mark.parametrize("version", VERSIONS)
def test_a_one_time_password_is_sent_asked_for_and_serves_once(
    version: str, opened: Open, service: Service, tmp_path: Path
) -> None:
    service.held["ec"].otp, service.held["ec"].multisign = "online", 2
    names: list[str] = []

    def ask(name: str) -> str:
        names.append(name)
        return PIN if name.startswith("PIN") else service.sent[-1]

    assert _codes(_batch(opened(version, pin=None, ask=ask), tmp_path / "out", 3)) == ["signed"] * 3
    assert names == ["PIN ec", "OTP ec", "PIN ec", "OTP ec"]
    service.held["ec"].otp, service.held["ec"].passwords = "offline", ["123456"]
    results = _batch(opened(version, otp="123456"), tmp_path / "out", 3)
    assert _codes(results) == ["signed", "signed", "csc-secret-missing"], "the second leave needs another"


@pytest.mark.parametrize("version", VERSIONS)
def test_a_wrong_pin_is_given_once(
    version: str, opened: Open, service: Service, tmp_path: Path, sign_file: SignFile
) -> None:
    service.held["ec"].multisign = 1
    key = opened(version, pin="0000")
    results = _batch(key, tmp_path / "out", 4)
    for _ in range(2):
        with pytest.raises(SigningRefused):
            sign_file(key=key)
    assert _codes(results) == ["csc-wrong-secret"] * 4
    assert service.held["ec"].wrong_pins == 1
    assert service.calls("authorize") == 1


@pytest.mark.parametrize("query", ["", "&mode=async"])
def test_version_2_answers_later(
    query: str, opened: Open, service: Service, tmp_path: Path, trust: Path
) -> None:
    service.asynchronous, service.pending, service.held["ec"].scal = True, 3, "2"
    told: list[None] = []
    key = opened("v2", query=query, waiting=lambda: told.append(None))
    assert _codes(_batch(key, tmp_path / "out", 2)) == ["signed"] * 2
    assert service.calls("authorizeCheck") == 4
    assert service.calls("signPolling") == 4
    assert len(told) == 2, "once for the confirmation, once for the values"
    assert validate(tmp_path / "out" / "signed-1.pdf", anchors=[trust]).verdict == "valid"


@pytest.mark.parametrize(("pending", "wait", "code"), [(2, 9.0, "csc-denied"), (9, 0.02, "csc-too-late")])
def test_a_holder_who_does_not_confirm(
    pending: int, wait: float, code: str, opened: Open, service: Service, tmp_path: Path
) -> None:
    service.pending, service.deny = pending, True
    assert _codes(_batch(opened("v2", wait_seconds=wait), tmp_path / "out", 2)) == [code] * 2
    assert len(list((tmp_path / "out").glob("signed-*"))) == 0


FAULTS = {
    "value": "foreign-value",
    "foreign": "foreign-value",
    "short": "csc-answer",
    "junk": "csc-answer",
    "redirect": "csc-failed",
    "status": "csc-failed",
    "echo": "csc-failed",
}


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize("fault", FAULTS)
def test_what_the_service_answers_wrongly_is_not_embedded(
    fault: str, version: str, opened: Open, service: Service, tmp_path: Path
) -> None:
    service.fault = fault
    results = _batch(opened(version), tmp_path / "out", 2)
    assert _codes(results) == [FAULTS[fault]] * 2
    assert [path.name for path in (tmp_path / "out").iterdir()] == ["source.pdf"]
    assert not any("elsewhere" in path for path, _ in service.asked), "no redirect is followed with a SAD"
    assert all(isinstance(one, SigningRefused) and PIN not in str(one) for one in results)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)


@pytest.mark.parametrize("version", VERSIONS)
def test_answers_of_any_shape_end_in_words(
    version: str, opened: Open, service: Service, issued: dict[str, Issued], tmp_path: Path
) -> None:
    certificate = base64.b64encode(issued["ec"].certificate.public_bytes(Encoding.DER)).decode()
    shape = {
        "key": JSON | st.fixed_dictionaries({"status": st.just("enabled"), "algo": JSON}),
        "cert": JSON
        | st.fixed_dictionaries({"certificates": st.just([certificate]) | st.just(["AAAA"]) | JSON}),
        "auth": JSON | st.fixed_dictionaries({"mode": JSON, "objects": JSON}),
        "PIN": JSON,
        "multisign": st.just(1) | JSON,
    }

    no_certificate = {"key": {"status": "enabled"}, "cert": {"certificates": ["AAAA"]}}

    @example(reply=no_certificate, method="info")
    @settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
    @given(reply=JSON | st.fixed_dictionaries({}, optional=shape), method=st.sampled_from(METHODS))
    def told(reply: object, method: str) -> None:
        service.replies = {method: reply}
        with suppress(KeyUnavailable):
            (value,) = opened(version).sign_all([b"data"])
            assert isinstance(value, bytes | KeyFailed)

    told()


def test_the_certificate_of_another_key(
    opened: Open, service: Service, issuer: Issuer, tmp_path: Path
) -> None:
    service.held["ec"].shown = issuer.issue(NOW, algorithm="ec", name="Người Khác")
    assert _codes(_batch(opened("v1"), tmp_path / "out", 1)) == ["foreign-value"]


def test_leave_that_runs_out_before_everything_is_signed(
    opened: Open, service: Service, tmp_path: Path
) -> None:
    service.life_seconds = -1
    assert _codes(_batch(opened("v1"), tmp_path / "out", 2)) == ["csc-expired"] * 2


def test_a_batch_at_the_highest_level(opened: Open, issuer: Issuer, tmp_path: Path, trust: Path) -> None:
    source = tmp_path / "source.pdf"
    source.write_bytes(documents.paper(1))
    pairs = [(source, tmp_path / f"{number}.pdf") for number in range(2)]
    with responders.serving() as authority:
        stamps = issuer.issue(NOW, name="TSA MẪU", usage="timestamp")
        authority.answers["/tsa"] = responders.timestamp_answer(issuer, stamps, NOW)
        asked = Asked(
            lambda: NOW,
            level="B-LTA",
            tsa=authority.url("/tsa"),
            fetcher=LOOPBACK,
            trust=[trust],
            appearance=Appearance("agency", "ỦY BAN NHÂN DÂN PHƯỜNG MẪU"),
        )
        assert _codes(list(sign_together(pairs, opened("v2", "pss"), asked))) == ["signed"] * 2
    signed = [target for _, target in pairs]
    for signatures in judges.signatures(signed, trust / "root.crt"):
        assert {s["indication"] for s in signatures} == {"TOTAL-PASSED"}
        assert signatures[0]["level"] == "PAdES-BASELINE-LTA"
    assert judges.ades(signed[0], trust / "root.crt") == "PASSED"


def test_a_slow_service(opened: Open, service: Service, sign_file: SignFile) -> None:
    service.lag_seconds = 0.2
    sign_file(key=opened("v1"))


def test_keys_that_cannot_be_used(opened: Open, service: Service) -> None:
    held = service.held["ec"]
    for version in VERSIONS:
        for code, change in (
            ("csc-disabled", {"status": "disabled"}),
            ("csc-browser-only", {"mode": "oauth2code"}),
            ("csc-certificate", {"standing": "revoked"}),
        ):
            before = {name: getattr(held, name) for name in change}
            vars(held).update(change)
            with pytest.raises(KeyUnavailable) as unavailable:
                opened(version)
            assert unavailable.value.code == code
            vars(held).update(before)
        with pytest.raises(KeyUnavailable) as unavailable:
            opened(version, kind="")
        assert unavailable.value.code == "csc-no-credential"
        assert "ec-384" in unavailable.value.vi
    service.held = {"ec": held}
    assert opened("v1", kind="").holder == "Nguyễn Văn Mẫu", "the only one need not be named"


def test_a_way_of_signing_that_the_service_does_not_offer(opened: Open, service: Service) -> None:
    service.held["pss"].algorithms = [csc_server.RSA]
    with pytest.raises(KeyUnavailable) as unavailable:
        opened("v1", "pss")
    assert unavailable.value.code == "csc-algorithm"
    assert service.calls("authorize") == 0, "the holder is not asked for nothing"


@pytest.mark.parametrize(
    "reference",
    [
        "csc:",
        "csc:ftp://a/csc/v1",
        "csc:https://a/csc/v3",
        "csc:https://[/csc/v1",
        "csc:https://a/",
        "csc:https://user:secret@a/csc/v1",
        "csc:https://a/csc/v1?pin=1234",
        "csc:https://a/csc/v2?mode=later",
    ],
)
def test_references_that_are_not_understood(reference: str) -> None:
    with pytest.raises(KeyUnavailable) as unavailable:
        open_key(reference, None, access=Access(LOOPBACK, token=TOKEN))
    assert unavailable.value.code == "bad-reference"
    assert "secret" not in str(unavailable.value)
    assert "1234" not in str(unavailable.value)


def test_secrets_go_only_where_they_may(service: Service, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(KeyUnavailable, match="FETCH_ALLOW"):
        open_key(f"csc:{service.url('v1')}", PIN, access=Access(Fetcher(), token=TOKEN))
    public = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("198.41.0.4", 80))]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: public)
    with pytest.raises(FetchFailed, match="https only"):
        Fetcher().exchange("http://service.example/csc/v1/info", b"{}", {})
    assert service.asked == []


def test_what_activates_a_key_is_neither_written_nor_logged(
    opened: Open,
    service: Service,
    tmp_path: Path,
    caplog: pytest.LogCaptureFixture,
    capfd: pytest.CaptureFixture[str],
) -> None:
    caplog.set_level(logging.DEBUG)
    service.asynchronous, service.pending = True, 1
    service.held["ec"].otp, service.held["ec"].passwords = "offline", ["918273", "645546"]
    said: list[object] = []
    for version in VERSIONS:
        key = opened(version, otp=service.held["ec"].passwords[0])
        said += [key, key.raw, *_batch(key, tmp_path / version, 2)]
    service.held["ec"].pin = "changed"
    said += _batch(opened("v1", otp="918273"), tmp_path / "refused", 2)
    secrets = [PIN, "918273", "645546", TOKEN, *service.leaves]
    assert len(service.leaves) >= 2
    shown = capfd.readouterr()
    seen = " ".join([caplog.text, shown.out, shown.err, *map(repr, said), *map(str, said)])
    written = b"".join(path.read_bytes() for path in tmp_path.rglob("*") if path.is_file())
    for secret in secrets:
        assert secret not in seen
        if len(secret) > 4:  # four digits may stand anywhere
            assert secret.encode() not in written


def test_from_the_command_line(service: Service, tmp_path: Path, trust: Path) -> None:
    sources = [tmp_path / f"{number}.pdf" for number in range(3)]
    sources[0].write_bytes(documents.paper(1))
    for source in sources[1:]:
        shutil.copyfile(sources[0], source)
    service.pending = 1

    def banchinh(*words: object, **environment: str) -> "subprocess.CompletedProcess[str]":
        return subprocess.run(
            [Path(sys.executable).with_name("banchinh"), *map(str, words)],
            env={
                "PATH": "/usr/bin:/bin",
                "BANCHINH_FETCH_ALLOW": "127.0.0.0/8",
                "BANCHINH_CSC_TOKEN": TOKEN,
                **environment,
            },
            cwd=tmp_path,
            capture_output=True,
            text=True,
            timeout=120,
        )

    reference = f"csc:{service.url('v2')}?credential=rsa"
    missing = tmp_path / "none.pdf"
    words = (
        "sign",
        sources[0],
        missing,
        *sources[1:],
        "--out",
        tmp_path / "out",
        "--key",
        reference,
        "--json",
    )
    done = banchinh(*words, BANCHINH_KEY_PASSPHRASE=PIN)
    assert done.returncode == 2, done.stderr
    lines = [json.loads(line) for line in done.stdout.splitlines()]
    assert [line["status"] for line in lines] == ["ok", "refused", "ok", "ok"]
    assert lines[1]["error"]["code"] == "not-found"
    assert service.calls("authorize") == 1
    assert "waiting" in done.stderr
    for source in sources:
        report = validate(tmp_path / "out" / source.name, anchors=[trust], at=datetime.now(UTC))
        assert report.verdict == "valid"
    wrong = banchinh(
        "sign", sources[0], "--out", "w.pdf", "--key", reference, BANCHINH_KEY_PASSPHRASE="908172"
    )
    assert wrong.returncode == 2
    assert "PIN" in wrong.stderr
    for secret in (PIN, "908172", TOKEN):
        assert secret not in wrong.stderr + done.stderr + done.stdout
    assert not (tmp_path / "w.pdf").exists()

"""The way out to the network: what is asked, what is refused, and what a verdict makes of it."""

import traceback
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from app.sample.authority import Issuer
from signing.evidence.fetching import Fetcher, FetchFailed
from signing.pades import SigningRefused
from signing.validation import validate
from tests.signing.conftest import NOW, MakeKey, SignFile
from tests.signing.responders import Responder, ocsp_answer, serving, timestamp_answer

DAY = timedelta(days=1)
LOOPBACK = Fetcher.allowing("127.0.0.0/8")


@pytest.fixture
def responder() -> Iterator[Responder]:
    with serving() as server:
        yield server


def test_loopback_is_reached_only_where_it_is_allowed(responder: Responder) -> None:
    responder.answers["/x"] = lambda _: b"data"
    assert LOOPBACK.get(responder.url("/x")) == b"data"
    with pytest.raises(FetchFailed, match="FETCH_ALLOW"):
        Fetcher().get(responder.url("/x"))
    assert responder.asked == ["/x"]


@pytest.mark.parametrize(
    "url",
    [
        "file:///etc/passwd",
        "ftp://127.0.0.1/x",
        "http://10.0.0.1/x",
        "http://169.254.169.254/latest",
        "http://[::1]/x",
        "http://[::ffff:127.0.0.1]/x",
        "http://localhost/x",
        "http://0.0.0.0/x",
        "http:///x",
        "nonsense",
        "http://127.0.0.1:99999/x",
    ],
)
def test_other_places_are_refused(url: str) -> None:
    with pytest.raises(FetchFailed):
        Fetcher().get(url)


def test_a_redirect_is_looked_at_anew(responder: Responder) -> None:
    responder.redirects["/away"] = "http://10.0.0.1/secret"
    responder.redirects["/loop"] = "/loop"
    responder.redirects["/near"] = "/x"
    responder.answers["/x"] = lambda _: b"data"
    assert LOOPBACK.get(responder.url("/near")) == b"data"
    for path in ("/away", "/loop"):
        with pytest.raises(FetchFailed):
            LOOPBACK.get(responder.url(path))


def test_an_answer_that_is_too_long_is_cut_off(responder: Responder) -> None:
    responder.answers["/big"] = lambda _: bytes(5000)
    with pytest.raises(FetchFailed, match="more than"):
        Fetcher(LOOPBACK.allowed, limit=1000).get(responder.url("/big"))


@pytest.mark.parametrize("secret", ["first\r\nsecond", "first\n", "first-thứ-hai"])
def test_a_header_that_cannot_be_sent_is_not_repeated(secret: str, responder: Responder) -> None:
    with pytest.raises(FetchFailed) as failed:
        LOOPBACK.exchange(responder.url("/x"), b"{}", {"Authorization": f"Bearer {secret}"})
    told = "".join(traceback.format_exception_only(failed.value))
    assert "127.0.0.1" in told
    assert not [word for word in ("first", "second", "Bearer", "\\u1ee9") if word in told]
    assert failed.value.__cause__ is None
    assert failed.value.__suppress_context__
    assert responder.asked == []


def test_a_revocation_list_is_fetched(
    responder: Responder, issuer: Issuer, make_key: MakeKey, sign_file: SignFile, trust: Path
) -> None:
    responder.answers["/a.crl"] = lambda _: issuer.revocation_list(NOW)
    signed = sign_file(key=make_key(crl_url=responder.url("/a.crl")))
    root = trust / "root.crt"
    assert validate(signed, anchors=[root]).verdict == "undetermined"
    assert validate(signed, anchors=[root], offline=False).verdict == "undetermined", (
        "loopback is not allowed"
    )
    report = validate(signed, anchors=[root], offline=False, fetcher=LOOPBACK)
    assert report.verdict == "valid"
    assert (report.signatures[0].revocation.status, report.signatures[0].revocation.source) == ("good", "crl")


@pytest.mark.parametrize(("revoked", "verdict"), [(None, "valid"), (NOW - DAY, "invalid")])
def test_an_ocsp_responder_is_asked(
    revoked: object,
    verdict: str,
    responder: Responder,
    issuer: Issuer,
    make_key: MakeKey,
    sign_file: SignFile,
    trust: Path,
) -> None:
    issued = issuer.issue(NOW, algorithm="ec", begins=NOW - 5 * DAY, ocsp_url=responder.url("/ocsp"))
    responder.answers["/ocsp"] = ocsp_answer(issuer, issued, NOW, revoked)  # type: ignore[arg-type]
    signed = sign_file(key=make_key(issued=issued))
    report = validate(signed, anchors=[trust / "root.crt"], offline=False, fetcher=LOOPBACK)
    assert report.verdict == verdict
    assert report.signatures[0].revocation.source == "ocsp"


def test_an_ocsp_answer_by_a_stranger_settles_nothing(
    responder: Responder,
    issuer: Issuer,
    stranger: Issuer,
    make_key: MakeKey,
    sign_file: SignFile,
    trust: Path,
) -> None:
    issued = issuer.issue(NOW, algorithm="ec", ocsp_url=responder.url("/ocsp"))
    responder.answers["/ocsp"] = ocsp_answer(stranger, issued, NOW)
    signed = sign_file(key=make_key(issued=issued))
    report = validate(signed, anchors=[trust / "root.crt"], offline=False, fetcher=LOOPBACK)
    assert report.verdict == "undetermined"
    assert report.signatures[0].revocation.status == "unknown"


def test_a_timestamp_proves_a_signature_beyond_its_certificate(
    responder: Responder, issuer: Issuer, make_key: MakeKey, sign_file: SignFile, trust: Path
) -> None:
    authority = issuer.issue(NOW, name="TSA MẪU", usage="timestamp")
    responder.answers["/tsa"] = timestamp_answer(issuer, authority, NOW)
    signed = sign_file(key=make_key(ends=NOW + DAY), level="B-T", tsa=responder.url("/tsa"), fetcher=LOOPBACK)
    report = validate(signed, anchors=[trust], at=NOW + 30 * DAY)
    assert report.verdict == "valid"
    signature = report.signatures[0]
    assert (signature.level, signature.best_time, signature.best_time_source) == ("B-T", NOW, "timestamp")
    assert signature.timestamps[0].trusted
    untrusted = validate(signed)
    assert not untrusted.signatures[0].timestamps[0].trusted
    assert untrusted.signatures[0].best_time_source == "validation"


def test_no_timestamp_no_signature(
    responder: Responder, make_key: MakeKey, sign_file: SignFile, tmp_path: Path
) -> None:
    responder.answers["/junk"] = lambda _: b"junk"
    for path in ("/none", "/junk"):
        with pytest.raises(SigningRefused) as refused:
            sign_file(level="B-T", tsa=responder.url(path), fetcher=LOOPBACK)
        assert refused.value.code == "tsa-failed"
    assert not list(tmp_path.glob("signed-*"))

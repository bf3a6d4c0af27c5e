"""Levels B-T, B-LT and B-LTA: each holds by what is in the file, or is not written."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from app.sample.authority import Issuer
from signing.evidence.fetching import Fetcher
from signing.marks.appearance import Appearance
from signing.pades import Level, SigningRefused
from signing.validation import validate
from tests import judges
from tests.signing.conftest import NOW, MakeKey, SignFile
from tests.signing.every_judge import stamps_of
from tests.signing.responders import Responder, ocsp_answer, serving, timestamp_answer

LOOPBACK = Fetcher.allowing("127.0.0.0/8")
HOUR = timedelta(hours=1)


@pytest.fixture
def responder(issuer: Issuer) -> Iterator[Responder]:
    with serving() as responder:
        authority = issuer.issue(NOW, name="TSA MẪU", usage="timestamp")
        responder.answers["/tsa"] = timestamp_answer(issuer, authority, NOW)
        yield responder


@pytest.mark.parametrize("level", ["B-LT", "B-LTA"])
@pytest.mark.parametrize("kind", ["rsa", "pss", "ec", "ec-384"])
def test_a_level_holds_with_the_anchor_alone(
    level: Level, kind: str, responder: Responder, make_key: MakeKey, sign_file: SignFile, trust: Path
) -> None:
    key = make_key(algorithm="rsa" if kind == "pss" else kind, pss=kind == "pss")
    signed = sign_file(key=key, level=level, tsa=responder.url("/tsa"), fetcher=LOOPBACK, trust=[trust])
    report = validate(signed, anchors=[trust / "root.crt"])
    assert report.verdict == "valid"
    levels = [s.level for s in report.signatures]
    assert levels == ([level, "DocTimeStamp"] if level == "B-LTA" else [level])
    assert report.signatures[0].revocation.status == "good"
    assert judges.intact_by_pdfsig(signed) == {"Signature1": True} | stamps_of(level)


def test_every_level_passes_eu_dss_and_stays_pdfa(
    responder: Responder, make_key: MakeKey, sign_file: SignFile, trust: Path
) -> None:
    levels = {"B-B": "B", "B-T": "T", "B-LT": "LT", "B-LTA": "LTA"}
    mark = Appearance("agency", "ỦY BAN NHÂN DÂN PHƯỜNG MẪU")
    kinds = [{"algorithm": "rsa"}, {"algorithm": "rsa", "pss": True}, {"algorithm": "ec"}]
    cases = [(level, make_key(**kind)) for level in levels for kind in [*kinds, {"algorithm": "ec-384"}]]
    signed = [
        sign_file(
            key=key, level=level, tsa=responder.url("/tsa"), fetcher=LOOPBACK, trust=[trust], appearance=mark
        )
        for level, key in cases
    ]
    assert [v["failed"] for v in judges.pdfa(signed)] == [[]] * len(signed)
    for (level, _), signatures in zip(cases, judges.signatures(signed, trust / "root.crt"), strict=True):
        assert {s["indication"] for s in signatures} == {"TOTAL-PASSED"}, signatures
        assert signatures[0]["level"] == f"PAdES-BASELINE-{levels[level]}"
    for (level, _), file in zip(cases, signed, strict=True):
        assert judges.intact_by_pdfsig(file) == {"Signature1": True} | stamps_of(level), file


def test_evidence_is_fetched_where_the_certificate_points_to(
    responder: Responder, issuer: Issuer, make_key: MakeKey, sign_file: SignFile, trust: Path
) -> None:
    issued = issuer.issue(NOW, algorithm="ec", ocsp_url=responder.url("/ocsp"))
    responder.answers["/ocsp"] = ocsp_answer(issuer, issued, NOW)
    signed = sign_file(
        key=make_key(issued=issued),
        level="B-LT",
        tsa=responder.url("/tsa"),
        fetcher=LOOPBACK,
        trust=[trust],
    )
    responder.answers.clear()
    assert validate(signed, anchors=[trust / "root.crt"]).verdict == "valid"


@pytest.mark.parametrize("level", ["B-T", "B-LT", "B-LTA"])
@pytest.mark.parametrize("ahead", [timedelta(minutes=-4), timedelta(seconds=30), timedelta(minutes=4)])
def test_clocks_of_authorities_may_differ_by_minutes(
    level: Level, ahead: timedelta, issuer: Issuer, make_key: MakeKey, sign_file: SignFile, trust: Path
) -> None:
    with serving() as responder:
        issued = issuer.issue(NOW - HOUR, algorithm="ec", ocsp_url=responder.url("/ocsp"))
        responder.answers["/ocsp"] = ocsp_answer(issuer, issued, NOW)
        stamping = issuer.issue(NOW - HOUR, name="TSA MẪU", usage="timestamp")
        responder.answers["/steady"] = timestamp_answer(issuer, stamping, NOW + ahead)
        once = timestamp_answer(issuer, stamping, NOW - ahead)
        responder.answers["/once"] = lambda asked: responder.answers.pop("/once") and once(asked)
        for first in ("/steady", "/once"):
            urls = ", ".join(responder.url(path) for path in (first, "/steady"))
            signed = sign_file(
                key=make_key(issued=issued), level=level, tsa=urls, fetcher=LOOPBACK, trust=[trust]
            )
            report = validate(signed, anchors=[trust])
            assert report.verdict == "valid", report.summary.en
            assert report.signatures[0].level == level
            assert report.signatures[0].best_time_source == "timestamp"


def test_a_clock_that_is_wrong_is_told(
    responder: Responder, issuer: Issuer, sign_file: SignFile, trust: Path
) -> None:
    """It was said that evidence was missing, of which all was there."""
    stamping = issuer.issue(NOW, name="TSA MẪU", usage="timestamp")
    responder.answers["/tsa"] = timestamp_answer(issuer, stamping, NOW + HOUR)
    for level in ("B-LT", "B-LTA"):
        with pytest.raises(SigningRefused) as refused:
            sign_file(level=level, tsa=responder.url("/tsa"), fetcher=LOOPBACK, trust=[trust])
        assert refused.value.code == "clocks-differ"


def test_a_level_that_does_not_hold_is_not_written(
    responder: Responder, issuer: Issuer, make_key: MakeKey, sign_file: SignFile, trust: Path, tmp_path: Path
) -> None:
    issued = issuer.issue(NOW, algorithm="ec")
    lists = tmp_path / "revoked.crl"
    lists.write_bytes(issuer.revocation_list(NOW, [(issued.certificate, NOW - HOUR)]))
    cases = {
        "no-trust": [],
        "evidence-missing": [trust / "root.crt"],
        "certificate-revoked": [trust, lists],
    }
    for code, given in cases.items():
        for level in ("B-LT", "B-LTA"):
            with pytest.raises(SigningRefused) as refused:
                sign_file(
                    key=make_key(issued=issued),
                    level=level,
                    tsa=responder.url("/tsa"),
                    fetcher=LOOPBACK,
                    trust=given,
                )
            assert refused.value.code == code
    assert not list(tmp_path.glob("signed-*"))


def test_another_authority_is_asked_where_one_fails(
    responder: Responder, sign_file: SignFile, trust: Path, issuer: Issuer
) -> None:
    answer = timestamp_answer(issuer, issuer.issue(NOW, name="TSA MẪU", usage="timestamp"), NOW)
    kept: list[bytes] = []
    responder.answers["/junk"] = lambda _: b"junk"
    responder.answers["/replayed"] = lambda asked: kept[0] if kept else kept.append(answer(asked)) or kept[0]
    names = ["/none", "/junk", "/replayed", "/tsa"]
    urls = ", ".join(responder.url(path) for path in names)
    for _ in range(2):
        responder.asked.clear()
        signed = sign_file(level="B-T", tsa=urls, fetcher=LOOPBACK)
        assert validate(signed, anchors=[trust]).signatures[0].level == "B-T"
    assert responder.asked == names, "an answer to another question counts for nothing"


def test_every_level_but_the_first_needs_an_authority(sign_file: SignFile, trust: Path) -> None:
    for level in ("B-T", "B-LT", "B-LTA"):
        with pytest.raises(SigningRefused) as refused:
            sign_file(level=level, trust=[trust])
        assert refused.value.code == "no-tsa"


@pytest.mark.parametrize("level", ["B-B", "B-T", "B-LT", "B-LTA"])
@pytest.mark.parametrize("kind", ["rsa", "pss", "ec", "ec-384"])
def test_pyhankos_own_ades_validation_passes(
    level: Level, kind: str, responder: Responder, make_key: MakeKey, sign_file: SignFile, trust: Path
) -> None:
    key = make_key(algorithm="rsa" if kind == "pss" else kind, pss=kind == "pss")
    signed = sign_file(key=key, level=level, tsa=responder.url("/tsa"), fetcher=LOOPBACK, trust=[trust])
    assert judges.ades(signed, trust / "root.crt", level) == "PASSED"
    assert judges.intact_by_pdfsig(signed) == {"Signature1": True} | stamps_of(level)

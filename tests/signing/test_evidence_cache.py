"""The cache of what was fetched: it saves asking, is never trusted, and never holds back a fresher answer."""

from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path

from app.sample.authority import Issuer
from signing.evidence.evidence_cache import HOUR, EvidenceCache
from signing.evidence.fetching import Fetcher
from signing.evidence.gathering import complete
from signing.reports.report import Report
from signing.validation import validate
from tests.signing.conftest import NOW, MakeKey, SignFile
from tests.signing.responders import Responder, serving

LOOPBACK = Fetcher.allowing("127.0.0.0/8")
DAY = timedelta(days=1)


def _judged(signed: Path, root: Path, cache: EvidenceCache) -> Report:
    def look(evidence: Sequence[Path], _: float) -> Report:
        return validate(signed, anchors=[root], evidence=evidence)

    return complete(look, lambda r: [w for s in r.signatures for w in s.wants], LOOPBACK, 60.0, cache)


def _signed(responder: Responder, make_key: MakeKey, sign_file: SignFile) -> Path:
    return sign_file(key=make_key(crl_url=responder.url("/a.crl")))


def test_a_list_is_asked_for_once(
    issuer: Issuer, make_key: MakeKey, sign_file: SignFile, trust: Path, tmp_path: Path
) -> None:
    cache = EvidenceCache(tmp_path / "cache")
    with serving() as responder:
        responder.answers["/a.crl"] = lambda _: issuer.revocation_list(NOW)
        signed = _signed(responder, make_key, sign_file)
        assert _judged(signed, trust / "root.crt", cache).verdict == "valid"
        assert _judged(signed, trust / "root.crt", cache).verdict == "valid"
        assert responder.asked == ["/a.crl"]


def test_what_does_not_settle_is_asked_for_anew(
    issuer: Issuer, stranger: Issuer, make_key: MakeKey, sign_file: SignFile, trust: Path, tmp_path: Path
) -> None:
    """A list that has run out lies in the cache, then one that somebody else wrote."""
    cache = EvidenceCache(tmp_path / "cache")
    with serving() as responder:
        responder.answers["/a.crl"] = lambda _: issuer.revocation_list(NOW)
        signed = _signed(responder, make_key, sign_file)
        stale = issuer.revocation_list(NOW - 9 * DAY, until=NOW - 8 * DAY)
        for useless in (stale, stranger.revocation_list(NOW), b"junk"):
            cache.put(responder.url("/a.crl"), b"", ".crl", useless)
            assert _judged(signed, trust / "root.crt", cache).verdict == "valid"
        assert responder.asked == ["/a.crl"] * 3


def test_nothing_in_it_is_trusted(
    stranger: Issuer, make_key: MakeKey, sign_file: SignFile, trust: Path, tmp_path: Path
) -> None:
    cache = EvidenceCache(tmp_path / "cache")
    stranger.write_trust(cache.folder, NOW)
    signed = sign_file(key=make_key(by=stranger))
    assert validate(signed, anchors=[trust], evidence=[cache.folder]).verdict == "undetermined"


def test_answers_expire(tmp_path: Path) -> None:
    clock = [1_000_000.0]
    cache = EvidenceCache(tmp_path, now=lambda: clock[0])
    cache.put("http://a", b"q", ".ocsp", b"answer")
    assert cache.get("http://a", b"q", ".ocsp") == b"answer"
    assert cache.get("http://a", b"other", ".ocsp") is None
    clock[0] += HOUR + 1
    assert cache.get("http://a", b"q", ".ocsp") is None


def test_a_disk_that_fails_is_an_empty_cache(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    cache = EvidenceCache(tmp_path / "file" / "cache")
    cache.put("http://a", b"", ".crl", b"answer")
    assert cache.get("http://a", b"", ".crl") is None

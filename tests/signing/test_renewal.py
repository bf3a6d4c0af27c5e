"""Renewal: a document outlives the certificates of its timestamps, if somebody sees to it in time."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from app.sample.authority import Issued, Issuer, new_issuer
from signing.evidence.fetching import Fetcher
from signing.pdf.parsing import Unreadable
from signing.refusals import SigningRefused
from signing.renewal import renew, weakens_at
from signing.validation import validate
from tests import judges
from tests.signing import documents, long_lived
from tests.signing import handwritten as by_hand
from tests.signing.conftest import NOW
from tests.signing.responders import Responder, serving, timestamp_answer

DAY = timedelta(days=1)
LOOPBACK = Fetcher.allowing("127.0.0.0/8")


class Years:
    """An issuer whose list stands at an address, and a timestamp authority that is renewed now and then."""

    def __init__(self, place: Path, responder: Responder) -> None:
        self.place = place
        self.responder = responder
        self.issuer: Issuer = new_issuer(NOW, "ec")
        self.root = place / "trust" / "root.crt"
        self.issuer.write_trust(place / "trust", NOW)
        (place / "trust" / "issuing.crl").unlink()
        self.at(NOW)

    def at(self, moment: datetime) -> None:
        """The authority publishes a new list, which is good for a week."""
        made = self.issuer.revocation_list(moment, until=moment + 7 * DAY)
        self.responder.answers["/issuing.crl"] = lambda _: made

    def issued(self, days: int, *, usage: str = "timestamp") -> Issued:
        return self.issuer.issue(
            NOW,
            algorithm="ec" if usage == "sign" else "rsa",
            usage=usage,  # type: ignore[arg-type]
            ends=NOW + days * DAY,
            crl_url=self.responder.url("/issuing.crl"),
        )

    def stamping(self, authority: Issued, moment: datetime) -> None:
        self.responder.answers["/tsa"] = timestamp_answer(self.issuer, authority, moment)

    def renewed(self, source: Path, moment: datetime) -> Path:
        target = self.place / f"renewed-{source.name}"
        renew(
            source,
            target,
            now=moment,
            tsa=self.responder.url("/tsa"),
            fetcher=LOOPBACK,
            trust=[self.place / "trust"],
        )
        return target

    def verdict(self, document: Path, at: datetime) -> str:
        return validate(document, anchors=[self.root], at=at).verdict


@pytest.fixture
def years(tmp_path: Path) -> Iterator[Years]:
    with serving() as responder:
        yield Years(tmp_path, responder)


@pytest.fixture
def stamped(years: Years, tmp_path: Path) -> Path:
    """Signed by a certificate of 10 days at B-T, by an authority of 20 days."""
    signer, first = years.issued(10, usage="sign"), years.issued(20)
    path = tmp_path / "document.pdf"
    stamper = long_lived.authority(years.issuer, first, NOW)
    path.write_bytes(long_lived.sign(years.issuer, signer, stamper, NOW))
    return path


def test_when_a_document_weakens(stamped: Path, years: Years, tmp_path: Path) -> None:
    assert weakens_at(stamped) == NOW + 20 * DAY
    archive = long_lived.archive(
        stamped.read_bytes(), long_lived.authority(years.issuer, years.issued(40), NOW)
    )
    archived = tmp_path / "archived.pdf"
    archived.write_bytes(archive)
    assert weakens_at(archived) == NOW + 40 * DAY, "the newest timestamp covers the earlier one"
    plain = tmp_path / "plain.pdf"
    plain.write_bytes(documents.paper(1))
    assert weakens_at(plain) is None


def test_an_unreadable_document_is_told_from_one_without_a_timestamp(stamped: Path, tmp_path: Path) -> None:
    """Else it would never be renewed, and nobody would know. A header that comes late is no reason."""
    late = tmp_path / "late.pdf"
    late.write_bytes(by_hand.document(head=b"\n\n" + by_hand.HEAD).data)
    assert weakens_at(late) is None
    for data in (b"", b"no document", stamped.read_bytes()[:-400]):
        (tmp_path / "broken.pdf").write_bytes(data)
        with pytest.raises(Unreadable):
            weakens_at(tmp_path / "broken.pdf")


def test_a_document_outlives_what_it_was_made_with(stamped: Path, years: Years) -> None:
    assert years.verdict(stamped, NOW + 30 * DAY) != "valid"
    years.stamping(years.issued(40), NOW)
    once = years.renewed(stamped, NOW)
    assert once.read_bytes().startswith(stamped.read_bytes()), "what was signed stays byte for byte"
    assert weakens_at(once) == NOW + 40 * DAY
    assert years.verdict(once, NOW + 30 * DAY) == "valid"
    assert years.verdict(once, NOW + 50 * DAY) != "valid"
    years.stamping(years.issued(400), NOW)
    twice = years.renewed(once, NOW)
    assert twice.read_bytes().startswith(once.read_bytes())
    assert years.verdict(twice, NOW + 200 * DAY) == "valid"
    levels = [s.level for s in validate(twice, anchors=[years.root]).signatures]
    assert levels == ["B-LTA", "DocTimeStamp", "DocTimeStamp"]


def test_other_verifiers_agree(stamped: Path, years: Years) -> None:
    years.stamping(years.issued(400), NOW)
    twice = years.renewed(years.renewed(stamped, NOW), NOW)
    (signatures,) = judges.signatures([twice], years.root)
    assert {s["indication"] for s in signatures} == {"TOTAL-PASSED"}, signatures
    assert signatures[0]["level"] == "PAdES-BASELINE-LTA"
    stamps = {f"Timestamp{number}": None for number in (1, 2)}  # which pdfsig lists and does not verify
    assert judges.intact_by_pdfsig(twice) == {"Signature1": True} | stamps


def test_a_renewal_that_cannot_hold_is_not_written(stamped: Path, years: Years, tmp_path: Path) -> None:
    years.stamping(years.issued(400), NOW)
    cases = {"tsa-failed": "/tsa", "evidence-missing": "/issuing.crl"}
    for code, path in cases.items():
        answer = years.responder.answers.pop(path)
        with pytest.raises(SigningRefused) as refused:
            years.renewed(stamped, NOW)
        assert refused.value.code == code
        years.responder.answers[path] = answer
    broken = tmp_path / "broken.pdf"
    broken.write_bytes(stamped.read_bytes().replace(b"/MediaBox", b"/MediaBux", 1))
    with pytest.raises(SigningRefused) as refused:
        years.renewed(broken, NOW)
    assert refused.value.code == "unsound-signature"
    assert not list(tmp_path.glob("renewed-*"))


def test_a_revoked_authority_is_told(stamped: Path, years: Years) -> None:
    authority = years.issued(400)
    years.stamping(authority, NOW)
    revoked = years.issuer.revocation_list(NOW, [(authority.certificate, NOW - DAY)])
    years.responder.answers["/issuing.crl"] = lambda _: revoked
    with pytest.raises(SigningRefused) as refused:
        years.renewed(stamped, NOW)
    assert refused.value.code == "certificate-revoked"

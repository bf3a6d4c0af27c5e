"""Past validation: what has expired or was revoked since is judged at the time that timestamps prove."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from asn1crypto import ocsp as asn1_ocsp
from asn1crypto.core import GeneralizedTime, ParsableOctetString
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509 import ocsp

from app.sample.authority import Issued, Issuer, new_issuer
from signing.keys.references import SigningKey
from signing.reports.report import Report, Step
from signing.validation import validate
from tests.signing import handwritten as by_hand
from tests.signing import long_lived
from tests.signing.conftest import NOW, MakeKey
from tests.signing.handwritten import Draft, Written

DAY = timedelta(days=1)
YEAR = 365 * DAY
NOWHERE = "http://crl.example.invalid/issuing.crl"


@dataclass(frozen=True)
class World:
    """One signer and three timestamp authorities; their certificates end after 10, 20, 40 and 400 days."""

    issuer: Issuer
    signer: Issued
    first: Issued
    second: Issued
    third: Issued
    root: Path
    place: Path

    def signed(self) -> bytes:
        """Signed and stamped now, by pyHanko."""
        stamper = long_lived.authority(self.issuer, self.first, NOW + timedelta(minutes=1))
        return long_lived.sign(self.issuer, self.signer, stamper, NOW)

    def stored(self, *, written: datetime = NOW, until: datetime = NOW + DAY) -> bytes:
        return long_lived.store(
            self.signed(), self.issuer, [self.issuer.revocation_list(written, until=until)]
        )

    def archived(self, data: bytes, by: Issued, at: datetime) -> bytes:
        return long_lived.archive(data, long_lived.authority(self.issuer, by, at))

    def judged(self, data: bytes, at: datetime, *more: Path) -> Report:
        path = self.place / "judged.pdf"
        path.write_bytes(data)
        return validate(path, anchors=[self.root, *more], at=at)

    def list_of(self, now: datetime, *revoked: tuple[Issued, datetime], **options: object) -> Path:
        path = self.place / "given.crl"
        entries = [(issued.certificate, when) for issued, when in revoked]
        path.write_bytes(self.issuer.revocation_list(now, entries, **options))  # type: ignore[arg-type]
        return path


@pytest.fixture
def world(tmp_path: Path) -> World:
    issuer = new_issuer(NOW, "ec")
    root = tmp_path / "root.crt"
    root.write_bytes(issuer.root.certificate.public_bytes(Encoding.DER))

    def stamps(days: int) -> Issued:
        return issuer.issue(NOW, usage="timestamp", ends=NOW + days * DAY, crl_url=NOWHERE)

    return World(
        issuer,
        issuer.issue(NOW, algorithm="ec", ends=NOW + 10 * DAY, crl_url=NOWHERE),
        stamps(20),
        stamps(40),
        stamps(400),
        root,
        tmp_path,
    )


def _steps(report: Report) -> dict[str, Step]:
    return {step.name: step for step in report.signatures[0].steps}


def test_expired_since_but_stamped_before(world: World) -> None:
    report = world.judged(world.stored(), NOW + 15 * DAY)
    assert report.verdict == "valid", report.summary.en
    assert report.signatures[0].best_time_source == "timestamp"
    past = _steps(report)["past"]
    assert (past.outcome, past.note and past.note.code) == ("passed", "past-proven")
    assert _steps(report)["long-term"].note.code == "archive-none"  # type: ignore[union-attr]


def test_a_time_that_has_not_come_proves_nothing(world: World) -> None:
    """The clock of a timestamp authority that goes ahead: its time was told as that of the signature."""
    ahead = long_lived.authority(world.issuer, world.first, NOW + 9 * DAY)
    signed = long_lived.sign(world.issuer, world.signer, ahead, NOW)
    given = world.list_of(NOW, until=NOW + 9 * DAY)
    (found,) = world.judged(signed, NOW, given).signatures
    assert "timestamp-ahead" in [w.code for w in found.warnings]
    assert (found.best_time_source, found.best_time) == ("validation", NOW)
    archived = world.archived(world.signed(), world.first, NOW + 9 * DAY)
    report = world.judged(archived, NOW, given)
    assert report.verdict == "undetermined"
    stamp = next(s for s in report.signatures if s.level == "DocTimeStamp")
    assert (stamp.sub_indication, stamp.reason and stamp.reason.code) == (
        "TIMESTAMP_ORDER_FAILURE",
        "timestamp-ahead",
    )


def test_the_proof_ends_with_the_certificate_of_its_authority(world: World) -> None:
    report = world.judged(world.stored(), NOW + 25 * DAY)
    assert report.verdict == "undetermined"
    assert "timestamp-expired" in [w.code for w in report.signatures[0].warnings]
    assert report.signatures[0].sub_indication == "OUT_OF_BOUNDS_NO_POE"
    assert _steps(report)["revocation"].outcome == "not-checked"
    assert _steps(report)["past"].outcome == "undetermined"


def test_a_document_timestamp_carries_on(world: World) -> None:
    archived = world.archived(world.stored(), world.second, NOW + 5 * DAY)
    given = world.list_of(NOW + 24 * DAY, until=NOW + 30 * DAY)
    report = world.judged(archived, NOW + 25 * DAY, given)
    assert report.verdict == "valid", report.summary.en
    assert report.signatures[0].level == "B-LTA"
    assert _steps(report)["long-term"].outcome == "passed"


def test_a_chain_of_document_timestamps(world: World) -> None:
    """The first archive authority has expired too; its standing then is stored, and a third preserves it."""
    archived = world.archived(world.stored(), world.second, NOW + 5 * DAY)
    renewed = long_lived.store(
        archived, world.issuer, [world.issuer.revocation_list(NOW + 6 * DAY, until=NOW + 7 * DAY)]
    )
    chained = world.archived(renewed, world.third, NOW + 30 * DAY)
    later = NOW + 100 * DAY
    report = world.judged(chained, later, world.list_of(later, until=later + DAY))
    assert report.verdict == "valid", report.summary.en
    assert [s.level for s in report.signatures] == ["B-LTA", "DocTimeStamp", "DocTimeStamp"]
    unpreserved = world.judged(archived, later, world.list_of(later, until=later + DAY))
    assert unpreserved.verdict == "undetermined"
    assert _steps(unpreserved)["long-term"].outcome == "undetermined"


def test_a_renewal_that_came_too_late_proves_nothing(world: World) -> None:
    """Stamped anew only after the authority of the first stamp had expired."""
    late = world.archived(world.stored(), world.third, NOW + 30 * DAY)
    later = NOW + 100 * DAY
    report = world.judged(late, later, world.list_of(later, until=later + DAY))
    assert report.verdict == "undetermined"
    assert "timestamp-expired" in [w.code for w in report.signatures[0].warnings]


def test_revoked_since_but_stamped_before(world: World) -> None:
    given = world.list_of(NOW + 6 * DAY, (world.signer, NOW + 5 * DAY))
    report = world.judged(world.stored(), NOW + 6 * DAY, given)
    assert report.verdict == "valid"
    (since,) = [w.text for w in report.signatures[0].warnings if w.code == "revoked-after"]
    assert since.vi in report.summary.vi
    assert since.en in report.summary.en
    assert _steps(report)["past"].note.code == "past-proven"  # type: ignore[union-attr]


def _said_later(world: World, revoked: Issued, since: datetime, answer: str) -> Path:
    """A list or an OCSP answer that revokes it on the fifth day, as not to be relied on `since` a day."""
    when, written, until = NOW + 5 * DAY, NOW + 6 * DAY, NOW + 30 * DAY
    given, author = world.place / f"said.{answer}", world.issuer.issuing
    if answer == "crl":
        entry = x509.RevokedCertificateBuilder().serial_number(revoked.certificate.serial_number)
        entry = entry.add_extension(x509.CRLReason(x509.ReasonFlags.superseded), critical=False)
        entry = entry.revocation_date(when).add_extension(x509.InvalidityDate(since), critical=False)
        made = x509.CertificateRevocationListBuilder().issuer_name(author.certificate.subject)
        made = made.last_update(written).next_update(until).add_revoked_certificate(entry.build())
        given.write_bytes(made.sign(author.key, hashes.SHA256()).public_bytes(Encoding.DER))
        return given
    reply = ocsp.OCSPResponseBuilder().add_response(
        revoked.certificate,
        author.certificate,
        hashes.SHA1(),
        ocsp.OCSPCertStatus.REVOKED,
        written,
        until,
        when,
        x509.ReasonFlags.key_compromise,
    )
    reply = reply.responder_id(ocsp.OCSPResponderEncoding.HASH, author.certificate)
    told = asn1_ocsp.OCSPResponse.load(reply.sign(author.key, hashes.SHA256()).public_bytes(Encoding.DER))
    basic = told["response_bytes"]["response"].parsed
    extension = {"extn_id": "2.5.29.24", "extn_value": GeneralizedTime(since)}
    basic["tbs_response_data"]["responses"][0]["single_extensions"] = [extension]
    basic["signature"] = author.key.sign(basic["tbs_response_data"].dump(), ec.ECDSA(hashes.SHA256()))
    told["response_bytes"]["response"] = ParsableOctetString(basic.dump())
    given.write_bytes(told.dump())
    return given


@pytest.mark.parametrize("answer", ["crl", "ocsp"])
@pytest.mark.parametrize(("days", "verdict"), [(2, "valid"), (-2, "undetermined")])
def test_revoked_since_but_not_to_be_relied_on_before(
    world: World, days: int, verdict: str, answer: str
) -> None:
    """The issuer revokes on one day and says that the key was known to others from another one on."""
    said = _said_later(world, world.signer, NOW + days * DAY, answer)
    report = world.judged(world.stored(), NOW + 6 * DAY, said)
    assert report.verdict == verdict
    signature = report.signatures[0]
    if verdict == "valid":
        assert "revoked-after" in [w.code for w in signature.warnings]
    else:
        assert signature.sub_indication == "REVOKED_NO_POE"
        assert signature.reason
        assert signature.reason.code == "revoked-suspect"


@pytest.mark.parametrize(("days", "verdict"), [(2, "valid"), (-2, "undetermined")])
def test_a_timestamp_authority_not_to_be_relied_on(world: World, days: int, verdict: str) -> None:
    said = _said_later(world, world.first, NOW + days * DAY, "crl")
    assert world.judged(world.stored(), NOW + 15 * DAY, said).verdict == verdict


@pytest.mark.parametrize(
    ("reason", "verdict"),
    [
        (x509.ReasonFlags.cessation_of_operation, "valid"),
        (x509.ReasonFlags.key_compromise, "undetermined"),
    ],
)
def test_a_revoked_timestamp_authority(world: World, reason: x509.ReasonFlags, verdict: str) -> None:
    """RFC 3161, 4: after a compromise no token can be told from a forged one."""
    given = world.list_of(NOW + 13 * DAY, (world.first, NOW + 12 * DAY), reason=reason)
    assert world.judged(world.stored(), NOW + 15 * DAY, given).verdict == verdict


def test_lists_forget_what_has_expired(world: World) -> None:
    """A list of today does not name the certificate that expired; that says nothing of it."""
    given = world.list_of(NOW + 12 * DAY)
    report = world.judged(world.signed(), NOW + 15 * DAY, given)
    assert report.verdict == "undetermined"
    assert report.signatures[0].sub_indication == "REVOCATION_OUT_OF_BOUNDS_NO_POE"
    assert _steps(report)["revocation"].outcome == "undetermined"


def test_a_stored_list_from_before_the_signature_settles_nothing(world: World) -> None:
    data = world.stored(written=NOW - 3 * DAY, until=NOW - 2 * DAY)
    assert world.judged(data, NOW + DAY).verdict == "undetermined"


def test_what_an_expired_authority_signed_counts_only_where_it_is_proven_to_be_old(world: World) -> None:
    """Whoever gets hold of the key of an authority that is gone can write lists of any date."""
    after = NOW + 21 * YEAR  # the issuing authority and its root lived for twenty
    successor = new_issuer(NOW + 19 * YEAR, "ec")
    anchor = world.place / "successor.crt"
    anchor.write_bytes(successor.root.certificate.public_bytes(Encoding.DER))
    renews = successor.issue(NOW + 19 * YEAR, usage="timestamp")
    first = world.issuer.issue(NOW, usage="timestamp", ends=NOW + 20 * YEAR - DAY)
    stamper = long_lived.authority(world.issuer, first, NOW + timedelta(minutes=1))
    bare = long_lived.sign(world.issuer, world.signer, stamper, NOW)
    lists = [world.issuer.revocation_list(NOW, until=NOW + DAY)]
    second = long_lived.authority(successor, renews, NOW + 19 * YEAR)
    kept = long_lived.archive(long_lived.store(bare, world.issuer, lists), second)
    report = world.judged(kept, after, anchor)
    assert report.verdict == "valid", report.summary.en
    stored_later = long_lived.store(long_lived.archive(bare, second), world.issuer, lists)
    assert world.judged(stored_later, after, anchor).verdict == "undetermined"


def _backdated(world: World, key: SigningKey) -> bytes:
    """A document with an empty field and an object stream; a document timestamp; and then a signature, which
    is put into that object stream by writing the stream anew. By the tables it is as old as the document."""
    field, value, container = 6, 7, 8
    place = b"<</Type/Annot/Subtype/Widget/FT/Sig/T(Signature1)/F 132/Rect[0 0 0 0]/P 3 0 R%s>>"
    form = b"/AcroForm<</Fields[%d 0 R]/SigFlags 3>>" % field

    def packed(body: bytes) -> bytes:
        head = b"%d 0 " % value
        return by_hand.stream(head + body, b"/Type/ObjStm/N 1/First %d" % len(head))

    def table(draft: Draft) -> bytes:
        return by_hand.table_stream(replace(draft, packed={value: (container, 0)}))

    objects = by_hand.base(form, b"/Annots[%d 0 R]" % field) | {
        field: place % b"",
        container: packed(b"<<>>"),
    }
    plain = by_hand.updated(Written(by_hand.HEAD), objects, table)
    stamped = world.archived(plain.data, world.second, NOW + 5 * DAY)
    last = int(stamped[stamped.rindex(b"startxref") + 9 :].split()[0])
    later = {field: place % (b"/V %d 0 R" % value), container: packed(by_hand.signature())}
    return by_hand.signed(
        key, by_hand.updated(Written(stamped, last, plain.size + 50), later, by_hand.table_stream)
    ).data


def test_a_signature_is_not_older_than_the_bytes_that_hold_it(world: World, make_key: MakeKey) -> None:
    """Whoever finds the key of a certificate that has ended cannot sign under an earlier timestamp."""
    data = _backdated(world, make_key(world.issuer, world.signer))
    report = world.judged(data, NOW + 15 * DAY, world.list_of(NOW, until=NOW + 30 * DAY))
    found = {signature.level: signature for signature in report.signatures}
    assert found["DocTimeStamp"].indication == "TOTAL-PASSED", report.summary.en
    assert found["B-B"].best_time_source != "timestamp", "the timestamp was there before it"
    assert found["B-B"].indication == "TOTAL-FAILED"
    assert [s.level for s in report.signatures] == ["DocTimeStamp", "B-B"]

"""Signing and renewing at every level by children without a network: real timestamps, lists and answers."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from pydantic import SecretStr

from app import agent_signing, batch_signing, renewing, workflow
from app.audit import SERVICE, Action
from app.batch_signing import Consent
from app.confinement.sandboxed_signing import wanted_level
from app.people import Person
from app.ports import SigningOrder, Unlock
from app.records import Record, Seal, Status
from app.sample.authority import Issuer, new_issuer
from signing.keys.references import open_key
from signing.pades import sign
from signing.refusals import SigningRefused
from signing.validation import validate
from tests.app.batches import actions, confirmed, with_settings
from tests.app.front import HERE, open_desk
from tests.signing.conftest import NOW
from tests.signing.responders import Responder, ocsp_answer, serving, timestamp_answer

SECRET = "mật khẩu thử"
DAY = timedelta(days=1)


class Office:
    """A desk whose authority answers on loopback: its list and its timestamps come over the network."""

    def __init__(self, place: Path, responder: Responder) -> None:
        self.place, self.responder = place, responder
        self.issuer: Issuer = new_issuer(NOW, "ec")
        self.trust = place / "trust"
        self.issuer.write_trust(self.trust, NOW)
        made = (self.trust / "issuing.crl").read_bytes()
        (self.trust / "issuing.crl").unlink()  # to be had from where the certificates say alone
        responder.answers["/issuing.crl"] = lambda _: made
        self.stamping(days=400)
        self.desk = with_settings(
            open_desk(place / "data", trust=self.trust),
            tsa=responder.url("/tsa"),
            fetch_allow="127.0.0.0/8",
            seal_passphrases={HERE: SecretStr(SECRET)},
        )
        self._keys()

    def _keys(self) -> None:
        services, url = self.desk.services, self.responder.url
        official = self.issuer.issue(NOW, algorithm="ec", ocsp_url=url("/ocsp"))
        self.responder.answers["/ocsp"] = ocsp_answer(self.issuer, official, NOW)
        seal = self.issuer.issue(
            NOW, name="ỦY BAN NHÂN DÂN XÃ MẪU", algorithm="ec", crl_url=url("/issuing.crl")
        )
        for name, issued in (("official", official), ("seal", seal)):
            (self.place / f"{name}.p12").write_bytes(self.issuer.bundle(issued, SECRET))
        person = replace(self.official, signing_key=f"file:{self.place / 'official.p12'}")
        services.people.save(person)
        services.agencies.save(
            replace(services.agencies.get(HERE), seal_key=f"file:{self.place / 'seal.p12'}")
        )

    def stamping(self, days: int) -> None:
        """A timestamp authority whose certificate ends after so many days."""
        authority = self.issuer.issue(
            NOW,
            name="TSA MẪU",
            usage="timestamp",
            ends=NOW + days * DAY,
            crl_url=self.responder.url("/issuing.crl"),
        )
        self.responder.answers["/tsa"] = timestamp_answer(self.issuer, authority, NOW)

    @property
    def official(self) -> Person:
        return self.desk.services.people.get("official")

    def file(self, record: Record) -> Path:
        signed = self.desk.services.records.get(record.id).signed
        assert signed
        path = self.place / f"{signed}.pdf"
        with self.desk.services.objects.open(signed) as stored:
            path.write_bytes(stored.read())
        return path

    def levels(self, record: Record) -> list[str | None]:
        """Of a document that is valid with the root alone, years later too."""
        report = validate(self.file(record), anchors=[self.trust / "root.crt"])
        assert report.verdict == "valid"
        return [one.level for one in report.signatures]


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    with serving() as responder:
        yield Office(tmp_path, responder)


@pytest.mark.parametrize(
    ("level", "found"),
    [("", ["B-LTA", "DocTimeStamp"]), ("B-T", ["B-T"]), ("B-LT", ["B-LT"]), ("B-B", ["B-B"])],
)
def test_the_highest_level_that_the_settings_allow_or_the_one_they_name(
    office: Office, level: str, found: list[str]
) -> None:
    desk = with_settings(office.desk, signing_level=level)
    (record,) = confirmed(desk.services, 1)
    workflow.sign(desk.services, office.official, record.id, SECRET)
    told = desk.services.history.of(record.id)[-1]
    assert (told.action, told.details["level"]) == (Action.SIGNED, found[0])
    report = validate(office.file(record), anchors=[office.trust])
    assert [one.level for one in report.signatures] == found
    until = desk.services.records.get(record.id).archive_until
    assert until == (NOW + 400 * DAY if level != "B-B" else None)


def test_what_settings_allow(office: Office, tmp_path: Path) -> None:
    settings = office.desk.settings
    assert wanted_level(settings) == "B-LTA"
    assert wanted_level(settings, followed=True) == "B-LT"
    assert wanted_level(settings.model_copy(update={"tsa": ""})) == "B-B"
    nobody = settings.model_copy(update={"trust": tmp_path / "nobody"})
    assert wanted_level(nobody) == "B-T"


def test_a_level_that_is_not_reached_is_refused_and_not_lowered(office: Office) -> None:
    services = office.desk.services
    (record,) = confirmed(services, 1)
    for path, code in (("/tsa", "tsa-failed"), ("/issuing.crl", "evidence-missing")):
        answer = office.responder.answers.pop(path)
        with pytest.raises(SigningRefused) as refused:
            workflow.sign(services, office.official, record.id, SECRET)
        assert refused.value.code == code
        assert services.records.get(record.id).status is Status.CONFIRMED
        assert services.history.of(record.id)[-1].details["code"] == code
        office.responder.answers[path] = answer
    workflow.sign(services, office.official, record.id, SECRET)
    assert office.levels(record) == ["B-LTA", "DocTimeStamp"]


def test_a_child_gets_only_what_the_settings_let_it_have(office: Office) -> None:
    """Without FETCH_ALLOW nothing on loopback is reached, whatever the child asks for."""
    closed = with_settings(office.desk, fetch_allow="")
    (record,) = confirmed(closed.services, 1)
    office.responder.asked.clear()
    with pytest.raises(SigningRefused) as refused:
        workflow.sign(closed.services, office.official, record.id, SECRET)
    assert refused.value.code == "certificate-unknown"
    assert office.responder.asked == []


def test_the_archive_timestamp_comes_with_the_seal(office: Office) -> None:
    services = office.desk.services
    records = confirmed(services, 3)
    consent = Consent({one.id: one.version for one in records}, "", seal=True)
    batch = batch_signing.begin(services, office.official, consent)
    office.responder.asked.clear()
    with batch_signing.unlocked(services, batch, Unlock(SECRET)) as key:
        batch_signing.work_off(services, batch.id, key, 2, lambda: True)
    for record in records:
        assert office.levels(record) == ["B-LTA", "B-LTA", "DocTimeStamp"], "one timestamp covers both"
        assert [e.details["level"] for e in services.history.of(record.id)[-2:]] == ["B-LT", "B-LTA"]
        assert services.records.get(record.id).seal is Seal.SEALED
    lists = office.responder.asked.count("/issuing.crl")
    assert lists <= 2, "what was fetched for one document serves the others"


def test_archive_timestamps_are_renewed_in_time(office: Office) -> None:
    services = office.desk.services
    office.stamping(days=100)
    soon, later = confirmed(services, 2)
    workflow.sign(services, office.official, soon.id, SECRET)
    office.stamping(days=800)
    workflow.sign(services, office.official, later.id, SECRET)
    (found,) = renewing.due(services, months=6)
    assert found.id == soon.id
    before = services.records.get(soon.id)
    assert before.signed
    first = office.file(soon).read_bytes()
    for _ in range(2):  # a step may run twice
        renewing.renew(services, soon.id, before.signed)
    after = services.records.get(soon.id)
    assert after.archive_until == NOW + 800 * DAY
    assert (after.status, after.version) == (Status.SIGNED, before.version + 1)
    assert office.file(soon).read_bytes().startswith(first)
    assert office.levels(soon) == ["B-LTA", "DocTimeStamp", "DocTimeStamp"]
    told = services.history.of(soon.id)[-1]
    assert (told.action, told.actor) == (Action.RENEWED, SERVICE)
    assert told.details["sha256"] == after.signed
    assert renewing.due(services, months=6) == []
    assert (
        validate(office.file(soon), anchors=[office.trust / "root.crt"], at=NOW + 200 * DAY).verdict
        == "valid"
    )


def test_what_only_its_digitiser_signed_is_renewed_too(office: Office) -> None:
    services = office.desk.services
    office.stamping(days=100)
    (record,) = confirmed(services, 1)
    signed = workflow.sign(services, office.official, record.id, SECRET)
    copy = replace(
        signed, status=Status.CONFIRMED, signed=None, digitised=signed.signed, digitised_by="clerk"
    )
    services.records.save(copy, [])
    office.stamping(days=800)
    (found,) = renewing.due(services, months=6)
    renewing.renew(services, found.id, str(renewing.file_of(found)))
    after = services.records.get(record.id)
    assert (after.signed, after.digitised_by, after.status) == (None, "clerk", Status.CONFIRMED)
    assert after.digitised != copy.digitised
    assert renewing.due(services, months=6) == []


def test_a_renewal_that_fails_is_told_and_changes_nothing(office: Office) -> None:
    services = office.desk.services
    office.stamping(days=100)
    (record,) = confirmed(services, 1)
    signed = workflow.sign(services, office.official, record.id, SECRET)
    del office.responder.answers["/tsa"]
    with pytest.raises(SigningRefused) as refused:
        renewing.renew(services, record.id, str(signed.signed))
    assert refused.value.code == "tsa-failed"
    assert services.records.get(record.id) == signed
    assert actions(services, record)[-1] is Action.RENEWAL_FAILED
    assert [one.id for one in renewing.due(services, months=6)] == [record.id]


def test_what_a_document_may_look_like(office: Office, tmp_path: Path) -> None:
    services = office.desk.services
    (record,) = confirmed(services, 1)
    with services.objects.open(record.digest) as stored:
        source = tmp_path / "source.pdf"
        source.write_bytes(stored.read())
    with services.keys.unlock(f"file:{office.place / 'official.p12'}", Unlock(SECRET)) as key:
        summary = services.signer.sign(source, tmp_path / "out.pdf", SigningOrder("none"), key, NOW)
    assert {"signer", "organisation", "serial", "level", "archive_until"} <= set(summary)


def by_application(office: Office, record: Record, key: str = "official.p12") -> Record:
    """The record, signed by the signing application of the official's own machine."""
    services = office.desk.services
    token, _ = agent_signing.send_out(services, office.official, record.id, record.version)
    source, target = office.place / "out.pdf", office.place / "back.pdf"
    with agent_signing.document(services, token) as stream:
        source.write_bytes(stream.read())
    sign(source, target, open_key(f"file:{office.place / key}", SECRET), now=NOW)
    with target.open("rb") as stream:
        return agent_signing.take_back(services, token, stream)


@pytest.mark.parametrize(("level", "more"), [("B-T", 1), ("B-LT", 1), ("B-LTA", 1), ("B-B", 0)])
def test_what_an_application_signs_gets_the_level_too(office: Office, level: str, more: int) -> None:
    office.desk = with_settings(office.desk, signing_level=level)
    (record,) = confirmed(office.desk.services, 1)
    kept = by_application(office, record)
    told = office.desk.services.history.of(record.id)[-1]
    assert (told.action, told.details["level"]) == (Action.SIGNED, level)
    told_now = office.desk.services.verifier.verify(office.file(kept))  # may ask for what B-T lacks
    assert told_now["verdict"] == "valid"
    assert [one["level"] for one in told_now["signatures"][1:]] == ["DocTimeStamp"] * more
    assert kept.archive_until == (NOW + 400 * DAY if more else None)
    if level in ("B-LT", "B-LTA"):
        report = validate(office.file(kept), anchors=[office.trust / "root.crt"])
        assert report.verdict == "valid", "by what is in the file alone"


def test_without_a_timestamp_nothing_of_an_application_is_kept(office: Office) -> None:
    (record,) = confirmed(office.desk.services, 1)
    del office.responder.answers["/tsa"]
    with pytest.raises(SigningRefused) as refused:
        by_application(office, record)
    assert refused.value.code == "tsa-failed"
    assert office.desk.services.records.get(record.id) == record


def test_a_certificate_that_nobody_knows_is_not_taken(office: Office, tmp_path: Path) -> None:
    stranger = new_issuer(NOW, "ec")
    (office.place / "stranger.p12").write_bytes(stranger.bundle(stranger.issue(NOW, algorithm="ec"), SECRET))
    (record,) = confirmed(office.desk.services, 1)
    with pytest.raises(SigningRefused, match="BANCHINH_TRUST") as refused:
        by_application(office, record, "stranger.p12")
    assert refused.value.code == "certificate-unknown"
    del office.responder.answers["/ocsp"]
    with pytest.raises(SigningRefused) as refused:
        by_application(office, record)
    assert refused.value.code == "certificate-unknown"
    assert office.desk.services.records.get(record.id) == record
    assert office.desk.services.history.of(record.id)[-1].action is Action.SIGNING_REFUSED

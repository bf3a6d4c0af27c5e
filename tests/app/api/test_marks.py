"""Marks over HTTP: shown before signing and signed as shown; a digitiser's; images; what is told of them."""

import base64
import io
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
import pikepdf
import pytest
from fastapi.testclient import TestClient
from pypdfium2 import PdfDocument

from app.audit import Action
from app.front.places import MOST_DRAWINGS_OF_ONE, DrawingPlaces
from app.records import Record, Seal, Status
from app.sample.authority import Issuer, new_issuer
from signing.keys.references import open_key
from signing.marks.appearance import Appearance
from signing.pades import sign
from signing.validation import validate
from tests.app.batches import BATCHES, actions, asked, confirmed, done, outside, shown, until, value_of
from tests.app.front import HERE, Desk
from tests.signing import marked

MM = 72 / 25.4
IMAGE = "/api/v1/me/signature-image"


@pytest.fixture(scope="module")
def issuer() -> Issuer:
    return new_issuer(datetime.now(UTC))


@pytest.fixture
def sealed_desk(lite_desk: Desk, issuer: Issuer, tmp_path: Path) -> Desk:
    """Its agency has a seal that opens by itself, and its clerk a key."""
    now = datetime.now(UTC)
    lite_desk.trust(issuer)
    for name, username in (("ỦY BAN NHÂN DÂN XÃ MẪU", ""), ("Lê Văn Thử", "clerk")):
        issued = issuer.issue(now, name=name, algorithm="ec")
        file = tmp_path / f"{username or 'seal'}.p12"
        file.write_bytes(issuer.bundle(issued, "moo"))
        if username:
            people = lite_desk.services.people
            people.save(replace(people.get(username), signing_key=f"file:{file}"))
        else:
            agencies = lite_desk.services.agencies
            agencies.save(replace(agencies.get(HERE), seal_key=f"file:{file}"))
    return replace(lite_desk, services=replace(lite_desk.services, seal_secret=lambda _: "moo"))


def file_of(desk: Desk, record: Record, folder: Path) -> Path:
    digest = desk.services.records.get(record.id).pdf
    assert digest
    with desk.services.objects.open(digest) as stored:
        (folder / "now.pdf").write_bytes(stored.read())
    return folder / "now.pdf"


def words_of(file: Path, page: int = 0) -> str:
    """What the marks on a page say: the page flattened, or pdfium reads no appearances."""
    with pikepdf.open(file) as pdf:
        pdf.flatten_annotations()
        pdf.save(made := io.BytesIO())
    with PdfDocument(made.getvalue()) as opened:
        return str(opened[page].get_textpage().get_text_bounded())


def seen(client: TestClient, record: Record, **more: Any) -> dict[str, Any]:
    answer = client.post(
        f"/api/v1/records/{record.id}/mark-preview", json={"version": record.version, **more}
    )
    assert answer.status_code == 200, answer.text
    sight: dict[str, Any] = answer.json()
    return sight


def put(client: TestClient, address: str, image: bytes, width: str = "") -> Any:
    return client.put(address, files={"file": ("anh.png", image)}, data={"width": width} if width else {})


def test_what_was_shown_is_signed(lite_desk: Desk, tmp_path: Path) -> None:
    (record,) = confirmed(lite_desk.services, 1, content=marked.decision())
    client = lite_desk.program("official")
    wish = {"kind": "copy", "form": "trich-sao"}
    first = seen(client, record, mark=wish)
    assert (first["page"], first["pages"], first["error"]) == (1, 2, None)
    assert base64.b64decode(first["picture"]).startswith(b"\x89PNG")
    chosen = seen(client, record, mark=wish, place={"page": 2, "at": [60, 240]})
    assert (chosen["page"], [round(v) for v in chosen["box"][:2]]) == (2, [60, 240])
    picture = client.get(f"/api/v1/records/{record.id}/signing-pages/2")
    assert picture.content.startswith(b"\xff\xd8\xff")
    place = {"page": chosen["page"], "at": chosen["box"]}
    body = asked([record], lite_desk.authority.passphrase, mark=wish)
    body["records"][0]["place"] = place
    batch = done(client, client.post(BATCHES, json=body).json()["id"])
    assert batch["signed"] == 1
    signed = file_of(lite_desk, record, tmp_path)
    said = words_of(signed, 1)
    assert "TRÍCH SAO" in said
    assert record.code in said
    with pikepdf.open(signed) as pdf:
        rect = [float(v) * 25.4 / 72 for v in pdf.pages[1].Annots[0].Rect]
    assert rect[0] == pytest.approx(chosen["box"][0], abs=0.5)
    assert 297 - rect[3] == pytest.approx(chosen["box"][1], abs=0.5)
    event = lite_desk.services.history.of(record.id)[-1]
    assert (event.details["mark"], event.details["lookup"]) == ("trich-sao", True)


def test_nobody_has_too_much_drawn_at_once(lite_desk: Desk) -> None:
    (record,) = confirmed(lite_desk.services, 1, content=marked.decision())
    client = lite_desk.program("official")
    drawings = client.app.state.front.drawings  # type: ignore[attr-defined]
    pages = f"/api/v1/records/{record.id}/signing-pages/1"
    # one event loop for all: a child ends with the thread that began it
    with client, ExitStack() as waiting, ThreadPoolExecutor(MOST_DRAWINGS_OF_ONE) as threads:
        taken = [threads.submit(_take, drawings, waiting) for _ in range(lite_desk.settings.pages_at_once)]
        for one in taken:
            one.result()
        answers = [threads.submit(client.get, pages) for _ in range(MOST_DRAWINGS_OF_ONE - len(taken))]
        while drawings.taken("official") < MOST_DRAWINGS_OF_ONE:
            time.sleep(0.01)
        refused = client.get(pages)
        assert (refused.status_code, refused.json()["code"]) == (429, "too-many-drawings")
        assert "Retry-After" in refused.headers
        assert put(client, IMAGE, marked.signature_image()).status_code == 429
        assert not any(answer.done() for answer in answers), "more children than may run at once"
        waiting.close()
        assert {answer.result().status_code for answer in answers} == {200}
    assert client.get(pages).status_code == 200


def _take(drawings: DrawingPlaces, waiting: ExitStack) -> None:
    waiting.enter_context(drawings.place("official"))


def test_a_full_page_has_a_way_out(lite_desk: Desk, tmp_path: Path) -> None:
    with pikepdf.open(io.BytesIO(marked.covered_all_over())) as pdf:
        with pikepdf.open(io.BytesIO(marked.decision())) as other:
            pdf.pages.extend(other.pages)
        pdf.save(made := io.BytesIO())
    one, two = confirmed(lite_desk.services, 1, content=made.getvalue()) + confirmed(
        lite_desk.services, 1, content=made.getvalue() + b"\n"
    )
    client = lite_desk.program("official")
    stuck = seen(client, one, mark={"elsewhere": False})
    assert (stuck["box"], stuck["error"]["code"], stuck["free_page"]) == (None, "no-room", 2)
    assert seen(client, one)["page"] == 2
    refused = client.post(
        BATCHES, json=asked([one], lite_desk.authority.passphrase, mark={"elsewhere": False})
    ).json()
    batch = done(client, refused["id"])
    assert batch["documents"][0]["error"]["code"] == "no-room"
    batch = done(client, client.post(BATCHES, json=asked([one], lite_desk.authority.passphrase)).json()["id"])
    assert batch["signed"] == 1
    assert "Thời gian ký" in words_of(file_of(lite_desk, one, tmp_path), 1)
    unseen = client.post(
        f"/api/v1/records/{two.id}/signature",
        json={"passphrase": lite_desk.authority.passphrase, "mark": {"kind": "none"}},
    )
    assert unseen.json()["signed"] is True


def test_a_persons_image_and_the_seal_over_it(sealed_desk: Desk, tmp_path: Path) -> None:
    desk = sealed_desk
    (record,) = confirmed(desk.services, 1, content=marked.decision(name="Nguyễn Văn Mẫu"))
    client, admin = desk.program("official"), desk.program("admin")
    missing = client.post(
        f"/api/v1/records/{record.id}/mark-preview",
        json={"version": record.version, "mark": {"kind": "person", "image": True}},
    )
    assert missing.json()["code"] == "no-image"
    assert put(client, IMAGE, marked.seal_image()).json()["code"] == "image-unfit"
    assert put(client, IMAGE, marked.signature_image(), "rộng").json()["code"] == "bad-width"
    assert put(client, IMAGE, marked.signature_image(), "40").status_code == 204
    assert client.get(IMAGE).content.startswith(b"\x89PNG")
    assert put(admin, f"/api/v1/agencies/{HERE}/seal-image", marked.seal_image()).status_code == 204
    assert admin.get(f"/api/v1/agencies/{HERE}/seal-image").content.startswith(b"\x89PNG")
    wish = {"kind": "person", "image": True}
    sight = seen(client, record, mark=wish, seal=True)
    assert sight["page"] == 2, "where the name is printed"
    assert seen(client, record, mark=wish)["seal"] is None, "nothing follows"
    assert seen(client, record, mark={"kind": "person"}, seal=True)["seal"] is None, (
        "no image, no image over it"
    )
    body = asked([record], desk.authority.passphrase, mark=wish, seal=True)
    batch = until(
        client,
        client.post(BATCHES, json=body).json()["id"],
        lambda b: b["documents"][0]["seal"] == "sealed",
    )
    assert batch["signed"] == 1
    with pikepdf.open(file_of(desk, record, tmp_path)) as pdf:
        own, seal = ([float(v) for v in note.Rect] for note in pdf.pages[1].Annots)
    assert own[0] < seal[2] < own[2], "the seal lies over the left of the signature"
    left, bottom, right, top = (side / MM for side in seal)
    np.testing.assert_allclose(sight["seal"]["box"], [left, 297 - top, right, 297 - bottom], atol=0.7)
    assert sight["seal"]["picture"].startswith("iVBOR"), "a PNG"
    told = [(e["action"], e["subject"]) for e in admin.get("/api/v1/administration").json()["deeds"]]
    assert told == [("seal-image-set", f"agency:{HERE}"), ("image-set", "person:official")]
    assert client.delete(IMAGE).status_code == 204
    assert client.get(IMAGE).status_code == 404


def _signed_by_another(issuer: Issuer, folder: Path, page: int) -> bytes:
    """A decision of three pages, with the image of somebody's signature on one of them."""
    with pikepdf.open(io.BytesIO(marked.decision())) as pdf:
        pdf.pages.append(pdf.pages[0])
        pdf.save(folder / "three.pdf")
    image = marked.signature_image()
    said = Appearance("person", "Phạm Thị Thử", page=page, image=image, at=(100, 200, 160, 230))
    bundle = issuer.bundle(issuer.issue(datetime.now(UTC), name="Phạm Thị Thử", algorithm="ec"), "moo")
    (folder / "other.p12").write_bytes(bundle)
    key = open_key(f"file:{folder / 'other.p12'}", "moo")
    sign(folder / "three.pdf", folder / "signed.pdf", key, appearance=said, now=datetime.now(UTC))
    return (folder / "signed.pdf").read_bytes()


def test_the_seal_is_put_where_it_was_shown(sealed_desk: Desk, issuer: Issuer, tmp_path: Path) -> None:
    """And not over the signature of somebody else, on a page further back."""
    desk = sealed_desk
    (record,) = confirmed(desk.services, 1, content=_signed_by_another(issuer, tmp_path, 3))
    client, admin = desk.program("official"), desk.program("admin")
    put(client, IMAGE, marked.signature_image(), "40")
    put(admin, f"/api/v1/agencies/{HERE}/seal-image", marked.seal_image())
    wish = {"kind": "person", "image": True}
    sight = seen(client, record, mark=wish, seal=True, place={"page": 1})
    assert (sight["page"], sight["seal"] is not None) == (1, True)
    body = asked([record], desk.authority.passphrase, mark=wish, seal=True)
    body["records"][0]["place"] = {"page": 1, "at": sight["box"]}
    begun = client.post(BATCHES, json=body).json()["id"]
    until(client, begun, lambda b: b["documents"][0]["seal"] == "sealed")
    with pikepdf.open(file_of(desk, record, tmp_path)) as pdf:
        marks = [len(page.get("/Annots", [])) for page in pdf.pages]
        assert marks == [2, 0, 1]
        left, bottom, right, top = (float(side) / MM for side in pdf.pages[0].Annots[1].Rect)
    np.testing.assert_allclose(sight["seal"]["box"], [left, 297 - top, right, 297 - bottom], atol=1.0)
    signed = next(one for one in desk.services.history.of(record.id) if one.action is Action.SIGNED)
    assert signed.details["page"] == 1


@pytest.mark.parametrize("seal", [False, True])
def test_who_digitised_signs_many_and_the_agency_follows(
    sealed_desk: Desk, issuer: Issuer, tmp_path: Path, seal: bool
) -> None:
    desk, (one, two) = sealed_desk, confirmed(sealed_desk.services, 2)
    clerk = desk.program("clerk")
    assert clerk.post(BATCHES, json=asked([one], "moo")).status_code == 403, "not as an official"
    body = asked([one, two], "moo", role="digitiser", seal=seal)
    body["records"][0]["reading_code"] = {
        "dossier": "H01.02-2026-0001",
        "procedure": "1.000894",
        "person": "MAU-0001",
        "paper": "Quyết định mẫu",
    }
    batch = done(clerk, clerk.post(BATCHES, json=body).json()["id"])
    assert (batch["signed"], batch["role"]) == (2, "digitiser")
    if seal:
        until(clerk, batch["id"], lambda b: all(d["seal"] == "sealed" for d in b["documents"]))
    now = desk.services.records.get(one.id)
    assert (now.status, now.digitised_by) == (Status.SIGNED if seal else Status.CONFIRMED, "clerk")
    assert now.seal is (Seal.SEALED if seal else None)
    expected = [Action.DIGITISED, Action.SEALED] if seal else [Action.DIGITISED]
    assert actions(desk.services, one)[-len(expected) :] == expected
    file = file_of(desk, one, tmp_path)
    said = words_of(file)
    assert "Bản số hóa từ văn bản giấy" in said
    assert "Người số hóa: Lê Văn Thử" in said
    assert said.count(one.code) == 1, "once is enough"
    trust = tmp_path / "trust"
    issuer.write_trust(trust, datetime.now(UTC))
    report = validate(file, anchors=[trust])
    assert report.verdict == "valid"
    signers = [signature.signer for signature in report.signatures]
    assert signers == ["Lê Văn Thử", "ỦY BAN NHÂN DÂN XÃ MẪU"][: len(signers)]
    assert len(signers) == 1 + seal
    again = clerk.post(BATCHES, json=asked([now], "moo", role="digitiser")).json()
    code = again["documents"][0]["error"]["code"]
    assert code == ("not-to-be-signed" if seal else "digitised-before")
    lookup = desk.client().get("/api/v1/lookup", params={"code": one.code})
    assert lookup.status_code == (200 if seal else 404), "only what the agency stands by is registered"
    if not seal:
        _the_official_signs_over_it(desk, now, tmp_path)


def _the_official_signs_over_it(desk: Desk, record: Record, folder: Path) -> None:
    digitised = record.digitised
    client = desk.program("official")
    batch = client.post(BATCHES, json=asked([record], desk.authority.passphrase)).json()
    assert done(client, batch["id"])["signed"] == 1
    file = file_of(desk, record, folder)
    assert digitised
    with desk.services.objects.open(digitised) as stored:
        first = stored.read()
    assert file.read_bytes().startswith(first), "the first signature stays whole"
    report = client.post("/api/v1/verify", files={"file": ("a.pdf", first)}).json()
    registered = report["document"]["registered"]
    assert (registered["file"], registered["digitised"]) == ("digitised", False), "it certifies nothing"
    now = desk.services.records.get(record.id)
    assert (now.status, now.digitised) == (Status.SIGNED, digitised)
    found = desk.services.records.find(digitised)
    assert found
    assert found.id == record.id
    said = words_of(file)
    assert said.count(record.code) == 1


def test_a_clerk_digitises_with_a_key_of_her_own_machine(
    sealed_desk: Desk, issuer: Issuer, tmp_path: Path
) -> None:
    desk, (record,) = sealed_desk, confirmed(sealed_desk.services, 1)
    clerk = desk.program("clerk")
    issued = issuer.issue(datetime.now(UTC), name="Lê Văn Thử", algorithm="ec")
    body = {"records": shown([record]), "key": outside(issued, issuer, "ecdsa"), "role": "digitiser"}
    begun = clerk.post(BATCHES, json=body).json()
    batch = until(clerk, begun["id"], lambda b: b["documents"][0]["to_be_signed"])
    value = value_of(issued, batch["documents"][0]["to_be_signed"])
    clerk.post(f"{BATCHES}/{begun['id']}/values", json={"values": [{"record": record.id, "value": value}]})
    assert done(clerk, begun["id"])["signed"] == 1
    assert desk.services.records.get(record.id).digitised_by == "clerk"
    sealed = clerk.post(f"/api/v1/records/{record.id}/seal", json={})
    assert (sealed.json()["status"], sealed.json()["seal"]) == ("signed", "sealed")


def test_the_mark_of_a_draft_from_before_that_was_kept_is_told_too(
    sealed_desk: Desk, issuer: Issuer, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk, (record,) = sealed_desk, confirmed(sealed_desk.services, 1)
    batches = type(desk.services.batches)
    keep = batches.keep_prepared
    monkeypatch.setattr(
        batches,
        "keep_prepared",
        lambda self, batch, one, prepared: keep(self, batch, one, replace(prepared, shows=None)),
    )
    client, issued = desk.program("official"), issuer.issue(datetime.now(UTC), algorithm="ec")
    begun = client.post(BATCHES, json={"records": shown([record]), "key": outside(issued, issuer, "ecdsa")})
    address = f"{BATCHES}/{begun.json()['id']}"
    batch = until(client, begun.json()["id"], lambda b: b["documents"][0]["to_be_signed"])
    value = value_of(issued, batch["documents"][0]["to_be_signed"])
    client.post(f"{address}/values", json={"values": [{"record": record.id, "value": value}]})
    assert done(client, begun.json()["id"])["signed"] == 1
    told = desk.services.history.of(record.id)[-1].details
    assert (told["mark"], told["lookup"]) == ("agency", True)


def test_who_keeps_the_seal_no_more_gives_it_to_nothing(sealed_desk: Desk, issuer: Issuer) -> None:
    desk, (record,) = sealed_desk, confirmed(sealed_desk.services, 1)
    clerk, admin = desk.program("clerk"), desk.program("admin")
    issued = issuer.issue(datetime.now(UTC), name="Lê Văn Thử", algorithm="ec")
    body = {
        "records": shown([record]),
        "key": outside(issued, issuer, "ecdsa"),
        "role": "digitiser",
        "seal": True,
    }
    begun = clerk.post(BATCHES, json=body).json()
    batch = until(clerk, begun["id"], lambda b: b["documents"][0]["to_be_signed"])
    value = value_of(issued, batch["documents"][0]["to_be_signed"])
    admin.patch("/api/v1/people/clerk", json={"role": "archivist"})
    clerk = desk.program("clerk")
    clerk.post(f"{BATCHES}/{begun['id']}/values", json={"values": [{"record": record.id, "value": value}]})
    ended = done(clerk, begun["id"])
    assert (ended["signed"], ended["documents"][0]["error"]["code"]) == (0, "forbidden")
    assert desk.services.records.get(record.id).digitised is None


def test_what_is_no_scan_has_no_digitiser(sealed_desk: Desk) -> None:
    (record,) = confirmed(sealed_desk.services, 1)
    came = sealed_desk.services.records.save(replace(record, digitally_signed=True), [])
    clerk = sealed_desk.program("clerk")
    batch = clerk.post(BATCHES, json=asked([came], "moo", role="digitiser")).json()
    assert batch["documents"][0]["error"]["code"] == "came-signed"
    archivist = sealed_desk.program("archivist")
    refused = archivist.post(BATCHES, json=asked([came], "moo", role="digitiser", seal=True))
    assert refused.status_code == 403, "an archivist keeps no seal"


def test_a_batch_that_is_left_leaves_nothing_behind(lite_desk: Desk, issuer: Issuer) -> None:
    services, (one, two) = lite_desk.services, confirmed(lite_desk.services, 2)
    client = lite_desk.program("official")
    lite_desk.trust(issuer)
    issued = issuer.issue(datetime.now(UTC), algorithm="ec")
    body = {"records": shown([one, two]), "key": outside(issued, issuer, "ecdsa")}
    begun = client.post(BATCHES, json=body).json()
    batch = until(client, begun["id"], lambda b: all(d["to_be_signed"] for d in b["documents"]))
    value = value_of(issued, batch["documents"][0]["to_be_signed"])
    client.post(f"{BATCHES}/{begun['id']}/values", json={"values": [{"record": one.id, "value": value}]})
    until(client, begun["id"], lambda b: b["signed"] == 1)
    left = client.delete(f"{BATCHES}/{begun['id']}").json()
    assert (left["status"], left["signed"], left["failed"]) == ("done", 1, 1)
    assert left["documents"][1]["error"]["code"] == "abandoned"
    with pytest.raises(LookupError):
        services.batches.prepared(begun["id"], two.id)
    event = services.history.of(two.id)[-1]
    assert (event.action, event.actor) == (Action.SIGNING_ABANDONED, "official")
    assert event.details["batch"] == begun["id"]
    assert client.get(BATCHES).json()["batches"] == []
    late = value_of(issued, batch["documents"][1]["to_be_signed"])
    client.post(f"{BATCHES}/{begun['id']}/values", json={"values": [{"record": two.id, "value": late}]})
    assert services.records.get(two.id).status is Status.CONFIRMED
    again = client.delete(f"{BATCHES}/{begun['id']}").json()
    assert (again["signed"], again["failed"]) == (1, 1)
    assert actions(services, two).count(Action.SIGNING_ABANDONED) == 1


def test_what_cannot_be_meant_is_refused(lite_desk: Desk) -> None:
    (record,) = confirmed(lite_desk.services, 1)
    client = lite_desk.program("official")
    for wrong in (
        {"mark": {"kind": "copy"}},
        {"mark": {"kind": "agency", "form": "sao-y"}},
        {"mark": {"kind": "agency", "image": True}},
        {"mark": {"kind": "digitiser"}},
        {"place": {"page": 0}},
        {"place": {"at": [1, 2, 3]}},
        {"place": {"at": [50, 50, 40, 60]}},
        {"place": {"page": 9}},
        {"mark": {"kind": "none"}},
    ):
        answer = client.post(
            f"/api/v1/records/{record.id}/mark-preview", json={"version": record.version, **wrong}
        )
        assert answer.status_code == 422, wrong


def test_an_image_changes_nothing_else_of_an_account(
    sealed_desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Sending one takes as long as the sender likes: what an administrator does meanwhile stands."""
    desk = sealed_desk
    client, admin = desk.program("official"), desk.program("admin")
    ink = desk.services.signer.ink

    def meanwhile(*image: object) -> None:
        admin.patch(f"/api/v1/agencies/{HERE}", json={"seal_key": None})
        admin.patch("/api/v1/people/official", json={"role": "clerk"})
        ink(*image)  # type: ignore[arg-type]

    monkeypatch.setattr(type(desk.services.signer), "ink", lambda _self, *image: meanwhile(*image))
    assert put(client, IMAGE, marked.signature_image(), "40").status_code == 403
    official = desk.services.people.get("official")
    assert (official.role.value, official.signature_image) == ("clerk", None)
    assert put(admin, f"/api/v1/agencies/{HERE}/seal-image", marked.seal_image()).status_code == 204
    agency = desk.services.agencies.get(HERE)
    assert (agency.seal_key, agency.seal_image is None) == (None, False)

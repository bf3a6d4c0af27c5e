"""Keys whose holders give leave on a page of the remote service (`oauth2code`, CSC API v1.0.4 and v2): the
way there, the way back, and whom it serves."""

import json
import logging
import re
import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
from fastapi.testclient import TestClient
from pydantic import SecretStr

from app import sealing
from app.batches import MOST_DOCUMENTS
from app.confinement.key_process import HolderTokens
from app.front import batch_runs
from app.records import Status
from app.sample.authority import OFFICIAL, Issuer, new_issuer
from signing.refusals import SigningRefused
from tests.app.batches import BATCHES, asked, confirmed, until, with_settings
from tests.app.front import HERE, PASSWORD, Browser, Desk, open_desk
from tests.signing import csc_server
from tests.signing.conftest import NOW
from tests.signing.csc_pages import Pages
from tests.signing.csc_server import Held, Service

HOME = "https://banchinh.example"
BACK = f"{HOME}/signing-return"
VERSIONS = ("v1", "v2")
CLIENT_SECRET = "bí mật của ứng dụng mẫu"


@pytest.fixture
def issuer() -> Issuer:
    return new_issuer(NOW, "ec")


@pytest.fixture
def remote(issuer: Issuer) -> Iterator[Service]:
    held = {"ec": Held(issuer.issue(NOW, algorithm="ec"), [issuer.issuing], mode="oauth2code", scal="2")}
    with csc_server.serving(held, pages=Pages(redirects=(BACK,))) as service:
        yield service


def opened(place: Path, remote: Service, version: str, **changes: Any) -> Desk:
    settings: dict[str, Any] = {
        "trust": place / "nobody",  # so that no authority is asked about the keys of the remote service
        "public_url": HOME,
        "fetch_allow": "127.0.0.0/8",
        "csc_hosts": f"127.0.0.1:{remote.port}",
        "csc_token": SecretStr("token-of-tests"),
        "csc_client_id": "banchinh-mau",
        "csc_client_secret": SecretStr(CLIENT_SECRET),
    }
    desk = with_settings(open_desk(place), **{**settings, **changes})
    people = desk.services.people
    people.save(replace(people.get("official"), signing_key=f"csc:{remote.url(version)}?credential=ec"))
    return desk


@pytest.fixture(params=VERSIONS)
def desk(request: pytest.FixtureRequest, tmp_path: Path, remote: Service) -> Desk:
    return opened(tmp_path / "data", remote, request.param)


def browser(desk: Desk, username: str = "official", home: str = HOME) -> TestClient:
    client = desk.client()
    client.base_url = httpx.URL(home)
    answer = client.post("/sign-in", data={"username": username, "password": PASSWORD})
    assert answer.status_code == 303, answer.text
    client.headers["X-CSRF-Token"] = Browser(client).csrf()
    return client


def begun(client: TestClient, desk: Desk, count: int) -> dict[str, Any]:
    """A batch whose documents are prepared and whose holder is to go to the page."""
    answer = client.post(BATCHES, json=asked(confirmed(desk.services, count), None))
    assert answer.status_code == 201, answer.text
    return left(client, answer.json()["id"])


def left(client: TestClient, batch_id: str) -> dict[str, Any]:
    return until(client, batch_id, lambda b: b["interrupted"] and b["error"] is not None)


def sent(client: TestClient, batch_id: str) -> str:
    answer = client.post(f"{BATCHES}/{batch_id}/leave-page", json={"language": "vi"})
    assert answer.status_code == 200, answer.text
    return str(answer.json()["address"])


def decided(address: str, says: str = "yes") -> str:
    """Where the service sends the browser once the holder has said that on its page."""
    with httpx.Client() as holder:
        page = holder.get(address)
        assert page.status_code == 200, page.text
        number = re.search(r"name='page' value='([^']+)'", page.text)
        assert number is not None
        base = address.partition("/oauth2/")[0]
        answer = holder.post(f"{base}/oauth2/decide", data={"page": number[1], "says": says})
    assert answer.status_code == 302
    return str(answer.headers["location"])


def back(client: TestClient, location: str) -> httpx.Response:
    assert location.startswith(BACK)
    return client.get(location.removeprefix(HOME))


@pytest.mark.parametrize("kind", ["SAD", "Bearer"])
def test_a_batch_is_signed_by_leave_from_the_page(desk: Desk, remote: Service, kind: str) -> None:
    remote.pages.kind = kind
    official = browser(desk)
    batch = begun(official, desk, 3)
    assert batch["error"]["code"] == "csc-leave"
    assert [one["status"] for one in batch["documents"]] == ["prepared"] * 3
    answer = back(official, decided(sent(official, batch["id"])))
    assert (answer.status_code, answer.headers["location"]) == (303, "/inbox")
    done = until(official, batch["id"], lambda b: b["status"] == "done")
    assert (done["signed"], done["failed"], done["error"]) == (3, 0, None)
    (visit,) = remote.pages.visits
    assert (visit["scope"], visit["numSignatures"], visit["credentialID"]) == ("credential", "3", "ec")
    assert len((visit.get("hash") or visit["hashes"]).split(",")) == 3
    assert remote.calls("credentials/authorize") == 0


def test_the_way_back_leads_to_the_page_that_it_began_on(desk: Desk) -> None:
    official = browser(desk)
    batch = begun(official, desk, 1)
    sent_to = official.post(f"{BATCHES}/{batch['id']}/leave-page", json={"place": "record"}).json()["address"]
    answer = back(official, decided(sent_to))
    assert answer.headers["location"] == f"/records/{batch['documents'][0]['record']}"


def test_more_than_one_leave_covers(desk: Desk, remote: Service) -> None:
    """What the first covers is signed; for the rest the holder goes there again."""
    remote.held["ec"].multisign = 2
    official = browser(desk)
    batch = begun(official, desk, 3)
    back(official, decided(sent(official, batch["id"])))
    batch = until(official, batch["id"], lambda b: b["interrupted"] and b["signed"] == 2)
    assert batch["error"]["code"] == "csc-leave"
    back(official, decided(sent(official, batch["id"])))
    assert until(official, batch["id"], lambda b: b["status"] == "done")["signed"] == 3
    assert [visit["numSignatures"] for visit in remote.pages.visits] == ["2", "1"]


def test_a_key_that_is_bound_to_nothing_needs_no_hashes(desk: Desk, remote: Service) -> None:
    remote.held["ec"].scal, remote.held["ec"].multisign = "1", MOST_DOCUMENTS
    official = browser(desk)
    batch = begun(official, desk, 2)
    back(official, decided(sent(official, batch["id"])))
    assert until(official, batch["id"], lambda b: b["status"] == "done")["signed"] == 2
    assert not {"hash", "hashes"} & set(remote.pages.visits[0])


def test_the_holder_signs_in_on_the_page_first(tmp_path: Path, remote: Service) -> None:
    """Where the operator has no access of its own: two ways to the page, and the token of the first lives in
    memory."""
    desk = opened(tmp_path / "data", remote, "v2", csc_token=None)
    official = browser(desk)
    batch = begun(official, desk, 2)
    assert (batch["error"]["code"], batch["documents"][0]["status"]) == ("csc-sign-in", "waiting")
    back(official, decided(sent(official, batch["id"])))
    batch = until(
        official, batch["id"], lambda b: (b["error"] or {}).get("code") == "csc-leave" and b["interrupted"]
    )
    back(official, decided(sent(official, batch["id"])))
    assert until(official, batch["id"], lambda b: b["status"] == "done")["signed"] == 2
    assert [visit["scope"] for visit in remote.pages.visits] == ["service", "credential"]
    again = begun(official, desk, 1)
    assert again["error"]["code"] == "csc-leave", "signed in for as long as the token holds"
    remote.tokens.clear()
    assert left_code(official, desk) == "csc-sign-in", "and again once it does not"


def left_code(client: TestClient, desk: Desk) -> str:
    return str(begun(client, desk, 1)["error"]["code"])


def test_a_holder_who_says_no(desk: Desk) -> None:
    official = browser(desk)
    batch = begun(official, desk, 2)
    back(official, decided(sent(official, batch["id"]), "no"))
    batch = left(official, batch["id"])
    assert (batch["error"]["code"], batch["signed"], batch["failed"]) == ("csc-denied", 0, 0)
    back(official, decided(sent(official, batch["id"])))
    assert until(official, batch["id"], lambda b: b["status"] == "done")["signed"] == 2


def test_a_way_back_serves_once_and_its_own_person_and_browser(desk: Desk) -> None:
    official = browser(desk)
    batch = begun(official, desk, 1)
    location = decided(sent(official, batch["id"]))
    other_browser, clerk = browser(desk), browser(desk, "clerk")
    assert back(other_browser, location).status_code == 404, "the verifier is in the browser that began"
    assert back(desk.client(), location).headers["location"] == "/sign-in?next=/inbox"
    for wrong in ("unknown", "", "x" * 5000):
        assert official.get(f"/signing-return?state={wrong}&code=abc").status_code == 404
    assert back(official, location).status_code == 303
    assert back(official, location).status_code == 404
    assert back(clerk, location).status_code == 404
    assert until(official, batch["id"], lambda b: b["status"] == "done")["signed"] == 1


def test_a_way_back_of_somebody_else_is_burnt(desk: Desk) -> None:
    """Whoever gets another person's state, and even the verifier, has nothing of it."""
    official, clerk = browser(desk), browser(desk, "clerk")
    batch = begun(official, desk, 1)
    location = decided(sent(official, batch["id"]))
    for name, value in official.cookies.items():
        if name.startswith("banchinh_visit"):
            clerk.cookies.set(name, value)
    assert back(clerk, location).status_code == 404
    assert back(official, location).status_code == 404
    assert desk.services.records.get(batch["documents"][0]["record"]).status is Status.CONFIRMED


@pytest.mark.parametrize("code", ["", "made-up", "x" * 5000])
def test_a_code_of_nobody_signs_nothing(desk: Desk, code: str) -> None:
    official = browser(desk)
    batch = begun(official, desk, 1)
    state = parse_qs(urlsplit(sent(official, batch["id"])).query)["state"][0]
    assert official.get("/signing-return", params={"state": state, "code": code}).status_code == 303
    batch = left(official, batch["id"])
    assert batch["signed"] == 0
    assert batch["error"]["code"] in ("csc-leave-refused", "csc-failed")


def test_leave_for_other_hashes_signs_nothing(desk: Desk, remote: Service) -> None:
    """A code that the holder gave for something else."""
    official = browser(desk)
    first, second = begun(official, desk, 1), begun(official, desk, 1)
    elsewhere = parse_qs(urlsplit(decided(sent(official, first["id"]))).query)["code"][0]
    state = parse_qs(urlsplit(sent(official, second["id"])).query)["state"][0]
    official.get("/signing-return", params={"state": state, "code": elsewhere})
    assert left(official, second["id"])["error"]["code"] == "csc-leave-refused"


def test_the_page_must_be_of_a_known_host(tmp_path: Path, remote: Service) -> None:
    desk = opened(tmp_path / "data", remote, "v1")
    official = browser(desk)
    batch = begun(official, desk, 1)
    remote.replies["v1/info"] = {"oauth2": "https://elsewhere.example", "asynchronousOperationMode": False}
    answer = official.post(f"{BATCHES}/{batch['id']}/leave-page", json={})
    assert (answer.status_code, answer.json()["code"]) == (422, "csc-page-host")


def test_the_page_is_not_in_the_open(tmp_path: Path, remote: Service) -> None:
    """What the holder gives there, and our secret, would be read on the way."""
    known = f"127.0.0.1:{remote.port},192.0.2.7"
    desk = opened(tmp_path / "data", remote, "v1", csc_hosts=known)
    official = browser(desk)
    batch = begun(official, desk, 1)
    remote.replies["v1/info"] = {"oauth2": "http://192.0.2.7", "asynchronousOperationMode": False}
    answer = official.post(f"{BATCHES}/{batch['id']}/leave-page", json={})
    assert (answer.status_code, answer.json()["code"]) == (422, "csc-page-open")


def test_only_from_the_public_address(desk: Desk) -> None:
    official = browser(desk, home="http://testserver")
    batch = begun(official, desk, 1)
    answer = official.post(f"{BATCHES}/{batch['id']}/leave-page", json={})
    assert (answer.status_code, answer.json()["code"]) == (422, "other-address")


@pytest.mark.parametrize("missing", [{"public_url": ""}, {"csc_client_id": ""}])
def test_where_the_operator_has_not_set_it_the_key_does_not_open(
    tmp_path: Path, remote: Service, missing: dict[str, str]
) -> None:
    desk = opened(tmp_path / "data", remote, "v2", **missing)
    answer = browser(desk).post(BATCHES, json=asked(confirmed(desk.services, 1), None))
    assert (answer.status_code, answer.json()["code"]) == (422, "csc-browser-only")


def test_one_record_by_a_form_is_refused_in_words(desk: Desk) -> None:
    (record,) = confirmed(desk.services, 1)
    answer = browser(desk).post(f"/api/v1/records/{record.id}/signature", json={"version": record.version})
    assert (answer.status_code, answer.json()["code"]) == (422, "csc-by-page")


def test_one_record_by_a_form_is_not_told_of_a_button(tmp_path: Path, remote: Service) -> None:
    desk = opened(tmp_path / "data", remote, "v2", csc_token=None)
    (record,) = confirmed(desk.services, 1)
    answer = browser(desk).post(f"/api/v1/records/{record.id}/signature", json={"version": record.version})
    assert (answer.status_code, answer.json()["code"]) == (422, "csc-by-page")


@pytest.mark.parametrize("token", [None, SecretStr("token-of-tests")])
def test_a_seal_that_wants_a_page_says_so(tmp_path: Path, remote: Service, token: SecretStr | None) -> None:
    desk = opened(tmp_path / "data", remote, "v2", csc_token=token)
    agencies = desk.services.agencies
    seal_key = f"csc:{remote.url('v2')}?credential=ec"
    agencies.save(replace(agencies.get(HERE), name=OFFICIAL, seal_key=seal_key))  # whom the service knows
    with pytest.raises(SigningRefused) as refused, sealing.unlocked(desk.services, HERE):
        raise AssertionError("it must not open")
    assert refused.value.code == "seal-by-page"


def test_what_the_holder_brings_is_neither_written_nor_logged(
    tmp_path: Path, remote: Service, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    caplog.set_level(logging.DEBUG)
    desk = opened(tmp_path / "data", remote, "v2", csc_token=None)
    official = browser(desk)
    batch = begun(official, desk, 1)
    secrets: list[str] = [CLIENT_SECRET]
    for _ in range(2):
        location = decided(sent(official, batch["id"]))
        secrets += [value for values in parse_qs(urlsplit(location).query).values() for value in values]
        kept = [value for name, value in official.cookies.items() if name.startswith("banchinh_visit")]
        secrets += [value.partition(".")[0] for value in kept]
        back(official, location)
        batch = until(official, batch["id"], lambda b: b["status"] == "done" or b["interrupted"])
    assert batch["status"] == "done"
    secrets += [token for token in remote.tokens if token != "token-of-tests"] + list(remote.leaves)
    assert len(secrets) >= 9
    said = capfd.readouterr()
    # the service's own log; the test's client writes down where it goes
    logged = [r for r in caplog.records if not r.name.startswith(("httpx", "httpcore", "asyncio"))]
    seen = said.out + said.err + " ".join(json.dumps(vars(r), default=repr) for r in logged)
    written = b"".join(path.read_bytes() for path in tmp_path.rglob("*") if path.is_file())
    for secret in secrets:
        assert secret not in seen
        assert secret.encode() not in written


def test_the_cookie_goes_to_the_way_back_alone(desk: Desk) -> None:
    official = browser(desk)
    batch = begun(official, desk, 1)
    answer = official.post(f"{BATCHES}/{batch['id']}/leave-page", json={})
    cookie = answer.headers["set-cookie"]
    assert re.match(r"banchinh_visit_[0-9a-f]{16}=", cookie)
    for part in ("HttpOnly", "Path=/signing-return", "SameSite=lax", "Secure", "Max-Age=900"):
        assert part in cookie
    location = decided(str(answer.json()["address"]))
    assert "Max-Age=0" in back(official, location).headers["set-cookie"]


def signed_in(official: TestClient, batch_id: str, code: str) -> dict[str, Any]:
    """The batch, whose holder has signed in on the page, once that is why it does not go on."""
    back(official, decided(sent(official, batch_id)))
    return waits_for(official, batch_id, code)


def waits_for(official: TestClient, batch_id: str, code: str) -> dict[str, Any]:
    return until(official, batch_id, lambda b: (b["error"] or {}).get("code") == code and b["interrupted"])


def visit(official: TestClient, batch_id: str) -> str | None:
    answer = official.post(f"{BATCHES}/{batch_id}/leave-page", json={})
    assert answer.status_code == 200, answer.text
    address: str | None = answer.json()["address"]
    return address


def test_a_token_that_the_service_has_forgotten_is_no_dead_end(tmp_path: Path, remote: Service) -> None:
    desk = opened(tmp_path / "data", remote, "v2", csc_token=None)
    official = browser(desk)
    batch = begun(official, desk, 1)
    signed_in(official, batch["id"], "csc-leave")
    remote.tokens.clear()
    address = sent(official, batch["id"])
    assert parse_qs(urlsplit(address).query)["scope"] == ["service"]
    back(official, decided(address))
    waits_for(official, batch["id"], "csc-leave")
    back(official, decided(sent(official, batch["id"])))
    assert until(official, batch["id"], lambda b: b["status"] == "done")["signed"] == 1


def test_who_is_signed_in_is_not_sent_away_before_anything_is_prepared(
    tmp_path: Path, remote: Service
) -> None:
    """Two batches wait for one sign-in: the second goes on by itself, and leave is for all of it."""
    desk = opened(tmp_path / "data", remote, "v2", csc_token=None)
    official = browser(desk)
    first, second = begun(official, desk, 1), begun(official, desk, 2)
    signed_in(official, first["id"], "csc-leave")
    assert visit(official, second["id"]) is None
    waits_for(official, second["id"], "csc-leave")
    back(official, decided(sent(official, second["id"])))
    assert until(official, second["id"], lambda b: b["status"] == "done")["signed"] == 2
    assert remote.pages.visits[-1]["numSignatures"] == "2"


def test_a_key_with_a_pin_behind_a_sign_in_needs_no_leave(tmp_path: Path, remote: Service) -> None:
    remote.held["ec"].mode = "explicit"
    desk = opened(tmp_path / "data", remote, "v2", csc_token=None)
    official = browser(desk)
    batch = begun(official, desk, 1)
    signed_in(official, batch["id"], "csc-secret-missing")
    assert visit(official, batch["id"]) is None
    waits_for(official, batch["id"], "csc-secret-missing")
    official.post(f"{BATCHES}/{batch['id']}/resume", json={"passphrase": "47110815"})
    assert until(official, batch["id"], lambda b: b["status"] == "done")["signed"] == 1
    assert [asked["scope"] for asked in remote.pages.visits] == ["service"]


def test_who_comes_back_while_the_batch_is_looked_at_has_signed(desk: Desk) -> None:
    """As where a service is asked in the same moment whether values are there."""
    batches, official = desk.services.batches, browser(desk)
    batch = begun(official, desk, 1)
    location = decided(sent(official, batch["id"]))
    assert batches.claim(batch["id"], "another", desk.services.now())
    threading.Timer(1.0, batches.release, (batch["id"], "another")).start()
    assert back(official, location).status_code == 303
    assert until(official, batch["id"], lambda b: b["status"] == "done")["signed"] == 1


@pytest.mark.parametrize("says", ["yes", "no"])
def test_who_comes_back_to_a_batch_in_work_is_told(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, says: str
) -> None:
    monkeypatch.setattr(batch_runs, "_RETURN_SECONDS", 0.2)
    official = browser(desk)
    batch = begun(official, desk, 1)
    location = decided(sent(official, batch["id"]), says)
    assert desk.services.batches.claim(batch["id"], "another", desk.services.now())
    answer = back(official, location)
    assert answer.status_code == 422
    assert "xác nhận lại" in answer.text


def test_a_code_goes_to_no_other_service_than_it_came_from(desk: Desk, remote: Service) -> None:
    """The account was given another key while its holder was at the page."""
    official, people = browser(desk), desk.services.people
    batch = begun(official, desk, 1)
    location = decided(sent(official, batch["id"]))
    people.save(replace(people.get("official"), signing_key=f"csc:{remote.url('v1')}?credential=other"))
    assert back(official, location).status_code == 404
    assert len(remote.pages.codes) == 1, "nobody has redeemed it"


def test_tokens_that_have_expired_are_dropped() -> None:
    tokens = HolderTokens()
    tokens.keep("csc:a", "minh", "value", 0)
    tokens.keep("csc:b", "minh", "value", 60)
    assert (tokens.of("csc:a", "minh"), tokens.of("csc:b", "minh")) == (None, "value")
    assert (tokens.forget("csc:a", "minh"), tokens.forget("csc:b", "minh")) == (False, True)

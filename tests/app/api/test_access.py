"""Every role at every route: who may do what, and that an unseen record does not exist."""

import pytest
from fastapi.testclient import TestClient

from app.records import Record
from tests.app.front import ACCOUNTS, Desk

#: What each account gets on a record that awaits review; `official` and `clerk` are of its agency, the
#: archivist sees all agencies, the administrator histories only, the stranger is a clerk of another agency.
#: 409 and 422: let in, then stopped by the record's state or by the deliberately empty request.
_RECORD_ROUTES = {
    ("GET", "/api/v1/records/{id}"): (200, 200, 200, 403, 404),
    ("GET", "/api/v1/records/{id}/recognition"): (200, 200, 200, 403, 404),
    ("GET", "/api/v1/records/{id}/files/original"): (200, 200, 200, 403, 404),
    ("GET", "/api/v1/records/{id}/files/pdf"): (200, 200, 200, 403, 404),
    ("GET", "/api/v1/records/{id}/pages/1/image"): (200, 200, 200, 403, 404),
    ("PUT", "/api/v1/records/{id}/fields"): (409, 403, 409, 403, 404),
    ("POST", "/api/v1/records/{id}/fields"): (409, 403, 409, 403, 404),
    ("POST", "/api/v1/records/{id}/signature"): (403, 409, 403, 403, 404),
    ("POST", "/api/v1/records/{id}/agent-signing"): (403, 409, 403, 403, 404),
    ("POST", "/api/v1/records/{id}/seal"): (409, 403, 403, 403, 404),
    ("POST", "/api/v1/records/{id}/mark-preview"): (422, 422, 422, 422, 404),
    ("GET", "/api/v1/records/{id}/signing-pages/1"): (403, 200, 403, 403, 404),
    ("POST", "/api/v1/records/{id}/retry"): (409, 403, 409, 403, 404),
    ("PUT", "/api/v1/records/{id}/kind"): (409, 403, 409, 403, 404),
    ("PUT", "/api/v1/records/{id}/words"): (409, 403, 409, 403, 404),
    ("GET", "/api/v1/records/{id}/left-values"): (200, 200, 200, 403, 404),
    ("GET", "/api/v1/records/{id}/papers"): (200, 200, 200, 403, 404),
    ("POST", "/api/v1/records/{id}/papers"): (409, 403, 409, 403, 404),
    ("DELETE", "/api/v1/records/{id}/papers"): (409, 403, 409, 403, 404),
    ("GET", "/api/v1/records/{id}/standing"): (200, 200, 200, 403, 404),
    ("POST", "/api/v1/records/{id}/standing"): (403, 409, 403, 403, 404),
    ("GET", "/api/v1/records/{id}/history"): (200, 200, 200, 200, 404),
    ("GET", "/records/{id}"): (200, 200, 200, 403, 404),
    ("GET", "/records/{id}/pages/1"): (200, 200, 200, 403, 404),
    ("GET", "/records/{id}/history"): (200, 200, 200, 200, 404),
}
_OTHER_ROUTES = {
    ("GET", "/api/v1/me"): (200, 200, 200, 200, 200),
    ("GET", "/api/v1/records"): (200, 200, 200, 403, 200),
    ("POST", "/api/v1/records"): (400, 403, 400, 403, 400),
    ("GET", "/api/v1/people"): (403, 403, 403, 200, 403),
    ("POST", "/api/v1/people"): (403, 403, 403, 422, 403),
    ("PATCH", "/api/v1/people/nobody"): (403, 403, 403, 404, 403),
    ("GET", "/api/v1/agencies"): (403, 403, 403, 200, 403),
    ("PATCH", "/api/v1/agencies/nowhere"): (403, 403, 403, 422, 403),
    ("PUT", "/api/v1/agencies/nowhere/merger"): (403, 403, 403, 422, 403),
    ("DELETE", "/api/v1/agencies/nowhere/merger"): (403, 403, 403, 422, 403),
    ("PUT", "/api/v1/agencies/nowhere/name"): (403, 403, 403, 422, 403),
    ("DELETE", "/api/v1/agencies/nowhere/name"): (403, 403, 403, 422, 403),
    ("GET", "/api/v1/me/signature-image"): (404, 404, 404, 404, 404),
    ("PUT", "/api/v1/me/signature-image"): (403, 400, 403, 403, 403),
    ("DELETE", "/api/v1/me/signature-image"): (403, 204, 403, 403, 403),
    ("GET", "/api/v1/agencies/nowhere/seal-image"): (403, 403, 403, 422, 403),
    ("PUT", "/api/v1/agencies/nowhere/seal-image"): (403, 403, 403, 422, 403),
    ("DELETE", "/api/v1/agencies/nowhere/seal-image"): (403, 403, 403, 422, 403),
    ("GET", "/api/v1/administration"): (403, 403, 403, 200, 403),
    ("GET", "/api/v1/signing-batches"): (200, 200, 200, 403, 200),
    ("POST", "/api/v1/signing-batches"): (403, 404, 403, 403, 403),
    ("GET", "/api/v1/signing-batches/none"): (404, 404, 404, 403, 404),
    ("DELETE", "/api/v1/signing-batches/none"): (404, 404, 404, 403, 404),
    ("POST", "/api/v1/signing-batches/none/values"): (404, 404, 404, 403, 404),
    ("POST", "/api/v1/signing-batches/none/resume"): (404, 404, 404, 403, 404),
    ("POST", "/api/v1/signing-batches/none/leave-page"): (404, 404, 404, 403, 404),
    ("GET", "/records"): (200, 200, 200, 403, 200),
    ("GET", "/inbox"): (403, 200, 403, 403, 403),
    ("GET", "/people"): (403, 403, 403, 200, 403),
    ("GET", "/people/history?record=x"): (403, 403, 403, 303, 403),
}
#: Open to everyone, or streams, which have tests of their own.
_ELSEWHERE = {
    "/api/v1/tokens",
    "/api/v1/tokens/current",
    "/api/v1/lookup",
    "/api/v1/verify",
    "/api/v1/verify/signed-version",
    "/api/v1/verify/changes",
    "/api/v1/verify-batches",
    "/api/v1/events",
    "/api/v1/records/{record_id}/events",
    "/api/v1/agent-signing/{token}",
    "/api/v1/signing-notices/{secret}",
    "/api/v1/agent-signing/{token}/van-ban.pdf",
    "/api/v1/signing-batches/{batch_id}/events",
}
_BODIES = {
    "leave-page": {},
    "fields": {"version": 0, "values": {}},
    "signature": {"passphrase": "sai"},
    "agent-signing": {"version": 0},
    "papers": {"version": 0, "first_pages": [1]},
    "kind": {"version": 0, "code": "giay-khai-sinh"},
    "words": {"version": 0, "words": [{"page": 1, "word": 0, "read": "x", "text": "y"}]},
    "standing": {"version": 0, "state": "revoked", "since": "2026-03-12", "reason": "x"},
    "people": {"username": "Á", "name": "x", "role": "clerk", "agency": "xa-mau", "password": "x"},
    "nobody": {"active": False},
    "seal": {},
    "merger": {"into": "xa-mau"},
    "name": {"name": "XÃ MỚI"},
    "nowhere": {"seal_key": "file:/nowhere.p12"},
    "signing-batches": {"records": [{"id": "none", "version": 1}], "key": {"kind": "account"}},
    "values": {"values": [{"record": "none", "value": "AAAA"}]},
    "resume": {"passphrase": "sai"},
    "mark-preview": {"version": 1},
}


@pytest.mark.parametrize("account", ACCOUNTS)
def test_every_account_at_every_route(read_desk: tuple[Desk, Record], account: str) -> None:
    desk, record = read_desk
    program = desk.program(account)
    browser = desk.browser(account).client
    place = list(ACCOUNTS).index(account)
    wrong = {}
    for (method, route), statuses in {**_RECORD_ROUTES, **_OTHER_ROUTES}.items():
        client = program if route.startswith("/api/") else browser
        got = _ask(client, method, route.replace("{id}", record.id))
        if got != statuses[place]:
            wrong[f"{method} {route}"] = f"{got}, not {statuses[place]}"
    assert not wrong
    assert desk.services.records.get(record.id).version == record.version


def _ask(client: TestClient, method: str, address: str) -> int:
    body = _BODIES.get(address.rsplit("/", 1)[-1]) if method != "GET" else None
    return client.request(method, address, json=body).status_code


def test_no_route_is_forgotten(lite_desk: Desk) -> None:
    description = lite_desk.client().get("/api/v1/openapi.json").json()
    tried = {route.split("?")[0] for _, route in (*_RECORD_ROUTES, *_OTHER_ROUTES)}
    tried = {route.replace("{id}", "{record_id}").replace("/pages/1/", "/pages/{number}/") for route in tried}
    tried = {route.replace("/signing-pages/1", "/signing-pages/{number}") for route in tried}
    tried = {route.replace("/people/nobody", "/people/{username}") for route in tried}
    tried = {route.replace("/agencies/nowhere", "/agencies/{code}") for route in tried}
    tried = {route.replace("/signing-batches/none", "/signing-batches/{batch_id}") for route in tried}
    assert set(description["paths"]) == {r for r in tried if r.startswith("/api/")} | _ELSEWHERE


def test_nobody_gets_anything(read_desk: tuple[Desk, Record]) -> None:
    desk, record = read_desk
    client = desk.client()
    for method, route in (*_RECORD_ROUTES, *_OTHER_ROUTES, ("GET", "/api/v1/events")):
        answer = client.request(method, route.replace("{id}", record.id), json={})
        if route.startswith("/api/"):
            assert answer.status_code in (401, 422), route
            assert "www-authenticate" in answer.headers or answer.status_code == 422
        else:
            assert (answer.status_code, answer.headers["location"].split("?")[0]) == (303, "/sign-in"), route


def test_a_deactivated_person_is_out_at_once(lite_desk: Desk) -> None:
    clerk, admin = lite_desk.program("clerk"), lite_desk.program("admin")
    assert clerk.get("/api/v1/me").status_code == 200
    assert admin.patch("/api/v1/people/clerk", json={"active": False}).status_code == 200
    assert clerk.get("/api/v1/me").status_code == 401
    again = lite_desk.client().post(
        "/api/v1/tokens", json={"username": "clerk", "password": "mat-khau-thu-nghiem"}
    )
    assert again.status_code == 401


def test_administering(lite_desk: Desk) -> None:
    admin = lite_desk.program("admin")
    person = {"username": "moi", "name": "Mới", "role": "clerk", "agency": "xa-mau", "password": "x" * 12}
    added = admin.post("/api/v1/people", json=person)
    assert (added.status_code, added.json()["active"]) == (201, True)
    assert "password" not in added.text
    assert "argon2" not in admin.get("/api/v1/people").text
    for change, code in (
        ({"username": "moi"}, "username-taken"),
        ({"username": "Có Dấu"}, "bad-username"),
        ({"username": "khac", "password": "ngắn"}, "weak-password"),
        ({"username": "khac", "agency": "không-có"}, "agency-not-found"),
    ):
        assert admin.post("/api/v1/people", json={**person, **change}).json()["code"] == code
    last = admin.patch("/api/v1/people/admin", json={"role": "clerk"})
    assert (last.status_code, last.json()["code"]) == (409, "last-administrator")
    assert admin.get("/api/v1/me").json()["role"] == "admin"


def test_a_revoked_token_is_worth_nothing(lite_desk: Desk) -> None:
    clerk = lite_desk.program("clerk")
    assert clerk.delete("/api/v1/tokens/current").status_code == 204
    assert clerk.get("/api/v1/me").status_code == 401


def test_a_token_is_no_cookie_and_a_cookie_no_token(lite_desk: Desk) -> None:
    token = lite_desk.program("clerk").headers["Authorization"].removeprefix("Bearer ")
    client = lite_desk.client()
    client.cookies.set("banchinh_session", token)
    assert client.get("/api/v1/me").status_code == 401
    cookie = lite_desk.browser("clerk").client.cookies["banchinh_session"]
    other = lite_desk.client()
    assert other.get("/api/v1/me", headers={"Authorization": f"Bearer {cookie}"}).status_code == 401

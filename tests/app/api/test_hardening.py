"""What stands between the service and whoever means it harm."""

import json
import logging
import tempfile
import unicodedata
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.front.middleware import HEADERS
from app.front.rate_limits import RateLimit, TooManyRequests, address_key
from app.intake import file_name
from app.settings import MEBIBYTE
from app.telemetry import JsonFormatter
from tests.app.front import PASSWORD, Desk

_ADDRESSES = (
    "/",
    "/sign-in",
    "/verify",
    "/records",
    "/nothing",
    "/health/live",
    "/health/ready",
    "/metrics",
    "/api/v1/me",
    "/api/v1/nothing",
    "/api/v1/openapi.json",
    "/static/nothing",
)


@pytest.mark.parametrize("address", _ADDRESSES)
def test_every_answer_binds_the_browser(lite_desk: Desk, address: str) -> None:
    answer = lite_desk.client().get(address)
    for name in HEADERS:
        assert name in answer.headers, name
    policy = answer.headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert "frame-ancestors 'none'" in policy


def test_pages_hold_nothing_inline(lite_desk: Desk) -> None:
    client = lite_desk.browser("clerk").client
    for address in ("/", "/records", "/verify", "/sign-in"):
        page = client.get(address, follow_redirects=True).text
        assert " style=" not in page
        assert "<style" not in page
        assert " onclick=" not in page
        assert "javascript:" not in page
        assert page.count("<script") == page.count('<script type="module" src="/static/')


def test_a_form_needs_the_secret_of_its_session(lite_desk: Desk) -> None:
    browser = lite_desk.browser("admin")
    values = {"username": "x", "name": "x", "role": "clerk", "agency": "xa-mau", "password": "x" * 12}
    for csrf in ("", "wrong", lite_desk.browser("clerk").csrf()):
        answer = browser.client.post("/people", data={**values, "csrf": csrf})
        assert answer.status_code == 403
    assert browser.submit("/people", values).status_code == 303


def test_the_api_by_cookie_needs_the_secret_too(lite_desk: Desk) -> None:
    browser = lite_desk.browser("clerk")
    files = {"file": ("a.pdf", b"")}
    assert browser.client.post("/api/v1/records", files=files).status_code == 403
    header = {"X-CSRF-Token": browser.csrf()}
    assert browser.client.post("/api/v1/records", files=files, headers=header).status_code == 422


@pytest.mark.parametrize(
    "foreign",
    [{"Origin": "https://evil.example"}, {"Origin": "null"}, {"Sec-Fetch-Site": "cross-site"}],
)
def test_pages_of_other_sites_cannot_send_forms(lite_desk: Desk, foreign: dict[str, str]) -> None:
    browser = lite_desk.browser("clerk")
    csrf = browser.csrf()
    assert browser.client.post("/sign-out", data={"csrf": csrf}, headers=foreign).status_code == 403
    credentials = {"username": "clerk", "password": PASSWORD}
    assert lite_desk.client().post("/sign-in", data=credentials, headers=foreign).status_code == 403
    own = {"Origin": "http://testserver", "Sec-Fetch-Site": "same-origin"}
    assert browser.client.post("/sign-out", data={"csrf": csrf}, headers=own).status_code == 303


def test_the_session_cookie_is_kept_from_scripts_and_ends(lite_desk: Desk) -> None:
    client = lite_desk.client(secure_cookies=True)
    answer = client.post("/sign-in", data={"username": "clerk", "password": PASSWORD})
    cookie = answer.headers["set-cookie"].lower()
    assert "httponly" in cookie
    assert "samesite=lax" in cookie
    assert "secure" in cookie
    browser = lite_desk.browser("clerk")
    secret = browser.client.cookies["banchinh_session"]
    assert browser.submit("/sign-out").status_code == 303
    browser.client.cookies.set("banchinh_session", secret)
    assert browser.client.get("/records").status_code == 303


@pytest.mark.parametrize("next_page", ["//evil.example", "https://evil.example", "/\\evil.example", "/a b"])
def test_signing_in_leads_nowhere_else(lite_desk: Desk, next_page: str) -> None:
    values = {"username": "clerk", "password": PASSWORD, "next": next_page}
    assert lite_desk.client().post("/sign-in", data=values).headers["location"] == "/records"
    values["next"] = "/records/abc"
    assert lite_desk.client().post("/sign-in", data=values).headers["location"] == "/records/abc"


def test_guessing_passwords_is_slowed(lite_desk: Desk) -> None:
    client = lite_desk.client(sign_in_attempts_a_minute=3)
    wrong = {"username": "clerk", "password": "sai"}
    assert [client.post("/api/v1/tokens", json=wrong).status_code for _ in range(3)] == [401] * 3
    stopped = client.post("/api/v1/tokens", json={"username": "clerk", "password": PASSWORD})
    assert (stopped.status_code, stopped.json()["code"]) == (429, "too-many-requests")
    assert int(stopped.headers["retry-after"]) >= 1
    assert client.post("/sign-in", data=wrong).status_code == 429
    other = client.post("/api/v1/tokens", json={"username": "official", "password": PASSWORD})
    assert other.status_code == 201


def test_right_passwords_do_not_use_up_the_limit(lite_desk: Desk) -> None:
    client = lite_desk.client(sign_in_attempts_a_minute=2)
    right = {"username": "clerk", "password": PASSWORD}
    assert {client.post("/api/v1/tokens", json=right).status_code for _ in range(4)} == {201}


def test_the_public_routes_are_limited_by_address(lite_desk: Desk) -> None:
    client = lite_desk.client(public_requests_a_minute=2)
    files = {"file": ("a.pdf", b"not a pdf")}
    statuses = [client.post("/api/v1/verify", files=files).status_code for _ in range(3)]
    assert statuses == [200, 200, 429]
    assert client.post("/verify", files=files).status_code == 429


def test_an_empty_file_is_a_verdict_and_one_over_the_limit_a_refusal(lite_desk: Desk) -> None:
    client = lite_desk.client(upload_bytes=1000)
    empty = client.post("/api/v1/verify", files={"file": ("a.pdf", b"")})
    assert (empty.status_code, empty.json()["verdict"]) == (200, "unreadable")
    large = client.post("/api/v1/verify", files={"file": ("a.pdf", b"x" * 2000)})
    assert (large.status_code, large.json()["code"]) == (413, "too-large")
    assert "Hãy tách tệp" not in large.text, "which would break its signatures"
    page = client.post("/verify", files={"file": ("a.pdf", b"x" * 2000)})
    assert (page.status_code, "Đừng tách hay nén lại tệp đã ký" in page.text) == (422, True)


def test_what_to_do_with_a_file_that_is_no_pdf_is_said_once(lite_desk: Desk) -> None:
    client = lite_desk.client()
    for data, said, advice in (
        (b"\x89PNG\r\n\x1a\n" + bytes(99), "Đây là tệp ảnh", "Hãy làm như lời trên"),
        (b"", "Tệp rỗng", "Hãy làm như lời trên"),
        (b"%PDF-1.7\n" + bytes(99), "Cấu trúc tệp bị hỏng", "Hãy mở thử tệp"),
    ):
        page = client.post("/verify", files={"file": ("gui.pdf", data)}).text
        assert said in page
        assert advice in page
        assert ("Hãy mở thử tệp" in page) == (advice == "Hãy mở thử tệp")


def test_verifying_needs_one_file(lite_desk: Desk) -> None:
    client = lite_desk.client()
    assert client.post("/api/v1/verify", files={"x": (None, "y")}).json()["code"] == "one-file"
    two = [("file", ("a.pdf", b"a")), ("file", ("b.pdf", b"b"))]
    assert client.post("/api/v1/verify", files=two).json()["code"] == "one-file"
    assert client.post("/verify", files=two).status_code == 422
    assert client.post("/verify", files={"x": (None, "y")}).status_code == 422


def test_verifying_takes_no_more_than_one_file_of_full_size(lite_desk: Desk) -> None:
    client = lite_desk.client(upload_bytes=1000)
    head = b'--b\r\nContent-Disposition: form-data; name="file"; filename="a.pdf"\r\n\r\n'
    headers = {"Content-Type": "multipart/form-data; boundary=b"}
    for answer in (  # a form without an end: only who stops reading early calls it too large
        client.post("/api/v1/verify", content=head + bytes(2 * MEBIBYTE), headers=headers),
        client.post("/api/v1/verify", content=(head + b"\r\n") * 2, headers=headers),
    ):
        assert answer.json()["code"] in ("too-large", "one-file")
    assert client.post("/verify", content=head + bytes(2 * MEBIBYTE), headers=headers).status_code == 422


def test_a_verified_file_lies_where_the_next_start_clears_it(
    lite_desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[Path] = []

    class Watching:
        def verify(
            self, source: Path, at: datetime | None = None, *, offline: bool = False
        ) -> dict[str, Any]:
            seen.append(source)
            return lite_desk.services.verifier.verify(source, at, offline=offline)

    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    client = replace(lite_desk, services=replace(lite_desk.services, verifier=Watching())).client()
    assert client.post("/api/v1/verify", files={"file": ("a.pdf", b"not a pdf")}).status_code == 200
    assert [path.is_relative_to(tmp_path) for path in seen] == [True]
    assert not seen[0].exists()
    assert not (lite_desk.settings.data / "spool").exists()


def test_a_bucket_fills_again() -> None:
    now = [0.0]
    limit = RateLimit(2, lambda: now[0])
    limit.take("a")
    limit.take("a")
    with pytest.raises(TooManyRequests) as stopped:
        limit.take("a")
    assert stopped.value.retry_after == 30
    limit.take("b")
    now[0] = 30.0
    limit.take("a")


def test_one_subscriber_is_one_key() -> None:
    assert address_key("2001:db8:1:2:3::4") == address_key("2001:db8:1:2:ffff::1")
    assert address_key("2001:db8:1:2::1") != address_key("2001:db8:1:3::1")
    assert address_key("::ffff:192.0.2.1") == address_key("192.0.2.1") == "192.0.2.1"
    assert address_key("testclient") == address_key(None)


@given(st.text())
def test_any_name_becomes_a_plain_one(raw: str) -> None:
    name = file_name(raw)
    assert 1 <= len(name) <= 200
    assert "/" not in name
    assert "\\" not in name
    assert not any(unicodedata.category(c) in ("Cc", "Cf", "Cs", "Zl", "Zp") for c in name)
    assert file_name(name) == name


def test_logs_hold_no_messages_of_errors() -> None:
    error = ValueError("CCCD 001099012345")
    record = logging.LogRecord("x", logging.ERROR, "f", 1, "it failed", (), (ValueError, error, None))
    line = json.loads(JsonFormatter().format(record))
    assert line["error"][0]["type"] == "builtins.ValueError"
    assert "001099012345" not in json.dumps(line)


def test_requests_are_counted_by_route_not_by_address(
    lite_desk: Desk, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, "banchinh.http")
    clerk = lite_desk.program("clerk")
    clerk.get("/api/v1/records", params={"query": "Nguyễn Văn Bí Mật"})
    clerk.get("/api/v1/records/khong-co")
    shown = clerk.get("/metrics").text
    assert 'route="/api/v1/records"' in shown
    assert 'route="/api/v1/records/{record_id}"' in shown
    assert "banchinh_records_unfinished 0.0" in shown
    logged = [vars(record) for record in caplog.records if record.name == "banchinh.http"]
    assert {line["route"] for line in logged} >= {"/api/v1/records", "/api/v1/records/{record_id}"}
    assert "khong-co" not in str(logged)
    assert "Nguy" not in str(logged)


def test_health(desk: Desk) -> None:
    client = desk.client()
    assert client.get("/health/live").json() == {"status": "ok"}
    assert client.get("/health/ready").json()["checks"] == {"database": "ok", "objects": "ok"}


def test_a_fault_shows_no_inside(lite_desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    from app.front import context

    def broken(*_: object) -> None:
        raise RuntimeError("secret inside")

    client = lite_desk.program("clerk")
    monkeypatch.setattr(context.access, "require", broken)
    answer = client.get("/api/v1/records")
    assert (answer.status_code, answer.json()["code"]) == (500, "internal")
    assert "secret" not in answer.text
    assert "default-src 'none'" in answer.headers["content-security-policy"]

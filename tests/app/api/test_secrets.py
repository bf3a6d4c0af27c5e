"""What people type in secret stands in no answer, no error and no log, however wrong the request is."""

import json
import logging
from typing import Any

import pytest
from pydantic import BaseModel, ValidationError

from app.api.schemas import CredentialsBody, NewPersonBody, PersonChangeBody
from app.api.signing_schemas import AccountKeyBody, NewBatchBody, SignBody, UnlockBody
from app.telemetry import JsonFormatter
from tests.app.front import Desk

SECRET = "mat-khau-rat-bi-mat"
LONG = SECRET * 60
_BATCH: dict[str, Any] = {"records": [{"id": "x", "version": 1}]}
_BAD = {"passphrase": SECRET, "version": "no number", "reason": 7, "unknown": SECRET}

_BODIES: list[tuple[type[BaseModel], dict[str, Any]]] = [
    (CredentialsBody, {"username": "official", "password": SECRET}),
    (NewPersonBody, {"username": "a", "name": "b", "role": "clerk", "agency": "c", "password": SECRET}),
    (PersonChangeBody, {"password": SECRET}),
    (UnlockBody, {"passphrase": SECRET, "one_time_password": SECRET}),
    (AccountKeyBody, {"kind": "account", "passphrase": SECRET, "one_time_password": SECRET}),
    (SignBody, {"passphrase": SECRET, "one_time_password": SECRET}),
    (NewBatchBody, {**_BATCH, "key": {"kind": "account", "passphrase": SECRET}}),
]


@pytest.mark.parametrize(("kind", "given"), _BODIES)
def test_bodies_do_not_show_what_opens_something(kind: type[BaseModel], given: dict[str, Any]) -> None:
    body = kind.model_validate(given)
    for shown in (repr(body), str(body), repr(body.model_dump()), body.model_dump_json()):
        assert SECRET not in shown
    for wrong in (_longer(given), {**given, "unknown": SECRET}):
        assert SECRET not in _refusal(kind, wrong)


def _refusal(kind: type[BaseModel], wrong: dict[str, Any]) -> str:
    try:
        kind.model_validate(wrong)
    except ValidationError as error:
        return f"{error!s}{error!r}"
    return ""


def _longer(given: dict[str, Any]) -> dict[str, Any]:
    return json.loads(json.dumps(given).replace(SECRET, LONG))  # type: ignore[no-any-return]


_REQUESTS: list[tuple[str, str, Any]] = [
    ("POST", "/api/v1/tokens", {"username": "official", "password": LONG}),
    ("POST", "/api/v1/tokens", {"username": {"name": SECRET}, "password": [SECRET]}),
    ("POST", "/api/v1/tokens", SECRET),
    ("POST", "/api/v1/people", {"username": "a", "password": SECRET, "role": SECRET}),
    ("PATCH", "/api/v1/people/clerk", {"password": {"of": SECRET}, "unknown": SECRET}),
    ("POST", "/api/v1/records/none/signature", _BAD),
    ("POST", "/api/v1/records/none/signature", {"passphrase": LONG, "one_time_password": LONG}),
    ("POST", "/api/v1/signing-batches", {**_BATCH, "key": {"kind": "account", "passphrase": LONG}}),
    ("POST", "/api/v1/signing-batches", {**_BATCH, "key": {"kind": SECRET, "passphrase": SECRET}}),
    ("POST", "/api/v1/signing-batches", {**_BATCH, "key": {"kind": "outside", "passphrase": SECRET}}),
    ("POST", "/api/v1/signing-batches/none/resume", {"passphrase": 5, "one_time_password": LONG}),
    ("POST", "/api/v1/signing-batches/none/resume", f'{{"passphrase": "{SECRET}"'),
]


@pytest.mark.parametrize(("method", "path", "body"), _REQUESTS)
def test_a_wrong_request_is_refused_without_repeating_it(
    lite_desk: Desk, caplog: pytest.LogCaptureFixture, method: str, path: str, body: Any
) -> None:
    caplog.set_level(logging.DEBUG)
    who = "admin" if "people" in path else "official"
    content = body if isinstance(body, str) else json.dumps(body)
    headers = {"Content-Type": "application/json"}
    answer = lite_desk.program(who).request(method, path, content=content, headers=headers)
    assert answer.status_code == 422, answer.text
    assert SECRET not in answer.text
    logged = "".join(JsonFormatter().format(record) for record in caplog.records)
    assert SECRET not in logged + caplog.text

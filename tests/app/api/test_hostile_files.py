"""Every hostile file through upload and verification: an answer in both languages, nothing half-stored."""

from pathlib import Path

import pytest

from app.records import Query
from tests.app.front import Desk

HOSTILE = Path(__file__).parents[3] / "../shared/data/hostile"
VERDICTS = {"valid", "invalid", "undetermined", "unsigned", "unreadable"}
pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not HOSTILE.is_dir(), reason="the shared data folder is not here"),
]


def hostile_files() -> list[Path]:
    return sorted(HOSTILE.iterdir()) if HOSTILE.is_dir() else []


def test_each_upload_is_a_record_or_a_refusal_that_helps(lite_desk: Desk) -> None:
    clerk = lite_desk.program("clerk")
    kept = set()
    for file in hostile_files():
        answer = clerk.post("/api/v1/records", files={"file": (file.name, file.read_bytes())})
        body = answer.json()
        if answer.status_code == 202:
            kept.add(body["records"][0]["id"])
        else:
            assert answer.status_code in (413, 415, 422), (file.name, body)
            assert body["code"] in ("empty", "not-a-document", "too-large"), (file.name, body)
            assert body["vi"], file.name
            assert body["en"], file.name
    assert {r.id for r in lite_desk.services.records.list(Query(limit=200)).records} == kept


@pytest.mark.timeout(600)
def test_each_verification_has_a_verdict(lite_desk: Desk) -> None:
    anyone = lite_desk.client(public_requests_a_minute=10_000)
    for file in hostile_files():
        answer = anyone.post("/api/v1/verify", files={"file": (file.name, file.read_bytes())})
        report = answer.json()
        assert answer.status_code == 200, (file.name, report)
        assert report["verdict"] in VERDICTS - {"valid"}, file.name
        assert report["summary"]["vi"], file.name
        assert report["summary"]["en"], file.name

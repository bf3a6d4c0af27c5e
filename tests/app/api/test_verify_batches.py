"""Many files in one request: each told as it is done, within bounds, and nothing of it left behind."""

import asyncio
import json
import tempfile
import time
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

import httpx
import pytest

from app.front.places import MOST_BATCHES, MOST_OF_ONE, BatchPlaces, TooManyBatches
from app.settings import MEBIBYTE
from signing.summary import unreadable
from tests.app import verdict_files
from tests.app.front import Desk, open_desk
from tests.app.serving import served
from tests.app.verdict_files import VerdictFiles

ADDRESS = "/api/v1/verify-batches"
STATES = ("valid", "added", "unsigned", "unreadable")
Files = list[tuple[str, tuple[str, bytes]]]


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> VerdictFiles:
    return verdict_files.make(tmp_path_factory.mktemp("files"))


@pytest.fixture(scope="module")
def trusting_desk(files: VerdictFiles, tmp_path_factory: pytest.TempPathFactory) -> Desk:
    return open_desk(tmp_path_factory.mktemp("desk"), trust=files.trust)


def _sent(files: VerdictFiles, states: Sequence[str] = STATES) -> Files:
    return [("file", (f"{state}.pdf", files[state])) for state in states]


def test_each_file_gets_the_report_that_it_gets_alone(trusting_desk: Desk, files: VerdictFiles) -> None:
    client = trusting_desk.client()
    answer = client.post(ADDRESS, files=_sent(files))
    assert answer.headers["content-type"].startswith("application/x-ndjson")
    told = [json.loads(line) for line in answer.text.splitlines()]
    assert [one["input"] for one in told] == [f"{state}.pdf" for state in STATES]
    assert [one["verdict"] for one in told] == ["valid", "invalid", "unsigned", "unreadable"]
    alone = client.post("/api/v1/verify", files={"file": ("added.pdf", files["added"])}).json()
    assert set(told[1]) == {"input", *alone}
    assert told[1]["document"] == alone["document"]


def test_progress_is_told_live(trusting_desk: Desk, files: VerdictFiles) -> None:
    answer = trusting_desk.client().post(ADDRESS, files=_sent(files), headers={"Accept": "text/event-stream"})
    assert answer.headers["content-type"].startswith("text/event-stream")
    events = [_parsed(part) for part in answer.text.strip().split("\n\n")]
    assert [name for name, _ in events] == ["progress", *["report", "progress"] * 4, "end"]
    assert [data["done"] for name, data in events if name == "progress"] == [0, 1, 2, 3, 4]
    assert events[-1][1] == {
        "total": 4,
        "verdicts": {"valid": 1, "invalid": 1, "unsigned": 1, "unreadable": 1},
    }


def _parsed(part: str) -> tuple[str, Any]:
    name, data = part.split("\n")
    return name.removeprefix("event: "), json.loads(data.removeprefix("data: "))


def test_limits_name_themselves_and_one_large_file_does_not_stop_the_others(
    trusting_desk: Desk, files: VerdictFiles
) -> None:
    client = trusting_desk.client(upload_bytes=MEBIBYTE, batch_files=3, batch_bytes=3 * MEBIBYTE)
    large = ("file", ("lon.pdf", b"%PDF-1.7" + bytes(MEBIBYTE)))
    told = [
        json.loads(line)
        for line in client.post(ADDRESS, files=[large, *_sent(files, ["valid"])]).text.splitlines()
    ]
    assert told[0]["error"]["code"] == "too-large"
    assert told[1]["verdict"] == "valid"
    for sent, status, code in (
        (_sent(files), 413, "request-too-large"),
        ([large, large, large], 413, "request-too-large"),
        ([("other", ("a.pdf", b"x"))], 422, "no-file"),
    ):
        answer = client.post(ADDRESS, files=sent)
        assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert client.post(ADDRESS, content=b"x").json()["code"] == "bad-upload"


def test_each_file_spends_a_request_and_waits_for_it(lite_desk: Desk) -> None:
    client = lite_desk.client(public_requests_a_minute=60)
    for _ in range(58):
        client.get("/api/v1/lookup", params={"code": "x"})
    begin = time.monotonic()
    answer = client.post(ADDRESS, files=[("file", (f"{n}.pdf", b"%PDF-1.7")) for n in range(4)])
    assert len(answer.text.splitlines()) == 4
    assert time.monotonic() - begin > 1


def test_places_are_few_and_given_back() -> None:
    places = BatchPlaces()
    held = [places.place("a") for _ in range(MOST_OF_ONE)]
    for one in held:
        one.__enter__()
    with pytest.raises(TooManyBatches), places.place("a"):
        pass
    others = [places.place(f"b{n}") for n in range(MOST_BATCHES - MOST_OF_ONE)]
    for one in others:
        one.__enter__()
    with pytest.raises(TooManyBatches), places.place("c"):
        pass
    held[0].__exit__(None, None, None)
    with places.place("a"):
        pass
    for one in (*held[1:], *others):
        one.__exit__(None, None, None)
    assert repr(places) == repr(BatchPlaces()), "no address is kept"


class _Slow:
    """A verifier that takes its time, and says how many it was asked for."""

    def __init__(self) -> None:
        self.asked = 0

    def verify(self, source: Path, at: datetime | None = None, *, offline: bool = False) -> dict[str, Any]:
        self.asked += 1
        time.sleep(0.3)
        return unreadable("0" * 64, "cannot-verify", datetime.now().astimezone()).to_json()


def test_a_client_that_leaves_ends_its_batch(
    lite_desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    slow = _Slow()
    desk = Desk(replace(lite_desk.services, verifier=slow), lite_desk.settings, lite_desk.authority)  # type: ignore[arg-type]
    sent: Files = [("file", (f"{n}.pdf", b"%PDF-1.7")) for n in range(40)]

    async def leave(address: str, headers: dict[str, str]) -> None:
        async with (
            httpx.AsyncClient(base_url=address, timeout=60) as client,
            client.stream("POST", ADDRESS, files=sent, headers=headers) as answer,
        ):
            assert answer.status_code == 200
            async for _ in answer.aiter_text():
                break

    with served(desk) as address:
        for headers in ({}, {"Accept": "text/event-stream"}) * MOST_OF_ONE:  # each takes a place
            before = slow.asked
            asyncio.run(leave(address, headers))
            deadline = time.monotonic() + 60
            while list(tmp_path.glob("banchinh-verify-*")):  # until what is being looked at ends
                assert time.monotonic() < deadline, "the files of a batch are left over"
                time.sleep(0.05)
            assert slow.asked - before < len(sent), "nobody waits for the others"
        done = httpx.post(f"{address}{ADDRESS}", files=sent[:1], timeout=60)
        assert done.status_code == 200

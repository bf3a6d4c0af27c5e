"""`banchinh serve` as a person starts it: a process tree on embedded defaults, killed, and started again."""

import io
import json
import os
import signal
import stat
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest

from app.sample.papers import paper
from app.sample.scans import as_scan
from tests.servers.processes import free_ports

BANCHINH = str(Path(sys.executable).with_name("banchinh"))
READY_SECONDS = 90
READING_SECONDS = 240
pytestmark = [pytest.mark.slow, pytest.mark.timeout(3 * READY_SECONDS + READING_SECONDS)]


@contextmanager
def serving(data: Path, port: int, *words: str) -> Iterator["subprocess.Popen[bytes]"]:
    """`banchinh serve` in a process group of its own, ready to be asked."""
    environment = {**os.environ, "BANCHINH_DATA": str(data), "BANCHINH_PORT": str(port)}
    with (data.parent / "serve.log").open("ab") as log:
        process = subprocess.Popen(
            [BANCHINH, "serve", *words], env=environment, stdout=log, stderr=log, start_new_session=True
        )
    try:
        end = time.monotonic() + READY_SECONDS
        while not _is_ready(port):
            assert process.poll() is None, (data.parent / "serve.log").read_text("utf-8")[-2000:]
            assert time.monotonic() < end, "the service did not get ready"
            time.sleep(0.2)
        yield process
    finally:
        kill(process)


def kill(process: "subprocess.Popen[bytes]") -> None:
    """`kill -9` of the web process, its worker, and with them all that they started."""
    if process.poll() is None:
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def _is_ready(port: int) -> bool:
    try:
        return httpx.get(f"http://127.0.0.1:{port}/health/ready").status_code == 200
    except httpx.HTTPError:
        return False


def signed_in(port: int, account: dict[str, str]) -> httpx.Client:
    address = f"http://127.0.0.1:{port}/api/v1"
    answer = httpx.post(
        f"{address}/tokens", json={"username": account["username"], "password": account["password"]}
    )
    assert answer.status_code == 201, answer.text
    headers = {"Authorization": f"Bearer {answer.json()['token']}"}
    return httpx.Client(base_url=address, headers=headers, timeout=60)


def records(client: httpx.Client) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = client.get("/records", params={"limit": 100}).json()["records"]
    return found


def wait_for(client: httpx.Client, condition: str) -> list[dict[str, Any]]:
    """The records, once some page is read (`begun`) or nothing is left to do (`done`)."""
    end = time.monotonic() + READING_SECONDS
    while True:
        found = records(client)
        busy = [r for r in found if r["status"] in ("received", "recognising")]
        if (condition == "done" and not busy) or (
            condition == "begun" and any(r["pages_done"] for r in found)
        ):
            return found
        assert time.monotonic() < end, found
        time.sleep(0.3)


def test_nothing_is_lost_when_everything_is_killed_in_the_middle_of_a_batch(tmp_path: Path) -> None:
    data, port = tmp_path / "var", free_ports(1)[0]
    with serving(data, port, "--sample", "--no-worker"):
        pass  # keys, accounts and sample records are made; nothing is read yet
    accounts_file = data / "sample-accounts.json"
    assert stat.S_IMODE(accounts_file.stat().st_mode) == 0o600
    accounts = json.loads(accounts_file.read_text("utf-8"))
    assert set(accounts) == {"clerk", "official", "archivist", "admin"}

    with serving(data, port, "--sample") as process, signed_in(port, accounts["clerk"]) as clerk:
        before = wait_for(clerk, "begun")
        scan = as_scan(paper("bao-cao").pdf_bytes, to="tiff", dpi=150, seed=7)
        sent = clerk.post("/records", files={"file": ("lan-hai.tif", io.BytesIO(scan))})
        assert sent.status_code == 202, sent.text
        kill(process)

    with serving(data, port, "--sample"), signed_in(port, accounts["clerk"]) as clerk:
        after = wait_for(clerk, "done")
    assert {r["id"] for r in after} == {r["id"] for r in before} | {sent.json()["records"][0]["id"]}
    for record in after:
        assert record["status"] == "awaiting-review", record
        assert record["pages_done"] == record["pages_total"], record
        assert record["error"] is None


def test_a_port_that_is_taken_is_said_at_once(tmp_path: Path) -> None:
    data, port = tmp_path / "var", free_ports(1)[0]
    with serving(data, port, "--no-worker"):
        second = subprocess.run(
            [BANCHINH, "serve", "--sample"],
            env={**os.environ, "BANCHINH_DATA": str(tmp_path / "other"), "BANCHINH_PORT": str(port)},
            capture_output=True,
            text=True,
            timeout=60,
        )
    assert second.returncode == 64
    assert "BANCHINH_PORT" in second.stderr
    assert not (tmp_path / "other").exists()

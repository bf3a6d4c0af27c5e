"""What the worker does by itself: seals that are awaited, and archive timestamps that are due."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from app import renewing, workflow
from app.audit import SERVICE, Action
from app.records import Seal
from tests.app.batches import actions, confirmed
from tests.app.front import HERE
from tests.app.test_levels import SECRET, Office
from tests.app.workers import wait_until
from tests.signing.conftest import NOW
from tests.signing.responders import serving

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    with serving() as responder:
        yield Office(tmp_path, responder)


@contextmanager
def worker(office: Office) -> Iterator["subprocess.Popen[bytes]"]:
    settings = office.desk.settings
    environment = {
        "BANCHINH_DATA": str(settings.data),
        "BANCHINH_TRUST": str(settings.trust),
        "BANCHINH_TSA": settings.tsa,
        "BANCHINH_FETCH_ALLOW": settings.fetch_allow,
        "BANCHINH_SEAL_PASSPHRASES": json.dumps({HERE: SECRET}),
        "BANCHINH_WORKERS": "1",
    }
    process = subprocess.Popen([sys.executable, "-m", "app.worker"], env={**os.environ, **environment})
    try:
        yield process
    finally:
        process.kill()
        process.wait()


def test_a_seal_that_is_awaited_is_tried_again(office: Office) -> None:
    services = office.desk.services
    (record,) = confirmed(services, 1)
    signed = workflow.sign(services, office.official, record.id, SECRET)
    services.records.save(replace(signed, seal=Seal.AWAITING), [])
    with worker(office):
        wait_until(lambda: services.records.get(record.id).seal is Seal.SEALED, 120, "sealed by the worker")
    last = services.history.of(record.id)[-1]
    assert (last.action, last.actor, last.details["level"]) == (Action.SEALED, SERVICE, "B-LTA")
    assert office.levels(record) == ["B-LTA", "DocTimeStamp", "B-LTA", "DocTimeStamp"]


def test_what_weakens_is_renewed_by_a_worker_once(office: Office) -> None:
    services = office.desk.services
    office.stamping(days=100)
    (record,) = confirmed(services, 1)
    workflow.sign(services, office.official, record.id, SECRET)
    office.stamping(days=800)
    for _ in range(2):  # asked again after a restart in the same night
        for found in renewing.due(services, months=6):
            services.jobs.renew(found.id, str(found.signed), date(2026, 11, 26))
    with worker(office):
        wait_until(lambda: renewing.due(services, months=6) == [], 120, "renewed by the worker")
    until = services.records.get(record.id).archive_until
    assert until is not None
    assert (until - NOW).days == 800
    assert actions(services, record).count(Action.RENEWED) == 1

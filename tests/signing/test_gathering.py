"""Fetching what a report wants: it ends in time, whatever the servers do."""

import socket
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import suppress
from pathlib import Path

import pytest

from signing.evidence.fetching import Fetcher, FetchFailed
from signing.evidence.gathering import complete
from signing.reports.report import Want
from tests.signing.responders import serving

LOOPBACK = Fetcher.allowing("127.0.0.0/8")


def _want(url: str) -> Want:
    return Want("revocation", (url,))


@pytest.fixture
def dripping() -> Iterator[str]:
    """The address of a server that gives one byte of an endless header at a time."""
    door = socket.create_server(("127.0.0.1", 0))

    def serve() -> None:
        with suppress(OSError):
            while True:
                visitor, _ = door.accept()
                with visitor, suppress(OSError):
                    visitor.sendall(b"HTTP/1.1 200 OK\r\nX: ")
                    while True:
                        visitor.sendall(b"x")
                        time.sleep(0.1)

    threading.Thread(target=serve, daemon=True).start()
    yield f"http://127.0.0.1:{door.getsockname()[1]}/"
    door.close()


def test_a_server_that_drips_is_cut_off(dripping: str) -> None:
    begun = time.monotonic()
    with pytest.raises(FetchFailed):
        Fetcher(LOOPBACK.allowed, seconds=0.5).get(dripping)
    assert time.monotonic() - begun < 30  # a server that drips would hold it for ever


def test_looks_and_fetches_end_together(dripping: str) -> None:
    looks: list[float] = []

    def look(_: Sequence[Path], seconds: float) -> str:
        looks.append(seconds)
        return "first"

    begun = time.monotonic()
    wants = [_want(f"{dripping}{n}") for n in range(10)]
    assert complete(look, lambda _: wants, LOOPBACK, 1.0) == "first"
    assert time.monotonic() - begun < 30
    assert looks == [1.0]


def test_who_answered_without_settling_it_is_asked_after_the_others() -> None:
    with serving() as responder:
        responder.answers = {"/ocsp": lambda _: b"try later", "/a.crl": lambda _: b"a list"}
        want = Want("revocation", (responder.url("/a.crl"),), (responder.url("/ocsp"),), b"question")

        def look(evidence: Sequence[Path], _: float) -> bool:
            return any(file.read_bytes() == b"a list" for folder in evidence for file in folder.iterdir())

        assert complete(look, lambda settled: [] if settled else [want], LOOPBACK)
        assert responder.asked == ["/ocsp", "/a.crl"]


def test_a_look_gets_what_time_is_left_and_the_last_answer_counts() -> None:
    looks: list[float] = []

    def look(evidence: Sequence[Path], seconds: float) -> int:
        looks.append(seconds)
        if len(looks) == 3:
            raise TimeoutError
        return len(looks)

    with serving() as responder:
        responder.answers["/a.crl"] = lambda _: b"data"
        wants = [_want(responder.url("/a.crl"))]
        assert complete(look, lambda _: wants, LOOPBACK, 60.0) == 2
    assert 60.0 == looks[0] > looks[1] > looks[2]

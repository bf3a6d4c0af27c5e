"""A real browser, and whole services with a worker: web server, database, objects, all real."""

import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack
from pathlib import Path

import pytest
from playwright.sync_api import Browser, sync_playwright

from tests.app import verdict_files
from tests.app.front import Desk, open_desk
from tests.app.serving import served
from tests.app.verdict_files import VerdictFiles
from tests.app.workers import Service
from tests.e2e.walk import House

_ARGUMENTS = (
    "--no-sandbox",  # CI runs as root
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
)


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    """Debian's Chromium, for one file of tests: Playwright keeps an event loop running in its thread while it
    is open, and what others do in that thread (pyHanko's `asyncio.run`) would fail."""
    program = _installed("chromium")
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=program, headless=True, args=list(_ARGUMENTS))
        yield opened
        opened.close()


@pytest.fixture
def browser(chromium: Browser) -> Iterator[Browser]:
    """Chromium without any page, cookie or cache of another test."""
    yield chromium
    _forget(chromium)


@pytest.fixture(scope="module")
def firefox_esr() -> Iterator[Browser]:
    """Debian's Firefox, over WebDriver BiDi: what it has of its own beside what Chromium does."""
    program = _installed("firefox-esr")
    with sync_playwright() as playwright:
        opened = playwright.firefox.launch(executable_path=program, channel="moz-firefox", headless=True)
        yield opened
        opened.close()


@pytest.fixture
def firefox(firefox_esr: Browser) -> Iterator[Browser]:
    """Firefox without any page, cookie or cache of another test."""
    yield firefox_esr
    _forget(firefox_esr)


def _installed(name: str) -> str:
    program = shutil.which(name)
    if program is None:
        if os.environ.get("CI"):
            raise RuntimeError(f"{name} is missing; run ./setup.sh test")
        pytest.skip(f"{name} is not installed")
    return program


def _forget(browser: Browser) -> None:
    for context in browser.contexts:  # each has its own cookies and its own cache
        context.close()


@pytest.fixture
def open_house(tmp_path: Path) -> Iterator[Callable[..., House]]:
    """Opens a service with a worker; `environment` are its settings."""
    closing: list[AbstractContextManager[object]] = []

    def opened(**environment: str) -> House:
        desk: Desk = open_desk(tmp_path / "data", environment.get("BANCHINH_DATABASE", ""), environment)
        known = {"BANCHINH_DATA": str(desk.settings.data), "BANCHINH_WORKERS": "2", **environment}
        known["BANCHINH_DATABASE"] = desk.settings.database_url
        worker = Service(desk.services, desk.settings, known).worker()
        worker.__enter__()
        server = ExitStack()
        address = server.enter_context(served(desk))
        closing.extend([server, worker])
        return House(desk, address, server.close)

    yield opened
    for context in closing:
        context.__exit__(None, None, None)


@pytest.fixture
def quiet_house(tmp_path: Path) -> Iterator[House]:
    """A service without a worker, on embedded defaults: what is read, the test reads."""
    desk = open_desk(tmp_path / "data")
    with ExitStack() as server:
        yield House(desk, server.enter_context(served(desk)), server.close)


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> VerdictFiles:
    """Files in every state of the verification page."""
    return verdict_files.make(tmp_path_factory.mktemp("files"))


@pytest.fixture
def house(tmp_path: Path, files: VerdictFiles) -> Iterator[House]:
    """A service that trusts whoever signed these files."""
    desk = open_desk(tmp_path / "data", trust=files.trust)
    with ExitStack() as server:
        yield House(desk, server.enter_context(served(desk)), server.close)

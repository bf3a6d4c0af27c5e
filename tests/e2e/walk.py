"""The steps of the walk, as people take them in a browser."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pikepdf
from playwright.sync_api import Browser, Page, expect

from app.sample.papers import paper
from app.sample.scans import as_scan
from tests.app.front import PASSWORD, Desk

#: A page takes 4 s on an idle machine, and took 55 s on one with twelve times as much to do as its cores can.
READING_SECONDS = 300
_SEEN_SECONDS = 60
expect.set_options(timeout=45_000)


@dataclass(frozen=True, slots=True)
class House:
    """A running service."""

    desk: Desk
    address: str
    stop: Callable[[], None]

    def visit(self, browser: Browser, width: int = 1280, **options: object) -> Page:
        """A new visitor's page; `options` are those of a browser context."""
        context = browser.new_context(
            viewport={"width": width, "height": 900 if width > 600 else 740},
            base_url=self.address,
            accept_downloads=True,
            **options,  # type: ignore[arg-type]
        )
        page = context.new_page()
        page.set_default_timeout(60_000)  # two cores may be busy with other suites
        return page

    def sign_in(self, browser: Browser, account: str, width: int = 1280, **options: object) -> Page:
        """By keyboard alone: the caret is in the first field when the page opens."""
        page = self.visit(browser, width, **options)
        page.goto("/")
        look(page)
        expect(page.locator("[name=username]")).to_be_focused()
        page.keyboard.type(account)
        page.keyboard.press("Tab")
        page.keyboard.type(PASSWORD)
        page.keyboard.press("Enter")
        page.wait_for_url(lambda url: "sign-in" not in url and url.rstrip("/") != self.address)
        return page


def look(page: Page) -> None:
    """Wait until the page is on the screen and its scripts have run. On a busy machine `load` comes before
    the first frame: the first field does not have the caret yet, and the browser drops keys. The first frame
    may come before the modules too, which run when the whole page has arrived: a click is then nobody's."""
    until(page, "performance.getEntriesByName('first-contentful-paint').length > 0")
    until(page, "document.readyState === 'complete'")


def until(page: Page, true: str) -> None:
    """Wait until that holds in the page; our policy forbids the way that Playwright has for it."""
    end = time.monotonic() + _SEEN_SECONDS
    while not page.evaluate(true):
        assert time.monotonic() < end, f"{page.url}: never came true: {true}"
        page.wait_for_timeout(50)


def scans(folder: Path) -> list[Path]:
    """Fictional papers as a scanner gives them, in every form; and one file that is no paper."""
    folder.mkdir()
    forms = (("quyet-dinh", "pdf", "pdf"), ("giay-khai-sinh", "jpeg", "jpg"), ("bao-cao", "tiff", "tif"))
    for name, form, ending in forms:
        scan = as_scan(paper(name).pdf_bytes, to=form, dpi=200, skew=0.4)  # type: ignore[arg-type]
        (folder / f"{name}.{ending}").write_bytes(scan)
    (folder / "hong.pdf").write_bytes(b"this is no paper")
    return sorted(folder.iterdir())


def locked(path: Path) -> Path:
    """A PDF that nobody opens without its password: the service learns of it after it was received."""
    pdf = pikepdf.new()
    pdf.add_blank_page()
    pdf.save(path, encryption=pikepdf.Encryption(owner="mau", user="mau"))
    return path


def drop(page: Page, files: list[Path]) -> None:
    """Drop files, and wait until each is read or refused; without ever loading the page anew."""
    page.evaluate("window.sameDocument = true")
    page.set_input_files("#files", [str(file) for file in files])
    every = f"{len(files)}/{len(files)}"
    expect(page.locator("#queue-sum")).to_contain_text(every, timeout=READING_SECONDS * 1000)
    assert page.evaluate("window.sameDocument")


def fits(page: Page) -> None:
    """Nothing goes over the side of the screen."""
    wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    assert wide <= 0, f"{page.url} is {wide} pixels too wide"

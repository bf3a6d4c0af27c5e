"""The journeys of signing in Firefox, whose WebCrypto, workers and canvas are not Chromium's."""

from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from app.records import Status
from tests.app.batches import confirmed
from tests.e2e.key_files import key_file, old, open_in, person
from tests.e2e.test_marks import mark_of, office, settled, stands, submit
from tests.e2e.test_signing import choose_key_file, consent_and_sign, verdict_of
from tests.e2e.walk import House, fits
from tests.signing import marked

__all__ = ["office"]
pytestmark = [pytest.mark.browser, pytest.mark.timeout(600)]


def test_a_clerk_and_then_an_official_sign_in_firefox(
    firefox: Browser, office: House, tmp_path: Path
) -> None:
    records = confirmed(office.desk.services, 3, content=None)
    page = office.sign_in(firefox, "clerk")
    page.goto("/digitising")
    page.locator("#all").check()
    choose_key_file(page, key_file(person("rsa", "Lê Văn Thử"), old()))
    consent_and_sign(page)
    expect(page.locator("#sign .said")).to_contain_text("Đã ký xong 3 văn bản", timeout=120_000)
    official = office.sign_in(firefox, "official")
    official.goto("/inbox")
    official.locator("#all").check()
    choose_key_file(official, key_file(person("ec-384")))
    consent_and_sign(official)
    expect(official.locator("#sign .said")).to_contain_text("Đã ký xong 3 văn bản", timeout=120_000)
    names = ["Lê Văn Thử", "Nguyễn Văn Mẫu", "ỦY BAN NHÂN DÂN XÃ MẪU"]
    for record in records:
        assert verdict_of(office.desk, record, tmp_path) == ("valid", names)


@pytest.mark.parametrize("width", [1280, 360])
def test_the_mark_is_placed_in_firefox(firefox: Browser, office: House, width: int) -> None:
    (record,) = confirmed(office.desk.services, 1, content=marked.decision())
    page = office.sign_in(firefox, "official", width)
    page.goto(f"/records/{record.id}")
    expect(stands(page)).to_contain_text("Dấu đứng ở trang 1")
    page.locator(".placing").focus()
    page.keyboard.press("PageDown")
    expect(stands(page)).to_contain_text("Dấu đứng ở trang 2")
    sheet = page.locator(".placing").bounding_box()
    assert sheet
    page.locator(".placing").click(position={"x": sheet["width"] * 0.3, "y": sheet["height"] * 0.85})
    settled(page)
    page.keyboard.press("ArrowRight")
    settled(page)
    expect(stands(page)).to_contain_text("Dấu đứng ở trang 2")
    shown = page.evaluate("document.querySelector('.place-said').textContent.match(/\\d+ mm/g)")
    fits(page)
    page.locator("#sign input[name=passphrase]").fill(office.desk.authority.passphrase)
    submit(page)
    page.wait_for_url("**done=signed")
    assert office.desk.services.records.get(record.id).status is Status.SIGNED
    left, top = (float(one.removesuffix(" mm")) for one in shown)
    assert mark_of(office.desk, record, 2) == pytest.approx([left, top], abs=1.1)


@pytest.mark.parametrize("algorithm", ["rsa", "ec", "ec-384"])
def test_key_files_open_in_firefox(firefox: Browser, office: House, algorithm: str) -> None:
    page = office.sign_in(firefox, "official")
    held = person(algorithm)  # type: ignore[arg-type]
    opened = open_in(page, key_file(held), b"to be signed")
    assert not isinstance(opened, str), opened
    wrong = open_in(page, key_file(held), b"to be signed", "another")
    assert wrong == "wrong-passphrase"

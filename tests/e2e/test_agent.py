"""Signing with a token, by the signing application on the official's own machine."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from app.records import Status
from app.sample.authority import OFFICIAL
from tests.app.batches import confirmed
from tests.e2e.walk import House, fits
from tests.signing_agent import Agent, listening, one_machine

pytestmark = [pytest.mark.browser]


@pytest.fixture
def agent(quiet_house: House) -> Iterator[Agent]:
    authority = quiet_house.desk.authority
    with one_machine():
        yield Agent(authority.key_file, authority.passphrase)


def official(house: House, browser: Browser, width: int = 1280) -> Page:
    """Whose machine trusts the certificate of the application, as its setup sees to."""
    return house.sign_in(browser, "official", width, ignore_https_errors=True)


def sign_all(page: Page) -> None:
    """By keyboard alone, from the top of the list."""
    page.locator("#all").focus()
    page.keyboard.press("Space")
    page.locator("input[name=key]:checked").focus()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    expect(page.locator("input[value=agent]")).to_be_checked()
    page.keyboard.press("Tab")
    page.keyboard.press("Space")
    expect(page.locator("input[name=consent]")).to_be_checked()
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")


@pytest.mark.timeout(600)
@pytest.mark.parametrize("width", [1280, 360])
def test_many_are_signed_with_a_token(
    browser: Browser, quiet_house: House, agent: Agent, tmp_path: Path, width: int
) -> None:
    records = confirmed(quiet_house.desk.services, 2)
    page = official(quiet_house, browser, width)
    page.goto("/inbox")
    sign_all(page)
    said = page.locator("#sign .said, #sign .wrong:visible").first
    expect(said).to_contain_text("Không thấy ứng dụng VGCA Sign Service")
    expect(said).to_contain_text("còn 2 văn bản chưa ký")
    fits(page)
    with listening(agent, tmp_path):
        agent.fails_with = {"Status": 28, "Message": "Sai mã PIN"}
        page.get_by_role("button", name="Ký tiếp 2 văn bản còn lại").click()
        again(page)
        expect(said).to_contain_text("báo lỗi 28: Sai mã PIN.")
        expect(said).to_contain_text("3 lần sai PIN")
        agent.fails_with, agent.hangs_up = None, True
        page.get_by_role("button", name="Ký tiếp 2 văn bản còn lại").click()
        again(page)
        expect(said).to_contain_text("đóng kết nối trước khi ký xong")
        agent.hangs_up = False
        page.reload()  # nothing but what was to be signed is kept
        expect(page.locator("#sign .documents li")).to_have_count(2)
        page.get_by_role("button", name="Ký tiếp 2 văn bản còn lại").click()
        page.locator("input[value=agent]").check()
        again(page)
        expect(said).to_contain_text("Đã ký xong 2 văn bản")
    fits(page)
    for record in records:
        assert quiet_house.desk.services.records.get(record.id).status is Status.SIGNED
    assert {order["SessionId"] + order["JWTToken"] for order in agent.orders} == {""}
    page.get_by_role("button", name="Chọn văn bản khác để ký").click()
    expect(page.locator(".empty")).to_be_visible()
    expect(page.locator("h2 + .papers li")).to_have_count(2)


def again(page: Page) -> None:
    page.locator("input[name=consent]").check()
    page.locator("#signing button:not([type])").click()


@pytest.mark.timeout(300)
def test_one_is_signed_on_its_own_page(
    browser: Browser, quiet_house: House, agent: Agent, tmp_path: Path
) -> None:
    (record,) = confirmed(quiet_house.desk.services, 1)
    page = official(quiet_house, browser)
    page.goto(f"/records/{record.id}")
    page.get_by_label("USB ký số").check()
    agent.alter = lambda data: data + b"% more\n"
    with listening(agent, tmp_path):
        page.locator("#sign form button:not([type])").click()
        expect(page.locator("#sign .said")).to_contain_text("Chữ ký nhận về không đúng")
        agent.alter = lambda data: data
        page.get_by_role("button", name="Ký tiếp 1 văn bản còn lại").click()
        page.locator("#sign form button:not([type])").click()
        page.wait_for_url("**done=signed")
    expect(page.locator(".message.good")).to_contain_text("Đã ký số")


@pytest.mark.timeout(300)
def test_a_run_of_who_digitised_is_taken_up_again(
    browser: Browser, quiet_house: House, agent: Agent, tmp_path: Path
) -> None:
    first, second = confirmed(quiet_house.desk.services, 2)
    people = quiet_house.desk.services.people
    people.save(replace(people.get("clerk"), name=OFFICIAL))  # whose token the application has
    page = quiet_house.sign_in(browser, "clerk", ignore_https_errors=True)
    page.goto("/digitising")
    page.locator("#all").check()
    page.locator("input[value=agent]").check()
    again(page)
    said = page.locator("#sign .said")
    expect(said).to_contain_text("Không thấy ứng dụng VGCA Sign Service")
    with listening(agent, tmp_path):
        other = quiet_house.sign_in(browser, "clerk", ignore_https_errors=True)
        other.goto(f"/records/{first.id}")
        other.locator("input[value=agent]").check()
        other.locator("#sign form button:not([type])").click()
        other.wait_for_url("**done=digitised")
        page.reload()
        expect(page.get_by_role("button", name="Ký tiếp 1 văn bản còn lại")).to_be_visible()
        page.get_by_role("button", name="Ký tiếp 1 văn bản còn lại").click()
        page.locator("input[value=agent]").check()
        again(page)
        expect(said).to_contain_text("Đã ký xong 2 văn bản")
    records = quiet_house.desk.services.records
    assert {records.get(one.id).digitised_by for one in (first, second)} == {"clerk"}


@pytest.mark.timeout(300)
def test_a_batch_that_the_service_does_not_leave_is_not_forgotten(
    browser: Browser, quiet_house: House
) -> None:
    confirmed(quiet_house.desk.services, 2)
    page = quiet_house.sign_in(browser, "official")
    page.goto("/inbox")
    page.locator("#all").check()
    page.locator("#sign input[name=passphrase]").fill(quiet_house.desk.authority.passphrase)
    page.route("**/api/v1/signing-batches/*", lambda route: route.abort())
    again(page)
    said = page.locator("#sign .said")
    expect(said).to_contain_text("còn 2 văn bản chưa ký")
    page.locator("#sign .leave").click()
    expect(said).to_contain_text("kết nối")
    assert page.evaluate("Object.keys(sessionStorage).some((key) => key.startsWith('signing:'))")

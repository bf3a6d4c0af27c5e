"""A withheld guess at a number: the keys lead past it, and what the browser kept does not fill it in."""

import pytest
from playwright.sync_api import Browser, expect

from tests.app.test_numbering import given, guessed, read
from tests.e2e.walk import House

pytestmark = [pytest.mark.browser, pytest.mark.timeout(120)]

NUMBER, DAY = "#field-number", "#field-date"


def test_enter_leads_past_a_withheld_number(browser: Browser, quiet_house: House) -> None:
    """What says that it is withheld was an input of the field, which took the focus and showed nothing."""
    desk = quiet_house.desk
    record = read(desk, guessed("57"), "2024-03-05")
    given(desk, "60", "2024-03-01")
    page = quiet_house.sign_in(browser, "clerk")
    page.goto(f"/records/{record.id}")
    expect(page.locator("[name=withheld-number]")).to_be_attached()
    page.locator(NUMBER).focus()
    page.keyboard.press("Enter")
    expect(page.locator(NUMBER)).not_to_be_focused(timeout=5000)


def test_a_guess_that_the_browser_kept_is_not_brought_back(browser: Browser, quiet_house: House) -> None:
    """It stood in the form as what the person had typed themselves, and was confirmed without a tick."""
    desk = quiet_house.desk
    record = read(desk, guessed("57"), "2024-03-05")
    page = quiet_house.sign_in(browser, "clerk")
    page.goto(f"/records/{record.id}")
    expect(page.locator(NUMBER)).to_have_value("57")
    page.locator(DAY).fill("06/03/2024")
    given(desk, "60", "2024-03-01")
    page.on("dialog", lambda dialog: dialog.accept())
    page.goto(f"/records/{record.id}")
    expect(page.locator("[name=withheld-number]")).to_be_attached()
    expect(page.locator(DAY)).to_have_value("06/03/2024")
    expect(page.locator(NUMBER)).to_have_value("", timeout=5000)

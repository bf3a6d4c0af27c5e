"""An official whose key signs after a confirmation on its provider's own page: there and back in the
browser."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect
from pydantic import SecretStr

from app.records import Record, Status
from app.sample.authority import new_issuer
from tests.app.batches import confirmed, with_settings
from tests.app.front import Desk, open_desk
from tests.app.serving import served
from tests.e2e.walk import House, fits
from tests.servers.processes import free_ports
from tests.signing import csc_server
from tests.signing.conftest import NOW
from tests.signing.csc_pages import Pages
from tests.signing.csc_server import Held, Service

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]


@contextmanager
def remote_house(place: Path, *, version: str, signs_in: bool) -> Iterator[tuple[House, Service]]:
    issuer, (port,) = new_issuer(NOW, "ec"), free_ports(1)
    home = f"http://127.0.0.1:{port}"
    held = {"ec": Held(issuer.issue(NOW, algorithm="ec"), [issuer.issuing], mode="oauth2code", scal="2")}
    pages = Pages(redirects=(f"{home}/signing-return",), kind="SAD" if version == "v1" else "Bearer")
    with csc_server.serving(held, pages=pages) as remote:
        desk: Desk = with_settings(
            open_desk(place),
            trust=place / "nobody",  # so that no authority is asked about the keys of the remote service
            public_url=home,
            fetch_allow="127.0.0.0/8",
            csc_hosts=f"127.0.0.1:{remote.port}",
            csc_token=None if signs_in else SecretStr("token-of-tests"),
            csc_client_id=pages.client,
            csc_client_secret=SecretStr(str(pages.secret)),
        )
        people = desk.services.people
        key = f"csc:{remote.url(version)}?credential=ec"
        people.save(replace(people.get("official"), signing_key=key))
        with served(desk, port) as address:
            yield House(desk, address, lambda: None), remote


def consent(page: Page) -> None:
    page.locator("input[name=consent]").check()
    page.locator("#signing button:not([type])").click()


def signed(house: House, records: list[Record]) -> bool:
    return all(house.desk.services.records.get(one.id).status is Status.SIGNED for one in records)


@pytest.mark.parametrize("width", [1280, 360])
def test_many_are_signed_by_leave_from_the_page(browser: Browser, tmp_path: Path, width: int) -> None:
    with remote_house(tmp_path / "data", version="v1", signs_in=False) as (house, remote):
        records = confirmed(house.desk.services, 3)
        page = house.sign_in(browser, "official", width)
        page.goto("/inbox")
        page.locator("#all").check()
        expect(page.locator("#signing")).to_contain_text("để trống hai ô này")
        consent(page)
        expect(page).to_have_title("DỊCH VỤ MẪU")  # whoever consents is sent there
        expect(page.locator("p")).to_have_text("ký 3 văn bản bằng khóa ec")
        page.get_by_role("button", name="Từ chối").click()
        said = page.locator("#sign .said")
        expect(said).to_contain_text("đã từ chối ký")
        fits(page)
        page.screenshot(path=tmp_path / f"denied-{width}.png", full_page=True)
        page.get_by_role("button", name="Ký tiếp 3 văn bản còn lại").click()
        consent(page)
        expect(page).to_have_title("DỊCH VỤ MẪU")
        page.get_by_role("button", name="Đồng ý").click()
        expect(said).to_contain_text("Đã ký xong 3 văn bản", timeout=60_000)
        assert "code=" not in page.url
        fits(page)
        page.screenshot(path=tmp_path / f"signed-{width}.png", full_page=True)
        assert signed(house, records)
        assert remote.calls("credentials/authorize") == 0


def test_one_is_signed_after_the_holder_signed_in(browser: Browser, tmp_path: Path) -> None:
    """From the record's page. Two ways to the provider: to sign in, and to give leave, which is asked for in
    words."""
    with remote_house(tmp_path / "data", version="v2", signs_in=True) as (house, remote):
        (record,) = confirmed(house.desk.services, 1)
        page = house.sign_in(browser, "official")
        page.goto(f"/records/{record.id}?lang=en")
        page.locator("#sign form button:not([type])").click()
        expect(page).to_have_title("DỊCH VỤ MẪU", timeout=30_000)
        expect(page.locator("p")).to_have_text("đăng nhập")
        page.get_by_role("button", name="Đồng ý").click()
        page.wait_for_url(f"**/records/{record.id}")
        expect(page.locator("#sign .said")).to_contain_text("confirm on its own page", timeout=30_000)
        page.screenshot(path=tmp_path / "leave.png", full_page=True)
        page.get_by_role("button", name="Go to the page of the key's provider").click()
        expect(page).to_have_title("DỊCH VỤ MẪU")
        expect(page.locator("p")).to_have_text("ký 1 văn bản bằng khóa ec")
        assert [visit["lang"] for visit in remote.pages.visits] == ["en", "en"]
        page.get_by_role("button", name="Đồng ý").click()
        page.wait_for_url(f"**/records/{record.id}?done=signed", timeout=60_000)
        assert signed(house, [record])

"""An official with a browser and a key file signs twenty results at once, and the agency's seal follows."""

import base64
import urllib.parse
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from playwright.sync_api import Browser, Page, Request, Route, expect

from app import batch_signing
from app.batch_signing import Consent
from app.records import Problem, Record, Status
from signing.validation import validate
from tests.app.batches import confirmed
from tests.app.front import HERE, PASSWORD, Desk, open_desk
from tests.app.serving import served
from tests.e2e.key_files import PASSPHRASE, issuer, key_file, old, person
from tests.e2e.walk import House, fits
from tests.signing import documents

pytestmark = [pytest.mark.browser]

SEAL_PASSPHRASE = "mật khẩu con dấu"


@pytest.fixture
def office(tmp_path: Path) -> Iterator[House]:
    """A service that trusts the authority of the key files too, for an agency with a seal."""
    now, seal_file = datetime.now(UTC), tmp_path / "seal.p12"
    desk = open_desk(tmp_path / "data")
    desk.trust(issuer())
    sealing = issuer().issue(now, name="ỦY BAN NHÂN DÂN XÃ MẪU", algorithm="ec")
    seal_file.write_bytes(issuer().bundle(sealing, SEAL_PASSPHRASE))
    agencies = desk.services.agencies
    agencies.save(replace(agencies.get(HERE), seal_key=f"file:{seal_file}"))
    desk = replace(desk, services=replace(desk.services, seal_secret=lambda _: SEAL_PASSPHRASE))
    with ExitStack() as server:
        yield House(desk, server.enter_context(served(desk)), server.close)


def choose_key_file(page: Page, file: bytes, passphrase: str = PASSPHRASE) -> None:
    page.locator("input[name=key][value=file]").check()
    page.set_input_files(
        "#sign input[name=file]", {"name": "khoa.p12", "mimeType": "application/x-pkcs12", "buffer": file}
    )
    page.locator("#sign input[name=passphrase]").fill(passphrase)


def consent_and_sign(page: Page) -> None:
    page.locator("input[name=consent]").check()
    page.locator("#signing button:not([type])").click()


def verdict_of(desk: Desk, record: Record, folder: Path) -> tuple[str, list[str | None]]:
    """What our verifier says of the stored file, and who signed it."""
    signed = desk.services.records.get(record.id).signed
    assert signed
    with desk.services.objects.open(signed) as stored:
        (folder / "signed.pdf").write_bytes(stored.read())
    with ThreadPoolExecutor(1) as beside:  # Playwright's event loop runs in this thread
        report = beside.submit(validate, folder / "signed.pdf", anchors=[desk.settings.trust_folder]).result()
    return report.verdict, [signature.signer for signature in report.signatures]


@pytest.mark.timeout(900)
@pytest.mark.parametrize(("width", "many"), [(1280, 20), (360, 2)])
def test_many_are_signed_with_one_passphrase_and_sealed(
    browser: Browser, office: House, tmp_path: Path, width: int, many: int
) -> None:
    (refused,) = confirmed(office.desk.services, 1, content=documents.encrypted())
    records = confirmed(office.desk.services, many)
    page = office.sign_in(browser, "official", width)
    sent: list[Request] = []
    page.context.on("request", lambda request: sent.append(request))  # noqa: PLW0108  takes no builtin
    complaints: list[str] = []
    page.on("console", lambda line: complaints.append(line.text) if line.type == "error" else None)
    page.goto("/inbox")
    page.locator("#all").check()
    expect(page.locator(".consent")).to_contain_text(f"Tôi đã đọc {many + 1} văn bản đã chọn, ký số")
    expect(page.locator(".consent")).to_contain_text("đóng dấu số của cơ quan sau chữ ký của tôi")
    expect(page.get_by_label("Đóng dấu số của ỦY BAN NHÂN DÂN XÃ MẪU")).to_be_checked()
    file = key_file(person(), old())
    choose_key_file(page, file, "sai mật khẩu")
    consent_and_sign(page)
    expect(page.locator("#signing .wrong")).to_contain_text("Mật khẩu của tệp khóa không đúng")
    expect(page.locator("#signing .wrong")).to_be_in_viewport(ratio=1)
    expect(page.locator("#sign input[name=passphrase]")).to_be_focused()
    expect(page.locator("#sign input[name=passphrase]")).to_have_value("")
    fits(page)
    page.keyboard.type(PASSPHRASE)
    consent_and_sign(page)
    expect(page.locator("#sign .holder")).to_contain_text("Nguyễn Văn Mẫu, ỦY BAN NHÂN DÂN PHƯỜNG MẪU")
    fits(page)
    expect(page.locator("#sign .said")).to_contain_text(f"Đã ký {many}/{many + 1}", timeout=300_000)
    bad = page.locator('#sign .documents li[data-status="failed"]')
    expect(bad).to_have_count(1)
    expect(bad.locator("a")).to_have_attribute("href", f"/records/{refused.id}")
    expect(bad).to_contain_text("Tệp có mật khẩu")
    expect(page.locator("#sign .documents li").first).to_have_attribute("data-status", "failed")
    expect(page.locator('#sign .documents li[data-status="signed"]')).to_have_count(many)
    fits(page)
    for record in records:
        assert verdict_of(office.desk, record, tmp_path) == (
            "valid",
            ["Nguyễn Văn Mẫu", "ỦY BAN NHÂN DÂN XÃ MẪU"],
        )
    assert office.desk.services.records.get(refused.id).status is Status.CONFIRMED
    assert page.workers == []  # the key is gone
    assert complaints == []
    _nothing_secret_in(sent, file)
    page.get_by_role("button", name="Chọn lại 1 văn bản chưa ký được").click()
    expect(page.locator("#papers > li")).to_have_count(1)
    expect(page.locator("#papers .pick input")).to_be_checked()  # nobody looks for it again


def _nothing_secret_in(sent: list[Request], file: bytes) -> None:
    key = person().key
    assert isinstance(key, rsa.RSAPrivateKey)
    numbers = key.private_numbers()
    parts = [file, *(number.to_bytes(256) for number in (numbers.d, numbers.p, numbers.q))]
    secrets = [PASSPHRASE.encode(), urllib.parse.quote(PASSPHRASE).encode(), PASSPHRASE.encode("utf-16-be")]
    for content in parts:
        secrets += [content[140:230], content[140:230].hex().encode()]
        secrets += [base64.b64encode(content[at : at + 90]) for at in (140, 141, 142)]
    assert any(request.url.endswith("/values") for request in sent)
    for request in sent:
        whole = request.url.encode() + (request.post_data_buffer or b"") + str(request.headers).encode()
        assert not any(secret in whole for secret in secrets), request.url


@pytest.mark.timeout(600)
def test_what_was_broken_off_goes_on(browser: Browser, office: House, tmp_path: Path) -> None:
    """The connection is lost while values are sent; then the page is loaded anew."""
    records = confirmed(office.desk.services, 12)
    page = office.sign_in(browser, "official")
    page.goto("/inbox")
    page.locator("#all").check()
    choose_key_file(page, key_file(person("ec")))
    taken: list[str] = []

    def once(route: Route) -> None:
        taken.append(route.request.url)
        route.continue_() if len(taken) == 1 else route.abort()

    page.route("**/values", once)
    consent_and_sign(page)
    expect(page.locator("#sign .said")).to_contain_text("Mất kết nối với máy chủ", timeout=120_000)
    page.unroute("**/values")
    page.route("**/api/v1/signing-batches/*", lambda route: route.abort())
    page.reload()
    expect(page.locator("#sign .said")).to_contain_text("Mất kết nối với máy chủ")
    expect(page.locator("#sign .documents li")).to_have_count(12)
    page.unroute("**/api/v1/signing-batches/*")
    _another_signs_in(office, page)
    page.goto("/inbox")
    rest = page.locator("#sign .rest")
    expect(rest).to_contain_text("Ký tiếp")
    expect(page.locator("#sign .documents li")).to_have_count(12)
    rest.click()
    choose_key_file(page, key_file(person("ec")))
    consent_and_sign(page)
    expect(page.locator("#sign .said")).to_contain_text("Đã ký xong 12 văn bản", timeout=120_000)
    assert {verdict_of(office.desk, record, tmp_path)[0] for record in records} == {"valid"}
    histories = [office.desk.services.history.of(record.id) for record in records]
    assert all([event.action for event in events].count("signed") == 1 for events in histories)


def _another_signs_in(office: House, page: Page) -> None:
    """In the same tab, sees nothing of what was left, and leaves again."""
    people = office.desk.services.people
    people.add(replace(people.get("official"), username="official-2"))
    for username in ("official-2", "official"):
        page.get_by_role("button", name="Đăng xuất").click()
        page.goto("/sign-in")
        page.locator("[name=username]").fill(username)
        page.locator("[name=password]").fill(PASSWORD)
        page.locator("[name=password]").press("Enter")
        page.wait_for_url("**/inbox")
        if username == "official-2":
            expect(page.locator("#sign")).to_be_visible()
            expect(page.locator(".consent")).to_be_hidden()
            expect(page.locator("#sign .documents li")).to_have_count(0)


@pytest.mark.timeout(600)
def test_by_keyboard_alone_with_the_account_key_in_english(browser: Browser, quiet_house: House) -> None:
    records = confirmed(quiet_house.desk.services, 4)
    page = quiet_house.sign_in(browser, "official")
    page.goto("/inbox?lang=en")
    page.locator("#papers .pick input").first.focus()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Shift+ArrowDown")
    expect(page.locator("#chosen")).to_have_text("2 of 4 chosen")
    page.keyboard.press("Enter")
    expect(page.locator(".peeked:visible")).to_have_count(1)
    page.keyboard.press("Enter")
    page.locator("input[name=key]:checked").focus()
    page.keyboard.press("Tab")
    for passphrase, said in (("wrong", "#signing .wrong"), (quiet_house.desk.authority.passphrase, "")):
        page.locator("#sign input[name=passphrase]").focus()
        page.keyboard.type(passphrase)
        for _ in ("reason", "mark", "another page", "consent"):
            page.keyboard.press("Tab")
        if not page.locator("input[name=consent]").is_checked():
            page.keyboard.press("Space")
        page.keyboard.press("Tab")
        page.keyboard.press("Enter")
        if said:
            expect(page.locator(said)).to_contain_text("passphrase")
    expect(page.locator("#sign .said")).to_contain_text("All 2 documents are signed")
    expect(page.locator("#sign .leave")).to_be_focused()
    signed = [r for r in records if quiet_house.desk.services.records.get(r.id).status is Status.SIGNED]
    assert len(signed) == 2


@pytest.mark.timeout(300)
def test_a_batch_that_a_kill_interrupted_goes_on_with_the_passphrase(
    browser: Browser, quiet_house: House
) -> None:
    """Found again on any machine where the official signs in."""
    services = quiet_house.desk.services
    records = confirmed(services, 3)
    begin = Consent({record.id: record.version for record in records}, "", seal=False)
    batch = batch_signing.begin(services, services.people.get("official"), begin)
    why = Problem("key-lost", "USB ký số đã bị rút.", "The token was pulled out.")
    assert services.batches.claim(batch.id, "a process", services.now())
    services.batches.release(batch.id, "a process", why)
    page = quiet_house.sign_in(browser, "official")
    said = page.locator("#sign .said")
    expect(said).to_contain_text("USB ký số đã bị rút. Việc ký đã dừng: còn 3 văn bản chưa ký")
    page.get_by_role("button", name="Ký tiếp 3 văn bản còn lại").click()
    page.locator("#sign input[name=passphrase]").fill(quiet_house.desk.authority.passphrase)
    consent_and_sign(page)
    expect(said).to_contain_text("Đã ký xong 3 văn bản")
    assert all(services.records.get(record.id).status is Status.SIGNED for record in records)


@pytest.mark.timeout(300)
def test_one_is_signed_with_a_key_file_on_its_own_page(
    browser: Browser, office: House, tmp_path: Path
) -> None:
    """By a person whose account has no key."""
    (record,) = confirmed(office.desk.services, 1)
    people = office.desk.services.people
    people.add(replace(people.get("official"), username="official-2", signing_key=None))
    page = office.sign_in(browser, "official-2", 360)
    page.goto(f"/records/{record.id}")
    page.get_by_label("Đóng dấu số").uncheck()
    choose_key_file(page, b"no key at all")
    page.locator("#sign form button:not([type])").click()
    expect(page.locator("#sign .wrong")).to_contain_text("không phải tệp khóa PKCS#12")
    choose_key_file(page, key_file(person("ec-384")))
    fits(page)
    page.locator("#sign form button:not([type])").click()
    page.wait_for_url("**done=signed")
    assert verdict_of(office.desk, record, tmp_path) == ("valid", ["Nguyễn Văn Mẫu"])

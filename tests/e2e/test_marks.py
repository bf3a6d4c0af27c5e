"""Where the mark stands is seen and chosen before signing; who digitised signs before the official does."""

from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import replace
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path
from typing import Any

import pikepdf
import pytest
from playwright.sync_api import Browser, Locator, Page, Request, expect

from app.records import Record, Status
from tests.app.batches import confirmed
from tests.app.front import HERE, Desk, open_desk
from tests.app.serving import served
from tests.e2e.key_files import PASSPHRASE, issuer, key_file, person
from tests.e2e.test_signing import SEAL_PASSPHRASE, choose_key_file, consent_and_sign, verdict_of
from tests.e2e.test_verdicts import _picture
from tests.e2e.walk import House, fits
from tests.signing import marked

pytestmark = [pytest.mark.browser, pytest.mark.timeout(600)]


@pytest.fixture
def office(tmp_path: Path) -> Iterator[House]:
    """A service that trusts the authority of the key files too, for an agency with a seal and its image."""
    now, seal_file = datetime.now(UTC), tmp_path / "seal.p12"
    desk = open_desk(tmp_path / "data")
    desk.trust(issuer())
    sealing = issuer().issue(now, name="ỦY BAN NHÂN DÂN XÃ MẪU", algorithm="ec")
    seal_file.write_bytes(issuer().bundle(sealing, SEAL_PASSPHRASE))
    image = desk.services.objects.put(BytesIO(marked.seal_image())).digest
    agencies = desk.services.agencies
    agencies.save(replace(agencies.get(HERE), seal_key=f"file:{seal_file}", seal_image=image))
    desk = replace(desk, services=replace(desk.services, seal_secret=lambda _: SEAL_PASSPHRASE))
    with ExitStack() as server:
        yield House(desk, server.enter_context(served(desk)), server.close)


def with_a_full_first_page() -> bytes:
    with pikepdf.open(BytesIO(marked.covered_all_over())) as pdf:
        with pikepdf.open(BytesIO(marked.decision())) as other:
            pdf.pages.extend(other.pages)
        pdf.save(made := BytesIO())
    return made.getvalue()


def mark_of(desk: Desk, record: Record, page: int, number: int = 0) -> list[float]:
    """Left and top edge of a mark in the signed file, in millimetres."""
    digest = desk.services.records.get(record.id).pdf
    assert digest
    with desk.services.objects.open(digest) as stored, pikepdf.open(BytesIO(stored.read())) as pdf:
        rect = [float(v) * 25.4 / 72 for v in pdf.pages[page - 1].Annots[number].Rect]
    return [rect[0], 297 - rect[3]]


def stands(page: Page) -> Locator:
    return page.locator(".place-said")


def settled(page: Page) -> None:
    """Wait until the service has said where the mark stands that was moved."""
    expect(page.locator(".placing")).to_have_attribute("aria-busy", "false")


def submit(page: Page) -> None:
    page.locator("#sign form button:not([type])").click()


@pytest.mark.parametrize("width", [1280, 360])
def test_the_mark_is_moved_by_keys_and_by_a_click(browser: Browser, office: House, width: int) -> None:
    (record,) = confirmed(office.desk.services, 1, content=marked.decision())
    page = office.sign_in(browser, "official", width)
    complaints: list[str] = []
    page.on("console", lambda line: complaints.append(line.text) if line.type == "error" else None)
    page.goto(f"/records/{record.id}")
    expect(stands(page)).to_contain_text("Dấu đứng ở trang 1")
    expect(page.locator(".placing canvas.mark")).to_be_visible()
    page.locator("#mark-kind").select_option("sao-y")
    page.locator(".placing").focus()
    page.keyboard.press("PageDown")
    expect(stands(page)).to_contain_text("Dấu đứng ở trang 2")
    sheet = page.locator(".placing").bounding_box()
    assert sheet
    page.locator(".placing").click(position={"x": sheet["width"] * 0.3, "y": sheet["height"] * 0.85})
    expect(stands(page)).to_contain_text("cách mép trái")
    settled(page)
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowUp")
    page.keyboard.press("Shift+ArrowUp")
    settled(page)
    expect(stands(page)).to_contain_text("Dấu đứng ở trang 2")
    shown = page.evaluate("document.querySelector('.place-said').textContent.match(/\\d+ mm/g)")
    fits(page)
    _picture(page, f"place-{width}")
    choose_key_file(page, key_file(person("ec")))
    page.get_by_label("Đóng dấu số").uncheck()
    expect(stands(page)).to_contain_text("Dấu đứng ở trang 2")
    submit(page)
    page.wait_for_url("**done=signed")
    left, top = (float(one.removesuffix(" mm")) for one in shown)
    assert mark_of(office.desk, record, 2) == pytest.approx([left, top], abs=1.1)
    assert complaints == []


def test_what_is_sent_waits_for_what_is_shown(browser: Browser, office: House) -> None:
    (record,) = confirmed(office.desk.services, 1, content=marked.decision())
    page = office.sign_in(browser, "official")
    page.goto(f"/records/{record.id}")
    expect(stands(page)).to_contain_text("Dấu đứng ở trang 1")
    asked: list[dict[str, Any]] = []
    shown: list[dict[str, Any]] = []
    page.on("request", lambda one: asked.append(one.post_data_json) if _begins(one) else None)
    page.on("response", lambda one: shown.append(one.json()) if one.url.endswith("/mark-preview") else None)
    page.locator("#sign input[name=passphrase]").fill(office.desk.authority.passphrase)
    page.get_by_label("Đóng dấu số").uncheck()
    expect(stands(page)).to_contain_text("Dấu đứng ở trang 1")
    # the mark is another one, stands elsewhere, and is signed before the service has answered
    page.locator("#mark-kind").select_option("trich-sao")
    page.locator(".placing").focus()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowRight")
    submit(page)
    page.wait_for_url("**done=signed")
    place = {"page": shown[-1]["page"], "at": shown[-1]["box"]}
    assert [(one["mark"]["form"], one["records"][0]["place"]) for one in asked] == [("trich-sao", place)]


def _begins(request: Request) -> bool:
    return request.method == "POST" and request.url.endswith("/signing-batches")


def test_a_mark_without_room_is_not_signed(browser: Browser, office: House) -> None:
    (record,) = confirmed(office.desk.services, 1, content=with_a_full_first_page())
    page = office.sign_in(browser, "official")
    page.goto(f"/records/{record.id}")
    page.get_by_role("button", name="Trang trước").click()
    page.locator("#sign input[name=passphrase]").fill(office.desk.authority.passphrase)
    submit(page)
    expect(page.locator("#sign .wrong")).to_contain_text("không còn chỗ trống")
    expect(page.locator("#sign .outcome")).to_be_hidden()
    assert office.desk.services.records.get(record.id).status is Status.CONFIRMED


def test_a_full_page_offers_another(browser: Browser, office: House) -> None:
    (record,) = confirmed(office.desk.services, 1, content=with_a_full_first_page())
    page = office.sign_in(browser, "official")
    page.goto(f"/records/{record.id}")
    expect(stands(page)).to_contain_text("Dấu đứng ở trang 2")
    expect(stands(page)).to_contain_text("chỗ trống gần nhất")
    page.get_by_role("button", name="Trang trước").click()
    expect(stands(page)).to_contain_text("không còn chỗ trống")
    _picture(page, "place-full")
    page.get_by_role("button", name="Đặt ở trang 2, nơi còn chỗ").click()
    expect(stands(page)).to_contain_text("Dấu đứng ở trang 2")
    page.locator("#sign input[name=passphrase]").fill(office.desk.authority.passphrase)
    page.get_by_label("Đóng dấu số").uncheck()
    expect(stands(page)).to_contain_text("Dấu đứng ở trang 2")
    submit(page)
    page.wait_for_url("**done=signed")


@pytest.mark.parametrize("width", [1280, 360])
def test_an_image_from_paper_is_kept_and_the_seal_lies_over_it(
    browser: Browser, office: House, tmp_path: Path, width: int
) -> None:
    content = marked.decision(name="Nguyễn Văn Mẫu")
    (record,) = confirmed(office.desk.services, 1, content=content)
    page = office.sign_in(browser, "official", width)
    page.goto(f"/records/{record.id}")
    page.locator("#mark-kind").select_option("person")
    expect(page.get_by_label("Kèm ảnh chữ ký")).to_be_disabled()
    page.get_by_text("Tải ảnh chữ ký lên").click()
    page.get_by_role("button", name="Lưu ảnh").click()
    expect(page.locator(".image-said")).to_have_text("Hãy chọn một ảnh trước.")
    wrong = {"name": "dau.png", "mimeType": "image/png", "buffer": marked.seal_image()}
    page.set_input_files("input[name=image-file]", wrong)
    page.get_by_role("button", name="Lưu ảnh").click()
    expect(page.locator(".image-said")).to_contain_text("không phải màu xanh")
    right = {"name": "ky.png", "mimeType": "image/png", "buffer": marked.signature_image()}
    page.set_input_files("input[name=image-file]", right)
    page.get_by_role("button", name="Lưu ảnh").click()
    expect(page.get_by_label("Kèm ảnh chữ ký")).to_be_checked()
    expect(stands(page)).to_contain_text("Dấu đứng ở trang 2")
    fits(page)
    _picture(page, f"image-{width}")
    choose_key_file(page, key_file(person("ec")))
    submit(page)
    page.wait_for_url("**done=signed")
    names = ["Nguyễn Văn Mẫu", "ỦY BAN NHÂN DÂN XÃ MẪU"]
    assert verdict_of(office.desk, record, tmp_path) == ("valid", names)
    own, seal = mark_of(office.desk, record, 2), mark_of(office.desk, record, 2, 1)
    assert seal[0] < own[0] + 25


@pytest.mark.parametrize("width", [1280, 360])
def test_images_are_removed_and_a_remote_key_gets_its_one_time_password(
    browser: Browser, office: House, width: int
) -> None:
    services = office.desk.services
    (record,) = confirmed(services, 1, content=marked.decision())
    key = "csc:https://ky.example/csc/v1?credential=ec"
    image = services.objects.put(BytesIO(marked.signature_image())).digest
    official = services.people.get("official")
    services.people.save(replace(official, signing_key=key, signature_image=image))
    page = office.sign_in(browser, "official", width)
    asked: list[dict[str, Any]] = []
    page.on("request", lambda one: asked.append(one.post_data_json) if _begins(one) else None)
    page.goto(f"/records/{record.id}")
    page.locator("#mark-kind").select_option("person")
    page.get_by_text("Đổi ảnh chữ ký").click()
    page.locator("#sign .with-image").scroll_into_view_if_needed()
    fits(page)
    _picture(page, f"image-kept-{width}")
    page.get_by_role("button", name="Bỏ ảnh này").click()
    expect(page.locator(".image-said")).to_contain_text("Đã bỏ ảnh")
    expect(page.get_by_label("Kèm ảnh chữ ký")).to_be_disabled()
    expect(page.get_by_role("button", name="Bỏ ảnh này")).to_be_hidden()
    assert services.people.get("official").signature_image is None
    page.locator("#mark-kind").select_option("none")
    page.locator("#sign input[name=passphrase]").fill("1234")
    page.get_by_label("Mã OTP").fill("567890")
    submit(page)
    expect(page.locator("#sign .wrong, #sign .said").locator("visible=true").first).not_to_be_empty()
    expect(page.locator("input[name=one_time_password]")).to_have_value("")
    secrets = [(one["key"]["passphrase"], one["key"]["one_time_password"]) for one in asked]
    assert secrets == [("1234", "567890")]
    admin = office.sign_in(browser, "admin", width)
    admin.goto("/people")
    for summary in admin.locator("#seals summary").all():
        summary.click()
    expect(admin.get_by_alt_text("Ảnh con dấu của").first).to_be_visible()
    fits(admin)
    _picture(admin, f"seals-{width}")


@pytest.mark.parametrize("width", [1280, 360])
def test_who_digitised_signs_a_batch_and_then_the_official(
    browser: Browser, office: House, tmp_path: Path, width: int
) -> None:
    records = confirmed(office.desk.services, 3)
    page = office.sign_in(browser, "clerk", width)
    page.get_by_role("link", name="Chờ ký số hóa").click()
    expect(page.locator("#papers > li")).to_have_count(3)
    page.locator("#papers .peek").first.click()
    page.locator("#papers .peeked").first.get_by_text("Chỗ đặt dấu hiệu").click()
    expect(stands(page).first).to_contain_text("Dấu đứng ở trang 1")
    fits(page)
    _picture(page, f"digitising-{width}")
    page.locator("#all").check()
    seal = page.locator("#signing input[name=seal]")
    expect(seal).not_to_be_checked()
    page.locator("input[name=consent]").check()
    seal.check()
    expect(page.locator(".consent")).to_contain_text("đóng dấu số của cơ quan")
    expect(page.locator("input[name=consent]")).not_to_be_checked()  # it was another sentence
    seal.uncheck()
    expect(page.locator(".consent")).not_to_contain_text("đóng dấu")
    choose_key_file(page, key_file(person("ec", "Lê Văn Thử")))
    consent_and_sign(page)
    expect(page.locator("#sign .said")).to_contain_text("Đã ký xong 3 văn bản", timeout=120_000)
    kept = [office.desk.services.records.get(record.id) for record in records]
    assert {(one.status, one.digitised_by) for one in kept} == {(Status.CONFIRMED, "clerk")}
    page.goto("/digitising")
    expect(page.locator("main")).to_contain_text("Không còn bản số hóa nào chờ ký")
    page.goto(f"/records/{records[0].id}")
    expect(page.locator("#seal")).to_contain_text("Người số hóa đã ký: Lê Văn Thử")
    fits(page)
    _picture(page, f"digitised-{width}")
    page.get_by_role("button", name="Đóng dấu số").click()
    page.wait_for_url("**done=sealed")
    names = ["Lê Văn Thử", "ỦY BAN NHÂN DÂN XÃ MẪU"]
    assert verdict_of(office.desk, records[0], tmp_path) == ("valid", names)
    official = office.sign_in(browser, "official")
    official.goto(f"/records/{records[1].id}")
    expect(official.locator("#sign")).to_contain_text("Người số hóa đã ký: Lê Văn Thử")
    official.locator("#sign input[name=passphrase]").fill(office.desk.authority.passphrase)
    official.get_by_label("Đóng dấu số").uncheck()
    submit(official)
    official.wait_for_url("**done=signed")
    assert office.desk.services.records.get(records[1].id).status is Status.SIGNED


def test_one_copy_with_its_reading_code_in_english(browser: Browser, office: House, tmp_path: Path) -> None:
    (record,) = confirmed(office.desk.services, 1)
    page = office.sign_in(browser, "clerk")
    page.goto(f"/records/{record.id}?lang=en")
    expect(page.locator("#sign h2")).to_contain_text("Sign as the one who digitised")
    page.get_by_text("Reading QR code").click()
    for name in ("dossier", "procedure", "person", "paper"):
        page.locator(f"[name=code-{name}]").fill(f"MAU-{name}")
        page.locator(f"[name=code-{name}]").press("Tab")
    expect(stands(page)).to_contain_text("The mark stands on page 1")
    _picture(page, "digitiser-code")
    choose_key_file(page, key_file(person("ec", "Lê Văn Thử")), PASSPHRASE)
    submit(page)
    page.wait_for_url("**done=digitised")
    expect(page.locator("main")).to_contain_text("Signed as the one who digitised")
    assert office.desk.services.records.get(record.id).digitised_by == "clerk"


def test_what_is_left_is_left(browser: Browser, office: House) -> None:
    records = confirmed(office.desk.services, 3)
    page = office.sign_in(browser, "official")
    page.goto("/inbox")
    page.locator("#all").check()
    choose_key_file(page, key_file(person("ec")))
    page.route("**/values", lambda route: route.abort())
    consent_and_sign(page)
    expect(page.locator("#sign .said")).to_contain_text("Mất kết nối", timeout=120_000)
    with page.expect_response(lambda answer: answer.request.method == "DELETE"):
        page.get_by_role("button", name="Thôi, không ký tiếp").click()
    expect(page.locator("#sign .outcome")).to_be_hidden()
    expect(page.locator("#papers > li")).to_have_count(3)
    services = office.desk.services
    assert services.batches.unfinished("official") == []
    assert {services.history.of(one.id)[-1].action for one in records} == {"signing-abandoned"}


def test_a_batch_with_a_reading_code(browser: Browser, office: House) -> None:
    """Of one paper of two: the other has none."""
    first, second = confirmed(office.desk.services, 2)
    page = office.sign_in(browser, "clerk")
    asked: list[dict[str, Any]] = []

    def heed(request: Request) -> None:
        if request.url.endswith("/signing-batches") and request.method == "POST":
            asked.append(request.post_data_json)

    page.on("request", heed)
    page.goto("/digitising")
    row = page.locator(f"#papers > li[data-record='{first.id}']")
    row.locator(".peek").click()
    row.get_by_text("Chỗ đặt dấu hiệu").click()
    expect(stands(row)).to_contain_text("Dấu đứng ở trang 1")
    row.get_by_text("Mã QR để đọc tự động").click()
    row.locator("[name=code-person]").fill("MAU-person")
    page.locator("#all").check()
    choose_key_file(page, key_file(person("ec", "Lê Văn Thử")))
    consent_and_sign(page)
    expect(page.locator("#sign .wrong")).to_contain_text("Mã QR mới điền một phần")
    expect(row.locator("[name=code-dossier]")).to_be_focused()
    assert not asked
    for name in ("dossier", "procedure", "person", "paper"):
        row.locator(f"[name=code-{name}]").fill(f"MAU-{name}")
        row.locator(f"[name=code-{name}]").press("Tab")
    expect(stands(row)).to_contain_text("Dấu đứng ở trang 1")
    fits(page)
    _picture(page, "batch-code")
    choose_key_file(page, key_file(person("ec", "Lê Văn Thử")))
    consent_and_sign(page)
    expect(page.locator("#sign .said")).to_contain_text("Đã ký xong 2 văn bản", timeout=120_000)
    codes = {one["id"]: one["reading_code"] for one in asked[0]["records"]}
    assert codes[first.id]["procedure"] == "MAU-procedure"
    assert codes[second.id] is None


@pytest.mark.parametrize("width", [1280, 360])
def test_the_seal_is_seen_over_the_image(browser: Browser, office: House, width: int) -> None:
    desk = office.desk
    digest = desk.services.objects.put(BytesIO(marked.signature_image())).digest
    desk.services.people.set_image("official", digest, [])
    (record,) = confirmed(desk.services, 1, content=marked.decision(name="Nguyễn Văn Mẫu"))
    page = office.sign_in(browser, "official", width)
    page.goto(f"/records/{record.id}")
    expect(stands(page)).to_contain_text("Dấu đứng ở trang 1")
    expect(page.locator("canvas.sealed")).to_be_hidden()
    page.locator("#mark-kind").select_option("person")
    page.locator("input[name=image]").check()
    expect(stands(page)).to_contain_text("Con dấu đỏ của cơ quan sẽ đóng như trong hình")
    expect(page.locator("canvas.sealed")).to_be_visible()
    page.locator(".placing").scroll_into_view_if_needed()
    fits(page)
    _picture(page, f"seal-over-{width}")
    page.get_by_label("Đóng dấu số").uncheck()
    expect(stands(page)).not_to_contain_text("Con dấu đỏ")
    expect(page.locator("canvas.sealed")).to_be_hidden()


@pytest.mark.parametrize("width", [1280, 360])
def test_what_only_its_digitiser_signed_is_verified_and_looked_up(
    browser: Browser, office: House, tmp_path: Path, width: int
) -> None:
    """It is ours and issues nothing: both pages say so."""
    (record,) = confirmed(office.desk.services, 1)
    page = office.sign_in(browser, "clerk", width)
    page.goto(f"/records/{record.id}")
    choose_key_file(page, key_file(person("ec", "Lê Văn Thử")), PASSPHRASE)
    submit(page)
    page.wait_for_url("**done=digitised")
    present = office.desk.services.records.get(record.id)
    file = tmp_path / "ban-so-hoa.pdf"
    with office.desk.services.objects.open(str(present.digitised)) as stored:
        file.write_bytes(stored.read())
    page.goto("/verify")
    page.locator("input[name=file]").set_input_files(file)
    page.get_by_role("button", name="Kiểm tra").click()
    expect(page.locator(".verdict.info")).to_be_visible(timeout=60_000)
    expect(page.locator("main")).to_contain_text("bản số hóa của ỦY BAN NHÂN DÂN XÃ MẪU")
    expect(page.locator("main")).not_to_contain_text("Đã xác nhận")
    fits(page)
    _picture(page, f"digitised-verified-{width}")
    page.goto(f"/lookup?code={present.code}")
    expect(page.locator(".verdict.none")).to_be_visible()
    fits(page)
    _picture(page, f"digitised-looked-up-{width}")

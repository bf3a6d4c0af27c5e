"""The pages as a browser without scripts gets them."""

import re
from dataclasses import replace
from typing import Any

import pikepdf
import pytest

from app.audit import Action, Event
from app.front.context import Front
from app.records import Record, Status
from tests.app.batches import confirmed
from tests.app.front import HERE, PASSWORD, Desk, decision
from tests.signing import marked


def test_signing_in_leads_to_ones_own_desk(lite_desk: Desk) -> None:
    for account, home in (
        ("clerk", "/records"),
        ("official", "/inbox"),
        ("archivist", "/records"),
        ("admin", "/people"),
    ):
        client = lite_desk.browser(account).client
        assert client.get("/").headers["location"] == home
        assert client.get(home).status_code == 200
    wrong = lite_desk.client().post("/sign-in", data={"username": "clerk", "password": "sai"})
    assert wrong.status_code == 401
    assert "không đúng" in wrong.text
    back = lite_desk.client().get("/records/x").headers["location"]
    assert back == "/sign-in?next=/records/x"


def test_the_language_is_chosen_once(lite_desk: Desk) -> None:
    client = lite_desk.client()
    assert '<html lang="vi">' in client.get("/verify").text
    assert '<html lang="en">' in client.get("/verify?lang=en").text
    assert "Verify an electronic document" in client.get("/verify").text
    assert '<html lang="vi">' in client.get("/verify?lang=xx&lang=vi").text


def test_files_go_in_without_scripts(lite_desk: Desk) -> None:
    browser = lite_desk.browser("clerk")
    sent = [
        ("csrf", (None, browser.csrf())),
        ("dossier", (None, "H-7")),
        ("file", ("quyết định.pdf", decision())),
        ("file", ("rỗng.pdf", b"")),
    ]
    page = browser.client.post("/records", files=sent)
    assert page.status_code == 200
    assert "quyết định.pdf" in page.text
    assert "Tệp rỗng" in page.text
    assert 'href="/records?dossier=H-7"' in page.text
    forged = [("csrf", (None, "x")), *sent[1:]]
    assert browser.client.post("/records", files=forged).status_code == 403


def test_a_record_shows_paper_words_and_fields(read_desk: tuple[Desk, Record]) -> None:
    desk, record = read_desk
    page = desk.browser("clerk").client.get(f"/records/{record.id}").text
    words = desk.services.parts.pages(record.id)[0].page.words
    assert page.count("<rect data-word=") == len(words)
    assert page.count("<span data-word=") == len(words)
    for name in ("number", "symbol", "date", "subject"):
        assert f'name="field-{name}"' in page
    assert 'data-box="' in page
    official = desk.browser("official").client.get(f"/records/{record.id}").text
    assert 'name="field-number"' not in official
    part = desk.browser("clerk").client.get(f"/records/{record.id}/pages/1").text
    assert "<html" not in part
    assert 'id="sheet-frame"' in part


def test_what_a_paper_says_is_only_text(lite_desk: Desk) -> None:
    record = lite_desk.read(lite_desk.receive())
    browser = lite_desk.browser("clerk")
    evil = '"><script>alert(1)</script>'
    values = {"version": str(record.version), "field-subject": evil, "field-number": "7"}
    assert browser.submit(f"/records/{record.id}/fields", values).status_code == 303
    for address in (
        f"/records/{record.id}",
        "/records",
        f"/records?query={evil}",
        f"/records/{record.id}/history",
    ):
        page = browser.client.get(address).text
        assert "<script>alert" not in page
    assert "&lt;script&gt;" in browser.client.get("/records").text


def test_a_conflict_keeps_what_was_typed(lite_desk: Desk) -> None:
    record = lite_desk.read(lite_desk.receive())
    browser = lite_desk.browser("clerk")
    form = f"/records/{record.id}/fields"
    first = {"version": str(record.version), "field-number": "7", "field-subject": "Một"}
    assert browser.submit(form, first).headers["location"].endswith("?done=confirmed")
    late = browser.submit(form, {**first, "field-subject": "Hai"})
    assert late.status_code == 409
    assert "Người khác vừa sửa" in late.text
    assert "Hai</textarea>" in late.text
    present = str(lite_desk.services.records.get(record.id).version)
    bad = browser.submit(form, {"version": present, "field-date": "hôm qua"})
    assert bad.status_code == 422
    assert 'value="hôm qua"' in bad.text
    assert "ô: Số, Trích yếu" in browser.client.get(f"/records/{record.id}/history").text
    assert re.search(r'class="field[^"]* wrong" data-field="date"', bad.text)
    page = browser.client.get(f"/records/{record.id}").text
    assert "Lê Văn Thử xác nhận" in page
    assert "máy đọc:" in page


def test_the_official_signs_and_anyone_verifies(lite_desk: Desk) -> None:
    record = lite_desk.read(lite_desk.receive())
    values = {"version": str(record.version), "field-number": "7", "field-subject": "Việc mẫu"}
    lite_desk.browser("clerk").submit(f"/records/{record.id}/fields", values)
    official = lite_desk.browser("official")
    assert f'href="/records/{record.id}"' in official.client.get("/inbox").text
    form = f"/records/{record.id}/signature"
    shown = official.client.get(f"/records/{record.id}").text
    version = str(lite_desk.services.records.get(record.id).version)
    assert shown.count(f'name="version" value="{version}"') >= 1
    wrong = official.submit(form, {"passphrase": "sai", "version": version})
    assert wrong.status_code == 422
    assert "Mật khẩu" in wrong.text
    right = {"passphrase": lite_desk.authority.passphrase}
    for unseen in ({}, {"version": str(record.version)}):
        refused = official.submit(form, {**right, **unseen})
        assert refused.status_code == 409
        assert "đã thay đổi từ khi bạn mở" in refused.text
    signed = official.submit(form, {**right, "version": version})
    assert signed.headers["location"].endswith("?done=signed"), signed.text
    pdf = official.client.get(f"/api/v1/records/{record.id}/files/pdf").content
    anyone = lite_desk.client()
    page = anyone.post("/verify", files={"file": ("ban-ky.pdf", pdf)}).text
    assert "Hợp lệ: bản số hóa từ giấy, ỦY BAN NHÂN DÂN XÃ MẪU xác nhận ngày" in page
    assert "ỦY BAN NHÂN DÂN XÃ MẪU" in page
    assert record.code in page
    assert record.id not in page
    assert "Việc mẫu" not in page, "the public page shows no content of the record"
    altered = pdf + b"\n1 0 obj\n<<>>\nendobj\n"
    page = anyone.post("/verify", files={"file": ("ban-ky.pdf", altered)}).text
    assert 'class="verdict bad"' in page
    assert "Hợp lệ: " not in page


def test_without_script_no_passphrase_of_a_key_file_is_sent(lite_desk: Desk) -> None:
    services = lite_desk.services
    (record,) = confirmed(services, 1)
    person = services.people.get("official")
    services.people.add(replace(person, username="official-2", signing_key=None))
    for username, disabled in (("official", ""), ("official-2", " disabled")):
        page = lite_desk.browser(username).client.get(f"/records/{record.id}").text
        assert f'name="passphrase" autocomplete="off"{disabled}>' in page


def test_a_file_without_signature_is_said_to_have_none(lite_desk: Desk) -> None:
    page = lite_desk.client().post("/verify", files={"file": ("a.pdf", decision())}).text
    assert 'class="verdict none"' in page
    assert "không có chữ ký số" in page


def test_a_refused_file_says_why_and_can_be_tried_again(lite_desk: Desk) -> None:
    from app import recognising

    record = lite_desk.receive(data=b"%PDF-1.7 nothing that could be read")
    recognising.start_recognition(lite_desk.services, record.id, 1)
    browser = lite_desk.browser("clerk")
    assert "Đọc lại" in browser.client.get(f"/records/{record.id}").text
    again = browser.submit(f"/records/{record.id}/retry")
    assert again.headers["location"].endswith("?done=retried")
    assert browser.submit(f"/records/{record.id}/retry").status_code == 303


def test_histories_are_told_in_words(lite_desk: Desk) -> None:
    services = lite_desk.services
    (record,) = confirmed(services, 1)
    told = {"mark": "agency", "role": "digitiser", "lookup": True, "image": False, "what": "to-sign"}
    event = Event(record.id, Action.SIGNED, "official", services.now(), told)
    services.records.save(services.records.get(record.id), [event])
    admin = lite_desk.browser("admin")
    page = admin.client.get(f"/records/{record.id}/history").text
    for words in ("dấu hiệu: tên cơ quan", "với tư cách: người số hóa", "kèm ảnh: không", "tệp: bản để ký"):
        assert words in page
    page = admin.client.get(f"/records/{record.id}/history?lang=en").text
    assert "mark: the agency&#39;s name" in page
    admin.submit("/people/clerk", {"name": "Lê Văn Thử", "role": "archivist", "active": "yes"})
    people = admin.client.get("/people?lang=vi").text
    assert "vai trò: Lưu trữ viên" in people
    assert "deeds=" not in people, "all of it is on the page"


def test_what_administrators_did_is_shown_page_by_page(lite_desk: Desk) -> None:
    admin = lite_desk.browser("admin").client
    program = lite_desk.program("admin")
    for number in range(60):
        program.patch(f"/api/v1/agencies/{HERE}", json={"seal_key": f"file:/khoa/dau-{number:02}.p12"})
    newest = admin.get("/people").text
    assert "dau-59" in newest
    assert "dau-08" not in newest
    older = re.search(r'href="(/people\?deeds=[0-9a-f]+)#deeds"', newest)
    assert older is not None
    rest = admin.get(older[1]).text
    assert "dau-08" in rest
    assert 'href="/people#deeds"' in rest
    assert "dau-59" in admin.get("/people?deeds=nonsense").text


def test_two_forms_of_one_account_lose_nothing_of_each_other(lite_desk: Desk) -> None:
    """Both administrators have the page open before either saves."""
    people = lite_desk.services.people
    was = people.get("clerk")
    one, other = lite_desk.browser("admin"), lite_desk.browser("admin")
    shown = {
        "name": was.name,
        "role": was.role.value,
        "position": was.position or "",
        "signing_key": was.signing_key or "",
        "active": "yes",
    }
    for part, value in shown.items():
        assert f'name="was_{part}" value="{value}"' in one.client.get("/people").text
    form = {**shown, **{f"was_{part}": value for part, value in shown.items()}}
    assert one.submit("/people/clerk", {**form, "role": "archivist"}).status_code == 303
    assert other.submit("/people/clerk", {**form, "position": "Văn thư"}).status_code == 303
    kept = people.get("clerk")
    assert (kept.role.value, kept.position) == ("archivist", "Văn thư")
    late = other.submit("/people/clerk", {**form, "role": "official"})
    assert (late.status_code, "Quản trị viên khác vừa sửa đúng mục này" in late.text) == (422, True)
    assert 'name="was_role" value="archivist"' in late.text
    assert people.get("clerk") == kept
    weak = other.submit("/people/clerk", {**form, "password": "x"})  # to be mended, and still of before
    assert 'name="was_role" value="clerk"' in weak.text
    assert people.get("clerk") == kept


def test_only_a_remote_key_asks_for_a_one_time_password(lite_desk: Desk) -> None:
    services = lite_desk.services
    (record,) = confirmed(services, 1)
    official = lite_desk.browser("official")
    for path in (f"/records/{record.id}", "/inbox"):
        assert 'name="one_time_password"' not in official.client.get(path).text
    services.people.save(
        replace(services.people.get("official"), signing_key="csc:https://ky.example/csc/v1?credential=ec")
    )
    for path in (f"/records/{record.id}", "/inbox"):
        assert 'name="one_time_password"' in official.client.get(path).text


def test_without_script_the_image_can_be_chosen(lite_desk: Desk) -> None:
    (record,) = confirmed(lite_desk.services, 1)
    page = lite_desk.browser("official").client.get(f"/records/{record.id}").text
    assert '<div class="with-image" data-mark="person">' in page


def test_a_seal_that_came_too_late_says_so(lite_desk: Desk) -> None:
    (record,) = confirmed(lite_desk.services, 1)
    lite_desk.services.records.save(replace(record, digitised=record.pdf, digitised_by="clerk"), [])
    answer = lite_desk.browser("clerk").submit(f"/records/{record.id}/seal", {"version": "0"})
    assert answer.status_code == 409
    assert "chưa được đóng dấu" in answer.text


def test_the_page_says_whether_a_digitisers_file_was_signed_since(lite_desk: Desk) -> None:
    services = lite_desk.services
    (record,) = confirmed(services, 1)
    record = services.records.save(replace(record, digitised=record.pdf, digitised_by="clerk"), [])
    with services.objects.open(str(record.digitised)) as stored:
        content = stored.read()

    def page() -> str:
        return lite_desk.client().post("/verify", files={"file": ("a.pdf", content)}).text

    assert "chưa ban hành nên chưa tra cứu được bằng mã" in page()
    services.records.save(replace(record, status=Status.SIGNED, signed="e" * 64), [])
    now = page()
    assert "chưa ban hành" not in now
    assert "sau đó hồ sơ đã được ký, nên tra cứu được bằng mã" in now
    assert "Hồ sơ có tệp mới hơn" in now


def test_administering_by_page(lite_desk: Desk) -> None:
    browser = lite_desk.browser("admin")
    person = {"username": "moi", "name": "Mới", "role": "clerk", "agency": "xa-mau", "password": "x" * 12}
    assert browser.submit("/people", person).status_code == 303
    taken = browser.submit("/people", person)
    assert taken.status_code == 422
    assert "đã có người dùng" in taken.text
    assert browser.submit("/people/moi", {"name": "Khác", "role": "official"}).status_code == 303
    changed = lite_desk.services.people.get("moi")
    assert (changed.name, changed.role, changed.active) == ("Khác", "official", False)
    assert browser.client.get("/people").status_code == 200


def test_what_an_administrator_mistyped_is_mended_on_the_page(lite_desk: Desk) -> None:
    """A refused key had led to a page of its own, as if signed out, and what was typed was lost."""
    browser = lite_desk.browser("admin")
    wrong = {"signing_key": "pkcs11:token=T;pin-value=9751", "name": "Lê Văn Sửa", "active": "yes"}
    new = {**wrong, "username": "moi", "role": "clerk", "agency": HERE, "password": "x" * 12}
    for path, asked in (("/people/clerk", {**wrong, "role": "clerk"}), ("/people", new)):
        refused = browser.submit(path, asked)
        assert refused.status_code == 422
        assert 'value="Lê Văn Sửa"' in refused.text
        assert "9751" not in refused.text
    seal = browser.submit(f"/people/agencies/{HERE}/seal-key", {"seal_key": "/khoa.p12"})
    assert (seal.status_code, 'id="seals"' in seal.text) == (422, True)
    assert "Không hiểu tham chiếu khóa ký" in seal.text


@pytest.mark.parametrize(("sample", "confined", "count"), [(False, True, 0), (True, False, 2)])
def test_danger_is_a_red_banner(lite_desk: Desk, sample: bool, confined: bool, count: int) -> None:
    from fastapi.testclient import TestClient

    from app.asgi import create_app

    app = create_app(lite_desk.services, lite_desk.settings, sample=sample, confined=confined)
    assert isinstance(app.state.front, Front)
    client = TestClient(app)
    page = client.post("/sign-in", data={"username": "clerk", "password": PASSWORD}).text
    assert page.count('class="banner"') == count


def test_static_files_are_kept_for_ever(lite_desk: Desk) -> None:
    client = lite_desk.client()
    style = re.search(r'href="(/static/[0-9a-f]{16}/app\.css)"', client.get("/").text)
    assert style
    answer = client.get(style[1])
    assert answer.headers["cache-control"] == "public, max-age=31536000, immutable"
    assert client.get("/static/0000000000000000/app.css").status_code == 404
    for font in re.findall(r'url\("(fonts/[^"]+)"\)', answer.text):
        assert client.get(style[1].replace("app.css", font)).status_code == 200


def test_the_administrator_sets_key_and_image_of_a_seal(lite_desk: Desk) -> None:
    browser = lite_desk.browser("admin")
    saved = browser.submit(f"/people/agencies/{HERE}/seal-key", {"seal_key": "file:/khoa/dau.p12"})
    assert saved.status_code == 303
    assert lite_desk.services.agencies.get(HERE).seal_key == "file:/khoa/dau.p12"

    def send(image: bytes, width: str = "") -> Any:
        values = {"csrf": browser.csrf(), "width": width}
        return browser.client.post(
            f"/people/agencies/{HERE}/seal-image", data=values, files={"file": ("dau.png", image)}
        )

    refused = send(marked.signature_image())
    assert (refused.status_code, "không phải màu đỏ" in refused.text) == (422, True)
    assert send(marked.seal_image(), "36").status_code == 303
    assert lite_desk.services.agencies.get(HERE).seal_image is not None
    page = browser.client.get("/people").text
    assert "Lưu ảnh con dấu" in page
    assert "Gắn khóa con dấu" in page
    assert 'alt="Ảnh con dấu của' in page
    nothing = send(b"")
    assert (nothing.status_code, "Hãy chọn một ảnh trước khi lưu" in nothing.text) == (422, True)
    assert lite_desk.services.agencies.get(HERE).seal_image is not None
    assert browser.submit(f"/people/agencies/{HERE}/seal-image/removal").status_code == 303
    assert lite_desk.services.agencies.get(HERE).seal_image is None
    clerk = lite_desk.browser("clerk")
    assert clerk.submit(f"/people/agencies/{HERE}/seal-key", {"seal_key": "x"}).status_code == 403
    assert clerk.submit(f"/people/agencies/{HERE}/seal-image/removal").status_code == 403


def test_the_place_of_a_mark_is_typed_where_no_script_shows_it(lite_desk: Desk) -> None:
    (record,) = confirmed(lite_desk.services, 1)
    official = lite_desk.browser("official")
    page = official.client.get(f"/records/{record.id}").text
    for name in ("page", "left", "top"):
        assert f'name="place-{name}"' in page
    said = {"passphrase": lite_desk.authority.passphrase, "version": str(record.version)}
    more = {"reason": "Sao cho ông Mẫu", "mark": "sao-y"}
    wrong = [
        ({"place-page": "0"}, ["page"]),
        ({"place-page": "1.5"}, ["page"]),
        ({"place-page": "hai"}, ["page"]),
        ({"place-left": "30"}, ["top"]),
        ({"place-left": "30", "place-top": "nan"}, ["top"]),
        ({"place-left": "-1", "place-top": "30"}, ["left"]),
    ]
    for typed, bad in wrong:
        answer = official.submit(f"/records/{record.id}/signature", {**said, **more, **typed})
        assert answer.status_code == 422
        assert "để trống cả hai khoảng cách" in answer.text
        for name, value in {"reason": more["reason"], **typed}.items():
            assert f'name="{name}" value="{value}"' in answer.text, "what was typed is kept"
        assert '<option value="sao-y" selected>' in answer.text
        assert re.findall(r'name="place-(\w+)"[^>]*aria-invalid="true"', answer.text) == bad
        assert lite_desk.authority.passphrase not in answer.text
    answer = official.submit(f"/records/{record.id}/signature", {**said, "place-page": "9"})
    assert (answer.status_code, "9" in answer.text) == (422, True)
    typed = {"place-page": "1", "place-left": "30,5", "place-top": "200"}
    assert official.submit(f"/records/{record.id}/signature", {**said, **typed}).status_code == 303
    signed = lite_desk.services.records.get(record.id)
    with lite_desk.services.objects.open(str(signed.signed)) as stored, pikepdf.open(stored) as pdf:
        (note,) = pdf.pages[0].Annots
        left, _, _, top = (float(side) * 25.4 / 72 for side in note.Rect)
        height = float(pdf.pages[0].MediaBox[3]) * 25.4 / 72
    assert left == pytest.approx(30.5, abs=15)
    assert height - top == pytest.approx(200, abs=15)

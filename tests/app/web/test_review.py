"""What the clerk sees of doubt: proposals at handwriting, other readings, contradictions, several papers."""

import json
import re
from collections.abc import Mapping
from dataclasses import replace
from io import BytesIO

import pytest

from app import corrections, workflow
from app.audit import Action, Event
from app.records import FieldValue, ReadPage, Record, Status
from app.said_words import WordSaid
from app.web.doubts import as_read, print_in
from app.web.field_rows import field_rows, spoken_of
from app.web.word_marks import word_marks
from ocr.metadata import METADATA
from ocr.recognition import (
    Box,
    Field,
    Handwriting,
    Kind,
    Notice,
    Page,
    Paper,
    Recognition,
    Region,
    Word,
)
from tests.app.front import Desk

GUESS = Field("57", 0.97, 1, Box(200, 100, 260, 130), "handwritten")
SYMBOL = Field("CT-UBND", 1.0, 1, Box(300, 100, 400, 130), "read")
ABSENT = Field(None, 0.0, None, None, "absent")
HALF = Field("2026-02", 0.0, 1, Box(600, 100, 640, 130), "handwritten")


def _with(desk: Desk, fields: Mapping[str, Field], **found: object) -> Record:
    """A record with one page, these fields, and these findings of the scan as a whole."""
    services = desk.services
    record = desk.receive()
    page = _page([_word("CHỈ", 100, 200, 0), _word("THỊ", 160, 200, 0)])
    event = Event(record.id, Action.PAGE_READ, "x", services.now())
    services.parts.keep_page(record.id, 1, ReadPage(page, record.digest), event)
    kept = json.dumps({"warnings": [], "papers": [], **found})
    put = services.objects.put(BytesIO(kept.encode()))
    values = {name: FieldValue(name, field) for name, field in ({"symbol": SYMBOL} | dict(fields)).items()}
    done = replace(
        services.records.get(record.id),
        status=Status.AWAITING_REVIEW,
        kind=Kind("CT", "Chỉ thị", 1.0, "x"),
        recognition=put.digest,
        pages_total=1,
    )
    return services.records.save(done, [], fields=values)


def _field(page: str, name: str) -> str:
    found = re.search(
        rf'<div class="field[^>]*data-field="{name}".*?(?=<div class="(?:field|confirm))', page, re.DOTALL
    )
    assert found, name
    return found[0]


def test_a_guess_at_handwriting_is_offered_with_its_picture(lite_desk: Desk) -> None:
    record = _with(lite_desk, {"number": GUESS, "date": HALF})
    page = lite_desk.browser("clerk").client.get(f"/records/{record.id}").text
    number, date = _field(page, "number"), _field(page, "date")
    assert "doubtful" in number
    assert "máy đoán, hãy đối chiếu" in number
    assert 'value="57"' in number
    cutout = re.search(r'<svg class="cutout" viewBox="(\d+) (\d+) (\d+) (\d+)"', number)
    assert cutout
    x, y, width, height = map(int, cutout.groups())
    assert x < 200 < 260 < x + width
    assert y < 100 < 130 < y + height
    assert 'name="compared-number"' in number
    assert "checked" not in number
    assert "hãy nhập đủ" in date
    assert "độ tin cậy" not in number, "a figure would invite trust"
    assert "style=" not in page


def test_a_value_that_a_narrow_screen_would_cut_has_room_for_all_of_it(lite_desk: Desk) -> None:
    issuer = Field("ỦY BAN NHÂN DÂN TỈNH THÍ ĐIỂM", 1.0, 1, Box(0, 0, 90, 20), "read")
    record = _with(lite_desk, {"issuer": issuer, "number": GUESS})
    page = lite_desk.browser("clerk").client.get(f"/records/{record.id}").text
    assert ">ỦY BAN NHÂN DÂN TỈNH THÍ ĐIỂM</textarea>" in _field(page, "issuer")
    assert "<textarea" not in _field(page, "number")


def test_the_picture_of_a_date_shows_month_and_year_too(lite_desk: Desk) -> None:
    line = Handwriting("date", Box(400, 100, 900, 130), "2026-02-07", 0.97, printed=False)
    page = replace(_page([]), handwriting=(line,))
    fields = {"date": FieldValue("date", HALF), "number": FieldValue("number", GUESS)}
    rows = {row.name: row for row in field_rows(fields, lite_desk.receive(), [page], [], {})}
    date, number = rows["date"], rows["number"]
    assert date.cutout is not None
    assert number.cutout is not None
    assert (date.cutout.part.x1, date.wide) == (900, True)
    assert number.cutout.part.x1 < 400


def test_handwriting_without_a_guess_is_a_picture_over_an_empty_field(lite_desk: Desk) -> None:
    record = _with(lite_desk, {"number": replace(GUESS, value=None, confidence=0.0)})
    number = _field(lite_desk.browser("clerk").client.get(f"/records/{record.id}").text, "number")
    assert 'class="cutout"' in number
    assert 'value=""' in number
    assert "để trống" in number


def test_a_place_of_a_pen_is_not_left_empty_by_oversight(lite_desk: Desk) -> None:
    record = _with(lite_desk, {"number": replace(GUESS, value=None, confidence=0.0)})
    browser, form = lite_desk.browser("clerk"), f"/records/{record.id}/fields"
    sent = {"version": str(record.version), "field-number": ""}
    refused = browser.submit(form, sent)
    assert refused.status_code == 422
    assert "ô “Số” có chữ trên giấy mà còn trống" in refused.text
    assert browser.submit(form, {**sent, "compared-number": "yes"}).status_code == 303


def test_figures_of_a_pen_are_marked_and_found_only_as_a_person_gives_them(lite_desk: Desk) -> None:
    services, withheld = lite_desk.services, replace(GUESS, value=None, confidence=0.0)
    record = _with(lite_desk, {"number": withheld}, pages=[])
    words = [_word("Số:", 145, 105, 0), _word("5719", 205, 102, 0, 0.99, "5779"), _word("lưu", 145, 200, 1)]
    pen = Region("handwriting", Box(203, 100, 262, 130), 0.5)
    page = replace(_page(words, pen), text="Số: 5719\nlưu")
    kept = ReadPage(page, record.digest)
    record = services.records.save(record, [], pages=[kept])
    browser, clerk = lite_desk.browser("clerk"), services.people.get("clerk")
    shown = browser.client.get(f"/records/{record.id}").text
    assert 'data-says="viết tay, máy chỉ đoán; có thể là: 5779">5719</span>' in shown
    record = workflow.confirm(services, clerk, record.id, record.version, {"number": "5779"})

    def found(query: str) -> bool:
        answer = lite_desk.program("clerk").get("/api/v1/records", params={"query": query}).json()
        return [one["id"] for one in answer["records"]] == [record.id]

    assert (found("5719"), found("5779"), found("số lưu")) == (False, True, True)
    said = WordSaid(1, 1, "5719", "5719")
    signed = services.records.save(replace(record, digitised=record.digest, digitised_by="clerk"), [])
    corrections.correct(services, clerk, record.id, signed.version, [said])
    assert found("5719"), "a person says that it stands there"
    assert "máy chỉ đoán" not in browser.client.get(f"/records/{record.id}").text


def test_print_that_was_left_open_is_filled_in_when_asked(lite_desk: Desk) -> None:
    place = Box(100, 300, 160, 330)
    fields = {name: Field(None, 0.0, 1, place, "handwritten") for name in ("subject", "date")}
    record = _with(lite_desk, fields, pages=[])
    words = [_word("Về", 102, 305, 1), _word("việc", 106, 305, 1, 0.97)]
    kept = ReadPage(_page(words), record.digest)
    record = lite_desk.services.records.save(record, [], pages=[kept])
    browser = lite_desk.browser("clerk")
    subject = _field(shown := browser.client.get(f"/records/{record.id}").text, "subject")
    assert "đọc chưa chắc – hãy đối chiếu" in subject, "nobody wrote there"
    assert "></textarea>" in subject, "nothing is filled in that nobody asked for"
    assert "<q>Về việc</q>" in subject
    assert "take-date" not in _field(shown, "date"), "figures are compared by typing them"
    assert 'data-says="viết tay' not in shown
    sent = {"version": str(record.version), "field-subject": "", "take-subject": "yes", "field-date": ""}
    answer = browser.submit(f"/records/{record.id}/fields", {**sent, "compared-date": "yes"})
    assert answer.status_code == 303
    values = lite_desk.services.parts.fields(record.id)
    assert (values["subject"].value, values["date"].value) == ("Về việc", None)


@pytest.mark.parametrize(
    ("name", "text", "offered"),
    [
        ("area_m2", "300 m²", ""),
        ("charter_capital_vnd", "5.000.000.000 đồng", ""),
        ("class", "A1", ""),
        ("residence", "Số 12 đường Giả Định", "Số 12 đường Giả Định"),
    ],
)
def test_figures_are_not_offered_with_their_unit_either(name: str, text: str, offered: str) -> None:
    field = FieldValue(name, Field(None, 0.0, 1, Box(100, 300, 400, 330), "handwritten"))
    words = [_word(part, 102 + 40 * place, 305, 1) for place, part in enumerate(text.split())]
    assert as_read(field, print_in(field, _page(words))) == offered


def test_what_a_pen_wrote_over_print_is_not_filled_in() -> None:
    place = Box(100, 300, 160, 330)
    field = FieldValue("subject", Field(None, 0.0, 1, place, "handwritten"))
    page = _page([_word("Về", 102, 305, 1)], Region("unread", Box(150, 300, 170, 320), 0.5))
    assert print_in(field, page) == ()
    assert print_in(field, replace(page, regions=())) == page.words


def test_a_proposal_is_not_found_before_it_was_compared(lite_desk: Desk) -> None:
    record = _with(lite_desk, {"number": replace(GUESS, value="5719")})
    asked = lite_desk.program("clerk")
    assert asked.get("/api/v1/records", params={"query": "5719"}).json()["records"] == []
    clerk = lite_desk.services.people.get("clerk")
    workflow.confirm(lite_desk.services, clerk, record.id, record.version, {"number": "5719"})
    assert len(asked.get("/api/v1/records", params={"query": "5719"}).json()["records"]) == 1


def test_a_guess_is_never_confirmed_by_sending_the_form_back(lite_desk: Desk) -> None:
    record = _with(lite_desk, {"number": GUESS, "date": HALF})
    browser, form = lite_desk.browser("clerk"), f"/records/{record.id}/fields"
    sent = {"version": str(record.version), "field-number": "57", "field-date": "7/2/2026"}
    refused = browser.submit(form, sent)
    assert refused.status_code == 422
    assert "Chưa xác nhận: ô “Số” viết tay" in refused.text
    assert 'class="field doubtful wrong" data-field="number"' in refused.text
    assert 'value="7/2/2026"' in refused.text, "what was typed is kept"
    assert lite_desk.services.records.get(record.id).status is Status.AWAITING_REVIEW
    half = browser.submit(form, {**sent, "field-date": "02/2026", "compared-number": "yes"})
    assert half.status_code == 422
    assert re.search(r'name="compared-number" value="yes" checked', half.text), "the tick is kept"
    assert browser.submit(form, {**sent, "compared-number": "yes"}).status_code == 303
    kept = lite_desk.services.parts.fields(record.id)
    assert (kept["number"].value, kept["date"].value) == ("57", "2026-02-07")


def test_a_value_that_was_typed_needs_no_tick(lite_desk: Desk) -> None:
    record = _with(lite_desk, {"number": GUESS})
    values = {"version": str(record.version), "field-number": "51"}
    assert lite_desk.browser("clerk").submit(f"/records/{record.id}/fields", values).status_code == 303
    assert lite_desk.services.parts.fields(record.id)["number"].value == "51"


def test_somebody_elses_change_is_said_before_a_missing_tick(lite_desk: Desk) -> None:
    record = _with(lite_desk, {"number": GUESS})
    values = {"version": str(record.version - 1), "field-number": "57"}
    answer = lite_desk.browser("clerk").submit(f"/records/{record.id}/fields", values)
    assert answer.status_code == 409


def test_a_guess_does_not_count_until_it_is_confirmed(lite_desk: Desk) -> None:
    record = _with(lite_desk, {"number": GUESS})
    values = {"version": str(record.version), "field-subject": "Việc mẫu"}
    browser = lite_desk.browser("clerk")
    assert browser.submit(f"/records/{record.id}/fields", values).status_code == 303
    after = lite_desk.services.records.get(record.id)
    assert (after.number, after.symbol) == (None, "CT-UBND")
    assert browser.client.get(f"/api/v1/records/{record.id}").json()["fields"]["number"]["value"] is None
    official = lite_desk.browser("official").client.get(f"/records/{record.id}").text
    assert "máy đoán" in _field(official.replace("</form>", '<div class="confirm">'), "number")


def test_a_contradiction_stands_at_its_field_or_above_all(lite_desk: Desk) -> None:
    warnings = [
        Notice("symbol-kind", "Ký hiệu của loại khác.", "The symbol is of another kind."),
        Notice("symbol-coded", "Máy quét có thể đổi chữ.", "The scanner may have swapped letters."),
    ]
    record = _with(lite_desk, {}, warnings=[notice.to_json() for notice in warnings])
    client = lite_desk.browser("clerk").client
    page = client.get(f"/records/{record.id}").text
    symbol = _field(page, "symbol")
    assert "Ký hiệu của loại khác." in symbol
    assert "mâu thuẫn – hãy đối chiếu" in symbol
    assert 'aria-describedby="notice-symbol-1"' in symbol
    assert "độ tin cậy" not in symbol, "it was read well"
    assert "Máy quét" in page.split('<form id="fields"')[0]
    assert "The symbol is of another kind." in client.get(f"/records/{record.id}?lang=en").text


def _metadatum(page: str, name: str) -> str:
    found = re.search(rf'<div data-metadatum="{name}">.*?</div>', page, re.DOTALL)
    assert found, name
    return re.sub(r"<[^>]+>|\s+", " ", found[0])


def test_the_nine_metadata_say_where_each_comes_from(lite_desk: Desk) -> None:
    subject = Field("Về việc thử", 0.97, 1, Box(100, 300, 400, 330), "read")
    record = _with(lite_desk, {"number": GUESS, "subject": subject, "scope": ABSENT})
    client = lite_desk.browser("clerk").client
    page = client.get(f"/records/{record.id}").text
    assert [name for name in METADATA if _metadatum(page, name)] == list(METADATA)
    assert "CT" in _metadatum(page, "paper_code")
    assert "danh mục của hệ thống" in _metadatum(page, "paper_code")
    assert "viết tay ở trang 1, chưa đọc" in _metadatum(page, "number_and_symbol")
    assert "57" not in _metadatum(page, "number_and_symbol"), "a guess does not count"
    assert "Về việc thử" in _metadatum(page, "summary")
    assert "đọc trên giấy, trang 1, chắc 97%" in _metadatum(page, "summary")
    assert "không thấy trên giấy" in _metadatum(page, "scope")
    address = f"/api/v1/records/{record.id}"
    values = {"number": "58", "scope": "Toàn quốc"}
    clerk = lite_desk.program("clerk")
    sent = clerk.put(f"{address}/fields", json={"version": record.version, "values": values})
    assert sent.status_code == 200, sent.text
    page = client.get(f"/records/{record.id}").text
    assert "58/CT-UBND" in _metadatum(page, "number_and_symbol")
    assert "cán bộ nhập, không đọc từ giấy, đã xác nhận" in _metadatum(page, "scope")
    assert "keyed in by a person" in client.get(f"/records/{record.id}?lang=en").text


@pytest.mark.parametrize(
    ("code", "names", "name"),
    [
        ("date-words", ["date_of_birth_in_words"], "date_of_birth_in_words"),
        ("personal-id-sex", ["sex", "personal_id"], "personal_id"),
        ("personal-id-sex", ["wife_personal_id", "husband_personal_id"], None),
        ("issuer-district", ["issuer"], "issuer"),
        ("symbol-year", ["symbol", "date"], "symbol"),
        ("qr-full-name", ["full_name"], "full_name"),
        ("mrz-valid-until", ["valid_until"], "valid_until"),
        ("page-unreadable", ["number"], None),
    ],
)
def test_what_a_warning_speaks_of(code: str, names: list[str], name: str | None) -> None:
    assert spoken_of(Notice(code, "x", "x"), names) == name


def test_a_corrected_value_is_rid_of_its_contradiction(lite_desk: Desk) -> None:
    record = lite_desk.receive()
    notice = Notice("symbol-kind", "Ký hiệu của loại khác.", "x")
    read = FieldValue("symbol", Field("TB-UBND", 1.0, 1, None, "read"))
    now = lite_desk.services.now()
    for confirmed, said in (("TB-UBND", 1), ("QĐ-UBND", 0)):
        fields = {"symbol": replace(read, confirmed=confirmed, confirmed_at=now)}
        row = next(r for r in field_rows(fields, record, [], [notice], {}) if r.name == "symbol")
        assert (len(row.notices), row.doubtful) == (said, False)


def test_what_was_recognised_is_told_whatever_its_pages_say(lite_desk: Desk) -> None:
    """The page takes papers and warnings from the end of what was recognised, and no page apart."""
    tricky = '}], "papers": [], "warnings": []}'
    papers = [Paper(1, 1, "QĐ", "tiêu đề — title", 0.9), Paper(2, 2, "TB", 'lý do "papers": [', 0.9)]
    notice = Notice("x", f"Lưu ý {tricky}", f"Mind {tricky}")
    page = replace(_page([_word(tricky, 0, 0, 0)]), text=tricky)
    read = Recognition((page,), Kind("CT", "Chỉ thị", 1.0, "x"), {}, tuple(papers), (notice,))
    for spaces in (None, 1):
        put = lite_desk.services.objects.put(BytesIO(json.dumps(read.to_json(), indent=spaces).encode()))
        record = replace(lite_desk.receive(), recognition=put.digest)
        found = workflow.findings(lite_desk.services, record)
        assert (found.papers, found.warnings) == (tuple(papers), (notice,))


def test_a_scan_of_one_paper_says_nothing_of_several(read_desk: tuple[Desk, Record]) -> None:
    desk, record = read_desk
    assert "giấy tờ</h2>" not in desk.browser("clerk").client.get(f"/records/{record.id}").text


def _page(words: list[Word], *regions: Region) -> Page:
    return Page(1, 1000, 1000, 100.0, 0, 0.0, "ocr", "1.png", words=tuple(words), regions=regions)


def _word(text: str, x: int, y: int, line: int, confidence: float = 1.0, *others: str) -> Word:
    return Word(text, Box(x, y, x + 50, y + 20), confidence, line, (), others)


def test_a_doubtful_word_says_what_else_it_may_be() -> None:
    doubtful = _word("đên", 0, 0, 0, 0.93, "đến", "đền", "đện", "dên", "đen")
    marks = word_marks(_page([doubtful, _word("nay", 60, 0, 0, 0.97, "này")]))
    assert [(mark.doubtful, mark.others) for mark in marks] == [
        (True, "đến · đền · đện · dên"),
        (False, ""),
    ]


def test_what_a_pen_wrote_is_never_shown_as_sure() -> None:
    words = [_word("Số:", 145, 105, 0), _word("44", 205, 102, 0), _word("/CT-UBND", 262, 105, 0)]
    below = _word("năm", 205, 135, 1)
    marks = word_marks(_page([*words, below]), [FieldValue("number", GUESS)])
    assert [mark.doubtful for mark in marks] == [False, True, False, False]


def test_what_a_stamp_says_is_set_apart() -> None:
    stamp = Region("stamp", Box(600, 0, 900, 200), 0.9)
    seal = Region("seal", Box(600, 600, 900, 900), 0.9)
    text = [_word("Nơi", 100, 500, 0), _word("nhận", 160, 500, 0), _word("Tên", 650, 700, 1)]
    told = [_word("ĐẾN", 650, 50, 2), _word("Số", 650, 80, 3)]
    assert [mark.starts_stamp for mark in word_marks(_page([*text, *told], stamp, seal))] == [
        *(False, False, False),
        *(True, False),
    ]
    assert not any(mark.starts_stamp for mark in word_marks(_page(text, stamp, seal)))


def test_the_kind_of_a_paper_is_chosen_on_its_page(lite_desk: Desk) -> None:
    record, browser = _with(lite_desk, {"number": GUESS}), lite_desk.browser("clerk")
    address = f"/records/{record.id}"
    assert '<details class="kind-choice">' in browser.client.get(address).text
    assert "kind-choice" not in lite_desk.browser("official").client.get(address).text
    version = str(record.version)
    unknown = browser.submit(f"{address}/kind", {"version": version, "kind": "giay-la"})
    assert (unknown.status_code, "Không có loại giấy tờ" in unknown.text) == (422, True)
    kept = replace(lite_desk.services.records.get(record.id), kind=None)
    version = str(lite_desk.services.records.save(kept, []).version)
    assert '<details class="kind-choice" open>' in browser.client.get(address).text, "as none was told"
    late = browser.submit(f"{address}/kind", {"version": "0", "kind": "CT"})
    assert (late.status_code, "chưa được đổi" in late.text) == (409, True)
    assert browser.submit(f"{address}/kind", {"version": version, "kind": "CT"}).status_code == 303
    after = lite_desk.program("clerk").get(f"/api/v1{address}").json()
    assert (after["status"], after["said_kind"]) == ("recognising", "CT")


def test_another_kind_of_a_confirmed_record_is_asked_about_first(lite_desk: Desk) -> None:
    record, browser = _with(lite_desk, {"number": replace(GUESS, state="read")}), lite_desk.browser("clerk")
    address, program = f"/records/{record.id}", lite_desk.program("clerk")
    values = {"number": "57", "symbol": "CT-UBND"}
    sent = {"version": record.version, "values": values}
    version = program.put(f"/api/v1{address}/fields", json=sent).json()["version"]
    assert 'class="kind-choice"' in browser.client.get(address).text
    form = {"version": str(version), "kind": "giay-khai-sinh"}
    asked = browser.submit(f"{address}/kind", form)
    assert asked.status_code == 409
    assert "Đổi loại giấy tờ thành “Giấy khai sinh”?" in asked.text
    for said in ("được giữ, cần xác nhận lại: Số", "chỉ còn trong lịch sử: Ký hiệu"):
        assert said in asked.text
    assert 'name="left" value="symbol"' in asked.text
    body = {"version": version, "code": "giay-khai-sinh"}
    problem = program.put(f"/api/v1{address}/kind", json=body)
    assert (problem.status_code, problem.json()["kept"], problem.json()["left"]) == (
        409,
        ["number"],
        ["symbol"],
    )
    assert browser.submit(f"{address}/kind", {**form, "left": "symbol"}).status_code == 303
    after = program.get(f"/api/v1{address}").json()
    assert (after["status"], after["said_kind"]) == ("recognising", "giay-khai-sinh")
    assert program.get(f"/api/v1{address}/left-values").json() == {"left_values": []}
    details = {"kept_values": "number", "left_values": "symbol", "left_object": "0" * 64}
    lite_desk.services.history.append(
        Event(record.id, Action.RECOGNISED, "service", lite_desk.services.now(), details)
    )
    history = browser.client.get(f"{address}/history").text
    assert "giữ để xác nhận lại: Số" in history
    assert f'href="/api/v1{address}/left-values"' in history


def test_a_record_that_awaits_review_again_says_what_is_kept(lite_desk: Desk) -> None:
    record, browser = _with(lite_desk, {}), lite_desk.browser("clerk")
    hint = "đã xác nhận trước đây được giữ"
    assert hint not in browser.client.get(f"/records/{record.id}").text
    now = lite_desk.services.now()
    fields = {"number": FieldValue("number", GUESS, "58", "clerk", now)}
    lite_desk.services.records.save(record, [], fields=fields)
    assert hint in browser.client.get(f"/records/{record.id}").text

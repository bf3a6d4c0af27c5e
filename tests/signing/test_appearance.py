"""What a mark says."""

import json
import unicodedata
from datetime import UTC, datetime

import pytest

from signing.marks.appearance import Appearance, MarkImpossible, ReadingCode, lines, time_line
from tests.signing.conftest import NOW
from tests.signing.marked import seal_image

CODE = ReadingCode("H99.01-261126-0007", "1.004222", "000000000123", "Giấy xác nhận mẫu")


def test_the_time_is_vietnams_and_says_so() -> None:
    assert time_line(datetime(2026, 11, 25, 17, 0, 1, tzinfo=UTC)) == "26.11.2026 00:00:01 +07:00"


def test_the_digitisers_mark_says_that_it_was_paper_who_scanned_and_when() -> None:
    scanned = datetime(2026, 11, 20, 2, 30, tzinfo=UTC)
    assert lines(Appearance("digitiser", "Nguyễn Thị Ẩn Đường", time=scanned), NOW) == [
        "Bản số hóa từ văn bản giấy",
        "Người số hóa: Nguyễn Thị Ẩn Đường",
        "Thời gian số hóa: 20.11.2026 09:30:00 +07:00",
    ]


@pytest.mark.parametrize(
    ("form", "said"), [("sao-y", "SAO Y"), ("sao-luc", "SAO LỤC"), ("trich-sao", "TRÍCH SAO")]
)
def test_a_copy_says_its_form_the_agency_and_the_time(form: str, said: str) -> None:
    told = lines(Appearance("copy", "PHƯỜNG MẪU", form=form), NOW)
    assert told == [said, "PHƯỜNG MẪU", f"Thời gian ký: {time_line(NOW)}"]


def test_an_annex_names_the_document_it_belongs_to() -> None:
    told = lines(Appearance("annex", "", number="15/QĐ-UBND"), NOW)
    assert told == ["15/QĐ-UBND", f"Thời gian ký: {time_line(NOW)}"]


def test_letters_and_their_marks_are_put_together() -> None:
    name = "Nguyễn Thị  Ẩn\nĐường"
    told = lines(Appearance("person", unicodedata.normalize("NFD", name)), NOW)
    assert told[0] == "Người ký: Nguyễn Thị Ẩn Đường"


@pytest.mark.parametrize(
    ("appearance", "code"),
    [
        (Appearance("person", " "), "mark-incomplete"),
        (Appearance("annex", "PHƯỜNG MẪU"), "mark-incomplete"),
        (Appearance("copy", "PHƯỜNG MẪU"), "copy-form"),
        (Appearance("copy", "PHƯỜNG MẪU", form="sao"), "copy-form"),
        (Appearance("agency", "PHƯỜNG MẪU " * 40), "mark-too-long"),
    ],
)
def test_what_is_missing_or_too_much_is_said(appearance: Appearance, code: str) -> None:
    with pytest.raises(MarkImpossible) as impossible:
        lines(appearance, NOW)
    assert impossible.value.code == code
    assert "Hãy" in impossible.value.vi


def test_a_code_tells_its_four_fields_and_none_may_be_missing() -> None:
    assert CODE.text() == "H99.01-261126-0007|1.004222|000000000123|Giấy xác nhận mẫu"
    for spoilt in ({"paper": ""}, {"person": "1|2"}):
        with pytest.raises(MarkImpossible):
            ReadingCode(**{"dossier": "1", "procedure": "2", "person": "3", "paper": "4"} | spoilt).text()


@pytest.mark.parametrize(
    "appearance",
    [
        Appearance("agency", "PHƯỜNG MẪU", image=seal_image(), at=(20.0, 30.5)),
        Appearance("copy", "PHƯỜNG MẪU", 2, form="sao-y"),
        Appearance("digitiser", "Nguyễn Thị Ẩn Đường", code=CODE, time=NOW),
    ],
)
def test_an_appearance_goes_through_json_unchanged(appearance: Appearance) -> None:
    assert Appearance.from_json(json.loads(json.dumps(appearance.to_json()))) == appearance
    assert Appearance.from_json({"kind": "agency", "name": "X"}) == Appearance("agency", "X")

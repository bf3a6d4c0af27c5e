"""Running text with a word that a letter is missing from: readers leave one out without any doubt."""

from dataclasses import replace

import pytest

from ocr.language.language_model import vietnamese
from tests.ocr.desk_papers import marital_status
from tests.ocr.test_fields import decision
from tests.ocr.test_form_doubts import of, read
from tests.ocr.typed import BODY, page


@pytest.mark.parametrize(("term", "state"), [("thời", "read"), ("thờ", "handwritten")])
def test_a_subject_with_a_letter_missing_is_open(term: str, state: str) -> None:
    told = f"Về việc gia hạn trong {term} hạn nộp hồ sơ"
    lines = [replace(line, text=told) if line.text.startswith("Về việc") else line for line in decision()]
    assert vietnamese().count(term) > 0, "a word, so that no other rule sees it"
    assert read(page(*lines))["subject"].state == state


@pytest.mark.parametrize(("term", "state"), [("thời", "read"), ("thờ", "handwritten")])
def test_a_term_with_a_letter_missing_is_open(term: str, state: str) -> None:
    lines = decision()
    at = lines.index(BODY[0])
    said = f"Quyết định này có giá trị sử dụng trong {term} hạn 06 tháng kể từ ngày ký."
    lines[at] = replace(lines[at], text=said)
    assert read(page(*lines))["validity"].state == state


@pytest.mark.parametrize(("word", "state"), [("thủ", "read"), ("hủ", "handwritten")])
def test_a_purpose_with_a_letter_missing_is_open(word: str, state: str) -> None:
    sheet = of(marital_status())
    words = [
        replace(one, text=word) if one.text == "thủ" and sheet.words[place - 1].text == "làm" else one
        for place, one in enumerate(sheet.words)
    ]
    assert read(replace(sheet, words=tuple(words)))["purpose"].state == state

"""One word out of what readers and the language say: the language explains what readers miss, and no more."""

import numpy as np
import pytest

from ocr.language.language_model import vietnamese
from ocr.language.orthography import as_printed
from ocr.readers.banchinh_reader import ALPHABET
from ocr.readers.fusion import Choice, Sight, choose
from ocr.readers.line_reader import Emission

SURE = 0.9999


def sight(reader: str, text: str, doubt: dict[str, str] | None = None) -> Sight:
    """What a reader sees that is sure of each letter but of those in `doubt`, which may be the other."""
    frames = []
    for letter in text:
        frame = np.full(len(ALPHABET), (1 - SURE) / len(ALPHABET), np.float32)
        other = (doubt or {}).get(letter)
        frame[ALPHABET.index(letter)] = SURE if other is None else 0.6
        if other is not None:
            frame[ALPHABET.index(other)] = 0.4
        blank = np.full(len(ALPHABET), (1 - SURE) / len(ALPHABET), np.float32)
        blank[0] = SURE
        frames += [frame, blank]
    return Sight(reader, text, Emission(np.log(np.array(frames)), ALPHABET, 4.0), 0, len(frames))


def chosen(text: str, before: str = "", after: str = "", doubt: dict[str, str] | None = None) -> Choice:
    """What a word that two readers see alike is taken for between its neighbours."""
    sights = [sight(name, text, doubt) for name in ("one", "other")]
    return choose(sights, before.split(), after.split(), vietnamese())


@pytest.mark.parametrize(
    ("text", "before", "after", "meant"),
    [
        ("Vềviệc", "", "tăng cường", "Về việc"),
        ("VỀVIỆC", "", "TĂNG CƯỜNG", "VỀ VIỆC"),
        ("SỞY", "UBND TỈNH", "TẾ", "SỞ Y"),
        ("SỞNỘIVỤ", "", "", "SỞ NỘI VỤ"),
        ("TRUNGTÂMYTẾ", "", "", "TRUNG TÂM Y TẾ"),
        ("SỞYTẾGIẢĐỊNH", "", "", "SỞ Y TẾ GIẢ ĐỊNH"),
        ("ve", "điều hành", "nhiệm vụ", "về"),
        ("thc", "tổ chức", "hiện", "thực"),
    ],
)
def test_what_all_readers_missed_is_explained(text: str, before: str, after: str, meant: str) -> None:
    found = chosen(text, before, after)
    assert found.text == meant
    assert found.readers == ()


@pytest.mark.parametrize(
    ("text", "before", "after"),
    [
        ("LÊ", "", "THỊ MINH"),
        ("VÕ", "", "THỊ KIỂM"),
        ("Tôn", "ông", "Long Hiếu"),
        ("UBND", "của", "tỉnh"),
        ("UBMTTQVN", "", "TỈNH"),
        ("HĐND-UBND", "", "TỈNH"),
        ("web", "trang", "điện tử"),
        ("15/2022/QĐ-UBND", "Quyết định số", "ngày"),
        ("2770", "Số:", ""),
    ],
)
def test_what_is_there_stays(text: str, before: str, after: str) -> None:
    found = chosen(text, before, after)
    assert found.text == text
    assert found.readers == ("one", "other")


@pytest.mark.parametrize(
    ("text", "doubt", "before", "after"),
    [
        ("of", {"o": "0"}, "Date", "birth"),
        ("A1", {"1": "l"}, "Hạng", ""),
        ("10", {"0": "o"}, "ngày", "tháng"),
        ("106", {"6": "b"}, "số", ""),
    ],
)
def test_whether_there_is_a_digit_is_left_to_the_readers(
    text: str, doubt: dict[str, str], before: str, after: str
) -> None:
    assert chosen(text, before, after, doubt).text == text


def test_what_no_print_has_is_put_right() -> None:
    assert as_printed("nước,..;") == "nước,...;"
    assert as_printed("nước,...; v.v....") == "nước,...; v.v...."
    assert [as_printed(word) for word in ("vÍ", "kW", "cơ", "của", "UBND", "v")] == [
        "VÍ",
        "kW",
        "cơ",
        "của",
        "UBND",
        "v",
    ]
    assert as_printed("2021-", "2026") == "2021 -"
    assert as_printed("2021-", "nay") == as_printed("2021-") == "2021-"


def test_a_comma_that_lost_its_tail_is_one_before_a_small_letter() -> None:
    assert as_printed("phòng.", "ban,") == "phòng,"
    assert as_printed("Họ.", "chữ") == "Họ,"
    assert as_printed("Mẫu.", "ngày") == "Mẫu,"
    assert as_printed("lực,.", "đảm") == "lực,."  # as a real paper has it
    for word, following in (
        ("phòng.", "Ban"),
        ("phòng.", ""),
        ("tr.", "đồng"),
        ("TP.", "mẫu"),
        ("1.", "một"),
        ("vi.", "các"),  # a numeral of a list
        ("này.", "b)"),
        ("sau.", "đ)"),
    ):
        assert as_printed(word, following) == word


def test_dots_behind_a_word_do_not_doubt_its_letters() -> None:
    """Forms set leaders behind values, and readers count them otherwise: `Kinh..`, `Kinh.`."""

    def read(one: str, other: str) -> Choice:
        return choose([sight("one", one), sight("other", other)], ("tộc:",), (), vietnamese())

    dots = read("Kinh.", "Kinh..")
    assert dots.text.rstrip(".") == "Kinh"
    assert (dots.readers, dots.probability) == (("one", "other"), 0.985)
    assert read("Hoàng", "Hoang").probability < 0.985
    assert read("Kinh", "Kinh").probability > 0.985

"""Words as they were read, set in order."""

from ocr import reading_order
from ocr.recognition import Box, Word


def word(text: str, box: tuple[int, int, int, int], confidence: float) -> Word:
    return Word(text, Box(*box), confidence)


def test_a_doubtful_word_that_lies_on_a_surer_one_is_none() -> None:
    """Of strokes, photographs and paintings: 76 words of two pictures lay over one another."""
    print_, stroke = word("Mẫu", (100, 100, 200, 140), 0.98), word("lK", (150, 90, 210, 150), 0.41)
    beside, under = word("Đơn", (215, 100, 300, 140), 0.4), word("quy", (100, 136, 200, 176), 0.5)
    read = (print_, stroke, beside, under)
    assert reading_order.not_over_another(read) == (print_, beside, under)


def test_two_sure_words_in_one_place_stay() -> None:
    read = (word("Mẫu", (100, 100, 200, 140), 0.98), word("ĐẾN", (110, 90, 190, 150), 0.7))
    assert reading_order.not_over_another(read) == read

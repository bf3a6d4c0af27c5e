"""What stands side by side, told from lines that begin or end with a number."""

from ocr import reading_order
from ocr.layout import columns
from ocr.recognition import Box, Word


def piece(x0: int, x1: int, row: int) -> Box:
    return Box(x0, 100 + 80 * row, x1, 140 + 80 * row)


def test_numbers_of_items_stay_with_their_items() -> None:
    """A tab of half an inch, as word processors set it: the numbers were read first, then all items."""
    numbers = [piece(100, 140, row) for row in range(4)]
    items = [piece(250, 900 + 60 * row, row) for row in range(4)]
    order = [i for block in columns.order([*numbers, *items]) for i in block]
    assert order == [0, 4, 1, 5, 2, 6, 3, 7]


def test_a_narrow_column_far_from_the_next_is_read_by_itself() -> None:
    names = [piece(100, 500 - 40 * row, row) for row in range(4)]
    sums = [piece(1500, 1600, row) for row in range(4)]
    assert [i for block in columns.order([*names, *sums]) for i in block] == list(range(8))


def test_two_columns_of_text_are_no_items() -> None:
    left, right = ([piece(x, x + 600, row) for row in range(4)] for x in (100, 780))
    assert [i for block in columns.order([*left, *right]) for i in block] == list(range(8))


def test_words_of_a_typed_list_are_read_item_by_item() -> None:
    words = []
    for row, (number, item) in enumerate((("a)", "Rà soát"), ("b)", "Phân loại"), ("c)", "Báo cáo"))):
        words += [Word(number, piece(100, 140, row), 1.0), Word(item, piece(250, 600, row), 1.0)]
    assert [w.text for w in reading_order.in_lines(words)] == [w.text for w in words]

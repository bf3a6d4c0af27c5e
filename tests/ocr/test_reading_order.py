"""Words as they were read, set in order."""

from dataclasses import replace

from ocr import page_notices, reading_order
from ocr.recognition import Box, Word
from tests.ocr import typed


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


def test_a_pen_that_writes_on_leaders_is_read() -> None:
    leaders, name = word("…………", (100, 100, 400, 140), 0.9), word("Lan", (150, 90, 230, 142), 0.4)
    assert reading_order.not_over_another((leaders, name)) == (leaders, name)


def test_a_word_that_goes_takes_no_other_with_it() -> None:
    """Of three in a row, the middle lies on both of its neighbours, which do not meet."""
    left, middle = word("Đơn", (100, 100, 200, 140), 0.9), word("lK", (150, 100, 300, 140), 0.5)
    right = word("quy", (250, 100, 350, 140), 0.4)
    for read in ((left, middle, right), (right, middle, left)):
        assert reading_order.not_over_another(read) == (read[0], read[2])


def test_a_word_without_a_place_lies_on_none() -> None:
    read = (word("Mẫu", (100, 100, 200, 140), 0.98), word("i", (150, 110, 150, 140), 0.4))
    assert reading_order.not_over_another(read) == read


def _row(number: int, *words: tuple[str, int, float]) -> list[Word]:
    """A line of a page: words by their text, left side and confidence."""
    top = 60 * number
    return [Word(t, Box(x, top, x + 20 * len(t), top + 40), sure, number) for t, x, sure in words]


def test_dirt_is_no_letter_and_the_numbers_of_rows_are() -> None:
    """Of 177 lines of a photocopied page 143 were strokes and specks, sixteen of them a sure figure one."""
    table = [
        w for n in range(6) for w in _row(2 * n, ("1", 100, 0.99)) + _row(2 * n + 1, ("Nguyễn", 160, 0.98))
    ]
    for number, word in enumerate(table):  # the number of a row and what it numbers stand side by side
        table[number] = Word(
            word.text,
            Box(word.box.x0, 120 * (number // 2), word.box.x1, 120 * (number // 2) + 40),
            word.confidence,
            word.line,
        )
    assert reading_order.without_dirt(table) == tuple(table)
    dirt = [w for n in range(20, 40) for w in _row(n, ("t" if n % 2 else "1", 900, 0.5 if n % 2 else 0.99))]
    assert reading_order.without_dirt((*table, *dirt)) == tuple(table)
    few = dirt[:5]
    assert reading_order.without_dirt((*table, *few)) == (*table, *few)


def test_marks_in_the_columns_of_a_table_are_no_dirt() -> None:
    """Of drawn sheets of grades, of quantities and of ticks every mark but those of the first column went."""
    marks = (("A", 0.8), ("1", 0.99), ("x", 0.8), ("B", 0.8), ("-", 0.99))
    table = []
    for row in range(12):
        cells = (
            ("Nguyễn", 100, 0.99),
            *((text, 600 + 150 * at, sure) for at, (text, sure) in enumerate(marks)),
        )
        for number, cell in enumerate(cells):  # a gap as wide as between columns makes lines of them
            (word,) = _row(row, cell)
            table.append(replace(word, line=len(cells) * row + number))
    assert reading_order.without_dirt(table) == tuple(table)
    streak = [w for n in range(80, 140) for w in _row(n, ("l", 1500, 0.5))]
    assert reading_order.without_dirt((*table, *streak)) == tuple(table)


def test_a_page_of_dirt_says_so() -> None:
    page = typed.page(typed.At(300, 300, "Mẫu"))
    dirty = replace(page, warnings=(page_notices.DIRTY,))
    (said,) = page_notices.of_pages([dirty, replace(dirty, number=2)])
    assert said.code == "dirty"
    assert "trang 1–2" in said.vi
    assert "each of the pages 1–2" in said.en

"""Words of a stretched line are one line; columns are columns, however wide the white in them."""

import time
from collections.abc import Callable
from io import BytesIO

import numpy as np
import pypdfium2
import pytest

from ocr import reading_order, textlayer
from ocr.cleaning import cleanup
from ocr.layout import stretched, text_lines
from tests.ocr import spread

Paper = Callable[[int], tuple[bytes, list[str]]]
SEEDS = range(5)


def read(pdf: bytes) -> list[str]:
    """The lines of a page that was never paper."""
    with pypdfium2.PdfDocument(BytesIO(pdf)) as document:
        layer = textlayer.of_page(document[0], 2480, 3508)
    return reading_order.text_of(reading_order.in_lines(layer.words)).split("\n")


def share_whole(paper: Paper) -> float:
    whole = count = 0
    for seed in SEEDS:
        pdf, lines = paper(seed)
        found = read(pdf)
        whole += sum(line in found for line in lines)
        count += len(lines)
    return whole / count


def test_stretched_lines_one_under_another_are_lines() -> None:
    assert share_whole(spread.stretched) > 0.92  # 0.40 before


def test_stretched_lines_in_two_columns_are_lines_of_their_columns() -> None:
    assert share_whole(spread.two_columns) > 0.85  # 0.6 before


@pytest.mark.parametrize("rows", [2, 3, 8])
def test_a_table_without_rules_is_read_by_column(rows: int) -> None:
    for seed in range(9):
        pdf, lines = spread.table(seed, rows)
        assert read(pdf) == lines


@pytest.mark.parametrize("dpi", [150, 200, 300])
@pytest.mark.parametrize(
    ("paper", "most"), [(spread.stretched, 1.05), (spread.two_columns, 1.2), (spread.table, 1.07)]
)
def test_a_scan_of_them_has_about_as_many_lines(paper: Paper, most: float, dpi: int) -> None:
    """Four times as many before."""
    found = count = 0
    for seed in SEEDS[:2]:
        pdf, lines = paper(seed)
        pixels = np.ascontiguousarray(np.asarray(spread.scanned(pdf, dpi))[:, :, ::-1])
        found += len(text_lines.find(cleanup.flat(pixels, dpi), dpi))
        count += len(lines)
    assert 0.98 * count <= found <= most * count


def test_no_line_of_a_scan_runs_over_two_columns() -> None:
    pdf, _ = spread.two_columns(1)
    pixels = np.ascontiguousarray(np.asarray(spread.scanned(pdf, 200))[:, :, ::-1])
    middle = 300 / 72 * 200  # between the columns
    for line in text_lines.find(cleanup.flat(pixels, 200), 200):
        assert not line.box.x0 + 20 < middle < line.box.x1 - 20, line.box


def test_rows_of_dirt_cost_no_minutes() -> None:
    """A picture of tiny marks has a thousand words a row: each looked through those of all rows around."""
    row = [(10.0 * n, 10.0 * n + 4) for n in range(2000)]
    begun = time.process_time()
    assert not any(stretched.joined(row, [row] * 8, [row] * 8, 10.0))
    assert time.process_time() - begun < 5

"""Training pictures: as high as the reader takes them, wide enough for their text, and of that text."""

from itertools import islice
from pathlib import Path

import cv2
import numpy as np
import pytest
from fontTools import subset
from fontTools.ttLib import TTFont

from ocr.readers.banchinh_reader import HEIGHT, SIZE, STEP
from ocr.readers.tesseract import Tesseract
from ocr.training.batches import MOST_LINES, Batch, BatchMaker, Ingredients, NoBatches, Workers
from ocr.training.chance import Chance
from ocr.training.fonts import NEEDED, NoFont, find_fonts, font_file, holds_vietnamese
from ocr.training.labelled import LabelledLine, read_labelled, write_labelled
from ocr.training.labels import clean, frames_needed
from ocr.training.line_maker import LineMaker
from ocr.training.sources import read_sources
from ocr.training.texts import TextMaker
from ocr.training.worn_again import worn_again
from tests.ocr.drawing import FONTS, PARAGRAPHS, SERIF
from tests.ocr.scoring import character_errors
from tests.ocr.training.sources import fictional, fonts, written

PIXELS = 4000


def batches(folder: Path, seed: int, count: int) -> list[Batch]:
    folder.mkdir(exist_ok=True)
    maker = BatchMaker(TextMaker(fictional(folder), seed), LineMaker(fonts(), seed), PIXELS)
    return list(islice(maker.batches(), count))


def test_one_seed_gives_the_same_texts_and_the_same_pixels(tmp_path: Path) -> None:
    for one, same in zip(batches(tmp_path / "a", 4, 4), batches(tmp_path / "b", 4, 4), strict=True):
        assert one.texts == same.texts
        assert np.array_equal(one.pictures, same.pictures)
    other = batches(tmp_path / "c", 5, 1)[0]
    assert other.texts != one.texts


def test_every_picture_has_the_readers_height_and_frames_enough_for_its_text(tmp_path: Path) -> None:
    for batch in batches(tmp_path, 6, 12):
        count, channels, height, width = batch.pictures.shape
        assert (channels, height) == (1, HEIGHT)
        assert 0 < count == len(batch.texts) == len(batch.widths) <= MOST_LINES
        assert max(batch.widths) <= width < max(batch.widths) + 8
        assert count == 1 or width <= PIXELS
        for text, own in zip(batch.texts, batch.widths, strict=True):
            assert own / STEP >= frames_needed(text)
            assert own <= SIZE.longest


def test_after_a_line_there_is_white(tmp_path: Path) -> None:
    for batch in batches(tmp_path, 7, 4):
        for picture, own in zip(batch.pictures, batch.widths, strict=True):
            assert (picture[0, :, own:] == 255).all()


def test_a_line_as_printed_is_found_again_by_another_reader() -> None:
    maker = LineMaker(fonts(), 11)
    pictures = [maker.new_picture(text) for text in PARAGRAPHS[:4]]
    page = np.full((150 * len(pictures), 2400), 255, np.uint8)
    for number, picture in enumerate(pictures):
        assert picture is not None
        large = cv2.resize(picture, None, fx=1.5, fy=1.5, interpolation=cv2.INTER_CUBIC)
        top = 150 * number + 40
        page[top : top + large.shape[0], 50 : 50 + large.shape[1]] = large[:, : page.shape[1] - 50]
    read = " ".join(word.text for word in Tesseract().read(page, 300))
    assert character_errors(" ".join(PARAGRAPHS[:4]), read) < 0.1


def test_worn_lines_differ_from_each_other_and_hold_ink() -> None:
    maker = LineMaker(fonts(), 12)
    drawn = [maker.picture("Số: 12/TB-UBND") for _ in range(30)]
    assert len({picture.tobytes() for picture in drawn if picture is not None}) == 30
    assert all(picture is not None and picture.min() < 200 for picture in drawn)


def test_what_has_no_ink_has_no_picture() -> None:
    assert LineMaker(fonts(), 1).picture(" ") is None


def test_a_font_without_a_vietnamese_letter_is_refused(tmp_path: Path) -> None:
    whole, poor = font_file(SERIF), without("ổ", tmp_path / "poor.ttf")
    assert whole is not None
    assert holds_vietnamese(whole)
    lacking = font_file(poor)
    assert lacking is not None
    assert lacking.family == "Liberation Serif"
    assert NEEDED - lacking.characters == {"ổ"}
    assert not holds_vietnamese(lacking)
    with pytest.raises(NoFont):
        find_fonts([tmp_path])


def without(letter: str, path: Path) -> Path:
    """Liberation Serif without a letter."""
    font = TTFont(SERIF)
    options = subset.Options()
    options.name_IDs = ["*"]
    smaller = subset.Subsetter(options)
    smaller.populate(unicodes=set(font.getBestCmap()) - {ord(letter)})
    smaller.subset(font)
    font.save(path)
    return path


def test_a_character_that_no_font_holds_is_refused() -> None:
    with pytest.raises(NoFont, match="日"):
        LineMaker(fonts(), 1).picture("日")


def test_damaged_fonts_are_passed_over(tmp_path: Path) -> None:
    (tmp_path / "broken.ttf").write_bytes(b"\0\1\0\0broken")
    assert font_file(tmp_path / "broken.ttf") is None


def test_labelled_lines_are_read_as_they_were_written(tmp_path: Path) -> None:
    picture = LineMaker(fonts(), 2).new_picture("Tỉnh Mẫu Đơn")
    assert picture is not None
    lines = [LabelledLine("page-1", picture, clean("Tỉnh Mẫu Đơn"))]
    write_labelled(lines, tmp_path)
    (again,) = read_labelled(tmp_path)
    assert (again.source, again.text) == ("page-1", "Tỉnh Mẫu Đơn")
    assert np.array_equal(again.picture, picture)


def test_labelled_lines_are_mixed_into_batches(tmp_path: Path) -> None:
    marked = LabelledLine("scan", np.full((HEIGHT, 300), 128, np.uint8), "dòng đã gán nhãn mẫu")
    text, line = TextMaker(fictional(tmp_path), 3), LineMaker(fonts(), 3)
    made = islice(BatchMaker(text, line, PIXELS, [marked]).batches(), 12)
    assert any(marked.text in batch.texts for batch in made)


def test_labelled_lines_are_worn_anew_each_time() -> None:
    line = LineMaker(fonts(), 2).new_picture("Tỉnh Mẫu Đơn")
    assert line is not None
    chance = Chance(5)
    worn = [worn_again(line, chance) for _ in range(40)]
    assert {picture.shape[0] for picture in worn} == {HEIGHT}
    assert len({picture.tobytes() for picture in worn}) > 30
    assert all(picture.min() < 160 for picture in worn)


def test_a_process_beside_makes_the_batches_of_its_seed(tmp_path: Path) -> None:
    texts, lists = written(tmp_path)
    workers = Workers(Ingredients(texts, lists, (FONTS,), 3, PIXELS), 1)
    try:
        made = workers.next()
    finally:
        workers.stop()
    same = BatchMaker(TextMaker(read_sources(texts, lists), 3000), LineMaker(fonts(), 3000), PIXELS)
    assert made.texts == next(same.batches()).texts


def test_a_process_that_cannot_make_batches_says_why(tmp_path: Path) -> None:
    workers = Workers(Ingredients(tmp_path, tmp_path, (FONTS,), 1, PIXELS), 1)
    try:
        with pytest.raises(NoBatches, match="holds no"):
            workers.next()
    finally:
        workers.stop()

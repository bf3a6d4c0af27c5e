"""Pages read line by line, one result by evidence."""

import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageFont

from ocr import confidence
from ocr.language.language_model import vietnamese
from ocr.readers import fusion
from ocr.readers.fusion import Sight
from ocr.readers.line_reader import Emission
from ocr.readers.profiles import standard
from ocr.readers.readings import alternatives, words_of
from ocr.readers.recogniser import Profile
from tests.ocr import drawing, scoring
from tests.ocr.test_line_reader import line
from tests.ocr.test_text_lines import sheet, write

ALPHABET = ("", " ", "t", "ô", "ổ", "s", "1", "5")


def emission(*frames: dict[str, float]) -> Emission:
    """Frames as shares of some symbols; the rest is spread over all."""
    rows = np.full((len(frames), len(ALPHABET)), 1e-6, np.float32)
    for row, shares in zip(rows, frames, strict=True):
        for symbol, share in shares.items():
            row[ALPHABET.index(symbol)] = share
    return Emission(np.log(rows / rows.sum(axis=1, keepdims=True)), ALPHABET, 4.0)


@pytest.mark.parametrize("profile", ["fast", "default", "thorough"])
def test_a_clean_page_is_read_without_error(profile: Profile) -> None:
    picture = np.asarray(drawing.page(300).convert("L"))
    words = standard(profile).page.read(picture, 300)
    text = "\n".join(word.text for word in words)
    assert scoring.errors_of_lines(drawing.text_lines(), text) < 0.005
    for word in words:
        assert 0 <= word.box.x0 < word.box.x1 <= picture.shape[1]
        assert 0 <= word.box.y0 < word.box.y1 <= picture.shape[0]
        assert word.confidence <= 1
        assert (picture[word.box.y0 : word.box.y1, word.box.x0 : word.box.x1] < 128).any(), word
    assert np.mean([word.confidence >= 0.99 for word in words]) > 0.8


def test_capitals_with_marks_that_are_no_word_are_two() -> None:
    image, x = Image.new("L", (2480, 800), 255), 560
    font = ImageFont.truetype(str(drawing.BOLD), round(12.5 / 72 * 300))
    for word in ("SỞ", "Y", "TẾ"):
        ImageDraw.Draw(image).text((x, 300), word, 0, font)
        x += round(font.getlength(word)) + 10  # as narrow as justified headings have it
    words = standard("default").page.read(np.asarray(image), 300)
    assert [word.text for word in words] == ["SỞ", "Y", "TẾ"]


def test_a_letter_alone_on_its_line_is_never_sure() -> None:
    image = sheet()
    write(image, (1.0, 1.0), "Quyết định này có hiệu lực kể từ ngày ký.", (13, False, 300))
    for x, text in ((2.0, "x"), (4.0, "7"), (6.0, "tế")):
        write(image, (x, 2.0), text, (13, False, 300))
    words = {word.text: word for word in standard("fast").page.read(np.asarray(image), 300)}
    assert words["x"].confidence <= 0.8
    assert words["7"].confidence > 0.9
    assert words["tế"].confidence > 0.9


def test_a_letter_on_the_ink_of_two_is_asked_for_again() -> None:
    """The first reader leaves out the second letter of `sổ` before a narrow space, and is sure of it."""
    image = sheet()
    text = "Văn phòng yêu cầu các phòng chuyên môn rà soát toàn bộ sổ sách đã lập trước năm"
    for row, x in enumerate((0.97, 1.0, 1.03, 1.06)):
        write(image, (x, 1.0 + 0.3 * row), text, (13, False, 300))
    words = standard("default").page.read(np.asarray(image), 300)
    assert [word.text for word in words] == text.split() * 4


@pytest.mark.parametrize("gap", [3, 6, 9, 14], ids=lambda gap: f"{gap} pixels")
def test_a_heading_with_hardly_any_spaces_doubles_and_loses_no_word(gap: int) -> None:
    """The readers part such words otherwise than each other: one has `SỞYTẾ` for the other's `SỞY TẾ`."""
    headings = ("SỞ Y TẾ", "SỞ Y TẾ GIẢ ĐỊNH", "TRUNG TÂM Y TẾ", "UBND TỈNH GIẢ ĐỊNH", "SỞ NỘI VỤ")
    image = Image.new("L", (2480, 1200), 255)
    font = ImageFont.truetype(str(drawing.BOLD), round(12.5 / 72 * 300))
    for row, heading in enumerate(headings):
        x = 560
        for word in heading.split():
            ImageDraw.Draw(image).text((x, 200 + 160 * row), word, 0, font)
            x += round(font.getlength(word)) + gap
    words = standard("default").page.read(np.asarray(image), 300)
    assert "".join(word.text for word in words) == "".join("".join(headings).split())


def test_the_language_settles_what_the_ink_leaves_open() -> None:
    seen = emission({"t": 1.0}, {"": 1.0}, {"ô": 0.6, "ổ": 0.4})
    choice = fusion.choose([Sight("one", "tô", seen, 0, 3)], ["cơ", "quan,"], ["chức"], vietnamese())
    assert choice.text == "tổ"
    assert choice.readers == ()


def test_the_language_says_nothing_of_digits() -> None:
    seen = emission({"1": 0.6, "5": 0.4}, {"": 1.0}, {"5": 1.0})
    choice = fusion.choose([Sight("one", "15", seen, 0, 3)], ["Điều"], ["của"], vietnamese())
    assert choice.text == "15"
    assert choice.others[0][0] == "55"


def test_frames_that_say_nothing_still_give_what_was_read() -> None:
    seen = emission({"": 1.0}, {"": 1.0})
    choice = fusion.choose([Sight("one", "tổ", seen, 0, 2)], [], [], vietnamese())
    assert choice.text == "tổ"


def test_two_that_agree_are_surer_than_one() -> None:
    seen = emission({"t": 1.0}, {"": 1.0}, {"ổ": 0.8, "ô": 0.2})
    one = fusion.choose([Sight("one", "tổ", seen, 0, 3)], [], ["chức"], vietnamese())
    both = [Sight(name, "tổ", seen, 0, 3) for name in ("one", "two")]
    two = fusion.choose(both, [], ["chức"], vietnamese())
    assert two.text == one.text == "tổ"
    assert two.probability > one.probability
    assert two.readers == ("one", "two")


def test_alternatives_are_in_the_order_of_their_probability() -> None:
    seen = emission({"t": 1.0}, {"ô": 0.5, "ổ": 0.4, "": 0.1}, {"": 0.9, "s": 0.1})
    found = alternatives(seen, 0, 3)
    assert [text for text, _ in found][:2] == ["tô", "tổ"]
    assert [score for _, score in found] == sorted((score for _, score in found), reverse=True)


def test_words_stand_where_their_ink_is() -> None:
    picture = line("ổ   tổ")
    seen = emission({"ổ": 1.0}, {" ": 1.0}, {"t": 1.0}, {"": 1.0}, {"ổ": 1.0})
    seen = Emission(seen.log_probs, seen.alphabet, picture.shape[1] / 5)
    first, second = words_of(seen, picture)
    assert (first.text, second.text) == ("ổ", "tổ")
    assert first.x1 < second.x0
    assert (picture[:, first.x1 : second.x0] > 128).all()


@pytest.mark.parametrize("source", confidence.POINTS)
def test_more_belief_is_never_less_confidence(source: confidence.Source) -> None:
    beliefs = [0.0, 0.2, 0.5, 0.9, 0.99, 0.999, 0.99999, 1.0]
    said = [confidence.calibrated(belief, source) for belief in beliefs]
    assert said == sorted(said)
    assert all(0 < value < 1 for value in said)


@pytest.mark.parametrize("points", [8, 9, 10])
def test_rows_for_machines_are_read_whole(points: int) -> None:
    """The first reader knows no `<`: it says `=`, `-`, `>` or a part of a letter."""
    rows = (
        "IDVNM0950000181099095000018<<0",
        "9508174M3508179VNM<<<<<<<<<<<2",
        "TRAN<<VAN<GIA<SU<<<<<<<<<<<<<<",
    )
    image = Image.new("L", (2480, 800), 255)
    font = ImageFont.truetype(str(drawing.FONTS / "LiberationMono-Regular.ttf"), round(points / 72 * 300))
    for number, row in enumerate(rows):
        ImageDraw.Draw(image).text((660, 200 + 50 * number), row, 0, font)
    words = standard("default").page.read(np.asarray(image), 300)
    assert [word.text for word in words] == list(rows)

"""Words of a page as a person says them: parted, joined, taken out and put back, and the text with them."""

from dataclasses import replace

import pytest

from app.said_words import BadWord, Speaker, WordSaid, with_words
from ocr.recognition import Box, Page, Word

NOW = "2031-02-03T04:05:06+00:00"
LAN = Speaker("lan", NOW)


def page(text: str = "ỦY BANNHÂN DÂN\n\n  ; |\nXã M ẫu, ngày") -> Page:
    """A page whose words are ten dots a letter, ten dots apart."""
    words = []
    for line, row in enumerate(r for r in text.split("\n") if r.strip()):
        x = 0
        for part in row.split():
            words.append(Word(part, Box(x, 30 * line, x + 10 * len(part), 30 * line + 20), 0.5, line))
            x += 10 * (len(part) + 1)
    return Page(1, 1000, 1000, 100.0, 0, 0.0, "ocr", "1.png", text=text, words=tuple(words))


def say(before: Page, *said: tuple[int, str] | tuple[int, int, str]) -> Page:
    """Each: the place, perhaps how many words, and the text."""
    ones = []
    for one in said:
        first, count, text = one if len(one) == 3 else (one[0], 1, one[1])
        read = " ".join(word.text for word in before.words[first : first + count])
        ones.append(WordSaid(1, first, read, text, count))
    after = with_words(before, ones, LAN)
    assert Page.from_json(after.to_json()) == after
    assert after.text.split() == [word.text for word in after.words]
    return after


def texts(of: Page) -> list[str]:
    return [word.text for word in of.words]


def test_a_space_parts_a_word_and_its_place() -> None:
    after = say(page(), (1, " BAN  NHÂN "))
    assert after.text == "ỦY BAN NHÂN DÂN\n\n  ; |\nXã M ẫu, ngày"
    one, two = after.words[1:3]
    assert (one.box, two.box) == (Box(30, 0, 56, 20), Box(65, 0, 100, 20))
    for word in (one, two):
        assert word.said is not None
        assert (word.said.read, word.said.parts, word.said.by, word.said.confidence) == (
            "BANNHÂN",
            2,
            "lan",
            0.5,
        )
        assert (word.confidence, word.line) == (1.0, 0)
    again = say(after, (1, 2, "BANNHÂN"))
    assert again.text == page().text
    assert again.words[1].box == Box(30, 0, 100, 20)
    assert again.words[1].said is not None
    assert (again.words[1].said.read, again.words[1].said.parts) == ("BANNHÂN", 1)


def test_two_words_are_joined_in_one_place() -> None:
    before = page()
    after = say(before, (6, 2, "Mẫu,"))
    assert after.text.endswith("\nXã Mẫu, ngày")
    word = after.words[6]
    assert word.said is not None
    assert (word.box, word.said.read, word.said.parts) == (Box(30, 60, 80, 80), "M ẫu,", 1)
    kept = say(before, (6, 2, "Mâu Tý,"))
    assert [word.box for word in kept.words] == [word.box for word in before.words], (
        "as many keep their places"
    )


def test_what_is_no_word_is_taken_out_and_put_back() -> None:
    before = page()
    after = say(before, (3, ""), (4, "  "))
    assert after.text == "ỦY BANNHÂN DÂN\n\nXã M ẫu, ngày"
    assert [(word.text, word.said and word.said.read) for word in after.taken_out] == [(";", ";"), ("|", "|")]
    assert len(after.said) == 2
    back = with_words(after, [WordSaid(1, 1, "|", "l", taken_out=True)], LAN)
    assert back.text == "ỦY BANNHÂN DÂN\nl\n\nXã M ẫu, ngày", "in a line of its own"
    assert (back.words[3].box, back.words[3].said and back.words[3].said.read) == (before.words[4].box, "|")
    both = with_words(back, [WordSaid(1, 0, ";", ";", taken_out=True)], LAN)
    assert (texts(both), both.taken_out) == ([*texts(before)[:4], "l", *texts(before)[5:]], ())
    assert with_words(after, [WordSaid(1, 0, ";", "", taken_out=True)], LAN) == after, "it stays out"
    with pytest.raises(BadWord):
        with_words(after, [WordSaid(1, 0, "; |", ";|", 2, taken_out=True)], LAN)


@pytest.mark.parametrize("place", range(9))
def test_every_word_comes_back_where_it_was(place: int) -> None:
    before = page()
    out = say(before, (place, ""))
    assert len(out.words) == len(before.words) - 1
    read = before.words[place].text
    back = with_words(out, [WordSaid(1, 0, read, read, taken_out=True)], LAN)
    assert (texts(back), back.text.split()) == (texts(before), before.text.split())
    assert back.text.count("\n") >= 2


def test_a_word_comes_back_into_its_line_wherever_that_stands() -> None:
    before = page("một hai\nba bốn năm\nsáu")
    moved = tuple(replace(word, line=7) if word.line == 1 else word for word in before.words)
    before = replace(before, words=moved)
    out = say(before, (6 - 2, ""))
    back = with_words(out, [WordSaid(1, 0, "năm", "năm", taken_out=True)], LAN)
    assert back.text == before.text


def test_a_page_may_hold_no_word_at_all() -> None:
    before = page("; |")
    none = say(before, (0, 2, ""))
    assert (none.words, none.text, len(none.taken_out)) == ((), "", 2)
    back = with_words(none, [WordSaid(1, 0, ";", "a b", taken_out=True)], LAN)
    assert back.text == "a b"


def test_a_text_that_was_joined_otherwise_is_that_of_the_words() -> None:
    before = replace(page("một hai\nba"), text="mộthai ba")
    assert say(before, (1, "h ai")).text == "một h ai\nba"


@pytest.mark.parametrize(
    ("said", "words"),
    [
        (WordSaid(1, 2, "DÂN ;", "DÂN;", 2), "hai dòng"),
        (WordSaid(1, 8, "ngày x", "ngày", 2), "không có ở chỗ này"),
        (WordSaid(1, 0, "ỦY", "ủy", 0), "không có ở chỗ này"),
        (WordSaid(1, 0, "ỦY", "ủy", taken_out=True), "không có ở chỗ này"),
        (WordSaid(1, 0, "ỦY", "a " * 21), "tối đa"),
        (WordSaid(1, 0, "ỦY", "x" * 101), "tối đa"),
        (WordSaid(1, 0, "ỦY", "a\u200bb"), "không nhìn thấy"),
        (WordSaid(1, 1, "BANNHÂN", "BAN"), "hai lần"),
    ],
)
def test_what_cannot_be_said_changes_nothing(said: WordSaid, words: str) -> None:
    with pytest.raises(BadWord, match=words) as refused:
        with_words(page(), [WordSaid(1, 0, "ỦY BANNHÂN", "ỦYBAN", 2), said][said.read != "BANNHÂN" :], LAN)
    assert refused.value.word == said.word

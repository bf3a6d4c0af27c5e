"""What lists of pages show of one without its words: size, blankness, and how many words are doubtful."""

from dataclasses import dataclass

from ocr.recognition import Page, Word

#: Words below this are marked. Confidence is counted (`ocr/confidence.py`): below, more than one in twenty is
#: wrong, and these few, one to four of a hundred words, hold most of what is wrong on a page.
WORD_THRESHOLD = 0.95
#: Outlines are kept beside their pages. Raise this where what is doubtful changes: others are made anew.
DEFINITION = 1


@dataclass(frozen=True, slots=True)
class PageOutline:
    """A page but for what stands on it. `doubts`: its words that a person should look at, as far as the page
    tells; a field that a pen wrote may doubt others."""

    number: int
    width: int
    height: int
    blank: bool
    doubts: int


def outline_of(page: Page) -> PageOutline:
    pen = page.uncompared
    doubts = sum(doubtful_word(word) or place in pen for place, word in enumerate(page.words))
    return PageOutline(page.number, page.width, page.height, page.blank, doubts)


def doubtful_word(word: Word) -> bool:
    return word.confidence < WORD_THRESHOLD

"""What the language says of the running text of a value: words that it finds far likelier otherwise."""

import string
from collections.abc import Sequence

from ocr.fields.doubts import MISSPELT
from ocr.language.language_model import vietnamese
from ocr.language.writing import fold_letters
from ocr.recognition import Word

#: Natural log of the odds that a word with one letter more stands there. Of 17,400 sure words in small
#: letters on 200 worn pages six are beyond, and all had lost a letter; in 4,720 right values of other papers
#: no word is.
DROPPED = 8.0
_AROUND = string.punctuation + "“”"


def is_misread(words: Sequence[Word]) -> bool:
    """Whether running text has a word that a reader saw with other marks, and the language finds far likelier
    so: `Thê dục thể thao`."""
    odds = vietnamese().doubtful([w.text for w in words])
    return any(
        unlikely > MISSPELT
        and any(other != w.text and fold_letters(other) == fold_letters(w.text) for other in w.alternatives)
        for w, unlikely in zip(words, odds, strict=True)
    )


def drops_letter(words: Sequence[Word]) -> bool:
    """Whether a word in small letters is one letter short of another that is far likelier between its
    neighbours: `trong thờ hạn`. Readers leave out letters of which little ink is left without any doubt."""
    texts = [word.text for word in words]
    return any(_drops(text.strip(_AROUND), texts, place) for place, text in enumerate(texts))


def _drops(core: str, texts: Sequence[str], place: int) -> bool:
    if not (core.isalpha() and core.islower()):
        return False
    language, before, after = vietnamese(), texts[max(0, place - 2) : place], texts[place + 1 : place + 3]
    longer = [language.logp(word, before, after) for word in language.grown(core)]
    return bool(longer) and max(longer) - language.logp(core, before, after) > DROPPED

"""Words of Vietnamese text for searching: as written, and folded to bare letters."""

import functools
import re
import unicodedata
from dataclasses import dataclass

#: Letters, digits and the combining marks of decomposed Latin letters; everything else divides words.
_WORD = re.compile(r"(?:[^\W_]|[\u0300-\u036f])+")
#: Grave, tilde, acute, hook above and dot below: the marks that carry a Vietnamese tone.
_TONES = "\u0300\u0301\u0303\u0309\u0323"
#: "hoà" and "hòa", "khoẻ" and "khỏe", "thuỷ" and "thủy" are two spellings of one word.
_LATE_TONE = re.compile(f"(o)([ae])([{_TONES}])$|(u)(y)([{_TONES}])$")
#: The Icelandic and African letters look like Đ as capitals, and old converters write them for it.
_D_WITH_STROKE = str.maketrans("ðɖ", "đđ")
#: No word is longer; what is, is cut in the index and in the query alike.
_LONGEST = 64


@dataclass(frozen=True, slots=True)
class Token:
    """One word. `written` keeps tone marks (NFC, lower case, the tone in one agreed place); `typed` keeps
    the tone where it stood; `folded` has bare letters and digits only."""

    written: str
    typed: str
    folded: str

    @property
    def marked(self) -> bool:
        """Whether it carries a mark, so that a search must match it as written."""
        return self.typed != self.folded


def tokens(text: str) -> list[Token]:
    """The words of a text in order; punctuation only divides them."""
    return [token for word in _WORD.findall(_caseless(text)) if (token := _token(word)).folded]


def fold(text: str) -> str:
    """Bare lower-case letters and digits, words divided by one space."""
    return " ".join(token.folded for token in tokens(text))


def _caseless(text: str) -> str:
    """Decomposed and without case; what casefolding composes is decomposed again."""
    decomposed = unicodedata.normalize("NFD", text)
    return unicodedata.normalize("NFD", decomposed.casefold()).translate(_D_WITH_STROKE)


@functools.lru_cache(maxsize=16_384)  # Vietnamese has some 7,000 syllables, and papers repeat them
def _token(word: str) -> Token:
    typed = unicodedata.normalize("NFC", word)[:_LONGEST]
    decomposed = unicodedata.normalize("NFD", typed)
    written = unicodedata.normalize("NFC", _LATE_TONE.sub(_early_tone, decomposed))
    bare = "".join(c for c in decomposed if not unicodedata.combining(c))
    return Token(written, typed, bare.replace("đ", "d"))


def _early_tone(match: re.Match[str]) -> str:
    first, second, tone = (group for group in match.groups() if group)
    return first + tone + second

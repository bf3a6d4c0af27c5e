"""What is written: lines of random text as administrative papers hold them, and some that no paper would."""

from ocr.training import references, syllables
from ocr.training.chance import Chance
from ocr.training.labels import clean
from ocr.training.sources import FAMILY_NAMES, Sources

CAPITAL_LINES = 0.08  # headings
LEADERS = 0.03  # lines that begin or end with dots to write on
QUOTED = 0.1
QUOTES = ("“{}”", '"{}"', "({})", "{},", "{};", "{}:", "- {}", "+ {}", "{}.", "‘{}’", "[{}]", "• {}")
CAPITAL_NAMES, CAPITAL_PLACES = 0.3, 0.2
SHORTEST = "và"  # where a line comes out empty

#: Shares of what a line is put together from, summed up from the first. Most is language as it is; much is
#: none, so that what is rare (a number, a name, a syllable of another language) is read and not guessed.
FRAGMENTS, SYLLABLES, LETTERS, REFERENCES, NAMES, PLACES = 0.55, 0.66, 0.70, 0.84, 0.89, 0.94


class TextMaker:
    """Writes random lines. The same sources and seed give the same lines."""

    def __init__(self, sources: Sources, seed: int) -> None:
        self.sources = sources
        self.chance = Chance(seed)

    def line(self, length: int) -> str:
        """A line of at most about `length` characters, cut between words where that can be."""
        chance = self.chance
        if chance.happens(CAPITAL_LINES):
            text = self._fragment(chance.randrange(2, 12)).upper()
        else:
            text = self._joined(length)
        text = _cut(clean(text), length)
        if chance.happens(LEADERS):
            text = f"{text} …" if chance.happens(0.5) else f"… {text}"
        return text.strip() or SHORTEST

    def _joined(self, length: int) -> str:
        parts: list[str] = []
        reached = 0
        while reached < length:
            part = self._part()
            if self.chance.happens(QUOTED):
                part = self.chance.choice(QUOTES).format(part)
            parts.append(part)
            reached += len(part) + 1
        return " ".join(parts)

    def _part(self) -> str:
        chance = self.chance
        share = chance.random()
        if share < FRAGMENTS:
            return self._fragment(chance.randrange(2, 14))
        if share < SYLLABLES:
            return " ".join(syllables.syllable(chance) for _ in range(chance.randrange(1, 4)))
        if share < LETTERS:
            return syllables.letters(chance)
        if share < REFERENCES:
            return references.reference(chance)
        if share < NAMES:
            return self._name()
        if share < PLACES:
            return self._place()
        return chance.choice(self.sources.words)

    def _fragment(self, words: int) -> str:
        line = self.chance.choice(self.sources.lines)
        start = self.chance.randrange(max(1, len(line) - words + 1))
        return " ".join(line[start : start + words])

    def _name(self) -> str:
        name = f"{self.chance.choice(FAMILY_NAMES)} {self.chance.choice(self.sources.given_names)}"
        return name.upper() if self.chance.happens(CAPITAL_NAMES) else name

    def _place(self) -> str:
        place = self.chance.choice(self.sources.places)
        return place.upper() if self.chance.happens(CAPITAL_PLACES) else place


def _cut(text: str, length: int) -> str:
    if len(text) <= length:
        return text
    space = text.rfind(" ", 0, length + 1)
    return text[:space] if space > 0 else text[:length]

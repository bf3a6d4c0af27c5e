"""Invented syllables: spelt as Vietnamese, in no dictionary, so that the reader learns ink and not words."""

import unicodedata

from ocr.training.chance import Chance

PLAIN_VOWELS = "aăâeêioôơuưy"
#: Level (no mark), acute, grave, hook above, tilde, dot below.
TONES = ("", "\u0301", "\u0300", "\u0309", "\u0303", "\u0323")
ACUTE, DOT = TONES[1], TONES[5]
VOWELS = tuple(unicodedata.normalize("NFC", vowel + tone) for vowel in PLAIN_VOWELS for tone in TONES)
CONSONANTS = "bcdđghklmnpqrstvxfjwz"

_ONSETS = "ngh ng gh gi kh nh ph qu th tr ch b c d đ g h k l m n p r s t v x"
ONSETS = (*_ONSETS.split(), "", "")
_RHYMES = """
    a ac ach ai am an ang anh ao ap at au ay ăc ăm ăn ăng ăp ăt âc âm ân âng âp ât âu ây
    e ec em en eng eo ep et ê êch êm ên êng ênh êp êt êu
    i ia ich im in inh ip it iu iêc iêm iên iêng iêp iêt iêu
    o oc oi om on ong op ot oa oac oach oai oan oang oanh oao oat oay oăc oăn oăng oe oen oeo oet
    ô ôc ôi ôm ôn ông ôp ôt ơ ơi ơm ơn ơp ơt
    u ua uc ui um un ung up ut uân uât uây uê uôc uôi uôm uôn uông uôt uơ uy uya uych uynh uyt uyên uyêt
    ư ưa ưc ưi ưng ưt ưu ươc ươi ươm ươn ương ươp ươt ươu y yêm yên yêt yêu
"""
RHYMES = tuple(_RHYMES.split())
OLD_STYLE = 0.7  # share of `hòa` against `hoà`: both are written, the first more often
CAPITALS, CAPITALISED = 0.15, 0.15


def with_tone(rhyme: str, tone: str, chance: Chance) -> str:
    """The rhyme with the mark on the letter that bears it, by the rules of spelling, in NFC."""
    if not tone:
        return rhyme
    place = _bearer(rhyme, chance)
    return rhyme[:place] + unicodedata.normalize("NFC", rhyme[place] + tone) + rhyme[place + 1 :]


def _bearer(rhyme: str, chance: Chance) -> int:
    vowels = [place for place, letter in enumerate(rhyme) if letter in PLAIN_VOWELS]
    marked = [place for place in vowels if rhyme[place] in "ăâêôơư"]
    if marked:
        return marked[-1]  # ươ bears it on ơ
    if vowels[-1] != len(rhyme) - 1:
        return vowels[-1]  # before a closing consonant: toán
    if len(vowels) == 3:
        return vowels[1]  # ngoài
    if len(vowels) == 1 or chance.happens(OLD_STYLE):
        return vowels[0]
    return vowels[1]


def syllable(chance: Chance) -> str:
    """A syllable that could be Vietnamese, sometimes in capitals."""
    onset, rhyme, tone = chance.choice(ONSETS), chance.choice(RHYMES), chance.choice(TONES)
    if rhyme.endswith(("p", "t", "c", "ch")):
        tone = chance.choice((ACUTE, DOT))  # stopped syllables have no other
    spelt = onset + with_tone(rhyme, tone, chance)
    case = chance.random()
    if case < CAPITALS:
        return spelt.upper()
    return spelt.capitalize() if case < CAPITALS + CAPITALISED else spelt


def letters(chance: Chance) -> str:
    """Any vowel with any mark between any consonants: nothing of language to lean on."""
    return "".join(_meaningless(chance) for _ in range(chance.choice((1, 1, 1, 2))))


def _meaningless(chance: Chance) -> str:
    opening = chance.choice(CONSONANTS) + chance.choice(VOWELS)
    return opening + (chance.choice("cmnptg") if chance.happens(0.5) else "")

"""What certifies a copy, stamped or printed under the paper that it is a copy of (Decree 23/2015/NĐ-CP,
Decree 30/2020/NĐ-CP Art 26): who signs there, and when, signed no part of the paper."""

from collections.abc import Sequence
from dataclasses import replace
from functools import lru_cache

from ocr.fields.signatory import LETTERS_A_SLIP, names_position
from ocr.language.writing import distance, is_person_name
from ocr.recognition import Page
from ocr.structure.letterhead import is_motto
from ocr.structure.lines import MOST_PAGES, Line, lines

#: How a certification begins, in capitals; so alone on their line, what copies of an agency's own papers have
#: over it.
_BEGINNINGS = ("chungthucbansao", "bansaodungvoibanchinh", "saodungvoibanchinh", "saoybanchinh", "loichung")
_ALONE = ("saoy", "saoluc", "trichsao")
_NUMBERED = "so chung thuc"
#: A certification stands under the beginning of a page, as a share of it, unless it is all that is there.
LOW = 0.3
#: Lines of one at the most, and how far under one another they stand, in heights of the first: a signature
#: and a seal lie over the name.
MOST_LINES, SIGNED = 14, 9.0


@lru_cache(maxsize=MOST_PAGES)
def without_certification(page: Page) -> Page:
    """The page without the lines that certify it as a copy: from their heading to the name under it. Where no
    position stands under such a heading it is a mention, or nothing that could be taken for the paper's."""
    every = lines(page)
    gone = {id(word) for line in _certification(every, page) for word in line.words}
    return replace(page, words=tuple(w for w in page.words if id(w) not in gone)) if gone else page


def _certification(every: Sequence[Line], page: Page) -> list[Line]:
    for index, heading in enumerate(every):
        under = heading.box.y0 > LOW * page.height
        if not _begins(heading) or not (under or (index == 0 and not any(map(is_motto, every)))):
            continue
        found, box, signed = [heading], heading.box, 0
        for line in every[index + 1 :]:
            if line.box.y0 - box.y1 > SIGNED * heading.height or len(found) == MOST_LINES:
                break
            spare = heading.height
            if line.box.x1 < box.x0 - spare or line.box.x0 > box.x1 + spare:
                continue
            found.append(line)
            box = box.union(line.box)
            if names_position(line):
                signed = len(found)
            elif signed and is_person_name(line.text):
                return found
        if signed:
            return found[:signed]
    return []


def _begins(line: Line) -> bool:
    if not line.capitals:  # sentences speak of certifications too
        return line.folded.startswith(_NUMBERED) and ":" in line.text
    return line.letters in _ALONE or any(
        distance(line.letters[: len(wanted)], wanted, slips) <= slips
        for wanted in _BEGINNINGS
        for slips in [len(wanted) // LETTERS_A_SLIP]
    )

"""Mail-room stamps: the page without them, for reading, and what each of them says."""

from collections.abc import Sequence
from dataclasses import replace

from ocr.confidence import GUESSED
from ocr.engine import Pixels, Reader
from ocr.language.writing import fold_letters
from ocr.recognition import Box, Region, Word
from ocr.stamps import coloured_ink, stamp_ink
from ocr.stamps.stamp_ink import Parted
from ocr.structure.lines import span
from ocr.structure.stamp_words import LABELS, SURE, TITLES

AROUND = (1.1, 0.6, 0.3, 0.15)  # inches before, over, behind and under leaders in which words are looked for
RIM = 0.05  # of a seal's size, by which its circle may be off


def confirmed(regions: Sequence[Region], grey: Pixels, dpi: float, reader: Reader) -> tuple[Region, ...]:
    """The regions; of leaders that may be stamps without a frame, those beside which its words stand."""
    found = []
    for region in regions:
        if region.kind != "stamp" or region.confidence >= SURE:
            found.append(region)
            continue
        labels = _labels(region.box, grey, dpi, reader)
        if labels:
            found.append(Region("stamp", span(labels).union(region.box), SURE))
    return tuple(found)


def _labels(leaders: Box, grey: Pixels, dpi: float, reader: Reader) -> list[Word]:
    """The words of a stamp before and above its leaders; none where they are too few."""
    left, over, beside, under = (round(inch * dpi) for inch in AROUND)
    high, wide = grey.shape
    x0, y0 = max(0, leaders.x0 - left), max(0, leaders.y0 - over)
    place = Box(x0, y0, min(wide, leaders.x1 + beside), min(high, leaders.y1 + under))
    words = read([stamp_ink.parted(grey, place, dpi)], dpi, reader, 0)
    said = [(fold_letters(w.text), w) for w in words]
    titles = [w for text, w in said if text in TITLES]
    labels = [w for text, w in said if text.startswith(LABELS) and w.box.x0 < leaders.x0 + beside]
    kinds = {fold_letters(w.text)[:2] for w in labels}
    enough = len(kinds) > 1 or (kinds and any(fold_letters(w.text) == "den" for w in titles))
    return [*titles, *labels] if enough and (titles or "ch" in kinds) else []


def taken_out(
    pixels: Pixels, grey: Pixels, regions: Sequence[Region], dpi: float
) -> tuple[Pixels, list[Parted]]:
    """The picture for reading without the ink of stamps, and each stamp alone.

    `pixels` is the page, `grey` the same flattened, where coloured seals are already light.
    """
    found = []
    for region in (r for r in regions if r.kind == "stamp"):
        one = coloured_ink.parted(pixels, grey, region.box) or stamp_ink.parted(grey, region.box, dpi)
        grey = one.text
        found.append(one)
    return grey, found


def read(found: Sequence[Parted], dpi: float, reader: Reader, line: int) -> tuple[Word, ...]:
    """What the stamps say; their lines are numbered from `line`."""
    words: list[Word] = []
    for stamp in found:
        said = reader.read(stamp.stamp, dpi)
        words += [replace(w, box=_moved(w.box, stamp.place), line=w.line + line) for w in said]
        line = max((w.line for w in words), default=line - 1) + 1
    return tuple(words)


def doubted(words: Sequence[Word], pixels: Pixels, regions: Sequence[Region]) -> tuple[Word, ...]:
    """The words of a page, guessed where they touch a seal whose ink no colour tells from theirs: both
    readers took the half of a `T` that a rim left for an `I`."""
    seals = [r.box for r in regions if r.kind == "seal" and not coloured_ink.is_coloured(pixels, r.box)]
    seals = [_wider(box) for box in seals]
    return tuple(
        replace(word, confidence=GUESSED)
        if word.confidence > GUESSED and any(_touch(word.box, seal) for seal in seals)
        else word
        for word in words
    )


def _wider(box: Box) -> Box:
    across, down = round(RIM * (box.x1 - box.x0)), round(RIM * (box.y1 - box.y0))
    return Box(box.x0 - across, box.y0 - down, box.x1 + across, box.y1 + down)


def _touch(one: Box, other: Box) -> bool:
    return min(one.x1, other.x1) > max(one.x0, other.x0) and min(one.y1, other.y1) > max(one.y0, other.y0)


def _moved(box: Box, place: Box) -> Box:
    return Box(box.x0 + place.x0, box.y0 + place.y0, box.x1 + place.x0, box.y1 + place.y0)

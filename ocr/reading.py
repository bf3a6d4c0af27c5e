"""Reads an untrusted file: look into it, read each page, then say what paper it is and make it searchable.

The caller runs these functions in a child process with limits of memory and time, and each on its own: a page
is read from the file alone, so pages may be read in any order, in parallel and again.
"""

from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from typing import NamedTuple

import numpy as np

from ocr import annotation_words, memory, off_paper, own_text, page_notices, print_size, reading_order
from ocr.cleaning import bent, cleanup, faint, legibility, light_print, scanner_edges, sheet, streaks
from ocr.engine import EngineMissing, Pixels, Reader
from ocr.kinds.catalogue import catalogue
from ocr.language import places
from ocr.layout import page_ink
from ocr.limits import Limits, Refusal
from ocr.marks import PageInk
from ocr.pen import handwriting, pen_words, struck_words, unread_ink, written_words
from ocr.picture import PAGE_DAMAGED, READING_DPI, Picture, resized
from ocr.readers.profiles import Readers, standard
from ocr.readers.recogniser import Profile
from ocr.recognition import Box, Notice, Page, Recognition, Region, Word
from ocr.sources import pages
from ocr.sources.pages import inspect
from ocr.stamps import coloured_ink, mail_room, red_print, regions
from ocr.understanding import understand
from ocr.viewing_copy import compression, searchable, sheet_sizes
from ocr.viewing_copy.searchable import pack

__all__ = ["finish", "inspect", "pack", "read_page", "warm_up"]

SEARCHABLE = "searchable.pdf"
SHRINK_ABOVE = 330  # dpi; more shows the grain of the paper, not more of the letters
MOST_BILEVEL_DPI = 600  # two levels need more dots for the same letter, and cost little
LONGEST_SIDE = 20_000  # OpenCV turns pictures of at most 32,767 pixels
LOST_SHEET, LOST_DPI = (827, 1169), 100.0  # A4
SURE_ACROSS, SURE_UP = 0.6, 1.15  # evidence that a page is upright, from which nobody is asked
SURE_TURN = 1.0  # least certainty of the engine to believe a turn
BLANK_COVERED = 0.006  # share of the page with something on it below which a page may be blank
BLANK_CONFIDENCE = 0.5  # what is read with less, on an almost empty page, is dirt


class Turn(NamedTuple):
    """How a page is made upright: degrees clockwise of a turn by quarters, and then of levelling. It is not
    `known` where the ink does not tell the quarter and the engine that would is not installed."""

    rotation: int
    skew: float
    known: bool


def warm_up() -> None:
    """Have in memory what every `finish` looks things up in, for processes that are forked from this one."""
    catalogue()
    places.spellings()


def read_page(
    source: Path,
    number: int,
    folder: Path,
    limits: Limits,
    *,
    profile: Profile = "default",
    readers: Readers | None = None,
) -> Page:
    """Read page `number` (from 1) and write its picture into `folder`.

    Raises Refusal where the file is at fault, EngineMissing or EngineFailed where a reader is.
    """
    readers = readers or standard(profile)
    try:
        given = pages.picture(source, number, limits)
    except Refusal as refusal:
        if refusal.code != PAGE_DAMAGED:
            raise
        return _lost_page(number, refusal, folder)
    shown = print_size.settled(given)
    enlarged = shown.dpi / given.dpi if given.sheet else 1.0
    picture, received, cut_short, odd = _sane(shown), given.sheet, given.cut_short, given.odd
    del given
    own = own_text.told(picture, readers.page)
    read = own_text.page(picture, number, own) if own is not None and own.whole else None
    if read is None:
        memory.give_back()  # what opening the page, and the page before, took
        straight = sheet.straightened(shown)
        if straight is not shown:  # the picture had another size than the sheet on it
            picture, received, own, enlarged = _sane(straight), None, None, 1.0
        del shown, straight
        clean = scanner_edges.whitened(_bare(picture), picture.dpi)
        if not picture.bilevel:
            clean = streaks.lifted(clean, picture.dpi)
        seen = cleanup.glance(clean, picture.dpi)
        read = _made_legible(picture, clean, number, readers, seen=seen)
        if read is None:
            picture, clear, page = _upright(picture, clean, number, _turn(seen, picture, readers.page))
            picture, clear = _unbent(picture, clear, seen, page)
            del clean, seen  # 26 MB as received, which would stand beside all that reading needs
            read = _by_reading(clear, page, readers), picture.pixels
    page, pixels = read
    if own is not None and not own.whole:
        page = own_text.exact(page, own)
    page = legibility.noted(page_notices.with_wordless(page), pixels)
    page = page_notices.with_picture_faults(page, cut_short=cut_short, odd=odd)
    if not readers.complete:
        page = page_notices.with_fewer_readers(page)
    pale = page_notices.PALE in page.warnings
    to = folder / f"page-{number:04d}.x"
    image = compression.write_page(pixels, page.dpi, picture.bilevel, to, pale=pale)
    page = replace(page, image=image.name, enlarged=enlarged)
    compression.write_thumbnail(pixels, folder / page.thumbnail)
    return sheet_sizes.noted(page, received)


def _lost_page(number: int, refusal: Refusal, folder: Path) -> Page:
    """The place of a page that cannot be read, in a file whose other pages may be: an empty sheet."""
    width, height = LOST_SHEET
    sheet = np.full((height, width), 255, np.uint8)
    image = compression.write_page(sheet, LOST_DPI, False, folder / f"page-{number:04d}.x")
    notice = Notice("page-unreadable", refusal.vi, refusal.en)
    page = Page(number, width, height, LOST_DPI, 0, 0.0, "ocr", image.name, warnings=(notice,))
    compression.write_thumbnail(sheet, folder / page.thumbnail)
    return page


def finish(
    source: Path,
    read: Sequence[Page],
    folder: Path,
    *,
    one_paper: bool = False,
    kind_code: str | None = None,
    as_they_are: bool = False,
) -> Recognition:
    """Kind, fields and papers of the pages, whose pictures are in `folder`, packed or not.

    Writes `folder/searchable.pdf` unless the file is digitally signed: that one stays as it is. `one_paper`
    where a person says that these pages, all or some of the file's, are one paper: then it is always written,
    since the signature of a file is on no part of it. `kind_code` where a person says of what kind it is.
    `as_they_are`: as in `searchable.write`.
    """
    ordered = sorted(read, key=lambda page: page.number)
    found = understand(ordered, folder, one_paper=one_paper, kind_code=kind_code)
    of_pages = page_notices.of_pages(ordered)
    warnings = tuple(dict.fromkeys((*pages.notices(source), *of_pages, *found.warnings)))
    if one_paper or not pages.digitally_signed(source):
        searchable.write(ordered, folder, folder / SEARCHABLE, as_they_are=as_they_are)
    return Recognition(tuple(ordered), found.kind, found.fields, found.papers, warnings)


def _sane(picture: Picture) -> Picture:
    """No finer than reading needs, and no longer than can be turned."""
    longest = max(picture.size)
    most = MOST_BILEVEL_DPI if picture.bilevel else SHRINK_ABOVE
    wanted = MOST_BILEVEL_DPI if picture.bilevel else READING_DPI
    factor = min(wanted / picture.dpi if picture.dpi > most else 1.0, LONGEST_SIDE / longest)
    if factor >= 1:
        return picture
    width, height = (round(side * factor) for side in picture.size)
    pixels = resized(picture.pixels, width, height, picture.bilevel)
    own = replace(
        picture,
        layer=_scaled_words(picture.layer, factor),
        annotated=tuple(_scaled_words(words, factor) for words in picture.annotated),
    )
    if own.unmarked is not None:
        own = replace(own, unmarked=resized(own.unmarked, width, height, picture.bilevel))
    return replace(own, pixels=pixels, dpi=picture.dpi * factor)


def _scaled_words(words: Sequence[Word], factor: float) -> tuple[Word, ...]:
    return tuple(replace(w, box=_scaled(w.box, factor)) for w in words)


def _scaled(box: Box, factor: float) -> Box:
    x0, y0 = int(box.x0 * factor), int(box.y0 * factor)
    return Box(x0, y0, max(x0 + 1, round(box.x1 * factor)), max(y0 + 1, round(box.y1 * factor)))


def _bare(picture: Picture) -> Pixels:
    """The page without the marks over it whose words are known."""
    return picture.pixels if picture.unmarked is None else picture.unmarked


def _made_legible(
    picture: Picture, clean: Pixels, number: int, readers: Readers, *, seen: Pixels
) -> tuple[Page, Pixels] | None:
    """A negative or a pale page, made dark on light and read so; None where the page is neither, or where
    what is read makes no sense. `seen` is a glance at the `clean` page."""
    bare = _bare(picture)
    light = faint.positive(bare)
    negative = light is not bare
    legible = (
        scanner_edges.whitened(light, picture.dpi)
        if negative
        else faint.strengthened(clean, picture.dpi, seen)
    )
    if legible is clean:
        return None
    del light
    turn = _turn(cleanup.glance(legible, picture.dpi), picture, readers.page)
    turned, clear, page = _upright(picture, legible, number, turn)
    del legible
    page = _by_reading(clear, page, readers)
    if not faint.convincing(page.words, was_dark=faint.dark(bare) if negative else 0.0):
        return None
    warnings = page.warnings if negative else (*page.warnings, page_notices.PALE)
    return replace(page, warnings=warnings), turned.pixels


def _by_reading(picture: Picture, page: Page, readers: Readers) -> Page:
    """The page with all that can be read on it; the picture is upright and level."""
    pixels, bands = light_print.turned_round(picture.pixels, picture.dpi)
    grey = cleanup.flat(pixels, picture.dpi)
    ink: PageInk | None = page_ink.find(grey, picture.dpi)
    beside = mail_room.confirmed(
        regions.find(pixels, grey, picture.dpi, ink), grey, picture.dpi, readers.page
    )
    shown = _with_coloured_ink(pixels, beside, picture.dpi)
    if shown is not None:
        grey, ink = cleanup.flat(shown, picture.dpi), None
    grey, stamped = mail_room.taken_out(pixels, grey, beside, picture.dpi)
    if ink is None or stamped:
        ink = page_ink.find(grey, picture.dpi)
    apart = [region for region in beside if region.kind != "stamp"]
    memory.give_back()  # 80 MB of a colour page with a seal, just before the readers need most
    every = reading_order.not_over_another(readers.page.read(grey, picture.dpi, apart=apart, ink=ink))
    if picture.maybe_photographed:
        every = _of_photograph(every, picture, page.skew)
    every, unread_print = light_print.settled(every, bands)
    if unread_print:
        page = replace(page, warnings=(*page.warnings, page_notices.LIGHT_PRINT))
    words = reading_order.without_dirt(every)
    if len(words) < len(every):
        page = replace(page, warnings=(*page.warnings, page_notices.DIRTY))
    words = mail_room.doubted(words, pixels, apart)
    next_line = max((w.line for w in words), default=-1) + 1
    of_stamps = mail_room.read(stamped, picture.dpi, readers.page, next_line)
    read = annotation_words.without((*words, *of_stamps), picture.annotated)
    words = reading_order.tidied(annotation_words.put_among(read, picture.annotated))
    if picture.maybe_photographed:
        rules = page_ink.rules_across(ink, picture.dpi)
        facing = picture.sheets or reading_order.facing(words, picture.size, rules)
        words = reading_order.by_sheet(words, facing)
    if picture.sheets:
        page = replace(page, warnings=(*page.warnings, page_notices.SEVERAL_SHEETS))
    covered = 1.0 if _says_something(words) else cleanup.covered(picture.pixels, picture.dpi)
    blank = covered < BLANK_COVERED
    page = replace(
        page,
        text="" if blank else reading_order.text_of(words),
        words=() if blank else words,
        blank=blank,
        blank_reason=_blank_reason(covered) if blank else None,
        regions=beside,
    )
    seen = pen_words.coloured(handwriting.find(grey, page, readers.pen), pixels)
    written = annotation_words.not_filled(seen, picture.annotated)
    by_pen = (*pen_words.found(page, pixels, grey), *struck_words.found(page, grey))
    unread = unread_ink.found(page, ink)
    in_order = sorted((*beside, *by_pen, *unread), key=lambda r: (r.box.y0, r.box.x0))
    page = replace(page, handwriting=written, regions=tuple(in_order))
    return written_words.settled(page, [reader.name for reader in readers.pen])


def _of_photograph(words: tuple[Word, ...], picture: Picture, skew: float) -> tuple[Word, ...]:
    """The words of a picture that may be a photograph with more on it than a sheet, or with less."""
    tone = sheet.beside_other_things(picture)
    if tone is not None:
        words = off_paper.left_out(words, tone, picture.size)
    return off_paper.doubted(words, picture.size, skew, picture.dpi)


def _with_coloured_ink(pixels: Pixels, beside: Sequence[Region], dpi: float) -> Pixels | None:
    """Grey levels of the page with its red print and without its seals; None where it has neither."""
    red = cleanup.red(pixels)
    sealed = pixels.ndim == 3 and any(region.kind in ("seal", "stamp") for region in beside)
    grey = coloured_ink.without_seals(pixels, beside) if sealed else red
    grey = red_print.shown(pixels, grey, dpi)
    return None if grey is red else grey


def _upright(picture: Picture, clean: Pixels, number: int, turn: Turn) -> tuple[Picture, Picture, Page]:
    """The page made upright and level, as it is and as it was made `clean` for reading; and its Page, which
    says how it was turned, without words yet."""
    rotation, skew, known = turn
    same = clean is picture.pixels
    turned = _level(picture.pixels, rotation, skew, picture.bilevel)
    clean = turned if same else _level(clean, rotation, skew, picture.bilevel)
    annotated = annotation_words.levelled(picture.annotated, rotation, skew, picture.size)
    sheets = annotation_words.levelled_boxes(picture.sheets, rotation, skew, picture.size)
    picture = replace(picture, annotated=annotated, sheets=sheets, unmarked=None)
    picture, clear = (replace(picture, pixels=pixels) for pixels in (turned, clean))
    page = Page(number, *picture.size, picture.dpi, rotation, skew, "ocr", image="")
    return picture, clear, page if known else replace(page, warnings=(page_notices.TURN_UNKNOWN,))


def _unbent(picture: Picture, clear: Picture, seen: Pixels, page: Page) -> tuple[Picture, Picture]:
    """The page, as it is and to be read, with straight lines where it is a photograph of a bent sheet.
    `seen`: a glance at it before it was turned."""
    if not picture.maybe_photographed or picture.sheets:
        return picture, clear
    glance = _level(seen, page.rotation, page.skew, False)
    bend = bent.found(glance, min(cleanup.GLANCE_DPI, picture.dpi))
    if bend is None:
        return picture, clear
    flat = replace(picture, pixels=bend.flattened(picture.pixels))
    if clear.pixels is picture.pixels:
        return flat, replace(clear, pixels=flat.pixels)
    return flat, replace(clear, pixels=bend.flattened(clear.pixels))


def _level(pixels: Pixels, rotation: int, skew: float, bilevel: bool) -> Pixels:
    return cleanup.levelled(cleanup.turned(pixels, rotation), skew, bilevel)


def _turn(grey: Pixels, picture: Picture, reader: Reader) -> Turn:
    """How a page is to be turned, by a glance at it."""
    dpi = min(cleanup.GLANCE_DPI, picture.dpi)
    ink, rules = cleanup.strokes_and_rules(grey, dpi)
    both = np.maximum(ink, rules)
    by_hand = picture.maybe_photographed
    skew = cleanup.skew(both, photographed=by_hand)
    if _surely_upright(ink, skew):
        return Turn(0, skew, known=True)
    try:
        quarter, certainty = reader.turn(grey, dpi)
    except EngineMissing:
        return Turn(0, skew, known=False)
    rotation = quarter if certainty >= SURE_TURN else 0
    skew = cleanup.skew(cleanup.turned(both, rotation), photographed=by_hand)
    return Turn(rotation, skew, known=True)


def _surely_upright(ink: Pixels, skew: float) -> bool:
    """Whether the ink leaves no doubt, or is too little to tell; otherwise the engine is asked."""
    if cleanup.marks(ink) < 20:
        return True
    across = cleanup.lies_on_its_side(ink) < SURE_ACROSS
    return across and cleanup.heads_up(cleanup.levelled(ink, skew)) > SURE_UP


def _says_something(words: Sequence[Word]) -> bool:
    """Whether a word or a number stands there. A lone letter does not count, which dirt is taken for, nor a
    word with a capital after a small letter (`đÃ`), which the rest of a seal that shines through is."""
    return any(
        w.confidence >= BLANK_CONFIDENCE
        and (w.text.isdigit() or sum(c.isalnum() for c in w.text) >= 2)
        and not any(one.islower() and after.isupper() for one, after in pairwise(w.text))
        for w in words
    )


def _blank_reason(covered: float) -> str:
    percent = f"{covered * 100:.2f}"
    return (
        f"Mực chỉ phủ {percent.replace('.', ',')}% trang và không đọc được chữ nào — "
        f"ink covers only {percent}% of the page and no word can be read"
    )

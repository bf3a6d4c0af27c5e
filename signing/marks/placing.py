"""Finds the place of a mark: near the stated one, and nowhere over what the page has.

Lengths are points of the page as it is read, from its top left corner; UserUnit is counted in.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

import numpy as np

from signing.marks import reading_code, seal_images
from signing.marks.appearance import POINTS_A_MILLIMETRE as MM
from signing.marks.appearance import Appearance, ImageStyle, MarkImpossible, Style, limits, lines, style
from signing.marks.drawing import Block, Mark
from signing.marks.ink import Box, Ink
from signing.marks.seal_images import InkImage
from signing.marks.typeface import Typeface, typeface_for

NO_ROOM = "no-room"  # the code of the one refusal that another place mends
MOVED_FROM_A_POINT = 15.0  # millimetres that a mark may move from where a person wants it
SHRINKING = 0.95  # images are tried smaller by this factor


@dataclass(frozen=True, slots=True)
class Placed:
    """A mark and its box."""

    mark: Mark
    box: Box


@dataclass(frozen=True, slots=True)
class Choice:
    """One way to draw a mark: the parts of its box that ink stands in, and what it costs to be drawn so."""

    mark: Mark
    parts: tuple[Box, ...]
    cost: float


@dataclass(frozen=True, slots=True)
class Reach:
    """Which left and upper edges a mark may have; the first of both are the stated ones."""

    lefts: np.ndarray
    tops: np.ndarray


def place_text(appearance: Appearance, now: datetime, ink: Ink) -> Placed:
    """Where the text of a mark, its code or both can stand. Raises MarkImpossible."""
    chosen = style(appearance.kind)
    small = min(1.0, min(ink.size) / (limits()["a5_short_side"] * MM))
    best: tuple[float, Choice, tuple[float, float]] | None = None
    for choice in _choices(appearance, now, chosen, small):
        found = _nearest(choice, _reach(appearance, chosen, choice.mark, ink, small), ink)
        if found and (best is None or found[0] < best[0]):
            best = (found[0], choice, found[1])
    if best is None:
        raise _no_room()
    return _placed(best[1].mark, *best[2])


def _choices(appearance: Appearance, now: datetime, chosen: Style, small: float) -> Iterator[Choice]:
    """The ways to break the lines and to size the letters, with a code below."""
    squares = reading_code.squares(appearance.code) if appearance.code else None
    said = lines(appearance, now)
    if not said:
        if squares is None:
            raise MarkImpossible(
                "code-missing",
                "Dấu hiệu mã QR thiếu dữ liệu. Hãy ghi mã hồ sơ, mã thủ tục, mã định danh và tên giấy tờ.",
                "The QR mark has no data. Give the codes of dossier, procedure and person, and the name.",
            )
        yield Choice(Mark((squares.side, squares.side), squares=squares), _padded((0, 0), squares.side), 0.0)
        return
    typeface = typeface_for(said)
    link = reading_code.squares_of_link(appearance.link)
    costs = limits("limits.costs")
    largest = chosen.points[0]
    for points in chosen.points:
        letters = max(points * small, limits()["least_points"])
        for block in _blocks(typeface, said, chosen, letters, small):
            cost = costs["line"] * (len(block.lines) - len(said)) + costs["point"] * (largest - points)
            if link is not None:
                for stacked in (False, True) if squares else (False,):
                    yield Choice(*_stacked(block, squares, link, stacked=stacked), cost)
                cost += costs["link"]
            yield Choice(*_stacked(block, squares), cost)


def _blocks(
    typeface: Typeface, said: Sequence[str], chosen: Style, points: float, small: float
) -> Iterator[Block]:
    tried = set()
    for width in chosen.widths:
        room = width * small * MM / points
        broken = tuple(typeface.broken(said, room, anywhere=width == chosen.widths[0]))
        if broken not in tried and max(map(typeface.width, broken)) <= room:
            tried.add(broken)
            yield Block(typeface, broken, points, chosen.corner == "top-right")


def _stacked(
    block: Block,
    squares: reading_code.Squares | None,
    link: reading_code.Squares | None = None,
    *,
    stacked: bool = False,
) -> tuple[Mark, tuple[Box, ...]]:
    """The text and below it the codes, beside each other or `stacked`; ink stands in each part."""
    width, height = block.size
    text = _padded((0, 0), width, height)
    sides = [one.side for one in (squares, link) if one is not None]
    if not sides:
        return Mark((width, height), block), text
    across, down = (max(sides), sum(sides)) if stacked else (sum(sides), max(sides))
    whole = height + limits("code.drawing")["gap"] * MM + down
    mark = Mark((max(width, across), whole), block, squares, link=link, stacked=stacked)
    codes = [_padded((left, whole - above - code.side), code.side) for code, left, above in mark.codes()]
    return mark, tuple(box for boxes in (text, *codes) for box in boxes)


def _padded(corner: tuple[float, float], width: float, height: float | None = None) -> tuple[Box, ...]:
    air = limits()["air"] * MM
    left, top = corner
    return ((left - air, top - air, left + width + air, top + (height or width) + air),)


def _reach(appearance: Appearance, chosen: Style, mark: Mark, ink: Ink, small: float) -> Reach:
    width, height = mark.size
    step = limits()["step"] * MM
    if appearance.at is not None:
        return _reach_of_order(appearance.at, width, height, step)
    across = np.arange(0, chosen.across * small * MM, step)
    side = chosen.from_side * small * MM
    tops = chosen.from_top * small * MM + np.arange(0, chosen.down * small * MM, step)
    left = side if chosen.corner == "top-left" else ink.size[0] - side - width
    return Reach(left + across if chosen.corner == "top-left" else left - across, tops)


def _reach_of_order(at: tuple[float, ...], width: float, height: float, step: float) -> Reach:
    """Around a point, or within a box; what does not fit the box has no reach."""
    left, top = at[0] * MM, at[1] * MM
    if len(at) == 2:
        moved = np.arange(0, MOVED_FROM_A_POINT * MM, step)
        both = np.concatenate([moved, -moved[1:]])
        return Reach(left + both, top + both)
    right, bottom = at[2] * MM - width, at[3] * MM - height
    return Reach(np.arange(left, right + 0.01, step), np.arange(top, bottom + 0.01, step))


def _nearest(choice: Choice, reach: Reach, ink: Ink) -> tuple[float, tuple[float, float]] | None:
    """The cheapest free corner within reach, and what it costs in millimetres."""
    if not len(reach.lefts) or not len(reach.tops):
        return None
    free = ink.free(choice.parts, reach.lefts, reach.tops)
    if not free.any():
        return None
    way = np.hypot((reach.tops - reach.tops[0])[:, None] / MM, (reach.lefts - reach.lefts[0])[None, :] / MM)
    row, column = np.unravel_index(np.argmin(np.where(free, way, np.inf)), free.shape)
    corner = float(reach.lefts[column]), float(reach.tops[row])
    return choice.cost + float(way[row, column]), corner


def place_image(appearance: Appearance, ink: Ink, names: Sequence[Box], signature: Box | None) -> Placed:
    """Where an image can stand. `names`: where the page prints the signer's name; `signature`: the box of the
    signature image that a seal is to lie on. Raises MarkImpossible."""
    chosen = style(appearance.kind).image
    if chosen is None or appearance.image is None:
        raise MarkImpossible(
            "image-not-shown",
            "Dấu hiệu này chỉ có chữ, không kèm ảnh (Nghị định 30/2020/NĐ-CP, Phụ lục I). Hãy bỏ ảnh.",
            "This mark is text only and shows no image (Decree 30/2020/NĐ-CP, Annex I). Leave the image out.",
        )
    image = seal_images.opened(appearance.image, chosen)
    if appearance.at is not None and len(appearance.at) == 4:
        return _in_box(image, chosen, appearance)
    if signature is not None and chosen.over and appearance.at is None:
        return _over(image, chosen, signature, ink.size)
    for name in () if appearance.at else names:
        if found := _above_name(image, chosen, name, ink):
            return found
    return _near(image, chosen, appearance, ink)


def place_over(appearance: Appearance, signature: Box, size: tuple[float, float]) -> Placed:
    """Where the image of a seal will lie over a signature image that is not there yet, on a page of that
    size, both in points. Raises MarkImpossible."""
    chosen = style(appearance.kind).image
    assert chosen is not None, "of a seal"
    assert appearance.image is not None, "with an image"
    return _over(seal_images.opened(appearance.image, chosen), chosen, signature, size)


def _sized(image: InkImage, share: float) -> Mark:
    return Mark((image.width * share * MM, image.height * share * MM), image=image)


def _shares(chosen: ImageStyle) -> Iterator[float]:
    share = 1.0
    while share >= chosen.shrink:
        yield share
        share *= SHRINKING


def _in_box(image: InkImage, chosen: ImageStyle, appearance: Appearance) -> Placed:
    assert appearance.at is not None
    left, top, right, bottom = (side * MM for side in appearance.at)
    for mark in (_sized(image, share) for share in _shares(chosen)):
        width, height = mark.size
        if width <= right - left and height <= bottom - top:
            return _placed(mark, (left + right - width) / 2, (top + bottom - height) / 2)
    raise _no_room()


def _over(image: InkImage, chosen: ImageStyle, signature: Box, size: tuple[float, float]) -> Placed:
    """A seal over the left of a signature; text beside that is stamped over, as on paper."""
    mark = _sized(image, 1.0)
    width, height = mark.size
    left = signature[0] + chosen.over * (signature[2] - signature[0]) - width
    top = (signature[1] + signature[3] - height) / 2
    return _placed(mark, max(0.0, min(left, size[0] - width)), max(0.0, min(top, size[1] - height)))


def _above_name(image: InkImage, chosen: ImageStyle, name: Box, ink: Ink) -> Placed | None:
    """In the middle of the bare paper between the name and the title above it."""
    air = limits()["air"] * MM
    left, top, right, _ = name
    bare = ink.bare_above(left, right, top - air)
    for mark in (_sized(image, share) for share in _shares(chosen)):
        width, height = mark.size
        corner = ((left + right - width) / 2, top - air - (min(bare, height * 2) + height) / 2)
        if height + air <= bare and ink.free([(0, 0, width, height)], *map(np.atleast_1d, corner)).all():
            return _placed(mark, *corner)
    return None


def _near(image: InkImage, chosen: ImageStyle, appearance: Appearance, ink: Ink) -> Placed:
    """On bare paper, as near to the stated place as can be."""
    step = limits()["step"] * MM
    for share in _shares(chosen):
        choice = Choice(mark := _sized(image, share), _padded((0, 0), *mark.size), 0.0)
        width, height = mark.size
        if appearance.at is not None:
            reach = _reach_of_order(appearance.at, width, height, step)
        else:
            across, down = np.arange(0, chosen.across * MM, step), np.arange(0, chosen.down * MM, step)
            reach = Reach(
                ink.size[0] - chosen.right * MM - width / 2 + np.concatenate([across, -across[1:]]),
                ink.size[1] - chosen.bottom * MM - height / 2 + np.concatenate([down, -down[1:]]),
            )
        if found := _nearest(choice, reach, ink):
            return _placed(mark, *found[1])
    raise _no_room()


def _placed(mark: Mark, left: float, top: float) -> Placed:
    return Placed(mark, (left, top, left + mark.size[0], top + mark.size[1]))


def _no_room() -> MarkImpossible:
    return MarkImpossible(
        NO_ROOM,
        "Trang này không còn chỗ trống cho dấu hiệu chữ ký gần vị trí quy định mà không che chữ. "
        "Hãy chọn trang khác, vị trí khác, hoặc ký không kèm dấu hiệu.",
        "The page has no room for the mark near its place without covering what is written there. "
        "Choose another page or place, or sign without a mark.",
    )

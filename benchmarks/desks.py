"""Photographs letters where phones find them: on desks of many patterns, curled, held, shaded, among papers.

A harder set than `benchmarks.photographs`: each pixel is traced from the lens to the paper it falls on. The
truth has a block for each part of each paper; papers of a stack, which others cover, do not count.
"""

import random
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

from benchmarks.lenses import Lens, Paper, turned
from benchmarks.letters import Letter, Writer
from benchmarks.photographs import FOCAL, JPEG_QUALITY, SENT_QUALITY, SENT_SIDE, TINTS, UNKNOWN_DPI
from benchmarks.rendering import A4, DRAWN_DPI, FONTS, SENTENCES, Sheet
from benchmarks.sets import PageSet

Floats = NDArray[np.float32]

CARD = (3.37, 2.13)  # inches (ISO/IEC 7810, ID-1)
CARD_TURN = 35.0  # degrees at most
DESK_INCHES, DESK_DPI = 44, 48
INK, SKIN = 32.0, (112, 142, 200)  # BGR
#: Inches that a finger reaches over each side: left, right, foot. No letter stands there.
REACH = (0.7, 0.3, 0.45)


@dataclass(frozen=True, slots=True)
class Scene:
    """What is photographed, and in which light."""

    name: str
    desk: str
    beside: str = ""  # sheet, card or stack
    curl: bool = False
    shade: str = ""  # hand or phone
    fingers: bool = False
    glare: bool = False
    dim: bool = False
    sent: bool = False  # by a messenger, which makes it smaller


#: One after the other.
SCENES = (
    Scene("wood, phone's shadow", "wood", shade="phone"),
    Scene("curled on stone", "stone", curl=True),
    Scene("fingers, cloth", "cloth", fingers=True, sent=True),
    Scene("sheet beside", "wood", beside="sheet"),
    Scene("on a stack", "dark", beside="stack", shade="hand"),
    Scene("card beside", "tiles", beside="card"),
    Scene("low light", "dark", dim=True),
    Scene("glare, white desk", "white", glare=True),
    Scene("curled, held, sent", "wood", curl=True, fingers=True, sent=True),
    Scene("card on cloth, hand's shadow", "cloth", beside="card", shade="hand"),
)


def desk_photographs(count: int, seed: int, folder: Path) -> PageSet:
    """`count` photographs as `folder/desk-NNN.jpg`, with the truth of all papers on each beside it."""
    writer, files, truths, names = Writer(seed), [], [], []
    for number in range(count):
        scene, chance = SCENES[number % len(SCENES)], np.random.default_rng((seed, number))
        papers, below, truth = _papers(scene, writer, chance)
        files.append(folder / f"desk-{number + 1:03d}.jpg")
        image = Image.fromarray(photographed(scene, papers, below, chance)[:, :, ::-1])
        if scene.sent:
            image.thumbnail((SENT_SIDE, SENT_SIDE))
        quality = SENT_QUALITY if scene.sent else JPEG_QUALITY
        image.save(files[-1], quality=quality, dpi=(UNKNOWN_DPI, UNKNOWN_DPI))
        truths.append(files[-1].with_suffix(".gt.txt"))
        truths[-1].write_text(truth, encoding="utf-8")
        names.append(scene.name)
    return PageSet(f"{count} photographs on desks", tuple(files), tuple(truths), tuple(names))


def _papers(
    scene: Scene, writer: Writer, chance: np.random.Generator
) -> tuple[list[Paper], list[Paper], str]:
    """Papers that count, papers below them, and what stands on each."""
    pixels, truth = _letter(writer, chance)
    curl = (0.0, 1.0, 0.0, 0.0)
    if scene.curl:
        direction = chance.choice((0.0, np.pi / 2, 0.5, -0.6))
        curl = (chance.uniform(0.3, 0.65), np.pi / chance.uniform(4.5, 8), chance.uniform(-1, 1), direction)
    papers, below = [Paper(pixels, curl=curl)], []
    if scene.beside == "sheet":
        pixels, own = _letter(writer, chance)
        papers.append(
            Paper(pixels, (A4[0] + chance.uniform(0.3, 0.8), chance.uniform(-0.5, 0.5)), _lie(2, chance))
        )
        truth += own
    if scene.beside == "card":
        pixels, own = _card(writer.letter(1))
        middle = (A4[0] / 2 + 2.3, chance.uniform(-4, 4))
        papers.append(Paper(pixels, middle, _lie(CARD_TURN, chance)))
        truth += own
    for _ in range(3 if scene.beside == "stack" else 0):
        pixels, own = _letter(writer, chance)
        x, y = chance.uniform(-1.2, 1.2, 2)
        below.append(Paper(pixels, (x, y), _lie(14, chance)))
        lines = [line for line in own.splitlines() if not line.startswith("#block")]
        truth += "\n".join(["#block below-not-scored", *lines, ""])
    return papers, below, truth


def _lie(degrees: float, chance: np.random.Generator) -> float:
    return float(np.radians(chance.uniform(-degrees, degrees)))


def _letter(writer: Writer, chance: np.random.Generator) -> tuple[NDArray[np.uint8], str]:
    sheet = Sheet(random.Random(int(chance.integers(1 << 30))))
    sheet.write(writer.letter(SENTENCES), over_text=True)
    return np.asarray(sheet.image)[:, :, ::-1], sheet.truth()


def _card(letter: Letter) -> tuple[NDArray[np.uint8], str]:
    """A member's card of whoever signs the letter, and its truth."""
    image = Image.new("RGB", (round(CARD[0] * DRAWN_DPI), round(CARD[1] * DRAWN_DPI)), (244, 246, 236))
    draw, lines = ImageDraw.Draw(image), [*letter.issuer, "THẺ CÁN BỘ", f"Họ và tên: {letter.signer}"]
    lines += [f"Chức vụ: {letter.role.title()}", letter.number, letter.date]
    for row, line in enumerate(lines):
        face = "Bold" if row < len(letter.issuer) + 1 else "Regular"
        font = ImageFont.truetype(str(FONTS / f"LiberationSerif-{face}.ttf"), 9 / 72 * DRAWN_DPI)
        draw.text((0.2 * DRAWN_DPI, (0.15 + 0.26 * row) * DRAWN_DPI), line, "black", font)
    return np.asarray(image)[:, :, ::-1], "\n".join(["#block card", *lines, ""])


def photographed(
    scene: Scene, papers: Sequence[Paper], below: Sequence[Paper], chance: np.random.Generator
) -> NDArray[np.uint8]:
    """The picture (BGR) of these papers on that desk."""
    lens = Lens(papers, chance)
    flat = lens.every_pixel(lens.desk(lambda at: np.zeros(at.shape[:2])))
    at = (flat + DESK_INCHES / 2).astype(np.float32) * DESK_DPI
    picture = cv2.remap(_desk(scene.desk, chance), at, None, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REFLECT)
    for paper in (*below, *papers):
        picture = _laid(picture, paper, lens, chance)
    if scene.fingers:
        for _ in range(int(chance.integers(2, 4))):
            picture = _finger(picture, papers[0], lens, chance)
    picture *= _fall_of_light(lens.frame, chance) * np.array(TINTS[chance.integers(len(TINTS))], np.float32)
    if scene.shade:
        picture *= 1 - chance.uniform(0.35, 0.6) * _shade(scene.shade, lens.frame, chance)
    if scene.glare:
        picture += chance.uniform(50, 80) * _spot(lens.frame, chance)
    picture = cv2.GaussianBlur(picture, (0, 0), chance.uniform(0.8, 2.0))
    light, noise = (
        (chance.uniform(0.28, 0.42), chance.uniform(5, 7)) if scene.dim else (1, chance.uniform(2, 5))
    )
    grain = cv2.GaussianBlur(chance.standard_normal(picture.shape, np.float32), (0, 0), 0.6) * 1.7
    picture = picture * light + grain * noise
    return np.clip(picture, 0, 255).astype(np.uint8)


def _laid(picture: Floats, paper: Paper, lens: Lens, chance: np.random.Generator) -> Floats:
    """The picture with the paper on what was there, its shadow beside it and light by its slope."""
    own, slope = (lens.every_pixel(values) for values in paper.seen(lens.desk(paper.height)))
    dots = own * DRAWN_DPI
    print_ = cv2.remap(cv2.GaussianBlur(paper.pixels, (0, 0), 0.6), dots, None, cv2.INTER_LINEAR)
    inside = np.minimum(dots, paper.size.astype(np.float32) * DRAWN_DPI - dots).min(axis=2)
    cover = np.clip(inside + 0.5, 0, 1)[:, :, None]
    tone = (INK + print_.astype(np.float32) * (chance.uniform(215, 240) - INK) / 255) * (
        1 + 0.6 * slope[:, :, None]
    )
    soft = 8 + 60 * paper.curl[0]
    shadow = cv2.GaussianBlur(np.roll(cover, (6, 8), (0, 1)), (0, 0), soft)[:, :, None]
    return np.asarray(picture * (1 - 0.4 * shadow) * (1 - cover) + tone * cover, np.float32)


def _finger(picture: Floats, paper: Paper, lens: Lens, chance: np.random.Generator) -> Floats:
    """A finger from beyond the paper onto its margin."""
    side, (width, height) = int(chance.integers(3)), paper.size / 2
    reach, place = REACH[side] * chance.uniform(0.5, 1) - 0.33, chance.uniform(-0.7, 0.7)
    tip = [
        (-width + reach, place * height),
        (width - reach, place * height),
        (place * width, height - reach),
    ][side]
    root = [(-width - 4, tip[1] + 1), (width + 4, tip[1] + 1), (tip[0] + 0.5, height + 4)][side]
    (x0, y0), (x1, y1) = lens.pixels(np.array([tip, root]))
    radius = 0.33 * FOCAL / lens.far
    y, x = np.ogrid[: lens.frame[1], : lens.frame[0]]
    length = np.hypot(x1 - x0, y1 - y0)
    along = np.clip(((x - x0) * (x1 - x0) + (y - y0) * (y1 - y0)) / length, 0, length)
    away = np.hypot(x - x0 - along * (x1 - x0) / length, y - y0 - along * (y1 - y0) / length) / radius
    cover = np.clip((1 - away) * radius, 0, 1).astype(np.float32)[:, :, None]
    shadow = cv2.GaussianBlur(np.roll(cover, (10, 16), (0, 1)), (0, 0), 16)[:, :, None]
    round_ = 0.55 + 0.5 * np.sqrt(np.clip(1 - away**2, 0, 1)).astype(np.float32)[:, :, None]
    skin = np.array(SKIN, np.float32) * chance.uniform(0.5, 1.1) * round_
    return np.asarray(picture * (1 - 0.4 * shadow) * (1 - cover) + skin * cover, np.float32)


def _fall_of_light(frame: tuple[int, int], chance: np.random.Generator) -> Floats:
    """From a lamp on one side, and darker towards the rim of the lens."""
    y, x = np.mgrid[-1 : 1 : frame[1] * 1j, -1 : 1 : frame[0] * 1j].astype(np.float32)
    angle = chance.uniform(0, 2 * np.pi)
    light = 1 - 0.13 * (1 + x * np.cos(angle) + y * np.sin(angle)) - 0.07 * (x * x + y * y)
    return np.asarray(light[:, :, None], np.float32)


def _shade(kind: str, frame: tuple[int, int], chance: np.random.Generator) -> Floats:
    """Where a phone, or an arm with its fingers, keeps the light off; 0 to 1, soft at its edge."""
    width, height = frame[0] // 8, frame[1] // 8
    shade = np.zeros((height, width), np.float32)
    middle = np.array((width, height)) * chance.uniform(0.3, 0.7, 2)
    if kind == "phone":
        size = (0.45 * min(frame) / 8, 0.9 * min(frame) / 8)
        box = cv2.boxPoints((middle.tolist(), size, chance.uniform(-40, 40)))
        cv2.fillPoly(shade, [box.astype(np.int32)], 1.0)
    root = np.array((middle[0] + chance.uniform(-0.5, 0.5) * width, 1.3 * height))
    cv2.line(shade, middle.astype(int).tolist(), root.astype(int).tolist(), 1.0, width // 5)
    for spread in np.linspace(-0.7, 0.7, 4) if kind == "hand" else ():
        tip = middle + (middle - root) @ turned(spread) * 0.3
        cv2.line(shade, middle.astype(int).tolist(), tip.astype(int).tolist(), 1.0, width // 24)
    shade = cv2.GaussianBlur(shade, (0, 0), chance.uniform(1, 10))
    return np.asarray(cv2.resize(shade, frame, interpolation=cv2.INTER_LINEAR)[:, :, None], np.float32)


def _spot(frame: tuple[int, int], chance: np.random.Generator) -> Floats:
    """The gloss of a lamp: white, with the print still seen through it; 0 to 1."""
    y, x = np.mgrid[0 : 1 : frame[1] * 1j, 0 : 1 : frame[0] * 1j].astype(np.float32)
    (left, top), angle = chance.uniform(0.25, 0.75, 2), chance.uniform(0, np.pi)
    along = (x - left) * np.cos(angle) + (y - top) * np.sin(angle)
    across = (y - top) * np.cos(angle) - (x - left) * np.sin(angle)
    return np.asarray(np.exp(-((along / 0.3) ** 2) - (across / 0.08) ** 2)[:, :, None], np.float32)


def _desk(kind: str, chance: np.random.Generator) -> Floats:
    """A surface (BGR) with the pattern of its kind."""
    side = DESK_INCHES * DESK_DPI
    y, x = np.mgrid[0:side, 0:side].astype(np.float32) / DESK_DPI
    cells = chance.uniform(0.5, 1.1)
    stripes = (x // cells % 2 + y // cells % 2) / 2
    colour, pattern = {
        "wood": (
            (62, 96, 145),
            0.06 * np.sin(3 * x + 2 * _cloud(60, 900, chance)) + 0.06 * _cloud(3, 300, chance),
        ),
        "dark": ((34, 32, 34), 0.15 * _cloud(3, 3, chance)),
        "stone": ((120, 126, 130), 0.1 * _cloud(60, 60, chance) + 0.12 * _cloud(5, 5, chance)),
        "tiles": ((188, 196, 202), 0.03 * _cloud(9, 9, chance) - 0.45 * ((x % 8 < 0.12) | (y % 8 < 0.12))),
        "cloth": (
            chance.uniform(90, 200, 3),
            0.35 * (stripes - 0.5) + 0.06 * np.sin(40 * x) * np.sin(40 * y),
        ),
        "white": ((232, 235, 237), 0.015 * _cloud(100, 100, chance)),
    }[kind]
    return np.asarray(np.array(colour, np.float32) * (1 + pattern[:, :, None]), np.float32)


def _cloud(wide: int, high: int, chance: np.random.Generator) -> Floats:
    """Smooth chance, with spots so many pixels wide and high."""
    side = DESK_INCHES * DESK_DPI
    coarse = chance.standard_normal((side // high + 2, side // wide + 2), np.float32)
    return np.asarray(cv2.resize(coarse, (side, side), interpolation=cv2.INTER_CUBIC), np.float32)

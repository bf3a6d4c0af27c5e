"""Photographs letters as a phone does: a sheet on a table, aslant, in uneven light, under a shadow."""

import random
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image

from benchmarks.letters import Writer
from benchmarks.rendering import A4, SENTENCES, Sheet
from benchmarks.sets import PageSet

Floats = NDArray[np.float32]

FRAME = (3024, 4032)  # pixels of a phone's picture of 12 megapixels, upright
FOCAL = 0.75 * FRAME[1]  # pixels; the main camera of a phone is a 26 mm lens by the measure of old cameras
JPEG_QUALITY, SENT_QUALITY = 85, 75
SENT_SIDE = 2048  # pixels of the longer side of what a messenger makes of a picture
UNKNOWN_DPI = 72  # what phones write
TURN = 6.0  # degrees at most by which the phone is turned in its plane
TABLES = ((72, 116, 164), (70, 62, 58), (150, 152, 150), (92, 78, 118))  # wood, dark, grey, cloth; BGR
TINTS = ((0.90, 0.97, 1.0), (1.0, 0.99, 0.95), (0.97, 1.0, 0.98))  # light of lamps, of the day, of tubes


@dataclass(frozen=True, slots=True)
class Shot:
    """How a sheet is photographed: degrees between the lens and the normal of the sheet, and the light."""

    tilt: tuple[float, float]
    shadow: bool
    sent: bool = False  # by a messenger, which makes it smaller

    @property
    def name(self) -> str:
        light = "shadow" if self.shadow else "no shadow"
        return f"photo {self.tilt[0]:.0f}–{self.tilt[1]:.0f}°, {light}{', sent' if self.sent else ''}"


#: One after the other.
SHOTS = (
    Shot((5, 10), False),
    Shot((5, 10), True, sent=True),
    Shot((10, 15), True),
    Shot((10, 15), True, sent=True),
    Shot((15, 20), True),
)


def photographs(count: int, seed: int, folder: Path) -> PageSet:
    """`count` letters as `folder/photo-NNN.jpg`, with the truth of each beside it."""
    writer, chance = Writer(seed), np.random.default_rng(seed)
    files, truths, names = [], [], []
    for number in range(count):
        shot = SHOTS[number % len(SHOTS)]
        sheet = Sheet(random.Random(seed * 1000 + number))
        sheet.write(writer.letter(SENTENCES), over_text=True)
        pixels, _ = photographed(np.asarray(sheet.image)[:, :, ::-1], shot, chance)
        files.append(folder / f"photo-{number + 1:03d}.jpg")
        save(pixels, shot, files[-1])
        truths.append(files[-1].with_suffix(".gt.txt"))
        truths[-1].write_text(sheet.truth(), encoding="utf-8")
        names.append(shot.name)
    return PageSet(f"{count} photographs", tuple(files), tuple(truths), tuple(names))


def save(pixels: NDArray[np.uint8], shot: Shot, target: Path) -> None:
    """As a phone stores it, or a messenger after it: JPEG, with a resolution that means nothing."""
    image = Image.fromarray(np.ascontiguousarray(pixels[:, :, ::-1]))
    if shot.sent:
        image.thumbnail((SENT_SIDE, SENT_SIDE))
    quality = SENT_QUALITY if shot.sent else JPEG_QUALITY
    image.save(target, quality=quality, dpi=(UNKNOWN_DPI, UNKNOWN_DPI))


def photographed(
    sheet: NDArray[np.uint8], shot: Shot, chance: np.random.Generator
) -> tuple[NDArray[np.uint8], Floats]:
    """The picture (BGR) of an A4 sheet (BGR), and its corners there, clockwise from its top left."""
    corners = _seen(shot, chance)
    height, width = sheet.shape[:2]
    own = np.array([(0, 0), (width, 0), (width, height), (0, height)], np.float32) - 0.5
    way = cv2.getPerspectiveTransform(own, corners)
    seen = cv2.warpPerspective(sheet, way, FRAME, flags=cv2.INTER_CUBIC, borderValue=(255, 255, 255))
    cover = cv2.warpPerspective(np.ones((height, width), np.float32), way, FRAME)[:, :, None]
    paper = (30 + seen.astype(np.float32) * (chance.uniform(205, 235) - 30) / 255) * cover
    # The sheet keeps light from the table just beside it.
    beside = 1 - 0.35 * cv2.GaussianBlur(cover, (0, 0), 9)[:, :, None]
    scene = paper + _table(chance) * beside * (1 - cover)
    scene *= _light(chance) * np.array(TINTS[chance.integers(len(TINTS))], np.float32)
    if shot.shadow:
        scene *= _shadow(chance)
    scene = cv2.GaussianBlur(scene, (0, 0), chance.uniform(1.0, 2.4))
    scene += chance.normal(0, chance.uniform(3, 8), scene.shape).astype(np.float32)
    return np.clip(scene, 0, 255).astype(np.uint8), corners


def _seen(shot: Shot, chance: np.random.Generator) -> Floats:
    """Where a lens sees the corners of an A4 sheet that fills most of the frame."""
    tilt, turn = np.radians(chance.uniform(*shot.tilt)), np.radians(chance.uniform(-TURN, TURN))
    towards = chance.uniform(0, 2 * np.pi)
    leaning = cv2.Rodrigues(np.array([np.cos(towards), np.sin(towards), 0]) * tilt)[0]
    turned = cv2.Rodrigues(np.array([0, 0, turn]))[0]
    half = np.array(A4) / 2
    flat = np.array([(-1, -1, 0), (1, -1, 0), (1, 1, 0), (-1, 1, 0)]) * (*half, 0)
    inches = flat @ (leaning @ turned).T
    far, share = 5.0, chance.uniform(0.82, 0.93)
    while True:
        points = inches[:, :2] / (inches[:, 2:] + far) * FOCAL
        middle = (points.max(axis=0) + points.min(axis=0)) / 2
        if ((points.max(axis=0) - points.min(axis=0)) <= np.array(FRAME) * share).all():
            return np.asarray(points - middle + np.array(FRAME) / 2, np.float32)
        far += 0.05


def _table(chance: np.random.Generator) -> Floats:
    """A surface with a grain along it."""
    colour = np.array(TABLES[chance.integers(len(TABLES))], np.float32)
    coarse = chance.normal(0, 1, (FRAME[1] // 6, FRAME[0] // 160 + 2)).astype(np.float32)
    grain = cv2.resize(coarse, FRAME, interpolation=cv2.INTER_CUBIC)
    return np.asarray(colour * (1 + 0.09 * grain[:, :, None]), np.float32)


def _light(chance: np.random.Generator) -> Floats:
    """A lamp beside the table: bright near it, dim away from it."""
    y, x = np.mgrid[-1 : 1 : FRAME[1] * 1j, -1 : 1 : FRAME[0] * 1j].astype(np.float32)
    angle, distance, dimmest = (
        chance.uniform(0, 2 * np.pi),
        chance.uniform(0.4, 1.2),
        chance.uniform(0.5, 0.75),
    )
    far = np.square(x - distance * np.cos(angle)) + np.square(y - distance * np.sin(angle))
    light = 1.08 - (1.08 - dimmest) * far / far.max()
    return np.asarray(light[:, :, None], np.float32)


def _shadow(chance: np.random.Generator) -> Floats:
    """Of the hand and the phone: an arm from one side of the picture, its edge soft."""
    width, height = FRAME
    shade = np.zeros((height // 8, width // 8), np.float32)
    start = np.array((chance.choice((0.0, 1.0)) * width, chance.uniform(0.2, 1.0) * height)) / 8
    end = np.array((chance.uniform(0.3, 0.7) * width, chance.uniform(0.15, 0.85) * height)) / 8
    thick = round(chance.uniform(0.15, 0.35) * width / 8)
    cv2.line(shade, start.astype(int).tolist(), end.astype(int).tolist(), 1.0, thick)
    shade = cv2.GaussianBlur(shade, (0, 0), chance.uniform(2, 16))  # 16 to 130 pixels of the picture
    shade = cv2.resize(shade, FRAME, interpolation=cv2.INTER_CUBIC)
    return np.asarray(1 - chance.uniform(0.35, 0.7) * shade[:, :, None], np.float32)

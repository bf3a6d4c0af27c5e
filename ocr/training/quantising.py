"""Networks in 8 bits: how they are made so, and the drawn lines on which their ranges are measured."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from onnxruntime.quantization import (
    CalibrationDataReader,
    CalibrationMethod,
    QuantFormat,
    QuantType,
    quantize_dynamic,
    quantize_static,
)

from ocr.language import places
from ocr.language.language_model import vietnamese
from ocr.readers import line_pictures
from ocr.readers.line_pictures import LineInput
from ocr.training.fonts import Fonts
from ocr.training.line_maker import LineMaker
from ocr.training.sources import FAMILY_NAMES, Sources
from ocr.training.texts import TextMaker


@dataclass(frozen=True, slots=True)
class Calibration:
    """How many lines of which lengths, in letters, a network is shown, and how it takes them."""

    name: str  # of its input
    size: LineInput
    colours: int
    pictures: int
    lengths: tuple[int, ...]
    seed: int


class CalibrationLines(CalibrationDataReader):
    """Drawn lines, grey 0..1, on which ranges are measured; no scan of a paper."""

    def __init__(self, fonts: Fonts, calibration: Calibration) -> None:
        self._pictures = islice(_pictures(fonts, calibration), calibration.pictures)

    def get_next(self) -> dict[str, NDArray[np.float32]] | None:
        return next(self._pictures, None)


def _pictures(fonts: Fonts, calibration: Calibration) -> Iterator[dict[str, NDArray[np.float32]]]:
    size, seed = calibration.size, calibration.seed
    text, line = TextMaker(_sources(), seed), LineMaker(fonts, seed)
    while True:
        drawn = line.picture(text.line(text.chance.choice(calibration.lengths)))
        if drawn is None:
            continue
        for piece in line_pictures.pieces(line_pictures.scaled(drawn, size), size):
            grey = piece.pixels.astype(np.float32) / np.float32(line_pictures.WHITE)
            yield {calibration.name: np.repeat(grey[None, None], calibration.colours, axis=1)}


def _sources() -> Sources:
    """What the repository has of Vietnamese; the order of words is none, as convolutions see letters."""
    words = vietnamese().words()
    lines = tuple(words[start : start + 20] for start in range(0, len(words), 20))
    return Sources(lines, words, tuple(places.birth_provinces().values()), FAMILY_NAMES)


def quantise(
    floats: Path,
    integers: Path,
    shown: CalibrationDataReader,
    kinds: Sequence[str],
    nodes: Sequence[str] = (),
) -> None:
    """Writes the model with nodes of these kinds in 8 bits, or of these only those named: weights by channel,
    what they take and give in ranges measured on what is shown."""
    quantize_static(
        str(floats),
        str(integers),
        shown,
        quant_format=QuantFormat.QDQ,
        activation_type=QuantType.QUInt8,
        weight_type=QuantType.QInt8,
        per_channel=True,
        calibrate_method=CalibrationMethod.MinMax,
        op_types_to_quantize=list(kinds),
        nodes_to_quantize=list(nodes),
    )


def quantise_products(floats: Path, integers: Path, kinds: Sequence[str], nodes: Sequence[str]) -> None:
    """Writes the model with these nodes, which multiply by weights, in 8 bits: weights by channel, what they
    are given in ranges taken as they run."""
    quantize_dynamic(
        str(floats),
        str(integers),
        op_types_to_quantize=list(kinds),
        weight_type=QuantType.QInt8,
        per_channel=True,
        nodes_to_quantize=list(nodes),
    )

"""Makes the product's weights of a training run: python -m ocr.training.export RUN --texts DIR --lists DIR

RUN is the --out of `ocr.training.train`. Writes lines.onnx and README.md into ocr/weights, or --out.
Convolutions run in 8 bits, a quarter of the size; the range of each is measured on lines drawn for it.
"""

import argparse
import hashlib
import tempfile
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import onnx
import torch
from numpy.typing import NDArray
from onnxruntime.quantization import CalibrationDataReader
from onnxruntime.quantization.shape_inference import quant_pre_process

from ocr.readers.banchinh_reader import HEIGHT, WEIGHTS
from ocr.training.bytes_throughout import stay_in_bytes
from ocr.training.checkpoint import load_average
from ocr.training.fonts import FAMILIES, FOLDERS, find_fonts
from ocr.training.line_maker import LineMaker
from ocr.training.network import LineNetwork
from ocr.training.quantising import quantise
from ocr.training.report import Run, page
from ocr.training.sources import read_sources
from ocr.training.texts import TextMaker

INPUT, OUTPUT = "lines", "log_probs"
OPSET = 17  # of ONNX; onnxruntime reads it since 1.12
CALIBRATION_LINES, CALIBRATION_LENGTHS = 60, (10, 30, 60)
CALIBRATION_SEED = 77  # other lines than those of training


class Exported(torch.nn.Module):
    """The network as the reader calls it: grey 0..1 → log probabilities [lines, frames, symbols]."""

    def __init__(self, network: LineNetwork) -> None:
        super().__init__()
        self.network = network

    def forward(self, lines: torch.Tensor) -> torch.Tensor:
        return self.network(lines * 2 - 1).permute(0, 2, 1).log_softmax(2)


class CalibrationLines(CalibrationDataReader):
    """Lines on which the ranges of the convolutions are measured."""

    def __init__(self, text: TextMaker, line: LineMaker) -> None:
        self._lines = _calibration_lines(text, line)

    def get_next(self) -> dict[str, NDArray[np.float32]] | None:
        return next(self._lines, None)


def _calibration_lines(text: TextMaker, line: LineMaker) -> Iterator[dict[str, NDArray[np.float32]]]:
    for _ in range(CALIBRATION_LINES):
        picture = line.picture(text.line(text.chance.choice(CALIBRATION_LENGTHS)))
        if picture is not None:
            yield {INPUT: picture[None, None].astype(np.float32) / np.float32(255)}


def write_floats(network: LineNetwork, path: Path) -> None:
    """The network as ONNX, in 32 bits."""
    any_size = {INPUT: {0: "batch", 3: "width"}, OUTPUT: {0: "batch", 1: "frames"}}
    torch.onnx.export(
        Exported(network).eval(),
        (torch.zeros(2, 1, HEIGHT, 400),),
        str(path),
        input_names=[INPUT],
        output_names=[OUTPUT],
        dynamic_axes=any_size,
        opset_version=OPSET,
        dynamo=False,
    )


def write_integers(floats: Path, path: Path, calibration: CalibrationDataReader) -> None:
    """The same with convolutions in 8 bits, by channel."""
    prepared, quantised = floats.with_name("prepared.onnx"), floats.with_name("quantised.onnx")
    quant_pre_process(str(floats), str(prepared), skip_symbolic_shape=True)
    quantise(prepared, quantised, calibration, kinds=("Conv", "Sigmoid", "Mul"))
    model = onnx.load(quantised)
    stay_in_bytes(model.graph)
    onnx.save(model, path)


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m ocr.training.export", description=__doc__)
    add = parser.add_argument
    add("run", type=Path)
    add("--texts", type=Path, required=True, help="as for training; calibration lines are drawn from them")
    add("--lists", type=Path, required=True)
    add("--fonts", type=Path, nargs="+", default=list(FOLDERS))
    add("--out", type=Path, default=WEIGHTS.path.parent)
    told = parser.parse_args()
    told.out.mkdir(parents=True, exist_ok=True)
    text = TextMaker(read_sources(told.texts, told.lists), CALIBRATION_SEED)
    calibration = CalibrationLines(text, LineMaker(find_fonts(told.fonts), CALIBRATION_SEED))
    weights = told.out / WEIGHTS.path.name
    with tempfile.TemporaryDirectory() as folder:
        floats = Path(folder) / "floats.onnx"
        network = load_average(told.run)
        network.use_silu()
        write_floats(network, floats)
        write_integers(floats, weights, calibration)
    content = weights.read_bytes()
    told_of = page(Run.load(told.run), FAMILIES, hashlib.sha256(content).hexdigest(), len(content))
    (told.out / "README.md").write_text(told_of, encoding="utf-8")
    print(f"{weights}: {len(content):,} bytes")


if __name__ == "__main__":
    main()

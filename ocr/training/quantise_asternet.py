"""Makes asternet.onnx in ocr/weights of the model in its wheel: python -m ocr.training.quantise_asternet

Convolutions one pixel wide run in 8 bits with ranges measured on lines drawn for it, matrix products and
LSTMs with ranges taken as they run; the rest stays in 32 bits. asternet.md beside it holds the licence.
The same fonts and versions give the same bytes.
"""

import argparse
import hashlib
import tempfile
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

import numpy as np
import onnx
import onnxslim
from numpy.typing import NDArray
from onnxruntime.quantization import (
    CalibrationDataReader,
    CalibrationMethod,
    QuantFormat,
    QuantType,
    quantize_dynamic,
    quantize_static,
)

from ocr import line_pictures, places
from ocr.asternet import SIZE, VERSION, WEIGHTS
from ocr.language_model import vietnamese
from ocr.onnx_model import PackagedFile
from ocr.training.fonts import FOLDERS, Fonts, find_fonts
from ocr.training.line_maker import LineMaker
from ocr.training.sources import FAMILY_NAMES, Sources
from ocr.training.texts import TextMaker

ORIGINAL = PackagedFile(
    distribution="asterocr",
    file="asterocr/assets/asternet.onnx",
    sha256="10c96b533e1f64031d73edfddafd7d4b13595544f11891f0531bcd72cb29be80",
    cost="the weights of AsterNet cannot be made",
)
INPUT = "images"
CALIBRATION_PICTURES, CALIBRATION_LENGTHS, CALIBRATION_SEED = 32, (10, 30, 60), 78
SQUEEZE = "/se/"  # in the names of squeeze-and-excitation: too small to gain by 8 bits
STEM = "/stem/"  # sees the picture itself, where 8 bits cost most


class CalibrationLines(CalibrationDataReader):
    """Drawn lines as AsterNet takes them, on which the ranges of convolutions are measured."""

    def __init__(self, fonts: Fonts, pictures: int = CALIBRATION_PICTURES) -> None:
        self._pictures = islice(_pictures(fonts), pictures)

    def get_next(self) -> dict[str, NDArray[np.float32]] | None:
        return next(self._pictures, None)


def _pictures(fonts: Fonts) -> Iterator[dict[str, NDArray[np.float32]]]:
    text, line = TextMaker(_sources(), CALIBRATION_SEED), LineMaker(fonts, CALIBRATION_SEED)
    while True:
        drawn = line.picture(text.line(text.chance.choice(CALIBRATION_LENGTHS)))
        if drawn is None:
            continue
        for piece in line_pictures.pieces(line_pictures.scaled(drawn, SIZE), SIZE):
            grey = piece.pixels.astype(np.float32) / np.float32(line_pictures.WHITE)
            yield {INPUT: np.repeat(grey[None, None], 3, axis=1)}


def _sources() -> Sources:
    """What the repository has of Vietnamese; the order of words is none, as convolutions see letters."""
    words = vietnamese().words()
    lines = tuple(words[start : start + 20] for start in range(0, len(words), 20))
    return Sources(lines, words, tuple(places.birth_provinces().values()), FAMILY_NAMES)


def slimmed(model: onnx.ModelProto) -> onnx.ModelProto:
    """The same network with fewer nodes.

    Squeeze-and-excitation spreads its factors over the picture before it multiplies; Mul does so itself.
    """
    model = onnxslim.slim(model)
    graph = model.graph
    needless = [node for node in graph.node if node.op_type == "Expand" and SQUEEZE in node.name]
    before = {node.output[0]: node.input[0] for node in needless}
    for node in graph.node:
        for place, name in enumerate(node.input):
            node.input[place] = before.get(name, name)
    for node in needless:
        graph.node.remove(node)
    while dead := _dead(graph):
        for node in dead:
            graph.node.remove(node)
    del graph.value_info[:]
    return model


def _dead(graph: onnx.GraphProto) -> list[onnx.NodeProto]:
    used = {name for node in graph.node for name in node.input} | {output.name for output in graph.output}
    return [node for node in graph.node if used.isdisjoint(node.output)]


def narrow_convolutions(graph: onnx.GraphProto) -> list[str]:
    """Names of the convolutions one pixel wide, where nearly all multiplications are."""
    return [
        node.name
        for node in graph.node
        if node.op_type == "Conv" and STEM not in node.name and _kernel(node)[1] == 1
    ]


def _kernel(node: onnx.NodeProto) -> tuple[int, ...]:
    return next(tuple(found.ints) for found in node.attribute if found.name == "kernel_shape")


def products_with_weights(graph: onnx.GraphProto) -> list[str]:
    """Names of the matrix products and LSTMs whose weights the file holds, as the quantiser calls them."""
    held = {tensor.name for tensor in graph.initializer}
    return [
        f"{node.name}_MatMul" if node.op_type == "Gemm" else node.name  # it first makes a MatMul of a Gemm
        for node in graph.node
        if node.op_type in ("MatMul", "Gemm", "LSTM") and SQUEEZE not in node.name and node.input[1] in held
    ]


def quantised(original: bytes, calibration: CalibrationDataReader) -> bytes:
    """The model in 8 bits."""
    with tempfile.TemporaryDirectory() as folder:
        slim, static, whole = (Path(folder) / f"{name}.onnx" for name in ("slim", "static", "whole"))
        model = slimmed(onnx.load_from_string(original))
        onnx.save(model, slim)
        quantize_static(
            str(slim),
            str(static),
            calibration,
            quant_format=QuantFormat.QDQ,
            activation_type=QuantType.QUInt8,
            weight_type=QuantType.QInt8,
            per_channel=True,
            calibrate_method=CalibrationMethod.MinMax,
            op_types_to_quantize=["Conv"],
            nodes_to_quantize=narrow_convolutions(model.graph),
            extra_options={"ActivationSymmetric": False, "WeightSymmetric": True},
        )
        quantize_dynamic(
            str(static),
            str(whole),
            op_types_to_quantize=["MatMul", "LSTM"],
            weight_type=QuantType.QInt8,
            per_channel=True,
            nodes_to_quantize=products_with_weights(model.graph),
        )
        return whole.read_bytes()


PAGE = """# Weights of AsterNet

`asternet.onnx`, {size:,} bytes, SHA-256 `{digest}`.
Written by `python -m ocr.training.quantise_asternet`, as is this page.

## Where it comes from

`{file}` of the `{distribution}` distribution {version} (https://github.com/asterxlabs/asterOCR),
by asterxlabs <contact@asterxlabs.com>; SHA-256 of that file
`{original}`.
None of its code is used.

Changed: nodes that compute nothing are dropped; convolutions one pixel wide, but for the stem, take and give
8 bits, with ranges measured on {pictures} pictures drawn by `ocr/training` (seed {seed}; no scan of a paper);
matrix products with weights and LSTMs run in 8 bits with ranges taken as they run.

## Licence

Its metadata says MIT and names asterxlabs; it brings no file with the text of the licence, which is this:

> MIT License
>
> Copyright (c) asterxlabs <contact@asterxlabs.com>
>
> Permission is hereby granted, free of charge, to any person obtaining a copy of this software and
> associated documentation files (the "Software"), to deal in the Software without restriction, including
> without limitation the rights to use, copy, modify, merge, publish, distribute, sublicense, and/or sell
> copies of the Software, and to permit persons to whom the Software is furnished to do so, subject to the
> following conditions:
>
> The above copyright notice and this permission notice shall be included in all copies or substantial
> portions of the Software.
>
> THE SOFTWARE IS PROVIDED "AS IS", WITHOUT WARRANTY OF ANY KIND, EXPRESS OR IMPLIED, INCLUDING BUT NOT
> LIMITED TO THE WARRANTIES OF MERCHANTABILITY, FITNESS FOR A PARTICULAR PURPOSE AND NONINFRINGEMENT. IN NO
> EVENT SHALL THE AUTHORS OR COPYRIGHT HOLDERS BE LIABLE FOR ANY CLAIM, DAMAGES OR OTHER LIABILITY, WHETHER
> IN AN ACTION OF CONTRACT, TORT OR OTHERWISE, ARISING FROM, OUT OF OR IN CONNECTION WITH THE SOFTWARE OR
> THE USE OR OTHER DEALINGS IN THE SOFTWARE.
"""


def page(content: bytes) -> str:
    """What the weights are, in Markdown, with the licence that they came under."""
    return PAGE.format(
        size=len(content),
        digest=hashlib.sha256(content).hexdigest(),
        file=ORIGINAL.file,
        distribution=ORIGINAL.distribution,
        version=ORIGINAL.version,
        original=ORIGINAL.sha256,
        pictures=CALIBRATION_PICTURES,
        seed=CALIBRATION_SEED,
    )


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m ocr.training.quantise_asternet", description=__doc__)
    parser.add_argument("--fonts", type=Path, nargs="+", default=list(FOLDERS))
    parser.add_argument("--out", type=Path, default=WEIGHTS.path.parent)
    told = parser.parse_args()
    if ORIGINAL.version != VERSION:
        raise SystemExit(
            f"{ORIGINAL.distribution} {ORIGINAL.version} is installed; say so in ocr/asternet.py"
        )
    content = quantised(ORIGINAL.content(), CalibrationLines(find_fonts(told.fonts)))
    told.out.mkdir(parents=True, exist_ok=True)
    (told.out / WEIGHTS.path.name).write_bytes(content)
    (told.out / "asternet.md").write_text(page(content), encoding="utf-8")
    print(f"{len(content):,} bytes; the reader must know them: {hashlib.sha256(content).hexdigest()}")


if __name__ == "__main__":
    main()

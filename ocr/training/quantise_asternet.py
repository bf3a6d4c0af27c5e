"""Makes asternet.onnx in ocr/weights of the model in its wheel: python -m ocr.training.quantise_asternet

Convolutions one pixel wide run in 8 bits with ranges measured on lines drawn for it, matrix products and
LSTMs with ranges taken as they run; the rest stays in 32 bits, x sigmoid(x) as one node. asternet.md beside
it holds the licence. The same fonts and versions give the same bytes.
"""

import tempfile
from pathlib import Path

import onnx
import onnxslim
from onnxruntime.quantization import CalibrationDataReader

from ocr.readers.asternet import SIZE, WEIGHTS
from ocr.training import borrowed
from ocr.training.originals import ASTERNET
from ocr.training.quantising import Calibration, quantise, quantise_products

CALIBRATION = Calibration("images", SIZE, colours=3, pictures=32, lengths=(10, 30, 60), seed=78)
SQUEEZE = "/se/"  # in the names of squeeze-and-excitation: too small to gain by 8 bits
STEM = "/stem/"  # sees the picture itself, where 8 bits cost most


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


def quantised(original: bytes, shown: CalibrationDataReader) -> bytes:
    """The model in 8 bits."""
    with tempfile.TemporaryDirectory() as folder:
        slim, static, whole = (Path(folder) / f"{name}.onnx" for name in ("slim", "static", "whole"))
        model = slimmed(onnx.load_from_string(original))
        onnx.save(model, slim)
        quantise(slim, static, shown, kinds=("Conv",), nodes=narrow_convolutions(model.graph))
        quantise_products(static, whole, ("MatMul", "LSTM"), products_with_weights(model.graph))
        return with_silu(onnx.load(whole)).SerializeToString()


def with_silu(model: onnx.ModelProto) -> onnx.ModelProto:
    """The same with one node for x sigmoid(x). onnxruntime joins the two itself, but not behind 8 bits: there
    it has each of them make floats of the bytes anew."""
    graph = model.graph
    for sigmoid in [node for node in graph.node if node.op_type == "Sigmoid"]:
        readers = [node for node in graph.node if sigmoid.output[0] in node.input]
        if len(readers) != 1 or sorted(readers[0].input) != sorted((sigmoid.input[0], sigmoid.output[0])):
            continue
        product = readers[0]
        silu = onnx.helper.make_node(
            "QuickGelu",
            [sigmoid.input[0]],
            [product.output[0]],
            name=f"{product.name}_silu",
            domain="com.microsoft",
            alpha=1.0,
        )
        graph.node.insert(list(graph.node).index(product), silu)
        graph.node.remove(product)
        graph.node.remove(sigmoid)
    return model


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
matrix products with weights and LSTMs run in 8 bits with ranges taken as they run; x sigmoid(x) is one node.

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


if __name__ == "__main__":
    borrowed.make(WEIGHTS, ASTERNET, quantised, CALIBRATION, PAGE)

"""Makes ppocr.onnx in ocr/weights of the model in its wheel: python -m ocr.training.quantise_ppocr

Its last layer keeps the columns of letters of ours and sums those that are one letter to us; it takes one
grey for three colours. 8 bits stand where they cost nothing in handwriting; ppocr.md beside it holds the
licence. The same fonts and versions give the same bytes.
"""

import tempfile
import unicodedata
from pathlib import Path

import numpy as np
import onnx
import onnxslim
from numpy.typing import NDArray
from onnx import helper, numpy_helper, version_converter
from onnxruntime.quantization import CalibrationDataReader

from ocr.readers.line_reader import BLANK
from ocr.readers.ppocr import ALPHABET, SIZE, WEIGHTS
from ocr.training import borrowed
from ocr.training.originals import PPOCR
from ocr.training.quantising import Calibration, quantise, quantise_products

INPUT, OUTPUT = "lines", "log_probs"
OPSET = 17  # of ONNX; weights by channel need 13, the file of the wheel has 11
CALIBRATION = Calibration(INPUT, SIZE, colours=1, pictures=40, lengths=(6, 10, 30), seed=79)
HEAD = ("linear_8.w_0", "linear_8.b_0")  # weights and bias of its last layer, a column a symbol
SUM = "sum_of_symbols"  # stays in 32 bits: it adds probabilities far below a 256th
#: Channels that a convolution one pixel wide gives and takes, where 8 bits change nothing that is proposed.
#: With all others too, 6 of 76 proposals of handwritten numbers are lost: a few great values among what
#: these take make the steps too coarse, and more so the more lines their ranges are measured on.
CALM = {(192, 96), (384, 192), (768, 384), (384, 768)}
_TONES = frozenset("\u0300\u0301\u0303\u0309\u0323")


def plain_symbol(symbol: str) -> str | None:
    """What a symbol of its dictionary is to us: `á` is a, as it has no `ạ`; None where we leave it out."""
    if symbol in ALPHABET:
        return symbol
    if unicodedata.decomposition(symbol).startswith("<wide>"):
        symbol = unicodedata.normalize("NFKC", symbol)
    parts = unicodedata.normalize("NFD", symbol)
    toneless = unicodedata.normalize("NFC", "".join(c for c in parts if c not in _TONES))
    return next((candidate for candidate in (symbol, toneless, parts[0]) if candidate in ALPHABET), None)


def with_our_symbols(original: bytes) -> onnx.ModelProto:
    """The model in 32 bits: grey 0..1 of shape [batch, 1, height, width] → log probabilities of ALPHABET."""
    model = onnx.load_from_string(original)
    (dictionary,) = (found.value for found in model.metadata_props if found.key == "character")
    del model.metadata_props[:], model.graph.value_info[:]
    _take_grey(model.graph)
    _answer_symbols(model.graph, (BLANK, *dictionary.split("\n"), " "))
    return version_converter.convert_version(onnxslim.slim(model), OPSET)


def _take_grey(graph: onnx.GraphProto) -> None:
    """Three colours that are one grey become one, and the network sees -1..1."""
    (colours,) = graph.input
    first = next(node for node in graph.node if colours.name in node.input)
    weights = _constant(graph, first.input[1])
    _set(graph, first.input[1], weights.sum(axis=1, keepdims=True))
    graph.initializer.extend(
        [numpy_helper.from_array(np.float32(2), "two"), numpy_helper.from_array(np.float32(1), "one")]
    )
    first.input[0] = "signed"
    graph.node.insert(0, helper.make_node("Mul", [INPUT, "two"], ["doubled"]))
    graph.node.insert(1, helper.make_node("Sub", ["doubled", "one"], [first.input[0]]))
    shape = ["batch", 1, SIZE.height, "width"]
    colours.CopyFrom(helper.make_tensor_value_info(INPUT, onnx.TensorProto.FLOAT, shape))


def _answer_symbols(graph: onnx.GraphProto, known: tuple[str, ...]) -> None:
    """Its softmax is over the wanted columns alone; those that are one symbol to us are then summed."""
    plain = [plain_symbol(symbol) for symbol in known]
    wanted = [place for place, symbol in enumerate(plain) if symbol is not None]
    for name in HEAD:
        _set(graph, name, np.ascontiguousarray(_constant(graph, name)[..., wanted]))
    sums = np.array([[plain[place] == symbol for symbol in ALPHABET] for place in wanted], np.float32)
    if not sums.any(axis=0).all():
        raise ValueError("the alphabet has symbols that the model does not know")
    tiny = np.array(np.finfo(np.float32).tiny)  # a probability of 0 has no logarithm
    graph.initializer.extend([numpy_helper.from_array(sums, "sums"), numpy_helper.from_array(tiny, "tiny")])
    (answer,) = graph.output
    graph.node.extend(
        [
            helper.make_node("MatMul", [answer.name, "sums"], ["summed"], name=SUM),
            helper.make_node("Max", ["summed", "tiny"], ["bounded"]),
            helper.make_node("Log", ["bounded"], [OUTPUT]),
        ]
    )
    shape = ["batch", "frames", len(ALPHABET)]
    answer.CopyFrom(helper.make_tensor_value_info(OUTPUT, onnx.TensorProto.FLOAT, shape))


def _constant(graph: onnx.GraphProto, name: str) -> NDArray[np.float32]:
    return numpy_helper.to_array(next(tensor for tensor in graph.initializer if tensor.name == name))


def _set(graph: onnx.GraphProto, name: str, value: NDArray[np.float32]) -> None:
    tensor = next(tensor for tensor in graph.initializer if tensor.name == name)
    tensor.CopyFrom(numpy_helper.from_array(value, name))


def calm_convolutions(graph: onnx.GraphProto) -> list[str]:
    """Names of the convolutions that may run in 8 bits."""
    shapes = {tensor.name: tuple(tensor.dims) for tensor in graph.initializer}
    calm = {(*channels, 1, 1) for channels in CALM}
    return [node.name for node in graph.node if node.op_type == "Conv" and shapes[node.input[1]] in calm]


def products_with_weights(graph: onnx.GraphProto) -> list[str]:
    """Names of the matrix products whose weights the file holds; the others multiply what was seen."""
    held = {tensor.name for tensor in graph.initializer}
    products = (node for node in graph.node if node.op_type == "MatMul" and node.input[1] in held)
    return [node.name for node in products if node.name != SUM]


def quantised(original: bytes, shown: CalibrationDataReader) -> bytes:
    """The model in 8 bits."""
    with tempfile.TemporaryDirectory() as folder:
        floats, static, whole = (Path(folder) / f"{name}.onnx" for name in ("floats", "static", "whole"))
        model = with_our_symbols(original)
        onnx.save(model, floats)
        quantise(floats, static, shown, kinds=("Conv",), nodes=calm_convolutions(model.graph))
        quantise_products(static, whole, ("MatMul",), products_with_weights(model.graph))
        return whole.read_bytes()


PAGE = """# Weights of PP-OCRv6

`ppocr.onnx`, {size:,} bytes, SHA-256 `{digest}`.
Written by `python -m ocr.training.quantise_ppocr`, as is this page.

## Where it comes from

`{file}` of the `{distribution}` distribution {version} (https://github.com/RapidAI/RapidOCR,
Apache-2.0), made of PP-OCRv6 small (recognition) of PaddleOCR (https://github.com/PaddlePaddle/PaddleOCR);
SHA-256 of that file
`{original}`.
None of their code is used.

Changed: its last layer keeps the columns of symbols that are letters of `ocr/readers/ppocr.py`, and those
that are one letter there are summed; it takes one grey for three colours and gives logarithms;
nodes that compute nothing are dropped; fifteen convolutions one pixel wide (`CALM` in the program)
take and give 8 bits, with ranges measured on {pictures} pictures drawn by `ocr/training` (seed
{seed}; no scan of a paper); matrix
products with weights run in 8 bits with ranges taken as they run.

## Licence

Copyright (c) PaddlePaddle Authors. Licensed under the Apache License, Version 2.0, whose text is the file
`LICENSE` of this repository.
"""


if __name__ == "__main__":
    borrowed.make(WEIGHTS, PPOCR, quantised, CALIBRATION, PAGE)

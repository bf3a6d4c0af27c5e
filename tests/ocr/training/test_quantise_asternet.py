"""The weights of AsterNet in 8 bits, against the model they are made of; only where training is installed."""

from collections import Counter
from dataclasses import replace

import numpy as np
import pytest

from ocr.engine import Pixels
from ocr.readers.asternet import AsterNet
from ocr.readers.line_reader import decoded, text_of
from ocr.readers.onnx_model import Network

pytest.importorskip("onnx", reason="onnx is not installed: ./setup.sh training")
pytest.importorskip("onnxslim", reason="onnxslim is not installed: ./setup.sh training")

import onnx

from ocr.training import quantise_asternet
from ocr.training.line_maker import LineMaker
from ocr.training.originals import ASTERNET, OriginalMissing
from ocr.training.quantising import CalibrationLines
from tests.ocr import scoring
from tests.ocr.drawing import PARAGRAPHS
from tests.ocr.training.sources import fonts

FEW = replace(quantise_asternet.CALIBRATION, pictures=4)


@pytest.fixture(scope="module")
def original() -> bytes:
    try:
        return ASTERNET.content()
    except OriginalMissing as error:
        pytest.skip(str(error))


@pytest.fixture(scope="module")
def eight_bits(original: bytes) -> bytes:
    return quantise_asternet.quantised(original, CalibrationLines(fonts(), FEW))


def texts(model: bytes, lines: list[Pixels]) -> list[str]:
    reader = AsterNet()
    reader.__dict__["_network"] = Network(model)
    return [text_of(decoded(emission)) for emission in reader.read(lines)]


def test_fewer_nodes_answer_the_same(original: bytes) -> None:
    slim = quantise_asternet.slimmed(onnx.load_from_string(original))
    pixels = np.random.default_rng(3).random((1, 3, 32, 96), dtype=np.float32)
    said = Network(slim.SerializeToString()).run(pixels)
    assert said == pytest.approx(Network(original).run(pixels), abs=1e-3)
    left = Counter(node.op_type for node in slim.graph.node if quantise_asternet.SQUEEZE in node.name)
    assert left["MatMul"] == 14
    assert left["Expand"] == left["Shape"] == 0


def test_one_node_for_a_product_with_its_own_sigmoid_answers_the_same(original: bytes) -> None:
    model = quantise_asternet.with_silu(quantise_asternet.slimmed(onnx.load_from_string(original)))
    pixels = np.random.default_rng(4).random((1, 3, 32, 96), dtype=np.float32)
    assert Network(model.SerializeToString()).run(pixels) == pytest.approx(
        Network(original).run(pixels), abs=1e-3
    )
    assert Counter(node.op_type for node in model.graph.node)["QuickGelu"] > 20


def test_eight_bits_read_nearly_as_the_original_does_in_a_third_of_its_size(
    original: bytes, eight_bits: bytes
) -> None:
    maker = LineMaker(fonts(), 5)
    lines = [line for text in PARAGRAPHS if (line := maker.new_picture(text)) is not None]
    assert scoring.errors_of_lines(texts(original, lines), "\n".join(texts(eight_bits, lines))) < 0.02
    assert len(eight_bits) < len(original) / 3


def test_all_that_is_large_is_in_eight_bits(eight_bits: bytes) -> None:
    floats = onnx.TensorProto.FLOAT
    held = onnx.load_from_string(eight_bits).graph.initializer
    large = {tensor.name for tensor in held if tensor.data_type == floats and np.prod(tensor.dims) > 100_000}
    assert large == {"language_head.pos_encoder.pe"}


def test_the_same_model_gives_the_same_bytes(original: bytes, eight_bits: bytes) -> None:
    again = quantise_asternet.quantised(original, CalibrationLines(fonts(), FEW))
    assert again == eight_bits

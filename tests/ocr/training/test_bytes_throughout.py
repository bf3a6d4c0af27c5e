"""Quantised graphs without floats between their convolutions; only where training is installed."""

import numpy as np
import pytest

from ocr.readers.onnx_model import Network

pytest.importorskip("onnx", reason="onnx is not installed: ./setup.sh training")

import onnx
from onnx import TensorProto, helper, numpy_helper

from ocr.training.bytes_throughout import stay_in_bytes

SIDE = 12
STEP = 4 / 255  # of the bytes that stand for what the convolutions give


def test_what_it_says_is_that_of_the_graph_with_floats_between() -> None:
    before, after = _stem(), _stem()
    stay_in_bytes(after.graph)
    onnx.checker.check_model(after)
    picture = np.random.default_rng(7).random((2, 1, SIDE, SIDE), np.float32)
    said, said_before = (Network(model.SerializeToString()).run(picture) for model in (after, before))
    assert said.shape == said_before.shape == (2, 5, SIDE, SIDE)
    assert float(np.abs(said - said_before).max()) <= STEP * 1.01
    assert float(said.max()) > 10 * STEP


def test_nothing_is_left_that_needs_floats() -> None:
    model = _stem()
    stay_in_bytes(model.graph)
    kinds = [node.op_type for node in model.graph.node]
    assert not {"Relu", "Pad"} & set(kinds)
    assert {"first_scale", "first_zero"}.isdisjoint(tensor.name for tensor in model.graph.initializer)


@pytest.mark.parametrize("what", ["pads of its own", "not one row"])
def test_another_margin_than_it_moves_is_told(what: str) -> None:
    graph = _stem().graph
    if what == "not one row":
        (margin,) = (tensor for tensor in graph.initializer if tensor.name == "margin")
        margin.CopyFrom(numpy_helper.from_array(np.array([0, 0, 1, 1, 0, 0, 1, 1]), "margin"))
    else:
        pool = next(node for node in graph.node if node.op_type == "MaxPool")
        pads = next(attribute for attribute in pool.attribute if attribute.name == "pads")
        pads.ints[:] = [0, 0, 1, 1]
    with pytest.raises(ValueError, match=what):
        stay_in_bytes(graph)


def _stem() -> onnx.ModelProto:
    """As the stem of the line reader: convolved, rectified, with a margin; then pooled beside another."""
    chance = np.random.default_rng(3)
    tensors = {
        "in_scale": np.float32(1 / 255),
        "in_zero": np.uint8(0),
        "first_scale": np.float32(8 / 255),
        "first_zero": np.uint8(128),
        "scale": np.float32(STEP),
        "zero": np.uint8(0),
        "w": chance.normal(0, 0.5, (2, 1, 3, 3)).astype(np.float32),
        "v": chance.normal(0, 0.3, (3, 2, 2, 2)).astype(np.float32),
        "margin": np.array([0, 0, 0, 0, 0, 0, 1, 1]),
    }
    nodes = [
        *_there_and_back("picture", "seen", "in_scale", "in_zero"),
        helper.make_node("Conv", ["seen", "w"], ["a"], kernel_shape=[3, 3], pads=[1, 1, 1, 1]),
        *_there_and_back("a", "a_", "first_scale", "first_zero"),
        helper.make_node("Relu", ["a_"], ["b"]),
        helper.make_node("Pad", ["b", "margin"], ["c"]),
        *_there_and_back("c", "c_", "scale", "zero"),
        helper.make_node("MaxPool", ["c"], ["pooled"], kernel_shape=[2, 2], pads=[0, 0, 0, 0]),
        helper.make_node("Conv", ["c_", "v"], ["d"], kernel_shape=[2, 2], pads=[0, 0, 0, 0]),
        *_there_and_back("d", "d_", "first_scale", "first_zero"),
        helper.make_node("Relu", ["d_"], ["e"]),
        helper.make_node("Concat", ["pooled", "e"], ["all"], axis=1),
        *_there_and_back("all", "out", "scale", "zero"),
    ]
    graph = helper.make_graph(
        nodes,
        "stem",
        [helper.make_tensor_value_info("picture", TensorProto.FLOAT, ["n", 1, SIDE, SIDE])],
        [helper.make_tensor_value_info("out", TensorProto.FLOAT, ["n", 5, SIDE, SIDE])],
        [numpy_helper.from_array(np.asarray(tensor), name) for name, tensor in tensors.items()],
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)])
    model.ir_version = 8
    return model


def _there_and_back(name: str, result: str, scale: str, zero: str) -> list[onnx.NodeProto]:
    return [
        helper.make_node("QuantizeLinear", [name, scale, zero], [f"{name}_bytes"]),
        helper.make_node("DequantizeLinear", [f"{name}_bytes", scale, zero], [result]),
    ]

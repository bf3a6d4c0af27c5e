"""Takes out of a quantised graph what turns bytes into floats and back between its convolutions.

onnxruntime quantises convolutions, sums and products only, so each ReLU, padding and pooling between two of
them costs two conversions and, as its floats are laid out otherwise, two transpositions: a tenth of the time
of the line reader. None of them is needed. A convolution that gives bytes without a sign is a ReLU already, a
convolution pads by itself, and the greatest of some bytes stands for the greatest of their floats.
"""

from collections.abc import Iterator

import onnx
from onnx import helper, numpy_helper

NO_MARGIN, AFTER_THE_LAST = [0, 0, 0, 0], [0, 0, 1, 1]  # top, left, bottom, right
TO_BYTES, TO_FLOATS = "QuantizeLinear", "DequantizeLinear"


def stay_in_bytes(graph: onnx.GraphProto) -> None:
    """Changes the graph in its place."""
    for node in [node for node in graph.node if node.op_type == "Relu"]:
        _rectify_by_bytes(graph, node)
    for node in [node for node in graph.node if node.op_type == "Pad"]:
        _pad_where_it_is_read(graph, node)
    for node in [node for node in graph.node if node.op_type == "MaxPool"]:
        _pool_bytes(graph, node)
    for node in [node for node in graph.node if node.op_type == "Concat"]:
        _join_bytes(graph, node)
    used = {name for node in graph.node for name in node.input}
    kept = [constant for constant in graph.initializer if constant.name in used]
    del graph.initializer[:], graph.value_info[:]
    graph.initializer.extend(kept)


def _rectify_by_bytes(graph: onnx.GraphProto, relu: onnx.NodeProto) -> None:
    """What follows is made of bytes whose zero is 0, so that less than nothing becomes nothing."""
    to_floats = _maker(graph, relu.input[0])
    to_bytes = _maker(graph, to_floats.input[0])
    _replace(graph, relu.output[0], to_bytes.input[0])
    for node in (relu, to_floats, to_bytes):
        graph.node.remove(node)


def _pad_where_it_is_read(graph: onnx.GraphProto, pad: onnx.NodeProto) -> None:
    """One row and one column of nothing after the last: every reader of it can add them itself. For a pooling
    they are less than anything, which is the same where nothing is below zero. Raises ValueError for another
    margin, and for a reader that has one of its own."""
    margin = [numpy_helper.to_array(one).tolist() for one in graph.initializer if one.name == pad.input[1]]
    if margin not in ([], [[0, 0, 0, 0, 0, 0, 1, 1]]):  # what is no constant here is not known
        raise ValueError(f"{pad.name or pad.output[0]} adds {margin}, not one row and one column at the end")
    _replace(graph, pad.output[0], pad.input[0])
    graph.node.remove(pad)
    for reader in _readers_of_floats(graph, pad.input[0]):
        (pads,) = (attribute for attribute in reader.attribute if attribute.name == "pads")
        if list(pads.ints) != NO_MARGIN:
            raise ValueError(f"{reader.name or reader.output[0]} has pads of its own: {list(pads.ints)}")
        pads.ints[:] = AFTER_THE_LAST


def _pool_bytes(graph: onnx.GraphProto, pool: onnx.NodeProto) -> None:
    """The pooling takes what the convolution beside it takes, and gives bytes of the same scale."""
    to_floats = _maker(graph, pool.input[0])
    if to_floats.op_type != TO_FLOATS:  # some versions of the quantiser leave it the floats
        to_bytes = next(node for node in _readers(graph, pool.input[0]) if node.op_type == TO_BYTES)
        to_floats = next(node for node in _readers(graph, to_bytes.output[0]) if node.op_type == TO_FLOATS)
    pool.input[0] = to_floats.output[0]
    _through_bytes(graph, pool, list(to_floats.input[1:]))


def _join_bytes(graph: onnx.GraphProto, join: onnx.NodeProto) -> None:
    """Whatever is joined comes as bytes, of the scale of the whole where it has none of its own."""
    (to_bytes,) = _readers(graph, join.output[0])
    for name in list(join.input):
        if _maker(graph, name).op_type != TO_FLOATS:
            _through_bytes(graph, _maker(graph, name), list(to_bytes.input[1:]))


def _through_bytes(graph: onnx.GraphProto, node: onnx.NodeProto, scale: list[str]) -> None:
    """Let what a node gives become bytes of this scale and zero, and floats again: onnxruntime drops both."""
    name = node.output[0]
    readers = _readers(graph, name)
    to_bytes = helper.make_node(TO_BYTES, [name, *scale], [f"{name}_bytes"], name=f"{name}_to_bytes")
    to_floats = helper.make_node(
        TO_FLOATS, [f"{name}_bytes", *scale], [f"{name}_floats"], name=f"{name}_to_floats"
    )
    for reader in readers:
        reader.input[list(reader.input).index(name)] = to_floats.output[0]
    place = list(graph.node).index(node)
    graph.node.insert(place + 1, to_bytes)
    graph.node.insert(place + 2, to_floats)


def _readers_of_floats(graph: onnx.GraphProto, name: str) -> Iterator[onnx.NodeProto]:
    """Who reads a value, behind the conversion to bytes and back."""
    for reader in _readers(graph, name):
        if reader.op_type in (TO_BYTES, TO_FLOATS):
            yield from _readers_of_floats(graph, reader.output[0])
        else:
            yield reader


def _replace(graph: onnx.GraphProto, old: str, new: str) -> None:
    for reader in _readers(graph, old):
        reader.input[list(reader.input).index(old)] = new


def _readers(graph: onnx.GraphProto, name: str) -> list[onnx.NodeProto]:
    return [node for node in graph.node if name in node.input]


def _maker(graph: onnx.GraphProto, name: str) -> onnx.NodeProto:
    return next(node for node in graph.node if name in node.output)

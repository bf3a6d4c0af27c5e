"""The weights that training starts from: the convolutions of PP-OCRv6 small (PaddleOCR, Apache-2.0)."""

from typing import Any

import numpy as np
import onnx
import torch
from numpy.typing import NDArray
from onnx import numpy_helper

from ocr.training.network import LineNetwork
from ocr.training.originals import PPOCR

PASSED_ON = ("Identity", "Reshape")  # what stands in the file between a constant and its use


def load_backbone(network: LineNetwork) -> None:
    """Takes the weights from the file that the rapidocr distribution holds. Raises OriginalMissing."""
    graph = Graph(onnx.load_from_string(PPOCR.content()).graph)
    for number, convolution in enumerate(network.backbone()):
        weights, bias = graph.convolution(number)
        if number == 0:
            weights = weights.sum(1, keepdims=True)  # three colours that are one grey
        if weights.shape != tuple(convolution.weight.shape):
            raise ValueError(f"convolution {number} of {PPOCR.file} is {weights.shape}")
        convolution.weight.data.copy_(torch.from_numpy(weights))
        convolution.bias.data.copy_(torch.from_numpy(bias))


class Graph:
    """The convolutions of an ONNX graph in their order, each with the bias that is added after it."""

    def __init__(self, graph: Any) -> None:
        self._constants = {tensor.name: tensor for tensor in graph.initializer}
        self._makers = {name: node for node in graph.node for name in node.output}
        self._additions = {name: node for node in graph.node if node.op_type == "Add" for name in node.input}
        self._convolutions = [node for node in graph.node if node.op_type == "Conv"]

    def convolution(self, number: int) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        """Weights and bias of the convolution of this number, counted from 0."""
        node = self._convolutions[number]
        addition = self._additions[node.output[0]]
        (bias,) = (name for name in addition.input if name != node.output[0])
        return self._constant(node.input[1]), self._constant(bias).ravel()

    def _constant(self, name: str) -> NDArray[np.float32]:
        while name not in self._constants:
            maker = self._makers[name]
            if maker.op_type not in PASSED_ON:
                raise ValueError(f"{name} is no constant")
            name = maker.input[0]
        return np.array(numpy_helper.to_array(self._constants[name]), dtype=np.float32)

"""Keeps some columns of the last layer of an ONNX model: of many thousand symbols, those that are wanted.

Field numbers are those of https://github.com/onnx/onnx/blob/main/onnx/onnx.proto. These few are all that is
needed here; the `onnx` package would be 17 MB more to install.
"""

from collections.abc import Sequence

import numpy as np

from ocr.protobuf import bytes_field, fields, number_field

GRAPH, METADATA = 7, 14  # of a model
INITIALIZER, OUTPUT, VALUE_INFO = 5, 12, 13  # of a graph
TENSOR_DIMS, TENSOR_NAME, TENSOR_RAW = 1, 8, 9
VALUE_NAME, VALUE_TYPE = 1, 2
FLOATS_OF_ANY_SHAPE = bytes_field(VALUE_TYPE, bytes_field(1, number_field(1, 1)))


def metadata(model: bytes) -> dict[str, str]:
    """What the model says about itself."""
    return dict(_entry(_bytes(value)) for number, value, _ in fields(memoryview(model)) if number == METADATA)


def _entry(message: memoryview) -> tuple[str, str]:
    texts = {number: str(_bytes(value), "utf-8") for number, value, _ in fields(message)}
    return texts[1], texts.get(2, "")


def with_columns(model: bytes, tensors: Sequence[str], columns: Sequence[int]) -> bytes:
    """The model with no more than `columns` of the last axis of these tensors, which hold 32-bit floats.

    The shapes that it declares for values are dropped: they speak of the columns that there were.
    """
    return b"".join(
        bytes_field(GRAPH, _graph(_bytes(value), tensors, columns)) if number == GRAPH else whole
        for number, value, whole in fields(memoryview(model))
    )


def _graph(graph: memoryview, tensors: Sequence[str], columns: Sequence[int]) -> bytes:
    parts: list[bytes | memoryview] = []
    for number, value, whole in fields(graph):
        if number == INITIALIZER and _name(_bytes(value), TENSOR_NAME) in tensors:
            parts.append(bytes_field(INITIALIZER, _tensor(_bytes(value), columns)))
        elif number == OUTPUT:
            name = bytes_field(VALUE_NAME, _name(_bytes(value), VALUE_NAME).encode())
            parts.append(bytes_field(OUTPUT, name + FLOATS_OF_ANY_SHAPE))
        elif number != VALUE_INFO:
            parts.append(whole)
    return b"".join(parts)


def _name(message: memoryview, field: int) -> str:
    return next(str(_bytes(value), "utf-8") for number, value, _ in fields(message) if number == field)


def _tensor(tensor: memoryview, columns: Sequence[int]) -> bytes:
    found = list(fields(tensor))
    *outer, width = (value for number, value, _ in found if number == TENSOR_DIMS and isinstance(value, int))
    raw = next(_bytes(value) for number, value, _ in found if number == TENSOR_RAW)
    kept = np.ascontiguousarray(np.frombuffer(raw, "<f4").reshape(-1, width)[:, list(columns)])
    others = (whole for number, _, whole in found if number not in (TENSOR_DIMS, TENSOR_RAW))
    dims = (number_field(TENSOR_DIMS, size) for size in (*outer, len(columns)))
    return b"".join((*dims, *others, bytes_field(TENSOR_RAW, kept.tobytes())))


def _bytes(value: int | memoryview) -> memoryview:
    if isinstance(value, int):
        raise ValueError("a number where bytes are expected")  # noqa: TRY004  the model is damaged
    return value

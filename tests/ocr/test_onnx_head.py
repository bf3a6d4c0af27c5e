"""Cutting the last layer of a model, against the whole model."""

import numpy as np
import pytest

from ocr.onnx_head import metadata, with_columns
from ocr.onnx_model import Network
from ocr.ppocr import HEAD, MODEL
from ocr.protobuf import bytes_field, fields, number_field


def test_fewer_columns_answer_as_the_whole_does_among_them() -> None:
    model = MODEL.content()
    assert len(metadata(model)["character"].split("\n")) == 18_708
    columns = [0, 3, 17, 99, 18_709]
    batch = np.random.default_rng(5).uniform(-1, 1, (1, 3, 48, 96)).astype(np.float32)
    whole = Network(model).run(batch)[..., columns]
    cut = Network(with_columns(model, HEAD, columns)).run(batch)
    assert cut == pytest.approx(whole / whole.sum(axis=-1, keepdims=True), rel=1e-3, abs=1e-6)


def test_fields_are_found_and_written_as_they_were() -> None:
    message = number_field(1, 300) + bytes_field(2, b"x" * 200) + b"\x1d\x00\x00\x80\x3f" + b"\x21" + bytes(8)
    found = list(fields(memoryview(message)))
    assert [number for number, _, _ in found] == [1, 2, 3, 4]
    assert found[0][1] == 300
    assert b"".join(whole for _, _, whole in found) == message


@pytest.mark.parametrize("message", [b"\x08", b"\x12\x05ab", b"\x0b\x00", b"\x08" + b"\xff" * 11])
def test_damaged_messages_are_refused(message: bytes) -> None:
    with pytest.raises(ValueError, match=r"cut off"):
        list(fields(memoryview(message)))

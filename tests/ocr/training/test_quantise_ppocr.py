"""The weights of PP-OCRv6 as the product has them, against the model they are made of; only where training is
installed."""

from dataclasses import replace

import numpy as np
import pytest

from ocr.readers.line_reader import BLANK, decoded, text_of
from ocr.readers.onnx_model import Network
from ocr.readers.ppocr import ALPHABET, PpOcr

pytest.importorskip("onnx", reason="onnx is not installed: ./setup.sh training")
pytest.importorskip("onnxslim", reason="onnxslim is not installed: ./setup.sh training")

import onnx

from ocr.training import quantise_ppocr
from ocr.training.line_maker import LineMaker
from ocr.training.originals import PPOCR, OriginalMissing
from ocr.training.quantise_ppocr import plain_symbol
from ocr.training.quantising import CalibrationLines
from tests.ocr.training.sources import fonts

FEW = replace(quantise_ppocr.CALIBRATION, pictures=4)


@pytest.fixture(scope="module")
def original() -> bytes:
    try:
        return PPOCR.content()
    except OriginalMissing as error:
        pytest.skip(str(error))


@pytest.fixture(scope="module")
def floats(original: bytes) -> onnx.ModelProto:
    return quantise_ppocr.with_our_symbols(original)


@pytest.fixture(scope="module")
def eight_bits(original: bytes) -> bytes:
    return quantise_ppocr.quantised(original, CalibrationLines(fonts(), FEW))


def test_answers_as_the_whole_does_among_our_letters(original: bytes, floats: onnx.ModelProto) -> None:
    grey = np.random.default_rng(5).random((2, 1, 48, 96), dtype=np.float32)
    whole = Network(original).run(np.repeat(grey * 2 - 1, 3, axis=1))
    assert whole.shape[-1] == 18_710
    (dictionary,) = (found.value for found in onnx.load_from_string(original).metadata_props)
    summed = np.zeros((*whole.shape[:2], len(ALPHABET)), np.float32)
    for place, symbol in enumerate((BLANK, *dictionary.split("\n"), " ")):
        if (plain := plain_symbol(symbol)) is not None:
            summed[..., ALPHABET.index(plain)] += whole[..., place]
    said = np.exp(Network(floats.SerializeToString()).run(grey))
    assert said == pytest.approx(summed / summed.sum(axis=-1, keepdims=True), rel=1e-3, abs=1e-6)


def test_eight_bits_read_digits_as_the_floats_do_in_a_third_of_the_size(
    original: bytes, floats: onnx.ModelProto, eight_bits: bytes
) -> None:
    maker = LineMaker(fonts(), 5)
    lines = [
        maker.new_picture(text) for text in ("Số: 1507/QĐ-UBND", "ngày 23 tháng 4 năm 2026", "68/BC-UBND")
    ]
    told = []
    for model in (floats.SerializeToString(), eight_bits):
        reader = PpOcr()
        reader.__dict__["_network"] = Network(model)
        told.append([text_of(decoded(e)) for e in reader.read([line for line in lines if line is not None])])
    assert told[0] == told[1]
    assert "23" in told[0][1]
    assert len(eight_bits) < len(original) / 3


def test_what_handwriting_needs_stays_in_floats(floats: onnx.ModelProto) -> None:
    assert len(quantise_ppocr.calm_convolutions(floats.graph)) == 15
    products = quantise_ppocr.products_with_weights(floats.graph)
    assert len(products) == 9
    assert quantise_ppocr.SUM not in products


def test_the_same_model_gives_the_same_bytes(original: bytes, eight_bits: bytes) -> None:
    assert quantise_ppocr.quantised(original, CalibrationLines(fonts(), FEW)) == eight_bits


@pytest.mark.parametrize(
    ("symbol", "plain"),
    [
        ("á", "a"),
        ("ồ", "ô"),
        ("Ạ", "A"),
        ("đ", "đ"),
        ("ñ", "n"),
        ("，", ","),
        ("²", "²"),
        ("木", None),
        ("", ""),
    ],
)
def test_letters_are_known_without_their_tones(symbol: str, plain: str | None) -> None:
    assert plain_symbol(symbol) == plain

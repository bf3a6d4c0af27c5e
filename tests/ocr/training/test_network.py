"""Network, training step and export; only where torch is installed (`./setup.sh training`)."""

from itertools import islice
from pathlib import Path

import numpy as np
import pytest

pytest.importorskip("torch", reason="torch is not installed: ./setup.sh training")
pytest.importorskip("onnx", reason="onnx is not installed: ./setup.sh training")

import torch

from ocr.readers import line_pictures
from ocr.readers.banchinh_reader import ALPHABET, HEIGHT, SIZE
from ocr.readers.onnx_model import Network
from ocr.training import export, report, train
from ocr.training.backbone import load_backbone
from ocr.training.batches import BatchMaker
from ocr.training.character_error import score, total
from ocr.training.checkpoint import FILE, OtherAlphabet, load_average, save_checkpoint
from ocr.training.fonts import FAMILIES
from ocr.training.labels import frames_of
from ocr.training.line_maker import LineMaker
from ocr.training.network import LineNetwork
from ocr.training.texts import TextMaker
from tests.ocr.training.sources import fictional, fonts


@pytest.fixture(scope="module")
def network() -> LineNetwork:
    torch.manual_seed(1)
    made = LineNetwork(len(ALPHABET))
    load_backbone(made)
    return made.eval()


@pytest.mark.parametrize("width", [8, 41, 100, 256])
def test_a_frame_each_four_pixels(network: LineNetwork, width: int) -> None:
    with torch.no_grad():
        seen = network(torch.zeros(1, 1, HEIGHT, width))
    assert seen.shape == (1, len(ALPHABET), frames_of(width))


def test_a_few_steps_lower_the_loss_and_the_average_follows(network: LineNetwork, tmp_path: Path) -> None:
    maker = BatchMaker(TextMaker(fictional(tmp_path), 1), LineMaker(fonts(), 1), 600)
    (batch,) = islice(maker.batches(), 1)
    fresh = LineNetwork(len(ALPHABET))
    fresh.load_state_dict(network.state_dict())
    learner = train.Learner(fresh)
    losses = [learner.step(batch, 1e-3) for _ in range(4)]
    assert losses[-1] < losses[0]
    assert not torch.equal(learner.average.out.weight, network.out.weight)


def test_the_rate_warms_up_and_falls_with_the_clock() -> None:
    course = train.Course(minutes=10, rate=1.0, warm_up=100)
    assert course.rate_at(0, 0) == pytest.approx(0.01)
    assert course.rate_at(0, 99) == pytest.approx(1)
    assert course.rate_at(0.5, 5000) == pytest.approx(0.51)
    assert course.rate_at(1, 5000) == pytest.approx(train.LEAST_RATE)


def test_exported_weights_say_what_the_network_says(network: LineNetwork, tmp_path: Path) -> None:
    line = LineMaker(fonts(), 2).new_picture("Tỉnh Mẫu Đơn")
    assert line is not None
    export.write_floats(network, tmp_path / "floats.onnx")
    calibration = export.CalibrationLines(TextMaker(fictional(tmp_path), 2), LineMaker(fonts(), 2))
    export.write_integers(tmp_path / "floats.onnx", tmp_path / "lines.onnx", calibration)
    for name, near in (("floats.onnx", 1e-3), ("lines.onnx", 3.0)):
        run = Network((tmp_path / name).read_bytes()).run
        (emission,) = line_pictures.read([line], SIZE, ALPHABET, run)
        assert np.allclose(np.exp(emission.log_probs).sum(axis=1), 1, atol=1e-3)
        wide = np.pad(line, ((0, 0), (0, -line.shape[1] % 4)), constant_values=255)[None, None]
        with torch.no_grad():
            said = network(train.as_input(wide))[0].log_softmax(0).T.numpy()
        assert np.abs(emission.log_probs - said).max() < near
    assert (tmp_path / "lines.onnx").stat().st_size < (tmp_path / "floats.onnx").stat().st_size / 3


def test_a_checkpoint_of_another_alphabet_is_refused(network: LineNetwork, tmp_path: Path) -> None:
    save_checkpoint(network, network, tmp_path)
    assert torch.equal(load_average(tmp_path).out.weight, network.out.weight)
    state = torch.load(tmp_path / FILE, weights_only=True)
    torch.save({**state, "alphabet": ["", "a"]}, tmp_path / FILE)
    with pytest.raises(OtherAlphabet):
        load_average(tmp_path)


def test_dashes_count_as_one() -> None:
    assert score("2020–2025", "2020-2025").wrong == 0
    assert total([score("tổ", "tô"), score("chức", "chức")]).share == pytest.approx(1 / 6)


def test_the_report_tells_the_run(tmp_path: Path) -> None:
    moment = report.Moment(3.0, 50, 1234, 56789, 0.5, 0.001, {"a": 0.02, "all": 0.02})
    fonts_used = ["Tinos"]
    run = report.Run("2026-11-26T05:48+00:00", 95, 1, 1, 1.2e-3, 12_000, {"words": 9}, fonts_used, 0, "m")
    run.moments.append(moment)
    run.save(tmp_path)
    told = report.page(report.Run.load(tmp_path), FAMILIES, "ab" * 32, 4_000_000)
    assert "| 3.0 | 50 | 1,234 | 56,789 | 0.5000 | 0.00100 | 2.00 | 2.00 |" in told
    assert "| Tinos | 5 | fonts-croscore | SIL OFL 1.1 |" in told
    assert "PP-OCRv6" in told

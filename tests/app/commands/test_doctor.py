"""`banchinh doctor`: well or not, and what to do where it is not."""

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from app.cli import main
from app.sample.authority import new_issuer
from ocr.readers import ppocr

Findings = dict[str, dict[str, str]]


@pytest.fixture(autouse=True)
def _migrated(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.chdir(tmp_path)
    assert main(["migrate"]) == 0
    capsys.readouterr()


def _doctor(capsys: pytest.CaptureFixture[str]) -> tuple[int, Findings]:
    code = main(["doctor", "--json"])
    return code, {finding["name"]: finding for finding in json.loads(capsys.readouterr().out)}


def test_all_is_well(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    new_issuer(datetime.now(UTC), "ec").write_trust(tmp_path / "anchors", datetime.now(UTC))
    monkeypatch.setenv("BANCHINH_TRUST", str(tmp_path / "anchors"))
    monkeypatch.setenv("BANCHINH_TSA", "http://127.0.0.1:9/tsa")
    code, findings = _doctor(capsys)
    assert code == 0
    assert {f["state"] for name, f in findings.items() if name != "sandbox"} == {"ok"}
    assert main(["doctor"]) == 0


def test_without_tesseract(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setenv("PATH", "/nowhere")
    code, findings = _doctor(capsys)
    assert code == 0  # pages are read without it, and say what they lack
    assert findings["tesseract"]["state"] == "warning"
    assert "apt-get install tesseract-ocr" in findings["tesseract"]["mend"]
    assert "upside down" in findings["tesseract"]["says"]


def test_without_a_line_reader(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(ppocr.WEIGHTS, "path", tmp_path / "nowhere.onnx")
    code, findings = _doctor(capsys)
    assert code == 0
    assert findings["line reader asternet"]["state"] == "ok"
    assert findings["line reader pp-ocr"]["state"] == "warning"
    assert "số và ngày viết tay" in findings["line reader pp-ocr"]["says"]
    assert "handwritten numbers" in findings["line reader pp-ocr"]["says"]


def test_a_database_that_is_not_migrated(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("BANCHINH_DATABASE", f"sqlite:///{tmp_path / 'new.sqlite'}")
    code, findings = _doctor(capsys)
    assert code == 1
    assert findings["database"]["mend"] == "banchinh migrate"


@pytest.mark.parametrize(
    ("setting", "value", "finding"),
    [
        ("TRUST", "nowhere", "trust"),
        ("FETCH_ALLOW", "foo", "fetches"),
        ("TSA", "tsa.example", "time stamps"),
        ("OBJECTS", "file:/proc/nope", "objects"),
        ("SIGNING_LEVEL", "B-LT", "signing level"),
        ("PKCS11_MODULE", "/nowhere.so", "PKCS#11 module"),
    ],
)
def test_a_setting_that_leads_nowhere(
    setting: str,
    value: str,
    finding: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setenv(f"BANCHINH_{setting}", value)
    code, findings = _doctor(capsys)
    assert code == 1
    assert findings[finding]["state"] == "error"
    assert f"BANCHINH_{setting}" in findings[finding]["mend"]


def test_it_is_said_in_vietnamese_and_english(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for setting, value in (("TRUST", "nowhere"), ("TSA", "tsa.example"), ("SIGNING_LEVEL", "B-LT")):
        monkeypatch.setenv(f"BANCHINH_{setting}", value)
    monkeypatch.setenv("PATH", "/nowhere")
    _, findings = _doctor(capsys)
    trouble = [finding for finding in findings.values() if finding["state"] != "ok"]
    assert {"tesseract", "trust", "time stamps", "signing level"} <= {found["name"] for found in trouble}
    assert not [found for found in trouble if " / " not in found["says"]]


def test_sample_keys_are_no_trust_unless_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "var" / "sample-keys" / "trust").mkdir(parents=True)
    code, findings = _doctor(capsys)
    assert code == 0
    assert findings["trust"]["state"] == "warning"

"""What a command says to words and settings that cannot be: one sentence, and an exit code of its own."""

import json
import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from app.cli import main

SIGN = ("sign", "x.pdf", "--out", "y.pdf", "--key", "file:none.p12")


@pytest.fixture(autouse=True)
def _own_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


@pytest.mark.parametrize(
    ("setting", "value", "words", "code"),
    [
        ("FETCH_ALLOW", "foo", SIGN, 64),
        ("FETCH_ALLOW", "foo", ("verify", "x.pdf"), 64),
        ("DATABASE", "mysql://loopback/x", ("migrate",), 64),
        ("DATABASE", "postgresql://127.0.0.1:1/x", ("migrate",), 69),
        ("PORT", "99999", ("serve",), 64),
        ("LOG_LEVEL", "loud", ("serve",), 64),
        ("WORKERS", "-1", ("verify", "x.pdf"), 64),
        ("PUBLIC_REQUESTS_A_MINUTE", "0", ("worker",), 64),
        ("TRUST", "nowhere", ("verify", "x.pdf"), 64),
    ],
)
def test_a_bad_setting_is_one_sentence(
    setting: str,
    value: str,
    words: tuple[str, ...],
    code: int,
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setenv(f"BANCHINH_{setting}", value)
    assert main([*words, "--json"]) == code
    said = capfd.readouterr().err.splitlines()[-1]
    assert json.loads(said)["error"]["message"]
    if code == 64:
        assert f"BANCHINH_{setting}" in said


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ((*SIGN, "--nope"), "banchinh sign --help"),
        ((*SIGN, "--at", "abc"), "X,Y hay TRÁI,TRÊN,PHẢI,DƯỚI"),
        ((*SIGN, "--at", "nan,5"), "X,Y hay TRÁI,TRÊN,PHẢI,DƯỚI"),
        ((*SIGN, "--scanned-at", "yesterday"), "múi giờ"),
        (("digitise", "x", "--out", "y", "--jobs", "abc"), "ít nhất là 1"),
        (("agency", "merge", "a", "--into", "b", "--since", "2999-01-01"), "chưa tới ngày đó"),
    ],
)
def test_words_that_make_no_sense_name_their_command_and_what_is_meant(
    words: tuple[str, ...], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(words) == 64
    told = capsys.readouterr().err
    assert said in told
    assert told.count("banchinh:") == 1
    assert " value: " not in told, "the name of a function of ours"


def test_a_taken_address_is_said_in_both_languages(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        monkeypatch.setenv("BANCHINH_PORT", str(taken.getsockname()[1]))
        assert main(["serve"]) == 64
    said = capsys.readouterr().err
    assert "hãy dừng chương trình" in said
    assert " / cannot listen" in said


@pytest.mark.parametrize(("objects", "code"), [("file:/proc/nope", 69), ("nonsense", 64)])
def test_a_service_without_its_objects_does_not_start(objects: str, code: int, tmp_path: Path) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = str(free.getsockname()[1])
    done = subprocess.run(
        [Path(sys.executable).with_name("banchinh"), "serve", "--no-worker"],
        cwd=tmp_path,
        env={**os.environ, "BANCHINH_OBJECTS": objects, "BANCHINH_PORT": port},
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert done.returncode == code
    assert done.stderr.splitlines()[-1].startswith("banchinh: ")
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize(
    "words",
    [
        ("verify",),
        ("verify", "x.pdf", "--at", "yesterday"),
        ("verify", "x.pdf", "--trust", "nowhere"),
        ("digitise", "x.pdf"),
        ("sign", "x.pdf", "--level", "B-Z"),
        ("person",),
        ("nonsense",),
        (),
    ],
)
def test_bad_words_are_no_verdict(words: tuple[str, ...], capsys: pytest.CaptureFixture[str]) -> None:
    assert main(words) == 64
    said = capsys.readouterr().err
    assert said.startswith("banchinh: ")
    assert " / " in said  # Vietnamese, and English beside it
    assert main([*words, "--json"]) == 64
    assert json.loads(capsys.readouterr().err)["error"]["code"] == "usage"

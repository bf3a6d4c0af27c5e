"""`banchinh trust` as an administrator runs it: nothing is trusted without its fingerprint."""

import hashlib
import json
import os
import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.serialization import Encoding

from app.sample.authority import Issuer, new_issuer

Run = Callable[..., "subprocess.CompletedProcess[str]"]


@pytest.fixture(scope="module")
def issuer() -> Issuer:
    return new_issuer(datetime.now(UTC), "ec")


@pytest.fixture
def root(issuer: Issuer, tmp_path: Path) -> Path:
    path = tmp_path / "root.crt"
    path.write_bytes(issuer.root.certificate.public_bytes(Encoding.DER))
    return path


@pytest.fixture
def run(tmp_path: Path) -> Run:
    environment = {k: v for k, v in os.environ.items() if not k.startswith("BANCHINH_")}

    def banchinh(*words: object) -> "subprocess.CompletedProcess[str]":
        return subprocess.run(
            [Path(sys.executable).with_name("banchinh"), "trust", *map(str, words)],
            cwd=tmp_path,
            env={**environment, "BANCHINH_DATA": str(tmp_path / "var")},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=120,
        )

    return banchinh


def _fingerprint(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def test_add_list_remove(run: Run, root: Path) -> None:
    spaced = ":".join(_fingerprint(root)[i : i + 2] for i in range(0, 64, 2)).upper()
    assert run("add", root, "--yes-fingerprint", spaced).returncode == 0
    [entry] = json.loads(run("list", "--json").stdout)
    assert (entry["role"], entry["fingerprint"]) == ("anchor", _fingerprint(root))
    assert spaced in run("list").stdout
    assert run("remove", spaced, "--yes-fingerprint", spaced).returncode == 0
    assert json.loads(run("list", "--json").stdout) == []
    assert run("remove", spaced, "--yes-fingerprint", spaced).returncode == 1


def test_another_fingerprint_is_refused(run: Run, root: Path) -> None:
    done = run("add", root, "--yes-fingerprint", "0" * 64, "--json")
    assert done.returncode == 1
    assert _fingerprint(root) in json.loads(done.stderr)["error"]["message"]
    assert json.loads(run("list", "--json").stdout) == []


def test_a_file_that_is_not_there_is_refused_in_both_languages(run: Run, tmp_path: Path) -> None:
    for name in ("none.crt", "a" * 300):
        done = run("add", tmp_path / name)
        assert done.returncode == 1
        assert "Không có tệp" in done.stderr
        assert "check the path" in done.stderr


def test_nobody_there_to_ask_is_refused(run: Run, root: Path) -> None:
    done = run("add", root)
    assert done.returncode == 64
    assert _fingerprint(root) in done.stderr
    assert "--yes-fingerprint" in done.stderr


def test_only_a_root_can_be_an_anchor(run: Run, issuer: Issuer, tmp_path: Path) -> None:
    issuing = tmp_path / "issuing.crt"
    issuing.write_bytes(issuer.issuing.certificate.public_bytes(Encoding.DER))
    given = ("--yes-fingerprint", _fingerprint(issuing))
    assert run("add", issuing, "--role", "anchor", *given).returncode == 1
    assert run("add", issuing, *given).returncode == 0
    assert [e["role"] for e in json.loads(run("list", "--json").stdout)] == ["intermediate"]


def test_what_is_no_certificate_is_refused(run: Run, tmp_path: Path) -> None:
    junk = tmp_path / "junk.crt"
    junk.write_bytes(b"junk")
    assert run("add", junk, "--yes-fingerprint", "0" * 64).returncode == 1
    assert run("add", tmp_path / "absent.crt", "--yes-fingerprint", "0" * 64).returncode == 1

"""Temporary files do not outlive their process, however it ends."""

import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from app.cli import main
from app.commands import sign
from app.confinement.sandboxed_verifying import SandboxedVerifier
from app.scratch import Scratch
from signing.keys.references import KeyUnavailable
from signing.summary import unreadable
from tests.signing import documents

CRASH = """
import os, sys
from pathlib import Path
from app.scratch import Scratch
scratch = Scratch(Path(sys.argv[1]))
(scratch.folder / "paper.pdf").write_bytes(b"a paper of somebody")
os.kill(os.getpid(), 9)
"""


def test_what_a_killed_process_left_is_cleared_away(tmp_path: Path) -> None:
    subprocess.run([sys.executable, "-c", CRASH, str(tmp_path)], cwd=Path(__file__).parents[2])
    assert list(tmp_path.rglob("paper.pdf"))
    scratch = Scratch(tmp_path)
    assert not list(tmp_path.rglob("paper.pdf"))
    scratch.close()
    assert not list(tmp_path.iterdir())


def test_many_may_start_at_once(tmp_path: Path) -> None:
    with ThreadPoolExecutor(16) as starters:
        made = list(starters.map(lambda _: Scratch(tmp_path), range(200)))
    assert all(scratch.folder.is_dir() for scratch in made)
    for scratch in made:
        scratch.close()


def test_what_a_live_process_uses_stays(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tempfile, "tempdir", None)
    first = Scratch(tmp_path)
    first.use()
    with tempfile.NamedTemporaryFile() as temporary:
        second = Scratch(tmp_path)
        assert Path(temporary.name).exists()
        assert first.folder in Path(temporary.name).parents
        second.close()
    first.close()


def test_commands_without_data_have_a_place_that_the_next_one_clears(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A `verify` that was killed left the document's pictures and revocation lists in /tmp for ever."""
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setattr(tempfile, "tempdir", None)
    root, usual = tmp_path / ".cache" / "banchinh" / "scratch", tempfile.gettempdir()
    paper = tmp_path / "paper.pdf"
    paper.write_bytes(documents.paper())
    places: list[Path] = []

    def no_key(*_given: object, **_more: object) -> None:
        places.append(Path(tempfile.mkdtemp()))
        raise KeyUnavailable("seen", "", "")

    def no_verdict(*_given: object) -> dict[str, Any]:
        places.append(Path(tempfile.mkdtemp()))
        return unreadable("", "not-found", datetime.now(UTC)).to_json()

    monkeypatch.setattr(sign, "open_key", no_key)
    monkeypatch.setattr(SandboxedVerifier, "verify", no_verdict)
    assert main(("sign", str(paper), "--out", str(tmp_path / "x.pdf"), "--key", "file:none.p12")) == 2
    assert main(("verify", str(paper), "--offline")) == 4
    assert [place.parents[1] for place in places] == [root, root]
    assert list(root.iterdir()) == []
    assert tempfile.gettempdir() == usual

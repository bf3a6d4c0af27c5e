"""Temporary files do not outlive their process, however it ends."""

import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from app.scratch import Scratch

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

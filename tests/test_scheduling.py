"""The tests of a file run in one process, whatever versions of pytest and xdist are installed."""

import os
import subprocess
import sys
from pathlib import Path

from tests import scheduling

#: Its fixture writes down each time that it is made.
FILE = """
import os, pytest

@pytest.fixture(scope="module")
def made():
    with open("made.txt", "a") as told:
        told.write(__name__ + "\\n")

@pytest.mark.parametrize("number", range(6))
def test_it(made, number):
    pass
"""


def test_what_a_file_shares_is_made_once(tmp_path: Path) -> None:
    names = ("test_one", "test_other", "test_third")
    for name in names:
        (tmp_path / f"{name}.py").write_text(FILE)
    done = subprocess.run(
        [
            sys.executable,
            "-m",
            "pytest",
            "-q",
            "-n",
            "2",
            *("-p", "xdist", "-p", "tests.scheduling"),
            "--rootdir",
            tmp_path,
        ],
        cwd=tmp_path,
        env={
            **os.environ,
            "PYTHONPATH": str(Path(__file__).parents[1]),
            "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1",
        },
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stdout
    assert "18 passed" in done.stdout
    assert sorted((tmp_path / "made.txt").read_text().split()) == sorted(names)


def test_all_that_a_browser_does_is_one_unit() -> None:
    assert scheduling.unit("tests/e2e/test_walk.py::test_the_whole_walk[360]") == "tests/e2e"
    assert scheduling.unit("tests/ocr/test_codes.py::test_it[a::b]") == "tests/ocr/test_codes.py"


def test_the_files_that_take_long_are_there() -> None:
    root = Path(__file__).parents[1]
    assert [name for name in scheduling.LONG if not (root / name).exists()] == []

"""What is loaded once, for the processes that are forked from one."""

import subprocess
import sys

import pytest

_READ_WITHOUT_LOADING = """
import numpy as np, onnxruntime, sys
from ocr.readers.profiles import load, standard

profile = sys.argv[1]
load(profile)

def refuse(*_args, **_options):
    raise AssertionError("loaded a second time")

onnxruntime.InferenceSession = refuse
stroke = np.full((40, 200), 255, np.uint8)
stroke[8:32, 20:180:20] = 0
for reader in standard(profile).lines:
    reader.read([stroke])
"""


@pytest.mark.parametrize("profile", ["fast", "default"])
def test_the_models_of_all_readers_are_loaded_before_any_process_is_forked(profile: str) -> None:
    """Else each loads its own, which takes its time and memory again."""
    done = subprocess.run(
        [sys.executable, "-c", _READ_WITHOUT_LOADING, profile], capture_output=True, text=True, timeout=60
    )
    assert done.returncode == 0, done.stderr

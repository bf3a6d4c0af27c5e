"""Model files of wheels: the right one, or what is missing and how to install it."""

from importlib import metadata

import pytest

from ocr.training.originals import OriginalMissing, PackagedFile

INSTALLED = metadata.version("numpy")


@pytest.mark.parametrize(
    ("distribution", "version", "file", "says"),
    [
        ("no-such-thing", "1", "x", "no-such-thing is not installed"),
        ("numpy", INSTALLED, "nowhere", "nowhere cannot be read"),
        ("numpy", INSTALLED, "numpy/__init__.py", "not that of numpy"),
        ("numpy", "0.1", "numpy/__init__.py", "not that of numpy 0.1"),
    ],
)
def test_a_missing_model_says_what_to_do(distribution: str, version: str, file: str, says: str) -> None:
    with pytest.raises(OriginalMissing, match=rf"{says}.*: \./setup\.sh training"):
        PackagedFile(distribution, version, file, "0" * 64).content()

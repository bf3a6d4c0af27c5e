"""What processes rehearse with is verified to the end, and can be made again."""

from pathlib import Path

import pytest

from app.sample import rehearsal
from signing.validation import RECIPE, REHEARSAL, REHEARSED, validate


@pytest.mark.parametrize("anew", [False, True])
def test_each_step_is_rehearsed(tmp_path: Path, anew: bool) -> None:
    """A page that fails early would leave the rest of the recipe to be set up in every child."""
    folder = tmp_path if anew else REHEARSAL
    if anew:
        rehearsal.make(folder, REHEARSED)
    report = validate(folder / "signed.pdf", anchors=[folder / "trust"], at=REHEARSED)
    assert report.verdict == "valid"
    (signature,) = report.signatures
    assert {step.number for step in signature.steps} >= {number for number, _, _ in RECIPE}

"""Ten thousand ways to damage a signed file: none is valid where a signed byte changed, none stops us."""

import random
from pathlib import Path

import pytest

from signing.keys.references import SigningKey
from signing.validation import validate
from tests.signing import documents
from tests.signing.attacks import envelopes, mutations, signed_range
from tests.signing.conftest import SignFile

RUNS, EACH = 40, 250
SECONDS = 240  # for EACH files on a busy machine; one that hangs is stopped here

pytestmark = [pytest.mark.slow, pytest.mark.timeout(SECONDS)]


@pytest.fixture
def bases(sign_file: SignFile, key: SigningKey) -> list[bytes]:
    paper = documents.paper(1, compliance=None)
    once = sign_file(paper)
    return [once.read_bytes(), sign_file(once).read_bytes(), envelopes.certified(documents.form(), key, 3)]


@pytest.mark.parametrize("seed", range(RUNS))
def test_no_changed_byte_is_valid(seed: int, bases: list[bytes], tmp_path: Path, trust: Path) -> None:
    dice = random.Random(seed)
    path = tmp_path / "mutated.pdf"
    for number in range(EACH):
        base = bases[number % len(bases)]
        data = mutations.mutated(base, dice)
        path.write_bytes(data)
        report = validate(path, anchors=[trust])
        assert report.to_json()["verdict"]
        if report.verdict == "valid":
            # Where the second signature is gone, the first one still covers all of its own version.
            kept = _signed_bytes_kept(base, data) or data.startswith(bases[0])
            assert kept, f"seed {seed}, number {number}, {len(data)} of {len(base)} bytes"


def _signed_bytes_kept(base: bytes, data: bytes) -> bool:
    """Whether all that the last signature covers is still where it was."""
    last = base[base.rindex(b"/ByteRange") - 1 :]
    _, first, second, rest = signed_range.range_of(last)
    end = second + rest
    return data[:first] == base[:first] and data[second:end] == base[second:end]

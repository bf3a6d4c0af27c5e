"""Certificates that their issuer signed and that stand for nothing, beside those which stand."""

from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric import ec

from app.sample.authority import Issuer
from signing.reports.report import SignatureReport
from signing.validation import validate
from tests.signing import odd_keys as keys
from tests.signing.conftest import NOW
from tests.signing.odd_certificates import Holder
from tests.signing.odd_kinds import Makers


@pytest.fixture
def holder(issuer: Issuer) -> Holder:
    return Holder(Makers(issuer, NOW), ec.generate_private_key(ec.SECP256R1()))


def _judged(data: bytes, trust: Path, folder: Path) -> SignatureReport:
    path = folder / "judged.pdf"
    path.write_bytes(data)
    (found,) = validate(path, anchors=[trust]).signatures
    return found


@pytest.mark.parametrize(("within", "passes"), [("sha256", True), ("sha512", False)])
def test_the_algorithm_within_a_certificate_is_the_one_beside_it(
    within: str, passes: bool, holder: Holder, trust: Path, tmp_path: Path
) -> None:
    """RFC 5280, 4.1.1.2: what is beside it nobody signed."""
    algorithms = keys.algorithm(keys.ECDSA[within]), keys.algorithm(keys.ECDSA["sha256"])
    found = _judged(holder.signed(algorithms=algorithms), trust, tmp_path)
    assert (found.indication == "TOTAL-PASSED") is passes
    assert passes or found.sub_indication in ("CHAIN_CONSTRAINTS_FAILURE", "NO_CERTIFICATE_CHAIN_FOUND")

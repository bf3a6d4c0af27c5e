"""A timestamp that is not exact proves the latest moment at which it can have been made (RFC 3161, 2.4.2)."""

from datetime import timedelta
from pathlib import Path

import pytest
from asn1crypto import core
from cryptography.hazmat.primitives.asymmetric import ec

from app.sample.authority import Issuer
from signing.reports.report import SignatureReport
from signing.validation import validate
from tests.signing import odd_keys as keys
from tests.signing import odd_times
from tests.signing import odd_values as values
from tests.signing.conftest import NOW
from tests.signing.odd_keys import Maker
from tests.signing.odd_kinds import Makers, document
from tests.signing.odd_values import Value

DAY = timedelta(days=1)
ENDS = NOW + 2 * DAY  # of the signer's certificate


def _accuracy(seconds: float) -> bytes:
    """In seconds, and thousandths of one."""
    whole, rest = divmod(round(seconds * 1000), 1000)
    parts = core.Integer(whole).dump() if whole else b""
    return keys.sequence(parts, keys.der(0x80, rest.to_bytes(2, "big")) if rest else b"")


def _judged(issuer: Issuer, said: bytes, trust: Path, folder: Path) -> SignatureReport:
    """A signature with a token of now that says this after its time, looked at when the signer's certificate
    has ended."""
    makers = Makers(issuer, NOW)
    key = ec.generate_private_key(ec.SECP256R1())
    dates = keys.sequence(*(keys.der(0x17, f"{m:%y%m%d%H%M%SZ}".encode()) for m in (NOW - DAY, ENDS)))
    signer = Maker(
        keys.certificate(issuer, key, NOW, dates=dates),
        keys.algorithm(keys.ECDSA["sha256"]),
        lambda message: keys.ecdsa_value(key, "sha256", message),
        above=makers.above,
    )
    stamper = Value(odd_times.authority(makers))

    def stamped(made: bytes) -> bytes:
        token = odd_times.token(stamper, made, NOW, more=said)
        return values.attribute(odd_times.SIGNATURE_TIMESTAMP, token)

    path = folder / "signed.pdf"
    path.write_bytes(document(Value(signer, unsigned=stamped)))
    (found,) = validate(path, anchors=[trust], at=NOW + 10 * DAY).signatures
    return found


@pytest.mark.parametrize(
    ("accuracy", "best", "told"),
    [
        (None, NOW, False),
        (1, NOW + timedelta(seconds=1), False),
        (0.5, NOW + timedelta(seconds=0.5), False),
        (DAY.total_seconds(), NOW + DAY, True),
    ],
)
def test_the_latest_moment_counts(
    accuracy: float | None, best: object, told: bool, issuer: Issuer, trust: Path, tmp_path: Path
) -> None:
    found = _judged(issuer, b"" if accuracy is None else _accuracy(accuracy), trust, tmp_path)
    assert found.indication == "TOTAL-PASSED"
    assert (found.best_time_source, found.best_time) == ("timestamp", best)
    assert ("timestamp-vague" in [w.code for w in found.warnings]) is told


@pytest.mark.parametrize("days", [3, 365, 10**9])
def test_what_may_be_later_than_the_certificate_proves_nothing(
    days: int, issuer: Issuer, trust: Path, tmp_path: Path
) -> None:
    """A whole year passed for exact: who had the key of an ended certificate could sign by it for so long."""
    found = _judged(issuer, _accuracy(days * DAY.total_seconds()), trust, tmp_path)
    assert (found.indication, found.sub_indication) == ("INDETERMINATE", "OUT_OF_BOUNDS_NO_POE")
    assert "timestamp-vague" in [w.code for w in found.warnings]


def test_less_than_no_inaccuracy_is_none(issuer: Issuer, trust: Path, tmp_path: Path) -> None:
    found = _judged(issuer, keys.sequence(core.Integer(-86400).dump()), trust, tmp_path)
    assert (found.best_time_source, found.best_time) == ("timestamp", NOW)

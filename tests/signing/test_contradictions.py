"""Signed attributes that say two things, of which programs read the one or the other."""

from datetime import timedelta
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric import ec

from app.sample.authority import Issuer
from signing.validation import validate
from tests.signing import odd_keys as keys
from tests.signing import odd_values as values
from tests.signing.conftest import NOW
from tests.signing.odd_kinds import Makers, document
from tests.signing.odd_values import Value


def _time(days: int) -> bytes:
    return keys.der(0x17, f"{NOW + timedelta(days=days):%y%m%d%H%M%SZ}".encode())


def _attributes(kind: str, makers: Makers, value: Value) -> list[bytes]:
    other = makers.ecdsa(ec.SECP256R1(), "sha256").certificate
    own = value.maker.certificate
    return {
        "named twice": [values.reference(own, "sha1"), values.reference(own)],
        "the older one names another": [values.reference(other, "sha1"), values.reference(own)],
        "the newer one names another": [values.reference(own, "sha1"), values.reference(other)],
        "one time": [values.reference(own), values.attribute(values.SIGNING_TIME, _time(0))],
        "two times": [
            values.reference(own),
            *(values.attribute(values.SIGNING_TIME, _time(-days)) for days in (0, 300)),
        ],
        "two times in one": [
            values.reference(own),
            values.attribute(values.SIGNING_TIME, *sorted((_time(0), _time(-300)))),
        ],
    }[kind]


@pytest.mark.parametrize(
    ("kind", "code"),
    [
        ("named twice", None),
        ("the older one names another", "certificate-mismatch"),
        ("the newer one names another", "certificate-mismatch"),
        ("one time", None),
        ("two times", "cms-contradicts"),
        ("two times in one", "cms-contradicts"),
    ],
)
def test_what_is_signed_says_one_thing(
    kind: str, code: str | None, issuer: Issuer, trust: Path, tmp_path: Path
) -> None:
    makers = Makers(issuer, NOW)
    value = Value(makers.ecdsa(ec.SECP256R1(), "sha256"))
    more = values.and_also(*_attributes(kind, makers, value), made=values.older_attributes)
    (path := tmp_path / "judged.pdf").write_bytes(document(value.but(attributes=more)))
    (found,) = validate(path, anchors=[trust]).signatures
    assert (found.reason and found.reason.code) == code
    assert found.indication == ("INDETERMINATE" if code else "TOTAL-PASSED")

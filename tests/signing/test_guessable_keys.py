"""Keys whose private part anybody can compute sign for nobody, however rightly they were certified."""

from math import prod
from pathlib import Path

import pytest
from asn1crypto import keys as public_keys
from cryptography.hazmat.primitives.asymmetric import rsa

from app.sample.authority import Issuer
from signing.cms import guessable_keys
from signing.reports.report import SignatureReport
from signing.validation import validate
from tests.signing import odd_keys as keys
from tests.signing import odd_times
from tests.signing import odd_values as values
from tests.signing.conftest import NOW
from tests.signing.odd_keys import Maker
from tests.signing.odd_kinds import Makers, document
from tests.signing.odd_values import Value

EXPONENT = 65537
#: The product of the first 126 primes, of which the keys of CVE-2017-15361 with 1024-bit primes are made.
MANY = prod(n for n in range(2, 702) if all(n % d for d in range(2, n)))


def _is_prime(number: int) -> bool:
    return pow(2, number - 1, number) == 1 and (number - 1) % EXPONENT != 0


def _next(number: int) -> int:
    return next(n for n in range(number + 2, number + 20_000, 2) if _is_prime(n))


def _of_few(start: int) -> int:
    """A prime k·M + (65537^a mod M), the first one of these with k from here on (its top bits set)."""
    first = (3 << 1022) // MANY
    rest = pow(EXPONENT, 1000 + start, MANY)
    return next(p for k in range(first, first + 20_000) if _is_prime(p := (k + start) * MANY + rest))


@pytest.fixture(scope="module")
def factors() -> dict[str, tuple[int, ...]]:
    """The factors of the keys that are tried."""
    fresh = rsa.generate_private_key(EXPONENT, 2048).private_numbers()
    return {
        "drawn at random": (fresh.p, fresh.q),
        "a small factor": (9973, fresh.p, fresh.q),
        "a square": (fresh.p, fresh.p),
        "two primes side by side": (fresh.p, _next(fresh.p)),
        "of few": (_of_few(0), _of_few(1)),
    }


def _maker(makers: Makers, found: tuple[int, ...], *, extensions: tuple[bytes, ...] | None = None) -> Maker:
    """Who signs by the key of these factors, computed from nothing else."""
    modulus = prod(found)
    order = prod(p - 1 for p in found) if len(set(found)) == len(found) else found[0] * (found[0] - 1)
    power = pow(EXPONENT, -1, order)
    inside = public_keys.RSAPublicKey({"modulus": modulus, "public_exponent": EXPONENT})
    public = public_keys.PublicKeyInfo.wrap(inside, "rsa").dump()
    size = (modulus.bit_length() + 7) // 8

    def value(message: bytes) -> bytes:
        said = keys.sequence(
            keys.algorithm(keys.DIGESTS["sha256"], keys.NULL), keys.der(4, keys.digest_of("sha256", message))
        )
        block = b"\x00\x01" + b"\xff" * (size - 3 - len(said)) + b"\x00" + said
        return pow(int.from_bytes(block, "big"), power, modulus).to_bytes(size, "big")

    any_key = rsa.generate_private_key(EXPONENT, 2048)
    certificate = keys.certificate(makers.issuer, any_key, NOW, public=public, extensions=extensions)
    said = keys.algorithm(keys.RSA["sha256"], keys.NULL)
    return Maker(certificate, said, value, above=makers.above)


def _judged(data: bytes, trust: Path, folder: Path) -> SignatureReport:
    path = folder / "judged.pdf"
    path.write_bytes(data)
    (found,) = validate(path, anchors=[trust]).signatures
    return found


@pytest.mark.parametrize(
    ("kind", "told"),
    [
        ("drawn at random", None),
        ("a small factor", "known-key"),
        ("a square", "known-key"),
        ("two primes side by side", "known-key"),
        ("of few", "narrow-key"),
    ],
)
def test_who_can_be_impersonated_by_anybody_signed_nothing(
    kind: str,
    told: str | None,
    factors: dict[str, tuple[int, ...]],
    issuer: Issuer,
    trust: Path,
    tmp_path: Path,
) -> None:
    found = _judged(document(Value(_maker(Makers(issuer, NOW), factors[kind]))), trust, tmp_path)
    assert found.intact
    if told == "known-key":
        assert found.indication == "INDETERMINATE"
        assert found.sub_indication == "CRYPTO_CONSTRAINTS_FAILURE_NO_POE"
        assert found.reason
        assert found.reason.code == told
    else:
        assert found.indication == "TOTAL-PASSED"
        assert [w.code for w in found.warnings if "key" in w.code] == ([told] if told else [])


def test_nobody_proves_a_time_by_a_key_that_anybody_has(
    factors: dict[str, tuple[int, ...]], issuer: Issuer, trust: Path, tmp_path: Path
) -> None:
    makers = Makers(issuer, NOW)
    stamping = (keys.key_usage(), odd_times.TIME_STAMPING)
    for kind, proves in (("drawn at random", True), ("two primes side by side", False)):
        by = Value(_maker(makers, factors[kind], extensions=stamping))
        token = lambda made, by=by: odd_times.token(by, made, NOW)  # noqa: E731
        value = Value(
            makers.rsa(),
            unsigned=lambda made, t=token: values.attribute(odd_times.SIGNATURE_TIMESTAMP, t(made)),  # type: ignore[misc]
        )
        found = _judged(document(value), trust, tmp_path)
        assert (found.best_time_source == "timestamp") is proves


def test_keys_of_other_kinds_and_fresh_ones_are_left_alone(issuer: Issuer) -> None:
    makers = Makers(issuer, NOW)
    for maker in (makers.edwards(255, "sha512"), makers.dsa("sha256"), makers.rsa(), makers.rsa(size=3000)):
        assert guessable_keys.weakness(maker.certificate.public_key) is None

"""RSA keys whose private part can be told from the public one, as broken makers of keys left them.

Only what anybody computes within moments from the certificate alone; whether a key is long enough is asked
elsewhere (policies). Not asked is whether a modulus is a prime itself: that takes 0.1 s for 4096 bits.
"""

from functools import cache, lru_cache
from itertools import compress
from math import gcd, isqrt, prod
from typing import Literal

from asn1crypto import keys

#: `known`: anybody has the private key. `narrow`: it is one of few enough for a rich attacker.
Weakness = Literal["known", "narrow"]

SMALL = 10_000  # primes up to here are tried as factors; no maker of keys takes such
#: Steps of Fermat's method (CVE-2022-26320: both primes were searched from one starting point). Primes that
#: were drawn at random are further apart than a hundred steps reach, and than FIPS 186-5, A.1.3, allows.
STEPS = 100
MOST_BITS = 16_384  # of a modulus; nobody has longer keys, and to try them takes seconds
GENERATOR = 65537  # of the numbers of which the primes of CVE-2017-15361 are, modulo each small prime
FINGERPRINT = 167  # the primes up to here divide the primorial from which keys of every length were made


def weakness(key: keys.PublicKeyInfo) -> Weakness | None:
    """None where nothing of this is found, for keys of other kinds too."""
    if key.algorithm not in ("rsa", "rsassa_pss"):
        return None
    public = key["public_key"].parsed
    return _of_rsa(int(public["modulus"].native), int(public["public_exponent"].native))


@lru_cache(1000)
def _of_rsa(modulus: int, exponent: int) -> Weakness | None:
    if modulus < SMALL or exponent < 3 or exponent % 2 == 0:  # 1 leaves every value as it is
        return "known"
    if modulus.bit_length() > MOST_BITS:
        return None
    if gcd(modulus, _product()) > 1 or _is_close(modulus):
        return "known"
    return "narrow" if _is_of_few(modulus) else None


def _is_close(modulus: int) -> bool:
    """Are its two primes the same, or so close that Fermat's method finds them?"""
    middle = isqrt(modulus)
    for half in range(middle, middle + STEPS + 1):
        rest = half * half - modulus
        if rest >= 0 and isqrt(rest) ** 2 == rest:
            return True
    return False


def _is_of_few(modulus: int) -> bool:
    """Has it the marks of CVE-2017-15361 (Nemec and others, "The Return of Coppersmith's Attack", 2017)?
    Another key has them once in 2^27."""
    return all(modulus % prime in _powers(prime) for prime in _primes(FINGERPRINT) if prime > 2)


@cache
def _product() -> int:
    return prod(_primes(SMALL))


@cache
def _powers(prime: int) -> frozenset[int]:
    return frozenset(pow(GENERATOR, power, prime) for power in range(prime))


@cache
def _primes(most: int) -> tuple[int, ...]:
    is_prime = bytearray([0, 0]) + bytearray([1]) * (most - 1)
    for number in range(2, isqrt(most) + 1):
        if is_prime[number]:
            is_prime[number * number :: number] = bytes(len(range(number * number, most + 1, number)))
    return tuple(compress(range(most + 1), is_prime))

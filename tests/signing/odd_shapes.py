"""CMS objects in odd shapes, with ordinary algorithms."""

from datetime import datetime, timedelta

from cryptography.hazmat.primitives.asymmetric import ec

from tests.signing import odd_keys as keys
from tests.signing import odd_values as values
from tests.signing.odd_keys import Maker
from tests.signing.odd_kinds import Makers
from tests.signing.odd_values import Value


def shapes(makers: Makers) -> dict[str, Value]:
    """Of the object but for its signed attributes."""
    plain, by_rsa = makers.ecdsa(ec.SECP256R1(), "sha256"), makers.rsa()
    certificate, value = plain.certificate, Value(plain)
    unknown = values.attribute("1.3.6.1.4.1.99999.1", keys.der(0x0C, b"thu"))
    return {
        "BER": value.but(indefinite=True),
        "BER, RSA": Value(by_rsa, indefinite=True),
        "no certificate": value.but(certificates=()),
        "the authority first": value.but(certificates=(*plain.above, certificate.dump())),
        "a stranger's certificate besides": value.but(
            certificates=(by_rsa.certificate.dump(), certificate.dump(), *plain.above)
        ),
        "the certificate twice": value.but(
            certificates=(certificate.dump(), certificate.dump(), *plain.above)
        ),
        "named by the key": value.but(
            identifier=values.key_identifier(certificate), signer_version=3, version=3
        ),
        "named by the key, version 1": value.but(identifier=values.key_identifier(certificate)),
        "version 3": value.but(version=3),
        "version 5, signer 3": value.but(version=5, signer_version=3),
        "version 4": value.but(version=4),
        "no digest listed": value.but(digests_listed=()),
        "another digest listed": value.but(digests_listed=("sha512",)),
        "an unknown unsigned attribute": value.but(unsigned=lambda _: unknown),
        "an empty list of unsigned attributes": value.but(unsigned=lambda _: b""),
        "two signers": value.but(signers=lambda covered: [Value(by_rsa).signer(covered)]),
        "zeros behind": value.but(after=bytes(300)),
        "bytes behind": value.but(after=b"other"),
        "a list of revoked certificates": value.but(lists=makers.issuer.revocation_list(makers.now)),
        "signature algorithm for a digest": Value(
            Maker(by_rsa.certificate, by_rsa.said, by_rsa.sign, above=by_rsa.above, digest_said=by_rsa.said)
        ),
        "digest without NULL": Value(
            Maker(
                by_rsa.certificate,
                by_rsa.said,
                by_rsa.sign,
                above=by_rsa.above,
                digest_said=keys.algorithm(keys.DIGESTS["sha256"]),
            )
        ),
        "SHA-1 within SHA-256": Value(makers.mixed("sha256", "sha1")),
        "SHA-256 within SHA-512": Value(makers.mixed("sha512", "sha256")),
        "content in the object": value.but(encapsulated=lambda covered: covered),
        "empty content in the object": value.but(encapsulated=lambda _: b""),
        "empty content beside what is signed": value.but(encapsulated=lambda _: b"", beside=True),
        "other content beside what is signed": value.but(encapsulated=lambda _: b"%PDF-1.7", beside=True),
    }


def attributes(makers: Makers) -> dict[str, Value]:
    """Of the signed attributes."""
    plain = makers.ecdsa(ec.SECP256R1(), "sha256")
    certificate, value = plain.certificate, Value(plain)
    serial = values.issuer_serial(certificate)
    other = keys.sequence(keys.der(0xA4, keys.name(b"\x0c", b"OTHER AUTHORITY"))) + keys.der(2, b"\x05")
    sha256, made = keys.DIGESTS["sha256"], keys.der(0xA1, plain.said[2:])
    protection = keys.sequence(keys.algorithm(sha256), made)
    protection_null = keys.sequence(keys.algorithm(sha256, keys.NULL), made)
    signing_time = values.attribute(
        values.SIGNING_TIME, keys.der(0x17, f"{makers.now:%y%m%d%H%M%SZ}".encode())
    )
    unknown = values.attribute("1.3.6.1.4.1.99999.1", keys.der(0x0C, b"thu"))

    def named(*references: bytes) -> Value:
        return value.but(attributes=values.and_also(*references, made=values.older_attributes))

    found = {
        "signing time": value.but(attributes=values.and_also(signing_time)),
        "attributes out of order, signed as they stand": value.but(in_order=False, signed_in_order=False),
        "attributes the other way round, signed as they stand": value.but(
            attributes=lambda v, d: values.plain_attributes(v, d)[::-1],
            in_order=False,
            signed_in_order=False,
        ),
        "attributes out of order, signed in order": value.but(in_order=False),
        "attributes in order, signed out of order": value.but(signed_in_order=False),
        "attributes of indefinite length": value.but(indefinite_attributes=True),
        "attributes of indefinite length, out of order": value.but(
            indefinite_attributes=True, in_order=False
        ),
        "no signed attributes, PKCS#7": value.but(attributes=None),
        "an unknown signed attribute": value.but(attributes=values.and_also(unknown)),
        "named by SHA-1": named(values.reference(certificate, "sha1")),
        "named by SHA-1 and SHA-256": named(
            values.reference(certificate, "sha1"), values.reference(certificate, "sha256")
        ),
        "named by SHA-512": named(values.reference(certificate, "sha512")),
        "named by SHA-384, with issuer": named(values.reference(certificate, "sha384", serial)),
        "named with issuer": named(values.reference(certificate, issuer=serial)),
        "named with another issuer": named(values.reference(certificate, issuer=other)),
        "not named": value.but(attributes=values.older_attributes),
        "algorithm protection": value.but(
            attributes=values.and_also(values.attribute(values.ALGORITHM_PROTECTION, protection))
        ),
        "algorithm protection with NULL": value.but(
            attributes=values.and_also(values.attribute(values.ALGORITHM_PROTECTION, protection_null))
        ),
        "the digest signed twice": value.but(
            attributes=lambda v, d: [*values.plain_attributes(v, d), values.plain_attributes(v, d)[1]]
        ),
    }
    for name, time in _times(makers.now).items():
        more = values.attribute(values.SIGNING_TIME, time)
        found[f"signing time {name}"] = value.but(attributes=values.and_also(more))
    return found


def _times(now: datetime) -> dict[str, bytes]:
    """Ways in which a signing time is written."""
    local = now + timedelta(hours=7)
    return {
        "generalized": keys.der(0x18, f"{now:%Y%m%d%H%M%SZ}".encode()),
        "with fractions": keys.der(0x18, f"{now:%Y%m%d%H%M%S.123Z}".encode()),
        "with an offset": keys.der(0x17, f"{local:%y%m%d%H%M%S+0700}".encode()),
        "generalized, with an offset": keys.der(0x18, f"{local:%Y%m%d%H%M%S+0700}".encode()),
        "without seconds": keys.der(0x17, f"{now:%y%m%d%H%MZ}".encode()),
        "without a zone": keys.der(0x17, f"{now:%y%m%d%H%M%S}".encode()),
        "that is none": keys.der(0x17, b"yesterday"),
    }

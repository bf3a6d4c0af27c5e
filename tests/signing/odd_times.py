"""Timestamp tokens (RFC 3161) in the shapes of other makers, and signatures that carry them."""

import hashlib
from datetime import datetime

from cryptography.hazmat.primitives.asymmetric import ec

from tests.signing import handwritten as by_hand
from tests.signing import odd_keys as keys
from tests.signing import odd_values as values
from tests.signing.odd_keys import Maker
from tests.signing.odd_kinds import Makers, document
from tests.signing.odd_values import Value

TST_INFO = "1.2.840.113549.1.9.16.1.4"
SIGNATURE_TIMESTAMP = "1.2.840.113549.1.9.16.2.14"
ARCHIVE_TIMESTAMP = "0.4.0.1733.2.4"
TIME_STAMPING = keys.extension("2.5.29.37", keys.sequence(keys.oid("1.3.6.1.5.5.7.3.8")), critical=True)


def authority(makers: Makers, curve: ec.EllipticCurve | None = None, usage: bytes = TIME_STAMPING) -> Maker:
    """Who stamps, under the same root; for what, as an extension."""
    key = ec.generate_private_key(curve or ec.SECP256R1())
    named = keys.name(b"\x0c", "TSA MẪU".encode())
    certificate = keys.certificate(
        makers.issuer, key, makers.now, subject=named, extensions=(keys.key_usage(), usage)
    )
    return Maker(
        certificate,
        keys.algorithm(keys.ECDSA["sha256"]),
        lambda message: keys.ecdsa_value(key, "sha256", message),
        above=makers.above,
    )


def token(
    by: Value, stamped: bytes, now: datetime, *, digest: str = "sha256", more: bytes = b"", time: bytes = b""
) -> bytes:
    """A token over these bytes. `more`: further parts of what it says, after the time."""
    imprint = keys.sequence(
        keys.algorithm(keys.DIGESTS[digest], keys.NULL), keys.der(4, keys.digest_of(digest, stamped))
    )
    info = keys.sequence(
        b"\x02\x01\x01",
        keys.oid("1.3.6.1.4.1.99999.2"),
        imprint,
        keys.der(2, b"\x07" + hashlib.sha256(stamped).digest()[:8]),
        time or keys.der(0x18, f"{now:%Y%m%d%H%M%SZ}".encode()),
        more,
    )
    return by.but(content_type=TST_INFO, encapsulated=lambda _: info, version=3)(b"")


def timestamps(makers: Makers) -> dict[str, bytes]:
    """Signatures with tokens."""
    signer = makers.ecdsa(ec.SECP256R1(), "sha256")
    now, stamper = makers.now, authority(makers)
    plain = Value(stamper)
    accuracy, ordering, nonce = keys.sequence(b"\x02\x01\x01"), b"\x01\x01\xff", b"\x02\x01\x2a"
    name = keys.der(0xA0, keys.der(0xA4, stamper.certificate.subject.dump()))
    other = keys.der(0xA0, keys.der(0xA4, keys.name(b"\x0c", b"OTHER")))

    def stamped(by: Value, **said: object) -> bytes:
        return document(
            Value(
                signer,
                unsigned=lambda made: values.attribute(SIGNATURE_TIMESTAMP, token(by, made, now, **said)),  # type: ignore[arg-type]
            )
        )

    def with_attributes(*attributes: tuple[str, bytes]) -> bytes:
        return document(
            Value(
                signer,
                unsigned=lambda made: b"".join(
                    values.attribute(kind, token(plain, what or made, now)) for kind, what in attributes
                ),
            ),
            room=24_000,
        )

    sha1_named = plain.but(
        attributes=lambda v, d: [
            *values.older_attributes(v, d),
            values.reference(stamper.certificate, "sha1"),
        ]
    )
    return {
        "a token": stamped(plain),
        "a token that brings no certificate": stamped(plain.but(certificates=())),
        "a token that brings no certificate, in a value that does": document(
            Value(
                signer,
                certificates=(signer.certificate.dump(), stamper.certificate.dump(), *signer.above),
                unsigned=lambda made: values.attribute(
                    SIGNATURE_TIMESTAMP, token(plain.but(certificates=()), made, now)
                ),
            )
        ),
        "a token named by SHA-1": stamped(sha1_named),
        "a token that names no certificate": stamped(plain.but(attributes=values.older_attributes)),
        "a token in BER": stamped(plain.but(indefinite=True)),
        "a token of SHA-512": stamped(plain, digest="sha512"),
        "a token of SHA-1": stamped(plain, digest="sha1"),
        "a token of SHA3-256": stamped(plain, digest="sha3_256"),
        "a token with all that it may say": stamped(plain, more=accuracy + ordering + nonce + name),
        "a token by another name": stamped(plain, more=other),
        "a token with fractions of a second": stamped(
            plain, time=keys.der(0x18, f"{now:%Y%m%d%H%M%S.25Z}".encode())
        ),
        "a token of a brainpool key": stamped(Value(authority(makers, ec.BrainpoolP256R1()))),
        "two tokens": with_attributes((SIGNATURE_TIMESTAMP, b""), (SIGNATURE_TIMESTAMP, b"")),
        "a token and one that is broken": with_attributes(
            (SIGNATURE_TIMESTAMP, b""), (SIGNATURE_TIMESTAMP, b"other")
        ),
        "a broken token": with_attributes((SIGNATURE_TIMESTAMP, b"other")),
        "an archive timestamp in the value": with_attributes(
            (SIGNATURE_TIMESTAMP, b""), (ARCHIVE_TIMESTAMP, b"all")
        ),
        "two tokens in one attribute": document(
            Value(
                signer,
                unsigned=lambda made: values.attribute(
                    SIGNATURE_TIMESTAMP, token(plain, made, now), token(plain, made, now, digest="sha512")
                ),
            ),
            room=24_000,
        ),
        "what is no token": document(
            Value(
                signer,
                unsigned=lambda _: values.attribute(SIGNATURE_TIMESTAMP, keys.sequence(b"\x02\x01\x01")),
            )
        ),
        "what is no token, and a token": document(
            Value(
                signer,
                unsigned=lambda made: (
                    values.attribute(SIGNATURE_TIMESTAMP, keys.sequence(b"\x02\x01\x01"))
                    + values.attribute(SIGNATURE_TIMESTAMP, token(plain, made, now))
                ),
            )
        ),
        "what is no token, and a token, in one attribute": document(
            Value(
                signer,
                unsigned=lambda made: values.attribute(
                    SIGNATURE_TIMESTAMP, keys.sequence(b"\x02\x01\x01"), token(plain, made, now)
                ),
            )
        ),
        "a token of the content": _content_stamped(makers, plain),
    }


def document_timestamps(makers: Makers) -> dict[str, bytes]:
    """Documents with a timestamp of their own and no signature."""
    now, plain = makers.now, Value(authority(makers))
    return {
        "a document timestamp": document_stamp(makers, plain),
        "a document timestamp in BER": document_stamp(makers, plain.but(indefinite=True)),
        "a document timestamp of SHA-512": document_stamp(makers, plain, digest="sha512"),
        "a document timestamp with fractions": document_stamp(
            makers, plain, time=keys.der(0x18, f"{now:%Y%m%d%H%M%S.5Z}".encode())
        ),
        "a document timestamp that says to be a signature": document_stamp(makers, plain, kind=b"/Sig"),
        "a document timestamp without a type": document_stamp(makers, plain, kind=b""),
    }


def _content_stamped(makers: Makers, by: Value) -> bytes:
    """A content timestamp, in the signed attributes: over the bytes that the signature covers."""
    signer = makers.ecdsa(ec.SECP256R1(), "sha256")

    def make(covered: bytes) -> bytes:
        stamp = values.attribute(values.CONTENT_TIMESTAMP, token(by, covered, makers.now))
        return Value(signer, values.and_also(stamp))(covered)

    return document(make)


def document_stamp(makers: Makers, by: Value, kind: bytes = b"/DocTimeStamp", **said: object) -> bytes:
    start = by_hand.document()
    objects = by_hand.signing(start.size, by_hand.base())
    number = start.size + 1
    body = objects[number].replace(b"ETSI.CAdES.detached", b"ETSI.RFC3161")
    objects[number] = body.replace(b"/Type/Sig", b"/Type" + kind if kind else b"", 1)
    draft = by_hand.updated(start, objects)
    return values.placed(draft, lambda covered: token(by, covered, makers.now, **said)).data  # type: ignore[arg-type]

"""Signature values, CMS objects (RFC 5652), in the legal and the odd shapes of other makers, by hand."""

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace

from asn1crypto import x509

from tests.signing.handwritten import Written
from tests.signing.odd_keys import DIGESTS, NULL, Maker, algorithm, der, digest_of, oid, sequence

DATA, SIGNED_DATA = "1.2.840.113549.1.7.1", "1.2.840.113549.1.7.2"
CONTENT_TYPE, MESSAGE_DIGEST = "1.2.840.113549.1.9.3", "1.2.840.113549.1.9.4"
SIGNING_TIME = "1.2.840.113549.1.9.5"
SIGNING_CERTIFICATE = "1.2.840.113549.1.9.16.2.12"
SIGNING_CERTIFICATE_V2 = "1.2.840.113549.1.9.16.2.47"
ALGORITHM_PROTECTION = "1.2.840.113549.1.9.52"
CONTENT_TIMESTAMP = "1.2.840.113549.1.9.16.2.20"

MARK = b"/ByteRange [0 0000000000 0000000000 0000000000]"  # as handwritten.signature leaves it
Make = Callable[[bytes], bytes]
Attributes = Callable[["Value", bytes], list[bytes]]


def placed(
    draft: Written,
    make: Make,
    written: Callable[[bytes, int], bytes] = lambda value, room: value.hex().encode().ljust(room, b"0"),
) -> Written:
    """The document with the value that is made of the bytes which it covers. `written`: the value as it
    stands in its room, as many characters as that has."""
    data = bytearray(draft.data)
    range_at = data.rindex(MARK)
    first = data.index(b"/Contents <", range_at) + len(b"/Contents ")
    second = data.index(b">", first) + 1
    text = b"/ByteRange [0 %d %d %d]" % (first, second, len(data) - second)
    data[range_at : range_at + len(MARK)] = text.ljust(len(MARK))
    room = written(make(bytes(data[:first]) + bytes(data[second:])), second - first - 2)
    assert len(room) == second - first - 2
    data[first + 1 : second - 1] = room
    return replace(draft, data=bytes(data))


def attribute(dotted: str, *values: bytes) -> bytes:
    return sequence(oid(dotted), der(0x31, *values))


def reference(certificate: x509.Certificate, digest: str = "sha256", issuer: bytes | None = None) -> bytes:
    """The attribute that names the certificate (RFC 5035): by SHA-1 the older one, else the newer; `issuer`
    the content of its IssuerSerial, which is optional."""
    said = b"" if digest in ("sha1", "sha256") else algorithm(DIGESTS[digest])
    named = sequence(
        said,
        der(0x04, digest_of(digest, certificate.dump())),
        sequence(issuer) if issuer is not None else b"",
    )
    kind = SIGNING_CERTIFICATE if digest == "sha1" else SIGNING_CERTIFICATE_V2
    return attribute(kind, sequence(sequence(named)))


def issuer_serial(certificate: x509.Certificate) -> bytes:
    """The content of an IssuerSerial: GeneralNames and a number."""
    return (
        sequence(der(0xA4, certificate.issuer.dump()))
        + certificate["tbs_certificate"]["serial_number"].dump()
    )


def plain_attributes(value: "Value", digest: bytes) -> list[bytes]:
    """Those of a PAdES signature."""
    return [
        attribute(CONTENT_TYPE, oid(value.content_type)),
        attribute(MESSAGE_DIGEST, der(0x04, digest)),
        reference(value.maker.certificate),
    ]


def older_attributes(value: "Value", digest: bytes) -> list[bytes]:
    """Those of PKCS#7."""
    return plain_attributes(value, digest)[:2]


def and_also(*more: bytes, made: Attributes = plain_attributes) -> Attributes:
    return lambda value, digest: [*made(value, digest), *more]


@dataclass(frozen=True)
class Value:
    """A CMS object in the making. What is not said is as most make it."""

    maker: Maker
    attributes: Attributes | None = plain_attributes  # None: the value is over the content itself
    in_order: bool = True  # of DER, in the object
    signed_in_order: bool = True  # of DER, in what was signed
    certificates: tuple[bytes, ...] | None = None  # instead of the signer's alone
    identifier: bytes | None = None  # of the signer
    version: int = 1
    signer_version: int = 1
    unsigned: Callable[[bytes], bytes] | None = None  # the content of the attributes, of the value
    lists: bytes = b""  # revocation data beside the certificates
    encapsulated: Callable[[bytes], bytes] | None = None  # content in the object, of what the file holds
    beside: bool = False  # such content is not what is signed
    content_type: str = DATA
    digests_listed: tuple[str, ...] | None = None
    signers: Callable[[bytes], Sequence[bytes]] = field(default=lambda _: ())  # further ones
    indefinite: bool = False  # lengths (BER)
    indefinite_attributes: bool = False  # the length of the attributes alone
    after: bytes = b""  # behind the object

    def but(self, **changes: object) -> "Value":
        return replace(self, **changes)  # type: ignore[arg-type]

    def __call__(self, covered: bytes) -> bytes:
        """The object over the bytes that the signature covers."""
        content = self.encapsulated(covered) if self.encapsulated else None
        digests = self.digests_listed or (self.maker.digest,)
        inside = b"" if content is None else self._wrapped(0xA0, der(0x04, content))
        certificates = self.certificates
        if certificates is None:
            certificates = (self.maker.certificate.dump(), *self.maker.above)
        signed = self._wrapped(
            0x30,
            der(0x02, bytes((self.version,))),
            der(0x31, *(algorithm(DIGESTS[d], NULL) for d in digests)),
            self._wrapped(0x30, oid(self.content_type), inside),
            self._wrapped(0xA0, *certificates) if certificates else b"",
            der(0xA1, self.lists) if self.lists else b"",
            self._wrapped(
                0x31,
                self.signer(covered if content is None or self.beside else content),
                *self.signers(covered),
            ),
        )
        return self._wrapped(0x30, oid(SIGNED_DATA), self._wrapped(0xA0, signed)) + self.after

    def signer(self, content: bytes) -> bytes:
        """SignerInfo."""
        maker, attributes, message = self.maker, b"", content
        if self.attributes is not None:
            made = self.attributes(self, digest_of(maker.digest, content))
            standing = sorted(made) if self.in_order else made
            attributes = der(0xA0, *standing)
            if self.indefinite_attributes:
                attributes = b"\xa0\x80" + b"".join(standing) + b"\x00\x00"
            message = der(0x31, *(sorted(made) if self.signed_in_order else made))
        made_value = maker.sign(message)
        parts = maker.certificate["tbs_certificate"]
        return sequence(
            der(0x02, bytes((self.signer_version,))),
            self.identifier or sequence(parts["issuer"].dump(), parts["serial_number"].dump()),
            maker.digest_said or algorithm(DIGESTS[maker.digest], NULL),
            attributes,
            maker.said,
            der(0x04, made_value),
            der(0xA1, self.unsigned(made_value)) if self.unsigned else b"",
        )

    def _wrapped(self, tag: int, *parts: bytes) -> bytes:
        if self.indefinite:
            return bytes((tag, 0x80)) + b"".join(parts) + b"\x00\x00"
        return der(tag, *parts)


def key_identifier(certificate: x509.Certificate) -> bytes:
    """The other way to name a signer: by the identifier of the key."""
    return der(0x80, certificate.key_identifier)


def older_digest(covered: bytes) -> bytes:
    """What adbe.pkcs7.sha1 has for content: SHA-1 of the covered bytes."""
    return hashlib.sha1(covered, usedforsecurity=False).digest()

"""The catalogue: signatures of every odd kind that is known from other makes and their tests.

`algorithms`: by which mathematics. `documents`: other kinds of signature than PAdES, whole PDFs. Others are
in odd_shapes, odd_times, odd_certificates and odd_papers.
"""

from datetime import datetime

from cryptography.hazmat.primitives.asymmetric import dsa, ec, ed448, ed25519, rsa
from cryptography.hazmat.primitives.serialization import Encoding

from app.sample.authority import Issuer
from tests.signing import handwritten as by_hand
from tests.signing import odd_keys as keys
from tests.signing import odd_values as values
from tests.signing.odd_keys import Maker
from tests.signing.odd_values import Make, Value

DETACHED, PADES = b"adbe.pkcs7.detached", b"ETSI.CAdES.detached"


def document(make: Make, subfilter: bytes = PADES, value: bytes = b"", room: int = by_hand.ROOM) -> bytes:
    """A page that is signed by this value."""
    start = by_hand.document()
    objects = by_hand.signing(start.size, by_hand.base(), value=value)
    number = start.size + 1
    objects[number] = by_hand.signature(room, value).replace(PADES, subfilter)
    return values.placed(by_hand.updated(start, objects), make).data


class Makers:
    """Signers by each kind of key; all under one authority."""

    def __init__(self, issuer: Issuer, now: datetime) -> None:
        self.issuer, self.now = issuer, now
        self.above = (issuer.issuing.certificate.public_bytes(Encoding.DER),)
        self._rsa = {size: rsa.generate_private_key(65537, size) for size in (1024, 2048)}

    def rsa(
        self, digest: str = "sha256", *, said: str | None = None, size: int = 2048, null: bytes = keys.NULL
    ) -> Maker:
        """PKCS#1 v1.5. `said`: the digest that the algorithm names, "" for the bare key's."""
        key = self._rsa.get(size) or rsa.generate_private_key(65537, size)
        named = keys.RSA[digest if said is None else said]
        return Maker(
            keys.certificate(self.issuer, key, self.now),
            keys.algorithm(named, null),
            lambda message: keys.rsa_value(key, digest, message),
            digest,
            self.above,
        )

    def mixed(self, digest: str, within: str) -> Maker:
        """One digest over the content, another over the attributes."""
        key = self._rsa[2048]
        return Maker(
            keys.certificate(self.issuer, key, self.now),
            keys.algorithm(keys.RSA[within], keys.NULL),
            lambda message: keys.rsa_value(key, within, message),
            digest,
            self.above,
        )

    def pss(self, digest: str, mask: str, salt: int, *, in_key: str | None = None) -> Maker:
        """RSASSA-PSS; `in_key`: the certificate names it too, with these or without parameters."""
        key = self._rsa[2048]
        said = keys.algorithm(keys.PSS, keys.pss_parameters(digest, mask, salt))
        public = None
        if in_key is not None:
            plain = keys.certificate(self.issuer, key, self.now).public_key["public_key"].dump()
            inside = {
                "": b"",
                "least": keys.pss_parameters(digest, mask, 20),
                "same": keys.pss_parameters(digest, mask, salt),
            }
            public = keys.sequence(keys.algorithm(keys.PSS, inside[in_key]), plain)
        return Maker(
            keys.certificate(self.issuer, key, self.now, public=public),
            said,
            lambda message: keys.pss_value(key, digest, mask, salt, message),
            digest,
            self.above,
        )

    def ecdsa(self, curve: ec.EllipticCurve, digest: str, said: str | None = None) -> Maker:
        key = ec.generate_private_key(curve)
        return Maker(
            keys.certificate(self.issuer, key, self.now),
            keys.algorithm(keys.ECDSA[digest if said is None else said]),
            lambda message: keys.ecdsa_value(key, digest, message),
            digest,
            self.above,
        )

    def plain_ecdsa(self, digest: str) -> Maker:
        key = ec.generate_private_key(ec.SECP256R1())
        return Maker(
            keys.certificate(self.issuer, key, self.now),
            keys.algorithm(keys.PLAIN_ECDSA[digest]),
            lambda message: keys.plain_ecdsa_value(key, digest, message),
            digest,
            self.above,
        )

    def dsa(self, digest: str, said: str | None = None) -> Maker:
        key = dsa.generate_private_key(2048)
        return Maker(
            keys.certificate(self.issuer, key, self.now),
            keys.algorithm(keys.DSA[digest if said is None else said]),
            lambda message: key.sign(message, keys.library_digest(digest)),
            digest,
            self.above,
        )

    def edwards(self, bits: int, digest: str) -> Maker:
        key = ed25519.Ed25519PrivateKey.generate() if bits == 255 else ed448.Ed448PrivateKey.generate()
        said = keys.algorithm("1.3.101.112" if bits == 255 else "1.3.101.113")
        digest_said = keys.algorithm(keys.DIGESTS[digest])
        return Maker(
            keys.certificate(self.issuer, key, self.now), said, key.sign, digest, self.above, digest_said
        )


def algorithms(makers: Makers) -> dict[str, Maker]:
    """Those whose digests or keys are weak among them: intact is one thing, strong another."""
    found: dict[str, Maker] = {}
    for digest in keys.RSA:
        if digest:
            found[f"RSA {digest}"] = makers.rsa(digest)
    found |= {
        "RSA sha256, the bare key named": makers.rsa("sha256", said=""),
        "RSA sha512, the bare key named": makers.rsa("sha512", said=""),
        "RSA sha256, no NULL": makers.rsa("sha256", null=b""),
        "RSA sha256, no NULL, the bare key named": makers.rsa("sha256", said="", null=b""),
        "RSA 1024": makers.rsa(size=1024),
        "RSA 8192": makers.rsa(size=8192),
        "RSA 3000": makers.rsa(size=3000),
        "PSS sha256": makers.pss("sha256", "sha256", 32),
        "PSS sha512": makers.pss("sha512", "sha512", 64),
        "PSS sha384, salt 20": makers.pss("sha384", "sha384", 20),
        "PSS sha256, no salt": makers.pss("sha256", "sha256", 0),
        "PSS sha256, salt 100": makers.pss("sha256", "sha256", 100),
        "PSS sha256, mask sha1": makers.pss("sha256", "sha1", 20),
        "PSS sha1": makers.pss("sha1", "sha1", 20),
        "PSS sha3_256": makers.pss("sha3_256", "sha3_256", 32),
        "PSS in the key": makers.pss("sha256", "sha256", 32, in_key=""),
        "PSS in the key, same parameters": makers.pss("sha256", "sha256", 32, in_key="same"),
        "PSS in the key, a smaller salt": makers.pss("sha256", "sha256", 32, in_key="least"),
    }
    curves = (
        ec.SECP224R1,
        ec.SECP256R1,
        ec.SECP384R1,
        ec.SECP521R1,
        ec.SECP256K1,
        ec.BrainpoolP256R1,
        ec.BrainpoolP384R1,
        ec.BrainpoolP512R1,
    )
    for curve in curves:
        found[f"ECDSA {curve.name}"] = makers.ecdsa(curve(), "sha256")
    found |= {
        "ECDSA P-521 sha512": makers.ecdsa(ec.SECP521R1(), "sha512"),
        "ECDSA sha1": makers.ecdsa(ec.SECP256R1(), "sha1"),
        "ECDSA sha224": makers.ecdsa(ec.SECP256R1(), "sha224"),
        "ECDSA sha3_256": makers.ecdsa(ec.SECP256R1(), "sha3_256"),
        "ECDSA sha3_512": makers.ecdsa(ec.SECP256R1(), "sha3_512"),
        "ECDSA, the bare key named": makers.ecdsa(ec.SECP256R1(), "sha256", ""),
        "ECDSA sha384, the bare key named": makers.ecdsa(ec.SECP384R1(), "sha384", ""),
        "plain ECDSA sha256": makers.plain_ecdsa("sha256"),
        "plain ECDSA sha384": makers.plain_ecdsa("sha384"),
        "DSA sha1": makers.dsa("sha1"),
        "DSA sha256": makers.dsa("sha256"),
        "DSA, the bare key named": makers.dsa("sha256", ""),
        "Ed25519": makers.edwards(255, "sha512"),
        "Ed25519 with sha256": makers.edwards(255, "sha256"),
        "Ed448": makers.edwards(448, "shake256"),
        "Ed448 with sha512": makers.edwards(448, "sha512"),
    }
    return found


def documents(makers: Makers) -> dict[str, bytes]:
    """All that have a SubFilter of their own, and those shapes that one allows and the other forbids."""
    plain = makers.ecdsa(ec.SECP256R1(), "sha256")
    older = Value(plain, values.older_attributes)
    rsa_key = makers.rsa()
    return {
        "detached": document(older, DETACHED),
        "detached, no signed attributes": document(Value(plain, None), DETACHED),
        "detached, no signed attributes, RSA": document(Value(rsa_key, None), DETACHED),
        "detached, no signed attributes, RSA sha1": document(Value(makers.rsa("sha1"), None), DETACHED),
        "detached, PSS, no signed attributes": document(
            Value(makers.pss("sha256", "sha256", 32), None), DETACHED
        ),
        "detached, two signers": document(
            older.but(signers=lambda covered: [Value(rsa_key, values.older_attributes).signer(covered)]),
            DETACHED,
        ),
        "detached, Ed25519, no signed attributes": document(
            Value(makers.edwards(255, "sha512"), None), DETACHED
        ),
        "pkcs7.sha1": document(older.but(encapsulated=values.older_digest), b"adbe.pkcs7.sha1"),
        "pkcs7.sha1, RSA and SHA-1": document(
            Value(makers.rsa("sha1"), values.older_attributes, encapsulated=values.older_digest),
            b"adbe.pkcs7.sha1",
        ),
        "pkcs7.sha1, no signed attributes": document(
            Value(makers.rsa("sha1"), None, encapsulated=values.older_digest), b"adbe.pkcs7.sha1"
        ),
        "pkcs7.sha1, BER": document(
            older.but(encapsulated=values.older_digest, indefinite=True), b"adbe.pkcs7.sha1"
        ),
        "pkcs7.sha1 of other bytes": document(
            older.but(encapsulated=lambda _: bytes(20)), b"adbe.pkcs7.sha1"
        ),
        "detached with a digest for content": document(older.but(encapsulated=values.older_digest), DETACHED),
        "PAdES with a digest for content": document(Value(plain, encapsulated=values.older_digest)),
        "x509.rsa_sha1": bare(makers, "sha1"),
        "x509.rsa_sha1, a list of certificates": bare(makers, "sha1", listed=True),
        "x509.rsa_sha1, certificates in one string": bare(makers, "sha1", joined=True),
        "x509.rsa_sha1 with SHA-256": bare(makers, "sha256"),
        "an unknown SubFilter": document(older, b"x.unknown"),
        "an unknown SubFilter over something else": document(
            older.but(encapsulated=values.older_digest), b"x.unknown"
        ),
        "CMS of another kind": document(older.but(content_type="1.2.840.113549.1.7.5"), DETACHED),
    }


def bare(makers: Makers, digest: str, *, listed: bool = False, joined: bool = False) -> bytes:
    """adbe.x509.rsa_sha1: a PKCS#1 value in an OCTET STRING, and the certificates beside it in the dictionary
    (ISO 32000-1, 12.8.3.2)."""
    maker = makers.rsa(digest)
    ders = [maker.certificate.dump(), *maker.above]
    strings = [b"<%s>" % der.hex().encode() for der in ([b"".join(ders)] if joined else ders)]
    beside = b"/Cert[%s]" % b"".join(strings) if listed else b"/Cert " + strings[0]
    return document(lambda covered: keys.der(4, maker.sign(covered)), b"adbe.x509.rsa_sha1", beside)

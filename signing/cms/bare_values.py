"""The oldest kind of signature, adbe.x509.rsa_sha1 (ISO 32000-1, 12.8.3.2): a value in an OCTET STRING.

The certificates stand beside it in the signature dictionary. Here it is given the shape of the others: a CMS
object (RFC 5652) without signed attributes, whose value is over the content itself.
"""

from asn1crypto import algos, cms, core, x509
from asn1crypto import parser as asn1_parser
from pyhanko.pdf_utils.generic import ArrayObject, ByteStringObject, DictionaryObject, TextStringObject
from pyhanko.sign.validation.pdf_embedded import extract_contents

from signing.cms.signature_values import named_digest

SUBFILTER = "/adbe.x509.rsa_sha1"
MAXIMUM_CERTIFICATES = 100  # of one signature; chains have three or four


def is_bare(value: DictionaryObject) -> bool:
    return bool(value.get("/SubFilter") == SUBFILTER)


def as_cms(value: DictionaryObject) -> bytes:
    """The CMS object that says the same. Raises PARSE_ERRORS where a certificate or the value is missing."""
    signer, *others = _certificates(value)
    made = core.OctetString.load(extract_contents(value)).native
    digest = algos.DigestAlgorithm({"algorithm": named_digest(signer.public_key, made)})
    number = {"issuer": signer.issuer, "serial_number": signer.serial_number}
    signed = cms.SignedData(
        {
            "version": "v1",
            "digest_algorithms": [digest],
            "encap_content_info": {"content_type": "data"},
            "certificates": [signer, *others],
            "signer_infos": [
                {
                    "version": "v1",
                    "sid": cms.SignerIdentifier("issuer_and_serial_number", number),
                    "digest_algorithm": digest,
                    "signature_algorithm": {"algorithm": "rsassa_pkcs1v15"},
                    "signature": made,
                }
            ],
        }
    )
    return bytes(cms.ContentInfo({"content_type": "signed_data", "content": signed}).dump())


def _certificates(value: DictionaryObject) -> list[x509.Certificate]:
    """The signer's first. The entry is one string or a list of them; OpenPDF, and iText before it, write all
    certificates one behind another into one string."""
    entry = value["/Cert"]
    found: list[x509.Certificate] = []
    for one in entry if isinstance(entry, ArrayObject) else [entry]:
        if not isinstance(one, ByteStringObject | TextStringObject):
            raise TypeError("a certificate is a string")
        left = one.original_bytes
        while left:
            if len(found) == MAXIMUM_CERTIFICATES:
                raise ValueError("too many certificates")
            length = asn1_parser.peek(left)
            found.append(x509.Certificate.load(left[:length], strict=True))
            left = left[length:]
    return found

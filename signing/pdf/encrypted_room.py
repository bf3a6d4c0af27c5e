"""The room for a signature value in an encrypted document, as one maker leaves it.

A value is not encrypted (ISO 32000-1, 7.6.1). PDFBox, and EU DSS with it, encrypt the zeros that keep room
for it like any other string, and write the value over their beginning.
"""

from typing import Any

from asn1crypto import parser as asn1_parser
from pyhanko.pdf_utils.generic import DictionaryObject, Reference

from signing.pdf.parsing import PARSE_ERRORS


def only_zeros(signature: DictionaryObject, value: bytes) -> bool:
    """Is what stands behind the CMS object the end of encrypted zeros? Whoever wants to put anything else
    there has but what one block of the cipher and its neighbour leave open: less than 32 bytes."""
    place = signature.container_ref
    if not isinstance(place, Reference):
        return False
    try:
        zeros = _decrypted(place, value)[asn1_parser.peek(value) :]
    except PARSE_ERRORS:
        return False
    return len(zeros) > 0 and not any(zeros)


def _decrypted(place: Reference, value: bytes) -> bytes:
    """The value as a string of the object in which it stands. Raises PARSE_ERRORS where it is none."""
    holder: Any = place
    handler = getattr(holder.get_pdf_handler(), "security_handler", None)
    if handler is None:
        raise ValueError("not encrypted")
    cipher = handler.get_string_filter()
    return bytes(cipher.decrypt(cipher.derive_object_key(place.idnum, place.generation), value))

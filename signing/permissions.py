"""What the signers of a document allow to be signed after them, asked before any key is used.

A signature says so in what it refers to (DocMDP, FieldMDP; ISO 32000-1, 12.8.2.2 and 12.8.2.4) or in the
lock of its field (table 233), whether the catalog's permissions name it as the certification or not: viewers
and EU DSS read it from the signature too, and so does the verifier.
"""

from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.validation.pdf_embedded import EmbeddedPdfSignature, read_certification_data

from signing import refusals
from signing.pdf import signature_fields
from signing.refusals import SigningRefused

NO_CHANGES = 1  # level of DocMDP that allows nothing, not even a signature


def refusal(reader: PdfFileReader, field: str, *, shown: bool) -> SigningRefused | None:
    """Why no signature may be added in a new field of this name, which has a mark where it is `shown`. Raises
    PARSE_ERRORS where an earlier signature does not say what it allows."""
    # A certified document allows signatures in the fields it came with at most, and we would add one.
    if read_certification_data(reader) is not None:
        return refusals.locked()
    size = reader.stream.seek(0, 2)
    earlier = [signature for _, signature in signature_fields.collect(reader, size).opened]
    levels = [level.value for one in earlier if (level := one.docmdp_level) is not None]
    if NO_CHANGES in levels:
        return refusals.locked()
    if shown and (levels or any(_locks(one, field) for one in earlier)):
        return refusals.mark_locked()
    return None


def _locks(signature: EmbeddedPdfSignature, field: str) -> bool:
    return bool(signature.fieldmdp is not None and signature.fieldmdp.is_locked(field))

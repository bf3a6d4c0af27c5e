"""What the signers of a document allow to be signed after them, asked before any key is used.

A signature says so in what it refers to (DocMDP, FieldMDP; ISO 32000-1, 12.8.2.2 and 12.8.2.4) and in the
lock of its field (table 233), whether the catalog's permissions name it as the certification or not: viewers
and EU DSS read it from the signature too, and so does the verifier.
"""

from pyhanko.pdf_utils.reader import PdfFileReader

from signing import refusals
from signing.pdf import locks, signature_fields
from signing.refusals import SigningRefused

NO_CHANGES = 1  # level of DocMDP that allows nothing, not even a signature


def refusal(reader: PdfFileReader, field: str, *, shown: bool) -> SigningRefused | None:
    """Why no signature may be added in a new field of this name, which has a mark where it is `shown`. Raises
    PARSE_ERRORS where an earlier signature does not say what it allows."""
    # A certified document allows signatures in the fields it came with at most, and we would add one.
    certified, _ = locks.certified(reader)
    if certified:
        return refusals.locked()
    earlier = [(node, node["/V"]) for _, node in signature_fields.filled(reader)]
    levels = [level for node, value in earlier if (level := locks.level(node, value)) is not None]
    if NO_CHANGES in levels:
        return refusals.locked()
    if shown and (levels or any(locks.locks(*signed).hold(field) for signed in earlier)):
        return refusals.mark_locked()
    return None

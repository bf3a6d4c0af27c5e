"""What a signature says besides, and no step of the recipe checks: told, so that nobody takes it for checked.

Signed attributes commitment-type-indication and signature-policy-identifier (ETSI EN 319 122-1, 5.2.3 and
5.2.9.1), and the unsigned countersignature (RFC 5652, 11.4), by which others sign the signature value.
"""

from collections.abc import Iterator
from typing import Any

from asn1crypto import cms, core

from signing.reports.notes import note
from signing.reports.report import Note

COMMITMENT, POLICY = "1.2.840.113549.1.9.16.2.16", "1.2.840.113549.1.9.16.2.15"
COUNTERSIGNATURE = "1.2.840.113549.1.9.6"
KINDS = "1.2.840.113549.1.9.16.6."  # of commitments, by one more number
#: That the signer made, approved and sent it, or approved it: what everybody takes a signature for.
APPROVING = frozenset({f"{KINDS}1", f"{KINDS}5"})
#: What the others commit to and no more, in both languages.
WORDS = {
    f"{KINDS}2": ("đã nhận được văn bản", "having received the document"),
    f"{KINDS}3": ("đã giao văn bản đến nơi nhận", "having delivered the document"),
    f"{KINDS}4": ("đã gửi văn bản", "having sent the document"),
    f"{KINDS}6": ("đã soạn ra văn bản", "having created the document"),
}
UNTOLD = "–"


def notes(signer_info: cms.SignerInfo) -> Iterator[Note]:
    """What is to be told of one signature. What cannot be read is told without its name."""
    made = {one for value in _values(signer_info["signed_attrs"], COMMITMENT) if (one := _first(value))}
    if made and not made & APPROVING:
        words = [WORDS.get(one, (one, one)) for one in sorted(made)]
        yield note(
            "commitment", vi_words=", ".join(w[0] for w in words), words=", ".join(w[1] for w in words)
        )
    for value in _values(signer_info["signed_attrs"], POLICY):
        yield note("signature-policy", policy=_first(value) or UNTOLD)
    if others := _values(signer_info["unsigned_attrs"], COUNTERSIGNATURE):
        yield note("countersigned", count=len(others))


def _values(attributes: Any, kind: str) -> list[Any]:
    if not isinstance(attributes, cms.CMSAttributes):
        return []  # there are none
    return [value for one in attributes if one["type"].dotted == kind for value in one["values"]]


def _first(value: Any) -> str | None:
    """The identifier with which a value begins; None where it begins with something else."""
    try:
        dotted: str = core.ObjectIdentifier.load(value.contents).dotted
    except (ValueError, TypeError):
        return None
    return dotted

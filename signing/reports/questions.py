"""The three questions that a person asks of signatures, answered from a report in the shape of the contract.

An accusation needs evidence: what only shows a mismatch, or could not be settled, is never a "no".
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

Reply = Literal["yes", "no", "unknown"]
Signatures = Sequence[Mapping[str, Any]]

#: Sub-indications (ETSI EN 319 102-1) that speak of the certificate's validity at the time of signing.
NOT_IN_FORCE = frozenset({"REVOKED", "EXPIRED", "NOT_YET_VALID", "REVOKED_NO_POE", "REVOKED_CA_NO_POE"})
_PERHAPS_NOT_IN_FORCE = frozenset({"OUT_OF_BOUNDS_NO_POE", "OUT_OF_BOUNDS_NOT_REVOKED", "REVOKED_NO_POE"})
_WRONG_SIGNER = frozenset({"SIG_CONSTRAINTS_FAILURE", "CHAIN_CONSTRAINTS_FAILURE"})
_ALTERED = frozenset({"FORMAT_FAILURE", "HASH_FAILURE"})
_NO_PATH = "NO_CERTIFICATE_CHAIN_FOUND"
#: Codes of signatures of which nothing could be read, so that nothing was compared.
VALUE_UNREAD = frozenset({"cms-unreadable", "signature-wrecked"})


@dataclass(frozen=True, slots=True)
class Answer:
    """A reply, and why: the word that tells answers of one question with the same reply apart."""

    reply: Reply
    why: str


def whole(signatures: Signatures, *, changed_after_signing: bool, pages_changed: bool = False) -> Answer:
    """Is the document what was signed? A signature whose value cannot be read or does not fit says nothing of
    that, neither yes nor no. `pages_changed`: it is known on which pages something was added."""
    read = [one for one in signatures if not _unread(one)]
    if any(not one["intact"] for one in read):
        return Answer("no", "no")
    if any(one["coverage"] == "partial" for one in read) and not pages_changed:
        return Answer("no", "partial")
    if changed_after_signing or pages_changed or any(one["sub_indication"] in _ALTERED for one in read):
        return Answer("no", "added")
    if any(_changes(one) == "failed" for one in signatures):
        return Answer("no", "added")
    if len(read) < len(signatures):
        return Answer("unknown", "unread")
    if any(_changes(one) == "undetermined" for one in signatures):
        return Answer("unknown", "unsettled")
    return Answer("yes", "yes")


def _unread(signature: Mapping[str, Any]) -> bool:
    """Could it not be compared with the document?"""
    reason = signature.get("reason")
    if reason and reason["code"] in VALUE_UNREAD:
        return True
    return not signature["intact"] and signature["sub_indication"] not in _ALTERED


def _changes(signature: Mapping[str, Any]) -> str | None:
    """What came of the look at what was added, whatever else broke the signature before."""
    steps = signature.get("steps", ())
    return next((step["outcome"] for step in steps if step["name"] == "changes"), None)


def right_signer(signatures: Signatures) -> Answer:
    """Does a trusted authority vouch for who signed?"""
    if any(one["sub_indication"] in _WRONG_SIGNER for one in signatures):
        return Answer("no", "no")
    if not all(one["trust_anchor"] for one in signatures):
        return Answer("unknown", "unknown")
    if any(one["sub_indication"] == _NO_PATH for one in signatures):  # to none that the policy takes
        return Answer("unknown", "other_root")
    return Answer("yes", "yes") if all(one["intact"] for one in signatures) else Answer("unknown", "unbound")


def in_force(signatures: Signatures) -> Answer:
    """Were the certificates in force at the time of signing?"""
    subs = {one["sub_indication"] for one in signatures}
    failed = {one["sub_indication"] for one in signatures if one["indication"] == "TOTAL-FAILED"}
    if failed & NOT_IN_FORCE:
        return Answer("no", "no")
    if subs & (_PERHAPS_NOT_IN_FORCE | NOT_IN_FORCE):
        return Answer("unknown", "unknown_time")
    if {one["revocation"]["status"] for one in signatures} == {"good"}:
        return Answer("yes", "yes")
    if all(one["indication"] == "TOTAL-PASSED" for one in signatures):
        revoked = any(one["revocation"]["status"] == "revoked" for one in signatures)
        return Answer("yes", "revoked_later" if revoked else "dates")
    if not all(one["trust_anchor"] for one in signatures):
        return Answer("unknown", "unknown_path")  # nobody could be asked, so nobody was
    return Answer("unknown", "unknown")

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


@dataclass(frozen=True, slots=True)
class Answer:
    """A reply, and why: the word that tells answers of one question with the same reply apart."""

    reply: Reply
    why: str


def whole(signatures: Signatures, *, changed_after_signing: bool) -> Answer:
    """Is the document what was signed?"""
    if any(not one["intact"] for one in signatures):
        return Answer("no", "no")
    if any(one["coverage"] == "partial" for one in signatures):
        return Answer("no", "partial")
    if changed_after_signing:
        return Answer("no", "added")
    if any(one["sub_indication"] in _ALTERED or _changed(one) for one in signatures):
        return Answer("no", "added")
    return Answer("yes", "yes")


def _changed(signature: Mapping[str, Any]) -> bool:
    """Was something forbidden added, whatever else broke the signature before that was looked for?"""
    steps = signature.get("steps", ())
    return any(step["name"] == "changes" and step["outcome"] == "failed" for step in steps)


def right_signer(signatures: Signatures) -> Answer:
    """Does a trusted authority vouch for who signed?"""
    if any(one["sub_indication"] in _WRONG_SIGNER for one in signatures):
        return Answer("no", "no")
    if not all(one["trust_anchor"] for one in signatures):
        return Answer("unknown", "unknown")
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

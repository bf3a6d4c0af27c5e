"""The names that ETSI TS 119 102-2 gives to what a report says, with the clauses that give them.

Held in the tests against the names that EU DSS carries. What the standard has no name for is named under our
own: a reader must never take it for ETSI's.
"""

from collections.abc import Mapping

_ETSI = "urn:etsi:019102"
OWN = "urn:banchinh"

#: Clause 4.3.4.2: of a signature.
SIGNATURE_STATUS: Mapping[str, str] = {
    "TOTAL-PASSED": f"{_ETSI}:mainindication:total-passed",
    "TOTAL-FAILED": f"{_ETSI}:mainindication:total-failed",
    "INDETERMINATE": f"{_ETSI}:mainindication:indeterminate",
}
#: Clause 4.3.4.2: of a constraint (4.3.5.4), and of a validation object such as a timestamp (4.4.8).
PART_STATUS: Mapping[str, str] = {
    "passed": f"{_ETSI}:mainindication:passed",
    "failed": f"{_ETSI}:mainindication:failed",
    "undetermined": f"{_ETSI}:mainindication:indeterminate",
}
#: Clause 4.3.4.3, table 2, and what ETSI EN 319 102-1, table 6, added since.
SUB_INDICATIONS = frozenset(
    {
        "FORMAT_FAILURE",
        "HASH_FAILURE",
        "SIG_CRYPTO_FAILURE",
        "REVOKED",
        "EXPIRED",
        "NOT_YET_VALID",
        "SIG_CONSTRAINTS_FAILURE",
        "CHAIN_CONSTRAINTS_FAILURE",
        "CERTIFICATE_CHAIN_GENERAL_FAILURE",
        "CRYPTO_CONSTRAINTS_FAILURE",
        "POLICY_PROCESSING_ERROR",
        "SIGNATURE_POLICY_NOT_AVAILABLE",
        "TIMESTAMP_ORDER_FAILURE",
        "NO_SIGNING_CERTIFICATE_FOUND",
        "NO_CERTIFICATE_CHAIN_FOUND",
        "NO_CERTIFICATE_CHAIN_FOUND_NO_POE",
        "REVOKED_NO_POE",
        "REVOKED_CA_NO_POE",
        "OUT_OF_BOUNDS_NOT_REVOKED",
        "OUT_OF_BOUNDS_NO_POE",
        "REVOCATION_OUT_OF_BOUNDS_NO_POE",
        "CRYPTO_CONSTRAINTS_FAILURE_NO_POE",
        "NO_POE",
        "TRY_LATER",
        "SIGNED_DATA_NOT_FOUND",
    }
)
#: Clause 4.3.5.4.2.
APPLIED = f"{_ETSI}:constraintStatus:applied"
#: Clause 4.3.11.1: the process of EN 319 102-1 by the level of the signature: 5.3, 5.5, 5.6.
PROCESS: Mapping[str, str] = {
    "B": f"{_ETSI}:validationprocess:Basic",
    "T": f"{_ETSI}:validationprocess:LTVM",
    "LT": f"{_ETSI}:validationprocess:LTVM",
    "LTA": f"{_ETSI}:validationprocess:LTA",
}
#: Clause 4.3.12.6.2, after RFC 5280, 5.3.1, by the names of `cryptography`.
REVOCATION_REASONS: Mapping[str, str] = {
    reason: f"{_ETSI}:revocationReason:{reason}"
    for reason in (
        "unspecified",
        "keyCompromise",
        "cACompromise",
        "affiliationChanged",
        "superseded",
        "cessationOfOperation",
        "certificateHold",
        "removeFromCRL",
        "privilegeWithdrawn",
        "aACompromise",
    )
}
#: Clause 4.4.4, by what we call it.
OBJECTS: Mapping[str, str] = {
    "certificate": f"{_ETSI}:validationObject:certificate",
    "crl": f"{_ETSI}:validationObject:CRL",
    "ocsp": f"{_ETSI}:validationObject:OCSPResponse",
    "timestamp": f"{_ETSI}:validationObject:timestamp",
}
#: Clause 4.4.6.2: derived during validation; we are given no proof, and take none from a policy.
PROOF = f"{_ETSI}:poetype:validation"

#: XML security's names (RFC 9231) of signature algorithms: the name of PKCS #1 v1.5, of PSS and of ECDSA.
_FAMILIES = {
    "rsassa_pkcs1v15": "http://www.w3.org/2001/04/xmldsig-more#rsa-{digest}",
    "rsassa_pss": "http://www.w3.org/2007/05/xmldsig-more#{digest}-rsa-MGF1",
    "ecdsa": "http://www.w3.org/2001/04/xmldsig-more#ecdsa-{digest}",
}
_OLD = {("rsassa_pkcs1v15", "sha1"): "http://www.w3.org/2000/09/xmldsig#rsa-sha1"}


def sub_indication(name: str) -> str:
    """The address of a sub-indication. EN 319 102-1, 5.1.3, lets a verifier have some of its own."""
    space = _ETSI if name in SUB_INDICATIONS else OWN
    return f"{space}:subindication:{name}"


def process(level: str) -> str:
    """The validation process for a level such as `B-LTA` or `PKCS7-T`."""
    return PROCESS.get(level.rpartition("-")[2], PROCESS["B"])


def algorithm(signature: str, digest: str) -> str | None:
    """The address of a signature algorithm, where there is one. Both are names of asn1crypto: `sha256_rsa`,
    `rsassa_pkcs1v15` (the digest stands apart), `rsassa_pss`, `sha384_ecdsa`."""
    named = "rsassa_pkcs1v15" if signature.endswith("_rsa") else signature.removeprefix(f"{digest}_")
    if named not in _FAMILIES:
        return None
    return _OLD.get((named, digest)) or _FAMILIES[named].format(digest=digest)

"""What a certificate says, in the words of the report."""

from datetime import datetime
from typing import Any

from asn1crypto import parser as asn1_parser
from asn1crypto import x509

from signing.cms.signature_values import Message, Uncheckable, is_right


def _parts(name: x509.Name) -> dict[str, Any]:
    """The parts of a name by their kinds, several values as a list. Where one is not in the characters that
    it says to be in, what can be read of each."""
    try:
        return dict(name.native)
    except ValueError:
        parts = [part for each in name.chosen for part in each]
        return {p["type"].native: p["value"].contents.decode("utf-8", "replace") for p in parts}


def subject_part(certificate: x509.Certificate, part: str) -> str | None:
    """One part of the subject name, such as `common_name`; the first where there are several."""
    value = _parts(certificate.subject).get(part)
    if isinstance(value, list):
        value = value[0]
    return str(value) if value else None


ABBREVIATIONS = {
    "common_name": "CN",
    "organizational_unit_name": "OU",
    "organization_name": "O",
    "locality_name": "L",
    "state_or_province_name": "ST",
    "country_name": "C",
}


def name_text(name: x509.Name) -> str:
    """A name on one line, the most telling part first: `CN=…, O=…, C=VN`."""
    order = list(ABBREVIATIONS)
    known = {kind: value if isinstance(value, list) else [value] for kind, value in _parts(name).items()}
    kinds = sorted(known, key=lambda kind: order.index(kind) if kind in order else len(order))
    return ", ".join(f"{ABBREVIATIONS.get(kind, kind)}={value}" for kind in kinds for value in known[kind])


def issuer_label(certificate: x509.Certificate) -> str:
    """What to call the issuer in a sentence."""
    value = _parts(certificate.issuer).get("common_name")
    return str(value[0] if isinstance(value, list) else value or name_text(certificate.issuer))


def holder(certificate: x509.Certificate) -> str:
    """Who holds the certificate: the common name, or the whole subject where there is none."""
    return subject_part(certificate, "common_name") or name_text(certificate.subject)


def organisation(certificate: x509.Certificate) -> str | None:
    """The organisation that the certificate names, or its unit where it names only that."""
    return subject_part(certificate, "organization_name") or subject_part(
        certificate, "organizational_unit_name"
    )


def belongs_to(certificate: x509.Certificate) -> tuple[str, ...]:
    """The organisations and places that the subject names beside its holder."""
    parts = _parts(certificate.subject)
    kinds = ("organization_name", "organizational_unit_name", "locality_name", "state_or_province_name")
    found = [parts[kind] for kind in kinds if parts.get(kind)]
    return tuple(str(value) for one in found for value in (one if isinstance(one, list) else [one]))


def serial(certificate: x509.Certificate) -> str:
    """The serial number in lowercase hex, as certificate viewers show it."""
    return f"{certificate.serial_number:x}"


def describe(certificate: x509.Certificate) -> dict[str, str]:
    """The certificate as the report gives it."""
    return {
        "subject": name_text(certificate.subject),
        "issuer": name_text(certificate.issuer),
        "serial": serial(certificate),
        "not_before": certificate.not_valid_before.isoformat(),
        "not_after": certificate.not_valid_after.isoformat(),
        "sha256": certificate.sha256.hex(),
    }


class Descriptions:
    """Those of one verification: signatures share their issuers, and often their signer."""

    def __init__(self) -> None:
        self._made: dict[bytes, dict[str, str]] = {}

    def of(self, certificate: x509.Certificate) -> dict[str, str]:
        number = certificate.sha256
        if number not in self._made:
            self._made[number] = describe(certificate)
        return self._made[number]


def signed_part(certificate: x509.Certificate) -> bytes:
    """What its issuer signed, byte for byte as it stands: asn1crypto may write it anew otherwise."""
    whole = asn1_parser.parse(bytes(certificate.dump()))[4]
    _, _, _, header, content, trailer = asn1_parser.parse(whole)
    return bytes(header + content + trailer)


def issued(above: x509.Certificate, below: x509.Certificate) -> bool:
    """Is the signature on `below` by the key of `above`?"""
    outside, inside = below["signature_algorithm"], below["tbs_certificate"]["signature"]
    if outside["algorithm"].dotted != inside["algorithm"].dotted:
        return False
    message = Message(signed_part(below))
    try:
        return is_right(above.public_key, outside, below["signature_value"].native, message, "")
    except (ValueError, TypeError, KeyError, Uncheckable):  # the first ones: a part that cannot be read
        return False


def in_force(certificate: x509.Certificate, moment: datetime) -> bool:
    return bool(certificate.not_valid_before <= moment <= certificate.not_valid_after)


def may_sign(certificate: x509.Certificate) -> bool:
    """Fit to sign documents: key usage digitalSignature or nonRepudiation, or no restriction at all."""
    usage = certificate.key_usage_value
    return usage is None or bool({"digital_signature", "non_repudiation"} & usage.native)

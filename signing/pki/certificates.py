"""What a certificate says, in the words of the report."""

import re
from datetime import datetime

from asn1crypto import parser as asn1_parser
from asn1crypto import x509

from signing.cms.signature_values import Message, Uncheckable, is_right
from signing.reports.plain_text import shown


def _parts(name: x509.Name) -> dict[str, list[str]]:
    """The values of a name by their kinds, as they may be shown. Where one is not in the characters that it
    says to be in, what can be read of each."""
    try:
        read = dict(name.native)
    except ValueError:
        parts = [part for each in name.chosen for part in each]
        read = {p["type"].native: p["value"].contents.decode("utf-8", "replace") for p in parts}
    return {
        kind: [shown(str(one)) for one in (value if isinstance(value, list) else [value])]
        for kind, value in read.items()
    }


def subject_part(certificate: x509.Certificate, part: str) -> str | None:
    """One part of the subject name, such as `common_name`; the first where there are several."""
    return _parts(certificate.subject).get(part, [""])[0] or None


#: What a service does by itself, without anybody who declares something.
SERVICES = {"time_stamping", "ocsp_signing", "server_auth"}
SEPARATING, BEHIND = re.compile(r"([\\,])"), r"\\\1"
ABBREVIATIONS = {
    "common_name": "CN",
    "organizational_unit_name": "OU",
    "organization_name": "O",
    "locality_name": "L",
    "state_or_province_name": "ST",
    "country_name": "C",
}


def name_text(name: x509.Name) -> str:
    """A name on one line, the most telling part first: `CN=…, O=…, C=VN`. A comma within a part stands behind
    a backslash (RFC 4514, 2.4), so that none passes for two."""
    order, known = list(ABBREVIATIONS), _parts(name)
    kinds = sorted(known, key=lambda kind: order.index(kind) if kind in order else len(order))
    parts = ((ABBREVIATIONS.get(kind, kind), value) for kind in kinds for value in known[kind])
    return ", ".join(f"{kind}={SEPARATING.sub(BEHIND, value)}" for kind, value in parts)


def issuer_label(certificate: x509.Certificate) -> str:
    """What to call the issuer in a sentence."""
    return _parts(certificate.issuer).get("common_name", [""])[0] or name_text(certificate.issuer)


def holder(certificate: x509.Certificate) -> str:
    """Who holds the certificate: the common name, or the whole subject where there is none. Of several common
    names programs show the first or the last, so that all are told."""
    named = " / ".join(dict.fromkeys(_parts(certificate.subject).get("common_name", [])))
    return named or name_text(certificate.subject)


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


def is_of_one_algorithm(certificate: x509.Certificate) -> bool:
    """Is it signed by the algorithm that its issuer wrote into it (RFC 5280, 4.1.1.2)?"""
    outside, inside = certificate["signature_algorithm"], certificate["tbs_certificate"]["signature"]
    return bool(outside["algorithm"].dotted == inside["algorithm"].dotted)


def said_twice(certificate: x509.Certificate) -> list[str]:
    """Extensions that it has more than once with two values (RFC 5280, 4.2, has each once): programs take the
    first or the last."""
    values: dict[str, set[bytes]] = {}
    for one in certificate["tbs_certificate"]["extensions"] or ():
        values.setdefault(str(one["extn_id"].native), set()).add(one["extn_value"].dump())
    return sorted(name for name, said in values.items() if len(said) > 1)


def issued(above: x509.Certificate, below: x509.Certificate) -> bool:
    """Is the signature on `below` by the key of `above`?"""
    if not is_of_one_algorithm(below):
        return False
    algorithm, message = below["signature_algorithm"], Message(signed_part(below))
    try:
        return is_right(above.public_key, algorithm, below["signature_value"].native, message, "")
    except (ValueError, TypeError, KeyError, Uncheckable):  # the first ones: a part that cannot be read
        return False


def in_force(certificate: x509.Certificate, moment: datetime) -> bool:
    return bool(certificate.not_valid_before <= moment <= certificate.not_valid_after)


def may_sign(certificate: x509.Certificate) -> bool:
    """Fit to sign documents: key usage digitalSignature or nonRepudiation, or no restriction at all; and no
    certificate of a service, which its extended key usage keeps to that (RFC 5280, 4.2.1.12)."""
    usage, purposes = certificate.key_usage_value, _purposes(certificate)
    fit = usage is None or bool({"digital_signature", "non_repudiation"} & usage.native)
    return fit and not (purposes and purposes <= SERVICES)


def may_stamp(certificate: x509.Certificate) -> bool:
    """Issued for timestamps, and for nothing else (RFC 3161, 2.3): whoever signs by the same key could say
    when he did."""
    return _purposes(certificate) == {"time_stamping"}


def _purposes(certificate: x509.Certificate) -> set[str]:
    granted = certificate.extended_key_usage_value
    return set(granted.native) if granted is not None else set()

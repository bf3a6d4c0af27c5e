"""What a certificate says, in the words of the report."""

from datetime import datetime

from asn1crypto import x509


def subject_part(certificate: x509.Certificate, part: str) -> str | None:
    """One part of the subject name, such as `common_name`; the first where there are several."""
    value = certificate.subject.native.get(part)
    if isinstance(value, list):
        value = value[0]
    return str(value) if value else None


def holder(certificate: x509.Certificate) -> str:
    """Who holds the certificate: the common name, or the whole subject where there is none."""
    return subject_part(certificate, "common_name") or certificate.subject.human_friendly


def organisation(certificate: x509.Certificate) -> str | None:
    """The organisation that the certificate names, or its unit where it names only that."""
    return subject_part(certificate, "organization_name") or subject_part(
        certificate, "organizational_unit_name"
    )


def serial(certificate: x509.Certificate) -> str:
    """The serial number in lowercase hex, as certificate viewers show it."""
    return f"{certificate.serial_number:x}"


def describe(certificate: x509.Certificate) -> dict[str, str]:
    """The certificate as the report gives it."""
    return {
        "subject": certificate.subject.human_friendly,
        "issuer": certificate.issuer.human_friendly,
        "serial": serial(certificate),
        "not_before": certificate.not_valid_before.isoformat(),
        "not_after": certificate.not_valid_after.isoformat(),
    }


def in_force(certificate: x509.Certificate, moment: datetime) -> bool:
    return bool(certificate.not_valid_before <= moment <= certificate.not_valid_after)


def may_sign(certificate: x509.Certificate) -> bool:
    """Fit to sign documents: key usage digitalSignature or nonRepudiation, or no restriction at all."""
    usage = certificate.key_usage_value
    return usage is None or bool({"digital_signature", "non_repudiation"} & usage.native)

"""The report as ETSI TS 119 102-2 has it: one SignatureValidationReport for each signature.

Left out: SignatureAttributes and the certificates themselves, which the report of the contract does not hold,
and a ds:Signature over the report. Names and addresses are those of TS 119 102-2 V1.2.1, clauses 4 and 5.
"""

import base64
from collections.abc import Mapping
from importlib.metadata import version
from typing import Any
from xml.etree import ElementTree as ET

NAMESPACE = "http://uri.etsi.org/19102/v1.2.1#"
XADES = "http://uri.etsi.org/01903/v1.3.2#"
XMLDSIG = "http://www.w3.org/2000/09/xmldsig#"
TRUST_LIST = "http://uri.etsi.org/02231/v2#"
OWN = "urn:banchinh:validator"
SHA256 = "http://www.w3.org/2001/04/xmlenc#sha256"
_URN = "urn:etsi:019102"


class NoSignatureToReport(Exception):
    """A file without signatures has no report of this kind."""

    def __init__(self) -> None:
        self.code = "no-signature-to-report"
        self.vi = (
            "Tệp không có chữ ký số nên không có báo cáo XML theo ETSI TS 119 102-2. Hãy dùng báo cáo JSON."
        )
        self.en = (
            "The file has no signature, so there is no XML report by ETSI TS 119 102-2. Use the JSON report."
        )
        super().__init__(f"{self.vi} — {self.en}")


def etsi_xml(report: Mapping[str, Any]) -> bytes:
    """The report of the contract as XML. Raises NoSignatureToReport."""
    if not report["signatures"]:
        raise NoSignatureToReport
    root = ET.Element(_vr("ValidationReport"))
    certificates: dict[str, str] = {}  # digest → id
    for number, one in enumerate(report["signatures"], 1):
        root.append(_signature(one, number, report, certificates))
    if certificates:
        _objects(root, certificates)
    digital_id = ET.SubElement(ET.SubElement(root, _vr("SignatureValidator")), _vr("DigitalId"))
    named = ET.SubElement(ET.SubElement(digital_id, f"{{{TRUST_LIST}}}Other"), f"{{{OWN}}}Software")
    named.text = f"Bản Chính {version('banchinh')}"
    for prefix, space in (("", NAMESPACE), ("xades", XADES), ("ds", XMLDSIG), ("tsl", TRUST_LIST)):
        ET.register_namespace(prefix, space)
    return bytes(ET.tostring(root, encoding="utf-8", xml_declaration=True))


def _signature(
    one: Mapping[str, Any], number: int, report: Mapping[str, Any], certificates: dict[str, str]
) -> ET.Element:
    element = ET.Element(_vr("SignatureValidationReport"))
    identifier = ET.SubElement(element, _vr("SignatureIdentifier"), {"id": f"signature-{number}"})
    _say(identifier, "HashOnly", "false")
    _say(identifier, "DocHashOnly", "false")
    _say(identifier, "DAIdentifier", one["field"])
    _constraints(element, one, report["policy"])
    _times(element, one, report["checked_at"])
    _digest(ET.SubElement(element, _vr("SignersDocument")), report["document"]["sha256"])
    ours = [c["sha256"] for c in (one["certificate"], *one["chain"]) if c]
    for digest in ours:
        certificates.setdefault(digest, f"certificate-{len(certificates) + 1}")
    if ours:
        signer = ET.SubElement(element, _vr("SignerInformation"))
        ET.SubElement(signer, _vr("SignerCertificate"), {"VOReference": certificates[ours[0]]})
        _say(signer, "Signer", one["signer"] or "")
    process = ET.SubElement(element, _vr("SignatureValidationProcess"))
    _say(process, "SignatureValidationProcessID", f"{_URN}:validationprocess:LTVM")
    status = ET.SubElement(element, _vr("SignatureValidationStatus"))
    _status(status, one)
    return element


def _constraints(element: ET.Element, one: Mapping[str, Any], policy: Mapping[str, str]) -> None:
    """The one constraint that the report of the contract names: the policy for algorithms, where it was
    applied (some examinations end before it)."""
    if one["algorithm"] is None:
        return
    held = ET.SubElement(element, _vr("ValidationConstraintsEvaluationReport"))
    constraint = ET.SubElement(held, _vr("ValidationConstraint"))
    named = ":".join(filter(None, (policy.get("name"), policy.get("version"))))
    _say(constraint, "ValidationConstraintIdentifier", f"urn:banchinh:policy:{named}:algorithms")
    state = ET.SubElement(constraint, _vr("ConstraintStatus"))
    _say(state, "Status", f"{_URN}:constraintStatus:applied")


def _times(element: ET.Element, one: Mapping[str, Any], checked_at: str) -> None:
    """The best time: what a timestamp proves, else the moment of checking; never the signer's clock."""
    proven = one["best_time_source"] == "timestamp"
    held = ET.SubElement(element, _vr("ValidationTimeInfo"))
    _say(held, "ValidationTime", checked_at)
    best = ET.SubElement(held, _vr("BestSignatureTime"))
    _say(best, "POETime", one["best_time"] if proven else checked_at)
    _say(best, "TypeOfProof", f"{_URN}:poetype:validation")


def _status(element: ET.Element, one: Mapping[str, Any]) -> None:
    _say(element, "MainIndication", f"{_URN}:mainindication:{one['indication'].lower()}")
    if one["sub_indication"]:
        _say(element, "SubIndication", f"{_URN}:subindication:{one['sub_indication']}")


def _objects(root: ET.Element, certificates: Mapping[str, str]) -> None:
    """The certificates that the reports speak of, by their digests."""
    held = ET.SubElement(root, _vr("SignatureValidationObjects"))
    for digest, name in certificates.items():
        certificate = ET.SubElement(held, _vr("ValidationObject"), {"id": name})
        _say(certificate, "ObjectType", f"{_URN}:validationObject:certificate")
        _digest(ET.SubElement(certificate, _vr("ValidationObjectRepresentation")), digest)


def _digest(element: ET.Element, sha256: str) -> None:
    held = ET.SubElement(element, _vr("DigestAlgAndValue"))
    ET.SubElement(held, f"{{{XMLDSIG}}}DigestMethod", {"Algorithm": SHA256})
    value = ET.SubElement(held, f"{{{XMLDSIG}}}DigestValue")
    value.text = base64.b64encode(bytes.fromhex(sha256)).decode()


def _say(element: ET.Element, name: str, words: str) -> None:
    """Without characters that XML 1.0 cannot hold: names in certificates may hold any."""
    fit = (
        c for c in words if c in "\t\n\r" or " " <= c <= "\ud7ff" or "\ue000" <= c <= "\ufffd" or c > "\uffff"
    )
    ET.SubElement(element, _vr(name)).text = "".join(fit)


def _vr(name: str) -> str:
    return f"{{{NAMESPACE}}}{name}"

"""The report as ETSI TS 119 102-2 has it: one SignatureValidationReport for each signature of a person or an
agency, and the certificates, timestamps and revocation data on which it rests as validation objects.

Names and addresses are those of TS 119 102-2 V1.2.1 (etsi_uris.py). Made of the report of the contract alone,
so it holds digests of objects and not the objects, and no ds:Signature over the report.
"""

from collections.abc import Mapping
from importlib.metadata import version
from typing import Any
from xml.etree import ElementTree as ET

from signing.reports import etsi_uris
from signing.reports.etsi_objects import (
    NAMESPACE,
    XMLDSIG,
    Objects,
    document_stamps,
    refer,
    say,
    tell_digest,
    tell_status,
    vr,
)

XADES = "http://uri.etsi.org/01903/v1.3.2#"
TRUST_LIST = "http://uri.etsi.org/02231/v2#"
OWN = f"{etsi_uris.OWN}:validator"


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
    """The report of the contract as XML. Raises NoSignatureToReport, also for a file with document timestamps
    alone: these are validation objects (4.4.8), and the schema wants a signature."""
    signatures = [one for one in report["signatures"] if one["level"] != "DocTimeStamp"]
    if not signatures:
        raise NoSignatureToReport
    root = ET.Element(vr("ValidationReport"))
    objects = Objects(report["checked_at"])
    _name_document_stamps(report, objects)
    for number, one in enumerate(signatures, 1):
        root.append(_signature(one, number, report, objects))
    objects.append_to(root)
    digital_id = ET.SubElement(ET.SubElement(root, vr("SignatureValidator")), vr("DigitalId"))
    named = ET.SubElement(ET.SubElement(digital_id, f"{{{TRUST_LIST}}}Other"), f"{{{OWN}}}Software")
    named.text = f"Bản Chính {version('banchinh')}"
    for prefix, space in (("", NAMESPACE), ("xades", XADES), ("ds", XMLDSIG), ("tsl", TRUST_LIST)):
        ET.register_namespace(prefix, space)
    return bytes(ET.tostring(root, encoding="utf-8", xml_declaration=True))


def _name_document_stamps(report: Mapping[str, Any], objects: Objects) -> None:
    """Each document timestamp, with the last signature that it covers: the schema has room for one."""
    covered: str | None = None
    status = {"TOTAL-PASSED": "passed", "TOTAL-FAILED": "failed", "INDETERMINATE": "undetermined"}
    stamps = document_stamps(report)
    for one in report["signatures"]:
        if one["level"] != "DocTimeStamp":
            covered = one["field"]
        elif one in stamps and one["claimed_time"]:
            outcome = (status[one["indication"]], one["sub_indication"])
            objects.stamp(one["cms_sha256"], one["claimed_time"], covered, outcome)
            for certificate in one["chain"]:
                objects.name("certificate", certificate["sha256"])


def _signature(
    one: Mapping[str, Any], number: int, report: Mapping[str, Any], objects: Objects
) -> ET.Element:
    element = ET.Element(vr("SignatureValidationReport"))
    stamps = _stamps(one, objects)
    _identifier(element, one, number)
    _constraints(element, one, report["policy"])
    _times(element, one, report, objects)
    tell_digest(ET.SubElement(element, vr("SignersDocument")), report["document"]["sha256"])
    _attributes(element, one, stamps)
    if one["certificate"]:
        signer = ET.SubElement(element, vr("SignerInformation"))
        refer(signer, "SignerCertificate", objects.name("certificate", one["certificate"]["sha256"]))
        say(signer, "Signer", one["signer"] or "")
    process = ET.SubElement(element, vr("SignatureValidationProcess"))
    say(process, "SignatureValidationProcessID", etsi_uris.process(one["level"]))
    indication = etsi_uris.SIGNATURE_STATUS[one["indication"]]
    status = tell_status(element, indication, one["sub_indication"])
    _associated(status, one, [*stamps, *_revocation_data(one, objects)], objects)
    return element


def _stamps(one: Mapping[str, Any], objects: Objects) -> list[str]:
    """The ids of the timestamps in the signature."""
    named = []
    for stamp in one["timestamps"]:
        outcome = "passed" if stamp["trusted"] else "undetermined" if stamp["intact"] else "failed"
        if stamp["sha256"]:
            named.append(objects.stamp(stamp["sha256"], stamp["time"], one["field"], (outcome, None)))
        for digest in stamp["certificates"]:
            objects.name("certificate", digest)
    return named


def _revocation_data(one: Mapping[str, Any], objects: Objects) -> list[str]:
    """The ids of the answers on revocation that were believed."""
    answers = ((each["source"], each["sha256"]) for each in one["revocations"])
    return [objects.name(kind, digest) for kind, digest in answers if digest]


def _identifier(element: ET.Element, one: Mapping[str, Any], number: int) -> None:
    """Clause 4.3.3."""
    identifier = ET.SubElement(element, vr("SignatureIdentifier"), {"id": f"signature-{number}"})
    if one["signature_value"]:
        ET.SubElement(identifier, f"{{{XMLDSIG}}}SignatureValue").text = one["signature_value"]
    say(identifier, "HashOnly", "false")
    say(identifier, "DocHashOnly", "false")
    say(identifier, "DAIdentifier", one["field"])


def _constraints(element: ET.Element, one: Mapping[str, Any], policy: Mapping[str, str]) -> None:
    """The steps of the recipe that were taken, and the policy for algorithms where it was applied, as
    constraints (4.3.5.4). A step that was not taken is not told as one: not checked is not applied."""
    taken = [step for step in one["steps"] if step["outcome"] in etsi_uris.PART_STATUS]
    if not taken and one["algorithm"] is None:
        return
    held = ET.SubElement(element, vr("ValidationConstraintsEvaluationReport"))
    named = ":".join(filter(None, (policy.get("name"), policy.get("version"))))
    if one["algorithm"] is not None:
        _constraint(held, f"policy:{named}:algorithms", None)
    for step in taken:
        if step["name"] != "verdict":  # which is the status of the whole
            _constraint(held, f"step:{step['number']}:{step['name']}", step["outcome"])


def _constraint(held: ET.Element, name: str, outcome: str | None) -> None:
    constraint = ET.SubElement(held, vr("ValidationConstraint"))
    say(constraint, "ValidationConstraintIdentifier", f"{etsi_uris.OWN}:{name}")
    say(ET.SubElement(constraint, vr("ConstraintStatus")), "Status", etsi_uris.APPLIED)
    if outcome:
        status = ET.SubElement(constraint, vr("ValidationStatus"))
        say(status, "MainIndication", etsi_uris.PART_STATUS[outcome])


def _times(element: ET.Element, one: Mapping[str, Any], report: Mapping[str, Any], objects: Objects) -> None:
    """The best time (4.3.6): what a timestamp proves, and which; else the moment of checking; never the
    signer's clock."""
    proven = one["best_time_source"] == "timestamp"
    held = ET.SubElement(element, vr("ValidationTimeInfo"))
    say(held, "ValidationTime", report["checked_at"])
    best = ET.SubElement(held, vr("BestSignatureTime"))
    say(best, "POETime", one["best_time"] if proven else report["checked_at"])
    say(best, "TypeOfProof", etsi_uris.PROOF)
    inside = [(stamp["time"], stamp["sha256"]) for stamp in one["timestamps"] if stamp["trusted"]]
    after = [(each["claimed_time"], each["cms_sha256"]) for each in document_stamps(report)]
    digest = next((found for time, found in (*inside, *after) if proven and time == one["best_time"]), None)
    if digest:
        refer(best, "POEObject", objects.name("timestamp", digest))


def _attributes(element: ET.Element, one: Mapping[str, Any], stamps: list[str]) -> None:
    """What the signature says of itself (annex A: A.2, A.12, A.33); claimed, and nothing more."""
    held = ET.Element(vr("SignatureAttributes"))
    if one["claimed_time"]:
        say(ET.SubElement(held, vr("SigningTime"), {"Signed": "true"}), "Time", one["claimed_time"])
    for identifier, stamp in zip(stamps, (s for s in one["timestamps"] if s["sha256"]), strict=True):
        attribute = ET.SubElement(held, vr("SignatureTimeStamp"), {"Signed": "false"})
        refer(attribute, "AttributeObject", identifier)
        say(attribute, "TimeStampValue", stamp["time"])
    if one["subfilter"]:
        say(ET.SubElement(held, vr("SubFilter")), "SubFilterElement", one["subfilter"])
    if len(held):
        element.append(held)


def _associated(status: ET.Element, one: Mapping[str, Any], related: list[str], objects: Objects) -> None:
    """What the status rests on (4.3.12): chain, anchor, timestamps, revocation, algorithms."""
    data = ET.Element(vr("AssociatedValidationReportData"))
    named = [objects.name("certificate", each["sha256"]) for each in one["chain"]]
    if one["trust_anchor"] and named:
        refer(data, "TrustAnchor", named[-1])
    if named:
        _chain(data, named, anchored=bool(one["trust_anchor"]))
    for identifier in dict.fromkeys(related):
        refer(data, "RelatedValidationObject", identifier)
    _revoked(data, one, objects)
    _algorithms(data, one, objects)
    if len(data):
        status.append(data)


def _chain(data: ET.Element, named: list[str], *, anchored: bool) -> None:
    """Clause 4.3.12.4. A certificate that is its own anchor stands for both."""
    chain = ET.SubElement(data, vr("CertificateChain"))
    refer(chain, "SigningCertificate", named[0])
    for identifier in named[1:-1] if anchored else named[1:]:
        refer(chain, "IntermediateCertificate", identifier)
    if anchored:
        refer(chain, "TrustAnchor", named[-1])


def _revoked(data: ET.Element, one: Mapping[str, Any], objects: Objects) -> None:
    """Clause 4.3.12.6, of the first certificate of the chain that was revoked."""
    found = next((each for each in one["revocations"] if each["status"] == "revoked"), None)
    if found is None:
        return
    held = ET.SubElement(data, vr("RevocationStatusInformation"))
    refer(held, "ValidationObjectId", objects.name("certificate", found["certificate"]))
    say(held, "RevocationTime", found["time"])
    if found["reason"] in etsi_uris.REVOCATION_REASONS:
        say(held, "RevocationReason", etsi_uris.REVOCATION_REASONS[found["reason"]])
    if found["sha256"]:
        refer(held, "RevocationObject", objects.name(found["source"], found["sha256"]))


def _algorithms(data: ET.Element, one: Mapping[str, Any], objects: Objects) -> None:
    """Clause 4.3.12.7, of the signature itself; it is told by the certificate of its key."""
    used = one["algorithm"]
    address = etsi_uris.algorithm(used["signature"], used["digest"]) if used else None
    if used is None or address is None or not one["certificate"]:
        return
    held = ET.SubElement(data, vr("CryptoInformation"))
    refer(held, "ValidationObjectId", objects.name("certificate", one["certificate"]["sha256"]))
    say(held, "Algorithm", address)
    say(held, "SecureAlgorithm", "true" if used["acceptable_at_signing"] else "false")

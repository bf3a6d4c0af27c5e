"""The validation objects of a report of ETSI TS 119 102-2 (clause 4.4): certificates, timestamps, revocation
data. Each stands once, by its digest, however many signatures speak of it."""

import base64
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from xml.etree import ElementTree as ET

from signing.reports import etsi_uris

NAMESPACE = "http://uri.etsi.org/19102/v1.2.1#"
XMLDSIG = "http://www.w3.org/2000/09/xmldsig#"
SHA256 = "http://www.w3.org/2001/04/xmlenc#sha256"


@dataclass(slots=True)
class Objects:
    """The objects named so far, in order. `checked_at`: when they are proven to exist at the latest."""

    checked_at: str
    _elements: dict[tuple[str, str], ET.Element] = field(default_factory=dict)

    def name(self, kind: str, sha256: str) -> str:
        """The id of the object with this digest. `kind`: one of etsi_uris.OBJECTS."""
        return self._element(kind, sha256).attrib["id"]

    def stamp(self, sha256: str, time: str, of_field: str | None, status: tuple[str, str | None]) -> str:
        """The id of a timestamp: what it proves (4.4.7), and what came of its validation (4.4.8). `status`:
        one of etsi_uris.PART_STATUS, and a sub-indication."""
        element = self._element("timestamp", sha256)
        if element.find(vr("POEProvisioning")) is None:
            proven = ET.SubElement(element, vr("POEProvisioning"))
            say(proven, "POETime", time)
            if of_field is not None:
                say(ET.SubElement(proven, vr("SignatureReference")), "PAdESFieldName", of_field)
            report = ET.SubElement(element, vr("ValidationReport"))
            tell_status(report, etsi_uris.PART_STATUS[status[0]], status[1])
        return element.attrib["id"]

    def append_to(self, root: ET.Element) -> None:
        if self._elements:
            ET.SubElement(root, vr("SignatureValidationObjects")).extend(self._elements.values())

    def _element(self, kind: str, sha256: str) -> ET.Element:
        known = self._elements.get((kind, sha256))
        if known is not None:
            return known
        number = 1 + sum(each == kind for each, _ in self._elements)
        element = ET.Element(vr("ValidationObject"), {"id": f"{kind}-{number}"})
        say(element, "ObjectType", etsi_uris.OBJECTS[kind])
        tell_digest(ET.SubElement(element, vr("ValidationObjectRepresentation")), sha256)
        existed = ET.SubElement(element, vr("POE"))
        say(existed, "POETime", self.checked_at)
        say(existed, "TypeOfProof", etsi_uris.PROOF)
        self._elements[kind, sha256] = element
        return element


def refer(parent: ET.Element, name: str, identifier: str) -> None:
    """A reference to an object (4.4.3)."""
    ET.SubElement(parent, vr(name), {"VOReference": identifier})


def tell_status(report: ET.Element, indication: str, sub_indication: str | None) -> ET.Element:
    """The status of clause 4.3.4."""
    status = ET.SubElement(report, vr("SignatureValidationStatus"))
    say(status, "MainIndication", indication)
    if sub_indication:
        say(status, "SubIndication", etsi_uris.sub_indication(sub_indication))
    return status


def tell_digest(element: ET.Element, sha256: str) -> None:
    held = ET.SubElement(element, vr("DigestAlgAndValue"))
    ET.SubElement(held, f"{{{XMLDSIG}}}DigestMethod", {"Algorithm": SHA256})
    value = ET.SubElement(held, f"{{{XMLDSIG}}}DigestValue")
    value.text = base64.b64encode(bytes.fromhex(sha256)).decode()


def say(element: ET.Element, name: str, words: str) -> None:
    """Without characters that XML 1.0 cannot hold: names in certificates may hold any."""
    fit = (
        c for c in words if c in "\t\n\r" or " " <= c <= "\ud7ff" or "\ue000" <= c <= "\ufffd" or c > "\uffff"
    )
    ET.SubElement(element, vr(name)).text = "".join(fit)


def vr(name: str) -> str:
    return f"{{{NAMESPACE}}}{name}"


def document_stamps(report: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """The document timestamps of a report of the contract that could be read."""
    return [one for one in report["signatures"] if one["level"] == "DocTimeStamp" and one["cms_sha256"]]

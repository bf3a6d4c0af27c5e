"""The XML report, held against the schema of ETSI TS 119 102-2 as EU DSS carries it."""

import re
import zipfile
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from lxml import etree

from app.sample.authority import new_issuer
from signing.reports import etsi_uris
from signing.reports.etsi_objects import NAMESPACE
from signing.reports.etsi_report import NoSignatureToReport, etsi_xml
from signing.validation import validate
from tests import judges
from tests.app import verdict_files
from tests.signing import documents, long_lived
from tests.signing.conftest import SignFile

_JARS = ("specs-validation-report", "specs-xades", "specs-xmldsig", "specs-trusted-list-v211")
_SAME = {"ts_119612v020201_201601xsd.xsd": "ts_119612v020101_xsd.xsd"}  # what EU DSS has of it
NAMES = {"vr": NAMESPACE}


@pytest.fixture(scope="module")
def schema(tmp_path_factory: pytest.TempPathFactory) -> etree.XMLSchema:
    """The schema and those that it imports, from the jars of the signature judge."""
    folder = tmp_path_factory.mktemp("schema")
    for name in _JARS:
        with zipfile.ZipFile(judges.jar("signatures", name)) as archive:
            archive.extractall(folder)

    class Local(etree.Resolver):
        def resolve(self, url: str, _public: str, context: object) -> object:
            name = url.rsplit("/", 1)[-1]
            return self.resolve_filename(str(folder / "xsd" / _SAME.get(name, name)), context)

    parser = etree.XMLParser(no_network=True, load_dtd=False, resolve_entities=False)
    parser.resolvers.add(Local())
    return etree.XMLSchema(etree.parse(folder / "xsd" / "TS119102-2-v122.xsd", parser))


def _long_lived(folder: Path) -> tuple[Path, Path]:
    """A document at B-LTA, and what is trusted for it."""
    now = datetime.now(UTC).replace(microsecond=0)
    issuer = new_issuer(now, "ec")
    day = timedelta(days=1)
    signer = issuer.issue(now, algorithm="ec", begins=now - 5 * day)
    stamping = issuer.issue(now, name="Dấu thời gian Mẫu", begins=now - 5 * day, usage="timestamp")
    stamper = long_lived.authority(issuer, stamping, now - day)
    data = long_lived.sign(issuer, signer, stamper, now - day)
    data = long_lived.store(data, issuer, [issuer.revocation_list(now - day / 2, [])])
    path, trust = folder / "long.pdf", folder / "trust"
    path.write_bytes(long_lived.archive(data, long_lived.authority(issuer, stamping, now - day / 4)))
    issuer.write_trust(trust, now)
    return path, trust


def test_all_that_a_signature_rests_on_is_named_once(tmp_path: Path, schema: etree.XMLSchema) -> None:
    path, trust = _long_lived(tmp_path)
    report = validate(path, anchors=[trust]).to_json()
    root = etree.fromstring(etsi_xml(report))
    schema.assertValid(root)  # ids are unique and every reference has its object
    assert len(root.findall("vr:SignatureValidationReport", NAMES)) == 1
    kinds = [kind.text for kind in root.findall("vr:SignatureValidationObjects/*/vr:ObjectType", NAMES)]
    counted = {kind: kinds.count(etsi_uris.OBJECTS[kind]) for kind in etsi_uris.OBJECTS}
    assert counted["timestamp"] == 2
    assert counted["certificate"] >= 4
    assert counted["crl"] >= 1
    for stamp in root.xpath("//vr:ValidationObject[vr:POEProvisioning]", namespaces=NAMES):
        assert stamp.findtext("vr:POEProvisioning//vr:PAdESFieldName", namespaces=NAMES) == "Signature1"
        status = stamp.findtext("vr:ValidationReport//vr:MainIndication", namespaces=NAMES)
        assert status == etsi_uris.PART_STATUS["passed"]
    assert root.findtext(".//vr:SignatureValidationProcessID", namespaces=NAMES) == etsi_uris.process("B-LTA")
    best = root.find(".//vr:BestSignatureTime/vr:POEObject", NAMES)
    assert best is not None
    assert best.get("VOReference", "").startswith("timestamp-")
    assert root.find(".//vr:CertificateChain/vr:TrustAnchor", NAMES) is not None
    assert root.findtext(".//vr:CryptoInformation/vr:SecureAlgorithm", namespaces=NAMES) == "true"


def test_a_revoked_certificate_names_its_source(tmp_path: Path, schema: etree.XMLSchema) -> None:
    files = verdict_files.make(tmp_path)
    report = validate(files.folder / "certificate.pdf", anchors=[files.trust]).to_json()
    root = etree.fromstring(etsi_xml(report))
    schema.assertValid(root)
    held = root.find(".//vr:RevocationStatusInformation", NAMES)
    assert held is not None
    crl = held.find("vr:RevocationObject", NAMES)
    assert crl is not None
    assert crl.get("VOReference") == "crl-1"


def test_document_timestamps_alone_are_no_signature() -> None:
    with pytest.raises(NoSignatureToReport):
        etsi_xml({"signatures": [{"level": "DocTimeStamp"}]})


def _names_in_eu_dss() -> set[str]:
    """Every name of TS 119 102-2 in the classes of EU DSS (the enumerations of its validation report)."""
    found: set[str] = set()
    for name in ("dss-enumerations", "specs-validation-report"):
        with zipfile.ZipFile(judges.jar("signatures", name)) as archive:
            for each in archive.namelist():
                if each.endswith(".class"):
                    found |= set(re.findall(rb"urn:etsi:019102:[A-Za-z0-9:_-]+", archive.read(each)))
    return {one.decode() for one in found}


def test_the_names_are_those_of_the_standard() -> None:
    known = _names_in_eu_dss()
    groups = (
        etsi_uris.SIGNATURE_STATUS,
        etsi_uris.PART_STATUS,
        etsi_uris.PROCESS,
        etsi_uris.REVOCATION_REASONS,
        etsi_uris.OBJECTS,
    )
    ours = {one for group in groups for one in group.values()} | {etsi_uris.APPLIED, etsi_uris.PROOF}
    ours |= {etsi_uris.sub_indication(one) for one in etsi_uris.SUB_INDICATIONS}
    assert ours - known == set()
    ours_alone = [one for one in known if ":subindication:" in one and one not in ours]
    assert ours_alone == []
    assert etsi_uris.sub_indication("GENERIC") == "urn:banchinh:subindication:GENERIC"


@pytest.mark.parametrize(
    ("signature", "digest", "address"),
    [
        ("sha256_rsa", "sha256", "http://www.w3.org/2001/04/xmldsig-more#rsa-sha256"),
        ("rsassa_pkcs1v15", "sha1", "http://www.w3.org/2000/09/xmldsig#rsa-sha1"),
        ("sha384_ecdsa", "sha384", "http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha384"),
        ("rsassa_pss", "sha256", "http://www.w3.org/2007/05/xmldsig-more#sha256-rsa-MGF1"),
        ("ed25519", "sha512", None),
    ],
)
def test_algorithms_have_the_names_of_xml_security(signature: str, digest: str, address: str | None) -> None:
    assert etsi_uris.algorithm(signature, digest) == address


def test_the_report_follows_the_schema(
    sign_file: SignFile, trust: Path, tmp_path: Path, schema: etree.XMLSchema
) -> None:
    signed = sign_file(sign_file())
    broken = tmp_path / "broken.pdf"
    broken.write_bytes(signed.read_bytes().replace(b"/Type", b"/Typo", 1))
    for path, anchors in ((signed, [trust]), (broken, [trust]), (signed, [])):
        schema.assertValid(etree.fromstring(etsi_xml(validate(path, anchors=anchors).to_json())))


def test_status_signer_and_certificates_are_told(sign_file: SignFile, trust: Path) -> None:
    report = validate(sign_file(), anchors=[trust]).to_json()
    root = etree.fromstring(etsi_xml(report))
    assert root.tag == f"{{{NAMESPACE}}}ValidationReport"
    status = root.findtext(".//vr:SignatureValidationStatus/vr:MainIndication", namespaces=NAMES)
    assert status == "urn:etsi:019102:mainindication:total-passed"
    assert root.findtext(".//vr:Signer", namespaces=NAMES) == report["signatures"][0]["signer"]
    kinds = [kind.text for kind in root.findall(".//vr:ObjectType", NAMES)]
    assert kinds.count(etsi_uris.OBJECTS["certificate"]) == len(report["signatures"][0]["chain"])


def test_a_sub_indication_is_told(sign_file: SignFile) -> None:
    root = etree.fromstring(etsi_xml(validate(sign_file()).to_json()))
    sub = root.findtext(".//vr:SubIndication", namespaces=NAMES)
    assert sub == "urn:etsi:019102:subindication:NO_CERTIFICATE_CHAIN_FOUND"


def test_a_file_without_signature_has_no_such_report(tmp_path: Path) -> None:
    path = tmp_path / "paper.pdf"
    path.write_bytes(documents.paper())
    with pytest.raises(NoSignatureToReport):
        etsi_xml(validate(path).to_json())

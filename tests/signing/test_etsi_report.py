"""The XML report, held against the schema of ETSI TS 119 102-2 as EU DSS carries it."""

import os
import zipfile
from pathlib import Path

import pytest
from lxml import etree

from signing.etsi_report import NAMESPACE, NoSignatureToReport, etsi_xml
from signing.validation import validate
from tests.signing import documents
from tests.signing.conftest import SignFile

_REPOSITORY = Path(os.environ.get("MAVEN_REPOSITORY", Path.home() / ".m2/repository"))
_MAVEN = _REPOSITORY / "eu/europa/ec/joinup/sd-dss"
_JARS = ("specs-validation-report", "specs-xades", "specs-xmldsig", "specs-trusted-list-v211")
_SAME = {"ts_119612v020201_201601xsd.xsd": "ts_119612v020101_xsd.xsd"}  # what EU DSS has of it
NAMES = {"vr": NAMESPACE}


@pytest.fixture(scope="module")
def schema(tmp_path_factory: pytest.TempPathFactory) -> etree.XMLSchema:
    """The schema and those that it imports, from the jars of the signature judge."""
    folder = tmp_path_factory.mktemp("schema")
    for name in _JARS:
        jar = next(iter(sorted(_MAVEN.glob(f"{name}/*/*.jar"))), None)
        if jar is None:
            pytest.skip(f"{name} is not in {_MAVEN}: run the signature judge once")
        with zipfile.ZipFile(jar) as archive:
            archive.extractall(folder)

    class Local(etree.Resolver):
        def resolve(self, url: str, _public: str, context: object) -> object:
            name = url.rsplit("/", 1)[-1]
            return self.resolve_filename(str(folder / "xsd" / _SAME.get(name, name)), context)

    parser = etree.XMLParser(no_network=True, load_dtd=False, resolve_entities=False)
    parser.resolvers.add(Local())
    return etree.XMLSchema(etree.parse(folder / "xsd" / "TS119102-2-v122.xsd", parser))


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
    assert len(root.findall(".//vr:ValidationObject", NAMES)) == len(report["signatures"][0]["chain"])


def test_a_sub_indication_is_told(sign_file: SignFile) -> None:
    root = etree.fromstring(etsi_xml(validate(sign_file()).to_json()))
    sub = root.findtext(".//vr:SubIndication", namespaces=NAMES)
    assert sub == "urn:etsi:019102:subindication:NO_CERTIFICATE_CHAIN_FOUND"


def test_a_file_without_signature_has_no_such_report(tmp_path: Path) -> None:
    path = tmp_path / "paper.pdf"
    path.write_bytes(documents.paper())
    with pytest.raises(NoSignatureToReport):
        etsi_xml(validate(path).to_json())

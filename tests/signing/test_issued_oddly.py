"""Certificates that their issuer signed and that stand for nothing, beside those which stand."""

from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID

from app.sample.authority import Issued, Issuer
from signing.reports.report import SignatureReport
from signing.validation import validate
from tests.signing import odd_keys as keys
from tests.signing import odd_times
from tests.signing import odd_values as values
from tests.signing.conftest import NOW, MakeKey, SignFile
from tests.signing.odd_certificates import COMMON_NAME, Holder
from tests.signing.odd_kinds import Makers, document
from tests.signing.odd_values import Value

DAY = timedelta(days=1)
PURPOSE = "1.3.6.1.5.5.7.3."  # id-kp
SERVER, CLIENT, STAMPS, OCSP, DOCUMENTS = (PURPOSE + number for number in ("1", "2", "8", "9", "36"))


@pytest.fixture
def holder(issuer: Issuer) -> Holder:
    return Holder(Makers(issuer, NOW), ec.generate_private_key(ec.SECP256R1()))


def _judged(data: bytes, trust: Path, folder: Path) -> SignatureReport:
    path = folder / "judged.pdf"
    path.write_bytes(data)
    (found,) = validate(path, anchors=[trust]).signatures
    return found


@pytest.mark.parametrize(("within", "passes"), [("sha256", True), ("sha512", False)])
def test_the_algorithm_within_a_certificate_is_the_one_beside_it(
    within: str, passes: bool, holder: Holder, trust: Path, tmp_path: Path
) -> None:
    """RFC 5280, 4.1.1.2: what is beside it nobody signed."""
    algorithms = keys.algorithm(keys.ECDSA[within]), keys.algorithm(keys.ECDSA["sha256"])
    found = _judged(holder.signed(algorithms=algorithms), trust, tmp_path)
    assert (found.indication == "TOTAL-PASSED") is passes
    assert passes or found.sub_indication in ("CHAIN_CONSTRAINTS_FAILURE", "NO_CERTIFICATE_CHAIN_FOUND")


@pytest.mark.parametrize(
    ("written", "told"),
    [
        ("Nguyễn Văn Mẫu", "Nguyễn Văn Mẫu"),
        ("Nguyê\u0303n Va\u0306n Mâ\u0303u", "Nguyê\u0303n Va\u0306n Mâ\u0303u"),  # marks of their own
        ("Nguyễn \u202euẫM", "Nguyễn [U+202E]uẫM"),  # turns what follows
        ("A.\nHợp lệ: văn bản còn nguyên vẹn", "A.[U+000A]Hợp lệ: văn bản còn nguyên vẹn"),
        ("Mẫu\x07\u200b\ufeff", "Mẫu[U+0007][U+200B][U+FEFF]"),
        ("M" + "\u0323" * 5, "M" + "\u0323" * 3 + "[U+0323]" * 2),
    ],
)
def test_a_name_is_told_as_one_sees_it(
    written: str, told: str, holder: Holder, trust: Path, tmp_path: Path
) -> None:
    """Of a stranger's certificate, too: the sentence that names him is the product's."""
    found = _judged(holder.signed(subject=keys.name(b"\x0c", written.encode())), trust, tmp_path)
    assert found.signer == told
    assert found.certificate is not None
    assert found.certificate["subject"] == f"CN={told}, C=VN"
    report = validate(tmp_path / "judged.pdf", anchors=[])
    assert report.verdict == "undetermined"
    assert told in validate(tmp_path / "judged.pdf", anchors=[trust]).summary.vi


def test_one_name_does_not_pass_for_two(holder: Holder, trust: Path, tmp_path: Path) -> None:
    found = _judged(holder.signed(subject=keys.name(b"\x0c", b"Mau, O=BO GIA")), trust, tmp_path)
    assert found.certificate is not None
    assert found.certificate["subject"] == r"CN=Mau\, O=BO GIA, C=VN"
    both = keys.sequence(
        *(
            keys.der(0x31, keys.sequence(keys.oid(COMMON_NAME), keys.der(0x0C, one)))
            for one in (b"Bo Truong", b"Nguyen Van Mau")
        )
    )
    assert _judged(holder.signed(subject=both), trust, tmp_path).signer == "Bo Truong / Nguyen Van Mau"


def _kept_to(*purposes: str) -> bytes:
    return keys.extension("2.5.29.37", keys.sequence(*map(keys.oid, purposes)), critical=True)


@pytest.mark.parametrize(
    ("purposes", "passes"),
    [
        ((DOCUMENTS,), True),
        ((CLIENT,), True),
        ((STAMPS, DOCUMENTS), True),
        ((STAMPS,), False),
        ((OCSP, SERVER), False),
    ],
)
def test_a_certificate_of_a_service_signs_no_document(
    purposes: tuple[str, ...], passes: bool, holder: Holder, trust: Path, tmp_path: Path
) -> None:
    data = holder.signed(extensions=(*holder.always, _kept_to(*purposes)))
    found = _judged(data, trust, tmp_path)
    assert (found.indication == "TOTAL-PASSED") is passes
    assert passes or (found.reason and found.reason.code) == "certificate-unfit"


@pytest.mark.parametrize(("purposes", "passes"), [((STAMPS,), True), ((STAMPS, DOCUMENTS), False)])
def test_who_signs_documents_proves_no_time(
    purposes: tuple[str, ...], passes: bool, holder: Holder, trust: Path, tmp_path: Path
) -> None:
    makers = holder.makers
    by = Value(odd_times.authority(makers, usage=_kept_to(*purposes)))
    value = Value(
        makers.ecdsa(ec.SECP256R1(), "sha256"),
        unsigned=lambda made: values.attribute(odd_times.SIGNATURE_TIMESTAMP, odd_times.token(by, made, NOW)),
    )
    found = _judged(document(value), trust, tmp_path)
    assert (found.best_time_source == "timestamp") is passes
    assert passes or "timestamp-unfit" in [w.code for w in found.warnings]
    alone = _judged(odd_times.document_stamp(makers, by), trust, tmp_path)
    assert (alone.reason and alone.reason.code) == (None if passes else "timestamp-unfit")


def _issued_by(
    above: Issued, name: str, *, authority: bool, signs: bool, more: Sequence[x509.ExtensionType] = ()
) -> Issued:
    """A certificate with no address to ask, under `above`. `signs`: it may sign certificates."""
    key = ec.generate_private_key(ec.SECP256R1())
    usage = dict.fromkeys(("key_encipherment", "data_encipherment", "key_agreement"), False)
    usage |= dict.fromkeys(("encipher_only", "decipher_only", "content_commitment", "crl_sign"), False)
    made = x509.CertificateBuilder().issuer_name(above.certificate.subject).public_key(key.public_key())
    made = made.subject_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)]))
    made = made.serial_number(x509.random_serial_number())
    made = made.not_valid_before(NOW - DAY).not_valid_after(NOW + DAY)
    made = made.add_extension(x509.BasicConstraints(authority, None), critical=True)
    made = made.add_extension(
        x509.KeyUsage(digital_signature=True, key_cert_sign=signs, **usage), critical=True
    )
    for extension in more:
        critical = not isinstance(extension, x509.SubjectAlternativeName | x509.CertificatePolicies)
        made = made.add_extension(extension, critical)
    return Issued(made.sign(above.key, hashes.SHA256()), key)


@pytest.mark.parametrize(
    ("by_root", "authority", "signs", "told"),
    [
        (True, True, True, None),
        (True, False, False, "chain-no-authority"),
        (True, True, False, "chain-no-authority"),
        (False, True, True, "chain-too-long"),
    ],
    ids=["an authority", "a person", "an authority that signs none", "one below the last"],
)
def test_who_may_not_issue_is_named(
    by_root: bool,
    authority: bool,
    signs: bool,
    told: str | None,
    issuer: Issuer,
    make_key: MakeKey,
    sign_file: SignFile,
    trust: Path,
    tmp_path: Path,
) -> None:
    above = issuer.root if by_root else issuer.issuing
    between = _issued_by(above, "CA giả định", authority=authority, signs=signs)
    signer = _issued_by(between, "Người ký mẫu", authority=False, signs=False)
    (known := tmp_path / "between.crt").write_bytes(between.certificate.public_bytes(Encoding.PEM))
    report = validate(sign_file(key=make_key(issued=signer)), anchors=[trust, known])
    (found,) = report.signatures
    if told is None:
        assert found.indication == "TOTAL-PASSED", report.summary.en
        return
    assert found.sub_indication == "CHAIN_CONSTRAINTS_FAILURE"
    assert found.reason
    assert found.reason.code == told
    assert ("Issuing CA" if told == "chain-too-long" else "CA giả định") in found.reason.text.vi


@pytest.mark.parametrize("first", [True, False])
def test_an_extension_that_is_there_twice(first: bool, holder: Holder, trust: Path, tmp_path: Path) -> None:
    """Its usage is told twice, and one of them is to sign: which of them counts differs by program."""
    to_encrypt = keys.extension("2.5.29.15", b"\x03\x02\x05\x20", critical=True)
    usages = (keys.key_usage(), to_encrypt) if first else (to_encrypt, keys.key_usage())
    found = _judged(holder.signed(extensions=usages), trust, tmp_path)
    assert found.sub_indication == "CHAIN_CONSTRAINTS_FAILURE"
    assert found.reason
    assert found.reason.code == "chain-says-twice"


SPOKEN_FOR = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Người ký mẫu")])
DEMANDED = x509.CertificatePolicies(
    [x509.PolicyInformation(x509.ObjectIdentifier("1.3.6.1.4.1.99999.3"), None)]
)
UNCOMPARED = x509.NameConstraints([x509.RegisteredID(x509.ObjectIdentifier("1.2.3"))], None)


@pytest.mark.parametrize(
    ("demands", "below", "told"),
    [
        ([x509.NameConstraints(None, [x509.DirectoryName(SPOKEN_FOR)])], [], "chain-other-name"),
        ([x509.NameConstraints([x509.DirectoryName(SPOKEN_FOR)], None)], [], None),
        ([x509.PolicyConstraints(0, None), DEMANDED], [], "chain-other-policy"),
        ([x509.PolicyConstraints(0, None), DEMANDED], [DEMANDED], None),
        (
            [UNCOMPARED],
            [x509.SubjectAlternativeName([x509.RegisteredID(x509.ObjectIdentifier("1.2.4"))])],
            "chain-broken",
        ),
    ],
    ids=[
        "another's name",
        "its own name",
        "no policy",
        "the policy",
        "a name of a kind that is not compared",
    ],
)
def test_what_an_authority_demands_of_those_below_it_is_told(
    demands: list[x509.ExtensionType],
    below: list[x509.ExtensionType],
    told: str | None,
    issuer: Issuer,
    make_key: MakeKey,
    sign_file: SignFile,
    trust: Path,
    tmp_path: Path,
) -> None:
    """All of it was called "not valid", and a kind of name that is not compared ended the verification."""
    between = _issued_by(issuer.root, "CA giả định", authority=True, signs=True, more=demands)
    signer = _issued_by(between, "Người ký mẫu", authority=False, signs=False, more=below)
    (known := tmp_path / "between.crt").write_bytes(between.certificate.public_bytes(Encoding.PEM))
    (found,) = validate(sign_file(key=make_key(issued=signer)), anchors=[trust, known]).signatures
    assert (found.reason and found.reason.code) == told
    assert (found.indication == "TOTAL-PASSED") is (told is None)

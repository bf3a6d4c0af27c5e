"""Signatures of every odd kind: not called broken where EU DSS finds them whole, each refusal explained.

Whole is one thing, strong enough another: what a policy does not accept stays undetermined, with the reason.
"""

import warnings
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pikepdf
import pytest
from asn1crypto import x509
from cryptography.hazmat.primitives.asymmetric import ec

from app.sample.authority import Issuer
from signing.keys.references import SigningKey
from signing.reports.report import Report
from signing.revisions import NoSignedVersion, signed_length
from signing.validation import validate
from tests import judges
from tests.signing import handwritten as by_hand
from tests.signing import (
    odd_certificates,
    odd_kinds,
    odd_papers,
    odd_shapes,
    odd_times,
    odd_values,
)
from tests.signing.conftest import NOW
from tests.signing.handwritten import Written
from tests.signing.odd_keys import Maker, der, oid, sequence
from tests.signing.odd_kinds import Makers, document
from tests.signing.odd_values import (
    DATA,
    SIGNED_DATA,
    Value,
    older_attributes,
    placed,
    plain_attributes,
)

#: All that is not valid, with the code of the reason. Every other kind is.
NOT_VALID = {
    **dict.fromkeys(("RSA md5", "RSA sha1", "RSA ripemd160", "RSA 1024", "PSS sha1"), "weak-algorithm"),
    **dict.fromkeys(("ECDSA secp224r1", "ECDSA sha1", "DSA sha1", "SHA-1 within SHA-256"), "weak-algorithm"),
    **dict.fromkeys(("Ed25519", "Ed25519 with sha256", "Ed448 with sha512", "Ed448"), "unlisted-algorithm"),
    "RSA sha3_224": "unlisted-algorithm",
    "no signed attributes, PKCS#7": "signing-certificate-attribute",
    "not named": "signing-certificate-attribute",
    "no certificate": "no-signing-certificate",
    "the digest signed twice": "cms-contradicts",
    "two signers": "several-signers",
    "bytes behind": "gap-not-empty",
    "empty content in the object": "hash-failure",
    "empty content beside what is signed": "cms-contradicts",
    "other content beside what is signed": "cms-contradicts",
    "detached, no signed attributes, RSA sha1": "weak-algorithm",
    "detached, two signers": "several-signers",
    "detached, Ed25519, no signed attributes": "algorithm-unknown",
    **dict.fromkeys(("pkcs7.sha1", "pkcs7.sha1, RSA and SHA-1", "pkcs7.sha1, BER"), "weak-algorithm"),
    "pkcs7.sha1, no signed attributes": "weak-algorithm",
    "pkcs7.sha1 of other bytes": "hash-failure",
    "detached with a digest for content": "hash-failure",
    "PAdES with a digest for content": "hash-failure",
    **dict.fromkeys(("x509.rsa_sha1", "x509.rsa_sha1, a list of certificates"), "weak-algorithm"),
    "x509.rsa_sha1, certificates in one string": "weak-algorithm",
    **dict.fromkeys(("an unknown SubFilter", "an unknown SubFilter over something else"), "subfilter"),
    "a curve that is not known": "algorithm-unknown",
    "a stranger's, by an algorithm without a digest": "no-chain",
    "CMS of another kind": "cms-contradicts",
    "a broken token": "timestamp-broken",
    "what is no token": "timestamp-broken",
    "a name in UTF8String that is none": "chain-broken",
    "an unknown critical extension": "chain-demands",
    "an unreadable extension": "chain-broken",
    "not in the form": "signature-removed",
    "no table": "structure-unreadable",
    **dict.fromkeys(("AES, 256 bits, a password", "AES, 256 bits, a password, signed twice"), "locked"),
}
#: EU DSS finds them whole, and we do not: PDF allows one signer a value, and the other contradicts itself.
STRICTER = {"two signers", "detached, two signers", "CMS of another kind"}


@pytest.fixture(scope="module")
def makers(issuer: Issuer) -> Makers:
    return Makers(issuer, NOW)


@pytest.fixture(scope="module")
def algorithms(makers: Makers) -> dict[str, Maker]:
    return odd_kinds.algorithms(makers)


@pytest.fixture(scope="module")
def kinds(makers: Makers, algorithms: dict[str, Maker], key: SigningKey) -> dict[str, bytes]:
    """All but those under other authorities."""
    made = Value(makers.ecdsa(ec.SECP256R1(), "sha256"))
    objects = odd_shapes.shapes(makers) | odd_shapes.attributes(makers)
    objects |= {name: Value(maker) for name, maker in algorithms.items()}
    found = {name: document(value) for name, value in objects.items()}
    for catalogue in (odd_kinds.documents, odd_certificates.certificates, odd_certificates.extensions):
        found |= catalogue(makers)
    for papers in (odd_papers.dictionaries, odd_papers.fields, odd_papers.forms, odd_papers.files):
        found |= papers(made)
    found |= odd_times.timestamps(makers) | odd_times.document_timestamps(makers)
    found |= {name: odd_papers.encrypted(key, how) for name, how in odd_papers.ENCRYPTIONS.items()}
    strongest = odd_papers.ENCRYPTIONS["AES, 256 bits"]
    locked = pikepdf.Encryption(owner="owner", user="secret", R=6)
    return found | {
        "AES, 256 bits, signed twice": odd_papers.encrypted(key, strongest, times=2),
        "AES, 256 bits, a password": odd_papers.encrypted(key, locked, "secret"),
        "AES, 256 bits, a password, signed twice": odd_papers.encrypted(key, locked, "secret", times=2),
        "a range of its own, then signed again": odd_papers.again(found["a range of its own"], key),
        "indirect numbers, then signed again": odd_papers.again(found["indirect numbers"], key),
        "linearised, then signed again": odd_papers.again(odd_papers.linearised(made, streams=True), key),
    }


@pytest.fixture(scope="module")
def paths(kinds: dict[str, bytes], tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    folder = tmp_path_factory.mktemp("kinds")
    found = {name: folder / f"{number}.pdf" for number, name in enumerate(kinds)}
    for name, path in found.items():
        path.write_bytes(kinds[name])
    return found


@pytest.fixture(scope="module")
def reports(paths: dict[str, Path], trust: Path) -> dict[str, Report]:
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", message="Parsed a serial number")
        return {name: validate(path, anchors=[trust]) for name, path in paths.items()}


def _codes(report: Report) -> set[str]:
    return {s.reason.code for s in report.signatures if s.reason}


def test_each_kind_is_valid_or_refused_for_the_reason_that_is_known(reports: dict[str, Report]) -> None:
    """Document timestamps alone are no signature of anybody: they stand, and the document is undetermined."""
    otherwise = {}
    for name, report in reports.items():
        because = {NOT_VALID[name]} if name in NOT_VALID else set()
        alone = all(s.level == "DocTimeStamp" for s in report.signatures)
        if _codes(report) != because or (not because and not alone and report.verdict != "valid"):
            otherwise[name] = report.verdict, _codes(report)
    assert not otherwise
    assert NOT_VALID.keys() <= reports.keys()


def test_what_eu_dss_finds_whole_is_whole(
    paths: dict[str, Path], reports: dict[str, Report], trust: Path
) -> None:
    answers = judges.signatures(list(paths.values()), trust / "root.crt")
    whole = {
        name
        for name, answer in zip(paths, answers, strict=True)
        if answer and all(s["intact"] for s in answer)
    }
    ours = {name for name, report in reports.items() if all(s.intact for s in report.signatures)}
    assert whole - ours == STRICTER & whole
    passed = {
        name
        for name, answer in zip(paths, answers, strict=True)
        if answer and all(s["indication"] == "TOTAL-PASSED" for s in answer)
    }
    valid = {name for name, report in reports.items() if report.verdict == "valid"}
    assert len(passed) > 150, "the judge must have had something to say"
    assert len(passed & valid) >= 0.94 * len(passed), sorted(passed - valid)


def test_each_refusal_says_what_and_nothing_unchecked_is_called_broken(reports: dict[str, Report]) -> None:
    faults = {"hash-failure", "signature-removed"}
    for name, report in reports.items():
        for signature in report.signatures:
            if signature.indication != "TOTAL-PASSED":
                assert signature.reason
                assert signature.reason.code != "cannot-verify", name
            failed = signature.indication == "TOTAL-FAILED"
            assert failed == (NOT_VALID.get(name) in faults), name


@pytest.mark.parametrize("kind", odd_certificates.AUTHORITIES)
def test_authorities_may_sign_by_any_listed_algorithm(kind: str, tmp_path: Path) -> None:
    trust = tmp_path / "trust"
    data, _ = odd_certificates.authority(odd_certificates.AUTHORITIES[kind], trust, NOW)
    path = tmp_path / "signed.pdf"
    path.write_bytes(data)
    report = validate(path, anchors=[trust])
    answer = judges.signatures([path], trust / "root.crt")[0]
    assert [s["intact"] for s in answer] == [True]
    if kind == "Ed25519":
        assert _codes(report) == {"unlisted-chain"}
    else:
        assert report.verdict == "valid", _codes(report)
        assert (report.signatures[0].revocation.status, report.signatures[0].revocation.source) == (
            "good",
            "crl",
        )


# --- what is wrong stays wrong, whatever the kind


def _others(algorithms: dict[str, Maker]) -> Iterator[tuple[str, Maker]]:
    """Each algorithm, with values over other bytes than those that are asked for."""
    for name, maker in algorithms.items():
        yield name, replace(maker, sign=lambda message, by=maker: by.sign(message + b"x"))  # type: ignore[misc]


def test_a_value_over_other_bytes_is_wrong_by_every_algorithm(
    algorithms: dict[str, Maker], trust: Path, tmp_path: Path
) -> None:
    path = tmp_path / "wrong.pdf"
    for name, maker in _others(algorithms):
        for value in (Value(maker), Value(maker, None)):
            if value.attributes is None and name.startswith("Ed"):
                continue
            path.write_bytes(document(value, odd_kinds.DETACHED))
            report = validate(path, anchors=[trust])
            assert report.verdict == "invalid", name
            assert not report.signatures[0].intact


def test_a_key_for_pss_makes_no_other_values(makers: Makers, trust: Path, tmp_path: Path) -> None:
    """RFC 4055, 1.2: whose certificate names RSASSA-PSS signs by it alone."""
    named, plain = makers.pss("sha256", "sha256", 32, in_key=""), makers.rsa()
    path = tmp_path / "signed.pdf"
    path.write_bytes(document(Value(replace(named, said=plain.said, sign=plain.sign))))
    report = validate(path, anchors=[trust])
    assert report.verdict == "undetermined"
    assert _codes(report) == {"algorithm-unknown"}


def test_the_value_of_another_key_is_wrong_by_every_algorithm(
    makers: Makers, algorithms: dict[str, Maker], trust: Path, tmp_path: Path
) -> None:
    stranger, path = makers.ecdsa(ec.SECP256R1(), "sha256").certificate, tmp_path / "wrong.pdf"
    for name, maker in algorithms.items():
        path.write_bytes(document(Value(replace(maker, certificate=stranger))))
        report = validate(path, anchors=[trust])
        assert report.verdict != "valid", name
        assert not report.signatures[0].intact


def test_a_changed_byte_is_told_in_every_kind(
    kinds: dict[str, bytes], reports: dict[str, Report], trust: Path, tmp_path: Path
) -> None:
    """In what the page says: the same place in all that are written by hand."""
    path = tmp_path / "changed.pdf"
    for name, data in kinds.items():
        if by_hand.CONTENT not in data or not all(s.intact for s in reports[name].signatures):
            continue
        path.write_bytes(data.replace(b"Quyet dinh so 22", b"Quyet dinh so 23", 1))
        with warnings.catch_warnings():
            warnings.filterwarnings("ignore", message="Parsed a serial number")
            report = validate(path, anchors=[trust])
        assert report.verdict == ("invalid" if NOT_VALID.get(name) != "subfilter" else "undetermined"), name
        assert not any(s.intact for s in report.signatures), name


def test_a_timestamp_stands_beside_what_is_none(reports: dict[str, Report]) -> None:
    for name in ("what is no token, and a token", "what is no token, and a token, in one attribute"):
        (signature,) = reports[name].signatures
        assert [t.trusted for t in signature.timestamps] == [True], name
        assert "timestamp-broken" in {warning.code for warning in signature.warnings}


def test_the_oldest_kind_is_no_pkcs7(reports: dict[str, Report]) -> None:
    assert reports["x509.rsa_sha1"].signatures[0].level == "PKCS1"


def test_each_whole_signature_has_its_version(paths: dict[str, Path], reports: dict[str, Report]) -> None:
    refused = {}
    for name, report in reports.items():
        for signature in report.signatures:
            if not signature.intact or signature.signed_length is None:
                continue
            try:
                assert signed_length(paths[name], signature.field) == signature.signed_length, name
            except NoSignedVersion as error:
                refused[name] = error.code
    assert not refused


#: Signatures that hold the digest of the document in another way than most.
OTHER_DIGESTS = ("Ed448", "pkcs7.sha1", "pkcs7.sha1, no signed attributes", "pkcs7.sha1, BER")


@pytest.mark.parametrize("name", OTHER_DIGESTS)
def test_one_that_was_taken_out_is_told(
    name: str, kinds: dict[str, bytes], trust: Path, tmp_path: Path
) -> None:
    signed = Written(kinds[name], int(kinds[name].rsplit(b"startxref", 1)[1].split()[0]), 20)
    path = tmp_path / "removed.pdf"
    path.write_bytes(by_hand.updated(signed, {1: by_hand.base()[1], 3: by_hand.base()[3]}).data)
    report = validate(path, anchors=[trust])
    assert (report.verdict, _codes(report)) == ("invalid", {"signature-removed"})
    assert report.signatures[0].intact


def test_one_in_a_file_that_cannot_be_read_is_not_called_changed(
    makers: Makers, trust: Path, tmp_path: Path
) -> None:
    by_rsa, path = makers.rsa(), tmp_path / "unreadable.pdf"
    within = Value(by_rsa, odd_values.older_attributes, encapsulated=odd_values.older_digest)
    for value in (Value(makers.edwards(448, "shake256")), within, within.but(attributes=None)):
        path.write_bytes(odd_papers.files(value)["no table"])
        report = validate(path, anchors=[trust])
        assert (report.verdict, _codes(report)) == ("undetermined", {"structure-unreadable"})
        assert report.signatures[0].intact


def test_another_certificate_of_the_same_name_and_number(makers: Makers, trust: Path, tmp_path: Path) -> None:
    """The value brings no certificate; of those in the document's store only one has its key."""
    maker, other = (makers.ecdsa(ec.SECP256R1(), "sha256") for _ in range(2))
    parts = other.certificate["tbs_certificate"]
    parts["serial_number"] = maker.certificate.serial_number
    false = x509.Certificate.load(other.certificate.copy().dump(force=True))
    made = Value(maker, older_attributes, certificates=())
    found = {}
    for name, stored in {"right": (maker.certificate, false), "false": (false,)}.items():
        held = by_hand.base(catalog=b"/DSS 20 0 R")
        certificates = [*(one.dump() for one in stored), *maker.above]
        held |= {30 + n: by_hand.stream(der) for n, der in enumerate(certificates)}
        listed = b" ".join(b"%d 0 R" % (30 + n) for n in range(len(certificates)))
        held[20] = b"<</Certs[%s]>>" % listed
        start = by_hand.updated(Written(by_hand.HEAD), held)
        draft = by_hand.updated(start, by_hand.signing(start.size, held))
        draft = replace(draft, data=draft.data.replace(odd_kinds.PADES, odd_kinds.DETACHED))
        path = tmp_path / f"{name}.pdf"
        path.write_bytes(placed(draft, made).data)
        found[name] = validate(path, anchors=[trust]).signatures[0]
    assert found["right"].intact
    assert found["right"].reason is None
    assert found["false"].indication == "INDETERMINATE"
    assert found["false"].reason
    assert found["false"].reason.code == "no-signing-certificate"


def test_what_once_was_attributes_is_no_document(makers: Makers, trust: Path, tmp_path: Path) -> None:
    """A value without signed attributes may be that of one with, whose attributes are this content."""
    head = by_hand.document(head=b"1" + by_hand.HEAD)
    draft = by_hand.updated(head, by_hand.signing(head.size, by_hand.base()))
    other = draft.data.replace(odd_kinds.PADES, odd_kinds.DETACHED)
    made = Value(makers.ecdsa(ec.SECP256R1(), "sha256"), None)
    path = tmp_path / "set.pdf"
    path.write_bytes(placed(replace(draft, data=other), made).data)
    report = validate(path, anchors=[trust])
    assert (report.verdict, _codes(report)) == ("undetermined", {"cms-contradicts"})


def test_changes_of_an_encrypted_document_are_told(key: SigningKey, trust: Path, tmp_path: Path) -> None:
    data = odd_papers.encrypted(key, odd_papers.ENCRYPTIONS["AES, 256 bits"])
    before = Written(data, int(data.rsplit(b"startxref", 1)[1].split()[0]), 200)
    with pikepdf.open(_written(tmp_path, data)) as pdf:
        number = pdf.pages[0].Contents.objgen[0]
        trailer = b"/Encrypt %d 0 R/ID[<%s><%s>]" % (
            pdf.trailer.Encrypt.objgen[0],
            *(bytes(part).hex().encode() for part in pdf.trailer.ID),
        )
        root = pdf.Root.objgen[0]
    said = by_hand.updated(before, {number: by_hand.stream(b"", b"/Filter/Crypt")}, trailer=trailer)
    path = _written(tmp_path, said.data.replace(b"/Root 1 0 R/Encrypt", b"/Root %d 0 R/Encrypt" % root))
    report = validate(path, anchors=[trust])
    assert report.verdict == "invalid"
    assert report.signatures[0].intact


def _written(folder: Path, data: bytes) -> Path:
    path = folder / "encrypted.pdf"
    path.write_bytes(data)
    return path


def test_another_object_within_is_doubted_though_it_calls_itself_no_data(
    makers: Makers, trust: Path, tmp_path: Path
) -> None:
    """What is of a kind that has a shape of its own is read by it, and was no content then."""
    value = Value(makers.ecdsa(ec.SECP256R1(), "sha256"))
    within = sequence(der(2, b"\x01"), der(0x31), sequence(oid(DATA)), der(0x31))
    made = value.but(
        version=3,
        content_type=SIGNED_DATA,
        attributes=lambda this, digest: plain_attributes(this.but(content_type=DATA), digest),
        encapsulated=lambda _: within,
        beside=True,
    )
    (path := tmp_path / "within.pdf").write_bytes(document(made))
    (found,) = validate(path, anchors=[trust]).signatures
    assert found.indication == "INDETERMINATE"
    assert found.reason is not None
    assert found.reason.code == "cms-contradicts"

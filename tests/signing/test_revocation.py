"""What a revocation list or an OCSP answer may say, and what not: odd ones are never taken for good."""

import time
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from asn1crypto import core
from asn1crypto import ocsp as asn1_ocsp
from asn1crypto import x509 as asn1_x509
from asn1crypto.core import GeneralizedTime
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509 import ocsp
from cryptography.x509.oid import ExtendedKeyUsageOID

from app.sample.authority import Issued, Issuer, new_issuer
from signing.pki.revocation_sources import Sources
from signing.reports.report import SignatureReport
from signing.validation import validate
from tests.signing.conftest import NOW, MakeKey, SignFile

DAY = timedelta(days=1)
PLACE = "http://crl.example.invalid/a.crl"
Judge = Callable[..., SignatureReport]


@pytest.fixture
def signer(issuer: Issuer) -> Issued:
    return issuer.issue(NOW, algorithm="ec", crl_url=PLACE)


@pytest.fixture
def judge(signer: Issued, make_key: MakeKey, sign_file: SignFile, trust: Path, tmp_path: Path) -> Judge:
    """The signature, with this revocation data and no other."""
    signed = sign_file(key=make_key(issued=signer))

    def judged(data: bytes, suffix: str = ".crl", at: datetime = NOW) -> SignatureReport:
        given = tmp_path / f"given{suffix}"
        given.write_bytes(data)
        return validate(signed, anchors=[trust / "root.crt", given], at=at).signatures[0]

    return judged


def _list(
    issuer: Issuer,
    *extensions: tuple[x509.ExtensionType, bool],
    revoked: Issued | None = None,
    of_entry: tuple[x509.ExtensionType, bool] | None = None,
) -> bytes:
    builder = (
        x509.CertificateRevocationListBuilder()
        .issuer_name(issuer.issuing.certificate.subject)
        .last_update(NOW - DAY)
        .next_update(NOW + DAY)
    )
    for extension, critical in extensions:
        builder = builder.add_extension(extension, critical)
    if revoked:
        entry = x509.RevokedCertificateBuilder().serial_number(revoked.certificate.serial_number)
        entry = entry.add_extension(*of_entry) if of_entry else entry
        builder = builder.add_revoked_certificate(entry.revocation_date(NOW - DAY).build())
    return builder.sign(issuer.issuing.key, hashes.SHA256()).public_bytes(Encoding.DER)


def _point(place: str | None = None, **flags: object) -> tuple[x509.ExtensionType, bool]:
    given: dict[str, object] = {
        "full_name": [x509.UniformResourceIdentifier(place)] if place else None,
        "relative_name": None,
        "only_contains_user_certs": False,
        "only_contains_ca_certs": False,
        "only_some_reasons": None,
        "indirect_crl": False,
        "only_contains_attribute_certs": False,
    }
    return x509.IssuingDistributionPoint(**{**given, **flags}), True  # type: ignore[arg-type]


DELTA = (x509.DeltaCRLIndicator(1), True)
SOME_REASONS = _point(only_some_reasons=frozenset([x509.ReasonFlags.key_compromise]))
INDIRECT = _point(indirect_crl=True)
ELSEWHERE = _point("http://crl.example.invalid/another-part.crl")
UNHEARD_OF = (x509.UnrecognizedExtension(x509.ObjectIdentifier("1.2.3.4"), b"\x05\x00"), True)


@pytest.mark.parametrize("extension", [DELTA, SOME_REASONS, INDIRECT, ELSEWHERE, UNHEARD_OF])
def test_a_list_that_does_not_speak_of_all_settles_nothing(
    extension: tuple[x509.ExtensionType, bool], issuer: Issuer, judge: Judge
) -> None:
    signature = judge(_list(issuer, extension))
    assert (signature.indication, signature.sub_indication) == ("INDETERMINATE", "TRY_LATER")
    assert signature.revocation.status == "unknown"


@pytest.mark.parametrize("extensions", [(), (_point(PLACE),), (_point(only_contains_user_certs=True),)])
def test_a_list_for_this_certificate_settles_it(
    extensions: tuple[tuple[x509.ExtensionType, bool], ...], issuer: Issuer, judge: Judge
) -> None:
    assert judge(_list(issuer, *extensions)).revocation.status == "good"


@pytest.mark.parametrize(
    "place",
    [
        "http://CRL.Example.invalid/a.crl",
        "http://crl.example.invalid/a b.crl",
        "http://crl.example.invalid:80/a.crl",
        "ldap:///CN=CA%20MAU,CN=CDP,DC=example?certificateRevocationList?base?objectClass=cRLDistributionPoint",
    ],
)
def test_addresses_are_compared_as_they_stand(
    place: str, issuer: Issuer, make_key: MakeKey, sign_file: SignFile, trust: Path, tmp_path: Path
) -> None:
    signed = sign_file(key=make_key(issued=issuer.issue(NOW, algorithm="ec", crl_url=place)))
    given = tmp_path / "given.crl"
    for named, status in ((place, "good"), (PLACE, "unknown")):
        given.write_bytes(_list(issuer, _point(named)))
        signature = validate(signed, anchors=[trust / "root.crt", given], at=NOW).signatures[0]
        assert signature.revocation.status == status


@pytest.mark.parametrize(("begins", "status"), [(NOW - 2 * DAY, "good"), (NOW - DAY / 2, "unknown")])
def test_a_list_from_before_the_certificate_does_not_speak_of_it(
    begins: datetime,
    status: str,
    issuer: Issuer,
    make_key: MakeKey,
    sign_file: SignFile,
    trust: Path,
    tmp_path: Path,
) -> None:
    """Some are in force for years, and the certificate was issued since: it could not be on them."""
    signed = sign_file(key=make_key(begins=begins, crl_url=PLACE))
    (given := tmp_path / "given.crl").write_bytes(_list(issuer))
    (found,) = validate(signed, anchors=[trust / "root.crt", given]).signatures
    assert found.revocation.status == status
    (found,) = validate(signed, anchors=[trust]).signatures  # its authority's list of now
    assert found.revocation.status == "good"


@pytest.mark.parametrize("extension", [DELTA, SOME_REASONS, ELSEWHERE])
def test_whom_a_partial_list_names_is_revoked(
    extension: tuple[x509.ExtensionType, bool], issuer: Issuer, signer: Issued, judge: Judge
) -> None:
    assert judge(_list(issuer, extension, revoked=signer)).sub_indication == "REVOKED"


def test_an_indirect_list_may_name_a_serial_number_of_another_issuer(
    issuer: Issuer, signer: Issued, judge: Judge
) -> None:
    assert judge(_list(issuer, INDIRECT, revoked=signer)).revocation.status == "unknown"


def test_a_list_that_keeps_the_expired_speaks_of_them(
    issuer: Issuer, make_key: MakeKey, sign_file: SignFile, trust: Path, tmp_path: Path
) -> None:
    """ExpiredCertsOnCRL: silence after the end means something, where the list says that it keeps them."""
    since = GeneralizedTime(NOW - 30 * DAY).dump()
    keeps = x509.UnrecognizedExtension(x509.ObjectIdentifier("2.5.29.60"), since)
    issued = issuer.issue(NOW, algorithm="ec", begins=NOW - 9 * DAY, ends=NOW - 2 * DAY, crl_url=PLACE)
    signed = sign_file(key=make_key(issued=issued), now=NOW - 3 * DAY)
    for extensions, status in (((), "unknown"), (((keeps, False),), "good")):
        given = tmp_path / "given.crl"
        given.write_bytes(_list(issuer, *extensions))
        signature = validate(signed, anchors=[trust / "root.crt", given], at=NOW).signatures[0]
        assert signature.revocation.status == status
        assert signature.sub_indication == "OUT_OF_BOUNDS_NO_POE"


def _responder(
    issuer: Issuer,
    *,
    granted: bool = True,
    begins: datetime,
    ends: datetime,
    key: rsa.RSAPrivateKey | None = None,
) -> Issued:
    """A responder that the authority certified, with or without the usage for it."""
    own = key or issuer.issue(NOW, algorithm="ec").key
    subject = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "OCSP")])
    builder = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer.issuing.certificate.subject)
        .public_key(own.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(begins)
        .not_valid_after(ends)
    )
    if granted:
        usage = x509.ExtendedKeyUsage([ExtendedKeyUsageOID.OCSP_SIGNING])
        builder = builder.add_extension(usage, critical=False)
    return Issued(builder.sign(issuer.issuing.key, hashes.SHA256()), own)


def _answer(
    issuer: Issuer,
    signer: Issued,
    by: Issued,
    *,
    written: datetime = NOW,
    until: datetime | None = NOW + DAY,
    status: ocsp.OCSPCertStatus = ocsp.OCSPCertStatus.GOOD,
) -> bytes:
    """An answer without a nonce, as pre-produced ones are (RFC 5019)."""
    since = written if status == ocsp.OCSPCertStatus.REVOKED else None
    builder = ocsp.OCSPResponseBuilder().add_response(
        signer.certificate, issuer.issuing.certificate, hashes.SHA1(), status, written, until, since, None
    )
    builder = builder.responder_id(ocsp.OCSPResponderEncoding.HASH, by.certificate)
    builder = builder.certificates([by.certificate])
    return builder.sign(by.key, hashes.SHA256()).public_bytes(Encoding.DER)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("granted", "begins", "ends", "status"),
    [
        (True, -9, 9, "good"),
        (False, -9, 9, "unknown"),  # any certificate of the authority could answer
        (True, -9, -1, "unknown"),  # expired before it answered
        (True, 1, 9, "unknown"),
    ],
)
def test_a_delegated_responder(
    granted: bool, begins: int, ends: int, status: str, issuer: Issuer, signer: Issued, judge: Judge
) -> None:
    by = _responder(issuer, granted=granted, begins=NOW + begins * DAY, ends=NOW + ends * DAY)
    assert judge(_answer(issuer, signer, by), ".ocsp").revocation.status == status


def test_a_responder_with_a_weak_key(issuer: Issuer, signer: Issued, judge: Judge) -> None:
    """Its key and its certificate are asked of the policy as all others are."""
    for bits, status in ((2048, "good"), (1024, "unknown")):
        key = rsa.generate_private_key(65537, bits)
        by = _responder(issuer, begins=NOW - DAY, ends=NOW + DAY, key=key)
        assert judge(_answer(issuer, signer, by), ".ocsp").revocation.status == status


def test_a_responder_of_another_authority(issuer: Issuer, signer: Issued, judge: Judge) -> None:
    by = _responder(new_issuer(NOW, "ec"), begins=NOW - DAY, ends=NOW + DAY)
    assert judge(_answer(issuer, signer, by), ".ocsp").revocation.status == "unknown"


@pytest.mark.parametrize(
    ("written", "until", "status"),
    [
        (0, 1, "good"),
        (-9, -8, "unknown"),  # replayed: without a nonce the dates stand against it
        (0, None, "good"),
        (-2, None, "unknown"),  # says no end, so a day is all
    ],
)
def test_an_answer_without_a_nonce_stands_by_its_dates(
    written: int, until: int | None, status: str, issuer: Issuer, signer: Issued, judge: Judge
) -> None:
    ends = None if until is None else NOW + until * DAY
    data = _answer(issuer, signer, issuer.issuing, written=NOW + written * DAY, until=ends)
    assert judge(data, ".ocsp").revocation.status == status


def test_a_responder_that_does_not_know_has_not_said_good(
    issuer: Issuer, signer: Issued, judge: Judge
) -> None:
    data = _answer(issuer, signer, issuer.issuing, status=ocsp.OCSPCertStatus.UNKNOWN)
    assert judge(data, ".ocsp").revocation.status == "unknown"


def test_an_answer_on_another_certificate(issuer: Issuer, judge: Judge) -> None:
    other = issuer.issue(NOW, algorithm="ec")
    assert judge(_answer(issuer, other, issuer.issuing), ".ocsp").revocation.status == "unknown"


def test_a_list_in_the_name_of_the_issuer_by_another_key(
    signer: Issued, judge: Judge, issuer: Issuer
) -> None:
    """The signer's own key signs a list in its issuer's name."""
    forged = _list(Issuer(issuer.root, Issued(issuer.issuing.certificate, signer.key)))
    assert judge(forged).revocation.status == "unknown"


def test_lists_are_read_once_however_many_signatures_ask(issuer: Issuer) -> None:
    """Each signature had all lists read and their signatures checked anew."""
    lists = tuple(issuer.revocation_list(NOW + timedelta(minutes=n)) for n in range(300))
    above = asn1_x509.Certificate.load(issuer.issuing.certificate.public_bytes(Encoding.DER))
    signers = [
        asn1_x509.Certificate.load(issuer.issue(NOW, algorithm="ec").certificate.public_bytes(Encoding.DER))
        for _ in range(30)
    ]
    sources = Sources(crls=lists)
    begun = time.process_time()
    assert len(sources.answers(signers[0], above)) == len(lists)
    first = time.process_time() - begun
    begun = time.process_time()
    for signer in signers[1:] * 10:
        assert len(sources.answers(signer, above)) == len(lists)
    assert time.process_time() - begun < 10 * first, "of 290 times"


def test_a_list_of_no_known_version_is_in_nobodys_way(issuer: Issuer, judge: Judge) -> None:
    """Nobody need have signed it: such a one, in any file, ended the verification without a report."""
    written = _list(issuer)
    place = written.index(b"\x02\x01\x01")
    assert judge(written[: place + 2] + b"\x05" + written[place + 3 :]).revocation.status == "unknown"


@pytest.mark.parametrize(("ahead", "status"), [(timedelta(minutes=2), "good"), (9 * DAY, "unknown")])
def test_what_is_dated_ahead_settles_nothing(
    ahead: timedelta, status: str, issuer: Issuer, signer: Issued, judge: Judge
) -> None:
    """It was taken for good, and would have been so until its end, whatever came in between; clocks that go a
    little fast are no reason to doubt."""
    ends = NOW + 20 * DAY
    assert judge(issuer.revocation_list(NOW + ahead, until=ends)).revocation.status == status
    data = _answer(issuer, signer, issuer.issuing, written=NOW + ahead, until=ends)
    assert judge(data, ".ocsp").revocation.status == status


def test_an_entry_that_demands_to_be_understood(issuer: Issuer, signer: Issued, judge: Judge) -> None:
    """RFC 5280, 5.3: such a list tells nothing of any certificate; whom it names is revoked all the same."""
    other = issuer.issue(NOW, algorithm="ec")
    understood = (x509.CRLReason(x509.ReasonFlags.superseded), True)
    for extension, status in ((understood, "good"), (UNHEARD_OF, "unknown")):
        assert judge(_list(issuer, revoked=other, of_entry=extension)).revocation.status == status
    assert judge(_list(issuer, revoked=signer, of_entry=UNHEARD_OF)).revocation.status == "revoked"


@pytest.mark.parametrize("single", [True, False])
@pytest.mark.parametrize("critical", [True, False])
def test_an_answer_that_demands_to_be_understood(
    single: bool, critical: bool, issuer: Issuer, signer: Issued, judge: Judge
) -> None:
    """RFC 6960, 4.4: such an answer does not say good; that a certificate is revoked counts all the same."""
    null = core.ParsableOctetString(b"\x05\x00")
    demand = {"extn_id": "1.3.6.1.4.1.99999.9", "critical": critical, "extn_value": null}
    for status, told in (("good", "unknown" if critical else "good"), ("revoked", "revoked")):
        response = asn1_ocsp.OCSPResponse.load(
            _answer(issuer, signer, issuer.issuing, status=ocsp.OCSPCertStatus[status.upper()])
        )
        basic = response["response_bytes"]["response"].parsed
        said = basic["tbs_response_data"]
        holder = said["responses"][0] if single else said
        holder["single_extensions" if single else "response_extensions"] = [demand]
        basic["signature"] = issuer.issuing.key.sign(said.dump(), ec.ECDSA(hashes.SHA256()))
        response["response_bytes"]["response"] = core.ParsableOctetString(basic.dump())
        assert judge(response.dump(), ".ocsp").revocation.status == told


@pytest.mark.parametrize(
    ("said", "reason", "days", "status"),
    [
        ("revoked", x509.ReasonFlags.superseded, -2, "revoked"),
        ("good", x509.ReasonFlags.superseded, -2, "unknown"),  # before it answered
        ("good", x509.ReasonFlags.superseded, 0.5, "good"),
        ("good", x509.ReasonFlags.key_compromise, 0.5, "unknown"),  # others may have dated the answer
    ],
)
def test_a_responder_that_a_list_revokes(
    said: str,
    reason: x509.ReasonFlags,
    days: float,
    status: str,
    issuer: Issuer,
    signer: Issued,
    make_key: MakeKey,
    sign_file: SignFile,
    trust: Path,
    tmp_path: Path,
) -> None:
    """The list says nothing of the signer; it is at hand all the same. That one is revoked is believed."""
    by = _responder(issuer, begins=NOW - 9 * DAY, ends=NOW + 9 * DAY)
    entry = x509.RevokedCertificateBuilder().serial_number(by.certificate.serial_number)
    entry = entry.revocation_date(NOW + days * DAY).add_extension(x509.CRLReason(reason), critical=False)
    listed = x509.CertificateRevocationListBuilder().issuer_name(issuer.issuing.certificate.subject)
    listed = listed.last_update(NOW + DAY).next_update(NOW + 2 * DAY).add_revoked_certificate(entry.build())
    listed = listed.add_extension(x509.DeltaCRLIndicator(1), critical=True)
    (tmp_path / "given.crl").write_bytes(
        listed.sign(issuer.issuing.key, hashes.SHA256()).public_bytes(Encoding.DER)
    )
    (tmp_path / "given.ocsp").write_bytes(
        _answer(issuer, signer, by, until=NOW + 3 * DAY, status=ocsp.OCSPCertStatus[said.upper()])
    )
    given = [trust / "root.crt", tmp_path / "given.crl", tmp_path / "given.ocsp"]
    signed = sign_file(key=make_key(issued=signer))
    (found,) = validate(signed, anchors=given, at=NOW + 2 * DAY).signatures
    assert found.revocation.status == status

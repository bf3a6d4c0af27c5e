"""An authority that tells of every certificate whether it was revoked, as real ones do: what is signed under
it holds for EU DSS by what is in the file, with its demand for revocation data in force."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import pytest
from cryptography.hazmat.primitives.serialization import Encoding

from app.sample.authority import Algorithm, Issued, Issuer, new_issuer
from signing.evidence.fetching import Fetcher
from signing.pades import Level
from signing.validation import validate
from tests import judges
from tests.signing.conftest import NOW, MakeKey, SignFile
from tests.signing.responders import Responder, ocsp_answer, serving, timestamp_answer

LOOPBACK = Fetcher.allowing("127.0.0.0/8")
LEVELS: tuple[Level, ...] = ("B-LT", "B-LTA")
Told = Literal["list", "answer", "delegated answer"]  # how the issuing authority tells


@dataclass(frozen=True)
class Authority:
    """The issuer, the address of its timestamps, and a file with its root alone."""

    issuer: Issuer
    responder: Responder
    root: Path

    def issue(self, algorithm: Algorithm, told: Told) -> Issued:
        number = len(self.responder.answers)
        url = self.responder.url(f"/ocsp/{number}")
        if told == "list":
            return self.issuer.issue(NOW, algorithm=algorithm, crl_url=self.responder.url("/issuing.crl"))
        issued = self.issuer.issue(NOW, algorithm=algorithm, ocsp_url=url)
        by = self.issuer.issue(NOW, name="OCSP MẪU", usage="ocsp") if told == "delegated answer" else None
        self.responder.answers[f"/ocsp/{number}"] = ocsp_answer(self.issuer, issued, NOW, responder=by)
        return issued


@pytest.fixture(params=["rsa", "ec", "ec-384"])
def authority(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Authority]:
    with serving() as responder:
        issuer = new_issuer(NOW, request.param, crl_url=responder.url("/root.crl"))
        stamping = issuer.issue(NOW, name="TSA MẪU", usage="timestamp", crl_url=responder.url("/issuing.crl"))
        lists = {"/root.crl": issuer.root_revocation_list(NOW), "/issuing.crl": issuer.revocation_list(NOW)}
        for path, data in lists.items():
            responder.answers[path] = lambda _, data=data: data  # type: ignore[misc]
        responder.answers["/tsa"] = timestamp_answer(issuer, stamping, NOW)
        root = tmp_path / "root.crt"
        root.write_bytes(issuer.root.certificate.public_bytes(Encoding.PEM))
        yield Authority(issuer, responder, root)


def test_what_every_kind_of_key_signs_holds_for_eu_dss(
    authority: Authority, make_key: MakeKey, sign_file: SignFile
) -> None:
    cases: list[tuple[Algorithm, bool, Told]] = [
        ("rsa", False, "list"),
        ("rsa", True, "answer"),
        ("ec", False, "answer"),
        ("ec-384", False, "delegated answer"),
    ]
    signed: dict[Path, Level] = {}
    for algorithm, pss, told in cases:
        key = make_key(by=authority.issuer, issued=authority.issue(algorithm, told), pss=pss)
        for level in LEVELS:
            tsa = authority.responder.url("/tsa")
            file = sign_file(key=key, level=level, tsa=tsa, fetcher=LOOPBACK, trust=[authority.root])
            signed[file] = level
    for file in signed:
        report = validate(file, anchors=[authority.root])
        assert report.verdict == "valid"
        assert {s.revocation.status for s in report.signatures} == {"good"}
    answers = judges.signatures(list(signed), authority.root, revocation=True)
    for level, signatures in zip(signed.values(), answers, strict=True):
        assert [s["indication"] for s in signatures] == ["TOTAL-PASSED"], signatures
        assert signatures[0]["level"] == f"PAdES-BASELINE-{level.removeprefix('B-')}"


@pytest.mark.parametrize("authority", ["ec"], indirect=True)
def test_eu_dss_demands_it_indeed(authority: Authority, make_key: MakeKey, sign_file: SignFile) -> None:
    """Else what it says above would say nothing."""
    key = make_key(by=authority.issuer, issued=authority.issue("ec", "list"))
    signed = sign_file(key=key, level="B-T", tsa=authority.responder.url("/tsa"), fetcher=LOOPBACK)
    for revocation, indication in ((True, "INDETERMINATE"), (False, "TOTAL-PASSED")):
        answer = judges.signatures([signed], authority.root, revocation=revocation)[0]
        assert [s["indication"] for s in answer] == [indication]

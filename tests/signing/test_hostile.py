"""Whatever the bytes are, there is a report; and no change of a signed file is ever valid."""

import csv
import io
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from signing.validation import validate
from tests import judges
from tests.signing import documents
from tests.signing.conftest import SignFile

SHARED = Path(__file__).parents[2] / "../shared/data"
VERDICTS = {"valid", "invalid", "undetermined", "unsigned", "unreadable"}
needs_shared = pytest.mark.skipif(not SHARED.is_dir(), reason="the shared data folder is not here")

EXPECTED = {
    "dss-doc-firmado.pdf": "undetermined",
    "dss-pdf-signed-original.pdf": "undetermined",
    "pyhanko-minimal-two-fields-signed-twice.pdf": "undetermined",
    "dss-pades_infinite_loop.pdf": "unreadable",
    "dss-pdf-signed-corrupted.pdf": "invalid",
    "dss-pdf-byterange-overlap.pdf": "invalid",
    "dss-pdf-signed-added-page.pdf": "invalid",
    "pyhanko-tail-uncovered.pdf": "invalid",
    "pyhanko-weird-byterange.pdf": "invalid",
    "pyhanko-form-update-override-appearance-stream-sneaky.pdf": "invalid",
}


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("hostile") / "judged.pdf"


@given(st.binary(max_size=3000))
@settings(max_examples=150, deadline=None)
def test_any_bytes_have_a_report(place: Path, data: bytes) -> None:
    place.write_bytes(data)
    assert validate(place).to_json()["verdict"] == "unreadable"


@given(st.binary(max_size=2000), st.integers(0, 3000))
@settings(max_examples=150, deadline=None)
def test_any_bytes_within_a_pdf_have_a_report(place: Path, data: bytes, position: int) -> None:
    whole = documents.form()
    place.write_bytes(whole[:position] + data + whole[position + len(data) // 2 :])
    assert validate(place).to_json()["verdict"] in {"unsigned", "unreadable", "undetermined"}


@given(st.data())
@settings(max_examples=250, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_no_change_of_the_signed_bytes_is_valid(
    place: Path, sign_file: SignFile, trust: Path, data: st.DataObject
) -> None:
    original = _signed_once(sign_file)
    changed = bytearray(original)
    gap = range(original.index(b"/Contents <") + 11, original.index(b">", original.index(b"/Contents <")))
    for _ in range(data.draw(st.integers(1, 3))):
        position = data.draw(st.integers(0, len(original) - 1).filter(lambda p: p not in gap))
        changed[position] = data.draw(st.integers(0, 255).filter(lambda b, p=position: b != original[p]))  # type: ignore[misc]
    place.write_bytes(changed)
    assert validate(place, anchors=[trust]).to_json()["verdict"] in {"invalid", "unreadable", "undetermined"}


_signed: list[bytes] = []


def _signed_once(sign_file: SignFile) -> bytes:
    if not _signed:
        _signed.append(sign_file(documents.paper(1, compliance=None)).read_bytes())
    return _signed[0]


@given(st.binary(min_size=1, max_size=500))
@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_nothing_but_white_space_may_follow(
    place: Path, sign_file: SignFile, trust: Path, tail: bytes
) -> None:
    place.write_bytes(_signed_once(sign_file) + tail)
    blank = not tail.strip(b"\x00\t\n\x0c\r ")
    verdict = validate(place, anchors=[trust]).verdict
    assert (verdict == "valid") == blank


@needs_shared
def test_published_signed_files_have_the_verdict_of_their_manifest() -> None:
    found = {path.name: validate(path).verdict for path in (SHARED / "signed").glob("*.pdf")}
    assert found == EXPECTED


@needs_shared
@pytest.mark.timeout(600)
def test_hostile_files_have_a_report() -> None:
    verdicts = {path.name: validate(path).verdict for path in (SHARED / "hostile").iterdir()}
    assert set(verdicts.values()) <= {"unsigned", "unreadable"}, verdicts


@needs_shared
def test_real_signatures_are_told_truthfully() -> None:
    table = (SHARED / "vn-scans/signatures.tsv").read_text("utf-8")
    truth = list(csv.DictReader(io.StringIO(table), delimiter="\t"))
    assert truth
    for scan in (SHARED / "vn-scans").glob("*.pdf"):
        report = validate(scan, anchors=[SHARED / "vn-ca"])
        rows = {row["field"]: row for row in truth if scan.name.startswith(row["sha8"])}
        assert report.verdict == "undetermined"
        assert not report.changed_after_signing
        assert {s.field for s in report.signatures} == set(rows)
        for signature in report.signatures:
            row = rows[signature.field]
            assert signature.intact
            assert (
                signature.coverage == {"ENTIRE_FILE": "whole", "ENTIRE_REVISION": "revision"}[row["coverage"]]
            )
            assert signature.algorithm is not None
            assert signature.algorithm.digest == row["digest"]
            assert signature.algorithm.acceptable_now == (row["digest"] != "sha1")
            assert signature.signer == row["signer"]
            assert bool(signature.timestamps) == (row["has_tst"] == "True")
            assert signature.claimed_time is not None
            assert f"{signature.claimed_time:%Y%m%d%H%M%S}" == row["signing_time"][2:16]
            chained = row["issuer"].endswith("G2")
            assert (signature.trust_anchor is not None) == chained
            expected = "TRY_LATER" if chained else "NO_CERTIFICATE_CHAIN_FOUND"
            assert signature.sub_indication == expected
            assert signature.missing, "what is missing is said"


#: One signature, and five of them; EU DSS draws each version of all pages, so others would take minutes.
COMPARED_SCANS = ("c0df41cb-*.pdf", "3a3bf170-*.pdf", "d4ba225f-*.pdf")


@needs_shared
@pytest.mark.slow
@pytest.mark.timeout(600)
def test_others_files_are_told_as_eu_dss_tells_them() -> None:
    """Which signatures there are, and whether each agrees with its bytes; whom to trust is not asked here."""
    scans = [path for pattern in COMPARED_SCANS for path in (SHARED / "vn-scans").glob(pattern)]
    files = [*sorted((SHARED / "signed").glob("*.pdf")), *scans]
    differing = []
    for file, answer in zip(files, judges.signatures(files, SHARED / "vn-ca/rootcag2.crt"), strict=True):
        found = [s for s in validate(file).signatures if s.level != "DocTimeStamp"]
        ours = {s.field: s.intact for s in found if s.field}  # none where only the raw bytes could be read
        theirs = {s["field"]: s["intact"] for s in answer}
        if ours and ours != theirs:
            differing.append((file.name, ours, theirs))
    assert not differing

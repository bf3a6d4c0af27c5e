"""All judges on the same files, each Java one started once: EU DSS, veraPDF, pdfsig, pyHanko, and our own."""

from collections.abc import Mapping
from pathlib import Path

from signing.prepared import Level
from signing.validation import validate
from tests import judges


def pass_all(signed: Mapping[Path, Level], trust: Path) -> None:
    """Assert that every file holds at its level. `trust`: the folder of the authority that issued the keys;
    our own verifier and the others get its root, and for B-B and B-T ours its revocation lists too, for
    those levels carry none."""
    root = trust / "root.crt"
    passed = judges.signatures(list(signed), root)
    for (file, level), kept, found in zip(signed.items(), judges.pdfa(list(signed)), passed, strict=True):
        case = f"{file.name} at {level}"
        report = validate(file, anchors=[root if level.startswith("B-LT") else trust])
        assert report.verdict == "valid", (case, report.summary.en)
        assert report.signatures[0].level == level, case
        assert report.signatures[0].revocation.status == "good", case
        assert kept["failed"] == [], case
        assert {one["indication"] for one in found} == {"TOTAL-PASSED"}, (case, found)
        assert found[0]["level"] == f"PAdES-BASELINE-{level.removeprefix('B-')}", case
        assert judges.ades(file, root, level) == "PASSED", case
        # this poppler does not read document timestamps
        said = [one["intact"] for one in judges.pdfsig(file) if one["field"] == "Signature1"]
        assert said == [True], case

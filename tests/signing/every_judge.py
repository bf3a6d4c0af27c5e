"""All judges on the same files, each Java one started once: EU DSS, veraPDF, pdfsig, pyHanko, and our own."""

from collections.abc import Collection, Mapping
from pathlib import Path

from signing.prepared import Level
from signing.validation import validate
from tests import judges


def pass_all(signed: Mapping[Path, Level], trust: Path, pss_alone: Collection[Path] = ()) -> None:
    """Assert that every file holds at its level. `trust`: the folder of the authority that issued the keys;
    our own verifier and the others get its root, and for B-B and B-T ours its revocation lists too, for
    those levels carry none. `pss_alone`: those of a certificate for RSASSA-PSS alone, which pdfsig calls
    invalid: NSS 3.87, by which it computes, takes PSS only of keys that may sign in other ways too."""
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
        approval = {"Signature1": file not in pss_alone}
        assert judges.intact_by_pdfsig(file) == approval | stamps_of(level), case


def stamps_of(level: Level) -> dict[str, bool | None]:
    """What pdfsig says of the timestamps of a file at this level: it lists them and verifies none."""
    return {"Timestamp1": None} if level == "B-LTA" else {}

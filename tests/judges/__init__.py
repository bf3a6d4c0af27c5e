"""Programs of other makes that judge our output: veraPDF (PDF/A), EU DSS and pdfsig (signatures).

The Java ones are built once from Maven Central into a cache folder. In CI a missing Java is a failure.
"""

import asyncio
import fcntl
import hashlib
import os
import re
import shutil
import subprocess
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from pyhanko.keys import load_certs_from_pemder
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.validation.ades import (
    ades_basic_validation,
    ades_lta_validation,
    ades_with_time_validation,
)
from pyhanko.sign.validation.policy_decl import (
    PdfSignatureValidationSpec,
    RevinfoOnlineFetchingRule,
    RevocationInfoGatheringSpec,
    SignatureValidationSpec,
)
from pyhanko_certvalidator.context import CertValidationPolicySpec
from pyhanko_certvalidator.policy_decl import (
    REQUIRE_REVINFO,
    CertRevTrustPolicy,
    RevocationCheckingPolicy,
    RevocationCheckingRule,
)
from pyhanko_certvalidator.registry import SimpleTrustManager

IF_DECLARED = RevocationCheckingPolicy(*[RevocationCheckingRule.CHECK_IF_DECLARED] * 2)
_INTACT = {"Signature is Valid.": True, "Signature has not yet been verified.": None}
HERE = Path(__file__).parent
CACHE = Path(os.environ.get("XDG_CACHE_HOME", Path.home() / ".cache"), "banchinh", "judges")


def pdfa(files: Sequence[Path], flavour: str = "2u") -> list[dict[str, Any]]:
    """What veraPDF says: {"compliant", "failed": ["6.1.3-3", …]} for each file."""
    lines = _java("pdfa", "PdfA", [flavour, *map(str, files)])
    verdicts = [line.split("\t", 1) for line in lines]
    assert len(verdicts) == len(files), lines
    return [{"compliant": verdict == "yes", "failed": failed.split()} for verdict, failed in verdicts]


def signatures(files: Sequence[Path], trust: Path, *, revocation: bool = False) -> list[list[dict[str, Any]]]:
    """What EU DSS says of the signatures of each file; `trust` is one file with the trust anchor. With
    `revocation` it demands proof that every certificate was in force, and takes it from the file alone. A
    file that it cannot read has one answer, UNREADABLE."""
    answers: list[list[dict[str, Any]]] = [[] for _ in files]
    mode = ["--revocation"] if revocation else []
    for line in _java("signatures", "Signatures", [*mode, str(trust), *map(str, files)]):
        number, field, indication, sub, level, intact = line.split("\t")
        answers[int(number)].append(
            {
                "field": field,
                "indication": indication.replace("_", "-"),
                "sub_indication": None if sub == "null" else sub,
                "level": level,
                "intact": intact == "yes",
            }
        )
    return answers


def pdfsig(file: Path) -> list[dict[str, Any]]:
    """What poppler says: {"field", "intact", "whole"} for each signature. Trusts nothing. `intact` is None
    where it lists a signature and says that it did not verify it: poppler 22.12 knows no document timestamps
    ("Unable to validate this type of signature")."""
    if shutil.which("pdfsig") is None:
        _absent("pdfsig is missing: apt-get install poppler-utils")
    with tempfile.TemporaryDirectory() as folder:
        done = subprocess.run(
            ["pdfsig", "-nocert", str(file)],
            capture_output=True,
            text=True,
            timeout=120,
            env={**os.environ, "HOME": folder},  # no certificate store of whoever runs the tests
        )
    found = re.split(r"^Signature #\d+:$", done.stdout, flags=re.MULTILINE)[1:]
    return [
        {
            "field": re.findall(r"Signature Field Name: (.*)", part)[0],
            "intact": _INTACT.get(re.findall(r"Signature Validation: (.*)", part)[0], False),
            "whole": "- Total document signed" in part,
        }
        for part in found
    ]


def intact_by_pdfsig(file: Path) -> dict[str, bool | None]:
    """The same by the names of the fields, in their order, so that none is passed over."""
    return {one["field"]: one["intact"] for one in pdfsig(file)}


def jar(judge: str, name: str) -> Path:
    """One of the libraries that a judge stands on."""
    return next(iter(sorted((_built(judge) / "lib").glob(f"{name}-[0-9]*.jar"))))


def _java(name: str, main: str, arguments: Sequence[str]) -> list[str]:
    built = _built(name)
    done = subprocess.run(
        [
            "java",
            "-XX:+UseSerialGC",
            "-XX:TieredStopAtLevel=1",
            "-Djava.awt.headless=true",
            "-cp",
            f"{built / 'classes'}:{built / 'lib'}/*",
            main,
            *arguments,
        ],
        capture_output=True,
        text=True,
        timeout=280,
        env={**os.environ, "LC_ALL": "C.UTF-8"},
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.splitlines()


def _built(name: str) -> Path:
    """The compiled judge with its libraries; built when its sources changed."""
    missing = [program for program in ("java", "mvn") if shutil.which(program) is None]
    if missing:
        _absent(f"{', '.join(missing)} missing: apt-get install openjdk-17-jdk-headless maven")
    sources = sorted((HERE / name).iterdir())
    version = hashlib.sha256(b"".join(source.read_bytes() for source in sources)).hexdigest()[:12]
    target = CACHE / f"{name}-{version}"
    CACHE.mkdir(parents=True, exist_ok=True)
    with (CACHE / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not target.exists():
            draft = Path(tempfile.mkdtemp(dir=CACHE))
            command = ["mvn", "-q", "-B", "-f", str(HERE / name / "pom.xml"), f"-Dout={draft}"]
            goals = ["dependency:copy-dependencies", "compiler:compile"]
            done = subprocess.run([*command, *goals], capture_output=True, text=True, timeout=280)
            if done.returncode != 0:
                shutil.rmtree(draft)
                _absent(f"the judge {name} cannot be built: {done.stdout[-500:]}")
            draft.rename(target)
    return target


def _absent(why: str) -> None:
    if os.environ.get("CI"):
        pytest.fail(why)
    pytest.skip(why)


def ades(file: Path, trust: Path, level: str = "B-LTA") -> str:
    """What pyHanko's own AdES validation says of the first signature, by the process that EN 319 102-1 has
    for its level; offline. Long-term evidence is demanded for B-LTA, and what certificates declare below."""
    lasting = level == "B-LTA"
    anchor = next(load_certs_from_pemder([str(trust)]))
    policy = CertValidationPolicySpec(
        trust_manager=SimpleTrustManager.build(trust_roots=[anchor]),
        revinfo_policy=CertRevTrustPolicy(REQUIRE_REVINFO if lasting else IF_DECLARED),
    )
    gathering = RevocationInfoGatheringSpec(online_fetching_rule=RevinfoOnlineFetchingRule.LOCAL_ONLY)
    spec = SignatureValidationSpec(policy, gathering, ts_cert_validation_policy=policy)
    with file.open("rb") as stream:
        signature = PdfFileReader(stream).embedded_regular_signatures[0]
        if lasting:
            found = asyncio.run(ades_lta_validation(signature, PdfSignatureValidationSpec(spec)))
        else:
            process = ades_basic_validation if level == "B-B" else ades_with_time_validation
            digest = signature.compute_digest()
            found = asyncio.run(process(signature.signed_data, spec, raw_digest=digest))
        return str(found.ades_subindic.status.name)

"""The four top-level packages stand alone in their image: nobody else may claim their names."""

import importlib.metadata
import subprocess
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
OURS = {"app", "ocr", "signing", "storage"}
#: What may lie beside the packages; anything else at the root got into a commit by mistake.
ROOT_FILES = {
    *(".dockerignore", ".gitignore", ".importlinter", "CHANGELOG.md", "Dockerfile", "LICENSE", "Makefile"),
    *("README.md", "pyproject.toml", "setup.sh", "uv.lock"),
}
ROOT_FOLDERS = OURS | {".ci", "benchmarks", "docs", "tests"}


def test_no_other_distribution_claims_our_names() -> None:
    claims = {
        name: {d for d in owners if d != "banchinh"}
        for name, owners in importlib.metadata.packages_distributions().items()
        if name in OURS
    }
    assert not any(claims.values()), claims


def test_the_project_cannot_be_uploaded_by_mistake() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    assert "Private :: Do Not Upload" in project["project"]["classifiers"]
    assert set(project["tool"]["hatch"]["build"]["targets"]["wheel"]["packages"]) == OURS


def test_every_dependency_has_its_reason() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    reasons = (ROOT / "docs/decisions/0002-dependencies.md").read_text()
    for requirement in project["project"]["dependencies"]:
        name = requirement.split("[")[0].split("=")[0].split(">")[0].split("<")[0].strip()
        assert name in reasons, f"{name} has no reason in docs/decisions/0002-dependencies.md"


def test_nothing_of_somebody_s_measuring_is_in_the_repository() -> None:
    """Two reports of a run once got into a commit beside a change of code."""
    if not (ROOT / ".git").exists():
        pytest.skip("not a clone: what is tracked cannot be asked")
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True)
    tracked = [Path(name) for name in listed.stdout.split("\0") if name and (ROOT / name).exists()]
    strays = {p.parts[0] for p in tracked} - ROOT_FILES - ROOT_FOLDERS
    assert not strays, f"not part of the product: {sorted(strays)}"

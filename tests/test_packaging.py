"""The four top-level packages stand alone in their image: nobody else may claim their names."""

import importlib.metadata
import tomllib
from pathlib import Path

ROOT = Path(__file__).parents[1]
OURS = {"app", "ocr", "signing", "storage"}


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

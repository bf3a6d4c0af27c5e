"""Set-up that has nothing left to do needs no network and no package manager, and `make run` only serves."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
UV = ROOT / ".tools" / "bin" / "uv"
#: All that setup.sh may call when everything is there. No apt-get, no sudo, no pip.
PROGRAMS = ("sh", "dirname", "dpkg-query", "grep", "cut", "touch")


@pytest.fixture
def cut_off(tmp_path: Path) -> dict[str, str]:
    """An environment without installers, whose every way to the network ends at a closed door."""
    programs = tmp_path / "bin"
    programs.mkdir()
    for name in PROGRAMS:
        found = shutil.which(name)
        if found is None:
            pytest.skip(f"no {name} here: set-up by hand, not by setup.sh")
        (programs / name).symlink_to(found)
    # the interpreter that the environment was made with: with another one it would be made anew
    (programs / "python3").symlink_to(sys._base_executable)  # type: ignore[attr-defined]
    closed = "http://127.0.0.1:9"
    proxies = dict.fromkeys(("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "http_proxy", "https_proxy"), closed)
    return {"PATH": str(programs), "HOME": str(tmp_path), "LANG": "C.UTF-8", "NO_PROXY": "", **proxies}


@pytest.fixture
def in_step(cut_off: dict[str, str]) -> None:
    """The environment is as setup.sh left it; what a developer put there by hand is not taken away."""
    if not UV.exists():
        pytest.skip("the environment was not made by setup.sh")
    check = [UV, "sync", "--check", "--frozen", "--offline", "--python", f"{cut_off['PATH']}/python3"]
    done = subprocess.run(check, cwd=ROOT, env=cut_off, capture_output=True, text=True)
    if done.returncode and not os.environ.get("CI"):
        pytest.skip(f"the environment is not what uv.lock says: {done.stderr[-300:]}")


@pytest.mark.usefixtures("in_step")
@pytest.mark.parametrize(
    ("purpose", "target", "does"),
    [("run", "run", ".venv/bin/banchinh serve --sample"), ("test", "test", ".venv/bin/pytest")],
)
def test_a_second_set_up_installs_nothing(
    cut_off: dict[str, str], purpose: str, target: str, does: str
) -> None:
    done = subprocess.run(
        ["/bin/sh", "./setup.sh", purpose], cwd=ROOT, env=cut_off, capture_output=True, text=True, timeout=120
    )
    assert done.returncode == 0, done.stderr
    assert "Installing" not in done.stderr
    assert done.stdout == ""

    # and after it `make` has nothing to do before what it is called for
    plain = {name: value for name, value in os.environ.items() if not name.startswith("MAKE")}
    told = subprocess.run(["make", "-n", target], cwd=ROOT, env=plain, capture_output=True, text=True)
    lines = told.stdout.splitlines()
    assert len(lines) == 1, told.stdout
    assert does in lines[0]


def test_the_pinned_uv_takes_certificates_of_the_system() -> None:
    if not UV.exists():
        pytest.skip("the environment was not made by setup.sh")
    told = subprocess.run([UV, "sync", "--help"], capture_output=True, text=True, check=True).stdout
    (setting,) = re.findall(r"^export (UV_\w+)=true$", (ROOT / "setup.sh").read_text(), re.MULTILINE)
    assert f"[env: {setting}=" in told

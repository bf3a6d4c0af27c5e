"""What README tells a newcomer to type does what it says."""

import re
import shutil
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

from app.sample import authority
from app.sample.papers import paper

ROOT = Path(__file__).parents[1]


def commands() -> list[str]:
    """The lines of README that run `banchinh` without a server, their comments left out."""
    blocks = re.findall(r"```sh\n(.*?)```", (ROOT / "README.md").read_text("utf-8"), re.DOTALL)
    lines = [line.split("#")[0].strip() for block in blocks for line in block.splitlines()]
    return [line for line in lines if line.startswith(".venv/bin/banchinh")]


def test_the_lines_without_a_server_run(tmp_path: Path) -> None:
    sample = authority.create(tmp_path / "keys", datetime.now(UTC))
    shutil.copy(sample.key_file, tmp_path / "me.p12")
    shutil.copytree(sample.trust, tmp_path / "roots")
    (tmp_path / "scans").mkdir()
    (tmp_path / "scans" / "a.pdf").write_bytes(paper("quyet-dinh").pdf_bytes)
    environment = {
        "BANCHINH_KEY_PASSPHRASE": sample.passphrase,
        "BANCHINH_TRUST": str(sample.trust),
        "PATH": "/usr/local/bin:/usr/bin:/bin",
        "HOME": str(tmp_path),
        "LANG": "C.UTF-8",
    }
    lines = commands()
    assert [line.split()[1] for line in lines] == ["digitise", "sign", "verify", "doctor"]
    for line in lines[:3]:
        words = line.replace(".venv/bin/banchinh", str(Path(sys.executable).with_name("banchinh"))).split()
        done = subprocess.run(
            words, cwd=tmp_path, env=environment, capture_output=True, text=True, timeout=120
        )
        assert done.returncode == 0, f"{line}\n{done.stdout}\n{done.stderr}"
    assert "Hợp lệ" in done.stdout

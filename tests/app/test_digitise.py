"""`banchinh digitise`: the contract of its output, on files good and bad."""

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from app.commands import digitiser
from app.commands.digitiser import Digitiser, Output
from app.confinement import starting
from app.confinement.enclosure import Enclosure
from app.confinement.sandbox import Reach, Sandbox
from app.confinement.sandboxed import SandboxedReader
from app.confinement.sandboxed_verifying import SandboxedVerifier
from app.sample import authority
from app.settings import Settings
from ocr.metadata import METADATA
from signing.keys.references import open_key
from signing.pades import sign
from tests.app.workers import paper

HOSTILE = Path(__file__).parents[3] / "shared" / "data" / "hostile"


@dataclass(frozen=True, slots=True)
class Run:
    code: int
    lines: list[dict[str, Any]]
    errors: str


def digitise(*words: str | Path, seconds: float = 280) -> Run:
    done = subprocess.run(
        [sys.executable, "-m", "app.cli", "digitise", *map(str, words)],
        capture_output=True,
        text=True,
        timeout=seconds,
        env={**os.environ, "BANCHINH_WORKERS": "2"},
    )
    assert "Traceback" not in done.stderr
    return Run(done.returncode, [json.loads(line) for line in done.stdout.splitlines()], done.stderr)


def test_the_readers_load_while_the_command_does() -> None:
    """What stands before the start of the fork server is time that nothing else can use."""
    look = "import sys, app.cli, app.commands.digitise; print(*sys.modules)"
    loaded = subprocess.run([sys.executable, "-c", look], capture_output=True, text=True, check=True)
    assert not {"pydantic", "asn1crypto", "numpy", "app.confinement.sandbox"} & set(loaded.stdout.split())


def test_what_judges_signatures_is_loaded_for_signed_files_alone() -> None:
    look = "import sys, app.commands.digitiser; print(*sys.modules)"
    loaded = subprocess.run([sys.executable, "-c", look], capture_output=True, text=True, check=True)
    assert not {"cryptography", "asn1crypto", "app.ports", "app.records"} & set(loaded.stdout.split())


@pytest.fixture(scope="module")
def papers(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of papers: two of the same name, one that is no paper, one that is damaged."""
    folder = tmp_path_factory.mktemp("papers")
    (folder / "tap").mkdir()
    (folder / "mau.tif").write_bytes(paper(2).getvalue())
    (folder / "tap" / "mau.tiff").write_bytes(paper(1, "THÔNG BÁO").getvalue())
    (folder / "hong.png").write_bytes(b"\x89PNG\r\n\x1a\n broken")
    (folder / "ghi-chu.txt").write_text("not a paper")
    return folder


@pytest.fixture(scope="module")
def run(papers: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Run, Path]:
    out = tmp_path_factory.mktemp("out") / "results"
    return digitise(papers, papers / "ghi-chu.txt", papers / "khong-co.pdf", "--out", out, "--jobs", "2"), out


def test_lines_come_in_the_order_of_the_inputs(run: tuple[Run, Path], papers: Path) -> None:
    answers, _ = run
    assert answers.code == 2
    assert [Path(line["input"]).relative_to(papers).as_posix() for line in answers.lines] == [
        "hong.png",
        "mau.tif",
        "tap/mau.tiff",
        "ghi-chu.txt",
        "khong-co.pdf",
    ]
    assert [line["status"] for line in answers.lines] == ["refused", "ok", "ok", "refused", "refused"]
    assert [line["pages"] for line in answers.lines] == [0, 2, 1, 0, 0]
    codes = [line["error"] and line["error"]["code"] for line in answers.lines]
    assert codes == ["damaged", None, None, "not-a-document", "not-found"]
    for line in answers.lines:
        assert set(line) == {"input", "output", "status", "pages", "seconds", "error"}


def test_a_refused_input_leaves_nothing_and_equal_names_get_distinct_outputs(run: tuple[Run, Path]) -> None:
    answers, out = run
    assert sorted(path.name for path in out.iterdir()) == [
        "mau-2.json",
        "mau-2.pdf",
        "mau.json",
        "mau.pdf",
    ]
    assert answers.lines[2]["output"] == {"json": str(out / "mau-2.json"), "pdf": str(out / "mau-2.pdf")}
    assert answers.lines[0]["output"] is None


def test_the_json_has_the_shape_of_the_contract(run: tuple[Run, Path]) -> None:
    data = json.loads((run[1] / "mau.json").read_text("utf-8"))
    assert set(data["source"]) == {"name", "sha256", "bytes", "media_type"}
    assert data["source"]["media_type"] == "image/tiff"
    for number, page in enumerate(data["pages"], 1):
        assert page["number"] == number
        assert page["origin"] == "ocr"
        assert {"width", "height", "dpi", "rotation", "skew", "blank", "text", "words"} <= set(page)
        for word in page["words"]:
            x0, y0, x1, y1 = word["box"]
            assert 0 <= x0 < x1 <= page["width"]
            assert 0 <= y0 < y1 <= page["height"]
            assert 0 <= word["confidence"] <= 1
    assert {"kind", "fields", "signatures", "papers", "warnings"} <= set(data)
    assert tuple(data["metadata"]) == METADATA
    assert data["metadata"]["paper_code"]["value"] is None  # the kind is unknown
    assert data["metadata"]["number_and_symbol"]["fields"]
    for what in data["metadata"].values():
        assert set(what) == {"value", "confidence", "page", "box", "state", "origin", "fields"}
    assert "QĐ-UBND" in data["pages"][0]["text"]


def test_the_pdf_is_a_pdf(run: tuple[Run, Path]) -> None:
    assert (run[1] / "mau.pdf").read_bytes().startswith(b"%PDF-")


def test_an_input_is_never_overwritten(run: tuple[Run, Path], tmp_path: Path) -> None:
    shutil.copyfile(run[1] / "mau-2.pdf", tmp_path / "mau.pdf")
    before = (tmp_path / "mau.pdf").read_bytes()
    again = digitise(tmp_path / "mau.pdf", "--out", tmp_path)
    assert again.code == 0
    assert (tmp_path / "mau.pdf").read_bytes() == before
    assert again.lines[0]["output"]["pdf"] == str(tmp_path / "mau-2.pdf")


def test_a_signed_pdf_comes_out_untouched_with_its_signatures(run: tuple[Run, Path], tmp_path: Path) -> None:
    now = datetime.now(UTC)
    sample = authority.create(tmp_path / "keys", now)
    signed = tmp_path / "da-ky.pdf"
    key = open_key(sample.key_reference, sample.passphrase)
    sign(run[1] / "mau-2.pdf", signed, key, now=now)
    done = digitise(signed, "--out", tmp_path / "out")
    assert done.code == 0
    assert (tmp_path / "out" / "da-ky.pdf").read_bytes() == signed.read_bytes()
    data = json.loads((tmp_path / "out" / "da-ky.json").read_text("utf-8"))
    assert [s["intact"] for s in data["signatures"]] == [True]
    assert data["pages"][0]["origin"] in {"ocr", "text-layer"}
    assert "QĐ-UBND" in data["pages"][0]["text"]


def test_a_stop_is_not_a_wait(tmp_path: Path) -> None:
    for number in range(6):
        (tmp_path / f"{number}.tif").write_bytes(paper(3, f"THÔNG BÁO {number}").getvalue())
    options = ["--out", tmp_path / "out", "--jobs", "2"]
    process = subprocess.Popen(
        # A shell that starts the tests in the background has them ignore Ctrl+C, and so would the command.
        ["env", "--default-signal=INT", sys.executable, "-m", "app.cli", "digitise", tmp_path, *options],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stderr
    process.stderr.readline()  # the first page is read
    process.send_signal(signal.SIGINT)
    stopped = time.monotonic()
    _, errors = process.communicate(timeout=60)
    assert process.returncode == 130
    assert time.monotonic() - stopped < 5
    assert "Traceback" not in errors
    assert not list((tmp_path / "out").glob(".*.part"))


def test_a_killed_run_leaves_no_papers_behind_the_next(tmp_path: Path) -> None:
    source = tmp_path / "mau.tif"
    source.write_bytes(paper(3).getvalue())
    home = {**os.environ, "HOME": str(tmp_path / "home")}
    program = (sys.executable, "-m", "app.cli", "digitise")
    words = [*program, str(source), "--out", str(tmp_path / "out"), "--jobs", "1"]
    process = subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=home)
    assert process.stderr
    process.stderr.readline()  # the first page is read
    process.kill()
    process.communicate(timeout=30)
    assert list((tmp_path / "home").rglob("page-*"))
    assert subprocess.run(words, env=home, capture_output=True, timeout=120).returncode == 0
    assert not list((tmp_path / "home").rglob("page-*"))


def test_a_machine_too_busy_is_a_failure_that_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.confinement.benches._LOAD_SECONDS", 1.0)  # else it waits a minute for its code
    source = tmp_path / "mau.tif"
    source.write_bytes(paper(1).getvalue())
    settings = Settings(page_seconds=0.1)
    sandbox = Sandbox(settings, program=["-c", "import time; time.sleep(600)"])
    output = Output(tmp_path / "out.json", tmp_path / "out.pdf")
    with ThreadPoolExecutor(1) as children:
        verifier = SandboxedVerifier(sandbox)
        reader = SandboxedReader(sandbox)
        line = Digitiser(reader, lambda: verifier, settings, children).digitise(source, output)
    assert (line["status"], line["error"]["code"]) == ("failed", "reading-failed")
    assert "machine may be too busy" in line["error"]["message"]
    assert "Chương trình đọc dừng giữa chừng" in line["error"]["message"]


def test_each_paper_of_a_batch_stands_in_one_enclosure(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One that is closed while its paper waits for its turn has to be built again, with its child."""
    sources, built = [tmp_path / f"{number}.tif" for number in range(5)], []
    for source in sources:
        source.write_bytes(paper(1).getvalue())
    enclosure = Sandbox.enclosure

    def noted(sandbox: Sandbox, reach: Reach) -> Enclosure:
        built.append(reach.source)
        return enclosure(sandbox, reach)

    monkeypatch.setattr(Sandbox, "enclosure", noted)
    with starting.fork_server("fast") as loading:
        code = digitiser.digitise(sources, tmp_path / "out", Settings(), loading, jobs=2)
    assert code == 0
    assert sorted(built, key=str) == sources


@pytest.mark.slow
@pytest.mark.timeout(1500)
@pytest.mark.skipif(not HOSTILE.is_dir(), reason="the collection of hostile files is not here")
def test_hostile_files_are_read_or_refused_within_limits(tmp_path: Path) -> None:
    begun = time.monotonic()
    files = sorted(HOSTILE.iterdir())
    done = digitise(*files, "--out", tmp_path / "out", "--jobs", "2", seconds=1400)
    assert len(done.lines) == len(files)
    assert [line["input"] for line in done.lines] == [str(f) for f in files]
    for line in done.lines:
        if line["status"] == "ok":
            assert Path(line["output"]["pdf"]).read_bytes().startswith(b"%PDF-")
        else:
            assert line["error"]["message"], line
            assert line["output"] is None
    outputs = {Path(p).name for line in done.lines if line["output"] for p in line["output"].values()}
    assert {path.name for path in (tmp_path / "out").iterdir()} == outputs
    failed = [line for line in done.lines if line["status"] == "failed"]
    assert not failed, failed
    assert time.monotonic() - begun < 1400

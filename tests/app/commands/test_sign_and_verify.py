"""`banchinh sign` and `banchinh verify` as a person runs them."""

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import nullcontext
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any

import pdfplumber
import pytest
import zxingcpp

from app.cli import main
from app.commands import verify
from app.confinement.fork_server import ForkServers
from app.confinement.sandbox import Sandbox
from app.confinement.sandboxed_verifying import SandboxedVerifier
from app.sample.authority import SampleAuthority, create
from app.scratch import Scratch
from tests.signing import documents, marked

Run = Callable[..., "subprocess.CompletedProcess[str]"]


@pytest.fixture(scope="module")
def sample(tmp_path_factory: pytest.TempPathFactory) -> SampleAuthority:
    return create(tmp_path_factory.mktemp("authority"), datetime.now(UTC))


@pytest.fixture
def run_alone(tmp_path: Path, sample: SampleAuthority) -> Run:
    """The command in a process of its own."""

    def banchinh(
        *words: object, passphrase: str = sample.passphrase, **more: str
    ) -> "subprocess.CompletedProcess[str]":
        environment = {k: v for k, v in os.environ.items() if not k.startswith("BANCHINH_")} | more
        return subprocess.run(
            [Path(sys.executable).with_name("banchinh"), *map(str, words)],
            cwd=tmp_path,
            env={**environment, "BANCHINH_KEY_PASSPHRASE": passphrase},
            capture_output=True,
            text=True,
            timeout=120,
        )

    return banchinh


@pytest.fixture(scope="module")
def servers() -> Iterator[ForkServers]:
    """What the children of all commands of this process are forked from: each would load it anew."""
    shared = ForkServers()
    yield shared
    shared.kill()


@pytest.fixture
def run(
    tmp_path: Path,
    sample: SampleAuthority,
    servers: ForkServers,
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
) -> Run:
    """The command in this process: what it says and answers is the same (`run_alone`), for a tenth of the
    time."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(verify, "Sandbox", partial(Sandbox, servers=servers))
    # typefaces for marks are trimmed once in a process, and this one goes on after the command
    monkeypatch.setattr(Scratch, "of_command", nullcontext)

    def banchinh(
        *words: object, passphrase: str = sample.passphrase, **more: str
    ) -> "subprocess.CompletedProcess[str]":
        with monkeypatch.context() as environment:
            for name in [name for name in os.environ if name.startswith("BANCHINH_")]:
                environment.delenv(name)
            for name, value in {**more, "BANCHINH_KEY_PASSPHRASE": passphrase}.items():
                environment.setenv(name, value)
            capfd.readouterr()
            code = main([str(word) for word in words])
        said = capfd.readouterr()
        return subprocess.CompletedProcess(words, code, said.out, said.err)

    return banchinh


@pytest.fixture
def paper(tmp_path: Path) -> Path:
    path = tmp_path / "quyết định.pdf"
    path.write_bytes(documents.paper())
    return path


def test_the_five_exit_codes(run_alone: Run, sample: SampleAuthority, paper: Path, tmp_path: Path) -> None:
    signed = tmp_path / "signed.pdf"
    made = run_alone("sign", paper, "--out", signed, "--key", sample.key_reference, "--appearance", "agency")
    assert made.returncode == 0, made.stderr
    broken = tmp_path / "broken.pdf"
    broken.write_bytes(signed.read_bytes().replace(b"/Type", b"/Typo", 1))
    picture = tmp_path / "picture.pdf"
    picture.write_bytes(b"no document")
    expected = {
        0: (signed, "--trust", sample.trust, "--offline"),
        1: (broken, "--trust", sample.trust),
        2: (signed, "--offline"),
        3: (paper,),
        4: (picture,),
    }
    for code, words in expected.items():
        done = run_alone("verify", *words)
        assert done.returncode == code, (words, done.stdout, done.stderr)
        assert done.stderr == ""
    assert run_alone("verify", tmp_path / "none.pdf", "--json").returncode == 4
    named = run_alone("verify", signed, "--trust", sample.trust, "--offline", "--policy", "vn-official")
    assert named.returncode == 2, "trusted, but not under the root of that policy"
    assert "Ban Cơ yếu Chính phủ" in named.stdout


def test_a_certificate_is_asked_about_before_it_signs(
    run: Run, sample: SampleAuthority, paper: Path, tmp_path: Path
) -> None:
    signed, by_key = tmp_path / "signed.pdf", ("--key", sample.key_reference)
    other = create(tmp_path / "other", datetime.now(UTC))
    refused = run("sign", paper, "--out", signed, *by_key, "--trust", other.trust, "--json")
    assert (refused.returncode, signed.exists()) == (2, False)
    assert json.loads(refused.stdout)["error"]["code"] == "certificate-unknown"
    by_settings = run("sign", paper, "--out", signed, *by_key, BANCHINH_TRUST=str(other.trust))
    assert (by_settings.returncode, signed.exists()) == (2, False)
    assert run("sign", paper, "--out", signed, *by_key, "--trust", sample.trust).stderr == ""
    unasked = run("sign", paper, "--out", signed, *by_key)
    assert unasked.returncode == 0
    assert "Chưa kiểm tra chứng thư ký" in unasked.stderr


def test_the_report_as_json_and_as_text(
    run: Run, sample: SampleAuthority, paper: Path, tmp_path: Path
) -> None:
    signed = tmp_path / "signed.pdf"
    run("sign", paper, "--out", signed, "--key", sample.key_reference)
    report = json.loads(run("verify", signed, "--trust", sample.trust, "--json").stdout)
    assert report["verdict"] == "valid"
    assert report["summary"]["vi"].startswith("Hợp lệ")
    text = run("verify", signed, "--trust", sample.trust).stdout
    assert text.index("Hợp lệ") < text.index("Valid")
    assert "Chưa kiểm tra: 8 thời gian ký: " in text  # Vietnamese in the Vietnamese part
    assert "Còn nguyên vẹn?" in text


def test_the_report_is_written_for_printing(run: Run, paper: Path, tmp_path: Path) -> None:
    target = tmp_path / "bao-cao.pdf"
    assert run("verify", paper, "--report", target).returncode == 3
    assert target.read_bytes().startswith(b"%PDF-")
    before = paper.read_bytes()
    refused = run("verify", paper, "--report", paper)
    assert refused.returncode == 64
    assert "--report" in refused.stderr
    assert paper.read_bytes() == before


def test_a_folder_is_verified_and_the_worst_counts(
    run: Run, sample: SampleAuthority, paper: Path, tmp_path: Path
) -> None:
    folder = tmp_path / "hồ sơ"
    (folder / "sâu").mkdir(parents=True)
    signed, broken = folder / "a.pdf", folder / "sâu" / "b.PDF"
    run("sign", paper, "--out", signed, "--key", sample.key_reference)
    trusting = ("--trust", sample.trust, "--offline")
    alone = run("verify", folder, *trusting, "--json")
    assert alone.returncode == 0
    assert [json.loads(line)["input"] for line in alone.stdout.splitlines()] == [str(signed)]
    broken.write_bytes(signed.read_bytes().replace(b"/Type", b"/Typo", 1))
    (folder / "ghi-chu.txt").write_text("not a PDF")
    done = run("verify", folder, tmp_path / "none.pdf", paper, *trusting, "--json")
    assert done.returncode == 1
    verdicts = [json.loads(line)["verdict"] for line in done.stdout.splitlines()]
    assert verdicts == ["valid", "invalid", "unreadable", "unsigned"]
    assert "[4/4]" in done.stderr
    table = run("verify", signed, paper, *trusting)
    assert table.returncode == 3
    assert table.stdout.startswith("valid ")
    assert run("verify", signed, paper, "--report", "x.pdf").returncode == 64
    (tmp_path / "empty").mkdir()
    assert run("verify", tmp_path / "empty").returncode == 64


def test_a_file_taken_away_meanwhile_stops_no_other(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    for name in ("a.pdf", "b.pdf"):
        Path(name).write_bytes(documents.paper())
    look = SandboxedVerifier.verify

    def taken_away(verifier: SandboxedVerifier, source: Path, *given: Any) -> dict[str, Any]:
        if source.name == "a.pdf":
            source.unlink()
        return look(verifier, source, *given)

    monkeypatch.setattr(SandboxedVerifier, "verify", taken_away)
    assert main(["verify", "a.pdf", "b.pdf", "--offline", "--json"]) == 4
    said = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [one["verdict"] for one in said] == ["unreadable", "unsigned"]


def test_several_files_go_to_a_folder_and_each_stands_alone(
    run: Run, sample: SampleAuthority, paper: Path, tmp_path: Path
) -> None:
    other = tmp_path / "other" / paper.name
    other.parent.mkdir()
    other.write_bytes(documents.paper(1))
    junk = tmp_path / "junk.pdf"
    junk.write_bytes(b"junk")
    done = run("sign", paper, junk, other, "--out", "out", "--key", sample.key_reference, "--json")
    assert done.returncode == 2
    lines = [json.loads(line) for line in done.stdout.splitlines()]
    assert [line["status"] for line in lines] == ["ok", "refused", "ok"]
    assert lines[1]["error"]["code"] == "not-a-pdf"
    assert len(list((tmp_path / "out").iterdir())) == 2
    for line in lines:
        assert (
            line["output"] is None or run("verify", line["output"], "--trust", sample.trust).returncode == 0
        )


def test_a_place_that_cannot_be_written_stops_no_other_file(
    run: Run, sample: SampleAuthority, paper: Path, tmp_path: Path
) -> None:
    """All ended by 69 with the first of them, and those behind it were neither signed nor told."""
    out = tmp_path / "out"
    (out / paper.name).mkdir(parents=True)
    other = tmp_path / "khác.pdf"
    other.write_bytes(paper.read_bytes())
    long = tmp_path / f"{'a' * 300}.pdf"
    done = run("sign", paper, long, other, "--out", out, "--key", sample.key_reference, "--json")
    assert done.returncode == 2, done.stderr
    lines = [json.loads(line) for line in done.stdout.splitlines()]
    assert [line["status"] for line in lines] == ["refused", "refused", "ok"]
    assert [line["input"] for line in lines] == [str(paper), str(long), str(other)]
    assert "Is a directory" in lines[0]["error"]["message"]
    assert lines[0]["output"] is None
    assert sorted(p.name for p in out.iterdir()) == sorted([paper.name, other.name])  # nothing half done


def test_no_input_is_overwritten_by_the_signed_file_of_another(
    run: Run, sample: SampleAuthority, tmp_path: Path
) -> None:
    for number, name in enumerate(("a", "b")):
        (tmp_path / name).mkdir()
        (tmp_path / name / "x.pdf").write_bytes(documents.paper(number + 1))
    before = (tmp_path / "b" / "x.pdf").read_bytes()
    done = run("sign", "a/x.pdf", "b/x.pdf", "--out", "b", "--key", sample.key_reference, "--json")
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "b" / "x.pdf").read_bytes() == before
    made = [json.loads(line)["output"] for line in done.stdout.splitlines()]
    assert len(set(made)) == 2
    assert "b/x.pdf" not in made


def test_a_refusal_is_one_sentence_and_leaves_nothing(
    run: Run, sample: SampleAuthority, paper: Path, tmp_path: Path
) -> None:
    done = run("sign", paper, "--out", "x.pdf", "--key", sample.key_reference, passphrase="wrong")
    assert done.returncode == 2
    assert "Traceback" not in done.stderr
    assert "passphrase" in done.stderr
    assert not (tmp_path / "x.pdf").exists()
    before = paper.read_bytes()
    again = run("sign", paper, "--out", paper, "--key", sample.key_reference, "--json")
    assert json.loads(again.stdout)["error"]["code"] == "same-file"
    assert paper.read_bytes() == before
    folder = run("sign", tmp_path, "--out", "x.pdf", "--key", sample.key_reference, "--json")
    assert json.loads(folder.stdout)["error"]["code"] == "is-a-folder"


def test_a_trust_folder_that_is_not_there_is_said(run: Run, paper: Path) -> None:
    done = run("verify", paper, "--trust", "nowhere")
    assert done.returncode == 64
    assert "nowhere" in done.stderr


def test_trust_without_a_certificate_is_said(
    run: Run, sample: SampleAuthority, paper: Path, tmp_path: Path
) -> None:
    """It is a slip of who typed, and not a fact that is missing of the document."""
    (tmp_path / "nothing").mkdir()
    for wrong in (paper, tmp_path / "nothing"):
        done = run("verify", paper, "--trust", wrong, "--offline")
        assert done.returncode == 3
        assert str(wrong) in done.stderr
        assert "no certificate" in done.stderr
    assert run("verify", paper, "--trust", sample.trust, "--offline").stderr == ""


def test_odd_names_are_no_verdict_on_others(run: Run, paper: Path, tmp_path: Path) -> None:
    long = tmp_path / f"{'a' * 300}.pdf"
    for words in ((long,), (tmp_path / "none.pdf",), ("/dev/null",), ("-",)):
        done = run("verify", *words, "--offline", "--json")
        assert done.returncode == 4, done.stderr
        report = json.loads(done.stdout)
        assert report["verdict"] == "unreadable"
        assert "hãy kiểm tra đường dẫn" in report["problem"]["message"]["vi"]
    both = run("verify", paper, long, "--offline", "--json")
    assert both.returncode == 4
    assert [json.loads(line)["verdict"] for line in both.stdout.splitlines()] == ["unsigned", "unreadable"]
    for words in (
        ("verify", ""),
        ("sign", "", "--out", "x", "--key", "file:none.p12"),
        ("digitise", "", "--out", "x"),
    ):
        done = run(*words)  # no name is not the name of the current folder
        assert done.returncode == 64
        assert "an empty file name" in done.stderr


def test_no_xml_of_an_unsigned_file_and_still_its_verdict(run: Run, paper: Path, tmp_path: Path) -> None:
    done = run("verify", paper, "--xml", tmp_path / "x.xml", "--json")
    assert done.returncode == 3
    assert json.loads(done.stdout)["verdict"] == "unsigned"
    assert "--xml" in done.stderr
    assert not (tmp_path / "x.xml").exists()


def test_judged_at_another_time(
    run: Run, run_alone: Run, sample: SampleAuthority, paper: Path, tmp_path: Path
) -> None:
    signed = tmp_path / "signed.pdf"
    run("sign", paper, "--out", signed, "--key", sample.key_reference)
    telling = {"PYTHONPROFILEIMPORTTIME": "1"}
    late = run_alone("verify", signed, "--trust", sample.trust, "--at", "2035-01-01", "--json", **telling)
    assert late.returncode == 2
    assert json.loads(late.stdout)["signatures"][0]["sub_indication"] == "OUT_OF_BOUNDS_NO_POE"
    assert "signing.summary" in late.stderr
    assert "fpdf" not in late.stderr, "a verdict waits for nothing that draws"


def test_what_verifies_loads_nothing_that_signs() -> None:
    """It is half of what both load, at each verdict on the command line."""
    look = (
        "import socket, sys; from app.confinement import child; ours, theirs = socket.socketpair(); "
        "ours.close(); child.fork_children(theirs, child.VERIFYING); print(*sys.modules)"
    )
    loaded = subprocess.run([sys.executable, "-c", look], capture_output=True, text=True, check=True).stdout
    assert "signing.validation" in loaded.split()
    assert not {"fpdf", "signing.two_step"} & set(loaded.split())


def test_the_marks_that_papers_carry(run: Run, sample: SampleAuthority, paper: Path, tmp_path: Path) -> None:
    code = [
        word
        for pair in ("dossier=H99.01-7", "procedure=1.004222", "person=000000000123", "paper=Giấy mẫu")
        for word in ("--code", pair)
    ]
    steps = (
        ("digitiser", "--scanned-at", "2026-11-26T08:00:00+07:00", *code),
        ("copy", "--copy", "sao-y"),
        ("person", "--image", "signature.png", "--at", "100,200,150,230", "--page", "2"),
    )
    (tmp_path / "signature.png").write_bytes(marked.signature_image())
    source = paper
    for number, words in enumerate(steps):
        target = tmp_path / f"signed-{number}.pdf"
        done = run("sign", source, "--out", target, "--key", sample.key_reference, "--appearance", *words)
        assert done.returncode == 0, done.stderr
        source = target
    with pdfplumber.open(source) as pdf:
        assert len(pdf.pages[0].annots) == 2
        assert len(pdf.pages[1].annots) == 1
    read = zxingcpp.read_barcodes(marked.picture(source, dpi=300))
    assert [found.text for found in read] == ["H99.01-7|1.004222|000000000123|Giấy mẫu"]


@pytest.mark.parametrize(
    ("words", "status", "said"),
    [
        (("copy",), 2, "sao-luc"),
        (("code", "--code", "colour=red"), 2, "dossier"),
        (("agency", "--image", "none.png"), 2, "none.png"),
        (("agency", "--at", "10"), 64, "millimetres"),
        (("digitiser", "--scanned-at", "2026-11-26T08:00"), 64, "time zone"),
    ],
)
def test_a_mark_that_is_not_said_in_full(
    words: tuple[str, ...], status: int, said: str, run: Run, sample: SampleAuthority, paper: Path
) -> None:
    done = run("sign", paper, "--out", "x.pdf", "--key", sample.key_reference, "--appearance", *words)
    assert done.returncode == status
    assert said in done.stderr
    assert "Traceback" not in done.stderr
    assert not paper.with_name("x.pdf").exists()

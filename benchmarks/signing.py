"""Signing and verifying beside pyHanko's plain way, pdfsig and EU DSS, on files that are made here.

    .venv/bin/python -m benchmarks.signing [--times 9] [--dss PROGRAM]

Everything runs in one warm process; `served` is the same in a confined child of its own, as the service does
it, fetches left out. pdfsig is a process a file, because it is nothing else.
PROGRAM prints the verdicts of EU DSS on the files that it is given, many in one JVM; the start of the JVM is
taken out by judging one copy and then several. Ours and the peer take turns, so both meet the same load; each
figure is a median. Peers that are absent are named. Prints a Markdown table for docs/benchmarks.md.
"""

import argparse
import io
import random
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from statistics import median

import pikepdf
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign import signers
from pyhanko.sign.fields import SigSeedSubFilter

from app.confinement.sandbox import Sandbox
from app.confinement.sandboxed_verifying import SandboxedVerifier
from app.sample.authority import Issuer, new_issuer
from app.settings import Settings
from signing import pades, validation
from signing.keys.references import SigningKey, open_key

ROOT = Path(__file__).parents[1]
LARGE_BYTES = 60_000_000
MANY_SIGNATURES = 25
DSS_COPIES = 11  # with 3, the start of the JVM hides what a file costs
PASSPHRASE = "benchmark"  # noqa: S105 (of a key made here and thrown away)
Work = Callable[[], object]


@dataclass(frozen=True, slots=True)
class Setting:
    """The files and keys that all measurements share."""

    folder: Path
    key: SigningKey
    peer: signers.SimpleSigner
    now: datetime

    @property
    def trust(self) -> Path:
        return self.folder / "trust"

    def sign(self, source: Path, target: Path) -> None:
        pades.sign(source, target, self.key, now=self.now)

    def sign_plainly(self, source: Path, target: Path) -> None:
        """As pyHanko's documentation begins."""
        metadata = signers.PdfSignatureMetadata(field_name="Signature1", subfilter=SigSeedSubFilter.PADES)
        with source.open("rb") as stream, target.open("wb") as output:
            signers.sign_pdf(IncrementalPdfFileWriter(stream), metadata, signer=self.peer, output=output)

    def verify(self, file: Path) -> None:
        report = validation.validate(file, anchors=[self.trust])
        if report.verdict != "valid":
            raise SystemExit(f"{file.name} is {report.verdict}: {report.summary.en}")


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--times", type=int, default=9)
    parser.add_argument("--dss", type=Path, default=ROOT.parent / "shared" / "judges" / "signatures")
    options = parser.parse_args(arguments)
    print("| median of each | Bản Chính, ms | peer | peer, ms | ratio |\n| --- | --- | --- | --- | --- |")
    with tempfile.TemporaryDirectory() as name:
        setting = _setting(Path(name))
        for label, file in (("one page", _page(setting)), ("60 MB", _large(setting))):
            _compare_signing(setting, label, file, options.times)
            _compare_pdfsig(setting, label, file.with_suffix(".signed.pdf"), options.times)
        _compare_dss(setting, options.dss, options.times)
    return 0


def _compare_signing(setting: Setting, label: str, file: Path, times: int) -> None:
    signed, plain = file.with_suffix(".signed.pdf"), file.with_suffix(".plain.pdf")
    ours, theirs = _in_turn(
        lambda: setting.sign(file, signed), lambda: setting.sign_plainly(file, plain), times
    )
    _row(f"sign {label}, B-B, RSA-2048", ours, "pyHanko, SimpleSigner", theirs)


def _compare_pdfsig(setting: Setting, label: str, file: Path, times: int) -> None:
    def ours() -> None:
        setting.verify(file)

    served, stop = _served(setting, file)
    ways = ((f"verify {label}", ours), (f"verify {label}, served", served))
    if shutil.which("pdfsig") is None:
        print("pdfsig is missing: apt-get install poppler-utils", file=sys.stderr)
        for name, way in ways:
            _row(name, _median(way, times), "pdfsig", None)
    else:
        command = ["pdfsig", "-nocert", str(file)]
        for name, way in ways:
            mine, theirs = _in_turn(
                way, lambda: subprocess.run(command, capture_output=True, check=False), times
            )
            _row(name, mine, "pdfsig", theirs)
    stop()


def _served(setting: Setting, file: Path) -> tuple[Work, Callable[[], None]]:
    """Verification in children of a warm fork server, and what ends it."""
    sandbox = Sandbox(Settings(data=setting.folder))
    verifier = SandboxedVerifier(sandbox, trust=(setting.trust,))

    def work() -> None:
        report = verifier.verify(file)
        if report["verdict"] != "valid":
            raise SystemExit(f"{file.name} is {report['verdict']} where it is served")

    work()
    return work, sandbox.stop


def _compare_dss(setting: Setting, program: Path, times: int) -> None:
    file = _signed_often(setting)
    label = f"verify {MANY_SIGNATURES} signatures"
    ours = _median(lambda: setting.verify(file), times)
    if not program.is_file():
        print(f"EU DSS is missing: {program}", file=sys.stderr)
        _row(label, ours, "EU DSS", None)
        return
    copies = [shutil.copyfile(file, file.with_name(f"copy-{n}.pdf")) for n in range(DSS_COPIES)]
    command = [str(program), "--trust", str(setting.trust / "root.crt"), "--no-revocation"]

    def judge(files: Sequence[Path]) -> float:
        return _median(
            lambda: subprocess.run([*command, *map(str, files)], capture_output=True, check=True), 1
        )

    judge(copies[:1])  # it builds itself the first time
    theirs = (judge(copies) - judge(copies[:1])) / (DSS_COPIES - 1)
    _row(label, ours, "EU DSS, without the start of its JVM", theirs)


def _setting(folder: Path) -> Setting:
    now = datetime.now(UTC)
    issuer: Issuer = new_issuer(now)
    issuer.write_trust(folder / "trust", now)
    bundle = folder / "key.p12"
    bundle.write_bytes(issuer.bundle(issuer.issue(now), PASSPHRASE))
    peer = signers.SimpleSigner.load_pkcs12(str(bundle), passphrase=PASSPHRASE.encode())
    return Setting(folder, open_key(f"file:{bundle}", PASSPHRASE), peer, now)


def _page(setting: Setting) -> Path:
    path = setting.folder / "page.pdf"
    with pikepdf.new() as pdf:
        pdf.add_blank_page()
        pdf.save(path)
    return path


def _large(setting: Setting) -> Path:
    """A page with an object that nothing can make smaller, as a scan of many pages."""
    path = setting.folder / "large.pdf"
    with pikepdf.open(io.BytesIO(_page(setting).read_bytes())) as pdf:
        noise = random.Random(1).randbytes(LARGE_BYTES)
        pdf.Root.Scans = pdf.make_indirect(pikepdf.Stream(pdf, noise))
        pdf.save(path)
    return path


def _signed_often(setting: Setting) -> Path:
    path = setting.folder / "often.pdf"
    setting.sign(setting.folder / "page.pdf", path)
    for _ in range(MANY_SIGNATURES - 1):
        setting.sign(path, path.with_suffix(".next"))
        path.with_suffix(".next").replace(path)
    return path


def _in_turn(ours: Work, theirs: Work, times: int) -> tuple[float, float]:
    """Milliseconds of both, after one turn that warms up."""
    ours()
    theirs()
    turns = [(_milliseconds(ours), _milliseconds(theirs)) for _ in range(times)]
    return median(mine for mine, _ in turns), median(other for _, other in turns)


def _median(work: Work, times: int) -> float:
    return median(_milliseconds(work) for _ in range(times))


def _milliseconds(work: Work) -> float:
    began = time.perf_counter()
    work()
    return 1000 * (time.perf_counter() - began)


def _row(label: str, ours: float, peer: str, theirs: float | None) -> None:
    compared = f"{theirs:.0f} | **{theirs / ours:.1f}×**" if theirs is not None else "not compared | –"
    print(f"| {label} | {ours:.1f} | {peer} | {compared} |", flush=True)


if __name__ == "__main__":
    sys.exit(main())

"""Papers in, text, fields and searchable PDFs out: what `banchinh digitise` does."""

import contextlib
import hashlib
import json
import os
import shutil
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Executor, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any, Literal

from app import intake
from app.confinement.fork_server import ForkServers
from app.confinement.sandbox import Sandbox
from app.confinement.sandboxed import SandboxedReader
from app.confinement.starting import Loading
from app.document_ports import DocumentReader, DocumentVerifier, ReadingFailed
from app.scratch import Scratch
from app.settings import Settings
from ocr import limits as refusals
from ocr.limits import Refusal
from ocr.metadata import described
from ocr.recognition import Inspection, Page, Recognition

Status = Literal["ok", "refused", "failed"]

SOME_FAILED = 2
STOPPED = (
    "Chương trình đọc dừng giữa chừng nên chưa đọc xong tệp này. Hãy chạy lại; nếu vẫn lỗi, hãy quét lại "
    "thành tệp đơn giản hơn. — The reading program stopped before this file was read. Run it again; if that "
    "fails, scan it again as a simpler file."
)
#: Papers in hand beyond the pages that are read at once: while the last are read, others wait to be packed,
#: and no core waits.
MORE_IN_HAND = 2


def digitise(inputs: Sequence[Path], out: Path, settings: Settings, loading: Loading, jobs: int) -> int:
    """Digitise all inputs, `jobs` pages at once, by children of the fork server that is `loading`; the exit
    code. One JSON line an input on standard output, in their order; progress on standard error."""
    out.mkdir(parents=True, exist_ok=True)
    servers = ForkServers(loading=loading)
    sandbox = Sandbox(settings, servers=servers)
    sources = list(_expanded(inputs, out))
    outputs = _outputs(sources, out)
    in_hand = jobs + MORE_IN_HAND
    code = 0
    with (
        contextlib.closing(Scratch.of_account()) as scratch,
        contextlib.closing(SandboxedReader(sandbox, loading.profile, in_hand)) as reader,
        ThreadPoolExecutor(jobs) as children,
        ThreadPoolExecutor(in_hand) as papers,
    ):
        scratch.use()
        cores = max(1, jobs // max(1, len(sources)))
        digitiser = Digitiser(reader, _verifier_of(sandbox), settings, children, cores)
        answers = [papers.submit(digitiser.digitise, *paper) for paper in zip(sources, outputs, strict=True)]
        try:
            for done, answer in enumerate(answers, 1):
                line = answer.result()
                code = code if line["status"] == "ok" else SOME_FAILED
                print(json.dumps(line, ensure_ascii=False), flush=True)
                _progress(f"[{done}/{len(sources)}] {line['input']}: {line['status']}")
        except BaseException:  # Ctrl+C, or nobody listens any more: what runs is not waited for
            papers.shutdown(wait=False, cancel_futures=True)
            children.shutdown(wait=False, cancel_futures=True)
            servers.kill()
            sandbox.stop()
            raise
    return code


@dataclass(frozen=True, slots=True)
class Output:
    """The two files that one input becomes."""

    json: Path
    pdf: Path


@dataclass(frozen=True, slots=True)
class Digitiser:
    """Reads papers; the pages of all of them share the same few children. Of each paper so many `cores` are
    free for its pages. `verifier` gives the one who is asked where a file is signed."""

    reader: DocumentReader
    verifier: Callable[[], DocumentVerifier]
    settings: Settings
    children: Executor
    cores: int = 1

    def digitise(self, source: Path, output: Output) -> dict[str, Any]:
        """The line of the contract for one input. Raises nothing for what the input holds."""
        begun = time.monotonic()
        try:
            pages = self._read(source, output)
        except Refusal as refusal:
            return _line(source, begun, "refused", error={"code": refusal.code, "message": str(refusal)})
        except ReadingFailed as error:
            return _line(
                source, begun, "failed", error={"code": "reading-failed", "message": STOPPED + f" ({error})"}
            )
        except OSError as error:
            message = f"{error.strerror or error}: {error.filename or source}"
            return _line(source, begun, "failed", error={"code": "system", "message": message})
        return _line(source, begun, "ok", pages, output)

    def _read(self, source: Path, output: Output) -> int:
        origin = describe(source, self.settings.upload_bytes)
        with tempfile.TemporaryDirectory(prefix="banchinh-") as name:
            folder = Path(name)
            found = self.children.submit(self.reader.inspect, source).result()
            pages = self._pages(source, found, folder)
            read: Recognition = self.children.submit(self.reader.finish, source, pages, folder).result()
            if found.digitally_signed:
                from app.recognising import signature_summaries  # late, as in `_verifier_of`

                read = replace(read, signatures=signature_summaries(self.verifier().verify(source)))
            _replace(source if found.digitally_signed else folder / "searchable.pdf", output.pdf)
            origin["media_type"] = found.media_type
            (folder / "recognition.json").write_text(
                json.dumps({"source": origin, **described(read)}, ensure_ascii=False, indent=1), "utf-8"
            )
            _replace(folder / "recognition.json", output.json)  # the last, so that it means all is there
        return len(pages)

    def _pages(self, source: Path, found: Inspection, folder: Path) -> list[Page]:
        """The pages, each packed by a child that has nothing left to read. What fails to pack is packed, or
        refused with its reason, at the finish."""
        numbers = range(1, found.pages + 1)
        cores = max(1, self.cores // found.pages)
        reading = [self.children.submit(self._page, source, number, folder, cores) for number in numbers]
        packing: list[Future[None]] = []
        pages: list[Page] = []
        try:
            for page in reading:
                pages.append(page.result())
                if not found.digitally_signed:
                    packing.append(self.children.submit(self.reader.pack, source, pages[-1], folder, cores))
            self.reader.all_read(source)
            wait(packing)
        finally:
            for page in reading:
                page.cancel()
            for packed in packing:
                packed.cancel()
        return pages

    def _page(self, source: Path, number: int, folder: Path, cores: int) -> Page:
        """One page; a reader that died is tried once more."""
        try:
            page = self.reader.read_page(source, number, folder, cores)
        except ReadingFailed:
            page = self.reader.read_page(source, number, folder, cores)
        _progress(f"{source.name}: {number}")
        return page


def _verifier_of(sandbox: Sandbox) -> Callable[[], DocumentVerifier]:
    """Who judges signed files, made and loaded where the first of them comes: most scans are not signed, and
    what it imports takes a tenth of a second and 8 MB."""
    lock = threading.Lock()

    @cache
    def made() -> DocumentVerifier:
        from app.confinement.sandboxed_verifying import SandboxedVerifier

        return SandboxedVerifier(sandbox)

    def verifier() -> DocumentVerifier:
        with lock:
            return made()

    return verifier


def describe(source: Path, most: int) -> dict[str, Any]:
    """The `source` of the contract. Raises Refusal (not-found, not-a-document, empty, too-large)."""
    if not source.exists():
        raise Refusal(
            "not-found",
            "Không tìm thấy tệp này. Hãy kiểm tra lại đường dẫn.",
            "There is no such file. Check the path.",
        )
    if not source.is_file():
        raise refusals.not_a_document()
    size = source.stat().st_size
    if size > most:
        raise refusals.too_large(size, most)
    with source.open("rb") as opened:
        kind = intake.media_type(opened.read(intake.HEAD_BYTES))
        opened.seek(0)
        digest = hashlib.file_digest(opened, "sha256").hexdigest()
    return {"name": source.name, "sha256": digest, "bytes": size, "media_type": kind}


def _expanded(inputs: Iterable[Path], out: Path) -> Iterator[Path]:
    """The inputs, a folder as the papers within it, less what an earlier run left in `out`."""
    for given in inputs:
        if not given.is_dir():
            yield given
            continue
        inside = (p for p in sorted(given.rglob("*")) if p.is_file() and not p.name.startswith("."))
        yield from (p for p in inside if out.resolve() not in p.resolve().parents and _is_paper(p))


def _is_paper(path: Path) -> bool:
    try:
        with path.open("rb") as opened:
            intake.media_type(opened.read(intake.HEAD_BYTES))
    except Refusal:
        return path.suffix.lower() in {
            ".pdf",
            ".jpg",
            ".jpeg",
            ".png",
            ".tif",
            ".tiff",
            ".jp2",
            ".bmp",
            ".gif",
            ".webp",
            ".heic",
            ".heif",
            ".jfif",
        }
    return True


def _outputs(sources: Sequence[Path], out: Path) -> list[Output]:
    """Distinct outputs for all inputs, none of which is itself an input."""
    taken = {source.resolve() for source in sources}
    outputs = []
    for source in sources:
        number, output = 1, _output(out, source.stem)
        while taken & {output.json.resolve(), output.pdf.resolve()}:
            number += 1
            output = _output(out, f"{source.stem}-{number}")
        taken |= {output.json.resolve(), output.pdf.resolve()}
        outputs.append(output)
    return outputs


def _output(out: Path, name: str) -> Output:
    return Output(out / f"{name}.json", out / f"{name}.pdf")


def _replace(made: Path, target: Path) -> None:
    """Put a finished file in its place at once; a reader never sees half of it."""
    handle, draft = tempfile.mkstemp(dir=target.parent, prefix=".", suffix=".part")
    try:
        with os.fdopen(handle, "wb") as sink, made.open("rb") as source:
            shutil.copyfileobj(source, sink, 1 << 20)
        Path(draft).chmod(0o644)
        Path(draft).replace(target)
    finally:
        Path(draft).unlink(missing_ok=True)


def _line(
    source: Path,
    begun: float,
    status: Status,
    pages: int = 0,
    output: Output | None = None,
    error: dict[str, str] | None = None,
) -> dict[str, Any]:
    return {
        "input": str(source),
        "output": {"json": str(output.json), "pdf": str(output.pdf)} if output else None,
        "status": status,
        "pages": pages,
        "seconds": round(time.monotonic() - begun, 2),
        "error": error,
    }


def _progress(text: str) -> None:
    print(text, file=sys.stderr, flush=True)

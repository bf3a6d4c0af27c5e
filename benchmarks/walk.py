"""Sends real pages through the running service by its HTTP API: pages a minute, and what a `kill -9` costs.

    .venv/bin/python -m benchmarks.walk [DATA]… [--pages 40]

DATA are folders of PDFs and images, `vn-scans`, `vn-pages` and `bench` in `../shared/data` by default.

Four runs, each on a service of its own with embedded defaults: one and two worker processes, and both with
a worker killed halfway. The one worker is started again at once; of two, the killed one never comes back.
Prints a Markdown table for docs/benchmarks.md.
"""

import argparse
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import pypdfium2
from PIL import Image

from app import passwords, wiring
from app.agencies import Agency
from app.audit import Action
from app.people import Person, Role
from app.settings import Settings

ROOT = Path(__file__).parents[1]
DATA = [ROOT.parent / "shared" / "data" / name for name in ("vn-scans", "vn-pages", "bench")]
PASSWORD = "walk-through-the-service"  # noqa: S105 of an account in a folder that goes with the run
AT_REST = {"awaiting-review", "refused", "failed"}
LONGEST_SECONDS = 1800


@dataclass(frozen=True, slots=True)
class Paper:
    path: Path
    pages: int


@dataclass(slots=True)
class Result:
    """What one run showed. Times in seconds since the first byte was sent."""

    name: str
    pages: int = 0
    seconds: float = 0.0
    received: float = 0.0
    first_page: float = 0.0
    recovered: float | None = None
    lost: int = 0
    doubled: int = 0
    statuses: Counter[str] = field(default_factory=Counter)

    def row(self) -> str:
        recovered = f"{self.recovered:.1f} s" if self.recovered is not None else "–"
        return (
            f"| {self.name} | {self.pages} | {self.pages / self.seconds * 60:.1f} | {self.received:.1f} s "
            f"| {self.first_page:.1f} s | {self.lost} | {self.doubled} | {recovered} |"
        )


HEAD = (
    "| workers | pages | pages a minute | all received after | first page after "
    "| lost | doubled | recovered |\n"
    "|---|---|---|---|---|---|---|---|"
)


class Service:
    """A web process and its workers on a folder of their own."""

    def __init__(self, folder: Path, workers_of_each: int) -> None:
        self.folder = folder
        with socket.create_server(("127.0.0.1", 0)) as free:
            self.port = int(free.getsockname()[1])
        self._environment = {
            **{name: value for name, value in os.environ.items() if not name.startswith("BANCHINH_")},
            "BANCHINH_DATA": str(folder),
            "BANCHINH_PORT": str(self.port),
            "BANCHINH_WORKERS": str(workers_of_each),
        }
        self._processes: list[subprocess.Popen[bytes]] = []
        settings = Settings(data=folder)
        wiring.migrate(settings)
        self.services = wiring.build(settings)
        self.services.agencies.save(Agency("mau", "ỦY BAN NHÂN DÂN XÃ MẪU"))
        clerk = Person("van-thu", "Nguyễn Thị Mẫu", Role.CLERK, "mau", passwords.hashed(PASSWORD))
        self.services.people.add(clerk)

    def start(self, *words: str) -> subprocess.Popen[bytes]:
        with (self.folder / "log").open("ab") as log:
            process = subprocess.Popen(
                [sys.executable, "-m", "app.cli", *words],
                env=self._environment,
                cwd=ROOT,
                stdout=log,
                stderr=log,
            )
        self._processes.append(process)
        return process

    def log(self) -> str:
        return (self.folder / "log").read_text("utf-8")

    @contextmanager
    def client(self) -> Iterator[httpx.Client]:
        with httpx.Client(base_url=f"http://127.0.0.1:{self.port}/api/v1", timeout=60) as client:
            _wait(lambda: _ready(client), 60, "the service")
            answer = client.post("/tokens", json={"username": "van-thu", "password": PASSWORD})
            client.headers["Authorization"] = f"Bearer {answer.raise_for_status().json()['token']}"
            yield client

    def end(self) -> None:
        for process in self._processes:
            process.kill()
            process.wait()


def run(name: str, papers: Sequence[Paper], workers: int, *, kill: bool) -> Result:
    """One batch through one service."""
    result = Result(name, sum(p.pages for p in papers))
    cores = os.cpu_count() or 1
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="banchinh-walk-")))
        service = Service(folder, max(1, cores // workers))
        stack.callback(service.end)
        service.start("serve", "--no-worker")
        running = [service.start("worker") for _ in range(workers)]
        client = stack.enter_context(service.client())
        _wait(lambda: service.log().count("worker started") == workers, 60, "the workers")
        begun = time.monotonic()
        ids = _send(client, papers)
        result.received = time.monotonic() - begun
        killed_at, killed_done = 0.0, 0
        while time.monotonic() - begun < LONGEST_SECONDS:
            records = _listed(client, ids)
            done = sum(record["pages_done"] for record in records)
            now = time.monotonic()
            if done and not result.first_page:
                result.first_page = now - begun
            if kill and not killed_at and done >= result.pages / 2:
                running[0].send_signal(signal.SIGKILL)
                running[0].wait()
                killed_at, killed_done = now, done
                if workers == 1:
                    service.start("worker")
            elif killed_at and result.recovered is None and _recovered(service, workers, done > killed_done):
                result.recovered = now - killed_at
            if all(record["status"] in AT_REST for record in records):
                break
            time.sleep(0.25)
        result.seconds = time.monotonic() - begun
        result.statuses = Counter(record["status"] for record in records)
        _count(service, client, ids, papers, result)
    return result


def _recovered(service: Service, workers: int, more_pages: bool) -> bool:
    """One worker: started again, it has read a page. Two: the other has taken up the work of the dead one."""
    return more_pages if workers == 1 else "taking up the work of a dead worker" in service.log()


def _send(client: httpx.Client, papers: Sequence[Paper]) -> list[str]:
    ids = []
    for paper in papers:
        with paper.path.open("rb") as content:
            answer = client.post("/records", files={"file": (paper.path.name, content)})
        ids.append(answer.raise_for_status().json()["records"][0]["id"])
    return ids


def _listed(client: httpx.Client, ids: Sequence[str]) -> list[dict[str, Any]]:
    """The records as a list shows them, a screen at a time: one question for many records."""
    found: dict[str, dict[str, Any]] = {}
    after: str | None = None
    while True:
        words = {"limit": "100", **({"after": after} if after else {})}
        answer = client.get("/records", params=words).raise_for_status().json()
        found |= {record["id"]: record for record in answer["records"]}
        after = answer["next"]
        if after is None:
            return [found[record] for record in ids]


def _count(
    service: Service, client: httpx.Client, ids: Sequence[str], papers: Sequence[Paper], result: Result
) -> None:
    """Pages that are not in the recognition, and pages that were kept more than once."""
    for record, paper in zip(ids, papers, strict=True):
        answer = client.get(f"/records/{record}/recognition")
        pages = Counter(p["number"] for p in answer.json()["pages"]) if answer.is_success else Counter[int]()
        result.lost += sum(1 for number in range(1, paper.pages + 1) if not pages[number])
        history = service.services.history.of(record)
        kept = Counter(event.details["page"] for event in history if event.action is Action.PAGE_READ)
        result.doubled += sum(times - 1 for times in kept.values())


def _ready(client: httpx.Client) -> bool:
    try:
        return client.get(str(client.base_url.join("/health/ready"))).status_code == httpx.codes.OK
    except httpx.TransportError:
        return False


def _wait(holds: Callable[[], bool], seconds: float, what: str) -> None:
    deadline = time.monotonic() + seconds
    while not holds():
        if time.monotonic() > deadline:
            raise TimeoutError(f"{what}: not within {seconds:.0f} s")
        time.sleep(0.1)


def choose(folders: Sequence[Path], pages: int) -> list[Paper]:
    """Papers of the folders, in turn, until there are enough pages."""
    chosen: list[Paper] = []
    for path in [p for folder in folders if folder.is_dir() for p in sorted(folder.iterdir())]:
        found = _pages(path)
        if found and sum(p.pages for p in chosen) < pages:
            chosen.append(Paper(path, found))
    return chosen


def _pages(path: Path) -> int:
    if path.suffix.lower() == ".pdf":
        with pypdfium2.PdfDocument(path) as document:
            return len(document)
    if path.suffix.lower() in {".jpg", ".jpeg", ".png", ".tif", ".tiff"}:
        with Image.open(path) as picture:
            return int(getattr(picture, "n_frames", 1))
    return 0


def main(words: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.walk", description=__doc__)
    parser.add_argument("data", nargs="*", type=Path, default=DATA)
    parser.add_argument("--pages", type=int, default=40)
    arguments = parser.parse_args(words)
    papers = choose(arguments.data, arguments.pages)
    if not papers or not shutil.which("tesseract"):
        print("no papers, or no Tesseract", file=sys.stderr)
        return 1
    print(
        f"{len(papers)} papers, {sum(p.pages for p in papers)} pages, {os.cpu_count()} cores\n\n{HEAD}",
        flush=True,
    )
    whole = True
    for workers, kill in ((1, False), (2, False), (1, True), (2, True)):
        name = f"{workers}" + (", kill -9 halfway" if kill else "")
        result = run(name, papers, workers, kill=kill)
        print(result.row(), flush=True)
        whole &= not result.lost and not result.doubled and set(result.statuses) == {"awaiting-review"}
    return 0 if whole else 1


if __name__ == "__main__":
    sys.exit(main())

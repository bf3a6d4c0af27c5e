"""From `make run` to a service that answers: what somebody waits who starts it again.

    .venv/bin/python -m benchmarks.start [--times 7]

Runs `make run` on a folder of its own: once to make keys, accounts and sample records, and then again and
again with nothing left to do. The time ends with the first good answer of `/health/ready`. Prints a Markdown
table for docs/benchmarks.md.
"""

import argparse
import os
import signal
import socket
import subprocess
import tempfile
import time
import urllib.error
import urllib.request
from pathlib import Path
from statistics import median

ROOT = Path(__file__).parents[1]
LONGEST_SECONDS = 120


def start(folder: Path) -> float:
    """Seconds from the command to readiness; the service is ended again."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = int(free.getsockname()[1])
    environment = {
        **{name: value for name, value in os.environ.items() if not name.startswith("BANCHINH_")},
        "BANCHINH_DATA": str(folder / "var"),
        "BANCHINH_PORT": str(port),
    }
    with (folder / "log").open("ab") as log:
        began = time.monotonic()
        process = subprocess.Popen(
            ["make", "run"], cwd=ROOT, env=environment, stdout=log, stderr=log, start_new_session=True
        )
        try:
            while not _ready(port):
                if process.poll() is not None or time.monotonic() - began > LONGEST_SECONDS:
                    raise SystemExit((folder / "log").read_text("utf-8")[-2000:])
                time.sleep(0.02)
            return time.monotonic() - began
        finally:
            os.killpg(process.pid, signal.SIGTERM)
            process.wait()


def _ready(port: int) -> bool:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/health/ready", timeout=5) as answer:
            return bool(answer.status == 200)
    except (urllib.error.URLError, ConnectionError, TimeoutError):
        return False


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--times", type=int, default=7)
    times = parser.parse_args().times
    subprocess.run(["make", "--no-print-directory", "setup"], cwd=ROOT, check=True)
    with tempfile.TemporaryDirectory(prefix="banchinh-start-") as name:
        first = start(Path(name))
        again = [start(Path(name)) for _ in range(times)]
    print("| `make run` until ready | seconds |")
    print("|---|---|")
    print(f"| first, which makes keys, accounts and sample records | {first:.1f} |")
    print(f"| again, median of {times} | {median(again):.1f} |")
    print(f"| again, slowest of {times} | {max(again):.1f} |")


if __name__ == "__main__":
    main()

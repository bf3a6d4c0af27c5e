"""The worker process: reads what was received until it is told to stop."""

import argparse
import logging
import os
import signal
import sys
import threading
from collections.abc import Sequence

from app import jobs, telemetry, wiring
from app.locks import LockLost
from app.scratch import Scratch
from app.settings import BadSetting, Settings, load

log = logging.getLogger("banchinh.worker")


def main(settings: Settings, *, with_parent: bool = False) -> int:
    """Run until SIGTERM or SIGINT, or with `with_parent` until standard input ends."""
    telemetry.configure(settings)
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    if with_parent:
        threading.Thread(target=_wait_for_end, args=(stop,), name="parent-watch", daemon=True).start()
    wiring.migrate(settings)
    scratch = Scratch(settings.data.absolute() / "scratch")
    scratch.use()
    code = 0
    try:
        jobs.run_worker(wiring.build(settings), settings, stop)
    except LockLost:
        log.exception("another worker has taken over; this one ends")
        code = 1
    scratch.close()
    sys.stderr.flush()
    # Work in progress is taken up by the next worker; waiting for its threads would only delay the end.
    os._exit(code)


def _wait_for_end(stop: threading.Event) -> None:
    """The process that started us holds the other end of standard input; it ends when that process does."""
    while os.read(sys.stdin.fileno(), 1024):
        continue
    stop.set()


def entry(words: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m app.worker")
    parser.add_argument("--with-parent", action="store_true", help="stop when standard input ends")
    arguments = parser.parse_args(words)
    try:
        return main(load(), with_parent=arguments.with_parent)
    except BadSetting as error:
        print(error, file=sys.stderr)  # noqa: T201 there is no log before the settings are read
        return 2


if __name__ == "__main__":
    sys.exit(entry())

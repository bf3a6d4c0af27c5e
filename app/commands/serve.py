"""`banchinh serve`: web, API and a worker in one process tree, on embedded defaults."""

import argparse
import logging
import subprocess
import sys
import threading
from typing import Any

from app.settings import Settings

log = logging.getLogger(__name__)

#: A worker that dies is started again after this many seconds, so that a broken one does not spin.
RESTART_SECONDS = 2.0
STOP_SECONDS = 15.0


def register(subparsers: Any) -> None:
    parser = subparsers.add_parser("serve", help="chạy dịch vụ / serve web pages and API")
    parser.add_argument(
        "--sample",
        action="store_true",
        help="thêm hồ sơ và tài khoản mẫu, KHÔNG AN TOÀN / add fictional records and accounts, UNSAFE",
    )
    parser.add_argument(
        "--no-worker", action="store_true", help="chỉ web và API / web and API only, without a worker"
    )
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace, settings: Settings) -> int:
    import uvicorn

    from app import telemetry, wiring
    from app.asgi import create_app

    telemetry.configure(settings)
    wiring.migrate(settings)
    services = wiring.build(settings)
    if arguments.sample:
        from app.sample import prepare

        prepare(services, settings)
    application = create_app(services, settings, sample=arguments.sample)
    config = uvicorn.Config(
        application,
        host=settings.host,
        port=settings.port,
        log_config=None,
        access_log=False,
        server_header=False,
        timeout_graceful_shutdown=5,
    )
    server = uvicorn.Server(config)
    print(
        f"Bản Chính: http://{settings.host}:{settings.port}  (Ctrl+C để dừng / to stop)",
        file=sys.stderr,
        flush=True,
    )
    if arguments.no_worker:
        server.run()
        return 0
    with WorkerProcess():
        server.run()
    return 0


class WorkerProcess:
    """A worker beside the web process: started again when it dies, ended with it."""

    def __init__(self) -> None:
        self._stopping = threading.Event()
        self._process: subprocess.Popen[bytes] | None = None
        self._thread = threading.Thread(target=self._supervise, name="worker-supervisor", daemon=True)

    def __enter__(self) -> "WorkerProcess":
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stopping.set()
        self._thread.join(STOP_SECONDS + RESTART_SECONDS)

    def _supervise(self) -> None:
        while not self._stopping.is_set():
            # standard input is a pipe that this process holds: when it dies, the worker reads its end and stops
            process = subprocess.Popen(  # noqa: S603  our own interpreter and module, no outside words
                [sys.executable, "-m", "app.worker", "--with-parent"], stdin=subprocess.PIPE
            )
            while process.poll() is None and not self._stopping.wait(0.2):
                pass
            if process.poll() is None:
                process.terminate()
                try:
                    process.wait(STOP_SECONDS)
                except subprocess.TimeoutExpired:
                    process.kill()
                return
            if not self._stopping.is_set():
                log.error("worker ended; starting it again", extra={"exit_code": process.returncode})
                self._stopping.wait(RESTART_SECONDS)

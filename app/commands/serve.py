"""`banchinh serve`: web, API and a worker in one process tree, on embedded defaults."""

import argparse
import logging
import os
import socket
import subprocess
import sys
import threading
from contextlib import nullcontext
from typing import Any, Self

from app.commands.usage import say_errors_as_json
from app.settings import PREFIX, BadSetting, Settings

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
    say_errors_as_json(parser)
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace, settings: Settings) -> int:
    import uvicorn

    from app import telemetry, wiring
    from app.asgi import create_app
    from app.confinement.sandbox import available_confinement
    from app.scratch import Scratch

    door = _door(settings)
    telemetry.configure(settings)
    if arguments.sample:
        settings = _with_sample_trust(settings)
    wiring.migrate(settings)
    scratch = Scratch(settings.data.absolute() / "scratch")
    scratch.use()
    services = wiring.build(settings)
    if arguments.sample:
        from app.sample.preparation import prepare

        prepare(services, settings)
    confined = available_confinement() == "bubblewrap"
    application = create_app(services, settings, sample=arguments.sample, confined=confined)
    config = uvicorn.Config(
        application,
        log_config=None,
        access_log=False,
        server_header=False,
        timeout_graceful_shutdown=5,
    )
    _answer(uvicorn.Server(config), door, arguments, settings)
    scratch.close()
    return 0


def _answer(server: Any, door: socket.socket, arguments: argparse.Namespace, settings: Settings) -> None:
    print(
        f"Bản Chính: http://{settings.host}:{settings.port}  (Ctrl+C để dừng / to stop)",
        file=sys.stderr,
        flush=True,
    )
    with nullcontext() if arguments.no_worker else WorkerProcess():
        server.run(sockets=[door])


def _door(settings: Settings) -> socket.socket:
    """The listening socket, opened before any work is done. Raises BadSetting where the address is taken."""
    try:
        family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
        return socket.create_server((settings.host, settings.port), family=family, backlog=2048)
    except OSError as error:
        raise BadSetting(
            f"không mở được {settings.host}:{settings.port}, hãy dừng chương trình đang dùng địa chỉ này "
            f"hoặc đặt {PREFIX}PORT khác / cannot listen there ({error.strerror}); stop what uses it, "
            f"or set {PREFIX}PORT to another port"
        ) from error


def _with_sample_trust(settings: Settings) -> Settings:
    """Trust the fictional authority of this very folder, unless the operator names other anchors. The worker
    process learns it from the environment."""
    from app.sample.preparation import trust_folder

    if settings.trust is not None:
        return settings
    folder = trust_folder(settings)
    os.environ[f"{PREFIX}TRUST"] = str(folder)
    return settings.model_copy(update={"trust": folder})


class WorkerProcess:
    """A worker beside the web process: started again when it dies, ended with it."""

    def __init__(self) -> None:
        self._stopping = threading.Event()
        self._process: subprocess.Popen[bytes] | None = None
        self._thread = threading.Thread(target=self._supervise, name="worker-supervisor", daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stopping.set()
        self._thread.join(STOP_SECONDS + RESTART_SECONDS)

    def _supervise(self) -> None:
        while not self._stopping.is_set():
            # Standard input is a pipe that this process holds: when it dies, the worker reads its end.
            process = subprocess.Popen(
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

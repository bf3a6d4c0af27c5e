"""A real server over a desk, for what a test client cannot show: streams and browsers."""

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

import uvicorn

from app.asgi import create_app
from tests.app.front import Desk


@contextmanager
def served(desk: Desk, port: int = 0) -> Iterator[str]:
    """The address of the running service."""
    listener = socket.create_server(("127.0.0.1", port))
    config = uvicorn.Config(
        create_app(desk.services, desk.settings), log_config=None, timeout_graceful_shutdown=1
    )
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.02)
    yield f"http://127.0.0.1:{listener.getsockname()[1]}"
    server.should_exit = True
    thread.join(10)
    listener.close()

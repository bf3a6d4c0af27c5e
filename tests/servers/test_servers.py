"""The servers of the tests end with the process that started them, even when that is killed."""

import os
import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import pytest

from tests.servers.processes import free_ports, running

REPOSITORY = Path(__file__).parents[2]
STARTER = """
import sys, time
from pathlib import Path
from tests.servers.processes import start
process = start(["/bin/sleep", "600"], Path(sys.argv[1]), environment={}, user=sys.argv[2] or None)
print(process.pid, flush=True)
time.sleep(600)
"""


@pytest.mark.parametrize("user", ["", "nobody"])
def test_a_killed_test_process_takes_its_servers_along(tmp_path: Path, user: str) -> None:
    if user and os.geteuid() != 0:
        pytest.skip("only root can start a server as somebody else")
    starter = subprocess.Popen(
        [sys.executable, "-c", STARTER, tmp_path / "log", user],
        cwd=REPOSITORY,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert starter.stdout
    server = int(starter.stdout.readline())
    assert running(server)
    starter.kill()
    starter.wait()
    starter.stdout.close()
    deadline = time.monotonic() + 10
    while running(server) and time.monotonic() < deadline:
        time.sleep(0.02)
    assert not running(server)


def test_what_a_run_writes_lies_in_its_own_folder() -> None:
    """The next run takes it away where this one is killed: tests.app.test_scratch."""
    own = Path(tempfile.gettempdir())
    assert own.parent.name == f"banchinh-tests-{os.getuid()}"
    assert os.environ["TMPDIR"] == str(own), "what we start writes there too"


def test_free_ports_differ_and_are_given_to_nobody_else() -> None:
    ports = free_ports(20)
    assert len(set(ports)) == 20
    with socket.create_server(("127.0.0.1", 0)) as anybody:
        assert max(ports) < anybody.getsockname()[1]

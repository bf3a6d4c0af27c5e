"""A child that a file took over, as far as a test can play one; it is run in place of the true one."""

import contextlib
import os
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any


def memory(_: dict[str, str]) -> object:
    hoard = [bytes(64 * 1024 * 1024) for _ in range(1000)]
    return len(hoard)


def spin(_: dict[str, str]) -> object:
    while True:
        pass


def sleep(_: dict[str, str]) -> object:
    time.sleep(600)
    return None


def sleep_in_grandchild(order: dict[str, str]) -> object:
    subprocess.Popen(["sleep", order["seconds"]])
    time.sleep(600)
    return None


def network(order: dict[str, str]) -> object:
    with socket.create_connection(("127.0.0.1", int(order["port"])), timeout=2):
        return "connected"


def read(order: dict[str, str]) -> object:
    return Path(order["path"]).read_text()


def write(order: dict[str, str]) -> object:
    Path(order["path"]).write_text("taken over")
    return "written"


def environment(_: dict[str, str]) -> object:
    return dict(os.environ)


def processes(_: dict[str, str]) -> object:
    return [int(name.name) for name in Path("/proc").iterdir() if name.name.isdecimal()]


def privileges(_: dict[str, str]) -> object:
    return dict(line.split(":\t", 1) for line in Path("/proc/self/status").read_text().splitlines())


def namespaces(_: dict[str, str]) -> object:
    return {path.name: str(path.readlink()) for path in Path("/proc/self/ns").iterdir()}


def descriptors(_: dict[str, str]) -> object:
    found = []
    for number in range(256):
        with contextlib.suppress(OSError):
            os.fstat(number)
            found.append(number)
    return found


def fork(_: dict[str, str]) -> object:
    made = 0
    while made < 500:
        if os.fork() == 0:
            time.sleep(60)
            os._exit(0)
        made += 1
    return made


def giant_answer(_: dict[str, str]) -> object:
    return "x" * (200 * 1024 * 1024)


def giant_errors(_: dict[str, str]) -> object:
    sys.stderr.write("x" * (50 * 1024 * 1024))
    return "said"


def giant_file(order: dict[str, str]) -> object:
    with Path(order["folder"], "giant").open("wb") as giant:
        giant.writelines(bytes(1024 * 1024) for _ in range(3 * 1024))
    return "written"


def no_json(_: dict[str, str]) -> object:
    for number in range(3, 10):  # whichever the answers go by
        with contextlib.suppress(OSError):
            os.write(number, b"this is no JSON\n")
    time.sleep(60)
    return None


def die(_: dict[str, str]) -> object:
    os._exit(3)


def chatter(_: dict[str, str]) -> object:
    print("a library that talks")  # must not reach the answers
    subprocess.run(["echo", "so does a program"], check=True)
    return "answer"


def task(work: Callable[[dict[str, str]], object]) -> Callable[[Path, Path, Mapping[str, Any]], object]:
    return lambda _source, folder, order: work({"folder": str(folder), **order})


if __name__ == "__main__":
    from app.confinement import child

    worst = (memory, spin, sleep, sleep_in_grandchild, network, read, write, environment, processes, fork)
    worst += (
        giant_answer,
        giant_errors,
        giant_file,
        no_json,
        die,
        chatter,
        privileges,
        namespaces,
        descriptors,
    )
    child.TASKS = {work.__name__: task(work) for work in worst}
    sys.exit(child.main())

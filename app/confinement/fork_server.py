"""A process that has loaded what reading needs, and forks a child whenever it is asked for one.

It never looks at anybody's file, so that each child starts clean, and serves them all: what it has loaded
lies in memory once; one that verifies has rehearsed with a page of ours. Before a child hears of its file it
steps into the enclosure of that file. Its own side is in `app.confinement.child`.
"""

import contextlib
import json
import os
import socket
import subprocess
import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import IO, Any, Self

from app.confinement import starting
from app.confinement.children import Child, ChildFailed, OutOfTime, killed
from app.confinement.enclosure import Enclosure
from app.confinement.starting import CHILD, SCRATCH, Loading

_MESSAGE_BYTES = 4096


@dataclass(frozen=True, slots=True)
class Forked:
    """A process that a fork server forked."""

    server: "ForkServer"
    number: int
    stdin: IO[bytes]
    stdout: IO[bytes]
    stderr: IO[bytes]

    def exit_code(self) -> int | None:
        return self.server.exit_code(self.number)

    def kill(self) -> None:
        self.server.kill_one(self.number)


class ForkServer:
    """The one who asks. Any thread may; answers come one at a time."""

    def __init__(self, process: subprocess.Popen[bytes], orders: socket.socket, patience: float) -> None:
        self._process = process
        self._orders = orders
        self._orders.settimeout(patience)  # the readers may be loading, on a busy machine
        self._lock = threading.Lock()

    def child(self, enclosure: Enclosure, folder: str, file_bytes: int | None = None) -> Child:
        """A new child in an enclosure that is to write into this folder within the enclosure's own, and into
        no file more than `file_bytes`, where that is less than others may. Raises ChildFailed or
        OutOfTime."""
        assert enclosure.place.folder is not None, "enclosures of readers have a folder"
        limits = dict(enclosure.place.limits)
        if file_bytes is not None:
            limits["file"] = min(limits["file"], file_bytes)
        place = replace(enclosure.place, folder=enclosure.place.folder / folder, limits=limits)
        namespaces = enclosure.namespaces
        order = {
            "fork": SCRATCH if namespaces else str(place.folder),
            "namespaces": namespaces.flags if namespaces else 0,
        }
        to_it, from_it, complaints = (os.pipe2(os.O_CLOEXEC) for _ in range(3))
        theirs, ours = (to_it[0], from_it[1], complaints[1]), (to_it[1], from_it[0], complaints[0])
        try:
            number = self._forked(order, [*theirs, *([namespaces.pidfd] if namespaces else [])])
        except BaseException:
            for descriptor in ours:
                os.close(descriptor)
            raise
        finally:
            for descriptor in theirs:
                os.close(descriptor)
        modes = zip(ours, ("wb", "rb", "rb"), strict=True)
        forked = Forked(self, number, *(os.fdopen(fd, mode, 0) for fd, mode in modes))
        return enclosure.take_in(Child(forked, place))

    def _forked(self, order: Mapping[str, Any], descriptors: Sequence[int]) -> int:
        number = self._answer(order, descriptors)["number"]
        if number is None:
            raise ChildFailed("the child could not step into its confinement")
        return int(number)

    @property
    def alive(self) -> bool:
        return self._process.poll() is None

    def exit_code(self, number: int) -> int | None:
        """That of a child; where the server is gone its children are, too: they die with their parent."""
        try:
            code = self._answer({"exit_code": number})["code"]
        except ChildFailed:
            return killed(self._process)
        return None if code is None else int(code)

    def kill_one(self, number: int) -> None:
        """End a child and all that it started."""
        with contextlib.suppress(ChildFailed):
            self._answer({"kill": number})

    def kill(self) -> None:
        """End it, and its children with it; whoever waits for an answer gets ChildFailed."""
        killed(self._process)

    def close(self) -> None:
        self.kill()
        self._orders.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _answer(self, order: Mapping[str, Any], descriptors: Sequence[int] = ()) -> dict[str, Any]:
        try:
            with self._lock:
                socket.send_fds(self._orders, [json.dumps(order).encode()], list(descriptors))
                answer: dict[str, Any] = json.loads(self._orders.recv(_MESSAGE_BYTES))
        except TimeoutError as error:
            self.kill()  # an answer that comes late would be taken for the next one
            raise OutOfTime("the fork server gave no answer") from error
        except (OSError, ValueError) as error:
            self.kill()
            raise ChildFailed("the fork server is gone") from error
        return answer


class ForkServers:
    """The fork server of each profile of readers, started where none is alive. They look at no file, and
    their children know nothing of one another, so services of one process may share them."""

    def __init__(self, program: Sequence[str] = CHILD, loading: Loading | None = None) -> None:
        """`loading`: one that was started before all else."""
        self._program = program
        self._loading = loading
        self._all: dict[str, ForkServer] = {}
        self._lock = threading.Lock()

    def living(self, profile: str, patience: float) -> ForkServer:
        """Its answers may take `patience` seconds."""
        with self._lock:
            server = self._all.get(profile)
            if server is None or not server.alive:
                loading = self._loading
                if loading is not None and loading.profile == profile:
                    self._loading = None
                else:
                    loading = starting.fork_server(profile, self._program)
                server = self._all[profile] = ForkServer(loading.process, loading.orders, patience)
        return server

    def kill(self) -> None:
        """End them, and their children with them. Who asks afterwards starts another."""
        with self._lock:
            for server in self._all.values():
                server.kill()

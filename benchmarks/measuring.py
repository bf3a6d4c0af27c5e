"""Runs a command and measures its whole process tree (Linux)."""

import os
import subprocess
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

INTERVAL = 0.05  # seconds between looks at memory


@dataclass(frozen=True, slots=True)
class Run:
    """What a command cost: seconds by the clock, seconds of cores, the most memory at a time in bytes.

    The memory is 0 where nobody looked at it.
    """

    seconds: float
    core_seconds: float
    memory: int
    returncode: int
    stdout: str
    stderr: str


def measure(command: Sequence[str | Path], *, memory: bool) -> Run:
    """Run `command` with its output captured.

    `memory`: look at that too, the sum of what each process has for itself (PSS). The looks take a tenth of
    the time, so who looks at memory measures no speed.
    """
    before = os.times()
    start = time.monotonic()
    process = subprocess.Popen(
        [str(part) for part in command], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    watch = Watch(process.pid, memory)
    over = threading.Event()
    watcher = threading.Thread(target=watch.run, args=(over,))
    watcher.start()
    stdout, stderr = process.communicate()
    seconds = time.monotonic() - start
    over.set()
    watcher.join()
    after = os.times()
    cores = after.children_user - before.children_user + after.children_system - before.children_system
    # Who ends without waiting for its children leaves their time out of the account; who is watched does not.
    return Run(seconds, max(cores, watch.core_seconds()), watch.memory, process.returncode, stdout, stderr)


@dataclass
class Watch:
    """Looks at a process tree again and again."""

    root: int
    looks_at_memory: bool
    memory: int = 0
    ticks: dict[int, int] = field(default_factory=dict)

    def run(self, over: threading.Event) -> None:
        while not over.wait(INTERVAL):
            tree = _tree(self.root)
            if self.looks_at_memory:
                self.memory = max(self.memory, sum(_memory(pid) for pid in tree))
            self.ticks.update((pid, _ticks(pid)) for pid in tree if _ticks(pid))

    def core_seconds(self) -> float:
        return sum(self.ticks.values()) / os.sysconf("SC_CLK_TCK")


def _ticks(pid: int) -> int:
    """What a process itself has used, in clock ticks."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return 0
    return int(fields[11]) + int(fields[12])


def _tree(root: int) -> list[int]:
    parents: dict[int, list[int]] = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                fields = (entry / "stat").read_text().rpartition(")")[2].split()
            except OSError:  # it ended meanwhile
                continue
            parents.setdefault(int(fields[1]), []).append(int(entry.name))
    tree = [root]
    for pid in tree:
        tree += parents.get(pid, [])
    return tree


def _memory(pid: int) -> int:
    try:
        rollup = Path(f"/proc/{pid}/smaps_rollup").read_text()
    except OSError:
        return 0
    line = next((line for line in rollup.splitlines() if line.startswith("Pss:")), "Pss: 0 kB")
    return int(line.split()[1]) * 1024

"""The confined child: takes orders on stdin, works on one untrusted file, answers on stdout.

With `--fork-server` it is the process that forks such children (`app.fork_server` is its other end).
"""

import contextlib
import ctypes
import gc
import json
import os
import resource
import signal
import socket
import sys
import traceback
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from pathlib import Path
from typing import Any

from app import stepping

# Every task imports only what it needs, and late: that time is paid anew for every page.

Request = Mapping[str, Any]
_PR_SET_PDEATHSIG = 1  # linux/prctl.h


def main() -> int:
    if sys.argv[1:2] == ["--fork-server"]:
        return fork_children(socket.socket(fileno=int(sys.argv[2])), sys.argv[3])
    return answer_orders()


def fork_children(asked: socket.socket, profile: Any) -> int:
    """Load what children read with, then fork one whenever it is asked for, until nobody asks any more."""
    with ThreadPoolExecutor(1) as beside:  # none of its threads is left when a child is forked
        beside.submit(_load, profile)
        import ocr.reading  # noqa: F401 as all that is loaded here, for the children
    gc.freeze()  # the pages of what is loaded stay shared: no collection writes into them
    codes: dict[int, int] = {}
    while True:
        message, descriptors, _, _ = socket.recv_fds(asked, 4096, 4)
        if not message:
            return 0
        match json.loads(message):
            case {"fork": str(scratch), "namespaces": int(namespaces)}:
                number = stepping.fork_into(descriptors[3], namespaces) if namespaces else os.fork()
                if number == 0:
                    return _forked(descriptors[:3], scratch)
                for descriptor in descriptors:
                    os.close(descriptor)
                answer = {"number": number}
            case {"exit_code": int(number)}:
                answer = {"code": _exit_code(number, codes)}
            case {"kill": int(number)}:
                _end(number, codes)
                answer = {}
        asked.send(json.dumps(answer).encode())


def _load(profile: Any) -> None:
    """What is missing is told where it is needed."""
    from ocr.readers import load

    with contextlib.suppress(Exception):
        load(profile)


def _forked(descriptors: Sequence[int], scratch: str) -> int:
    os.setsid()
    for target, descriptor in enumerate(descriptors):
        os.dup2(descriptor, target)
    os.closerange(3, os.sysconf("SC_OPEN_MAX"))  # the way to the fork server, and what others left open
    os.environ.update(HOME=scratch, TMPDIR=scratch)
    return answer_orders()


def _exit_code(number: int, codes: dict[int, int]) -> int | None:
    if number not in codes:
        ended, status = os.waitpid(number, os.WNOHANG)
        if not ended:
            return None
        codes[number] = os.waitstatus_to_exitcode(status)
    return codes[number]


def _end(number: int, codes: dict[int, int]) -> None:
    with contextlib.suppress(ProcessLookupError):
        os.killpg(number, signal.SIGKILL)  # also what an ended child has started
    if number not in codes:
        codes[number] = os.waitstatus_to_exitcode(os.waitpid(number, 0)[1])


def answer_orders() -> int:
    """Answer orders, one a line, until standard input ends. All of them concern one file."""
    # Libraries may write to stdout; the answers go where they cannot reach.
    with os.fdopen(os.dup(1), "w", encoding="utf-8") as answers:
        os.dup2(2, 1)
        for line in sys.stdin:
            message = json.loads(line)
            _confine(message["limits"])
            json.dump(_work(message), answers)
            answers.write("\n")
            answers.flush()
    return 0


def _confine(limits: Mapping[str, int]) -> None:
    """Lower what this process may use, before any byte of the file is looked at."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    seconds = int(used.ru_utime + used.ru_stime) + limits["seconds"]
    # Only the soft limit of processor time can be raised again for the next order.
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, resource.getrlimit(resource.RLIMIT_CPU)[1]))
    for what, most in (
        (resource.RLIMIT_AS, limits["memory"]),
        (resource.RLIMIT_FSIZE, limits["file"]),
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_NOFILE, 256),
    ):
        resource.setrlimit(what, (most, most))
    # Processes are counted for the whole account unless we stand in a user namespace of our own.
    if stepping.OWN_NAMESPACE in os.environ:
        resource.setrlimit(resource.RLIMIT_NPROC, (limits["processes"], limits["processes"]))
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)


def _work(message: Mapping[str, Any]) -> dict[str, Any]:
    source = Path(message["source"] or os.devnull)
    folder = Path(message["folder"] or os.devnull)
    try:
        return {"result": TASKS[message["task"]](source, folder, message["request"])}
    except MemoryError:
        return {"failure": "memory"}
    except Exception as error:  # noqa: BLE001 the edge of the child: whatever a file does to us is told
        return _told(error)


def _told(error: Exception) -> dict[str, Any]:
    # Refusal, SigningRefused, KeyUnavailable: whoever refuses says it in both languages.
    code, vi, en = (getattr(error, name, None) for name in ("code", "vi", "en"))
    if isinstance(code, str) and isinstance(vi, str) and isinstance(en, str):
        return {"refusal": {"code": code, "vi": vi, "en": en}}
    if "Cannot allocate memory" in str(error) or "Insufficient memory" in str(error):
        return {"failure": "memory"}
    return {"failure": " < ".join(_places(error))}


def _places(error: BaseException) -> Iterator[str]:
    """What went wrong and where, without the messages: these quote the paper."""
    cause: BaseException | None = error
    while cause is not None:
        frames = traceback.extract_tb(cause.__traceback__)[-4:]
        where = ", ".join(f"{Path(frame.filename).name}:{frame.lineno}" for frame in reversed(frames))
        yield f"{type(cause).__name__} at {where}"
        cause = cause.__cause__


def _inspect(source: Path, _folder: Path, request: Request) -> Any:
    from ocr.limits import Limits
    from ocr.reading import inspect

    return inspect(source, Limits(**request["limits"])).to_json()


def _read_page(source: Path, folder: Path, request: Request) -> Any:
    from ocr.limits import Limits
    from ocr.reading import read_page

    limits = Limits(**request["limits"])
    return read_page(source, request["number"], folder, limits, profile=request["profile"]).to_json()


def _pack(_source: Path, folder: Path, request: Request) -> Any:
    from ocr.reading import pack
    from ocr.recognition import Page

    return pack(Page.from_json(request["page"]), folder).name


def _finish(source: Path, folder: Path, request: Request) -> Any:
    from ocr.reading import finish
    from ocr.recognition import Page

    pages = [Page.from_json(page) for page in request["pages"]]
    return finish(source, pages, folder, one_paper=request["one_paper"]).to_json()


def _sign(source: Path, folder: Path, request: Request) -> Any:
    from signing.appearance import Appearance
    from signing.keys import open_key
    from signing.pades import sign

    order = request["order"]
    named = {"person": order["signer_name"], "agency": order["agency_name"]}
    mark = order["appearance"]
    summary = sign(
        source,
        folder / request["target"],
        open_key(order["key"], order["passphrase"]),
        appearance=Appearance(mark, named[mark]) if mark != "none" else None,
        reason=order["reason"],
        now=datetime.fromisoformat(request["now"]),
        level=order["level"],
    )
    return summary.to_json()


def _verify(source: Path, _folder: Path, request: Request) -> Any:
    from signing.validation import validate

    at = datetime.fromisoformat(request["at"]) if request["at"] else None
    anchors = [Path(path) for path in request["anchors"]]
    evidence = [Path(path) for path in request.get("evidence", ())]
    report = validate(source, anchors=anchors, at=at, evidence=evidence, policy=request.get("policy"))
    return report.to_json()


def _check_before(source: Path, _folder: Path, _request: Request) -> Any:
    from signing.returned import check_before

    check_before(source)


def _check_after(source: Path, _folder: Path, request: Request) -> Any:
    from signing.returned import check_after

    now = datetime.fromisoformat(request["now"])
    return check_after(Path(request["before"]), source, now).to_json()


def _signed_length(source: Path, _folder: Path, request: Request) -> Any:
    from signing.revisions import signed_length

    return signed_length(source, request["field"])


TASKS: Mapping[str, Callable[[Path, Path, Request], Any]] = {
    "inspect": _inspect,
    "read_page": _read_page,
    "pack": _pack,
    "finish": _finish,
    "sign": _sign,
    "verify": _verify,
    "signed_length": _signed_length,
    "check_before": _check_before,
    "check_after": _check_after,
}

if __name__ == "__main__":
    sys.exit(main())

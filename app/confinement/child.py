"""The confined child: takes orders on stdin, works on one untrusted file, answers on stdout.

With `--fork-server` it is the process that forks such children (`fork_server` is its other end).
"""

import contextlib
import ctypes
import gc
import json
import os
import resource
import select
import signal
import socket
import sys
import traceback
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from pathlib import Path
from typing import Any, TextIO

from app.confinement import key_tasks, stepping

# Every task imports only what it needs, and late: that time is paid anew for every page.

Request = Mapping[str, Any]
_PR_SET_PDEATHSIG = 1  # linux/prctl.h
#: What a fork server is told to load where its children verify, or sign as well; else a profile of readers.
VERIFYING, SIGNING = "verifying", "signing"


def main() -> int:
    if sys.argv[1:2] == ["--fork-server"]:
        return fork_children(socket.socket(fileno=int(sys.argv[2])), sys.argv[3])
    _die_with_parent()
    return answer_orders()


def fork_children(asked: socket.socket, profile: Any) -> int:
    """Load what children read with, then fork one whenever it is asked for, until nobody asks any more."""
    if profile in (VERIFYING, SIGNING):
        from signing import validation

        validation.warm_up()
        if profile == SIGNING:
            import app.batches  # noqa: F401
            import signing.renewal
            import signing.returned
            import signing.two_step  # noqa: F401 as all that is loaded here, for the children
    else:
        with ThreadPoolExecutor(1) as beside:  # none of its threads is left when a child is forked
            beside.submit(_load, profile)
            import ocr.reading

            ocr.reading.warm_up()
    gc.freeze()  # the pages of what is loaded stay shared: no collection writes into them
    codes: dict[int, int] = {}
    lifeline = os.pipe()
    while True:
        message, descriptors, _, _ = socket.recv_fds(asked, 4096, 4)
        if not message:
            return 0
        match json.loads(message):
            case {"fork": str(scratch), "namespaces": int(namespaces)}:
                number = stepping.fork_into(descriptors[3], namespaces) if namespaces else os.fork()
                if number == 0:
                    return _forked(descriptors[:3], scratch, lifeline)
                for descriptor in descriptors:
                    os.close(descriptor)
                codes.pop(number or 0, None)  # numbers come again: after 32,768 processes on many machines
                answer = {"number": number}
            case {"exit_code": int(number)}:
                answer = {"code": _exit_code(number, codes)}
            case {"kill": int(number)}:
                _end(number, codes)
                answer = {}
        asked.send(json.dumps(answer).encode())


def _load(profile: Any) -> None:
    """What is missing is told where it is needed."""
    from ocr.readers.profiles import load

    with contextlib.suppress(Exception):
        load(profile)


def _die_with_parent() -> None:
    """From the first moment on: a child that waits for its first order is as little wanted as one at work."""
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)


def _forked(descriptors: Sequence[int], scratch: str, lifeline: tuple[int, int]) -> int:
    """`lifeline`: a pipe of which only the fork server keeps the other end open."""
    os.setsid()
    os.close(lifeline[1])
    _die_with_parent()
    waiting = select.poll()
    waiting.register(lifeline[0], 0)  # that nobody holds the other end is told unasked
    if waiting.poll(0):
        os._exit(1)  # the server died before: its signal was sent already
    for target, descriptor in enumerate(descriptors):
        os.dup2(descriptor, target)
    os.closerange(3, os.sysconf("SC_OPEN_MAX"))  # the way to the fork server, and what others left open
    os.environ.update(HOME=scratch, TMPDIR=scratch)
    return answer_orders()


def _exit_code(number: int, codes: dict[int, int]) -> int | None:
    """Looked at and not taken: its number is no other's until `_end` has ended what it started."""
    if number in codes:
        return codes[number]
    seen = os.waitid(os.P_PID, number, os.WEXITED | os.WNOHANG | os.WNOWAIT)
    if seen is None:
        return None
    return seen.si_status if seen.si_code == os.CLD_EXITED else -seen.si_status


def _end(number: int, codes: dict[int, int]) -> None:
    if number in codes:
        return  # its number may be another's by now
    os.kill(number, signal.SIGKILL)  # one that has no session of its own yet
    with contextlib.suppress(ProcessLookupError):
        os.killpg(number, signal.SIGKILL)  # also what an ended child has started
    codes[number] = os.waitstatus_to_exitcode(os.waitpid(number, 0)[1])


def answer_orders() -> int:
    """Answer orders, one a line, until standard input ends. All of them concern one file."""
    # Libraries may write to stdout; the answers go where they cannot reach.
    with os.fdopen(os.dup(1), "w", encoding="utf-8") as answers:
        os.dup2(2, 1)
        fetcher = _relay(answers)
        while line := sys.stdin.readline():
            message = json.loads(line)
            _confine(message["limits"])
            _say(answers, _work(message, fetcher))
    return 0


def _say(answers: TextIO, answer: Mapping[str, Any]) -> None:
    json.dump(answer, answers)
    answers.write("\n")
    answers.flush()


def _relay(answers: TextIO) -> Callable[[], Any]:
    """Makes the way out to the network: the one who asked us fetches, if it thinks fit."""

    def make() -> Any:
        from signing.evidence.fetching import FetchFailed
        from signing.evidence.relaying import Errand, Relay

        def ask(errand: Errand) -> bytes:
            _say(answers, {"fetch": errand.to_json()})
            answer = json.loads(sys.stdin.readline())
            if "fetched" not in answer:
                raise FetchFailed(answer["failed"])
            return bytes.fromhex(answer["fetched"])

        return Relay(ask=ask)

    return make


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


def _work(message: Mapping[str, Any], fetcher: Callable[[], Any]) -> dict[str, Any]:
    source = Path(message["source"] or os.devnull)
    folder = Path(message["folder"] or os.devnull)
    request = {**message["request"], "fetcher": fetcher}
    try:
        return {"result": TASKS[message["task"]](source, folder, request)}
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
    from ocr import cores
    from ocr.limits import Limits
    from ocr.reading import read_page

    cores.use(request["cores"])
    limits = Limits(**request["limits"])
    return read_page(source, request["number"], folder, limits, profile=request["profile"]).to_json()


def _pack(_source: Path, folder: Path, request: Request) -> Any:
    from ocr import cores
    from ocr.reading import pack
    from ocr.recognition import Page

    cores.use(request["cores"])
    return pack(Page.from_json(request["page"]), folder).name


def _finish(source: Path, folder: Path, request: Request) -> Any:
    from ocr.reading import finish
    from ocr.recognition import Page

    pages = [Page.from_json(page) for page in request["pages"]]
    how = {name: request[name] for name in ("one_paper", "kind_code", "as_they_are")}
    return finish(source, pages, folder, **how).to_json()


def _check_key(_source: Path, _folder: Path, request: Request) -> Any:
    from asn1crypto import x509

    from app.batches import PublicKey
    from signing import refusals
    from signing.completion import Means
    from signing.identity import Identity, issued_by_others
    from signing.pdf.parsing import PARSE_ERRORS
    from signing.pki.certificates import belongs_to
    from signing.prepared import check_signer
    from signing.two_step import Mechanism

    key, now = PublicKey.from_json(request["key"]), datetime.fromisoformat(request["now"])
    means = Means.named(None, request["fetcher"](), [Path(path) for path in request["trust"]])
    try:
        signer, *others = [x509.Certificate.load(der, strict=True) for der in key.certificates]
        identity = Identity(signer, issued_by_others(others), Mechanism(key.scheme, key.digest))
        check_signer(identity, now)
        means.check_standing(identity, now)
        whole = [identity.serial, *(other.sha256.hex() for other in others)]  # read to the end
        return {"name": identity.holder, "belongs_to": belongs_to(signer), "certificates": whole}
    except PARSE_ERRORS as error:
        raise refusals.not_a_certificate() from error


def _prepare(source: Path, folder: Path, request: Request) -> Any:
    from asn1crypto import x509

    from app.batches import PublicKey
    from signing.two_step import Mechanism, prepare

    key, order = PublicKey.from_json(request["key"]), request["order"]
    prepared = prepare(
        source,
        folder / request["draft"],
        [x509.Certificate.load(der) for der in key.certificates],
        mechanism=Mechanism(key.scheme, key.digest),
        appearance=_appearance(order),
        reason=order["reason"],
        now=datetime.fromisoformat(request["now"]),
        level=request["level"],
    )
    return prepared.to_json()


def _appearance(order: Mapping[str, Any]) -> Any:
    from signing.marks.appearance import Appearance

    named = {"person": order["signer_name"], "agency": order["agency_name"]}
    kind, mark = order["appearance"], order["mark"]
    if mark is None and kind != "none":
        mark = {"kind": kind, "name": named[kind]}
    return Appearance.from_json(mark) if mark else None


def _preview(source: Path, _folder: Path, request: Request) -> Any:
    from signing.marks.appearance import Appearance
    from signing.marks.preview import preview

    seal = Appearance.from_json(request["seal"]) if request["seal"] else None
    now = datetime.fromisoformat(request["now"])
    return preview(source, _appearance(request["order"]), now, seal).to_json()


def _draw_page(source: Path, folder: Path, request: Request) -> Any:
    from signing.marks.preview import draw_page

    draw_page(source, request["number"], folder / request["target"])


def _ink(source: Path, folder: Path, request: Request) -> Any:
    from signing.marks.appearance import style
    from signing.marks.seal_images import taken_from

    wanted = style(request["kind"]).image
    assert wanted is not None, "a kind that shows an image"
    made = taken_from(source.read_bytes(), wanted, request["width"])
    (folder / request["target"]).write_bytes(made)


def _shrink(source: Path, folder: Path, request: Request) -> Any:
    from ocr.viewing_copy.compression import shrink

    shrink(source, folder / request["target"])


def _complete(_source: Path, folder: Path, request: Request) -> Any:
    from signing.renewal import weakens_at
    from signing.two_step import Prepared, complete

    target = folder / request["target"]
    summary = complete(
        Prepared.from_json(request["prepared"]),
        folder / request["draft"],
        target,
        bytes.fromhex(request["value"]),
        now=datetime.fromisoformat(request["now"]),
        tsa=request["tsa"],
        fetcher=request["fetcher"](),
        trust=[Path(path) for path in request["trust"]],
    )
    until = weakens_at(target)
    return {**summary.to_json(), "archive_until": until.isoformat() if until else None}


def _renew(source: Path, folder: Path, request: Request) -> Any:
    from signing.renewal import renew

    renewed = renew(
        source,
        folder / request["target"],
        now=datetime.fromisoformat(request["now"]),
        tsa=request["tsa"],
        fetcher=request["fetcher"](),
        trust=[Path(path) for path in request["trust"]],
    )
    return renewed.to_json()


def _raise_level(source: Path, folder: Path, request: Request) -> Any:
    from signing.raising import raise_level

    return raise_level(
        source,
        folder / request["target"],
        request["level"],
        now=datetime.fromisoformat(request["now"]),
        tsa=request["tsa"],
        fetcher=request["fetcher"](),
        trust=[Path(path) for path in request["trust"]],
    )


def _verify(source: Path, folder: Path, request: Request) -> Any:
    from signing.validation import validate

    at = datetime.fromisoformat(request["at"]) if request["at"] else None
    anchors = [Path(path) for path in request["anchors"]]
    evidence = [folder / name for name in request["evidence"]]
    report = validate(source, anchors=anchors, at=at, evidence=evidence, policy=request.get("policy"))
    return report.to_json()


def _shown_pages(source: Path, _folder: Path, request: Request) -> Any:
    from signing.reports.report import Compared
    from signing.signature_page import shown_pages

    compared = Compared.from_json(request["compared"]) if request["compared"] else None
    return shown_pages(source, request["field"], dict(request["places"]), compared).to_json()


def _check_before(source: Path, _folder: Path, _request: Request) -> Any:
    from signing.returned import check_before

    check_before(source)


def _check_after(source: Path, folder: Path, request: Request) -> Any:
    from signing.renewal import weakens_at
    from signing.returned import check_after

    now = datetime.fromisoformat(request["now"])
    found = check_after(folder / request["before"], source, now).to_json()
    until = weakens_at(source)
    return {**found, "archive_until": until.isoformat() if until else None}


def _signed_length(source: Path, _folder: Path, request: Request) -> Any:
    from signing.revisions import signed_length

    return signed_length(source, request["field"])


TASKS: Mapping[str, Callable[[Path, Path, Request], Any]] = {
    "inspect": _inspect,
    "read_page": _read_page,
    "pack": _pack,
    "finish": _finish,
    **key_tasks.TASKS,
    "check_key": _check_key,
    "prepare": _prepare,
    "preview": _preview,
    "draw_page": _draw_page,
    "ink": _ink,
    "shrink": _shrink,
    "complete": _complete,
    "renew": _renew,
    "raise_level": _raise_level,
    "verify": _verify,
    "signed_length": _signed_length,
    "shown_pages": _shown_pages,
    "check_before": _check_before,
    "check_after": _check_after,
}

if __name__ == "__main__":
    sys.exit(main())

"""`banchinh digitise`: papers in, text, fields and searchable PDFs out; no server, no database."""

import argparse
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from app.commands.usage import path as named
from app.commands.usage import say_errors_as_json
from app.confinement import starting

if TYPE_CHECKING:
    from app.settings import Settings


def register(subparsers: Any) -> None:
    parser = subparsers.add_parser("digitise", help="đọc hồ sơ giấy đã quét / read scanned papers")
    parser.add_argument(
        "inputs", nargs="+", type=named, metavar="INPUT", help="tệp hoặc thư mục / files or folders"
    )
    parser.add_argument(
        "--out", required=True, type=Path, metavar="DIR", help="thư mục kết quả / folder of the results"
    )
    parser.add_argument(
        "--jobs", type=_at_least_one, metavar="N", help="số trang đọc cùng lúc / pages read at once"
    )
    parser.add_argument(
        "--profile",
        choices=("fast", "default", "thorough"),
        default="default",
        help="nhanh: đọc một lần; default: chỗ ngờ đọc lại; thorough: đọc lại tất cả / "
        "fast: read once; default: what is doubtful again; thorough: everything again",
    )
    say_errors_as_json(parser)
    parser.set_defaults(run=run, begin=begin)


@contextmanager
def begin(arguments: argparse.Namespace) -> Iterator[None]:
    """Have the readers load while this process loads itself: each takes a third of a second."""
    with starting.fork_server(arguments.profile) as arguments.loading:
        yield


def run(arguments: argparse.Namespace, settings: "Settings") -> int:
    from app.commands.digitiser import digitise  # late, for `begin`

    jobs = arguments.jobs or settings.pages_at_once
    return digitise(arguments.inputs, arguments.out, settings, arguments.loading, jobs)


def _at_least_one(text: str) -> int:
    if not text.isdecimal() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"{text!r}: ít nhất là 1 / at least 1")
    return int(text)

"""`banchinh worker`: reads what was received, until it is told to stop."""

import argparse
from typing import Any

from app.commands.usage import say_errors_as_json
from app.settings import Settings


def register(subparsers: Any) -> None:
    parser = subparsers.add_parser("worker", help="đọc hồ sơ đã nhận / read what was received")
    say_errors_as_json(parser)
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace, settings: Settings) -> int:
    from app import worker

    del arguments
    return worker.main(settings)

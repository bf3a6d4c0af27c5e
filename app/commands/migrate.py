"""`banchinh migrate`: brings the database to the present shape."""

import argparse
from typing import Any

from app.commands.usage import say_errors_as_json
from app.settings import Settings


def register(subparsers: Any) -> None:
    parser = subparsers.add_parser(
        "migrate", help="cập nhật cơ sở dữ liệu / bring the database to the present shape"
    )
    say_errors_as_json(parser)
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace, settings: Settings) -> int:
    from app import wiring

    del arguments
    wiring.migrate(settings)
    print("Cơ sở dữ liệu đã cập nhật. / The database is up to date.")
    return 0

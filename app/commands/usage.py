"""How every command takes its words, and says that they make no sense."""

import argparse
from pathlib import Path
from typing import Any, NoReturn


class BadUsage(ValueError):
    """Words after a command that cannot be followed."""


class Parser(argparse.ArgumentParser):
    """Raises BadUsage instead of ending the process, so that one place decides form and exit code."""

    def error(self, message: str) -> NoReturn:
        raise BadUsage(f"lệnh viết chưa đúng, xem {self.prog} --help / these words make no sense: {message}")

    def parse_known_args(self, args: Any = None, namespace: Any = None) -> Any:
        """What is not known is told by the command that was given it, whose help tells what is."""
        found, rest = super().parse_known_args(args, namespace)
        if rest:
            self.error(f"unrecognized arguments: {' '.join(rest)}")
        return found, rest


def path(text: str) -> Path:
    """The type of a file that a person names. No words are no name: they would mean the current folder."""
    if not text.strip():
        raise argparse.ArgumentTypeError("tên tệp trống / an empty file name")
    return Path(text)


def say_errors_as_json(parser: argparse.ArgumentParser) -> None:
    """The option of a command whose only JSON is that of its errors."""
    parser.add_argument("--json", action="store_true", help="báo lỗi bằng JSON / print errors as JSON")

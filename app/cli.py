"""The `banchinh` command: parses, dispatches, and turns errors into one sentence and an exit code."""

import argparse
import json
import sys
from collections.abc import Sequence
from contextlib import nullcontext
from importlib import import_module

from app.commands.usage import BadUsage, Parser
from storage.objects import StoreUnavailable

# From sysexits.h. Small numbers have meanings of their own: `verify` answers 2 for undetermined.
EX_USAGE = 64
EX_UNAVAILABLE = 69

#: Each a module of `app.commands`, of which only the one that is asked for is imported.
COMMANDS = ("serve", "worker", "migrate", "doctor", "accounts", "digitise", "verify", "sign", "trust")


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command and give its exit code. Never lets a traceback out."""
    words = sys.argv[1:] if argv is None else list(argv)
    try:
        arguments = _parser(words).parse_args(words)
        with arguments.begin(arguments):
            return _run(arguments, words)
    except KeyboardInterrupt:
        return 130
    except BrokenPipeError:
        sys.stderr.close()
        return 0
    except BadUsage as error:
        return _say(words, "usage", str(error), EX_USAGE)
    except StoreUnavailable as error:
        return _say(words, "system", str(error), EX_UNAVAILABLE)
    except OSError as error:  # of the database too
        cause = f"{error.strerror or error}: {error.filename or ''}".rstrip(": ")
        message = (
            f"tệp, thư mục hoặc máy chủ không dùng được / a file, folder or server is of no use: {cause}"
        )
        return _say(words, "system", message, EX_UNAVAILABLE)


def _run(arguments: argparse.Namespace, words: Sequence[str]) -> int:
    from app.settings import (
        BadSetting,
        load,
    )  # late: it takes a tenth of a second, for which what was begun works

    try:
        return int(arguments.run(arguments, getattr(arguments, "settings", load)()))
    except BadSetting as error:
        return _say(words, "bad-setting", str(error), EX_USAGE)


def _parser(words: Sequence[str]) -> Parser:
    parser = Parser(
        prog="banchinh",
        description="Biến hồ sơ giấy thành bản chính điện tử. / "
        "Turns paper records into signed electronic originals.",
        epilog="Exit: 0 done; 64 wrong words or settings; 69 a folder or server does not do its work; "
        "others: see the command.",
    )
    parser.set_defaults(begin=nullcontext)
    subparsers = parser.add_subparsers(required=True, metavar="COMMAND")
    for name in [word for word in words[:1] if word in COMMANDS] or COMMANDS:
        import_module(f"app.commands.{name}").register(subparsers)
    return parser


def _say(words: Sequence[str], code: str, message: str, exit_code: int) -> int:
    if "--json" in words:
        print(json.dumps({"error": {"code": code, "message": message}}, ensure_ascii=False), file=sys.stderr)
    else:
        print(f"banchinh: {message}", file=sys.stderr)
    return exit_code


if __name__ == "__main__":
    sys.exit(main())

"""The `banchinh` command: parses, dispatches, and turns errors into one sentence and an exit code."""

import argparse
import json
import sys
from collections.abc import Sequence

from app.commands import digitise, doctor, migrate, serve, sign, verify, worker
from app.settings import BadSetting, load

#: Exit code of a command that could not start: bad arguments or settings (as argparse has it).
EX_USAGE = 2


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command and give its exit code. Never lets a traceback out."""
    parser = argparse.ArgumentParser(
        prog="banchinh",
        description="Biến hồ sơ giấy thành bản chính điện tử. / "
        "Turns paper records into signed electronic originals.",
    )
    subparsers = parser.add_subparsers(required=True, metavar="COMMAND")
    for command in (serve, worker, migrate, doctor, digitise, verify, sign):
        command.register(subparsers)
    arguments = parser.parse_args(argv)
    try:
        return int(arguments.run(arguments, load()))
    except KeyboardInterrupt:
        return 130
    except BrokenPipeError:
        sys.stderr.close()
        return 0
    except BadSetting as error:
        return _say(arguments, "bad-setting", str(error))
    except OSError as error:
        return _say(arguments, "system", f"{error.strerror or error}: {error.filename or ''}".rstrip(": "))


def _say(arguments: argparse.Namespace, code: str, message: str) -> int:
    if getattr(arguments, "json", False):
        print(json.dumps({"error": {"code": code, "message": message}}, ensure_ascii=False), file=sys.stderr)
    else:
        print(f"banchinh: {message}", file=sys.stderr)
    return EX_USAGE


if __name__ == "__main__":
    sys.exit(main())

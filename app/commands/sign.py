"""`banchinh sign`: sign PDF files with a key of one's own; no server, no database."""

import argparse
import getpass
import json
import sys
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pydantic import SecretStr

from app.commands import marks
from app.commands.usage import path as named
from app.outward import build_fetcher
from app.scratch import Scratch
from app.settings import Settings
from signing import refusals
from signing.evidence.fetching import Fetcher
from signing.keys.references import Access, KeyUnavailable, SigningKey, open_key
from signing.refusals import SigningRefused

if TYPE_CHECKING:
    from signing.together import Asked

SOME_REFUSED = 2
WAITING = "Đang chờ người giữ khóa xác nhận… / waiting for the holder of the key to confirm…"
UNASKED = (
    "Chưa kiểm tra chứng thư ký có được tin cậy, có bị thu hồi không: chưa có chứng thư gốc (--trust hoặc "
    "BANCHINH_TRUST). / Whether the signing certificate is trusted and in force was not checked: no root is "
    "given (--trust or BANCHINH_TRUST)."
)
Pair = tuple[Path, Path]  # a source and its target
Result = dict[str, Any] | SigningRefused


def register(subparsers: Any) -> None:
    parser = subparsers.add_parser(
        "sign", help="ký số tệp PDF / sign PDF files", epilog="Exit: 0 all signed, 2 some refused."
    )
    parser.add_argument("files", nargs="+", type=named, metavar="FILE", help="tệp PDF / PDF files")
    parser.add_argument(
        "--out",
        required=True,
        type=Path,
        metavar="PATH",
        help="tệp kết quả, hoặc thư mục khi ký nhiều tệp / the signed file, or a folder for several",
    )
    parser.add_argument(
        "--key",
        required=True,
        metavar="REF",
        help="khóa ký / the key: file:KEY.p12, 'pkcs11:token=T;object=K?module-path=M.so', "
        "'csc:https://HOST/csc/v1?credential=ID'; mật khẩu, PIN: BANCHINH_KEY_PASSPHRASE, nếu không thì được "
        "hỏi / passphrase or PIN: from BANCHINH_KEY_PASSPHRASE, or asked for",
    )
    parser.add_argument(
        "--level", choices=("B-B", "B-T", "B-LT", "B-LTA"), default="B-B", help="mức PAdES / PAdES level"
    )
    parser.add_argument(
        "--tsa",
        metavar="URL",
        help="máy chủ dấu thời gian, hỏi lần lượt / timestamp authorities, asked in turn: URL[,URL…]",
    )
    parser.add_argument(
        "--pss", action="store_true", help="RSA-PSS thay cho PKCS#1 v1.5 / RSA-PSS instead of PKCS#1 v1.5"
    )
    parser.add_argument(
        "--trust",
        type=Path,
        action="append",
        default=[],
        metavar="PATH",
        help="chứng thư gốc, danh sách thu hồi: có thì chứng thư ký được kiểm tra trước khi ký; mức B-LT, "
        "B-LTA cần có / trusted certificates and revocation lists: with them the signing certificate is "
        "checked before it signs; levels B-LT and B-LTA need them",
    )
    marks.add_options(parser)
    parser.add_argument("--reason", default="", metavar="TEXT", help="lý do ký / reason for signing")
    parser.add_argument("--json", action="store_true", help="in kết quả JSON / print results as JSON")
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace, settings: Settings) -> int:
    with Scratch.of_command():
        return _sign(arguments, settings)


def _sign(arguments: argparse.Namespace, settings: Settings) -> int:
    fetcher = build_fetcher(settings)
    try:
        key = _open(arguments, settings, fetcher)
        targets = _targets(arguments.files, arguments.out)
        asked = _asked(key, arguments, settings, fetcher)
        _check_standing(key, asked)
    except (KeyUnavailable, SigningRefused) as error:
        for file in arguments.files:
            _tell(arguments.json, file, None, error)
        return SOME_REFUSED
    pairs = list(zip(arguments.files, targets, strict=True))
    results = (_together if key.signs_many else _one_by_one)(pairs, key, asked)
    refused = 0
    for (source, target), result in zip(pairs, results, strict=True):
        failed = isinstance(result, SigningRefused)
        refused += failed
        _tell(arguments.json, source, None if failed else target, result)
    key.close()
    return SOME_REFUSED if refused else 0


def _open(arguments: argparse.Namespace, settings: Settings, fetcher: Fetcher) -> SigningKey:
    return open_key(
        arguments.key,
        _passphrase(arguments.key, settings),
        pss=arguments.pss,
        module=settings.pkcs11_module,
        ask=_ask if sys.stdin.isatty() else None,
        access=Access(
            fetcher,
            token=_secret(settings.csc_token),
            user=settings.csc_user or None,
            password=_secret(settings.csc_password),
            otp=_secret(settings.csc_otp),
            waiting=lambda: print(WAITING, file=sys.stderr, flush=True),
        ),
    )


def _secret(value: SecretStr | None) -> str | None:
    return value.get_secret_value() if value is not None else None


def _passphrase(reference: str, settings: Settings) -> str | None:
    if settings.key_passphrase is not None:
        return settings.key_passphrase.get_secret_value()
    if not reference.startswith("file:") or not sys.stdin.isatty():
        return None
    return getpass.getpass("Mật khẩu khóa ký / key passphrase: ")


def _ask(secret: str) -> str:
    return getpass.getpass(f"{secret}: ")


def _targets(files: Sequence[Path], out: Path) -> list[Path]:
    """Where each signed file goes: distinct outputs for inputs of one name, and none that is an input."""
    if len(files) == 1 and not out.is_dir():
        out.absolute().parent.mkdir(parents=True, exist_ok=True)
        return [out]
    if out.exists() and not out.is_dir():
        raise SigningRefused(
            "not-a-folder",
            f"{out} không phải thư mục. Khi ký nhiều tệp, hãy ghi thư mục sau --out.",
            f"{out} is not a folder. Give a folder after --out when signing several files.",
        )
    out.mkdir(parents=True, exist_ok=True)
    taken = {file.resolve() for file in files}
    targets: list[Path] = []
    for file in files:
        target, number = out / file.name, 2
        while target.resolve() in taken:
            target, number = out / f"{file.stem}-{number}{file.suffix}", number + 1
        taken.add(target.resolve())
        targets.append(target)
    return targets


def _asked(key: SigningKey, arguments: argparse.Namespace, settings: Settings, fetcher: Fetcher) -> "Asked":
    from signing.together import Asked  # heavy, and other commands must not wait for it

    return Asked(
        clock=lambda: datetime.now(UTC),
        appearance=marks.appearance_of(arguments, key),
        reason=arguments.reason,
        level=arguments.level,
        tsa=arguments.tsa or settings.tsa or None,
        fetcher=fetcher,
        trust=(*arguments.trust, *([settings.trust] if settings.trust else [])),
    )


def _check_standing(key: SigningKey, asked: "Asked") -> None:
    """As the service asks of every key (docs/decisions/0017). Raises SigningRefused."""
    from signing.pki.trust import load
    from signing.standing import check

    trust = load(asked.trust)
    if not trust.anchors:
        print(UNASKED, file=sys.stderr, flush=True)
    check(key.identity, trust, asked.fetcher or Fetcher(), asked.clock())


def _one_by_one(pairs: Sequence[Pair], key: SigningKey, asked: "Asked") -> Iterator[Result]:
    from signing.pades import sign

    for source, target in pairs:
        try:
            _check_paths(source, target)
            made = sign(
                source,
                target,
                key,
                appearance=asked.appearance,
                reason=asked.reason,
                now=asked.clock(),
                level=asked.level,
                tsa=asked.tsa,
                fetcher=asked.fetcher,
                trust=asked.trust,
            )
        except SigningRefused as refused:
            yield refused
        except OSError as error:  # of this file or its place; the others go on
            yield refusals.not_copied(str(error.strerror))
        else:
            yield made.to_json()


def _together(pairs: Sequence[Pair], key: SigningKey, asked: "Asked") -> Iterator[Result]:
    """All under one authorisation of the holder of the key."""
    from signing.together import sign_together

    wrong: dict[Pair, SigningRefused] = {}
    for pair in pairs:
        try:
            _check_paths(*pair)
        except SigningRefused as refused:
            wrong[pair] = refused
        except OSError as error:
            wrong[pair] = refusals.not_copied(str(error.strerror))
    results = sign_together([pair for pair in pairs if pair not in wrong], key, asked)
    for pair in pairs:
        result = wrong.get(pair) or next(results)
        yield result if isinstance(result, SigningRefused) else result.to_json()


def _check_paths(source: Path, target: Path) -> None:
    """Raises SigningRefused."""
    if source.is_dir():
        raise SigningRefused(
            "is-a-folder",
            f"{source.name} là thư mục. Hãy ghi từng tệp, ví dụ {source.name}/*.pdf.",
            f"{source.name} is a folder. Name the files, as in {source.name}/*.pdf.",
        )
    if not source.is_file():
        raise SigningRefused(
            "not-found",
            f"Không có tệp {source.name}. Hãy kiểm tra đường dẫn.",
            f"There is no file {source.name}. Check the path.",
        )
    if target.exists() and target.samefile(source):
        raise SigningRefused(
            "same-file",
            "Tệp kết quả trùng với tệp nguồn. Hãy chọn tên khác; bản gốc không bao giờ bị ghi đè.",
            "The signed file would replace its source. Choose another name; originals are never overwritten.",
        )


def _tell(as_json: bool, source: Path, target: Path | None, result: Result | KeyUnavailable) -> None:
    refusal = None if isinstance(result, dict) else result
    if as_json:
        error = {"code": refusal.code, "message": str(refusal)} if refusal else None
        line = {
            "input": str(source),
            "output": str(target) if target else None,
            "status": "refused" if refusal else "ok",
            "signature": result if isinstance(result, dict) else None,
            "error": error,
        }
        print(json.dumps(line, ensure_ascii=False), flush=True)
    elif refusal:
        print(f"{source}: {refusal}", file=sys.stderr, flush=True)
    else:
        print(f"{source} → {target}", flush=True)

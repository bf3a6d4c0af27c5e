"""`banchinh verify`: is a signed document whole, who signed it, and is that certain?"""

import argparse
import json
import os
import sys
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Literal

from app.commands.usage import BadUsage
from app.commands.usage import path as named
from app.confinement.sandbox import Sandbox
from app.confinement.sandboxed_verifying import SandboxedVerifier
from app.outward import build_cache, build_fetcher
from app.scratch import Scratch
from app.settings import Settings
from signing.policies import NAMES
from signing.reports import questions
from signing.reports.local_time import VIETNAM
from signing.summary import unreadable

EXIT_CODES = {"valid": 0, "invalid": 1, "undetermined": 2, "unsigned": 3, "unreadable": 4}
#: One bad document spoils a batch; then what was not looked at at all, then what stays open.
WORST_LAST = (0, 3, 2, 4, 1)
Language = Literal["vi", "en"]

WORDS: dict[str, dict[Language, str]] = {
    "signature": {"vi": "Chữ ký", "en": "Signature"},
    "signer": {"vi": "Người ký", "en": "Signer"},
    "organisation": {"vi": "Cơ quan", "en": "Organisation"},
    "claimed": {"vi": "Giờ ký (máy người ký)", "en": "Signed at (signer's clock)"},
    "proven": {"vi": "Đã ký trước (dấu thời gian)", "en": "Signed before (timestamp)"},
    "whole": {"vi": "Còn nguyên vẹn?", "en": "Whole?"},
    "right": {"vi": "Đúng người ký?", "en": "The right signer?"},
    "in_force": {"vi": "Chứng thư còn hiệu lực lúc ký?", "en": "Certificate in force then?"},
    "root": {"vi": "Gốc tin cậy", "en": "Trust anchor"},
    "under": {"vi": "Thuộc hệ thống", "en": "Under"},
    "unchecked": {"vi": "Chưa kiểm tra", "en": "Not checked"},
    "yes": {"vi": "có", "en": "yes"},
    "no": {"vi": "không", "en": "no"},
    "unknown": {"vi": "chưa rõ", "en": "not known"},
}

#: The steps of the recipe (signing/validation.py) in Vietnamese.
STEPS = {
    "format": "định dạng",
    "signed-bytes": "phần được ký",
    "signing-certificate": "chứng thư ký",
    "path": "đường dẫn chứng thư",
    "revocation": "thu hồi",
    "cryptography": "mật mã",
    "algorithms": "thuật toán",
    "time": "thời gian ký",
    "past": "hiệu lực lúc ký",
    "long-term": "bằng chứng lâu dài",
    "changes": "thay đổi sau khi ký",
    "verdict": "kết luận",
}


def register(subparsers: Any) -> None:
    parser = subparsers.add_parser(
        "verify",
        help="kiểm tra chữ ký số của một tệp / check the signatures of a file",
        epilog="Exit: 0 valid, 1 invalid, 2 undetermined, 3 no signature, 4 could not be read, 64 bad usage. "
        "Of several files the worst counts: 1, then 4, 2, 3, 0.",
    )
    parser.add_argument(
        "files",
        type=named,
        nargs="+",
        metavar="FILE",
        help="tệp PDF, hoặc thư mục có các tệp PDF / PDF files, or folders of them",
    )
    parser.add_argument(
        "--trust",
        type=Path,
        action="append",
        default=[],
        metavar="PATH",
        help="tệp hay thư mục chứng thư và CRL (PEM, DER); chứng thư tự ký là gốc tin cậy / "
        "files or folders of certificates and CRLs; self-signed ones are anchors",
    )
    parser.add_argument(
        "--at",
        type=_moment,
        metavar="ISO8601",
        help="thời điểm xét, giờ Việt Nam nếu không ghi múi giờ / moment of judging, Vietnam time by default",
    )
    parser.add_argument(
        "--policy",
        choices=NAMES,
        help="chính sách kiểm tra; nếu không ghi thì theo gốc tin cậy của chữ ký; vn-official và vn-public "
        "chỉ nhận chữ ký dưới gốc của mình / validation policy; by default that of the root under which a "
        "signature stands; vn-official and vn-public take only signatures under their own roots",
    )
    parser.add_argument("--offline", action="store_true", help="không truy cập mạng / use no network")
    parser.add_argument("--json", action="store_true", help="in báo cáo JSON / print the report as JSON")
    parser.add_argument(
        "--report",
        type=Path,
        metavar="FILE.pdf",
        help="ghi báo cáo để in (PDF/A-2u) / write the report for printing (PDF/A-2u)",
    )
    parser.add_argument(
        "--xml",
        type=Path,
        metavar="FILE.xml",
        help="ghi báo cáo theo ETSI TS 119 102-2 / write the report of ETSI TS 119 102-2",
    )
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace, settings: Settings) -> int:
    absent = [str(path) for path in arguments.trust if not path.exists()]
    if absent:
        raise BadUsage(f"--trust: không có / no such file or folder: {', '.join(absent)}")
    _warn_of_empty(arguments.trust)
    fetcher = None if arguments.offline else build_fetcher(settings)
    cache = build_cache(settings) if settings.data.is_dir() else None  # no folder only for a cache
    trust = tuple(arguments.trust)
    verifier = SandboxedVerifier(Sandbox(settings), fetcher, trust, arguments.policy, cache)
    with Scratch.of_command():
        if len(arguments.files) == 1 and not _is_folder(arguments.files[0]):
            return _verify_one(arguments, verifier, arguments.files[0])
        if arguments.report or arguments.xml:
            raise BadUsage("--report, --xml: chỉ dùng với một tệp / only with one file")
        return _verify_all(arguments, verifier, _found(arguments.files))


def _warn_of_empty(trust: Sequence[Path]) -> None:
    """Whoever named the wrong file would else read that a root is missing."""
    from signing.pki.trust import load  # heavy

    for path in trust:
        found = load([path])
        if not (found.anchors or found.intermediates or found.crls or found.ocsps):
            print(
                f"banchinh: --trust {path}: không có chứng thư hay CRL nào (PEM, DER) / "
                "no certificate and no revocation list in it (PEM, DER)",
                file=sys.stderr,
            )


def _verify_one(arguments: argparse.Namespace, verifier: SandboxedVerifier, source: Path) -> int:
    report = _report(verifier, source, arguments.at)
    _write_reports(arguments, source, report)
    if arguments.json:
        print(json.dumps(report, ensure_ascii=False, indent=1))
    else:
        print(f"{_readable(report, 'vi')}\n\n{_readable(report, 'en')}")
    return EXIT_CODES[report["verdict"]]


def _verify_all(arguments: argparse.Namespace, verifier: SandboxedVerifier, sources: Sequence[Path]) -> int:
    """One line a file on stdout, in order, as each is done; progress on stderr. The worst exit code."""
    codes = []
    for number, source in enumerate(sources, 1):
        print(f"[{number}/{len(sources)}] {source}", file=sys.stderr, flush=True)
        report = _report(verifier, source, arguments.at)
        codes.append(EXIT_CODES[report["verdict"]])
        if arguments.json:
            print(json.dumps({"input": str(source), **report}, ensure_ascii=False), flush=True)
        else:
            print(f"{report['verdict']:<13} {source}\t{report['summary']['vi']}", flush=True)
    return max(codes, key=WORST_LAST.index)


def _report(verifier: SandboxedVerifier, source: Path, at: datetime | None) -> dict[str, Any]:
    try:
        if _readable_file(source):
            return verifier.verify(source, at)
    except OSError:  # taken away while it was looked at: no reason to leave the others
        if _readable_file(source):
            raise
    return unreadable("", "not-found", datetime.now(UTC)).to_json()


def _readable_file(path: Path) -> bool:
    return os.access(path, os.R_OK) and path.is_file()


def _is_folder(path: Path) -> bool:
    """Asked first whether it is there at all: `is_dir` fails at names that are too long."""
    return os.access(path, os.F_OK) and path.is_dir()


def _found(given: Sequence[Path]) -> list[Path]:
    """The files, and the PDF files in the folders and all folders below, each once. Raises BadUsage."""
    found: dict[Path, None] = {}
    for path in given:
        found.update(dict.fromkeys(_inside(path) if _is_folder(path) else [path]))
    if not found:
        names = ", ".join(map(str, given))
        raise BadUsage(f"không có tệp PDF nào trong / there is no PDF file in {names}")
    return list(found)


def _inside(folder: Path) -> Sequence[Path]:
    return [p for p in sorted(folder.rglob("*")) if p.suffix.lower() == ".pdf" and p.is_file()]


def _write_reports(arguments: argparse.Namespace, source: Path, report: dict[str, Any]) -> None:
    """The reports that are asked for, never over the document itself. Raises BadUsage."""
    if not (arguments.report or arguments.xml):
        return
    from app.printed_report import printed  # heavy
    from signing.marks.appearance import MarkImpossible
    from signing.reports.etsi_report import NoSignatureToReport, etsi_xml

    makers: list[tuple[str, Path | None, Callable[[], bytes]]] = [
        ("--report", arguments.report, lambda: printed(report, source.name)),
        ("--xml", arguments.xml, lambda: etsi_xml(report)),
    ]
    for option, target, make in makers:
        if target is None:
            continue
        if target.exists() and target.samefile(source):
            raise BadUsage(f"{option}: không ghi đè lên chính văn bản / would overwrite the document itself")
        try:
            target.write_bytes(make())
        except OSError as error:
            raise BadUsage(f"{option}: không ghi được / cannot write {target}: {error.strerror}") from error
        except NoSignatureToReport as error:  # the verdict says so, and counts
            print(f"banchinh: {option}: {error}", file=sys.stderr)
        except MarkImpossible as error:
            raise BadUsage(f"{option}: {error}") from error


def _moment(text: str) -> datetime:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(f"{text!r}: ISO 8601, 2026-11-22T10:30:00+07:00") from error
    return moment if moment.tzinfo else moment.replace(tzinfo=VIETNAM)


def _readable(report: dict[str, Any], language: Language) -> str:
    lines = [report["summary"][language]]
    for number, signature in enumerate(report["signatures"], 1):
        lines += ["", f"{WORDS['signature'][language]} {number}: {signature['indication']}"]
        lines += [f"  {label}: {value}" for label, value in _facts(signature, language) if value]
        notes = [
            signature["reason"],
            *signature["missing"],
            *signature["changes_after"],
            *signature["warnings"],
        ]
        said = dict.fromkeys(n["message"][language] for n in notes if n)
        lines += [f"  - {text}" for text in said]
        lines += [f"  {WORDS['unchecked'][language]}: {text}" for text in _unchecked(signature, language)]
    return "\n".join(lines)


def _unchecked(signature: dict[str, Any], language: Language) -> list[str]:
    """What no step looked at, and why."""
    steps = [step for step in signature.get("steps", ()) if step["outcome"] == "not-checked"]
    return [f"{_step(step, language)}: {step['note']['message'][language]}" for step in steps]


def _step(step: Mapping[str, Any], language: Language) -> str:
    """Its number in the recipe, by which the reports name it too, and its name."""
    named = STEPS.get(step["name"]) if language == "vi" else None
    return f"{step['number']} {named or step['name']}"


def _facts(signature: dict[str, Any], language: Language) -> list[tuple[str, str | None]]:
    proven = signature["best_time"] if signature["best_time_source"] == "timestamp" else None
    one = [signature]
    answers = {
        # of one signature, its own sub-indication says whether something was added
        "whole": questions.whole(one, changed_after_signing=False),
        "right": questions.right_signer(one),
        "in_force": questions.in_force(one),
    }
    facts: list[tuple[str, str | None]] = [
        (WORDS["signer"][language], signature["signer"]),
        (WORDS["organisation"][language], signature["organisation"]),
        (WORDS["claimed"][language], _local(signature["claimed_time"])),
        (WORDS["proven"][language], _local(proven)),
        (WORDS["root"][language], signature["trust_anchor"]),
        (WORDS["under"][language], signature["root"][language] if signature.get("root") else None),
    ]
    return facts + [
        (WORDS[name][language], WORDS[answer.reply][language]) for name, answer in answers.items()
    ]


def _local(moment: str | None) -> str | None:
    if moment is None:
        return None
    return f"{datetime.fromisoformat(moment).astimezone(VIETNAM):%d.%m.%Y %H:%M:%S} +07:00"

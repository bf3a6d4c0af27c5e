"""`banchinh trust`: which roots this installation trusts, and which intermediate certificates it knows."""

import argparse
import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from app.commands.usage import BadUsage
from app.settings import Settings, read
from signing.pki import certificates, trust_folder
from signing.pki.trust_folder import Entry, TrustFolder, TrustRefused

REFUSED = 1
ROLES = {"anchor": "gốc tin cậy / anchor", "intermediate": "trung gian / intermediate"}


def register(subparsers: Any) -> None:
    parser = subparsers.add_parser(
        "trust",
        help="gốc tin cậy và chứng thư trung gian / trust anchors and intermediate certificates",
        epilog="Exit: 0 done, 1 refused (says why), 64 bad usage.",
    )
    actions = parser.add_subparsers(required=True, metavar="add|list|remove")
    add = actions.add_parser("add", help="thêm sau khi xác nhận dấu vân tay / add one, fingerprint confirmed")
    add.add_argument("file", type=Path, metavar="FILE", help="một chứng thư PEM hoặc DER / one certificate")
    add.add_argument(
        "--role",
        choices=tuple(ROLES),
        help="mặc định: tự ký là gốc, còn lại là trung gian / by default self-signed ones are anchors",
    )
    add.set_defaults(run=_run_add, settings=read)
    listing = actions.add_parser("list", help="liệt kê / list them")
    listing.set_defaults(run=_run_list, settings=read)
    remove = actions.add_parser("remove", help="gỡ / take one out")
    remove.add_argument("fingerprint", metavar="FINGERPRINT", help="SHA-256, xem / see: trust list")
    remove.set_defaults(run=_run_remove, settings=read)
    for action in (add, remove):
        action.add_argument(
            "--yes-fingerprint",
            metavar="HEX",
            help="dấu vân tay SHA-256 do cơ quan cấp công bố, thay cho câu hỏi / "
            "the SHA-256 fingerprint that the authority published, instead of being asked",
        )
    for action in (add, listing, remove):
        action.add_argument("--json", action="store_true", help="in JSON / print JSON")


def _run_add(arguments: argparse.Namespace, settings: Settings) -> int:
    def add() -> None:
        entry = trust_folder.read(arguments.file, arguments.role)
        _confirm(entry, arguments.yes_fingerprint)
        _folder(settings).add(entry)
        _tell([entry], arguments.json)

    return _or_refused(add, arguments.json)


def _run_list(arguments: argparse.Namespace, settings: Settings) -> int:
    entries = list(_folder(settings).entries())
    if not entries and not arguments.json:
        print(f"Chưa có chứng thư nào. / No certificates yet: {settings.trust_folder}")
    _tell(entries, arguments.json)
    return 0


def _run_remove(arguments: argparse.Namespace, settings: Settings) -> int:
    def remove() -> None:
        folder, fingerprint = _folder(settings), trust_folder.fingerprint_of(arguments.fingerprint)
        found = next((e for e in folder.entries() if e.fingerprint == fingerprint), None)
        if found is not None:
            _confirm(found, arguments.yes_fingerprint)
        _tell([folder.remove(fingerprint)], arguments.json)

    return _or_refused(remove, arguments.json)


def _folder(settings: Settings) -> TrustFolder:
    """Raises BadUsage where TRUST is a single file."""
    if settings.trust_folder.is_file():
        raise BadUsage("BANCHINH_TRUST là một tệp; hãy đổi thành thư mục. / is a file; make it a folder")
    return TrustFolder(settings.trust_folder)


def _confirm(entry: Entry, given: str | None) -> None:
    """Raises TrustRefused where the fingerprint is not confirmed, BadUsage where nobody can be asked."""
    if given is not None:
        if trust_folder.fingerprint_of(given) != entry.fingerprint:
            raise TrustRefused(
                f"Dấu vân tay không khớp: chứng thư này là {entry.fingerprint}. Đừng tin tệp này.",
                f"The fingerprint does not match: it is {entry.fingerprint}. Do not trust the file.",
            )
        return
    if not sys.stdin.isatty():
        raise BadUsage(
            f"SHA-256 {entry.fingerprint}: so với dấu vân tay mà cơ quan cấp công bố "
            "rồi thêm --yes-fingerprint / compare it with the one that the authority published, "
            "then give --yes-fingerprint"
        )
    print("\n".join(_lines(entry)), file=sys.stderr)
    print(
        "Dấu vân tay đúng như cơ quan cấp công bố? / As the authority published it? [y/N] ",
        end="",
        file=sys.stderr,
    )
    if input().strip().lower() not in ("y", "yes", "c", "có"):
        raise TrustRefused("Chưa xác nhận nên không làm gì.", "Not confirmed, so nothing was done.")


def _or_refused(act: Callable[[], None], as_json: bool) -> int:
    try:
        act()
    except TrustRefused as error:
        if as_json:
            refused = {"error": {"code": "trust-refused", "message": str(error)}}
            print(json.dumps(refused, ensure_ascii=False), file=sys.stderr)
        else:
            print(f"banchinh: {error}", file=sys.stderr)
        return REFUSED
    return 0


def _tell(entries: list[Entry], as_json: bool) -> None:
    if as_json:
        print(json.dumps([entry.to_json() for entry in entries], ensure_ascii=False, indent=1))
        return
    for entry in entries:
        print("\n".join(_lines(entry)))


def _lines(entry: Entry) -> list[str]:
    certificate = entry.certificate
    begins, ends = certificate.not_valid_before, certificate.not_valid_after
    return [
        f"{ROLES[entry.role]}: {certificates.name_text(certificate.subject)}",
        f"  cấp bởi / issued by: {certificates.name_text(certificate.issuer)}",
        f"  hiệu lực / in force: {begins:%d.%m.%Y} – {ends:%d.%m.%Y}",
        f"  SHA-256: {_grouped(entry.fingerprint)}",
    ]


def _grouped(fingerprint: str) -> str:
    """With colons, as certificate viewers show it."""
    return ":".join(fingerprint[i : i + 2] for i in range(0, len(fingerprint), 2)).upper()

"""`banchinh agency add|seal|merge|rename`, `banchinh person add`: what is set up before anybody signs in."""

import argparse
import getpass
import sys
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

from app.administration import Deed, Done
from app.agencies import (
    Agencies,
    Agency,
    AgencyNotFound,
    MergerToCome,
    NoMerger,
    NoRenaming,
    confirm_day,
    state_merger,
    state_name,
)
from app.commands.usage import BadUsage, say_errors_as_json
from app.people import Person, Role, UsernameTaken
from app.settings import Settings


def register(subparsers: Any) -> None:
    agency = subparsers.add_parser("agency", help="cơ quan / agencies")
    of_agency = agency.add_subparsers(required=True, metavar="add|seal|merge|rename")
    adding = of_agency.add_parser("add", help="thêm cơ quan / add an agency")
    adding.add_argument("code", metavar="CODE", help="mã ngắn, không đổi / a short code that stays")
    adding.add_argument("--name", required=True, help="tên đầy đủ / full name")
    say_errors_as_json(adding)
    adding.set_defaults(run=add_agency)
    sealing = of_agency.add_parser(
        "seal",
        help="gắn hoặc gỡ khóa con dấu / set or remove the key of the seal",
        description="Chỉ giữ tham chiếu; mật khẩu hoặc mã PIN là thiết lập BANCHINH_SEAL_PASSPHRASES. / "
        "Only the reference is kept; what opens the key is the setting BANCHINH_SEAL_PASSPHRASES.",
    )
    sealing.add_argument("code", metavar="CODE", help="mã cơ quan / code of the agency")
    which = sealing.add_mutually_exclusive_group(required=True)
    which.add_argument("--key", metavar="REF", help="khóa / key: file:KEY.p12, pkcs11:…")
    which.add_argument("--none", action="store_true", help="gỡ khóa / remove it")
    say_errors_as_json(sealing)
    sealing.set_defaults(run=set_seal)
    merging = of_agency.add_parser(
        "merge",
        help="ghi cơ quan đã sáp nhập / state that an agency was merged",
        description="Văn bản đã cấp vẫn ghi nơi cấp cũ, kèm «từ ngày … thuộc …»; cơ quan mới được thu hồi và "
        "thay thế chúng. / What it issued stays issued by it, with “since … part of …”; its successor may "
        "revoke and replace that.",
    )
    merging.add_argument("code", metavar="CODE", help="mã cơ quan / code of the agency")
    how = merging.add_mutually_exclusive_group(required=True)
    how.add_argument("--into", metavar="CODE", help="cơ quan mới / its successor")
    how.add_argument("--none", action="store_true", help="bỏ điều đã ghi / take back what was stated")
    merging.add_argument(
        "--since", type=_day, metavar="YYYY-MM-DD", help="ngày sáp nhập (hôm nay) / day of the merger (today)"
    )
    say_errors_as_json(merging)
    merging.set_defaults(run=merge_agency)

    naming = of_agency.add_parser(
        "rename",
        help="ghi cơ quan đã đổi tên / state that an agency has another name",
        description="Văn bản đã cấp giữ tên của ngày cấp, kèm tên hiện nay; chứng thư mang tên cũ vẫn dùng "
        "được. / What was issued keeps the name of its day, with the present one; certificates with the "
        "old name stay good.",
    )
    naming.add_argument("code", metavar="CODE", help="mã cơ quan / code of the agency")
    what = naming.add_mutually_exclusive_group(required=True)
    what.add_argument("--name", metavar="NAME", help="tên mới / its new name")
    what.add_argument("--none", action="store_true", help="bỏ lần đổi tên cuối / take the last one back")
    naming.add_argument(
        "--since", type=_day, metavar="YYYY-MM-DD", help="ngày đổi tên (hôm nay) / first day of it (today)"
    )
    say_errors_as_json(naming)
    naming.set_defaults(run=rename_agency)

    person = subparsers.add_parser("person", help="tài khoản / accounts")
    adding = person.add_subparsers(required=True, metavar="add").add_parser(
        "add",
        help="thêm tài khoản / add an account",
        description="Mật khẩu được hỏi hai lần, hoặc đọc một dòng từ đầu vào chuẩn. / "
        "The password is asked for twice, or read as one line from standard input.",
    )
    adding.add_argument("username", metavar="USERNAME", help="tên đăng nhập / name to sign in with")
    adding.add_argument("--name", required=True, help="họ và tên / name of the person")
    adding.add_argument("--role", required=True, choices=[role.value for role in Role], help="vai trò / role")
    adding.add_argument("--agency", required=True, metavar="CODE", help="mã cơ quan / code of the agency")
    adding.add_argument("--position", metavar="TEXT", help="chức vụ / position")
    adding.add_argument("--key", metavar="REF", help="khóa ký / signing key: file:KEY.p12")
    say_errors_as_json(adding)
    adding.set_defaults(run=add_person)


#: Who did it, where nobody had to sign in: whoever may start this program.
ACTOR = "cli"


def add_agency(arguments: argparse.Namespace, settings: Settings) -> int:
    from app import wiring

    code, name = arguments.code.strip(), arguments.name.strip()
    if not code or not name:
        raise BadUsage("mã và tên cơ quan trống / an agency has a code and a name that are not empty")
    wiring.migrate(settings)
    agencies = wiring.build_repositories(settings).agencies
    if code in {agency.code for agency in agencies.list()}:
        raise BadUsage(
            f"đã có cơ quan {code}, hãy chọn mã khác / there is an agency {code}; choose another code"
        )
    agencies.save(Agency(code, name))
    print(f"Đã thêm cơ quan / agency added: {code}")
    return 0


def set_seal(arguments: argparse.Namespace, settings: Settings) -> int:
    from app import wiring
    from signing.keys.references import told_reference

    wiring.migrate(settings)
    agencies = wiring.build_repositories(settings).agencies
    agency, key = _agency(agencies, arguments.code), _key(arguments.key)
    deed = Deed.SEAL_KEY_SET if key else Deed.SEAL_KEY_REMOVED
    told = {"before": told_reference(agency.seal_key), "now": told_reference(key)}
    changed = replace(agency, seal_key=key)
    agencies.change(agency, changed, [_done(f"agency:{agency.code}", deed, told)])
    print(f"Đã đổi khóa con dấu / key of the seal changed: {agency.code}")
    return 0


def merge_agency(arguments: argparse.Namespace, settings: Settings) -> int:
    from app import wiring

    wiring.migrate(settings)
    agencies = wiring.build_repositories(settings).agencies
    code, into = arguments.code, None if arguments.none else arguments.into
    if into is None and arguments.since:
        raise BadUsage("--since chỉ đi với --into / --since goes with --into alone")
    try:
        confirm_day(arguments.since, datetime.now(UTC))
        for one in filter(None, (code, into)):
            _agency(agencies, one)
        changed = state_merger(agencies, code, into, arguments.since, ACTOR, datetime.now(UTC))
    except MergerToCome as error:
        raise BadUsage(f"{error}: chưa tới ngày đó / that day has not come") from error
    except NoMerger as error:
        raise BadUsage(
            f"{into} là chính cơ quan này hoặc đã sáp nhập vào nó / {into} is this agency, or has become a "
            "part of it"
        ) from error
    print(f"Đã ghi / stated: {code} → {changed.merged_into or code}")
    return 0


def rename_agency(arguments: argparse.Namespace, settings: Settings) -> int:
    from app import wiring

    wiring.migrate(settings)
    agencies = wiring.build_repositories(settings).agencies
    code, name = arguments.code, None if arguments.none else arguments.name
    if name is None and arguments.since:
        raise BadUsage("--since chỉ đi với --name / --since goes with --name alone")
    _agency(agencies, code)
    try:
        changed = state_name(agencies, code, name, arguments.since, ACTOR, datetime.now(UTC))
    except NoRenaming as error:
        raise BadUsage(
            "cần một tên khác tên hiện nay và một ngày đã tới, sau ngày bắt đầu của tên hiện nay / another "
            "name than the present one is needed, and a day that has come, after the first of the present one"
        ) from error
    print(f"Đã ghi / stated: {code} → {changed.name}")
    return 0


def _agency(agencies: Agencies, code: str) -> Agency:
    """Raises BadUsage."""
    try:
        return agencies.get(code)
    except AgencyNotFound as error:
        known = ", ".join(agency.code for agency in agencies.list()) or "–"
        raise BadUsage(
            f"không có cơ quan {code} (đang có: {known}); thêm bằng / there is no agency {code} (there are: "
            f"{known}); add it with: banchinh agency add CODE --name NAME"
        ) from error


def _day(text: str) -> date:
    """The type of a day."""
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(f"{text!r}: 2025-07-01") from error


def add_person(arguments: argparse.Namespace, settings: Settings) -> int:
    from app import wiring
    from app.passwords import WeakPassword, hashed
    from signing.keys.references import told_reference

    username, name = arguments.username.strip(), arguments.name.strip()
    if not username or not name:
        raise BadUsage(
            "tên đăng nhập, họ tên trống / an account has a username and a name that are not empty"
        )
    wiring.migrate(settings)
    repositories = wiring.build_repositories(settings)
    _agency(repositories.agencies, arguments.agency)
    subject, key = f"person:{username}", _key(arguments.key)
    deeds = [_done(subject, Deed.ACCOUNT_ADDED, {"role": arguments.role, "agency": arguments.agency})]
    if key:
        deeds.append(_done(subject, Deed.KEY_SET, {"before": None, "now": told_reference(key)}))
    try:
        repositories.people.add(
            Person(
                username,
                name,
                Role(arguments.role),
                arguments.agency,
                hashed(_password()),
                arguments.position,
                key,
            ),
            deeds,
        )
    except (WeakPassword, UsernameTaken) as error:
        raise BadUsage(f"hãy chọn tên hoặc mật khẩu khác / {error}; choose another") from error
    print(f"Đã thêm tài khoản / account added: {username}")
    return 0


def _key(given: str | None) -> str | None:
    """The reference of a key. Raises BadUsage."""
    from signing.keys.references import KeyUnavailable, check_reference  # heavy

    reference = (given or "").strip() or None
    if reference:
        try:
            check_reference(reference)
        except KeyUnavailable as refused:
            raise BadUsage(str(refused)) from None
    return reference


def _done(subject: str, deed: Deed, told: Mapping[str, str | bool | None]) -> Done:
    return Done(subject, deed, ACTOR, datetime.now(UTC), told)


def _password() -> str:
    if not sys.stdin.isatty():
        return sys.stdin.readline().rstrip("\r\n")
    first = getpass.getpass("Mật khẩu / password: ")
    if first != getpass.getpass("Nhập lại / once more: "):
        raise BadUsage("hai mật khẩu khác nhau, hãy làm lại / the two passwords differ; start again")
    return first

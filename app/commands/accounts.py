"""`banchinh agency add` and `banchinh person add`: the first account, before anybody can sign in."""

import argparse
import getpass
import sys
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from app.administration import Deed, Done
from app.agencies import Agency, AgencyNotFound
from app.commands.usage import BadUsage, say_errors_as_json
from app.people import Person, Role, UsernameTaken
from app.settings import Settings


def register(subparsers: Any) -> None:
    agency = subparsers.add_parser("agency", help="cơ quan / agencies")
    of_agency = agency.add_subparsers(required=True, metavar="add|seal")
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
        raise BadUsage("an agency has a code and a name that are not empty")
    wiring.migrate(settings)
    agencies = wiring.build_repositories(settings).agencies
    if code in {agency.code for agency in agencies.list()}:
        raise BadUsage(f"there is an agency {code} already; choose another code")
    agencies.save(Agency(code, name))
    print(f"Đã thêm cơ quan / agency added: {code}")
    return 0


def set_seal(arguments: argparse.Namespace, settings: Settings) -> int:
    from app import wiring
    from signing.keys.references import told_reference

    wiring.migrate(settings)
    agencies = wiring.build_repositories(settings).agencies
    try:
        agency = agencies.get(arguments.code)
    except AgencyNotFound as error:
        raise BadUsage(f"there is no agency {arguments.code}; add it with `banchinh agency add`") from error
    key = _key(arguments.key)
    deed = Deed.SEAL_KEY_SET if key else Deed.SEAL_KEY_REMOVED
    told = {"before": told_reference(agency.seal_key), "now": told_reference(key)}
    agencies.save(replace(agency, seal_key=key), [_done(f"agency:{agency.code}", deed, told)])
    print(f"Đã đổi khóa con dấu / key of the seal changed: {agency.code}")
    return 0


def add_person(arguments: argparse.Namespace, settings: Settings) -> int:
    from app import wiring
    from app.passwords import WeakPassword, hashed
    from signing.keys.references import told_reference

    username, name = arguments.username.strip(), arguments.name.strip()
    if not username or not name:
        raise BadUsage("an account has a username and a name that are not empty")
    wiring.migrate(settings)
    repositories = wiring.build_repositories(settings)
    try:
        repositories.agencies.get(arguments.agency)
    except AgencyNotFound as error:
        known = ", ".join(agency.code for agency in repositories.agencies.list()) or "none yet"
        raise BadUsage(
            f"there is no agency {arguments.agency} (there are: {known}); "
            "add it with `banchinh agency add CODE --name NAME`"
        ) from error
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
        raise BadUsage(f"{error}; choose another") from error
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
        raise BadUsage("the two passwords differ; start again")
    return first

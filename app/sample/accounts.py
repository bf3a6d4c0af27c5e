"""The sample accounts, one for each role, with random passwords."""

import json
import os
import secrets
from datetime import date
from pathlib import Path

from app.agencies import Agencies, Agency
from app.passwords import hashed, matches
from app.people import People, Person, PersonNotFound, Role

FILE = "sample-accounts.json"
AGENCY = "phuong-mau"

_PEOPLE = (
    (Role.CLERK, "Lê Văn Thử", "Công chức Bộ phận một cửa"),
    (Role.OFFICIAL, "Nguyễn Văn Mẫu", "Chủ tịch"),
    (Role.ARCHIVIST, "Phạm Thị Thí Điểm", "Công chức lưu trữ"),
    (Role.ADMIN, "Đỗ Văn Giả Lập", "Quản trị hệ thống"),
)


def create(
    people: People,
    agencies: Agencies,
    data: Path,
    *,
    signing_key: str,
    key_passphrase: str,
    seal_key: str | None = None,
) -> bool:
    """Make the agency and the accounts that are missing, their passwords in DATA/sample-accounts.json for its
    owner alone. True where anything was made; passwords that stand in the file are kept."""
    _save_agencies(agencies, seal_key)
    known = read(data)
    written = {
        role.value: known.get(role.value) or {"username": role.value, "password": secrets.token_urlsafe(12)}
        for role, _, _ in _PEOPLE
    }
    written[Role.OFFICIAL]["key_passphrase"] = key_passphrase
    if written != known:
        _write(data / FILE, written)
    changed = [
        _account(people, role, name, position, written[role.value]["password"], signing_key)
        for role, name, position in _PEOPLE
    ]
    return written != known or any(changed)


def read(data: Path) -> dict[str, dict[str, str]]:
    """What DATA/sample-accounts.json holds; nothing where it is not there."""
    file = data / FILE
    if not file.exists():
        return {}
    held: dict[str, dict[str, str]] = json.loads(file.read_text("utf-8"))
    return held


def announcement(data: Path) -> str:
    """The accounts in words for the one who starts the service."""
    rows = [f"  {a['username']:<10} {a['password']}" for a in read(data).values()]
    return "\n".join(
        [
            "Tài khoản MẪU, không an toàn — UNSAFE sample accounts:",
            *rows,
            f"  ({data / FILE})",
            "",
        ]
    )


def _save_agencies(agencies: Agencies, seal_key: str | None) -> None:
    present = {agency.code for agency in agencies.list()}
    wanted = (
        Agency(AGENCY, "ỦY BAN NHÂN DÂN PHƯỜNG MẪU", seal_key=seal_key),
        Agency("xa-thi-du", "ỦY BAN NHÂN DÂN XÃ THÍ DỤ", merged_into=AGENCY, merged_on=date(2025, 7, 1)),
    )
    for agency in wanted:
        if agency.code not in present:
            agencies.save(agency)


def _account(people: People, role: Role, name: str, position: str, password: str, signing_key: str) -> bool:
    """Make the account, or give it the password of the file again. False where nothing had to change."""
    key = signing_key if role is Role.OFFICIAL else None
    try:
        known = people.get(role.value)
    except PersonNotFound:
        people.add(Person(role.value, name, role, AGENCY, hashed(password), position, key))
        return True
    if matches(known.password_hash, password) and known.signing_key == key:
        return False
    people.save(Person(role.value, name, role, AGENCY, hashed(password), position, key))
    return True


def _write(file: Path, accounts: dict[str, dict[str, str]]) -> None:
    """Whole or not at all, and never readable for others, not even for a moment."""
    file.parent.mkdir(parents=True, exist_ok=True)
    fresh = file.with_suffix(".new")
    fresh.unlink(missing_ok=True)
    with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as out:
        json.dump(accounts, out, ensure_ascii=False, indent=2)
    fresh.replace(file)

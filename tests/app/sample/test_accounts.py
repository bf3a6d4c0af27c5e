"""The sample accounts: made once, kept afterwards, and for their owner's eyes alone."""

import json
import stat
from pathlib import Path

from app.database.repositories import Repositories
from app.passwords import matches
from app.people import Role
from app.sample import accounts


def make(repositories: Repositories, data: Path) -> bool:
    return accounts.create(
        repositories.people,
        repositories.agencies,
        data,
        signing_key="file:official.p12",
        key_passphrase="passphrase",
    )


def test_every_role_gets_an_account_that_the_file_opens(repositories: Repositories, tmp_path: Path) -> None:
    assert make(repositories, tmp_path)
    written = json.loads((tmp_path / "sample-accounts.json").read_text("utf-8"))
    assert set(written) == {role.value for role in Role}
    for role, account in written.items():
        person = repositories.people.get(account["username"])
        assert person.role.value == role
        assert person.agency == "phuong-mau"
        assert matches(person.password_hash, account["password"])
    assert repositories.people.get("official").signing_key == "file:official.p12"
    assert written["official"]["key_passphrase"] == "passphrase"
    assert len({account["password"] for account in written.values()}) == 4


def test_the_file_is_for_its_owner_alone(repositories: Repositories, tmp_path: Path) -> None:
    make(repositories, tmp_path)
    assert stat.S_IMODE((tmp_path / "sample-accounts.json").stat().st_mode) == 0o600


def test_a_second_start_changes_nothing(repositories: Repositories, tmp_path: Path) -> None:
    make(repositories, tmp_path)
    before = (tmp_path / "sample-accounts.json").read_bytes()
    people = {person.username: person for person in repositories.people.list()}
    assert not make(repositories, tmp_path)
    assert (tmp_path / "sample-accounts.json").read_bytes() == before
    assert {person.username: person for person in repositories.people.list()} == people


def test_a_lost_file_is_written_anew_and_opens_the_same_accounts(
    repositories: Repositories, tmp_path: Path
) -> None:
    make(repositories, tmp_path)
    (tmp_path / "sample-accounts.json").unlink()
    assert make(repositories, tmp_path)
    clerk = accounts.read(tmp_path)["clerk"]
    assert matches(repositories.people.get("clerk").password_hash, clerk["password"])


def test_the_merged_agency_names_its_successor(repositories: Repositories, tmp_path: Path) -> None:
    make(repositories, tmp_path)
    assert repositories.agencies.get("xa-thi-du").merged_into == "phuong-mau"

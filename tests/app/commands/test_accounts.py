"""`banchinh agency add` and `banchinh person add`: from an empty service to somebody who can sign in."""

import io
from datetime import date
from pathlib import Path

import pytest

from app import wiring
from app.agencies import FormerName, heirs
from app.cli import main
from app.passwords import matches
from app.people import Role
from app.settings import load

PASSWORD = "mật khẩu mẫu 12345"
PERSON = ("person", "add", "mau", "--name", "Nguyễn Văn Mẫu", "--role", "official", "--agency", "mau")


@pytest.fixture(autouse=True)
def _own_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    _types(monkeypatch, PASSWORD)


def _types(monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO(text + "\n"))


def test_the_first_account(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["agency", "add", "mau", "--name", "ỦY BAN NHÂN DÂN PHƯỜNG MẪU"]) == 0
    assert main([*PERSON, "--position", "Chủ tịch", "--key", "file:mau.p12"]) == 0
    person = wiring.build_repositories(load()).people.get("mau")
    assert (person.name, person.role, person.agency) == ("Nguyễn Văn Mẫu", Role.OFFICIAL, "mau")
    assert (person.position, person.signing_key) == ("Chủ tịch", "file:mau.p12")
    assert matches(person.password_hash, PASSWORD)
    assert PASSWORD not in capsys.readouterr().out


def test_an_agency_must_be_there_first(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(PERSON) == 64
    assert "banchinh agency add" in capsys.readouterr().err


def test_nothing_is_replaced(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    agency = ["agency", "add", "mau", "--name", "ỦY BAN NHÂN DÂN PHƯỜNG MẪU"]
    assert [main(agency), main(agency), main(PERSON)] == [0, 64, 0]
    _types(monkeypatch, "another password")
    assert main(PERSON) == 64
    assert "mau" in capsys.readouterr().err
    assert matches(wiring.build_repositories(load()).people.get("mau").password_hash, PASSWORD)


def test_a_weak_password_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    main(["agency", "add", "mau", "--name", "ỦY BAN NHÂN DÂN PHƯỜNG MẪU"])
    _types(monkeypatch, "short")
    assert main(PERSON) == 64


def test_the_key_of_a_seal_is_set_and_removed(capsys: pytest.CaptureFixture[str]) -> None:
    seal = ["agency", "seal", "mau"]
    assert main([*seal, "--key", "file:dau.p12"]) == 64
    assert "banchinh agency add" in capsys.readouterr().err
    main(["agency", "add", "mau", "--name", "ỦY BAN NHÂN DÂN PHƯỜNG MẪU"])
    for words, kept in ((["--key", "pkcs11:token=dau"], "pkcs11:token=dau"), (["--none"], None)):
        assert main([*seal, *words]) == 0
        assert wiring.build_repositories(load()).agencies.get("mau").seal_key == kept


def test_what_is_done_without_signing_in_is_told_too(capsys: pytest.CaptureFixture[str]) -> None:
    main(["agency", "add", "mau", "--name", "ỦY BAN NHÂN DÂN PHƯỜNG MẪU"])
    assert main([*PERSON, "--key", "pkcs11:token=T;pin-value=1234"]) == 64
    assert "1234" not in capsys.readouterr().err
    assert main([*PERSON, "--key", "pkcs11:token=T?pin-source=file:/bi-mat"]) == 0
    main(["agency", "seal", "mau", "--key", "file:dau.p12"])
    told = wiring.build_repositories(load()).administration.newest(9)
    assert [(one.action.value, one.actor, one.details.get("now")) for one in told] == [
        ("seal-key-set", "cli", "file:dau.p12"),
        ("key-set", "cli", "pkcs11:token=T"),
        ("account-added", "cli", None),
    ]


def test_a_merger_is_stated_and_taken_back(capsys: pytest.CaptureFixture[str]) -> None:
    """What the public pages say of an issuer (F4.7) needs somebody to be able to say it."""
    for code in ("cu", "moi"):
        main(["agency", "add", code, "--name", f"ỦY BAN NHÂN DÂN {code}"])
    merge = ["agency", "merge", "cu"]
    assert main([*merge, "--into", "moi", "--since", "2025-07-01"]) == 0
    agencies = wiring.build_repositories(load()).agencies
    assert [one.code for one in heirs(agencies, agencies.get("cu"))] == ["moi"]
    assert agencies.get("cu").merged_on == date(2025, 7, 1)
    for impossible in (["agency", "merge", "moi", "--into", "cu"], [*merge, "--into", "cu"]):
        assert main(impossible) == 64
        assert "đã sáp nhập vào nó" in capsys.readouterr().err
    assert main([*merge, "--into", "khong-co"]) == 64
    assert main([*merge, "--none", "--since", "2025-07-01"]) == 64
    assert "--since" in capsys.readouterr().err
    assert main([*merge, "--into", "moi", "--since", "2099-01-01"]) == 64
    assert main([*merge, "--none"]) == 0
    repositories = wiring.build_repositories(load())
    assert repositories.agencies.get("cu").merged_into is None
    told = repositories.administration.newest(9)
    assert [(one.action.value, dict(one.details)) for one in told] == [
        ("merger-removed", {"into": "moi"}),
        ("agency-merged", {"into": "moi", "since": "2025-07-01"}),
    ]


def test_a_renaming_is_stated_and_taken_back(capsys: pytest.CaptureFixture[str]) -> None:
    main(["agency", "add", "mau", "--name", "XÃ MẪU"])
    rename = ["agency", "rename", "mau"]
    assert main([*rename, "--name", "PHƯỜNG MẪU", "--since", "2025-07-01"]) == 0
    agency = wiring.build_repositories(load()).agencies.get("mau")
    assert (agency.name, agency.former) == ("PHƯỜNG MẪU", (FormerName("XÃ MẪU", date(2025, 7, 1)),))
    for impossible in (["--name", "PHƯỜNG MẪU"], ["--name", "A", "--since", "2099-01-01"], ["--name", " "]):
        assert main([*rename, *impossible]) == 64
        assert "cần một tên khác" in capsys.readouterr().err
    assert main([*rename, "--none", "--since", "2025-07-01"]) == 64
    assert main([*rename, "--none"]) == 0
    assert main([*rename, "--none"]) == 64
    assert wiring.build_repositories(load()).agencies.get("mau").name == "XÃ MẪU"

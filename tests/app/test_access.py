"""The whole matrix of who may do what, written out so that a change of it is seen."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from app.access import Forbidden, Right, agency_scope, may, require, sees
from app.people import Person, Role
from app.records import Record, Status

MATRIX = {
    Role.CLERK: {
        Right.RECEIVE,
        Right.VIEW,
        Right.CONFIRM,
        Right.RETRY,
        Right.SPLIT,
        Right.DIGITISE,
        Right.SEAL,
        Right.HISTORY,
    },
    Role.OFFICIAL: {Right.VIEW, Right.SIGN, Right.WITHDRAW, Right.HISTORY},
    Role.ARCHIVIST: {
        Right.RECEIVE,
        Right.VIEW,
        Right.CONFIRM,
        Right.RETRY,
        Right.SPLIT,
        Right.DIGITISE,
        Right.WITHDRAW,
        Right.HISTORY,
    },
    Role.ADMIN: {Right.ADMINISTER, Right.HISTORY},
}


def person(role: Role, agency: str = "phuong-mau") -> Person:
    return Person(username=role.value, name="Người Mẫu", role=role, agency=agency, password_hash="")


def record(agency: str = "phuong-mau") -> Record:
    return Record(
        id="r1",
        agency=agency,
        digest="0" * 64,
        name="a.pdf",
        media_type="application/pdf",
        size=1,
        status=Status.RECEIVED,
        received_at=datetime(2026, 1, 1, tzinfo=UTC),
        received_by="clerk",
    )


@pytest.mark.parametrize("role", Role)
@pytest.mark.parametrize("right", Right)
def test_the_matrix(role: Role, right: Right) -> None:
    assert may(person(role), right, record()) == (right in MATRIX[role])


@pytest.mark.parametrize("role", Role)
def test_nobody_acts_after_leaving(role: Role) -> None:
    gone = replace(person(role), active=False)
    assert not any(may(gone, right) for right in Right)


@pytest.mark.parametrize(("role", "everywhere"), [(r, r in {Role.ARCHIVIST, Role.ADMIN}) for r in Role])
def test_only_the_archive_and_the_administrator_see_other_agencies(role: Role, everywhere: bool) -> None:
    someone = person(role)
    assert sees(someone, record("so-khac")) == everywhere
    assert (agency_scope(someone) is None) == everywhere


@pytest.mark.parametrize("role", [Role.ARCHIVIST, Role.OFFICIAL])
def test_only_the_issuer_and_whoever_came_in_its_place_withdraws(role: Role) -> None:
    someone = person(role)
    assert may(someone, Right.WITHDRAW, record())
    assert not may(someone, Right.WITHDRAW, record("so-khac"))
    # an official sees the records of the old agency no more than of any other
    assert may(someone, Right.WITHDRAW, record("xa-cu"), {"phuong-mau"}) == (role is Role.ARCHIVIST)


def test_require_names_the_right() -> None:
    with pytest.raises(Forbidden, match="sign"):
        require(person(Role.CLERK), Right.SIGN)

"""Accounts, sessions, agencies and idempotency keys in both databases."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date, timedelta
from itertools import pairwise

import pytest

from app.administration import ChangedMeanwhile, Deed, Done
from app.agencies import Agency, AgencyNotFound, FormerName, family, names_of, state_merger, state_name
from app.database.agencies import SqlAgencies
from app.database.repositories import Repositories
from app.holders import Holder, check_agency
from app.idempotency import KeyReused
from app.people import LastAdministrator, Person, PersonNotFound, Role, Session, UsernameTaken
from signing.refusals import SigningRefused
from tests.app.database.examples import NOW

LAN = Person("lan", "Nguyễn Thị Lan", Role.CLERK, "ubnd-binh-an", "$argon2id$…", "Văn thư", None)
HOUR = timedelta(hours=1)


def a_session(digest: str, username: str = "lan", **changes: object) -> Session:
    session = Session(digest, username, "csrf", NOW, NOW + HOUR)
    return replace(session, **changes)  # type: ignore[arg-type]


def test_an_account_is_given_back_as_it_was_added(repositories: Repositories) -> None:
    official = Person("minh", "Trần Minh", Role.OFFICIAL, "a", "hash", None, "file:key.p12", active=False)
    repositories.people.add(LAN)
    repositories.people.add(official)
    assert repositories.people.get("lan") == LAN
    assert repositories.people.list() == [LAN, official]


def test_a_username_is_taken_once(repositories: Repositories) -> None:
    repositories.people.add(LAN)
    with pytest.raises(UsernameTaken, match="lan"):
        repositories.people.add(replace(LAN, name="Somebody else"))
    assert repositories.people.get("lan") == LAN


def test_an_account_is_replaced(repositories: Repositories) -> None:
    repositories.people.add(LAN)
    changed = replace(LAN, role=Role.ADMIN, active=False, position=None)
    repositories.people.save(changed)
    assert repositories.people.get("lan") == changed


def test_an_account_that_is_not_there(repositories: Repositories) -> None:
    with pytest.raises(PersonNotFound):
        repositories.people.get("nobody")
    with pytest.raises(PersonNotFound):
        repositories.people.save(LAN)


def test_a_session_lasts_until_it_expires(repositories: Repositories) -> None:
    repositories.people.add(LAN)
    session = a_session("d1")
    repositories.sessions.open(session)
    assert repositories.sessions.find("d1", NOW) == session
    assert repositories.sessions.find("d1", NOW + HOUR - timedelta(microseconds=1)) == session
    assert repositories.sessions.find("d1", NOW + HOUR) is None
    assert repositories.sessions.find("other", NOW) is None


def test_sessions_close_one_by_one_or_all_of_a_person(repositories: Repositories) -> None:
    repositories.people.add(LAN)
    repositories.people.add(replace(LAN, username="minh"))
    for digest, username in (("d1", "lan"), ("d2", "lan"), ("d3", "lan"), ("d4", "minh")):
        repositories.sessions.open(a_session(digest, username, csrf=None))
    repositories.sessions.close("d1")
    repositories.sessions.close("never opened")
    assert repositories.sessions.find("d1", NOW) is None
    assert repositories.sessions.find("d2", NOW)
    repositories.sessions.close_all("lan")
    assert [repositories.sessions.find(digest, NOW) is None for digest in ("d2", "d3", "d4")] == [
        True,
        True,
        False,
    ]


def test_expired_sessions_go_when_somebody_signs_in(repositories: Repositories) -> None:
    repositories.people.add(LAN)
    repositories.sessions.open(a_session("old"))
    repositories.sessions.open(a_session("new", created_at=NOW + 2 * HOUR, expires_at=NOW + 3 * HOUR))
    assert repositories.sessions.find("old", NOW) is None


def test_agencies_are_added_replaced_and_merged(repositories: Repositories) -> None:
    old = Agency("ubnd-an-phu", "UBND xã An Phú", "ubnd-binh-an", "ubnd-an-binh", date(2025, 7, 1))
    new = Agency("ubnd-an-binh", "UBND xã An Bình")
    repositories.agencies.save(replace(old, merged_into=None, merged_on=None))
    repositories.agencies.save(new)
    repositories.agencies.save(old)
    assert repositories.agencies.get("ubnd-an-phu") == old
    assert repositories.agencies.list() == [new, old]
    with pytest.raises(AgencyNotFound, match="nowhere"):
        repositories.agencies.get("nowhere")


def test_two_administrators_lose_nothing_of_each_other(repositories: Repositories) -> None:
    """Both have read the agency before either of them changed it: one stated a merger, one set the key."""
    agencies = repositories.agencies
    for code in ("cu", "moi"):
        agencies.save(Agency(code, f"UBND xã {code}"))

    class Meanwhile(SqlAgencies):
        def get(self, code: str) -> Agency:
            read = super().get(code)
            agencies.set_image("cu", "digest", [])
            agencies.change(agencies.get("cu"), replace(agencies.get("cu"), seal_key="file:/khoa.p12"), [])
            return read

    state_merger(Meanwhile(repositories.engine), "cu", "moi", date(2025, 7, 1), "admin", NOW)
    kept = agencies.get("cu")
    assert (kept.merged_into, kept.seal_key, kept.seal_image) == ("moi", "file:/khoa.p12", "digest")
    with pytest.raises(AgencyNotFound):
        agencies.change(Agency("khong", "Không"), Agency("khong", "Có"), [])


def test_of_two_who_rename_an_agency_the_second_is_told(repositories: Repositories) -> None:
    agencies = repositories.agencies
    agencies.save(Agency("xa", "XÃ MẪU", seal_key="file:/cu.p12"))
    read = agencies.get("xa")
    state_name(agencies, "xa", "PHƯỜNG MẪU", date(2025, 7, 1), "admin", NOW)
    other = replace(read, name="PHƯỜNG KHÁC", former=(FormerName("XÃ MẪU", date(2025, 8, 1)),))
    with pytest.raises(ChangedMeanwhile):
        agencies.change(read, other, [])
    assert agencies.get("xa").name == "PHƯỜNG MẪU"
    agencies.change(read, replace(read, seal_key="file:/moi.p12"), [])  # read under the old name
    kept = agencies.get("xa")
    assert (kept.name, kept.seal_key) == ("PHƯỜNG MẪU", "file:/moi.p12")
    assert kept.former == (FormerName("XÃ MẪU", date(2025, 7, 1)),)
    assert agencies.list() == [kept]


def test_a_certificate_with_a_name_of_before_is_the_agencys(repositories: Repositories) -> None:
    agencies = repositories.agencies
    agencies.save(Agency("huyen", "UBND HUYỆN CŨ", merged_into="xa"))
    agencies.save(Agency("xa", "XÃ MẪU"))
    state_name(agencies, "huyen", "UBND HUYỆN GIỮA", date(2024, 1, 1), "admin", NOW)
    for name, since in (("THỊ TRẤN MẪU", date(2024, 1, 1)), ("PHƯỜNG MẪU", date(2025, 7, 1))):
        state_name(agencies, "xa", name, since, "admin", NOW)
    names = names_of(agencies, agencies.get("xa"))
    own = ["PHƯỜNG MẪU", "THỊ TRẤN MẪU", "XÃ MẪU", "UBND HUYỆN GIỮA", "UBND HUYỆN CŨ"]
    assert list(names) == own
    for name in own:
        check_agency(names, Holder(name))
    with pytest.raises(SigningRefused) as refused:
        check_agency(names, Holder("XÃ MẪU SƠN"))
    assert refused.value.code == "other-agency"


def test_two_administrators_change_one_account_at_once(repositories: Repositories) -> None:
    """Both have read it. What they change apart stays, of what both change the first stays and the second is
    told; nobody who is told has changed or written down anything."""
    people = repositories.people
    people.add(LAN)
    people.add(replace(LAN, username="minh", role=Role.ADMIN))
    people.change(LAN, replace(LAN, role=Role.ADMIN), [])
    people.set_image("lan", "digest", [])
    people.change(LAN, replace(LAN, position=None, active=False), [])
    kept = people.get("lan")
    assert (kept.role, kept.position, kept.active) == (Role.ADMIN, None, False)
    assert kept.signature_image == "digest"
    done = Done("person:lan", Deed.ACCOUNT_CHANGED, "admin", NOW, {})
    for late in (replace(LAN, role=Role.OFFICIAL), replace(LAN, name="Khác", position="Chủ tịch")):
        with pytest.raises(ChangedMeanwhile):
            people.change(LAN, late, [done])
    assert people.get("lan") == kept
    assert repositories.administration.newest(9) == []
    people.change(kept, kept, [done])  # as who sends the form again unchanged
    assert len(repositories.administration.newest(9)) == 1
    with pytest.raises(PersonNotFound):
        people.change(replace(LAN, username="khong"), replace(LAN, username="khong", name="A"), [])


def test_two_administrators_do_not_take_the_right_from_each_other(repositories: Repositories) -> None:
    """Both see two administrators when they begin."""
    people = repositories.people
    both = [replace(LAN, username=name, role=Role.ADMIN) for name in ("lan", "minh")]
    for one in both:
        people.add(one)

    def dismiss(one: Person) -> bool:
        try:
            people.change(one, replace(one, active=False), [])
        except LastAdministrator:
            return False
        return True

    for _ in range(5):
        with ThreadPoolExecutor(2) as pool:
            assert sorted(pool.map(dismiss, both)) == [False, True]
        assert sum(one.administers for one in people.list()) == 1
        for one in both:
            people.save(one)
    people.change(both[0], replace(both[0], role=Role.CLERK), [])
    with pytest.raises(LastAdministrator):
        people.change(both[1], replace(both[1], role=Role.CLERK), [])
    people.change(both[1], replace(both[1], name="Minh Khác"), [])
    off = replace(both[1], active=False)  # as it was shown before another administrator let it in
    with pytest.raises(LastAdministrator):
        people.change(off, replace(off, role=Role.CLERK), [])


def test_of_many_writers_at_once_one_wins_each_column(repositories: Repositories) -> None:
    people = repositories.people
    people.add(LAN)

    def change(number: int) -> bool:
        wanted = replace(LAN, name=f"Lan {number}") if number % 2 else replace(LAN, position=f"số {number}")
        try:
            people.change(LAN, wanted, [Done("person:lan", Deed.ACCOUNT_CHANGED, str(number), NOW, {})])
        except ChangedMeanwhile:
            return False
        return True

    with ThreadPoolExecutor(8) as pool:
        won = [number for number, one in enumerate(pool.map(change, range(16))) if one]
    kept = people.get("lan")
    assert sorted(number % 2 for number in won) == [0, 1]
    assert {kept.name, kept.position} == {f"Lan {n}" if n % 2 else f"số {n}" for n in won}
    assert {int(one.actor) for one in repositories.administration.newest(99)} == set(won)


def test_a_family_is_found_by_one_look_at_all_agencies(
    repositories: Repositories, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Seals ask for it, and a country has ten thousand agencies."""
    chain = ["xa-dau", "xa-giua", "xa-nay", "xa-sau", "mat"]
    for code, into in pairwise(chain):
        repositories.agencies.save(Agency(code, f"UBND {code}", merged_into=into))
    repositories.agencies.save(Agency("khac", "UBND khác"))
    present = repositories.agencies.get("xa-nay")
    monkeypatch.delattr(SqlAgencies, "get")
    assert {one.code for one in family(repositories.agencies, present)} == set(chain) - {"xa-nay"}


def test_a_request_that_comes_again_gets_the_first_answer(repositories: Repositories) -> None:
    keys = repositories.idempotency
    assert keys.find("lan", "k", "request") is None
    assert keys.keep("lan", "k", "request", '{"a": 1}', NOW) == '{"a": 1}'
    assert keys.keep("lan", "k", "request", '{"a": 2}', NOW) == '{"a": 1}'
    assert keys.find("lan", "k", "request") == '{"a": 1}'


def test_a_key_for_another_request_is_refused(repositories: Repositories) -> None:
    keys = repositories.idempotency
    keys.keep("lan", "k", "request", "answer", NOW)
    with pytest.raises(KeyReused):
        keys.find("lan", "k", "another request")
    with pytest.raises(KeyReused):
        keys.keep("lan", "k", "another request", "answer", NOW)
    assert keys.find("minh", "k", "another request") is None


def test_many_with_one_key_get_one_answer(repositories: Repositories) -> None:
    with ThreadPoolExecutor(16) as pool:
        answers = set(
            pool.map(lambda n: repositories.idempotency.keep("lan", "k", "r", str(n), NOW), range(32))
        )
    assert answers == {repositories.idempotency.find("lan", "k", "r")}


def test_old_keys_are_forgotten(repositories: Repositories) -> None:
    keys = repositories.idempotency
    keys.keep("lan", "old", "r", "answer", NOW)
    keys.keep("lan", "new", "r", "answer", NOW + HOUR)
    assert keys.forget(NOW + HOUR) == 1
    assert keys.find("lan", "old", "r") is None
    assert keys.find("lan", "new", "r") == "answer"

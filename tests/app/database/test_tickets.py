"""Tickets of signing programs in both databases."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest

from app.database.repositories import Repositories
from app.people import Person, Role
from app.tickets import Ticket, TicketRefused
from tests.app.database.examples import NOW, add

MINUTES = timedelta(minutes=10)


@pytest.fixture
def ticket(repositories: Repositories) -> Ticket:
    repositories.people.add(Person("minh", "Trần Minh", Role.OFFICIAL, "a", "hash"))
    record = add(repositories)
    made = Ticket("digest", record.id, record.version, "minh", NOW + MINUTES)
    repositories.tickets.open(made, NOW)
    return made


def test_a_ticket_is_found_until_it_ends(repositories: Repositories, ticket: Ticket) -> None:
    assert repositories.tickets.find("digest", NOW) == ticket
    assert repositories.tickets.find("digest", NOW + MINUTES - timedelta(seconds=1)) == ticket
    for digest, moment in (("digest", NOW + MINUTES), ("another", NOW)):
        with pytest.raises(TicketRefused):
            repositories.tickets.find(digest, moment)
        with pytest.raises(TicketRefused):
            repositories.tickets.spend(digest, moment)


def test_a_ticket_is_spent_once_whoever_asks(repositories: Repositories, ticket: Ticket) -> None:
    def spend(_: int) -> Ticket | None:
        try:
            return repositories.tickets.spend("digest", NOW)
        except TicketRefused:
            return None

    with ThreadPoolExecutor(8) as pool:
        assert [got for got in pool.map(spend, range(8)) if got] == [ticket]
    with pytest.raises(TicketRefused):
        repositories.tickets.find("digest", NOW)


def test_what_has_ended_is_forgotten(repositories: Repositories, ticket: Ticket) -> None:
    later = NOW + MINUTES
    second = Ticket("second", ticket.record, 1, "minh", later + MINUTES)
    repositories.tickets.open(second, later)
    with pytest.raises(TicketRefused):
        repositories.tickets.find("digest", NOW)
    assert repositories.tickets.find("second", later) == second

"""Accounts and agencies by the names that people know them by."""

from functools import cache

from app.agencies import named
from app.people import PersonNotFound
from app.ports import Services


class Names:
    """Looks up each name once for a page."""

    def __init__(self, services: Services) -> None:
        self._services = services
        self.person = cache(self._person)
        self.agency = cache(self._agency)

    def account(self, username: str) -> str:
        """Name and username: two people may have one name."""
        name = self.person(username)
        return f"{name} ({username})" if name != username else username

    def agency_and_code(self, code: str) -> str:
        """So too of agencies: one that was merged may be called as the one that it became a part of."""
        name = self.agency(code)
        return f"{name} ({code})" if name != code else code

    def _person(self, username: str) -> str:
        try:
            return self._services.people.get(username).name
        except PersonNotFound:
            return username

    def _agency(self, code: str) -> str:
        return named(self._services.agencies, code).name

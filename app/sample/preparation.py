"""What `serve --sample` adds to a service: keys, accounts and records, all fictional and unsafe."""

import sys

from app.ports import Services
from app.sample import accounts, authority, records
from app.settings import Settings

KEYS = "sample-keys"


def prepare(services: Services, settings: Settings) -> None:
    """Make what is missing; a second start finds everything and changes nothing."""
    keys = authority.create(settings.data / KEYS, services.now())
    made = accounts.create(
        services.people,
        services.agencies,
        settings.data,
        signing_key=keys.key_reference,
        key_passphrase=keys.passphrase,
    )
    if made:
        sys.stderr.write(accounts.announcement(settings.data))
    records.fill(services, services.people.get("clerk"))

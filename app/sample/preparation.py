"""What `serve --sample` adds to a service: keys, accounts and records, all fictional and unsafe."""

import sys
from pathlib import Path

from app.ports import Services
from app.sample import accounts, authority, records
from app.settings import Settings

KEYS = "sample-keys"


def trust_folder(settings: Settings) -> Path:
    """Where the anchors of the fictional authority are, or will be once `prepare` has run."""
    return (settings.data / KEYS / "trust").absolute()


def prepare(services: Services, settings: Settings) -> None:
    """Make what is missing; a second start finds everything and changes nothing."""
    keys = authority.create(settings.data / KEYS, services.now())
    made = accounts.create(
        services.people,
        services.agencies,
        settings.data,
        signing_key=keys.key_reference,
        key_passphrase=keys.passphrase,
        seal_key=keys.seal_reference,
    )
    if made:
        sys.stderr.write(accounts.announcement(settings.data))
    records.fill(services, services.people.get("clerk"))

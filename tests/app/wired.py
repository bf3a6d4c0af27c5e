"""Services of this test process, which share what their children are forked from."""

from app import wiring
from app.confinement.fork_server import ForkServers
from app.ports import Services
from app.settings import Settings

#: Each service would load what reads and signs anew.
_SERVERS = ForkServers()


def wired(settings: Settings) -> Services:
    """What these settings name; the database is migrated."""
    wiring.migrate(settings)
    return wiring.build(settings, _SERVERS)

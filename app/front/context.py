"""What every request stands on, and the two things that both API and pages do with it: sign in, and list."""

from dataclasses import dataclass, field, replace
from typing import cast

import anyio
import anyio.to_thread
from fastapi import Request

from app import access
from app.front import identity
from app.front.batch_runs import BatchRuns
from app.front.places import BatchPlaces, DrawingPlaces
from app.front.progress import ProgressFeed
from app.front.rate_limits import RateLimit, address_key
from app.people import Person
from app.ports import Services
from app.records import Listing, Query
from app.settings import Settings
from app.telemetry import Metrics

#: Password hashes counted at once: each takes a core and 64 MiB for a fifth of a second.
HASHES_AT_ONCE = 2
#: Documents verified at once: each may take a child process of the full size.
VERIFICATIONS_AT_ONCE = 2
#: An office has many desks behind one address.
DESKS_AN_ADDRESS = 5
#: The most records of one screen.
MOST_LISTED = 200


@dataclass(frozen=True, slots=True)
class Front:
    """Built once by `asgi.create_app`."""

    services: Services
    settings: Settings
    metrics: Metrics
    feed: ProgressFeed
    batches: BatchRuns
    names: RateLimit
    addresses: RateLimit
    public: RateLimit
    drawings: DrawingPlaces
    sample: bool
    confined: bool
    verify_batches: BatchPlaces = field(default_factory=BatchPlaces)
    hashing: anyio.CapacityLimiter = field(default_factory=lambda: anyio.CapacityLimiter(HASHES_AT_ONCE))
    verifying: anyio.CapacityLimiter = field(
        default_factory=lambda: anyio.CapacityLimiter(VERIFICATIONS_AT_ONCE)
    )

    @classmethod
    def of(cls, services: Services, settings: Settings, *, sample: bool, confined: bool) -> "Front":
        return cls(
            services=services,
            settings=settings,
            metrics=Metrics(services.parts.count_unfinished),
            feed=ProgressFeed(services),
            batches=BatchRuns(services, settings.pages_at_once),
            names=RateLimit(settings.sign_in_attempts_a_minute),
            addresses=RateLimit(settings.sign_in_attempts_a_minute * DESKS_AN_ADDRESS),
            public=RateLimit(settings.public_requests_a_minute),
            drawings=DrawingPlaces(settings.pages_at_once),
            sample=sample,
            confined=confined,
        )


def front_of(request: Request) -> Front:
    return cast(Front, request.app.state.front)


def limit_public(request: Request) -> None:
    """Spend one public request of this address. Raises TooManyRequests."""
    front_of(request).public.take(address_of(request))


def address_of(request: Request) -> str:
    return address_key(request.client.host if request.client else None)


async def sign_in(request: Request, username: str, password: str) -> Person:
    """Raises WrongPassword and TooManyRequests. Only attempts that fail count against the limits."""
    front = front_of(request)
    name, address = username.strip().casefold()[:100], address_of(request)
    front.addresses.take(address)
    front.names.take(name)
    try:
        person = await anyio.to_thread.run_sync(
            identity.authenticate, front.services, username.strip(), password, limiter=front.hashing
        )
    except identity.WrongPassword:
        front.metrics.sign_ins.labels("refused").inc()
        raise
    front.addresses.give_back(address)
    front.names.give_back(name)
    front.metrics.sign_ins.labels("granted").inc()
    return person


def list_records(services: Services, person: Person, query: Query) -> Listing:
    """The records of the query that the person may see. Raises Forbidden, and ValueError for a bad cursor."""
    access.require(person, access.Right.VIEW)
    limit = max(1, min(query.limit, MOST_LISTED))
    return services.records.list(replace(query, agency=access.agency_scope(person), limit=limit))

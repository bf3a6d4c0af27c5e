"""Everything that the service keeps in its database, opened at once."""

from dataclasses import dataclass

from sqlalchemy import Engine

from app.administration import Administration
from app.agencies import Agencies
from app.audit import History
from app.awaiting import Awaiting
from app.batches import Batches
from app.database import engine as engines
from app.database.administration import SqlAdministration
from app.database.agencies import SqlAgencies
from app.database.awaiting import SqlAwaiting
from app.database.batches import SqlBatches
from app.database.history import SqlHistory
from app.database.idempotency import SqlIdempotencyKeys
from app.database.parts import SqlRecordParts
from app.database.people import SqlPeople, SqlSessions
from app.database.records import SqlRecords
from app.database.standings import SqlStandings
from app.database.tickets import SqlTickets
from app.idempotency import IdempotencyKeys
from app.people import People, Sessions
from app.records import RecordParts, Records
from app.standing import Standings
from app.tickets import Tickets


@dataclass(frozen=True, slots=True)
class Repositories:
    """One adapter for each port, over one engine."""

    records: Records
    parts: RecordParts
    history: History
    standings: Standings
    people: People
    sessions: Sessions
    agencies: Agencies
    administration: Administration
    idempotency: IdempotencyKeys
    tickets: Tickets
    batches: Batches
    awaiting: Awaiting
    engine: Engine

    def check(self) -> None:
        """Raise DatabaseUnavailable unless the database answers now and has its tables."""
        engines.check(self.engine)

    def close(self) -> None:
        """Give back every connection."""
        self.engine.dispose()


def open_repositories(url: str) -> Repositories:
    """The repositories of the database at `url`, which `migrations.migrate` has brought to its schema."""
    engine = engines.connect(url)
    records = SqlRecords(engine)
    return Repositories(
        records=records,
        parts=SqlRecordParts(engine),
        history=SqlHistory(engine),
        standings=SqlStandings(engine),
        people=SqlPeople(engine),
        sessions=SqlSessions(engine),
        agencies=SqlAgencies(engine),
        administration=SqlAdministration(engine),
        idempotency=SqlIdempotencyKeys(engine),
        tickets=SqlTickets(engine),
        batches=SqlBatches(engine, records),
        awaiting=SqlAwaiting(engine),
        engine=engine,
    )

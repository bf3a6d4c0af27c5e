"""Files that their digitiser alone signed are kept in mind, too: a renewed timestamp makes another of them."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

_VERSIONS = sa.table(
    "signed_versions",
    sa.column("record_id", sa.String),
    sa.column("digest", sa.String),
    sa.column("digitised", sa.Boolean),
)
_EVENTS = sa.table(
    "events",
    sa.column("sequence", sa.Integer),
    sa.column("record_id", sa.String),
    sa.column("action", sa.String),
    sa.column("details", sa.JSON),
)


def upgrade() -> None:
    op.add_column(
        "signed_versions", sa.Column("digitised", sa.Boolean(), nullable=False, server_default=sa.false())
    )
    op.execute(
        "UPDATE signed_versions SET digitised = true WHERE EXISTS (SELECT 1 FROM records "
        "WHERE records.id = signed_versions.record_id AND records.digitised = signed_versions.digest)"
    )
    op.execute(
        "INSERT INTO signed_versions (record_id, digest, digitised) SELECT id, digitised, true FROM records "
        "WHERE digitised IS NOT NULL AND NOT EXISTS (SELECT 1 FROM signed_versions "
        "WHERE signed_versions.record_id = records.id AND signed_versions.digest = records.digitised)"
    )
    connection = op.get_bind()
    for record, digest in _told(connection):
        version = (_VERSIONS.c.record_id == record, _VERSIONS.c.digest == digest)
        if not connection.execute(sa.update(_VERSIONS).where(*version).values(digitised=True)).rowcount:
            values = {"record_id": record, "digest": digest, "digitised": True}
            connection.execute(sa.insert(_VERSIONS).values(values))


def _told(connection: sa.Connection) -> set[tuple[str, str]]:
    """Record and digest of files that nobody but their digitiser had signed; of those from before a renewal
    nothing but the history knows."""
    digitised = sa.select(_EVENTS.c.record_id).where(_EVENTS.c.action == "digitised")
    asked = sa.select(_EVENTS).where(_EVENTS.c.record_id.in_(digitised)).order_by(_EVENTS.c.sequence)
    found, signed = set(), set()
    for _, record, action, details in connection.execute(asked):
        if action in ("signed", "sealed"):
            signed.add(record)
        elif action in ("digitised", "renewed") and record not in signed and "sha256" in details:
            found.add((record, details["sha256"]))
    return found

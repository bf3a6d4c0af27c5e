"""The first event of its kind in a history is found by an index, however often a record was looked at."""

from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index(
        op.f("ix_events_record_id_action_sequence"),
        "events",
        ["record_id", "action", "sequence"],
        unique=False,
    )

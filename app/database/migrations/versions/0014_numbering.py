"""The numbers that papers of one symbol have in a year are found in an index."""

from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index(
        op.f("ix_records_agency_symbol_date"), "records", ["agency", "symbol", "date"], unique=False
    )

"""The next record to review is found in an index, of a dossier and of an agency."""

from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.drop_index(op.f("ix_records_dossier"), table_name="records")
    op.create_index(
        op.f("ix_records_dossier_agency_status_received_at_id"),
        "records",
        ["dossier", "agency", "status", "received_at", "id"],
        unique=False,
    )
    op.create_index(
        op.f("ix_records_agency_status_received_at_id"),
        "records",
        ["agency", "status", "received_at", "id"],
        unique=False,
    )

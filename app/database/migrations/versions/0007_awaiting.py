"""What batches wait for from remote signing services, and what the marks in prepared drafts show."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("batch_documents", sa.Column("shows", sa.JSON(none_as_null=True), nullable=True))
    op.create_table(
        "remote_operations",
        sa.Column("notice", sa.Text(), nullable=False),
        sa.Column("batch", sa.Text(), nullable=False),
        sa.Column("records", sa.JSON(), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("request", sa.Text(), nullable=True),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("arrived_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["batch"], ["signing_batches.id"], name=op.f("fk_remote_operations_batch"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("notice", name=op.f("pk_remote_operations")),
    )
    op.create_index(op.f("ix_remote_operations_batch"), "remote_operations", ["batch"], unique=False)
    op.create_table(
        "holder_visits",
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("batch", sa.Text(), nullable=False),
        sa.Column("scope", sa.Text(), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["batch"], ["signing_batches.id"], name=op.f("fk_holder_visits_batch"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("state", name=op.f("pk_holder_visits")),
    )
    op.create_index(op.f("ix_holder_visits_batch"), "holder_visits", ["batch"], unique=False)

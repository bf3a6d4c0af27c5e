"""Agencies keep the names that they had before."""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "agency_names",
        sa.Column("agency", sa.Text(), nullable=False),
        sa.Column("until", sa.Date(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["agency"], ["agencies.code"], name=op.f("fk_agency_names_agency"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("agency", "until", name=op.f("pk_agency_names")),
    )

"""Confirmed values of which words were corrected afterwards are asked again."""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("fields", sa.Column("asked_again", sa.Boolean(), server_default=sa.false(), nullable=False))

"""Pages have outlines for lists of them; those of pages that were read before are made when first asked for."""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("pages", sa.Column("outline", sa.JSON(), nullable=True))

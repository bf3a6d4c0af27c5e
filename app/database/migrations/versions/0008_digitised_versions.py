"""Files that their digitiser alone signed are kept in mind, too: a renewed timestamp makes another of them."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


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

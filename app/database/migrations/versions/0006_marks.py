"""How marks are to look, copies that their digitiser signed, and what was done to keys and seals."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

GROWING = sa.BigInteger().with_variant(sa.Integer(), "sqlite")

SQLITE = (
    """CREATE TRIGGER administration_no_update BEFORE UPDATE ON administration
       BEGIN SELECT RAISE(ABORT, 'what was done stays as it was told'); END""",
    """CREATE TRIGGER administration_no_delete BEFORE DELETE ON administration
       BEGIN SELECT RAISE(ABORT, 'what was done stays as it was told'); END""",
    """CREATE TRIGGER administration_no_replace BEFORE INSERT ON administration
       WHEN EXISTS (SELECT 1 FROM administration WHERE sequence = NEW.sequence)
       BEGIN SELECT RAISE(ABORT, 'what was done stays as it was told'); END""",
)
POSTGRESQL = (
    """CREATE TRIGGER administration_no_change BEFORE UPDATE OR DELETE ON administration
       FOR EACH ROW EXECUTE FUNCTION refuse_change('what was done stays as it was told')""",
    """CREATE TRIGGER administration_no_truncate BEFORE TRUNCATE ON administration
       FOR EACH STATEMENT EXECUTE FUNCTION refuse_change('what was done stays as it was told')""",
    "ALTER TABLE administration ENABLE ALWAYS TRIGGER administration_no_change",
    "ALTER TABLE administration ENABLE ALWAYS TRIGGER administration_no_truncate",
)


def upgrade() -> None:
    op.add_column("agencies", sa.Column("seal_image", sa.Text(), nullable=True))
    op.add_column("people", sa.Column("signature_image", sa.Text(), nullable=True))
    op.add_column("records", sa.Column("digitised", sa.Text(), nullable=True))
    op.add_column("records", sa.Column("digitised_by", sa.Text(), nullable=True))
    op.create_index(op.f("ix_records_digitised"), "records", ["digitised"], unique=False)
    for table in ("signing_batches", "tickets"):
        op.add_column(table, sa.Column("role", sa.Text(), nullable=False, server_default="official"))
    for table in ("signing_batches", "batch_documents"):
        op.add_column(table, sa.Column("mark", sa.JSON(none_as_null=True), nullable=True))
    op.create_table(
        "administration",
        sa.Column("sequence", GROWING, sa.Identity(always=True), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("action", sa.Text(), nullable=False),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("details", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("sequence", name=op.f("pk_administration")),
        sqlite_autoincrement=True,
    )
    op.create_index(
        op.f("ix_administration_subject_sequence"), "administration", ["subject", "sequence"], unique=False
    )
    for statement in SQLITE if op.get_bind().dialect.name == "sqlite" else POSTGRESQL:
        op.execute(statement)

"""Codes of records for people, and whether what was signed is in force, revoked or replaced."""

import sqlalchemy as sa
from alembic import op

from app.codes import code_of

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

GROWING = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
UNSIGNED = """
    NOT EXISTS (SELECT 1 FROM records WHERE id = NEW.record_id AND status = 'signed')
    OR (NEW.replaced_by IS NOT NULL
        AND NOT EXISTS (SELECT 1 FROM records WHERE id = NEW.replaced_by AND status = 'signed'))"""

SQLITE = (
    """CREATE TRIGGER standings_no_update BEFORE UPDATE ON standings
       BEGIN SELECT RAISE(ABORT, 'what was stated stays'); END""",
    """CREATE TRIGGER standings_no_delete BEFORE DELETE ON standings
       BEGIN SELECT RAISE(ABORT, 'what was stated stays'); END""",
    """CREATE TRIGGER standings_no_replace BEFORE INSERT ON standings
       WHEN EXISTS (SELECT 1 FROM standings WHERE sequence = NEW.sequence)
       BEGIN SELECT RAISE(ABORT, 'what was stated stays'); END""",
    f"""CREATE TRIGGER standings_of_signed BEFORE INSERT ON standings WHEN {UNSIGNED}
       BEGIN SELECT RAISE(ABORT, 'only what was signed is in force or not'); END""",
    """CREATE TRIGGER records_keep_code BEFORE UPDATE OF code ON records
       WHEN OLD.code IS NOT NULL AND OLD.code IS NOT NEW.code
       BEGIN SELECT RAISE(ABORT, 'a code that may be printed stays'); END""",
)

POSTGRESQL = (
    """CREATE TRIGGER standings_no_change BEFORE UPDATE OR DELETE ON standings
       FOR EACH ROW EXECUTE FUNCTION refuse_change('what was stated stays')""",
    """CREATE TRIGGER standings_no_truncate BEFORE TRUNCATE ON standings
       FOR EACH STATEMENT EXECUTE FUNCTION refuse_change('what was stated stays')""",
    f"""CREATE FUNCTION keep_to_signed() RETURNS trigger LANGUAGE plpgsql AS $$
       BEGIN
         IF {UNSIGNED} THEN
           RAISE EXCEPTION 'only what was signed is in force or not' USING ERRCODE = 'restrict_violation';
         END IF;
         RETURN NEW;
       END $$""",
    """CREATE TRIGGER standings_of_signed BEFORE INSERT ON standings
       FOR EACH ROW EXECUTE FUNCTION keep_to_signed()""",
    """CREATE TRIGGER records_keep_code BEFORE UPDATE OF code ON records FOR EACH ROW
       WHEN (OLD.code IS NOT NULL AND OLD.code IS DISTINCT FROM NEW.code)
       EXECUTE FUNCTION refuse_change('a code that may be printed stays')""",
    "ALTER TABLE standings ENABLE ALWAYS TRIGGER standings_no_change",
    "ALTER TABLE standings ENABLE ALWAYS TRIGGER standings_no_truncate",
    "ALTER TABLE standings ENABLE ALWAYS TRIGGER standings_of_signed",
    "ALTER TABLE records ENABLE ALWAYS TRIGGER records_keep_code",
)


def upgrade() -> None:
    connection = op.get_bind()
    # added and not made anew: SQLite would drop the triggers of the table
    op.add_column("records", sa.Column("code", sa.Text(), nullable=True))
    kept = connection.execute(sa.text("SELECT id FROM records")).scalars().all()
    for record_id in kept:
        connection.execute(
            sa.text("UPDATE records SET code = :code WHERE id = :id"),
            {"code": code_of(record_id), "id": record_id},
        )
    op.create_index(op.f("ix_records_code"), "records", ["code"], unique=True)
    op.create_table(
        "standings",
        sa.Column("sequence", GROWING, sa.Identity(always=True), nullable=False),
        sa.Column("record_id", sa.Text(), nullable=False),
        sa.Column("standing", sa.Text(), nullable=False),
        sa.Column("since", sa.Date(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("stated_by", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("replaced_by", sa.Text(), nullable=True),
        sa.CheckConstraint(
            "(standing = 'replaced') = (replaced_by IS NOT NULL) AND record_id <> coalesce(replaced_by, '')",
            name=op.f("ck_standings_successor"),
        ),
        sa.ForeignKeyConstraint(
            ["record_id"], ["records.id"], name=op.f("fk_standings_record_id"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["replaced_by"], ["records.id"], name=op.f("fk_standings_replaced_by"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("sequence", name=op.f("pk_standings")),
        sqlite_autoincrement=True,
    )
    op.create_index(
        op.f("ix_standings_record_id_sequence"), "standings", ["record_id", "sequence"], unique=False
    )
    sqlite = connection.dialect.name == "sqlite"
    for statement in SQLITE if sqlite else POSTGRESQL:
        op.execute(sa.text(statement) if sqlite else statement)

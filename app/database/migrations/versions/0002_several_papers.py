"""One scan that holds several papers: records that are parts of a received file."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

# A record may be split only into papers that have each of its pages once: all within the file, no two with
# the same page, and as many pages as the file has.
PARTITION = """
    NEW.status = 'split' AND (
      NOT EXISTS (SELECT 1 FROM records WHERE whole = NEW.id AND status <> 'joined')
      OR NEW.pages_total <> (SELECT sum(last_page - first_page + 1) FROM records
                             WHERE whole = NEW.id AND status <> 'joined')
      OR EXISTS (SELECT 1 FROM records WHERE whole = NEW.id AND status <> 'joined'
                 AND (first_page < 1 OR last_page < first_page OR last_page > NEW.pages_total))
      OR EXISTS (SELECT 1 FROM records AS one JOIN records AS other
                   ON one.whole = other.whole AND one.id < other.id
                   AND one.first_page <= other.last_page AND other.first_page <= one.last_page
                 WHERE one.whole = NEW.id AND one.status <> 'joined' AND other.status <> 'joined'))"""
IN_PARTS = "EXISTS (SELECT 1 FROM records AS file WHERE file.id = NEW.whole AND file.status = 'split')"

# As in 0001, but for parts: a table that is made anew loses its triggers.
SQLITE = (
    """CREATE TRIGGER records_keep_history BEFORE DELETE ON records
       WHEN EXISTS (SELECT 1 FROM events WHERE record_id = OLD.id)
       BEGIN SELECT RAISE(ABORT, 'a record with a history stays'); END""",
    """CREATE TRIGGER records_no_replace BEFORE INSERT ON records
       WHEN EXISTS (SELECT 1 FROM records WHERE id = NEW.id OR "row" = NEW."row"
                    OR (agency = NEW.agency AND digest = NEW.digest AND whole IS NULL AND NEW.whole IS NULL))
       BEGIN SELECT CASE WHEN EXISTS (SELECT 1 FROM records WHERE agency = NEW.agency AND digest = NEW.digest
                                      AND whole IS NULL AND NEW.whole IS NULL)
                         THEN RAISE(IGNORE) ELSE RAISE(ABORT, 'a record with a history stays') END; END""",
    """CREATE TRIGGER records_keep_origin
       BEFORE UPDATE OF id, agency, digest, received_at, received_by, whole, first_page, last_page, file_pages
       ON records
       WHEN OLD.id IS NOT NEW.id OR OLD.agency IS NOT NEW.agency OR OLD.digest IS NOT NEW.digest
         OR OLD.received_at IS NOT NEW.received_at OR OLD.received_by IS NOT NEW.received_by
         OR OLD.whole IS NOT NEW.whole OR OLD.first_page IS NOT NEW.first_page
         OR OLD.last_page IS NOT NEW.last_page OR OLD.file_pages IS NOT NEW.file_pages
       BEGIN SELECT RAISE(ABORT, 'what was received stays as it was received'); END""",
    f"""CREATE TRIGGER records_split_whole BEFORE UPDATE OF status ON records WHEN {PARTITION}
       BEGIN SELECT RAISE(ABORT, 'every page belongs to exactly one paper'); END""",
    f"""CREATE TRIGGER records_no_more_papers BEFORE INSERT ON records WHEN {IN_PARTS}
       BEGIN SELECT RAISE(ABORT, 'every page belongs to exactly one paper'); END""",
    f"""CREATE TRIGGER records_no_lost_papers BEFORE UPDATE OF status ON records
       WHEN NEW.status = 'joined' AND {IN_PARTS}
       BEGIN SELECT RAISE(ABORT, 'every page belongs to exactly one paper'); END""",
)

POSTGRESQL = (
    "DROP TRIGGER records_keep_origin ON records",
    """CREATE TRIGGER records_keep_origin BEFORE UPDATE ON records FOR EACH ROW
       WHEN (OLD.id <> NEW.id OR OLD.agency <> NEW.agency OR OLD.digest <> NEW.digest
         OR OLD.received_at <> NEW.received_at OR OLD.received_by <> NEW.received_by
         OR (OLD.whole, OLD.first_page, OLD.last_page, OLD.file_pages)
            IS DISTINCT FROM (NEW.whole, NEW.first_page, NEW.last_page, NEW.file_pages))
       EXECUTE FUNCTION refuse_change('what was received stays as it was received')""",
    f"""CREATE FUNCTION keep_pages() RETURNS trigger LANGUAGE plpgsql AS $$
       BEGIN
         IF (TG_OP = 'UPDATE' AND {PARTITION}) OR ((TG_OP = 'INSERT' OR NEW.status = 'joined') AND {IN_PARTS}) THEN
           RAISE EXCEPTION 'every page belongs to exactly one paper' USING ERRCODE = 'restrict_violation';
         END IF;
         RETURN NEW;
       END $$""",
    """CREATE TRIGGER records_keep_pages BEFORE INSERT OR UPDATE OF status ON records
       FOR EACH ROW EXECUTE FUNCTION keep_pages()""",
    "ALTER TABLE records ENABLE ALWAYS TRIGGER records_keep_origin",
    "ALTER TABLE records ENABLE ALWAYS TRIGGER records_keep_pages",
)


def upgrade() -> None:
    sqlite = op.get_bind().dialect.name == "sqlite"
    # SQLite drops no constraint: there the table is made anew.
    with op.batch_alter_table("records", table_kwargs={"sqlite_autoincrement": True}) as records:
        records.drop_constraint("uq_records_agency_digest", type_="unique")
        records.add_column(sa.Column("whole", sa.Text(), nullable=True))
        records.add_column(sa.Column("first_page", sa.Integer(), nullable=True))
        records.add_column(sa.Column("last_page", sa.Integer(), nullable=True))
        records.add_column(sa.Column("file_pages", sa.Integer(), nullable=True))
        records.add_column(sa.Column("one_paper", sa.Boolean(), server_default=sa.false(), nullable=False))
        records.create_foreign_key(op.f("fk_records_whole"), "records", ["whole"], ["id"], ondelete="RESTRICT")
    received = sa.text("whole IS NULL")
    op.create_index(
        "uq_records_agency_digest",
        "records",
        ["agency", "digest"],
        unique=True,
        sqlite_where=received,
        postgresql_where=received,
    )
    op.create_index(op.f("ix_records_whole"), "records", ["whole"], unique=False)
    for statement in SQLITE if sqlite else POSTGRESQL:
        op.execute(sa.text(statement) if sqlite else statement)

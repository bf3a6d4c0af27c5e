"""The first tables: records with their pages, fields and history; people; agencies; search."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

GROWING = sa.BigInteger().with_variant(sa.Integer(), "sqlite")

# SQLite removes the older row of INSERT OR REPLACE without asking the delete trigger, so such an insert is
# refused by a trigger of its own.
SQLITE = (
    """CREATE TRIGGER events_no_update BEFORE UPDATE ON events
       BEGIN SELECT RAISE(ABORT, 'the history is append-only'); END""",
    """CREATE TRIGGER events_no_delete BEFORE DELETE ON events
       BEGIN SELECT RAISE(ABORT, 'the history is append-only'); END""",
    """CREATE TRIGGER events_no_replace BEFORE INSERT ON events
       WHEN EXISTS (SELECT 1 FROM events WHERE sequence = NEW.sequence)
       BEGIN SELECT RAISE(ABORT, 'the history is append-only'); END""",
    """CREATE TRIGGER records_keep_history BEFORE DELETE ON records
       WHEN EXISTS (SELECT 1 FROM events WHERE record_id = OLD.id)
       BEGIN SELECT RAISE(ABORT, 'a record with a history stays'); END""",
    """CREATE TRIGGER records_no_replace BEFORE INSERT ON records
       WHEN EXISTS (SELECT 1 FROM records WHERE id = NEW.id OR "row" = NEW."row"
                                             OR (agency = NEW.agency AND digest = NEW.digest))
       BEGIN SELECT CASE WHEN EXISTS (SELECT 1 FROM records WHERE agency = NEW.agency AND digest = NEW.digest)
                         THEN RAISE(IGNORE) ELSE RAISE(ABORT, 'a record with a history stays') END; END""",
    """CREATE TRIGGER records_keep_origin BEFORE UPDATE OF id, agency, digest, received_at, received_by ON records
       WHEN OLD.id IS NOT NEW.id OR OLD.agency IS NOT NEW.agency OR OLD.digest IS NOT NEW.digest
         OR OLD.received_at IS NOT NEW.received_at OR OLD.received_by IS NOT NEW.received_by
       BEGIN SELECT RAISE(ABORT, 'what was received stays as it was received'); END""",
    """CREATE VIRTUAL TABLE search USING fts5(
         head_written, head_folded, body_written, body_folded, tokenize = 'ascii')""",
)

# ENABLE ALWAYS: also while session_replication_role says replica.
POSTGRESQL = (
    """CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
       BEGIN RAISE EXCEPTION '%', TG_ARGV[0] USING ERRCODE = 'restrict_violation'; END $$""",
    """CREATE TRIGGER events_no_change BEFORE UPDATE OR DELETE ON events
       FOR EACH ROW EXECUTE FUNCTION refuse_change('the history is append-only')""",
    """CREATE TRIGGER events_no_truncate BEFORE TRUNCATE ON events
       FOR EACH STATEMENT EXECUTE FUNCTION refuse_change('the history is append-only')""",
    """CREATE FUNCTION keep_history() RETURNS trigger LANGUAGE plpgsql AS $$
       BEGIN
         IF EXISTS (SELECT 1 FROM events WHERE record_id = OLD.id) THEN
           RAISE EXCEPTION 'a record with a history stays' USING ERRCODE = 'restrict_violation';
         END IF;
         RETURN OLD;
       END $$""",
    """CREATE TRIGGER records_keep_history BEFORE DELETE ON records
       FOR EACH ROW EXECUTE FUNCTION keep_history()""",
    """CREATE TRIGGER records_keep_origin BEFORE UPDATE ON records FOR EACH ROW
       WHEN (OLD.id <> NEW.id OR OLD.agency <> NEW.agency OR OLD.digest <> NEW.digest
         OR OLD.received_at <> NEW.received_at OR OLD.received_by <> NEW.received_by)
       EXECUTE FUNCTION refuse_change('what was received stays as it was received')""",
    "ALTER TABLE events ENABLE ALWAYS TRIGGER events_no_change",
    "ALTER TABLE events ENABLE ALWAYS TRIGGER events_no_truncate",
    "ALTER TABLE records ENABLE ALWAYS TRIGGER records_keep_history",
    "ALTER TABLE records ENABLE ALWAYS TRIGGER records_keep_origin",
    """CREATE TABLE search (
         record_id text NOT NULL REFERENCES records (id) ON DELETE CASCADE,
         piece integer NOT NULL,
         written tsvector NOT NULL,
         folded tsvector NOT NULL,
         PRIMARY KEY (record_id, piece))""",
    "CREATE INDEX ix_search_written ON search USING gin (written)",
    "CREATE INDEX ix_search_folded ON search USING gin (folded)",
)


def upgrade() -> None:
    op.create_table('agencies',
    sa.Column('code', sa.Text(), nullable=False),
    sa.Column('name', sa.Text(), nullable=False),
    sa.Column('parent', sa.Text(), nullable=True),
    sa.Column('merged_into', sa.Text(), nullable=True),
    sa.Column('merged_on', sa.Date(), nullable=True),
    sa.PrimaryKeyConstraint('code', name=op.f('pk_agencies'))
    )
    op.create_table('idempotency_keys',
    sa.Column('username', sa.Text(), nullable=False),
    sa.Column('key', sa.Text(), nullable=False),
    sa.Column('request', sa.Text(), nullable=False),
    sa.Column('response', sa.Text(), nullable=False),
    sa.Column('kept_at', sa.DateTime(timezone=True), nullable=False),
    sa.PrimaryKeyConstraint('username', 'key', name=op.f('pk_idempotency_keys'))
    )
    op.create_index(op.f('ix_idempotency_keys_kept_at'), 'idempotency_keys', ['kept_at'], unique=False)
    op.create_table('people',
    sa.Column('username', sa.Text(), nullable=False),
    sa.Column('name', sa.Text(), nullable=False),
    sa.Column('role', sa.Text(), nullable=False),
    sa.Column('agency', sa.Text(), nullable=False),
    sa.Column('password_hash', sa.Text(), nullable=False),
    sa.Column('position', sa.Text(), nullable=True),
    sa.Column('signing_key', sa.Text(), nullable=True),
    sa.Column('active', sa.Boolean(), nullable=False),
    sa.PrimaryKeyConstraint('username', name=op.f('pk_people'))
    )
    op.create_table('records',
    sa.Column('row', GROWING, sa.Identity(always=True), nullable=False),
    sa.Column('id', sa.Text(), nullable=False),
    sa.Column('agency', sa.Text(), nullable=False),
    sa.Column('digest', sa.Text(), nullable=False),
    sa.Column('name', sa.Text(), nullable=False),
    sa.Column('media_type', sa.Text(), nullable=False),
    sa.Column('size', sa.BigInteger(), nullable=False),
    sa.Column('status', sa.Text(), nullable=False),
    sa.Column('received_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('received_by', sa.Text(), nullable=False),
    sa.Column('dossier', sa.Text(), nullable=True),
    sa.Column('attempt', sa.Integer(), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('pages_total', sa.Integer(), nullable=True),
    sa.Column('digitally_signed', sa.Boolean(), nullable=False),
    sa.Column('kind', sa.Text(), nullable=True),
    sa.Column('kind_details', sa.JSON(), nullable=True),
    sa.Column('number', sa.Text(), nullable=True),
    sa.Column('symbol', sa.Text(), nullable=True),
    sa.Column('date', sa.Text(), nullable=True),
    sa.Column('subject', sa.Text(), nullable=True),
    sa.Column('recognition', sa.Text(), nullable=True),
    sa.Column('searchable', sa.Text(), nullable=True),
    sa.Column('signed', sa.Text(), nullable=True),
    sa.Column('problem', sa.JSON(), nullable=True),
    sa.PrimaryKeyConstraint('row', name=op.f('pk_records')),
    sa.UniqueConstraint('agency', 'digest', name=op.f('uq_records_agency_digest')),
    sa.UniqueConstraint('id', name=op.f('uq_records_id')),
    sqlite_autoincrement=True
    )
    op.create_index(op.f('ix_records_agency_received_at_id'), 'records', ['agency', 'received_at', 'id'], unique=False)
    op.create_index(op.f('ix_records_digest'), 'records', ['digest'], unique=False)
    op.create_index(op.f('ix_records_dossier'), 'records', ['dossier'], unique=False)
    op.create_index(op.f('ix_records_received_at_id'), 'records', ['received_at', 'id'], unique=False)
    op.create_index(op.f('ix_records_searchable'), 'records', ['searchable'], unique=False)
    op.create_index(op.f('ix_records_signed'), 'records', ['signed'], unique=False)
    op.create_index(op.f('ix_records_status_received_at_id'), 'records', ['status', 'received_at', 'id'], unique=False)
    op.create_table('events',
    sa.Column('sequence', GROWING, sa.Identity(always=True), nullable=False),
    sa.Column('record_id', sa.Text(), nullable=False),
    sa.Column('action', sa.Text(), nullable=False),
    sa.Column('actor', sa.Text(), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('details', sa.JSON(), nullable=False),
    sa.ForeignKeyConstraint(['record_id'], ['records.id'], name=op.f('fk_events_record_id'), ondelete='RESTRICT'),
    sa.PrimaryKeyConstraint('sequence', name=op.f('pk_events')),
    sqlite_autoincrement=True
    )
    op.create_index(op.f('ix_events_record_id_sequence'), 'events', ['record_id', 'sequence'], unique=False)
    op.create_table('fields',
    sa.Column('record_id', sa.Text(), nullable=False),
    sa.Column('name', sa.Text(), nullable=False),
    sa.Column('position', sa.Integer(), nullable=False),
    sa.Column('value', sa.Text(), nullable=True),
    sa.Column('confidence', sa.Float(), nullable=False),
    sa.Column('page', sa.Integer(), nullable=True),
    sa.Column('box', sa.JSON(), nullable=True),
    sa.Column('state', sa.Text(), nullable=False),
    sa.Column('confirmed', sa.Text(), nullable=True),
    sa.Column('confirmed_by', sa.Text(), nullable=True),
    sa.Column('confirmed_at', sa.DateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['record_id'], ['records.id'], name=op.f('fk_fields_record_id'), ondelete='RESTRICT'),
    sa.PrimaryKeyConstraint('record_id', 'name', name=op.f('pk_fields'))
    )
    op.create_table('pages',
    sa.Column('record_id', sa.Text(), nullable=False),
    sa.Column('attempt', sa.Integer(), nullable=False),
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('image', sa.Text(), nullable=False),
    sa.Column('recognition', sa.JSON(), nullable=False),
    sa.ForeignKeyConstraint(['record_id'], ['records.id'], name=op.f('fk_pages_record_id'), ondelete='RESTRICT'),
    sa.PrimaryKeyConstraint('record_id', 'attempt', 'number', name=op.f('pk_pages'))
    )
    op.create_table('sessions',
    sa.Column('token_digest', sa.Text(), nullable=False),
    sa.Column('username', sa.Text(), nullable=False),
    sa.Column('csrf', sa.Text(), nullable=True),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('expires_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['username'], ['people.username'], name=op.f('fk_sessions_username'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('token_digest', name=op.f('pk_sessions'))
    )
    op.create_index(op.f('ix_sessions_expires_at'), 'sessions', ['expires_at'], unique=False)
    op.create_index(op.f('ix_sessions_username'), 'sessions', ['username'], unique=False)
    for statement in SQLITE if op.get_bind().dialect.name == "sqlite" else POSTGRESQL:
        op.execute(statement)

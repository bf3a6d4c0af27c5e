"""Batches of documents to sign, seals that follow, and every signed version that a record had."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("agencies", sa.Column("seal_key", sa.Text(), nullable=True))
    op.add_column("records", sa.Column("seal", sa.Text(), nullable=True))
    op.add_column("records", sa.Column("archive_until", sa.DateTime(timezone=True), nullable=True))
    op.create_index(op.f("ix_records_seal"), "records", ["seal"], unique=False)
    op.create_index(op.f("ix_records_archive_until"), "records", ["archive_until"], unique=False)
    op.create_table(
        "signed_versions",
        sa.Column("record_id", sa.Text(), nullable=False),
        sa.Column("digest", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["record_id"], ["records.id"], name=op.f("fk_signed_versions_record_id"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("record_id", "digest", name=op.f("pk_signed_versions")),
    )
    op.create_index(op.f("ix_signed_versions_digest"), "signed_versions", ["digest"], unique=False)
    op.execute(
        "INSERT INTO signed_versions (record_id, digest) SELECT id, signed FROM records WHERE signed IS NOT NULL"
    )
    op.create_table(
        "signing_batches",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("username", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("key", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("seal", sa.Boolean(), nullable=False),
        sa.Column("begun_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("runner", sa.Text(), nullable=True),
        sa.Column("alive_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("problem", sa.JSON(none_as_null=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_signing_batches")),
    )
    op.create_table(
        "batch_documents",
        sa.Column("batch_id", sa.Text(), nullable=False),
        sa.Column("record_id", sa.Text(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("problem", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("source", sa.Text(), nullable=True),
        sa.Column("state", sa.Text(), nullable=True),
        sa.Column("to_be_signed", sa.LargeBinary(), nullable=True),
        sa.Column("draft", sa.LargeBinary(), nullable=True),
        sa.Column("value", sa.LargeBinary(), nullable=True),
        sa.ForeignKeyConstraint(
            ["batch_id"], ["signing_batches.id"], name=op.f("fk_batch_documents_batch_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["record_id"], ["records.id"], name=op.f("fk_batch_documents_record_id"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("batch_id", "record_id", name=op.f("pk_batch_documents")),
    )
    op.create_index(op.f("ix_batch_documents_record_id"), "batch_documents", ["record_id"], unique=False)
    op.create_index(op.f("ix_batch_documents_status"), "batch_documents", ["status"], unique=False)

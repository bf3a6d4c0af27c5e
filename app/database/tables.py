"""The tables that SQLite and PostgreSQL share; search.py has those that differ."""

import json
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Column,
    Date,
    DateTime,
    Dialect,
    Float,
    ForeignKey,
    Identity,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    Text,
    TypeDecorator,
    false,
    text,
)
from sqlalchemy.types import TypeEngine


class Moment(TypeDecorator[datetime]):
    """A point in time, kept and given back in UTC; SQLite has no type with a zone."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a point in time needs its time zone")
        utc = value.astimezone(UTC)
        return utc.replace(tzinfo=None) if dialect.name == "sqlite" else utc

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002 - SQLAlchemy's signature
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class String(TypeDecorator[str]):
    """Text. NUL and lone surrogates, which only hostile or damaged files hold and PostgreSQL refuses,
    become U+FFFD."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:  # noqa: ARG002 - SQLAlchemy's signature
        return None if value is None else storable(value)


def storable(text: str) -> str:
    """The text with every character that a database refuses replaced by U+FFFD."""
    return "".join("\ufffd" if c == "\0" or "\ud800" <= c <= "\udfff" else c for c in text)


def to_json(value: Any) -> str:
    """Compact JSON; lone surrogates stay escapes, as they cannot be encoded."""
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    try:
        text.encode()
    except UnicodeEncodeError:
        return json.dumps(value, separators=(",", ":"))
    return text


#: The largest number of an Integer column; a person may send any.
LARGEST = 2**31 - 1
# SQLite grows only INTEGER keys by itself.
_GROWING: TypeEngine[int] = BigInteger().with_variant(Integer, "sqlite")

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)

_RECEIVED = text("whole IS NULL")

records = Table(
    "records",
    metadata,
    Column("row", _GROWING, Identity(always=True), primary_key=True),
    Column("id", String, nullable=False, unique=True),
    Column("agency", String, nullable=False),
    Column("digest", String, nullable=False),
    Column("name", String, nullable=False),
    Column("media_type", String, nullable=False),
    Column("size", BigInteger, nullable=False),
    Column("status", String, nullable=False),
    Column("received_at", Moment, nullable=False),
    Column("received_by", String, nullable=False),
    Column("dossier", String),
    Column("attempt", Integer, nullable=False),
    Column("version", Integer, nullable=False),
    Column("pages_total", Integer),
    Column("digitally_signed", Boolean, nullable=False),
    Column("kind", String),
    Column("kind_details", JSON(none_as_null=True)),
    Column("number", String),
    Column("symbol", String),
    Column("date", String),
    Column("subject", String),
    Column("recognition", String),
    Column("searchable", String),
    Column("signed", String),
    Column("problem", JSON(none_as_null=True)),
    Column("whole", String, ForeignKey("records.id", ondelete="RESTRICT")),
    Column("first_page", Integer),
    Column("last_page", Integer),
    Column("file_pages", Integer),
    Column("one_paper", Boolean, nullable=False, server_default=false()),
    Column("code", String),
    Column("seal", String),
    Column("archive_until", Moment),
    Column("digitised", String),
    Column("digitised_by", String),
    Column("said_kind", String),
    Column("incomplete", Boolean, nullable=False, server_default=false()),
    # a file is received once; what it was split into has its bytes too
    Index(
        "uq_records_agency_digest",
        "agency",
        "digest",
        unique=True,
        sqlite_where=_RECEIVED,
        postgresql_where=_RECEIVED,
    ),
    Index(None, "received_at", "id"),
    Index(None, "agency", "received_at", "id"),
    Index(None, "status", "received_at", "id"),
    Index(None, "agency", "status", "received_at", "id"),
    Index(None, "digest"),
    Index(None, "searchable"),
    Index(None, "signed"),
    Index(None, "digitised"),
    # what is listed of a dossier, and the next of it to review
    Index(None, "dossier", "agency", "status", "received_at", "id"),
    # the numbers of a symbol in a year
    Index(None, "agency", "symbol", "date"),
    Index(None, "whole"),
    Index(None, "code", unique=True),
    Index(None, "seal"),
    Index(None, "archive_until"),
    sqlite_autoincrement=True,
)

#: Every signed file that a record ever had: a seal or a renewal makes another, and people hold the earlier.
signed_versions = Table(
    "signed_versions",
    metadata,
    Column("record_id", String, ForeignKey("records.id", ondelete="RESTRICT"), primary_key=True),
    Column("digest", String, primary_key=True),
    Column("digitised", Boolean, nullable=False, server_default=false()),  # signed by its digitiser alone
    Index(None, "digest"),
)

pages = Table(
    "pages",
    metadata,
    Column("record_id", String, ForeignKey("records.id", ondelete="RESTRICT"), primary_key=True),
    Column("attempt", Integer, primary_key=True),
    Column("number", Integer, primary_key=True),
    Column("image", String, nullable=False),
    Column("recognition", JSON, nullable=False),
    Column("thumbnail", String),
    Column("outline", JSON(none_as_null=True)),  # as app/database/rows.py writes it
)

fields = Table(
    "fields",
    metadata,
    Column("record_id", String, ForeignKey("records.id", ondelete="RESTRICT"), primary_key=True),
    Column("name", String, primary_key=True),
    Column("position", Integer, nullable=False),
    Column("value", String),
    Column("confidence", Float, nullable=False),
    Column("page", Integer),
    Column("box", JSON(none_as_null=True)),
    Column("state", String, nullable=False),
    Column("confirmed", String),
    Column("confirmed_by", String),
    Column("confirmed_at", Moment),
    Column("asked_again", Boolean, nullable=False, server_default=false()),
)

events = Table(
    "events",
    metadata,
    Column("sequence", _GROWING, Identity(always=True), primary_key=True),
    Column("record_id", String, ForeignKey("records.id", ondelete="RESTRICT"), nullable=False),
    Column("action", String, nullable=False),
    Column("actor", String, nullable=False),
    Column("at", Moment, nullable=False),
    Column("details", JSON, nullable=False),
    Index(None, "record_id", "sequence"),
    Index(None, "record_id", "action", "sequence"),
    sqlite_autoincrement=True,
)

standings = Table(
    "standings",
    metadata,
    Column("sequence", _GROWING, Identity(always=True), primary_key=True),
    Column("record_id", String, ForeignKey("records.id", ondelete="RESTRICT"), nullable=False),
    Column("standing", String, nullable=False),
    Column("since", Date, nullable=False),
    Column("reason", String, nullable=False),
    Column("stated_by", String, nullable=False),
    Column("at", Moment, nullable=False),
    Column("replaced_by", String, ForeignKey("records.id", ondelete="RESTRICT")),
    Index(None, "record_id", "sequence"),
    sqlite_autoincrement=True,
)

agencies = Table(
    "agencies",
    metadata,
    Column("code", String, primary_key=True),
    Column("name", String, nullable=False),
    Column("parent", String),
    Column("merged_into", String),
    Column("merged_on", Date),
    Column("seal_key", String),
    Column("seal_image", String),
)

#: Names of before; `until` is the first day of the one that followed.
agency_names = Table(
    "agency_names",
    metadata,
    Column("agency", String, ForeignKey("agencies.code", ondelete="CASCADE"), primary_key=True),
    Column("until", Date, primary_key=True),
    Column("name", String, nullable=False),
)

people = Table(
    "people",
    metadata,
    Column("username", String, primary_key=True),
    Column("name", String, nullable=False),
    Column("role", String, nullable=False),
    Column("agency", String, nullable=False),
    Column("password_hash", String, nullable=False),
    Column("position", String),
    Column("signing_key", String),
    Column("active", Boolean, nullable=False),
    Column("signature_image", String),
)

#: What administrators did to accounts, keys and seals; triggers refuse every change of it.
administration = Table(
    "administration",
    metadata,
    Column("sequence", _GROWING, Identity(always=True), primary_key=True),
    Column("subject", String, nullable=False),
    Column("action", String, nullable=False),
    Column("actor", String, nullable=False),
    Column("at", Moment, nullable=False),
    Column("details", JSON, nullable=False),
    Index(None, "subject", "sequence"),
    sqlite_autoincrement=True,
)

sessions = Table(
    "sessions",
    metadata,
    Column("token_digest", String, primary_key=True),
    Column("username", String, ForeignKey("people.username", ondelete="CASCADE"), nullable=False),
    Column("csrf", String),
    Column("created_at", Moment, nullable=False),
    Column("expires_at", Moment, nullable=False),
    Index(None, "username"),
    Index(None, "expires_at"),
)

tickets = Table(
    "tickets",
    metadata,
    Column("token_digest", String, primary_key=True),
    Column("record", String, ForeignKey("records.id", ondelete="RESTRICT"), nullable=False),
    Column("version", Integer, nullable=False),
    Column("username", String, ForeignKey("people.username", ondelete="CASCADE"), nullable=False),
    Column("expires_at", Moment, nullable=False),
    Column("seal", Boolean, nullable=False),
    Column("role", String, nullable=False, server_default="official"),
    Index(None, "expires_at"),
)

idempotency_keys = Table(
    "idempotency_keys",
    metadata,
    Column("username", String, primary_key=True),
    Column("key", String, primary_key=True),
    Column("request", String, nullable=False),
    Column("response", String, nullable=False),
    Column("kept_at", Moment, nullable=False),
    Index(None, "kept_at"),
)

signing_batches = Table(
    "signing_batches",
    metadata,
    Column("id", String, primary_key=True),
    Column("username", String, nullable=False),
    Column("kind", String, nullable=False),
    Column("key", JSON(none_as_null=True)),  # certificates and mechanism of an outside key, never a key
    Column("reason", String, nullable=False),
    Column("seal", Boolean, nullable=False),
    Column("begun_at", Moment, nullable=False),
    Column("runner", String),
    Column("alive_at", Moment),
    Column("problem", JSON(none_as_null=True)),
    Column("role", String, nullable=False, server_default="official"),
    Column("mark", JSON(none_as_null=True)),
)

batch_documents = Table(
    "batch_documents",
    metadata,
    Column("batch_id", String, ForeignKey("signing_batches.id", ondelete="CASCADE"), primary_key=True),
    Column("record_id", String, ForeignKey("records.id", ondelete="RESTRICT"), primary_key=True),
    Column("position", Integer, nullable=False),
    Column("version", Integer, nullable=False),
    Column("name", String, nullable=False),
    Column("status", String, nullable=False),
    Column("problem", JSON(none_as_null=True)),
    # of a prepared document, until it is signed or has failed
    Column("source", String),
    Column("state", String),
    Column("to_be_signed", LargeBinary),
    Column("draft", LargeBinary),  # what the draft adds to its source, compressed
    Column("value", LargeBinary),
    Column("shows", JSON(none_as_null=True)),
    Column("mark", JSON(none_as_null=True)),
    Index(None, "record_id"),
    Index(None, "status"),
)

#: Signature values that a remote service makes and that come later; no secret is among it.
remote_operations = Table(
    "remote_operations",
    metadata,
    Column("notice", String, primary_key=True),
    Column("batch", String, ForeignKey("signing_batches.id", ondelete="CASCADE"), nullable=False),
    Column("records", JSON, nullable=False),
    Column("expires_at", Moment, nullable=False),
    Column("request", String),
    Column("asked_at", Moment),
    Column("arrived_at", Moment),
    Index(None, "batch"),
)

holder_visits = Table(
    "holder_visits",
    metadata,
    Column("state", String, primary_key=True),
    Column("batch", String, ForeignKey("signing_batches.id", ondelete="CASCADE"), nullable=False),
    Column("scope", String, nullable=False),
    Column("expires_at", Moment, nullable=False),
    Index(None, "batch"),
)

"""Cursors: where a listing goes on, as an opaque word that only the same listing takes back."""

import base64
import binascii
import hashlib
import json
from datetime import datetime

from app.records import Query, Record

_CHECK = 8


def write(query: Query, last: Record) -> str:
    """The cursor that continues the listing after `last`."""
    place = f"{last.received_at.isoformat()}|{last.id}".encode()
    return base64.urlsafe_b64encode(_check(query, place) + place).rstrip(b"=").decode()


def read(query: Query) -> tuple[datetime, str]:
    """When the last record shown was received, and its id. Raises ValueError for what `write` never gave."""
    refusal = ValueError("this cursor does not belong to this listing; start again without it")
    try:
        cursor = (query.after or "").encode("ascii")
        data = base64.b64decode(cursor + b"=" * (-len(cursor) % 4), altchars=b"-_", validate=True)
    except (UnicodeEncodeError, binascii.Error) as error:
        raise refusal from error
    place = data[_CHECK:]
    if data[:_CHECK] != _check(query, place):
        raise refusal
    at, _, record_id = place.decode().partition("|")
    return datetime.fromisoformat(at), record_id


def _check(query: Query, place: bytes) -> bytes:
    """Tells apart listings with different filters. No secret: a cursor opens nothing."""
    filters = [query.text, query.agency, sorted(query.statuses), query.kind, query.digest, query.dossier]
    filters += ["digitisable"] if query.digitisable else []
    return hashlib.sha256(json.dumps(filters).encode() + b"\n" + place).digest()[:_CHECK]

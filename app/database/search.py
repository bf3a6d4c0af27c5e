"""Finding records by words: FTS5 on SQLite, tsvector on PostgreSQL, our own words on both.

Neither database's parser sees the text: it gets words that `app/folding.py` made. A record has a head (its
name, number, fields) and a body (the text of its pages), so that a change of one leaves the other.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Protocol

from sqlalchemy import ColumnElement, Connection, text
from sqlalchemy.sql.elements import TextClause

from app.database.terms import LONGEST_PHRASE, Term, terms
from app.folding import Token

#: Of a tsvector's 1 MB and 16,383 positions, and of the 256 places that it keeps of a word.
_PIECE = 2000
_PLACES = 250


class SearchIndex(Protocol):
    """The words of every record, kept in the transaction that changes the record."""

    def put(
        self, connection: Connection, record_id: str, head: Sequence[Token], body: Sequence[Token] | None
    ) -> None:
        """Replace the head of a record, and its body unless that is None."""
        ...

    def matching(self, query: str) -> Sequence[ColumnElement[bool] | TextClause]:
        """Conditions on `records` that hold for what the query finds. Never raises for what it says."""
        ...


def search_index(dialect: str) -> SearchIndex:
    return SqliteSearch() if dialect == "sqlite" else PostgresqlSearch()


class SqliteSearch:
    """An FTS5 table whose row numbers are those of `records`. Its `ascii` tokenizer divides only where we
    put a space, as every letter beyond ASCII counts as part of a word."""

    def put(
        self, connection: Connection, record_id: str, head: Sequence[Token], body: Sequence[Token] | None
    ) -> None:
        row = connection.execute(
            text("SELECT row FROM records WHERE id = :id"), {"id": record_id}
        ).scalar_one()
        connection.execute(
            text(
                "INSERT INTO search (rowid, head_written, head_folded, body_written, body_folded) "
                "SELECT :row, '', '', '', '' WHERE NOT EXISTS (SELECT 1 FROM search WHERE rowid = :row)"
            ),
            {"row": row},
        )
        for part, words in (("head", head), ("body", body)):
            if words is not None:
                connection.execute(
                    text(
                        f"UPDATE search SET {part}_written = :written, {part}_folded = :folded "  # noqa: S608
                        "WHERE rowid = :row"
                    ),
                    {
                        "row": row,
                        "written": " ".join(t.written for t in words),
                        "folded": " ".join(t.folded for t in words),
                    },
                )

    def matching(self, query: str) -> Sequence[TextClause]:
        wanted = terms(query)
        if not wanted:
            return [text("1 = 0")]
        expression = " AND ".join(f"({_fts5(term)})" for term in wanted)
        return [
            text("records.row IN (SELECT rowid FROM search WHERE search MATCH :words)").bindparams(
                words=expression
            )
        ]


def _fts5(term: Term) -> str:
    columns = "head_written body_written" if term.written else "head_folded body_folded"
    tail = "*" if term.prefix else ""
    return " OR ".join(f'{{{columns}}} : "{" ".join(phrase)}" {tail}' for phrase in term.phrases)


class PostgresqlSearch:
    """A table of tsvectors in pieces: a tsvector holds 1 MB, 16,383 positions and 256 places of a word, and
    a long record has more. Pieces overlap, so that a phrase lies whole in one. Those of the body count from
    1 upwards, those of the head from 0 downwards."""

    def put(
        self, connection: Connection, record_id: str, head: Sequence[Token], body: Sequence[Token] | None
    ) -> None:
        of_head = {-number: piece for number, piece in enumerate(_pieces(head))}
        self._replace(connection, record_id, "piece <= 0", of_head)
        if body is not None:
            of_body = dict(enumerate(_pieces(body), 1))
            self._replace(connection, record_id, "piece > 0", of_body)

    def matching(self, query: str) -> Sequence[TextClause]:
        wanted = terms(query)
        if not wanted:
            return [text("FALSE")]
        return [self._condition(number, term) for number, term in enumerate(wanted)]

    def _replace(
        self, connection: Connection, record_id: str, which: str, pieces: Mapping[int, Sequence[Token]]
    ) -> None:
        connection.execute(
            text(f"DELETE FROM search WHERE record_id = :id AND {which}"),  # noqa: S608
            {"id": record_id},
        )
        connection.execute(
            text(
                "INSERT INTO search (record_id, piece, written, folded) "
                "VALUES (:id, :piece, CAST(:written AS tsvector), CAST(:folded AS tsvector))"
            ),
            [
                {
                    "id": record_id,
                    "piece": number,
                    "written": _tsvector([t.written for t in words]),
                    "folded": _tsvector([t.folded for t in words]),
                }
                for number, words in pieces.items()
            ],
        )

    def _condition(self, number: int, term: Term) -> TextClause:
        column = "written" if term.written else "folded"
        alternatives = (" <-> ".join(_lexeme(word) for word in phrase) for phrase in term.phrases)
        expression = " | ".join(f"({a}{':*' if term.prefix else ''})" for a in alternatives)
        # Of a phrase and of an unfinished word PostgreSQL knows no frequency, and might rather try record
        # after record: these it looks up first.
        unknown = term.prefix or any(len(phrase) > 1 for phrase in term.phrases)
        return text(
            f"records.id IN (WITH found AS {'' if unknown else 'NOT '}MATERIALIZED (SELECT record_id "  # noqa: S608
            f"FROM search WHERE {column} @@ CAST(:words{number} AS tsquery)) SELECT record_id FROM found)"
        ).bindparams(**{f"words{number}": expression})


def _pieces(words: Sequence[Token]) -> Iterator[Sequence[Token]]:
    """Pieces within the limits of a tsvector, each beginning with the last words of the one before."""
    start = 0
    places: Counter[str] = Counter()
    for end, word in enumerate(words, 1):
        places[word.folded] += 1
        if end - start == _PIECE or places[word.folded] == _PLACES:
            yield words[start:end]
            start = end - LONGEST_PHRASE
            places = Counter(each.folded for each in words[start:end])
    yield words[start:]


def _lexeme(word: str) -> str:
    return "'" + word.replace("\\", "\\\\").replace("'", "''") + "'"


def _tsvector(words: Sequence[str]) -> str:
    return " ".join(f"{_lexeme(word)}:{place}" for place, word in enumerate(words, 1))

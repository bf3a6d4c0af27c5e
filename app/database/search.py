"""Finding records by words: FTS5 on SQLite, tsvector on PostgreSQL, our own words on both.

Neither database's parser sees the text: it gets words that `app/folding.py` made. A record has a head (its
name, number, fields) and a body (the text of its pages), so that a change of one leaves the other.
"""

from collections.abc import Sequence
from typing import Protocol

from sqlalchemy import ColumnElement, Connection, text
from sqlalchemy.sql.elements import TextClause

from app.database.terms import Term, terms
from app.folding import Token, tokens


class SearchIndex(Protocol):
    """The words of every record, kept in the transaction that changes the record."""

    def put(self, connection: Connection, record_id: str, head: str | None, body: str | None) -> None:
        """Replace the head or the body of a record, or both; None leaves it as it is."""
        ...

    def matching(self, query: str) -> Sequence[ColumnElement[bool] | TextClause]:
        """Conditions on `records` that hold for what the query finds. Never raises for what it says."""
        ...


def search_index(dialect: str) -> SearchIndex:
    return SqliteSearch() if dialect == "sqlite" else PostgresqlSearch()


class SqliteSearch:
    """An FTS5 table whose row numbers are those of `records`. Its `ascii` tokenizer divides only where we
    put a space, as every letter beyond ASCII counts as part of a word."""

    def put(self, connection: Connection, record_id: str, head: str | None, body: str | None) -> None:
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
        for part, content in (("head", head), ("body", body)):
            if content is not None:
                words = tokens(content)
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
    a long record has more. Piece 0 is the head. Pieces overlap, so that a phrase lies whole in one."""

    PIECE = 2000
    OVERLAP = 32

    def put(self, connection: Connection, record_id: str, head: str | None, body: str | None) -> None:
        if head is not None:
            self._replace(connection, record_id, "piece = 0", [(0, tokens(head)[: self.PIECE])])
        if body is not None:
            self._replace(connection, record_id, "piece > 0", self._pieces(tokens(body)))

    def matching(self, query: str) -> Sequence[TextClause]:
        wanted = terms(query)
        if not wanted:
            return [text("FALSE")]
        return [self._condition(number, term) for number, term in enumerate(wanted)]

    def _pieces(self, words: Sequence[Token]) -> list[tuple[int, Sequence[Token]]]:
        step = self.PIECE - self.OVERLAP
        starts = range(0, max(len(words) - self.OVERLAP, 1), step)
        return [(number, words[start : start + self.PIECE]) for number, start in enumerate(starts, 1)]

    def _replace(
        self, connection: Connection, record_id: str, which: str, pieces: list[tuple[int, Sequence[Token]]]
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
                for number, words in pieces
            ],
        )

    def _condition(self, number: int, term: Term) -> TextClause:
        column = "written" if term.written else "folded"
        alternatives = (" <-> ".join(_lexeme(word) for word in phrase) for phrase in term.phrases)
        expression = " | ".join(f"({a}{':*' if term.prefix else ''})" for a in alternatives)
        return text(
            f"records.id IN (SELECT record_id FROM search WHERE {column} @@ CAST(:words{number} AS tsquery))"  # noqa: S608
        ).bindparams(**{f"words{number}": expression})


def _lexeme(word: str) -> str:
    return "'" + word.replace("\\", "\\\\").replace("'", "''") + "'"


def _tsvector(words: Sequence[str]) -> str:
    return " ".join(f"{_lexeme(word)}:{place}" for place, word in enumerate(words, 1))

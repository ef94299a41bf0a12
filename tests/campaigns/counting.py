"""Counts the SQL that an office in this process and a laptop run."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from typing import Any
from unittest.mock import patch

import psycopg

from tests.support.fleet import Laptop


@contextmanager
def office_statements() -> Iterator[list[str]]:
    """Return a list that receives each statement, one for each row of those that have many."""
    seen: list[str] = []
    with ExitStack() as stack:
        for kind in (psycopg.Cursor, psycopg.ServerCursor):
            stack.enter_context(patch.object(kind, "execute", _noting(kind.execute, seen)))
        many = _noting_rows(psycopg.Cursor.executemany, seen)
        stack.enter_context(patch.object(psycopg.Cursor, "executemany", many))
        copy = _noting(psycopg.Cursor.copy, seen)
        stack.enter_context(patch.object(psycopg.Cursor, "copy", copy))
        yield seen


@contextmanager
def laptop_statements(laptop: Laptop) -> Iterator[list[str]]:
    """Return a list that receives each statement of a laptop's store."""
    seen: list[str] = []
    connection = laptop.session.workplace.store.database.tables.conn
    connection.set_trace_callback(seen.append)
    try:
        yield seen
    finally:
        connection.set_trace_callback(None)


def _noting(real: Callable[..., Any], seen: list[str]) -> Callable[..., Any]:  # psycopg's own
    def note(
        cursor: object,
        query: object,
        *arguments: Any,  # handed on
        **options: Any,
    ) -> Any:
        seen.append(_text(query))
        return real(cursor, query, *arguments, **options)

    return note


def _noting_rows(real: Callable[..., Any], seen: list[str]) -> Callable[..., Any]:  # as above
    def note(
        cursor: object,
        query: object,
        rows: Any,  # whatever can be read once
        **options: Any,  # handed on
    ) -> Any:
        rows = list(rows)
        seen.extend([_text(query)] * len(rows))
        return real(cursor, query, rows, **options)

    return note


def _text(query: object) -> str:
    if isinstance(query, bytes):
        return query.decode()
    return query if isinstance(query, str) else repr(query)

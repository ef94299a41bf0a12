"""The pool of connections, and the three sorts of transaction the office knows.

Every transaction names its schema: a query never says which département it reads, the transaction
does, once.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from enum import Enum
from functools import cache
from typing import Any, Self

import msgspec
import psycopg
import psycopg_pool
from psycopg import sql
from psycopg.rows import TupleRow
from psycopg.types.json import set_json_loads
from psycopg.types.string import TextLoader

from server.store.errors import DatabaseUnavailable, PostgresTooOld

Connection = psycopg.Connection[TupleRow]

REGISTRY = "coffre"
"""The schema common to all départements."""

_OLDEST = 15_00_00
_POOL_WAIT_S = 10.0


class Mode(Enum):
    """What a transaction promises."""

    WRITE = "BEGIN; SET LOCAL synchronous_commit TO on"
    """Acknowledged means on disk."""
    HASTY = "BEGIN; SET LOCAL synchronous_commit TO off"
    """May be lost by a power cut; for counters that only grow."""
    SNAPSHOT = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY"
    """Every query sees the same moment."""


class Database:
    """An open PostgreSQL database."""

    def __init__(self, pool: "psycopg_pool.ConnectionPool[Connection]") -> None:
        self._pool = pool

    @classmethod
    def open(cls, url: str, *, connections: int = 16) -> Self:
        """Return the database at ``url``; raise a ``StoreError`` that says what is wrong."""
        _check(url)
        pool = psycopg_pool.ConnectionPool(
            url,
            min_size=1,
            max_size=connections,
            timeout=_POOL_WAIT_S,
            kwargs={"autocommit": True, "application_name": "coffre-server"},
            configure=_configure,
            open=True,
        )
        return cls(pool)

    def close(self) -> None:
        """Give every connection back."""
        self._pool.close()

    @contextmanager
    def transaction(self, schema: str, mode: Mode = Mode.WRITE) -> Iterator[Connection]:
        """Run a block as one transaction in ``schema``; raise ``DatabaseUnavailable``."""
        try:
            # Opened in one exchange with PostgreSQL; the pool commits, or rolls back.
            with self._pool.connection() as connection:
                connection.execute(_opening(schema, mode))
                yield connection
        except (psycopg.OperationalError, psycopg_pool.PoolTimeout, psycopg_pool.PoolClosed) as why:
            raise DatabaseUnavailable(type(why).__name__) from None

    @contextmanager
    def without_transaction(self) -> Iterator[Connection]:
        """Lend a connection on which each statement is by itself; raise ``DatabaseUnavailable``.

        For what runs in no transaction, and names its schema each time.
        """
        try:
            with self._pool.connection() as connection:
                yield connection
        except (psycopg.OperationalError, psycopg_pool.PoolTimeout, psycopg_pool.PoolClosed) as why:
            raise DatabaseUnavailable(type(why).__name__) from None

    def answers(self) -> bool:
        """Tell whether PostgreSQL answers now."""
        try:
            with self.transaction(REGISTRY, Mode.SNAPSHOT) as connection:
                connection.execute("SELECT 1")
        except DatabaseUnavailable:
            return False
        return True


@cache  # three for each département: written anew, one costs what a look-up costs
def _opening(schema: str, mode: Mode) -> bytes:
    named = sql.SQL("; SET LOCAL search_path TO {}").format(sql.Identifier(schema))
    return mode.value.encode() + named.as_bytes(None)


def _check(url: str) -> None:
    try:
        with psycopg.connect(url, connect_timeout=10) as connection:
            version = connection.info.server_version
    except (psycopg.OperationalError, psycopg.ProgrammingError) as why:
        raise DatabaseUnavailable(type(why).__name__) from None
    if version < _OLDEST:
        raise PostgresTooOld


def _decode_json(text: str | bytes) -> Any:  # JSON is what it is; readers check what they need
    return msgspec.json.decode(text)


def _configure(connection: Connection) -> None:
    # Identifiers are text everywhere in Coffre; psycopg would make uuid.UUID of them.
    connection.adapters.register_loader("uuid", TextLoader)
    set_json_loads(_decode_json, connection)

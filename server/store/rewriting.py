"""Writing tables anew, so that their files hold nothing of what was removed from them.

A row that is deleted stays in its page, and ``VACUUM`` only says that its place may be used again:
whoever reads the file reads it still. ``VACUUM FULL`` writes the rows that are left, and their
indexes, to new files, and the former ones go. What the journal of PostgreSQL (WAL) and backups
keep is not reached from here: docs/server.md.
"""

import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from psycopg import errors, sql

from server.store.database import Connection, Database
from server.store.errors import DiskFull, TablesBusy

_LOCK_WAIT = "3s"
"""While we wait for a table, whoever comes after us waits as well."""
_OLDER_READERS_S = 10.0
_LOOK_AGAIN_S = 0.05

# A removed row is copied as long as a transaction as old as its removal might read it.
_IS_PAST = """
SELECT pg_snapshot_xmin(pg_current_snapshot()) > %(mark)s::xid8
    AND NOT EXISTS (
        SELECT FROM pg_stat_activity
        WHERE (datname = current_database() OR datname IS NULL) AND pid <> pg_backend_pid()
            AND age(backend_xmin) >= age(%(mark)s::xid8::xid))
    AND NOT EXISTS (
        SELECT FROM pg_replication_slots WHERE age(xmin) >= age(%(mark)s::xid8::xid))
"""


def rewrite(database: Database, schema: str, tables: Sequence[str]) -> None:
    """Write these tables anew, one at a time; nobody reads or writes one meanwhile.

    It takes as much disk again as the largest of them. Cut short, a table is as it was. Raise
    ``TablesBusy`` when somebody holds one, or reads since before the call, longer than we wait;
    ``DiskFull``; ``DatabaseUnavailable``.
    """
    with database.without_transaction() as connection, _translated():
        _wait_for_older_readers(connection)
        connection.execute(f"SET lock_timeout TO '{_LOCK_WAIT}'".encode())
        try:
            for table in tables:
                name = sql.Identifier(schema, table)
                connection.execute(sql.SQL("VACUUM (FULL) {}").format(name))
                # The map of pages that an index may be read without, which the first leaves empty.
                connection.execute(sql.SQL("VACUUM {}").format(name))
        finally:
            connection.execute("RESET lock_timeout")


def size_of(connection: Connection, tables: Sequence[str]) -> int:
    """Return what these tables take on disk, indexes included, in bytes."""
    row = connection.execute(
        "SELECT sum(pg_total_relation_size(name::regclass))::bigint FROM unnest(%s::text[]) name",
        (list(tables),),
    ).fetchone()
    return 0 if row is None else row[0]


def _wait_for_older_readers(connection: Connection) -> None:
    ((mark,),) = connection.execute("SELECT pg_current_xact_id()::text").fetchall()
    deadline = time.monotonic() + _OLDER_READERS_S
    while True:
        ((is_past,),) = connection.execute(_IS_PAST, {"mark": mark}).fetchall()
        if is_past:
            return
        if time.monotonic() > deadline:
            raise TablesBusy
        time.sleep(_LOOK_AGAIN_S)


@contextmanager
def _translated() -> Iterator[None]:
    try:
        yield
    except errors.LockNotAvailable:
        raise TablesBusy from None
    except errors.DiskFull:
        raise DiskFull from None

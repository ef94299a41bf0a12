"""``python -m tests.campaigns.faulty_server VARIANT …``: the server, with a known fault."""

import sys
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from enum import StrEnum
from unittest.mock import patch

from server.__main__ import main as serve
from server.services import opening
from server.store.database import Connection, Database, Mode

_LATE_S = 0.1


class Variant(StrEnum):
    """What is wrong with it."""

    EARLY = "acknowledges before it commits"
    HASTY = "acknowledges what is not on disk yet"


class EarlyDatabase(Database):
    """Says that a transaction is done, and commits it a moment later."""

    @contextmanager
    def transaction(self, schema: str, mode: Mode = Mode.WRITE) -> Iterator[Connection]:
        if mode is not Mode.WRITE:
            with super().transaction(schema, mode) as connection:
                yield connection
            return
        late = super().transaction(schema, mode)
        yield late.__enter__()
        threading.Timer(_LATE_S, lambda: late.__exit__(None, None, None)).start()


class HastyDatabase(Database):
    """Waits for no disk."""

    @contextmanager
    def transaction(self, schema: str, mode: Mode = Mode.WRITE) -> Iterator[Connection]:
        chosen = Mode.HASTY if mode is Mode.WRITE else mode
        with super().transaction(schema, chosen) as connection:
            yield connection


_DATABASES: dict[Variant, type[Database]] = {
    Variant.EARLY: EarlyDatabase,
    Variant.HASTY: HastyDatabase,
}


def main(arguments: Sequence[str]) -> int:
    """Serve so."""
    variant = Variant[arguments[0]]
    with patch.object(opening, "Database", _DATABASES[variant]):
        return serve(arguments[1:])


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

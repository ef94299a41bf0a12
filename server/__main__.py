"""``coffre-server``: starts the office, or says in one sentence why it cannot."""

import os
import signal
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace

import uvicorn

from server.app import build
from server.config.errors import SettingsRefused
from server.config.logs import Log, make_log, quiet_libraries
from server.config.settings import Settings, read_settings
from server.services.opening import database_url, open_database
from server.serving import configuration, serve_together, spare_the_collector
from server.store.database import Database
from server.store.errors import StoreError

__all__ = ["configuration", "main"]

_CANNOT_START = 2


def main(arguments: Sequence[str] | None = None) -> int:
    """Serve until stopped; return the exit code."""
    quiet_libraries()
    try:
        settings = read_settings(sys.argv[1:] if arguments is None else arguments, os.environ)
        # Every process is given the same address; an embedded PostgreSQL stops with this one.
        settings = replace(settings, database_url=database_url(settings))
        database = open_database(settings)
    except (SettingsRefused, StoreError) as refused:
        print(refused.sentence, file=sys.stderr)
        return _CANNOT_START
    log = make_log()
    log.info(
        "started",
        host=settings.host,
        port=settings.port,
        tls=settings.tls_cert is not None,
        workers=settings.workers,
    )
    try:
        _serve(settings, database, log)
    except (OSError, SystemExit):
        # uvicorn leaves by SystemExit when the address is taken or the certificate unreadable.
        print(
            f"L’adresse {settings.host}:{settings.port} ne peut pas être ouverte,"
            " ou le certificat ne peut pas être lu.",
            file=sys.stderr,
        )
        return _CANNOT_START
    finally:
        database.close()
        log.info("stopped")
    return 0


def _serve(settings: Settings, database: Database, log: Log) -> None:
    _allow_many_connections()
    if settings.workers > 1:
        database.close()  # it has been brought up to date; each process opens its own
        serve_together(settings)
        return
    app = build(database, settings, log=log)
    spare_the_collector()
    with _stopping_gently():
        uvicorn.Server(configuration(app, settings)).run()


def _allow_many_connections() -> None:
    """Raise the bound on open files to what the system grants: each connection is one."""
    if sys.platform == "win32":
        return
    import resource

    _soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))


@contextmanager
def _stopping_gently() -> Iterator[None]:
    """Let the server end by itself when asked to stop.

    uvicorn finishes what it is doing, then sends itself the signal again: left to its default, that
    would end the process before the database is closed and the embedded PostgreSQL stopped.
    """
    asked = (signal.SIGINT, signal.SIGTERM)
    before = {number: signal.signal(number, signal.SIG_IGN) for number in asked}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


if __name__ == "__main__":
    sys.exit(main())

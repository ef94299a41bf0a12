"""``coffre-server``: starts the office, or says in one sentence why it cannot."""

import os
import signal
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import uvicorn
from fastapi import FastAPI

from server.app import build
from server.config.errors import SettingsRefused
from server.config.logs import make_log, quiet_libraries
from server.config.settings import Settings, read_settings
from server.services.opening import open_database
from server.store.errors import StoreError

_CANNOT_START = 2
_MOST_CONNECTIONS = 1_000


def main(arguments: Sequence[str] | None = None) -> int:
    """Serve until stopped; return the exit code."""
    quiet_libraries()
    try:
        settings = read_settings(sys.argv[1:] if arguments is None else arguments, os.environ)
        database = open_database(settings)
    except (SettingsRefused, StoreError) as refused:
        print(refused.sentence, file=sys.stderr)
        return _CANNOT_START
    log = make_log()
    log.info("started", host=settings.host, port=settings.port, tls=settings.tls_cert is not None)
    try:
        with _stopping_gently():
            uvicorn.Server(configuration(build(database, settings, log=log), settings)).run()
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


def configuration(app: FastAPI, settings: Settings) -> uvicorn.Config:
    """Return how the application is served."""
    return uvicorn.Config(
        app,
        host=settings.host,
        port=settings.port,
        ssl_certfile=settings.tls_cert,
        ssl_keyfile=settings.tls_key,
        # Whose address a request comes from is believed from a proxy, and only if there is one.
        proxy_headers=settings.behind_proxy,
        log_config=None,
        access_log=False,
        server_header=False,
        lifespan="off",
        ws="none",
        timeout_keep_alive=30,
        # Each may hold a body in memory: more are told to come back (503).
        limit_concurrency=_MOST_CONNECTIONS,
        timeout_graceful_shutdown=20,
    )


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

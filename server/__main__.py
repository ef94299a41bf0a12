"""``coffre-server``: starts the office, or says in one sentence why it cannot."""

import asyncio
import os
import signal
import socket
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from typing import cast

import uvicorn
from fastapi import FastAPI
from uvicorn.supervisors import Multiprocess

from server.app import build
from server.config.errors import SettingsRefused
from server.config.logs import Log, make_log, quiet_libraries
from server.config.settings import Settings, read_settings
from server.http.connection import PatientConnection
from server.http.metrics import SHARED_COUNTS
from server.services.opening import database_url, open_database
from server.store.errors import StoreError

_CANNOT_START = 2
_MOST_CONNECTIONS = 1_000
_BACKLOG = 1_024


def main(arguments: Sequence[str] | None = None) -> int:
    """Serve until stopped; return the exit code."""
    quiet_libraries()
    try:
        settings = read_settings(sys.argv[1:] if arguments is None else arguments, os.environ)
        # Its address stays the same in every process; the embedded one stops with this one.
        settings = replace(settings, database_url=database_url(settings))
        database = open_database(settings)
    except (SettingsRefused, StoreError) as refused:
        print(refused.sentence, file=sys.stderr)
        return _CANNOT_START
    log = make_log()
    _note_start(log, settings)
    _allow_many_connections()
    try:
        if settings.workers == 1:
            with _stopping_gently():
                uvicorn.Server(configuration(build(database, settings, log=log), settings)).run()
        else:
            database.close()  # brought up to date; each process opens its own
            _serve_together(settings)
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


def configuration(app: FastAPI | Callable[[], FastAPI], settings: Settings) -> uvicorn.Config:
    """Return how the application is served; several processes each make their own of it."""
    connection = partial(PatientConnection, bounds=settings.bounds, alone=not settings.behind_proxy)
    return uvicorn.Config(
        app,
        factory=not isinstance(app, FastAPI),
        workers=settings.workers,
        host=settings.host,
        port=settings.port,
        ssl_certfile=settings.tls_cert,
        ssl_keyfile=settings.tls_key,
        http=cast(type[asyncio.Protocol], connection),  # called, and nothing else
        # Whose address a request comes from is believed from a proxy, and only if there is one.
        proxy_headers=settings.behind_proxy,
        log_config=None,
        access_log=False,
        server_header=False,
        lifespan="off",
        ws="none",
        backlog=_BACKLOG,
        timeout_keep_alive=settings.bounds.idle_s,
        # Each may hold a body in memory: more are told to come back (503).
        limit_concurrency=_MOST_CONNECTIONS,
        timeout_graceful_shutdown=20,
        # A process that is merely busy is not replaced.
        timeout_worker_healthcheck=60,
    )


def serving_process(settings: Settings) -> FastAPI:
    """Build the application of one process among several."""
    quiet_libraries()
    return build(open_database(settings), settings)


def _serve_together(settings: Settings) -> None:
    """Serve one address with several processes; one that dies is replaced.

    They share nothing but the address and PostgreSQL: any of them serves any request.
    """
    config = configuration(partial(serving_process, settings), settings)
    with (
        socket.create_server((settings.host, settings.port), family=_family(settings.host)) as here,
        tempfile.TemporaryDirectory(prefix="coffre-counts-") as counts,
    ):
        here.set_inheritable(True)
        os.environ[SHARED_COUNTS] = counts
        Multiprocess(config, sockets=[here]).run()


def _family(host: str) -> socket.AddressFamily:
    return socket.AF_INET6 if ":" in host else socket.AF_INET


def _note_start(log: Log, settings: Settings) -> None:
    log.info(
        "started",
        host=settings.host,
        port=settings.port,
        tls=settings.tls_cert is not None,
        workers=settings.workers,
    )


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

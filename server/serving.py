"""How the application is served, by one process or by several that share an address.

Here rather than in ``__main__``, which a new process cannot import by its name.
"""

import asyncio
import gc
import os
import socket
import ssl
import sys
import tempfile
import time
from collections.abc import Callable
from functools import partial
from typing import cast

import uvicorn
from fastapi import FastAPI
from uvicorn.supervisors import Multiprocess

from server.app import build
from server.config.logs import quiet_libraries
from server.config.settings import Settings
from server.http.connection import PatientConnection
from server.http.metrics import SHARED_COUNTS
from server.services.opening import open_database
from server.store.errors import StoreError

_BACKLOG = 1_024
_BEFORE_ANOTHER_TRY_S = 2.0
_SILENT_S = 20
"""How long a process may not answer its parent: one that is merely busy is not replaced, and one
that dies just as it is asked counts as silent."""
_SEEN_AT_ONCE = 50_000
"""Objects after which cycles are looked for: a batch makes ten thousand, and leaves none."""


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
        http=cast(type[asyncio.Protocol], connection),  # it is called, and nothing else
        # Whose address a request comes from is believed from a proxy, and only if there is one.
        proxy_headers=settings.behind_proxy,
        log_config=None,
        access_log=False,
        server_header=False,
        lifespan="off",
        ws="none",
        backlog=_BACKLOG,
        timeout_keep_alive=settings.bounds.idle_s,
        limit_concurrency=settings.bounds.connections,
        timeout_graceful_shutdown=20,
        timeout_worker_healthcheck=_SILENT_S,
    )


def serve_together(settings: Settings) -> None:
    """Serve one address with several processes until stopped; one that dies is replaced.

    They share nothing but the address and PostgreSQL: any of them serves any request.
    """
    _check_certificate(settings)
    config = configuration(partial(serving_process, settings), settings)
    with (
        socket.create_server((settings.host, settings.port), family=_family(settings.host)) as here,
        tempfile.TemporaryDirectory(prefix="coffre-counts-", ignore_cleanup_errors=True) as counts,
    ):
        os.environ[SHARED_COUNTS] = counts
        Multiprocess(config, sockets=[here]).run()


def spare_the_collector() -> None:
    """Let Python look seldom for what only points at itself, and never among what stays.

    Looking after every 700 objects, as it does by itself, is a tenth of taking in a batch.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(_SEEN_AT_ONCE, 10, 10)


def serving_process(settings: Settings) -> FastAPI:
    """Build the application of one process among several."""
    quiet_libraries()
    try:
        app = build(open_database(settings), settings)
        spare_the_collector()
        return app
    except StoreError as refused:
        sys.stderr.write(f"{refused.sentence}\n")
        # PostgreSQL has gone since the start: the parent tries again, and not at once.
        time.sleep(_BEFORE_ANOTHER_TRY_S)
        raise SystemExit(1) from None


def _check_certificate(settings: Settings) -> None:
    """Raise an ``OSError`` now, rather than start processes that cannot read it."""
    if settings.tls_cert is not None:
        ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER).load_cert_chain(settings.tls_cert, settings.tls_key)


def _family(host: str) -> socket.AddressFamily:
    return socket.AF_INET6 if ":" in host else socket.AF_INET

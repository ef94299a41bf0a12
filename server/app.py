"""Builds the parts of the office and ties them together, once; used by ``__main__`` and tests."""

from fastapi import FastAPI
from starlette.exceptions import HTTPException

from server.config.logs import Log, make_log
from server.config.ports import Clock, Random, system_clock, system_random
from server.config.settings import Settings
from server.http import problems
from server.http.api import Parts, make_router
from server.http.guard import Guard
from server.http.limits import Admission
from server.http.metrics import Metrics
from server.http.openapi import describe
from server.services.attempts import Attempts
from server.services.enrolment import Enrolment
from server.services.errors import Refusal
from server.services.identify import Identify
from server.services.opening import server_of
from server.services.own_keys import OwnKeys
from server.services.pairing import Pairing
from server.services.pieces import Pieces
from server.services.proof import Proof
from server.services.renewal import Renewal
from server.services.sync import Sync
from server.store.database import Database
from server.store.errors import StoreError


def build(
    database: Database,
    settings: Settings,
    *,
    clock: Clock = system_clock,
    random: Random = system_random,
    log: Log | None = None,
) -> FastAPI:
    """Return the application on an open database; closing the database is the caller's."""
    server = server_of(database)
    metrics = Metrics()
    admission = Admission(settings.bounds)
    log = log or make_log()
    attempts = Attempts(database, server, clock)
    parts = Parts(
        server=server,
        database=database,
        clock=clock,
        log=log,
        metrics=metrics,
        admission=admission,
        metrics_token=settings.metrics_token,
        behind_proxy=settings.behind_proxy,
        identify=Identify(database, clock, random),
        enrolment=Enrolment(database, server, attempts, clock, random),
        renewal=Renewal(database, server, clock),
        sync=Sync(database, clock, random),
        proof=Proof(database, clock),
        pieces=Pieces(database, clock),
        pairing=Pairing(database, attempts, clock, random),
        own_keys=OwnKeys(database, clock),
    )
    app = FastAPI(
        title="Coffre",
        version="1",
        openapi_url="/v1/openapi.json",
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
    )
    app.include_router(make_router(parts))
    app.add_exception_handler(Refusal, problems.refused)
    app.add_exception_handler(StoreError, problems.unavailable)
    app.add_exception_handler(HTTPException, problems.not_served)
    app.add_middleware(
        Guard, log=log, metrics=metrics, admission=admission, threads=settings.connections
    )
    describe(app)
    return app

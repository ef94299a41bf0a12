"""The routes of version 1."""

from collections import Counter
from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from functools import partial
from secrets import compare_digest
from typing import Any

import msgspec
from fastapi import APIRouter
from fastapi.routing import APIRoute
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

from protocol import signing, wire
from protocol.errors import MalformedMessage
from protocol.ids import is_id
from protocol.kinds import SCHEMA_VERSION
from protocol.limits import MAX_PIECE_REQUEST
from protocol.values import instant_to_wire
from server.config.logs import Log
from server.config.ports import Clock
from server.config.settings import is_loopback
from server.http.bodies import clear_body, encode_body, read_body
from server.http.key_routes import add_key_routes
from server.http.limits import Admission
from server.http.metrics import Metrics
from server.http.openapi import answers, refusals, signed, takes
from server.http.problems import problem
from server.services.enrolment import Enrolment
from server.services.errors import (
    DatabaseBehind,
    Gap,
    MessageRefused,
    Replayed,
    Revoked,
    Unauthenticated,
)
from server.services.identify import Identified, Identify
from server.services.own_keys import OwnKeys
from server.services.pairing import Pairing
from server.services.pieces import Pieces
from server.services.proof import Proof
from server.services.renewal import Renewal
from server.services.sync import Sync, Synced
from server.store.database import Database
from server.store.devices import Caller

_ENROLMENT_BYTES = 128 << 10
_ASKED_BYTES = 64 << 10
"""Of a question about digests: five hundred identifiers and more."""
_PLATFORM_HEADER = "Coffre-Platform"


@dataclass(frozen=True, slots=True)
class Parts:
    """What the routes lead to."""

    server: str
    database: Database
    clock: Clock
    log: Log
    metrics: Metrics
    admission: Admission
    metrics_token: str | None
    behind_proxy: bool
    identify: Identify
    enrolment: Enrolment
    renewal: Renewal
    sync: Sync
    proof: Proof
    pieces: Pieces
    pairing: Pairing
    own_keys: OwnKeys


class _Direct(APIRoute):
    """Hands the request itself over: FastAPI, which describes the routes, has nothing to solve."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """Return what answers a request."""
        return self.endpoint


def make_router(parts: Parts) -> APIRouter:
    """Return the routes."""
    router = APIRouter(prefix="/v1", route_class=_Direct)

    @router.get("/hello", responses=answers(wire.Hello))
    async def hello(_request: Request) -> Response:
        """Tell this server from another, before anything is known of anybody."""
        return _json(
            wire.Hello(
                coffre="coffre-server",
                server=parts.server,
                protocol=wire.PROTOCOL_VERSION,
                oldest_protocol=wire.OLDEST_PROTOCOL,
                schema=SCHEMA_VERSION,
                time=instant_to_wire(parts.clock()),
            )
        )

    @router.post(
        "/devices", responses=answers(wire.EnrolReply), openapi_extra=takes(wire.EnrolRequest)
    )
    async def devices(request: Request) -> Response:
        """Enrol a laptop with an invitation."""
        raw = await read_body(request, _ENROLMENT_BYTES)
        return await run_in_threadpool(_enrol, parts, request, raw)

    @router.post(
        "/devices/renew",
        responses=answers(wire.RenewReply),
        openapi_extra={**takes(wire.RenewRequest), **signed()},
    )
    async def renew(request: Request) -> Response:
        """Let a laptop that was copied go on as a new device."""
        raw = await read_body(request, _ENROLMENT_BYTES)
        return await run_in_threadpool(_renew, parts, request, raw)

    @router.post(
        "/sync",
        responses=answers(wire.SyncReply),
        openapi_extra={**takes(wire.SyncRequest), **signed()},
    )
    async def sync(request: Request) -> Response:
        """Take in a laptop's changes and give it a page of what is new."""
        raw = await read_body(request)
        return await run_in_threadpool(_sync, parts, request, raw)

    @router.post(
        "/digests",
        responses=answers(wire.DigestsReply),
        openapi_extra={**takes(wire.DigestsRequest), **signed()},
    )
    async def digests(request: Request) -> Response:
        """Tell what the office holds, to find where a laptop differs."""
        raw = await read_body(request, _ASKED_BYTES)
        return await run_in_threadpool(_digests, parts, request, raw)

    @router.post(
        "/reread",
        responses=answers(wire.RereadReply),
        openapi_extra={**takes(wire.RereadRequest), **signed()},
    )
    async def reread(request: Request) -> Response:
        """Give records of one bucket again, whole."""
        raw = await read_body(request, _ASKED_BYTES)
        return await run_in_threadpool(_reread, parts, request, raw)

    _add_piece_routes(router, parts)
    add_key_routes(router, partial(_answered, parts), parts.pairing, parts.own_keys, parts.log)

    @router.get("/health", responses=refusals())
    def health(_request: Request) -> Response:
        """Tell whether the server can serve."""
        if parts.database.answers():
            return Response(b'{"status":"ok"}', media_type="application/json")
        return problem(503, "unavailable")

    @router.get("/metrics", response_class=PlainTextResponse, responses=refusals())
    def metrics(request: Request) -> Response:
        """Give counts to the operator, from this machine or with the token."""
        if not _may_read_metrics(parts, request):
            return problem(403, "forbidden")
        return Response(parts.metrics.text(), media_type="text/plain; version=0.0.4")

    return router


def _add_piece_routes(router: APIRouter, parts: Parts) -> None:
    def kept(schema: str, caller: Caller, asked: wire.GiveRequest) -> wire.GiveReply:
        parts.admission.admit_piece(caller.id)
        return parts.pieces.give(schema, caller, asked)

    @router.post(
        "/pieces/missing",
        responses=answers(wire.PiecesReply),
        openapi_extra={**takes(wire.PiecesRequest), **signed()},
    )
    async def missing(request: Request) -> Response:
        """Tell which pieces of documents the office lacks."""
        raw = await read_body(request, _ASKED_BYTES)
        return await run_in_threadpool(
            _answered, parts, request, raw, _ASKED_BYTES, wire.PiecesRequest, parts.pieces.missing
        )

    @router.post(
        "/pieces/give",
        responses=answers(wire.GiveReply),
        openapi_extra={**takes(wire.GiveRequest), **signed()},
    )
    async def give(request: Request) -> Response:
        """Take in one piece of a document."""
        raw = await read_body(request, MAX_PIECE_REQUEST)
        return await run_in_threadpool(
            _answered, parts, request, raw, MAX_PIECE_REQUEST, wire.GiveRequest, kept
        )

    @router.post(
        "/pieces/take",
        responses=answers(wire.TakeReply),
        openapi_extra={**takes(wire.TakeRequest), **signed()},
    )
    async def take(request: Request) -> Response:
        """Give one piece of a document."""
        raw = await read_body(request, _ASKED_BYTES)
        return await run_in_threadpool(
            _answered, parts, request, raw, _ASKED_BYTES, wire.TakeRequest, parts.pieces.take
        )


def _answered(
    parts: Parts,
    request: Request,
    raw: bytes,
    limit: int,
    asked: type[wire.M],
    answer: Callable[[str, Caller, wire.M], msgspec.Struct],
) -> Response:
    identified = _identified(parts, request, raw)
    with parts.admission.serving(identified.caller.id, len(raw)):
        message = _decoded(clear_body(raw, request.headers.get("content-encoding"), limit), asked)
        reply = answer(identified.schema, identified.caller, message)
    return _compressed(reply, request)


def _enrol(parts: Parts, request: Request, raw: bytes) -> Response:
    body = clear_body(raw, request.headers.get("content-encoding"), _ENROLMENT_BYTES)
    message = _decoded(body, wire.EnrolRequest)
    address = request.client.host if request.client else ""
    named = request.headers.get(_PLATFORM_HEADER, "")[:40]
    platform = named if named and named.isprintable() else None
    reply = parts.enrolment.enrol(message, address, platform)
    parts.log.info("enrolled", department=reply.department, device=message.device)
    return _json(reply)


def _renew(parts: Parts, request: Request, raw: bytes) -> Response:
    identified = _identified(parts, request, raw)
    with parts.admission.serving(identified.caller.id, len(raw)):
        body = clear_body(raw, request.headers.get("content-encoding"), _ENROLMENT_BYTES)
        message = _decoded(body, wire.RenewRequest)
        reply = parts.renewal.renew(identified.schema, identified.caller, message)
    # A copy of this laptop may be in other hands: somebody has to ask.
    parts.log.warning("device_renewed", device=reply.device, renews=identified.caller.id)
    return _json(reply)


def _sync(parts: Parts, request: Request, raw: bytes) -> Response:
    identified = _identified(parts, request, raw)
    with parts.admission.serving(identified.caller.id, len(raw)):
        body = clear_body(raw, request.headers.get("content-encoding"))
        message = _decoded(body, wire.SyncRequest)
        synced = _run(parts, identified, message)
    _note(parts, identified.caller, message, synced)
    return _compressed(synced.reply, request)


def _digests(parts: Parts, request: Request, raw: bytes) -> Response:
    identified = _identified(parts, request, raw)
    with parts.admission.serving(identified.caller.id, len(raw)):
        body = clear_body(raw, request.headers.get("content-encoding"), _ASKED_BYTES)
        message = _decoded(body, wire.DigestsRequest)
        reply = parts.proof.digests(identified.schema, identified.caller, message)
    lines = len(reply.buckets) + len(reply.records)
    parts.log.info("digests_given", device=identified.caller.id, bucket=message.bucket, given=lines)
    return _compressed(reply, request)


def _reread(parts: Parts, request: Request, raw: bytes) -> Response:
    identified = _identified(parts, request, raw)
    with parts.admission.serving(identified.caller.id, len(raw)):
        body = clear_body(raw, request.headers.get("content-encoding"), _ASKED_BYTES)
        message = _decoded(body, wire.RereadRequest)
        reply = parts.proof.reread(identified.schema, identified.caller, message)
    given = len(reply.changes) + len(reply.removals)
    parts.metrics.given(given)
    # A laptop that reads again had lost or spoilt something: worth a look when it is often.
    parts.log.warning(
        "reread",
        device=identified.caller.id,
        bucket=message.bucket,
        asked=len(message.records),
        given=given,
    )
    return _compressed(reply, request)


def _run(parts: Parts, identified: Identified, message: wire.SyncRequest) -> Synced:
    try:
        return parts.sync.run(identified.schema, identified.caller, message)
    except RecursionError:
        # Lists within lists, just shallow enough to be read and too deep to be written.
        raise MessageRefused(reason="json") from None
    except (DatabaseBehind, Gap) as refusal:
        # This laptop knows more than our database: a backup was put back.
        parts.log.error(
            "database_behind",
            device=identified.caller.id,
            reason=refusal.code,
            cursor=message.cursor,
            first_op=message.first_op,
            seq=identified.caller.seq,
            last_op=identified.caller.last_op,
        )
        raise


def _note(parts: Parts, caller: Caller, request: wire.SyncRequest, synced: Synced) -> None:
    """Log counts, and each refusal of a right with the identifiers it is about."""
    reply = synced.reply
    aside = Counter(result.outcome for result in reply.results)
    given = len(reply.changes) + len(reply.removals)
    parts.metrics.synced(applied=synced.applied, aside=dict(aside), given=given)
    parts.log.info(
        "synced", device=caller.id, operations=len(request.ops), given=given, aside=dict(aside)
    )
    for result in reply.results:
        if result.outcome == "refused" and synced.applied:
            parts.log.warning(
                "operation_refused",
                device=caller.id,
                professional=caller.professional,
                record=_identifier(request.ops[result.index].rid),
                reason=result.detail[0],
            )


def _identified(parts: Parts, request: Request, raw: bytes) -> Identified:
    """Return who asks; what is not served for that reason costs its device what a request costs."""
    signed = _signed_request(parts, request, raw)
    try:
        return parts.identify.identify(signed, _signature(request))
    except (Replayed, Revoked):
        parts.admission.note_unserved(signed.device, len(raw))
        raise


def _identifier(rid: str) -> str | None:
    """Return what may be logged of an identifier: nothing, if it is something else."""
    return rid if is_id(rid) else None


def _signed_request(parts: Parts, request: Request, raw: bytes) -> signing.SignedRequest:
    headers = request.headers
    counter = headers.get(signing.HEADER_COUNTER, "")
    if not (counter.isascii() and counter.isdecimal() and len(counter) < 20):
        raise Unauthenticated
    query = request.scope.get("query_string", b"").decode("latin-1")
    path = request.scope.get("raw_path", b"").decode("latin-1")
    return signing.SignedRequest(
        server=parts.server,
        department=headers.get(signing.HEADER_DEPARTMENT, ""),
        device=headers.get(signing.HEADER_DEVICE, ""),
        counter=int(counter),
        time=headers.get(signing.HEADER_TIME, ""),
        method=request.method,
        target=f"{path}?{query}" if query else path,
        body=raw,
    )


def _signature(request: Request) -> str:
    return request.headers.get(signing.HEADER_SIGNATURE, "")


def _decoded(body: bytes, message: type[wire.M]) -> wire.M:
    try:
        return wire.decode(body, message)
    except MalformedMessage:
        raise MessageRefused(reason="json") from None


def _may_read_metrics(parts: Parts, request: Request) -> bool:
    if parts.metrics_token is not None:
        given = request.headers.get("authorization", "")
        return compare_digest(given.encode(), f"Bearer {parts.metrics_token}".encode())
    # Behind a proxy of this machine everybody may seem to come from it.
    is_here = request.client is not None and is_loopback(request.client.host)
    return is_here and not parts.behind_proxy


def _compressed(message: msgspec.Struct, request: Request) -> Response:
    answer, encoding = encode_body(wire.encode(message), request.headers.get("accept-encoding"))
    headers = {"Content-Encoding": encoding} if encoding else {}
    return Response(answer, media_type="application/json", headers=headers)


def _json(message: msgspec.Struct) -> Response:
    return Response(wire.encode(message), media_type="application/json")

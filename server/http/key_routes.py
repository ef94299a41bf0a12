"""The routes about keys: one's own laptops, a pairing, bundles and shares."""

from collections.abc import Callable
from typing import Protocol

import msgspec
from fastapi import APIRouter
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response

from protocol import wire, wire_keys
from protocol.errors import MalformedMessage
from server.config.logs import Log
from server.http.bodies import clear_body, read_body
from server.http.openapi import answers, signed, takes
from server.services.errors import MessageRefused
from server.services.own_keys import OwnKeys
from server.services.pairing import Pairing
from server.store.devices import Caller

_ASKED_BYTES = 64 << 10


class Answered(Protocol):
    """Recognises a signed request, counts it, and answers with what a service returns."""

    def __call__(
        self,
        request: Request,
        raw: bytes,
        limit: int,
        asked: type[wire.M],
        answer: Callable[[str, Caller, wire.M], msgspec.Struct],
    ) -> Response: ...


def add_key_routes(
    router: APIRouter, answered: Answered, pairing: Pairing, own_keys: OwnKeys, log: Log
) -> None:
    """Add them to the router. What opens a door or closes one is logged."""

    def begun(schema: str, caller: Caller, asked: wire_keys.PairRequest) -> wire_keys.PairReply:
        reply = pairing.pair(schema, caller, asked)
        if not asked.invitation:
            log.info("pairing_begun", device=caller.id)
        return reply

    def withdrawn(
        schema: str, caller: Caller, asked: wire_keys.LaptopsRequest
    ) -> wire_keys.LaptopsReply:
        reply = own_keys.laptops(schema, caller, asked)
        if asked.withdraw:
            log.warning("device_withdrawn", device=asked.device, by=caller.id)
        return reply

    @router.post(
        "/invitations",
        responses=answers(wire_keys.InvitedReply),
        openapi_extra=takes(wire_keys.InvitedRequest),
    )
    async def invitations(request: Request) -> Response:
        """Tell whose an invitation is, to whoever holds it."""
        raw = await read_body(request, _ASKED_BYTES)
        return await run_in_threadpool(
            _stranger, request, raw, wire_keys.InvitedRequest, pairing.look
        )

    @router.post(
        "/pairings/join",
        responses=answers(wire_keys.PairReply),
        openapi_extra=takes(wire_keys.JoinRequest),
    )
    async def join(request: Request) -> Response:
        """Pass on what a new laptop says to another of the same person."""
        raw = await read_body(request, _ASKED_BYTES)
        return await run_in_threadpool(_stranger, request, raw, wire_keys.JoinRequest, pairing.join)

    @router.post(
        "/pairings",
        responses=answers(wire_keys.PairReply),
        openapi_extra={**takes(wire_keys.PairRequest), **signed()},
    )
    async def pair(request: Request) -> Response:
        """Begin, go on with or close a pairing."""
        raw = await read_body(request, _ASKED_BYTES)
        return await run_in_threadpool(
            answered, request, raw, _ASKED_BYTES, wire_keys.PairRequest, begun
        )

    @router.post(
        "/laptops",
        responses=answers(wire_keys.LaptopsReply),
        openapi_extra={**takes(wire_keys.LaptopsRequest), **signed()},
    )
    async def laptops(request: Request) -> Response:
        """List one's own laptops; rename or withdraw one."""
        raw = await read_body(request, _ASKED_BYTES)
        return await run_in_threadpool(
            answered, request, raw, _ASKED_BYTES, wire_keys.LaptopsRequest, withdrawn
        )

    @router.post(
        "/account",
        responses=answers(wire_keys.BundleReply),
        openapi_extra={**takes(wire_keys.BundleRequest), **signed()},
    )
    async def account(request: Request) -> Response:
        """Keep the identity as a new paper wraps it."""
        raw = await read_body(request, _ASKED_BYTES)
        return await run_in_threadpool(
            answered, request, raw, _ASKED_BYTES, wire_keys.BundleRequest, own_keys.account
        )

    @router.post(
        "/shares",
        responses=answers(wire_keys.SharesReply),
        openapi_extra={**takes(wire_keys.SharesRequest), **signed()},
    )
    async def shares(request: Request) -> Response:
        """Carry shares of a key to the colleagues who keep them."""
        raw = await read_body(request, _ASKED_BYTES)
        return await run_in_threadpool(
            answered, request, raw, _ASKED_BYTES, wire_keys.SharesRequest, own_keys.shares
        )


def _stranger(
    request: Request,
    raw: bytes,
    asked: type[wire.M],
    answer: Callable[[wire.M, str], msgspec.Struct],
) -> Response:
    body = clear_body(raw, request.headers.get("content-encoding"), _ASKED_BYTES)
    try:
        message = wire.decode(body, asked)
    except MalformedMessage:
        raise MessageRefused(reason="json") from None
    address = request.client.host if request.client else ""
    return Response(wire.encode(answer(message, address)), media_type="application/json")

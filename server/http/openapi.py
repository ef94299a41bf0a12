"""The description other teams read: the messages of ``protocol.wire``, as OpenAPI."""

from typing import Any

import msgspec
from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi

from protocol import signing, wire, wire_keys

_MESSAGES = (
    wire.Hello,
    wire.EnrolRequest,
    wire.EnrolReply,
    wire.RenewRequest,
    wire.RenewReply,
    wire.SyncRequest,
    wire.SyncReply,
    wire.DigestsRequest,
    wire.DigestsReply,
    wire.RereadRequest,
    wire.RereadReply,
    wire.PiecesRequest,
    wire.PiecesReply,
    wire.GiveRequest,
    wire.GiveReply,
    wire.TakeRequest,
    wire.TakeReply,
    wire_keys.InvitedRequest,
    wire_keys.InvitedReply,
    wire_keys.PairRequest,
    wire_keys.PairReply,
    wire_keys.JoinRequest,
    wire_keys.LaptopsRequest,
    wire_keys.LaptopsReply,
    wire_keys.BundleRequest,
    wire_keys.BundleReply,
    wire_keys.SharesRequest,
    wire_keys.SharesReply,
    wire.Problem,
)
_REF = "#/components/schemas/{name}"
_SIGNATURE = (
    signing.HEADER_DEPARTMENT,
    signing.HEADER_DEVICE,
    signing.HEADER_COUNTER,
    signing.HEADER_TIME,
    signing.HEADER_SIGNATURE,
)

Schema = dict[str, Any]  # OpenAPI is JSON of any depth


def takes(message: type[msgspec.Struct]) -> Schema:
    """Return the part of a route's description that says what it takes."""
    return {"requestBody": {"required": True, "content": _content(message)}}


def answers(message: type[msgspec.Struct]) -> dict[int | str, Schema]:
    """Return the part of a route's description that says what it answers."""
    told = {"description": message.__doc__ or "", "content": _content(message)}
    return {200: told, **refusals()}


def refusals() -> dict[int | str, Schema]:
    """Return the part of a route's description that says how it refuses."""
    return {
        "4XX": {"description": "Refused", "content": _content(wire.Problem)},
        "5XX": {"description": "Not now", "content": _content(wire.Problem)},
    }


def signed() -> Schema:
    """Return the headers a signed request bears."""
    headers = [
        {"name": name, "in": "header", "required": True, "schema": {"type": "string"}}
        for name in _SIGNATURE
    ]
    return {"parameters": headers}


def describe(app: FastAPI) -> None:
    """Make the application serve its whole description."""
    made: list[Schema] = []

    def openapi() -> Schema:
        if not made:
            document = get_openapi(title=app.title, version=app.version, routes=app.routes)
            _refs, components = msgspec.json.schema_components(_MESSAGES, ref_template=_REF)
            document.setdefault("components", {}).setdefault("schemas", {}).update(components)
            made.append(document)
        return made[0]

    app.openapi = openapi  # type: ignore[method-assign]  # FastAPI's documented way


def _content(message: type[msgspec.Struct]) -> Schema:
    return {"application/json": {"schema": {"$ref": _REF.format(name=message.__name__)}}}

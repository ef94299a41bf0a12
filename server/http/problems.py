"""Refusals as HTTP: one status for each, one body for all (``protocol.wire.Problem``)."""

from types import MappingProxyType

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from protocol.wire import Problem, encode
from server.http.limits import TooManyRequests
from server.services import errors
from server.store.errors import StoreError

_STATUS = MappingProxyType(
    {
        errors.Unauthenticated: 401,
        errors.Revoked: 410,
        errors.Replayed: 409,
        errors.Gap: 409,
        errors.Forked: 409,
        errors.EpochChanged: 409,
        errors.DatabaseBehind: 409,
        errors.ProtocolUnsupported: 426,
        errors.MessageRefused: 400,
        errors.TooLarge: 413,
        errors.NotGranted: 403,
        errors.PieceDiffers: 409,
        errors.TooSlow: 408,
        errors.InvitationUnknown: 404,
        errors.InvitationUsed: 409,
        errors.InvitationExpired: 410,
        errors.TooManyAttempts: 429,
        TooManyRequests: 429,
        errors.ProofInvalid: 403,
        errors.IdentityDiffers: 409,
        errors.DeviceTaken: 409,
    }
)
_CODES = MappingProxyType({404: "not_found", 405: "method_not_allowed"})


def problem(status: int, code: str, detail: dict[str, str | int] | None = None) -> Response:
    """Return the answer to what is refused."""
    body = encode(Problem(code, dict(detail or {})))
    return Response(body, status_code=status, media_type="application/json")


async def refused(_request: Request, refusal: Exception) -> Response:
    """Answer a ``Refusal`` of the services."""
    assert isinstance(refusal, errors.Refusal)  # noqa: S101 - registered for this type only
    return answer_to(refusal)


def answer_to(refusal: errors.Refusal) -> Response:
    """Return a refusal as HTTP."""
    answer = problem(_STATUS.get(type(refusal), 400), refusal.code, refusal.detail)
    if "retry_after_s" in refusal.detail:
        answer.headers["Retry-After"] = str(refusal.detail["retry_after_s"])
    return answer


async def unavailable(_request: Request, failure: Exception) -> Response:
    """Answer when the database does not: keep your changes, try later."""
    assert isinstance(failure, StoreError)  # noqa: S101 - registered for this type only
    answer = problem(503, "unavailable")
    answer.headers["Retry-After"] = "30"
    return answer


async def not_served(_request: Request, failure: Exception) -> Response:
    """Answer what this server does not serve."""
    assert isinstance(failure, HTTPException)  # noqa: S101 - registered for this type only
    return problem(failure.status_code, _CODES.get(failure.status_code, "refused"))

"""The outermost layer: says who may come in, counts and logs each request, and lets no exception
show its text.
"""

import time

from anyio.to_thread import current_default_thread_limiter
from starlette.datastructures import Headers
from starlette.requests import ClientDisconnect
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from protocol import signing
from protocol.limits import MAX_REQUEST
from server.config.logs import Log
from server.http.limits import Admission, TooManyRequests
from server.http.metrics import Metrics
from server.http.problems import answer_to, problem
from server.services.errors import Refusal, TooLarge

_UNAUTHENTICATED = 401


class Guard:
    """Wraps the application, whose work is done by ``threads`` threads."""

    def __init__(
        self, app: ASGIApp, log: Log, metrics: Metrics, admission: Admission, threads: int
    ) -> None:
        self._app = app
        self._threads = threads
        self._log = log
        self._metrics = metrics
        self._admission = admission

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        # As many as connections to PostgreSQL: none is held up waiting for one, and whoever comes
        # next waits in the loop, in order. Known only once the loop runs, hence here.
        current_default_thread_limiter().total_tokens = self._threads
        status = 0
        held = 0
        started = time.perf_counter()
        address = _address(scope)

        async def note(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        async def hold() -> Message:
            nonlocal held
            message = await receive()
            size = len(message.get("body", b""))
            if size:
                self._admission.hold(address, size)
                held += size
            return message

        try:
            self._admit(scope, address)
            _check_length(scope)
            await self._app(scope, hold, note)
        except (TooManyRequests, TooLarge) as refusal:
            await _refusal(scope, refusal)(scope, receive, note)
        except ClientDisconnect:
            pass  # a line was cut while a body came: nobody is there to be answered
        except Exception as failure:  # noqa: BLE001 - the top: nothing may go further
            # By type alone: the text of an exception may quote what somebody wrote.
            self._log.error("failed", failure=type(failure).__name__, place=_place(failure))
            if status == 0:
                await problem(500, "internal")(scope, receive, note)
        finally:
            self._admission.release(address, held)
        if status == _UNAUTHENTICATED:
            self._admission.note_failure(address)
        # Only routes that exist: a scanner's invented paths would become as many counters.
        route = getattr(scope.get("route"), "path", "other")
        self._metrics.answered(route, status, time.perf_counter() - started)

    def _admit(self, scope: Scope, address: str) -> None:
        headers = Headers(scope=scope)
        if signing.HEADER_SIGNATURE in headers:
            self._admission.admit_signed(address, headers.get(signing.HEADER_DEVICE, ""))
        else:
            self._admission.admit_stranger(address)


def _check_length(scope: Scope) -> None:
    """Refuse a body that does not say how long it is: raise ``TooLarge``.

    It comes in pieces of any size, each of which costs the loop: of one byte, a few hands that
    never have to sign would keep everybody waiting.
    """
    if _is_endless(scope):
        raise TooLarge(reason="body", limit=MAX_REQUEST)


def _refusal(scope: Scope, refusal: Refusal) -> Response:
    answer = answer_to(refusal)
    if _is_endless(scope):
        answer.headers["Connection"] = "close"
    return answer


def _is_endless(scope: Scope) -> bool:
    return "transfer-encoding" in Headers(scope=scope)


def _address(scope: Scope) -> str:
    """Return where a request comes from; a proxy's word has been taken already, if there is one."""
    client = scope.get("client")
    return client[0] if client else ""


def _place(failure: BaseException) -> str:
    """Return where it failed: a file of ours and a line."""
    trace = failure.__traceback__
    found = ""
    while trace is not None:
        code = trace.tb_frame.f_code
        if "server" in code.co_filename:
            found = f"{code.co_name}:{trace.tb_lineno}"
        trace = trace.tb_next
    return found

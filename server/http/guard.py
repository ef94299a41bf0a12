"""The outermost layer: counts and logs each request, and lets no exception show its text."""

import time

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from server.config.logs import Log
from server.http.metrics import Metrics
from server.http.problems import problem


class Guard:
    """Wraps the application."""

    def __init__(self, app: ASGIApp, log: Log, metrics: Metrics) -> None:
        self._app = app
        self._log = log
        self._metrics = metrics

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        status = 0
        started = time.perf_counter()

        async def note(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        try:
            await self._app(scope, receive, note)
        except Exception as failure:  # noqa: BLE001 - the top: nothing may go further
            # By type alone: the text of an exception may quote what somebody wrote.
            self._log.error("failed", failure=type(failure).__name__, place=_place(failure))
            if status == 0:
                await problem(500, "internal")(scope, receive, note)
        # Only routes that exist: a scanner's invented paths would become as many counters.
        route = getattr(scope.get("route"), "path", "other")
        self._metrics.answered(route, status, time.perf_counter() - started)


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

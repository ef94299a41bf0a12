"""The real server in this process, where time stands still and chance repeats itself.

The same exchange then leaves the very same rows, and two runs can be compared row by row.
"""

import asyncio
import io
import ssl
import threading
from dataclasses import dataclass, field, replace
from datetime import datetime
from random import Random

import uvicorn

from server.__main__ import configuration
from server.app import build
from server.config.logs import make_log
from tests.campaigns.proxy import FaultProxy
from tests.support.office import Premises


@dataclass
class ExactOffice:
    """A server in clear on loopback, on the premises' PostgreSQL, behind a proxy that ends TLS."""

    premises: Premises
    moment: datetime
    seed: int
    _chance: Random = field(init=False)

    def __post_init__(self) -> None:
        self.begin_again()
        settings = replace(self.premises.settings, tls_cert=None, tls_key=None)
        app = build(
            self.premises.database,
            settings,
            clock=lambda: self.moment,
            random=self._drawn,
            log=make_log(io.StringIO()),
        )
        self._server = uvicorn.Server(configuration(app, settings))
        self._started = threading.Event()
        self._thread = threading.Thread(target=self._serve, name="exact office", daemon=True)
        self._thread.start()
        assert self._started.wait(30)
        self.proxy = FaultProxy(self.port, self._certificate())
        self.proxy.open()

    def begin_again(self) -> None:
        """Let chance repeat itself from here."""
        self._chance = Random(self.seed)

    def _drawn(self, count: int) -> bytes:
        return self._chance.randbytes(count)

    def close(self) -> None:
        """Stop serving."""
        self.proxy.close()
        self._server.should_exit = True
        self._thread.join(timeout=30)

    def _certificate(self) -> ssl.SSLContext:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        settings = self.premises.settings
        assert settings.tls_cert is not None
        context.load_cert_chain(settings.tls_cert, settings.tls_key)
        return context

    def _serve(self) -> None:
        asyncio.run(self._serve_until_told())

    async def _serve_until_told(self) -> None:
        serving = asyncio.create_task(self._server.serve())
        while not self._server.started:
            await asyncio.sleep(0.005)
        self.port = int(self._server.servers[0].sockets[0].getsockname()[1])
        self._started.set()
        await serving

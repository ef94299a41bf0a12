"""More servers on the premises' PostgreSQL: with other bounds, or real processes."""

import contextlib
import itertools
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path

import uvicorn

from server.__main__ import configuration
from server.app import build
from server.config.logs import make_log
from server.config.settings import Bounds
from server.store.registry import Department
from tests.support.office import Office, Premises
from tests.support.relay import Relay

_PATIENCE_S = 60.0
_ROOT = Path(__file__).parents[2]


@dataclass
class ManyDoors(Office):
    """An office reached through several servers, each request by the next door."""

    doors: list[int] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._turns = itertools.cycle(self.doors)

    @property
    def url(self) -> str:
        """Return the address of the next server."""
        return f"https://localhost:{next(self._turns)}"


def office_at(premises: Premises, *ports: int, department: Department | None = None) -> ManyDoors:
    """Return an office, by default with an empty département, reached at these ports in turn."""
    road = Relay(ports[0], port=ports[0])  # there is none: laptops connect to the servers
    return ManyDoors(premises, department or premises.new_department(), road, doors=list(ports))


@contextmanager
def server_within(premises: Premises, bounds: Bounds) -> Iterator[int]:
    """Serve from a thread of this process, with bounds of one's own; give the port."""
    settings = replace(premises.settings, bounds=replace(bounds, stopping_s=0.1))
    app = build(premises.database, settings, clock=premises.clock, log=make_log(premises.log))
    server = uvicorn.Server(configuration(app, settings))
    thread = threading.Thread(target=server.run, name="bounded-office", daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.005)
    try:
        yield int(server.servers[0].sockets[0].getsockname()[1])
    finally:
        server.should_exit = True
        thread.join(timeout=30)


@dataclass
class ServerProcess:
    """``coffre-server`` in a process of its own, or several."""

    premises: Premises
    workers: int = 1
    database_url: str | None = None
    port: int = 0
    output: str = ""

    def __post_init__(self) -> None:
        self.port = self.port or free_port()
        settings = self.premises.settings
        environ = {
            **os.environ,
            "COFFRE_DATABASE_URL": self.database_url or self.premises.url,
            "COFFRE_PORT": str(self.port),
            "COFFRE_WORKERS": str(self.workers),
            "COFFRE_TLS_CERT": str(settings.tls_cert),
            "COFFRE_TLS_KEY": str(settings.tls_key),
        }
        self._process = subprocess.Popen(
            [sys.executable, "-m", "server"],
            cwd=_ROOT,
            env=environ,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        # Read all along: a full pipe would stop the server.
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    @property
    def pid(self) -> int:
        """Return the identifier of the process that was started."""
        return self._process.pid

    @property
    def exit_code(self) -> int | None:
        """Return how it ended, once it has."""
        return self._process.poll()

    def wait_until_it_listens(self) -> None:
        """Wait until connections are taken."""
        give_up = time.monotonic() + _PATIENCE_S
        while not _answers_tls(self.port):
            if self._process.poll() is not None or time.monotonic() > give_up:
                raise AssertionError(f"the server did not start: {self.output}")
            time.sleep(0.05)

    def ask_to_stop(self) -> None:
        """Ask it to finish what it does and end."""
        self._process.send_signal(signal.SIGTERM)

    def stop(self) -> int:
        """Ask it to stop, wait, and return its exit code."""
        if self._process.poll() is None:
            self.ask_to_stop()
        try:
            code = self._process.wait(_PATIENCE_S)
        finally:
            self._process.kill()
            self._reader.join(5)
            assert self._process.stdout is not None
            self._process.stdout.close()
        return code

    def _read(self) -> None:
        assert self._process.stdout is not None
        for line in self._process.stdout:
            self.output += line


@contextmanager
def running(*servers: ServerProcess) -> Iterator[None]:
    """Wait for servers, and stop them in the end."""
    try:
        for server in servers:
            server.wait_until_it_listens()
        yield
    finally:
        for server in servers:
            server.stop()


def free_port() -> int:
    """Return a port of this machine that nobody uses."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        return int(free.getsockname()[1])


def _answers_tls(port: int) -> bool:
    """Tell whether a server speaks there: the socket is open before any process serves."""
    with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 5) as tried:
        # Bare HTTP on a TLS port is answered by an alert and a close, if by anybody.
        tried.sendall(b"GET / HTTP/1.1\r\n\r\n")
        tried.settimeout(2)
        return tried.recv(1) is not None
    return False

"""An office that can be killed: the server as it is installed and PostgreSQL, each a process."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psycopg

from tests.campaigns.faulty_server import Variant
from tests.campaigns.road import CuttingRoad
from tests.support.office import Office, Premises

_ROOT = Path(__file__).parents[2]
_PATIENCE_S = 30.0
_STARTS = 5
_SERVER = "server"
_FAULTY = "tests.campaigns.faulty_server"


@dataclass
class House:
    """One département of durable premises, served by a process of its own."""

    premises: Premises
    variant: Variant | None = None
    office: Office = field(init=False)
    road: CuttingRoad = field(init=False)

    def __post_init__(self) -> None:
        self._port = _free_port()
        self.road = CuttingRoad(self._port)
        self.premises.set_road(self.road, is_open=True)
        self.office = Office(self.premises, self.premises.new_department(), self.road)
        self._server = self._start_server()

    @property
    def is_up(self) -> bool:
        """Tell whether the server's process lives."""
        return self._server.poll() is None

    def kill_server(self) -> None:
        """End the server as a power cut would."""
        self._server.kill()
        self._server.wait(_PATIENCE_S)

    def kill_postgresql(self) -> None:
        """End every process of PostgreSQL at once, before it writes anything more."""
        with self.connection() as connection:
            rows = connection.execute("SELECT pid FROM pg_stat_activity").fetchall()
            pids = [self._postmaster(), *(pid for (pid,) in rows)]
            for pid in pids:
                _kill(pid)
        _wait(lambda: not any(map(_is_alive, pids)))
        # Where nobody buries the dead, their number would be taken for a server that runs.
        sockets = Path(self._pid_file.read_text("utf-8").splitlines()[4])
        for path in (*sockets.glob(".s.PGSQL.*"), self._pid_file):
            path.unlink()

    def recover(self) -> None:
        """Start again what was killed, on the same data."""
        if not self._pid_file.exists():
            self._start_postgresql()
            _wait(self.premises.database.answers)  # what was connected finds out at its first use
        if not self.is_up:
            self._server = self._start_server()

    def connection(self) -> "psycopg.Connection[tuple[Any, ...]]":  # whatever is asked for
        """Return a connection of one's own to the département."""
        found = psycopg.connect(self.premises.url, autocommit=True)
        found.execute(f"SET search_path TO {self.office.department.schema}".encode())
        return found

    def close(self) -> None:
        """Stop the server."""
        self.kill_server()
        self.premises.set_road(self.road, is_open=False)

    def _start_postgresql(self) -> None:
        for _ in range(_STARTS):
            try:
                self.premises._postgresql.ensure_postgres_running()
            except subprocess.TimeoutExpired:  # it waits ten seconds; a busy disk may need more
                continue
            return
        raise TimeoutError("PostgreSQL does not start again")

    @property
    def _pid_file(self) -> Path:
        return self.premises._postgresql.pgdata / "postmaster.pid"

    def _postmaster(self) -> int:
        return int(self._pid_file.read_text("utf-8").split()[0])

    def _start_server(self) -> "subprocess.Popen[bytes]":
        settings = self.premises.settings
        module = [_SERVER] if self.variant is None else [_FAULTY, self.variant.name]
        options = {
            "--database-url": self.premises.url,
            "--data-dir": str(settings.data_dir),
            "--port": str(self._port),
            "--tls-cert": str(settings.tls_cert),
            "--tls-key": str(settings.tls_key),
        }
        given = [part for option in options.items() for part in option]
        log = settings.data_dir / "server.log"
        with log.open("ab") as file:
            process = subprocess.Popen(
                [sys.executable, "-m", *module, *given], cwd=_ROOT, stdout=file, stderr=file
            )
        _wait(lambda: process.poll() is not None or _listens(self._port))
        if process.poll() is not None:
            raise ChildProcessError(log.read_text("utf-8")[-2_000:])
        return process


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return int(listener.getsockname()[1])


def _listens(port: int) -> bool:
    try:
        socket.create_connection(("127.0.0.1", port), timeout=1).close()
    except OSError:
        return False
    return True


def _kill(pid: int) -> None:
    try:
        os.kill(pid, signal.SIGKILL)
    except ProcessLookupError:
        return


def _is_alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    status = Path(f"/proc/{pid}/stat")
    try:
        return status.read_text("utf-8").rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def _wait(condition: Callable[[], bool]) -> None:
    until = time.monotonic() + _PATIENCE_S
    while not condition():
        if time.monotonic() > until:
            raise TimeoutError("nothing happens")
        time.sleep(0.01)

"""The office: its certificate, its process, and what the Département's IT does once."""

import contextlib
import csv
import json
import os
import queue
import socket
import ssl
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Sequence
from pathlib import Path
from types import TracebackType
from typing import Self

from desktop.domain.territory import Territory
from protocol.kinds import Place
from protocol.kinds.people import StructureKind
from server.admin.commands import run
from server.admin.options import make_parser
from server.config.ports import system_clock, system_random
from server.config.settings import Settings
from server.services.administration import Administration
from server.services.opening import open_database, server_of
from server.store.database import Database, Mode
from tools.demo.certificates import Certificates
from tools.demo.stage import own_temporary_folder
from tools.demo.team import rows

DEPARTMENT = "79"
_STARTS_IN_S = 60.0
_STOPS_IN_S = 30.0


class OfficeFailed(Exception):
    """The office did not start; the text is for whoever runs the demonstration."""


class OfficeProcess:
    """``coffre-server`` on its embedded PostgreSQL, over TLS, until ``close``."""

    def __init__(self, folder: Path, certificates: Certificates, log: Path) -> None:
        self.folder = folder
        self.port = free_port()
        self.log = log
        folder.mkdir(parents=True, exist_ok=True)
        options = ["--port", str(self.port)]
        options += ["--tls-cert", str(certificates.certificate)]
        options += ["--tls-key", str(certificates.key)]
        self._log = log.open("ab")
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tools.demo.office_process", "serve", str(folder), *options],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._log,
            env=_environment(),
            # Ctrl+C is for the demonstration, which stops the office in its turn.
            start_new_session=True,
        )
        self._lines: queue.Queue[bytes] = queue.Queue()
        self._reader = threading.Thread(target=self._read, name="office-log", daemon=True)
        self._reader.start()
        try:
            self.database_url = self._database_url()
            self._wait(certificates)
        except BaseException:
            self.close()
            raise

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        failure: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    @property
    def pid(self) -> int:
        """Identifier of the process."""
        return self._process.pid

    def close(self) -> None:
        """Stop the server and its PostgreSQL; safe to call twice."""
        if self._process.stdin is not None:
            with contextlib.suppress(OSError):
                self._process.stdin.close()
        try:
            self._process.wait(_STOPS_IN_S)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._reader.join(_STOPS_IN_S)
        if self._process.stdout is not None:
            self._process.stdout.close()
        self._log.close()

    def open_database(self) -> Database:
        """Return the office's database, for its administration; closing it is the caller's."""
        return open_database(Settings(database_url=self.database_url, data_dir=self.folder))

    def dump(self) -> str:
        """Return everything PostgreSQL holds, as text, to look for what must not be there."""
        database = self.open_database()
        try:
            with database.transaction("coffre", Mode.SNAPSHOT) as connection:
                tables = connection.execute(
                    "SELECT schemaname, tablename FROM pg_tables"
                    " WHERE schemaname NOT IN ('pg_catalog', 'information_schema') ORDER BY 1, 2"
                ).fetchall()
                parts = []
                for schema, table in tables:
                    query = f'SELECT t::text FROM "{schema}"."{table}" t'  # noqa: S608  # our tables
                    parts += [str(row[0]) for row in connection.execute(query.encode())]
        finally:
            database.close()
        return "\n".join(parts)

    def _read(self) -> None:
        """Keep the server's log, and hand its first line over."""
        if self._process.stdout is None:
            return
        for line in self._process.stdout:
            self._lines.put(line)
            self._log.write(line)
            self._log.flush()
        self._lines.put(b"")

    def _database_url(self) -> str:
        try:
            line = self._lines.get(timeout=_STARTS_IN_S)
        except queue.Empty:
            line = b""
        try:
            return str(json.loads(line)["database"])
        except (ValueError, KeyError):
            raise OfficeFailed(f"Le serveur n’a pas démarré\u00a0: voir {self.log}.") from None

    def _wait(self, certificates: Certificates) -> None:
        """Return when the office answers over TLS."""
        context = ssl.create_default_context(cafile=str(certificates.authority))
        direct = urllib.request.build_opener(
            urllib.request.ProxyHandler({}), urllib.request.HTTPSHandler(context=context)
        )
        deadline = time.monotonic() + _STARTS_IN_S
        while time.monotonic() < deadline and self._process.poll() is None:
            try:
                with direct.open(f"https://localhost:{self.port}/v1/hello", timeout=5):
                    return
            except (OSError, urllib.error.URLError):
                time.sleep(0.05)
        raise OfficeFailed(f"Le serveur ne répond pas\u00a0: voir {self.log}.")


def stop_left_over(folder: Path) -> None:
    """Stop the PostgreSQL of an office that was killed before it could."""
    if (folder / "postgresql" / "postmaster.pid").exists():
        command = [sys.executable, "-m", "tools.demo.office_process", "stop", str(folder)]
        subprocess.run(command, env=_environment(), check=True)


def found(office: OfficeProcess, folder: Path, territory: Territory) -> dict[str, str]:
    """Create the département with the commands of ``coffre-admin``; return invitations by name."""
    database = office.open_database()
    try:
        administration = Administration(database, server_of(database), system_clock, system_random)

        def command(*words: str) -> Sequence[str]:
            return run(administration, make_parser().parse_args(words), lambda question: "")

        command("create-department", DEPARTMENT, "Deux-Sèvres")
        for row in rows("structures"):
            words = [row["nom"], "--category", row["type"], "--commune", row["commune"]]
            if row["type"] == StructureKind.CMP:
                words.append("--sensitive")
            command("add-structure", *words)
        professionals = folder / "professionals.csv"
        _write(professionals, rows("professionals"))
        command("import-professionals", str(professionals))
        places = folder / "places.csv"
        _write(places, [_placed(row, territory) for row in rows("places")])
        command("import-places", str(places))
        department = administration.department(DEPARTMENT)
        for place in administration.all_of(department, Place):
            # Said outright: laptops list the lieux that are in use.
            administration.change(department, Place, place.id, {"active": True})
        return {row["nom"]: command("invite", row["nom"])[0] for row in rows("professionals")}
    finally:
        database.close()


def free_port(*candidates: int) -> int:
    """Return the first of these ports that is free, or any free one."""
    for port in (*candidates, 0):
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
            return int(probe.getsockname()[1])
    raise OfficeFailed("Aucun port n’est libre sur cette machine.")


def _environment() -> dict[str, str]:
    """Return this environment with a temporary folder of this user's for PostgreSQL's lock.

    Without a login session the lock would be in the folder that everybody shares, and belong to
    whoever came first.
    """
    return {**os.environ, "TMPDIR": str(own_temporary_folder())}


def _placed(row: dict[str, str], territory: Territory) -> dict[str, str]:
    """A lieu with the coordinates of its town hall."""
    commune = territory.commune(row["commune"])
    if commune is None:
        raise LookupError(row["commune"])
    return {**row, "latitude": str(commune.latitude), "longitude": str(commune.longitude)}


def _write(path: Path, table: list[dict[str, str]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(table[0]), delimiter=";")
        writer.writeheader()
        writer.writerows(table)

"""The barest correct way to keep and carry the same rows: what Coffre's sync is set beside.

Rows go by ``executemany`` into SQLCipher with Coffre's own tables, indexes and pragmas, by ``COPY``
into PostgreSQL, and as one zstd body over one HTTPS connection. No rights, versions, merging,
acknowledgement, paging or checks: nothing that makes a synchronisation.
"""

import http.client
import ssl
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import msgspec
import psycopg

from desktop.store.database import EncryptedDatabase, create_database
from desktop.store.records import Records
from desktop.store.schema import columns, first_schema
from desktop.store.sealed_texts import SealedTexts
from protocol import compression
from protocol.kinds import KINDS
from protocol.values import Wire

KEY = "5a" * 48
Row = tuple[str, str, dict[str, Wire]]
"""Kind, identifier, values by name."""
CARRIED = ("person", "circle_member", "circle_key", "follow_up")
"""The kinds a benchmark's caseload is made of, the keys of its dossiers included."""


class RawLaptop:
    """The rows in SQLCipher, one transaction at a time."""

    def __init__(self, path: Path) -> None:
        self._database = create_database(path, KEY)
        self._records = Records(self._database, SealedTexts(self._database))
        with self._database.transaction():
            for statement in first_schema():
                self._database.execute(statement)

    def put(self, rows: Sequence[Row]) -> None:
        """Write rows and what they bring the laptop to, in one transaction."""
        with self._database.transaction():
            for name, spec in KINDS.items():
                values = [
                    (rid, *(_column(data.get(item)) for item in columns(spec)[1:]))
                    for kind, rid, data in rows
                    if kind == name
                ]
                marks = ", ".join("?" * len(columns(spec)))
                self._database.execute_many(
                    f'INSERT OR REPLACE INTO "{name}" VALUES ({marks})', values
                )
            self._note()

    def put_arrays(self, rows: Sequence[Sequence[Any]]) -> None:
        """Write rows in the form in which ``read`` gives them, in one transaction."""
        with self._database.transaction():
            for name, spec in KINDS.items():
                marks = ", ".join("?" * len(columns(spec)))
                self._database.execute_many(
                    f'INSERT OR REPLACE INTO "{name}" VALUES ({marks})',
                    [(rid, *values) for kind, rid, values in rows if kind == name],
                )
            self._note()

    def read(self) -> list[list[object]]:
        """Return every row."""
        return [
            [name, *row]
            for name in CARRIED
            for row in self._database.rows(f'SELECT * FROM "{name}"')
        ]

    def read_some(self, rids: Sequence[str]) -> list[list[object]]:
        """Return one field of some follow-ups."""
        marks = ", ".join("?" * len(rids))
        rows = self._database.rows(
            f'SELECT "id", "summary" FROM "follow_up" WHERE "id" IN ({marks})', rids
        )
        return [list(row) for row in rows]

    def change(self, fields: Sequence[Sequence[object]]) -> None:
        """Write one field of some follow-ups."""
        with self._database.transaction():
            self._database.execute_many(
                'UPDATE "follow_up" SET "summary" = ? WHERE "id" = ?',
                [(text, rid) for rid, text in fields],
            )
            self._note()

    def acknowledge(self) -> None:
        """Write down that the office has it all."""
        with self._database.transaction():
            self._note()

    def close(self) -> None:
        """Close the file."""
        self._database.close()

    def _note(self) -> None:
        self._database.execute("INSERT OR REPLACE INTO sync_state VALUES ('cursor', '1')")


class RawOffice:
    """The rows in one table of PostgreSQL."""

    def __init__(self, url: str) -> None:
        self._connection = psycopg.connect(url, autocommit=True)
        self._connection.execute("DROP TABLE IF EXISTS raw_record")
        self._connection.execute(
            "CREATE TABLE raw_record (kind text, rid uuid PRIMARY KEY, data jsonb)"
        )

    def take(self, body: bytes) -> bytes:
        """Store every row, on disk when this returns."""
        rows: list[list[Any]] = msgspec.json.decode(compression.decompress(body, limit=1 << 30))
        with (
            self._connection.transaction(),
            self._connection.cursor() as cursor,
            cursor.copy("COPY raw_record (kind, rid, data) FROM STDIN") as copy,
        ):
            for kind, rid, *values in rows:
                copy.write_row((kind, rid, msgspec.json.encode(values).decode()))
        return b"{}"

    def give(self, body: bytes) -> bytes:
        """Return every row."""
        del body
        row = self._connection.execute(
            "SELECT json_agg(json_build_array(kind, rid, data))::text FROM raw_record"
        ).fetchone()
        assert row is not None
        return compression.compress(row[0].encode())

    def change(self, body: bytes) -> bytes:
        """Store some fields, on disk when this returns."""
        fields: list[list[Any]] = msgspec.json.decode(compression.decompress(body))
        with self._connection.transaction(), self._connection.cursor() as cursor:
            cursor.executemany(
                "UPDATE raw_record SET data = jsonb_set(data, '{10}', to_jsonb(%s::text))"
                " WHERE rid = %s",
                [(text, rid) for rid, text in fields],
            )
        return b"{}"

    def give_some(self, body: bytes) -> bytes:
        """Return one field of the rows asked for."""
        rids: list[str] = msgspec.json.decode(body)
        rows = self._connection.execute(
            "SELECT rid::text, data ->> 10 FROM raw_record WHERE rid = ANY(%s::uuid[])", (rids,)
        ).fetchall()
        return compression.compress(msgspec.json.encode(rows))

    def nothing(self, body: bytes) -> bytes:
        """Say that nothing is new."""
        del body
        self._connection.execute("SELECT seq FROM (VALUES (1)) AS s (seq)").fetchone()
        return b"{}"

    def close(self) -> None:
        """Forget the rows."""
        self._connection.execute("DROP TABLE raw_record")
        self._connection.close()


Answer = Callable[[bytes], bytes]


class Line:
    """One open HTTPS connection."""

    def __init__(self, port: int, authority: Path) -> None:
        context = ssl.create_default_context(cafile=str(authority))
        self._connection = http.client.HTTPSConnection("localhost", port, context=context)
        self._connection.connect()

    def ask(self, path: str, body: bytes) -> bytes:
        """Send a body, return the answer's."""
        self._connection.request("POST", path, body)
        return self._connection.getresponse().read()

    def close(self) -> None:
        """Hang up."""
        self._connection.close()


@contextmanager
def served(office: RawOffice, folder: Path, authority: Path) -> Iterator[Line]:
    """Serve the raw office over HTTPS with the certificate in ``folder``; hand out a connection."""
    answers: dict[str, Answer] = {
        "/take": office.take,
        "/give": office.give,
        "/change": office.change,
        "/some": office.give_some,
        "/nothing": office.nothing,
    }
    server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(answers))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(folder / "server.pem", folder / "server.key")
    server.socket = context.wrap_socket(server.socket, server_side=True)
    thread = threading.Thread(target=server.serve_forever, name="raw-office", daemon=True)
    thread.start()
    line = Line(server.server_address[1], authority)
    try:
        yield line
    finally:
        line.close()
        server.shutdown()
        server.server_close()
        thread.join()


def rows_of(database: EncryptedDatabase) -> list[Row]:
    """Return what a laptop of ours holds, for the floor to hold the same."""
    records = Records(database, SealedTexts(database))
    rows: list[Row] = []
    for name in CARRIED:
        for (rid,) in database.rows(f'SELECT "id" FROM "{name}"'):
            rows.append((name, str(rid), records.data(KINDS[name], str(rid)) or {}))
    return rows


def _column(value: Wire) -> object:
    return msgspec.json.encode(value).decode() if isinstance(value, list) else value


def _handler(answers: dict[str, Answer]) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        """Answers at once, in one write."""

        protocol_version = "HTTP/1.1"
        wbufsize = -1  # unbuffered, each small reply would wait 40 ms for an acknowledgement
        disable_nagle_algorithm = True

        def do_POST(self) -> None:  # the library's name
            """Answer."""
            body = self.rfile.read(int(self.headers["Content-Length"]))
            reply = answers[self.path](body)
            self.send_response(200)
            self.send_header("Content-Length", str(len(reply)))
            self.end_headers()
            self.wfile.write(reply)

        def log_message(self, *arguments: object) -> None:
            """Say nothing."""

    return Handler

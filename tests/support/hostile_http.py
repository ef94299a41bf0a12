"""A small HTTPS server on loopback that misbehaves on command.

Each request it receives is kept, and answered by the next of the behaviours it was given. A
behaviour is a function of the connection; when it returns ``False`` the connection is closed.
"""

import contextlib
import io
import queue
import socket
import ssl
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from types import TracebackType

import msgspec
import trustme

from protocol import compression, wire

Connection = socket.socket
Behaviour = Callable[[Connection], bool]

_TLS_GREETING = b"\x16"


@dataclass(frozen=True)
class Received:
    """One request, as it came."""

    method: str
    target: str
    headers: Mapping[str, str]
    """Names in lower case."""
    body: bytes
    connection: int
    """Which connection it came by, from 1."""


@dataclass
class HostileServer:
    """Listens on 127.0.0.1; use it in a ``with``. Without a context it speaks bare HTTP."""

    context: ssl.SSLContext | None
    received: list[Received] = field(default_factory=list)
    connections: int = 0

    def __post_init__(self) -> None:
        self._behaviours: queue.SimpleQueue[Behaviour] = queue.SimpleQueue()
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = int(self._listener.getsockname()[1])
        self._open: set[socket.socket] = set()
        self._lock = threading.Lock()
        self._threads: list[threading.Thread] = []
        self.stopped = threading.Event()

    def will(self, *behaviours: Behaviour) -> None:
        """Behave so, one request after another."""
        for behaviour in behaviours:
            self._behaviours.put(behaviour)

    def __enter__(self) -> "HostileServer":
        self._start(self._accept)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        found: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stopped.set()
        with contextlib.suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        with self._lock:
            still_open = list(self._open)
        for connection in still_open:
            with contextlib.suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)
        for thread in list(self._threads):
            thread.join(10)

    def _start(self, work: Callable[..., None], *arguments: object) -> None:
        thread = threading.Thread(target=work, args=arguments, daemon=True)
        self._threads.append(thread)
        thread.start()

    def _accept(self) -> None:
        while not self.stopped.is_set():
            try:
                bare, _ = self._listener.accept()
            except OSError:
                return
            bare.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            self.connections += 1
            self._start(self._talk, bare, self.connections)

    def _talk(self, bare: socket.socket, number: int) -> None:
        connection = bare
        with self._lock:
            self._open.add(bare)
        try:
            if self.context is not None:
                connection = self.context.wrap_socket(bare, server_side=True)
                with self._lock:
                    self._open.add(connection)
            with connection.makefile("rb") as reader:
                for request in iter(lambda: _read_request(reader, number), None):
                    self.received.append(request)
                    if not self._behaviours.get(timeout=10)(connection):
                        break
        except (OSError, queue.Empty):
            pass
        finally:
            with self._lock:
                self._open -= {bare, connection}
            connection.close()
            bare.close()


def _read_request(reader: io.BufferedReader, number: int) -> Received | None:
    if reader.peek(1)[:1] == _TLS_GREETING:
        return Received("TLS", "", {}, reader.read1(), number)
    line = reader.readline()
    if not line:
        return None
    method, target, _ = line.decode("ascii").split()
    headers: dict[str, str] = {}
    while (line := reader.readline()) not in (b"\r\n", b""):
        name, _, value = line.decode("latin-1").partition(":")
        headers[name.strip().lower()] = value.strip()
    length = int(headers.get("content-length", "0"))
    body = reader.read(length)
    if len(body) < length:  # given up on the way: not a request
        return None
    return Received(method, target, headers, body, number)


def answer(
    status: int = 200,
    body: bytes = b"",
    *,
    kind: str = "application/json",
    headers: Mapping[str, str] | None = None,
    declared: int | None = None,
    stay: bool = True,
) -> Behaviour:
    """Answer; ``declared`` lies about the length, ``stay=False`` hangs up afterwards in silence."""
    head = {
        "Content-Type": kind,
        "Content-Length": str(len(body) if declared is None else declared),
    }
    head |= headers or {}
    lines = [f"HTTP/1.1 {status} So", *(f"{name}: {value}" for name, value in head.items())]
    raw = ("\r\n".join(lines) + "\r\n\r\n").encode("latin-1") + body

    def behave(connection: Connection) -> bool:
        connection.sendall(raw)
        return stay

    return behave


def message(sent: msgspec.Struct, *, status: int = 200, stay: bool = True) -> Behaviour:
    """Answer as the real office does: JSON under zstd."""
    body = compression.compress(wire.encode(sent))
    return answer(status, body, headers={"Content-Encoding": "zstd"}, stay=stay)


def problem(
    status: int,
    code: str,
    detail: dict[str, object] | None = None,
    headers: Mapping[str, str] | None = None,
) -> Behaviour:
    """Refuse as the real office does."""
    return answer(status, wire.encode(wire.Problem(code, detail or {})), headers=headers)


def page(status: int = 200, headers: Mapping[str, str] | None = None) -> Behaviour:
    """Answer with a page for people, as portals and filters do."""
    body = b"<!doctype html><title>Bienvenue</title><form>Votre chambre ?</form>"
    return answer(status, body, kind="text/html; charset=utf-8", headers=headers)


def raw(sent: bytes) -> Behaviour:
    """Send these bytes and hang up."""

    def behave(connection: Connection) -> bool:
        connection.sendall(sent)
        return False

    return behave


def hang_up(connection: Connection) -> bool:
    """Read the request and say nothing."""
    return False


def trickle(server: HostileServer, head: bytes, piece: bytes, every_s: float) -> Behaviour:
    """Send ``head``, then ``piece`` again and again, slowly, until the server stops."""

    def behave(connection: Connection) -> bool:
        connection.sendall(head)
        while not server.stopped.wait(every_s):
            connection.sendall(piece)
        return False

    return behave


def silence(server: HostileServer) -> Behaviour:
    """Keep the connection and never answer."""

    def behave(connection: Connection) -> bool:
        server.stopped.wait()
        return False

    return behave


def server_context(certificate: trustme.LeafCert) -> ssl.SSLContext:
    """Return the TLS settings of a server with that certificate."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    certificate.configure_cert(context)
    return context


def tunnel(target_port: int, seen: list[bytes]) -> Behaviour:
    """Behave as a proxy: whatever CONNECT asks for, lead to ``target_port`` on this machine."""

    def copy(source: socket.socket, sink: socket.socket) -> None:
        with contextlib.suppress(OSError):
            while data := source.recv(1 << 16):
                seen.append(data)
                sink.sendall(data)
        with contextlib.suppress(OSError):
            sink.shutdown(socket.SHUT_WR)

    def behave(connection: Connection) -> bool:
        with socket.create_connection(("127.0.0.1", target_port)) as onward:
            connection.sendall(b"HTTP/1.1 200 Connection established\r\n\r\n")
            back = threading.Thread(target=copy, args=(onward, connection), daemon=True)
            back.start()
            copy(connection, onward)
            back.join(10)
        return False

    return behave

"""A device reduced to its key and its counter: speaks the wire, remembers nothing else.

For tests of the office; the real laptop is ``desktop``.
"""

import os
import time
from base64 import b64encode
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import requests
from nacl.signing import SigningKey

from protocol import compression, signing, wire
from protocol.clock import from_millis
from protocol.ids import uuid7
from protocol.kinds import SCHEMA_VERSION, SYNCED
from protocol.kinds.people import Job
from protocol.values import CLEAR_KEY
from tests.support.office import Office

Fields = Mapping[str, Any]  # wire values, right or wrong


def fresh_id() -> str:
    """Return a new identifier."""
    return uuid7(time.time_ns() // 1_000_000, os.urandom(10))


def now_hlc(*, later_ms: int = 0) -> int:
    """Return the clock value of the present moment, or of a moment near it."""
    return from_millis(int(datetime.now(UTC).timestamp() * 1000) + later_ms)


BEFORE_SEALING = 3
"""The last set of declarations whose laptops wrote what a circle shares in clear."""


@dataclass(frozen=True, slots=True)
class Op:
    """An operation with names instead of numbers."""

    kind: str
    rid: str
    fields: Fields = field(default_factory=dict)
    verb: int = wire.PUT
    base: int = 0
    hlc: int | None = None


def _is_clear(op: Op) -> bool:
    """Tell whether an operation says in clear what laptops of today seal, or write no more."""
    spec = SYNCED.get(op.kind)
    texts = {item.name for item in spec.circle_texts} if spec else set()
    if spec and any(op.fields.get(item.name) is not None for item in spec.retired_texts):
        return True
    given = [value for name, value in op.fields.items() if name in texts or name == "lost"]
    return any(str(value).startswith(CLEAR_KEY) for value in given)


class Refused(Exception):
    """The office refused; the test looks at why."""

    def __init__(self, status: int, problem: wire.Problem) -> None:
        super().__init__(f"{status} {problem}")
        self.status = status
        self.code = problem.code
        self.detail = problem.detail


@dataclass
class RawDevice:
    """One enrolled device."""

    office: Office
    device: str
    key: SigningKey
    reply: wire.EnrolReply
    counter: int = 0
    next_op: int = 1
    cursor: int = 0
    seen: dict[tuple[str, str], dict[str, Any]] = field(default_factory=dict)
    """Records received, by kind and identifier."""
    session: requests.Session = field(default_factory=requests.Session)

    @property
    def professional(self) -> str:
        """Return whose device it is."""
        return self.reply.professional

    def send(
        self, body: bytes, *, encoding: str | None = "zstd", change: Mapping[str, str] | None = None
    ) -> bytes:
        """Send a body as it is, signed; ``change`` replaces headers. Raise ``Refused``."""
        self.counter += 1
        headers = self.headers(body)
        if encoding is not None:
            headers["Content-Encoding"] = encoding
        headers.update(change or {})
        return post(self.office, "/v1/sync", body, headers, self.session)

    def headers(self, body: bytes, *, target: str = "/v1/sync") -> dict[str, str]:
        """Return the headers that sign a body with the present counter."""
        signed = signing.SignedRequest(
            server=self.reply.server,
            department=self.reply.department,
            device=self.device,
            counter=self.counter,
            time="2026-11-24T08:40:00Z",
            method="POST",
            target=target,
            body=body,
        )
        return {
            signing.HEADER_DEPARTMENT: signed.department,
            signing.HEADER_DEVICE: signed.device,
            signing.HEADER_COUNTER: str(signed.counter),
            signing.HEADER_TIME: signed.time,
            signing.HEADER_SIGNATURE: self.key.sign(signed.message()).signature.hex(),
        }

    def ask(self, request: wire.SyncRequest) -> wire.SyncReply:
        """Send a request; raise ``Refused``."""
        body = compression.compress(wire.encode(request))
        return wire.decode(self.send(body), wire.SyncReply)

    def request(self, ops: Sequence[Op] = (), **given: Any) -> wire.SyncRequest:
        """Return a request that carries these operations, numbered from the next one."""
        kinds = list(dict.fromkeys(op.kind for op in ops))
        names = list(dict.fromkeys(name for op in ops for name in op.fields))
        hlc = now_hlc()
        packed = [
            wire.Operation(
                op.verb,
                kinds.index(op.kind),
                op.rid,
                op.base,
                (hlc if op.hlc is None else op.hlc) - hlc,
                [part for name, value in op.fields.items() for part in (names.index(name), value)],
            )
            for op in ops
        ]
        values: dict[str, Any] = {
            "protocol": wire.PROTOCOL_VERSION,
            "schema": BEFORE_SEALING if any(map(_is_clear, ops)) else SCHEMA_VERSION,
            "epoch": self.reply.epoch,
            "hlc": hlc,
            "first_op": self.next_op,
            "kinds": kinds,
            "fields": names,
            "ops": packed,
            "cursor": self.cursor,
        }
        return wire.SyncRequest(**{**values, **given})

    def push(self, *ops: Op) -> wire.SyncReply:
        """Send operations without reading; the next ones follow."""
        reply = self.ask(self.request(ops, pull=False))
        self.next_op = reply.ack + 1
        return reply

    def pull(self) -> list[wire.SyncReply]:
        """Read every page; take note of what came."""
        pages: list[wire.SyncReply] = []
        after = None
        while not pages or after is not None:
            page = self.ask(self.request(after=after))
            self.note(page)
            pages.append(page)
            after = page.more
        self.cursor = pages[-1].cursor
        return pages

    def note(self, page: wire.SyncReply) -> None:
        """Take note of a page."""
        dropped = set(page.dropped)
        for key in [key for key, record in self.seen.items() if record["bucket"] in dropped]:
            del self.seen[key]
        for change in page.changes:
            key = page.kinds[change.kind], change.rid
            known = {} if change.whole else self.seen.setdefault(key, {})
            pairs = zip(change.fields[::2], change.fields[1::2], strict=True)
            known.update({page.fields[number]: value for number, value in pairs})
            known["bucket"] = change.bucket
            self.seen[key] = {name: value for name, value in known.items() if value is not None}
        for removal in page.removals:
            self.seen.pop((page.kinds[removal.kind], removal.rid), None)


def enrol(
    office: Office,
    name: str = "Claire Morin",
    job: Job = Job.PSYCHOLOGIST,
    *,
    identity: tuple[str, str] | None = None,
) -> RawDevice:
    """Return a new device of somebody."""
    office.hire(name, job)
    key = SigningKey.generate()
    request = enrolment(office, office.invite(name, job), key, identity=identity)
    reply = wire.decode(post_enrolment(office, request), wire.EnrolReply)
    return RawDevice(office, request.device, key, reply)


def enrolment(
    office: Office,
    invitation: str,
    key: SigningKey,
    *,
    device: str | None = None,
    identity: tuple[str, str] | None = None,
) -> wire.EnrolRequest:
    """Return the request of a new device, with its proof.

    ``identity`` is the seed of the identity key and the encryption key, hexadecimal.
    """
    device = device or fresh_id()
    device_key = key.verify_key.encode().hex()
    # One identity for all the devices of a person: derived from who she is, in tests.
    seed, encryption_key = identity or (("a1" * 32), ("b2" * 32))
    owner = SigningKey(bytes.fromhex(seed))
    keys = (device_key, owner.verify_key.encode().hex(), encryption_key)
    statement = signing.certificate_start(
        identity_key=keys[1], device=device, device_key=device_key
    )
    certificate = owner.sign(statement + b"\x00\x08" + bytes(8) + b"\x00\x0a2026-11-24")
    message = signing.enrolment_message(
        server=hello(office).server, invitation=invitation, device=device, keys=keys
    )
    return wire.EnrolRequest(
        invitation=invitation,
        device=device,
        device_key=device_key,
        identity_key=keys[1],
        encryption_key=keys[2],
        certificate=b64encode(certificate.message + certificate.signature).decode(),
        account_bundle=b64encode(b"bundle").decode(),
        proof=key.sign(message).signature.hex(),
    )


def hello(office: Office) -> wire.Hello:
    """Ask the office who it is."""
    answer = requests.get(f"{office.url}/v1/hello", verify=str(office.authority), timeout=30)
    return wire.decode(answer.content, wire.Hello)


def post_enrolment(office: Office, request: wire.EnrolRequest) -> bytes:
    """Send an enrolment; raise ``Refused``."""
    body = compression.compress(wire.encode(request))
    return post(office, "/v1/devices", body, {"Content-Encoding": "zstd"})


def post(
    office: Office,
    path: str,
    body: bytes,
    headers: Mapping[str, str],
    session: requests.Session | None = None,
) -> bytes:
    """Send bytes to the office; return its clear answer, or raise ``Refused``."""
    poster = session or requests
    answer = poster.post(
        office.url + path,
        data=body,
        headers={"Accept-Encoding": "zstd", **headers},
        verify=str(office.authority),
        timeout=60,
    )
    if answer.status_code != 200:
        raise Refused(answer.status_code, wire.decode(answer.content, wire.Problem))
    return answer.content

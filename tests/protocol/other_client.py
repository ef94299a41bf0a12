"""A laptop of another team: a client of the office written from ``docs/protocol.md`` alone.

It keeps in memory what a real one keeps in a file, and shows, seals and locks nothing. What two
machines need to agree is all here, and nothing of it is imported from the project.
"""

import base64
import copy
import json
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

from nacl.signing import SigningKey

from tests.protocol.other_records import (
    DELETE,
    PUT,
    Held,
    Key,
    Op,
    Told,
    changed,
    home_of,
    names,
    packed,
)
from tests.protocol.other_wire import (
    JSON,
    MODULUS,
    Fields,
    Identity,
    Line,
    Refused,
    canonical,
    digest128,
    new_id,
    now_ms,
    request_lines,
    root_of,
)

BATCH = 1_000
BATCH_BYTES = 1 << 20
AGAIN = 500
TRIES = 5
FAR_MS = 5 * 60 * 1000


class OtherClient:
    """One laptop of one professional."""

    def __init__(self, line: Line) -> None:
        self._line = line
        self._counter = now_ms()
        self._clock = 0
        self.held: dict[Key, Held] = {}
        self.waiting: list[Op] = []
        self.taken: list[Op] = []
        """Acknowledged; kept, in case the office forgets."""
        self.aside: dict[Key, Held] = {}
        """What stood otherwise here when the office had forgotten."""
        self.told = Told()
        self.pages = 0
        self.cursor = 0
        self.acked = 0
        self.anew = False
        """Whether all is read anew, one's own work included."""
        self.mended: list[Key] = []
        self._to_join: list[tuple[Key, str, JSON]] = []
        self._carried_out: list[int] = []
        self._erased_notes: list[str] = []
        self._greeted: JSON = line.get("/v1/hello")
        if self._greeted["coffre"] != "coffre-server":
            raise ValueError("not a Coffre server")
        self.server = str(self._greeted["server"])

    # Who it is

    def enrol(self, invitation: str, identity: Identity | None = None) -> None:
        """Become a laptop of the professional who was invited."""
        self.identity = identity or Identity.generate()
        self._take_new_key()
        keys = (self._key_hex, self.identity.signing_hex, self.identity.encryption_hex)
        lines = ("coffre-enrolment-1", self.server, invitation, self.device, *keys)
        body = {
            "invitation": invitation,
            "device": self.device,
            "device_key": keys[0],
            "identity_key": keys[1],
            "encryption_key": keys[2],
            "certificate": self.identity.certificate(self.device, bytes.fromhex(keys[0])),
            "account_bundle": base64.b64encode(b"only she can open it").decode(),
            "proof": self._signed(lines),
        }
        given = self._line.post("/v1/devices", self._line.packed(body), {})
        self.department = str(given["department"])
        self.professional = str(given["professional"])
        self.epoch = str(given["epoch"])

    def renew(self) -> None:
        """Go on as a new device: this one was copied, or put back from an older copy."""
        former = copy.copy(self)
        self._take_new_key()
        lines = ("coffre-renewal-1", self.server, former.device, self.device, self._key_hex)
        body = {
            "device": self.device,
            "device_key": self._key_hex,
            "certificate": self.identity.certificate(self.device, bytes.fromhex(self._key_hex)),
            "proof": self._signed(lines),
        }
        former.post("/v1/devices/renew", body)
        self.acked, self.taken = 0, []
        self._number(self.waiting, after=0)

    # What its professional does

    def create(self, kind: str, rid: str | None = None, **fields: JSON) -> str:
        """Record something new."""
        rid = rid or new_id()
        made = {"created_at": "2026-11-24T08:00:00Z", "created_by": self.professional, **fields}
        self._add(PUT, kind, rid, made)
        return rid

    def edit(self, kind: str, rid: str, **fields: JSON) -> None:
        """Change some fields; a set is told as ``[[added…], [removed…]]``."""
        self._add(PUT, kind, rid, fields)

    def delete(self, kind: str, rid: str) -> None:
        """Delete a record."""
        self._add(DELETE, kind, rid, {})

    def open_dossier(self, **fields: JSON) -> str:
        """Record a person, and a place for oneself in her circle."""
        person = self.create("person", **{"birth_name": "Durand", "first_name": "Lise", **fields})
        self.invite(person, self.professional)
        return person

    def invite(self, person: str, professional: str) -> str:
        """Give a colleague a place in somebody's circle."""
        return self.create(
            "circle_member",
            person=person,
            professional=professional,
            role="contributor",
            started_on="2026-11-24",
        )

    def seen(self, kind: str, rid: str) -> Fields:
        """Return what the office last gave or took of a record."""
        return self.held[kind, rid].fields

    def of_kind(self, kind: str) -> dict[str, Fields]:
        """Return what is held of a kind."""
        return {key[1]: held.fields for key, held in self.held.items() if key[0] == kind}

    # Synchronising

    def sync(self, *, verify: bool = False) -> JSON:
        """Send what waits, read what is new, prove; return the root the office told, if it did."""
        for _ in range(TRIES):
            try:
                root = self._sync(verify=verify)
            except Refused as refusal:
                if not self._understand(refusal):
                    raise
                continue
            self._join_stale()
            if root is not None and root != self.root():
                self.mended = self.repair()
            return root
        raise RuntimeError("the office goes on refusing")

    def root(self) -> list[JSON]:
        """Return the digest of all that is held, from the records themselves."""
        buckets: dict[str, list[int]] = {}
        for (kind, rid), held in self.held.items():
            said = digest128(canonical(kind, rid, held.fields))
            buckets.setdefault(held.bucket, []).append(said)
        return root_of(buckets)

    def repair(self) -> list[Key]:
        """Find what differs from what the office holds and read it again; return it."""
        told = self.post("/v1/digests", {})
        if told["c"] != self.cursor:
            return []  # it has moved on: the next synchronisation compares anew
        theirs = {bucket: (records, int(total, 16)) for bucket, records, total in told["b"]}
        mended: list[Key] = []
        for bucket in sorted({*theirs, *(held.bucket for held in self.held.values())}):
            mine = self._digests(bucket)
            if theirs.get(bucket, (0, 0)) != (len(mine), sum(mine.values()) % MODULUS):
                mended += self._mend(bucket, mine)
        return mended

    def _mend(self, bucket: str, mine: dict[Key, int]) -> list[Key]:
        try:
            named = self.post("/v1/digests", {"b": bucket})
        except Refused as refusal:
            if refusal.code != "grant":
                raise
            return []  # closed: only a ``drop`` removes it
        theirs = {(named["t"][kind], rid): int(said, 16) for kind, rid, said in named.get("r", ())}
        differ = sorted(key for key in {*mine, *theirs} if mine.get(key) != theirs.get(key))
        for start in range(0, len(differ), AGAIN):
            self._reread(bucket, differ[start : start + AGAIN])
        return differ

    def post(self, target: str, message: JSON) -> JSON:
        """Send one signed request."""
        body = self._line.packed(message)
        while True:
            self._counter += 1
            headers = {
                "Coffre-Department": self.department,
                "Coffre-Device": self.device,
                "Coffre-Counter": str(self._counter),
                "Coffre-Time": "2026-11-24T08:40:00Z",
            }
            said = request_lines(headers, self.server, target, body)
            headers["Coffre-Signature"] = self._device_key.sign(said).signature.hex()
            try:
                return self._line.post(target, body, headers)
            except Refused as refusal:
                if refusal.code != "replayed":
                    raise
                self._counter = int(refusal.detail["last"])

    # One synchronisation

    def _sync(self, *, verify: bool) -> JSON:
        """Push batch after batch, then read page after page."""
        batch = self._batch()
        while len(batch) < len(self.waiting):
            self._exchange({"q": False}, batch)
            batch = self._batch()
        cursor, after = self.cursor, None
        while True:
            wants: Fields = {"c": cursor, "v": verify, "w": self.anew}
            wants |= {"x": self._carried_out, "y": self._erased_notes}
            if after is not None:
                wants["a"] = after
            reply = self._exchange(wants, batch)
            self._carried_out, self._erased_notes = [], []
            self._read_page(reply)
            after, batch = reply.get("more"), []
            if after is None:
                self.cursor, self.anew = int(reply["c"]), False
                return reply.get("root")

    def _batch(self) -> list[Op]:
        """Return the operations of the next request."""
        size, count = 0, 0
        for op in self.waiting[:BATCH]:
            size += len(json.dumps(op.fields).encode()) + 100
            if count and size > BATCH_BYTES:
                break
            count += 1
        return self.waiting[:count]

    def _exchange(self, wants: Fields, batch: list[Op]) -> JSON:
        """Send a batch and settle what became of it."""
        message = {"p": 2, "s": 2, "e": self.epoch, "c": self.cursor, **wants, **packed(batch)}
        if not batch:
            message["n0"] = self.acked + 1
        reply = self.post("/v1/sync", message)
        if int(reply["ack"]) > self.acked + len(self.waiting):
            raise Refused(409, "forked", {})
        self._settle(batch, reply)
        if int(reply["h"]) >> 16 <= now_ms() + FAR_MS:
            self._clock = max(self._clock, int(reply["h"]))
        return reply

    def _settle(self, batch: list[Op], reply: JSON) -> None:
        """Take from what waits all that the office has on its disk."""
        results: dict[int, list[tuple[str, list[str]]]] = {}
        for index, outcome, detail in reply.get("res", ()):
            results.setdefault(index, []).append((outcome, detail))
        self.acked = max(self.acked, int(reply["ack"]))
        for index, op in enumerate(batch):
            if op.n <= self.acked:
                self.waiting.remove(op)
                self.taken.append(op)
                self._confirm(op, results.get(index, []))
        erased = {key[1] for key, detail in self.told.refused if detail == ["erased"]}
        self._forget_notes(erased)

    def _confirm(self, op: Op, results: list[tuple[str, list[str]]]) -> None:
        """Keep of one operation what the office took of it."""
        lost: set[str] = set()
        for outcome, detail in results:
            if outcome == "refused":
                self.told.refused.append((op.key, detail))
                return
            if outcome == "late":
                self.told.late.append(op.key)
                return
            if outcome == "stale":
                self.told.stale.append((op.key, detail))
                self._to_join += [(op.key, name, op.fields[name]) for name in detail]
            else:
                self.told.conflicts.append((op.key, detail))
            lost |= set(detail)
        if op.verb == DELETE:
            if "deleted" not in lost:
                self.held.pop(op.key, None)
            return
        held = self.held.get(op.key)
        if held is None:
            bucket = home_of(op)
            if bucket is None:
                return  # an edit of what was removed meanwhile: it comes back whole
            held = self.held[op.key] = Held(bucket, {})
        sent = {name: value for name, value in op.fields.items() if name not in lost}
        told = {name: changed(held.fields.get(name), value) for name, value in sent.items()}
        held.fields = {
            n: value for n, value in {**held.fields, **told}.items() if value is not None
        }

    def _read_page(self, reply: JSON) -> None:
        """Apply one page: what is closed goes, what is removed goes, what changed comes."""
        self.pages += 1
        for bucket in reply.get("drop", ()):
            for key in [key for key, held in self.held.items() if held.bucket == bucket]:
                del self.held[key]
        for kind, rid, seq, cause in reply.get("del", ()):
            self._remove((reply["t"][kind], rid), erasure=seq if cause == "erased" else None)
        for change in reply.get("ch", ()):
            self._take(reply, change)

    def _take(self, reply: JSON, change: JSON) -> None:
        """Write one change."""
        kind, bucket, rid, _seq, whole, flat = change
        key = (str(reply["t"][kind]), str(rid))
        given = {reply["f"][name]: value for name, value in zip(*[iter(flat)] * 2, strict=True)}
        held = self.held.get(key)
        fields = given if whole or held is None else {**held.fields, **given}
        fields = {name: value for name, value in fields.items() if value is not None}
        if self.anew and held is not None and held.fields != fields:
            self.aside[key] = held
        self.held[key] = Held(str(bucket), fields)

    def _remove(self, key: Key, *, erasure: int | None) -> None:
        """Remove a record, and all that hangs on it when a person was erased."""
        self.held.pop(key, None)
        if erasure is None:
            return
        gone = {k for k, held in self.held.items() if key[0] == "person" and held.bucket == key[1]}
        self._forget_notes({rid for _kind, rid in gone})
        for other in gone:
            del self.held[other]
        kept = [op for op in self.waiting if op.key not in gone | {key} and key[1] not in names(op)]
        self._number(kept, after=self.acked)
        self.taken = [
            op for op in self.taken if op.key not in gone | {key} and key[1] not in names(op)
        ]
        self._carried_out.append(erasure)

    def _forget_notes(self, meetings: set[str]) -> None:
        """Forget the notes on meetings of somebody erased, and what is to be said of them."""
        written = [*self.taken, *self.waiting]
        notes = {key for key, held in self.held.items() if held.fields.get("follow_up") in meetings}
        notes |= {op.key for op in written if op.fields.get("follow_up") in meetings}
        notes = {key for key in notes if key[0] == "clinical_note"}
        for key in notes:
            self.held.pop(key, None)
            self._erased_notes.append(key[1])
        self.taken = [op for op in self.taken if op.key not in notes]
        self._number([op for op in self.waiting if op.key not in notes], after=self.acked)

    # What goes wrong

    def _understand(self, refusal: Refused) -> bool:
        """Do what the document says; tell whether to try again."""
        detail = refusal.detail
        if refusal.code == "gap":
            self._refill(last=int(detail["expected"]) - 1, seq=0)
        elif refusal.code == "epoch" and int(detail["last_op"]) <= self.acked:
            self._refill(last=int(detail["last_op"]), seq=int(detail["seq"]))
            self.epoch = str(detail["epoch"])
        elif refusal.code in ("epoch", "forked"):
            self.renew()
        else:
            return False
        return True

    def _refill(self, *, last: int, seq: int) -> None:
        """Take back what the office has forgotten."""
        forgotten = [op for op in self.taken if op.n > last]
        self.taken = [op for op in self.taken if op.n <= last]
        again = [replace(op, base=min(op.base, seq)) for op in (*forgotten, *self.waiting)]
        self.acked, self.cursor, self.anew = last, 0, True
        self._number(again, after=last)

    def _reread(self, bucket: str, keys: list[Key]) -> None:
        kinds = sorted({kind for kind, _ in keys})
        asked = [[kinds.index(kind), rid] for kind, rid in keys]
        try:
            reply = self.post("/v1/reread", {"b": bucket, "t": kinds, "r": asked})
        except Refused as refusal:
            if refusal.code != "too_large" or len(keys) == 1:
                raise
            half = len(keys) // 2
            self._reread(bucket, keys[:half])
            self._reread(bucket, keys[half:])
            return
        unknown = set(keys)
        for change in reply.get("ch", ()):
            self._take(reply, change)
            unknown.discard((reply["t"][change[0]], change[2]))
        for kind, rid, seq, cause in reply.get("del", ()):
            self._remove((reply["t"][kind], rid), erasure=seq if cause == "erased" else None)
            unknown.discard((reply["t"][kind], rid))
        for kind, rid in sorted(unknown):
            held = self.held.get((kind, rid))
            if held is not None and held.fields.get("created_by") == self.professional:
                self._add(PUT, kind, rid, held.fields)

    def _join_stale(self) -> None:
        """Put what was written here after what stands at the office, and plan to send it."""
        for (kind, rid), name, mine in self._to_join:
            held = self.held.get((kind, rid))
            if held is not None:
                theirs = str(held.fields.get(name, "0"))
                self.edit(kind, rid, **{name: f"{theirs}\n{mine[1:]}"})
        self._to_join = []

    # Small things

    def _add(self, verb: int, kind: str, rid: str, fields: Fields) -> None:
        self._clock = max(self._clock + 1, now_ms() << 16)
        number = self.acked + len(self.waiting) + 1
        self.waiting.append(Op(number, verb, kind, rid, self.cursor, self._clock, fields))

    def _number(self, ops: Iterable[Op], *, after: int) -> None:
        self.waiting = [replace(op, n=n) for n, op in enumerate(list(ops), after + 1)]

    def _digests(self, bucket: str) -> dict[Key, int]:
        return {
            key: digest128(canonical(*key, held.fields))
            for key, held in self.held.items()
            if held.bucket == bucket
        }

    def _take_new_key(self) -> None:
        self.device = new_id()
        self._device_key = SigningKey.generate()

    @property
    def _key_hex(self) -> str:
        return self._device_key.verify_key.encode().hex()

    def _signed(self, lines: Iterable[str]) -> str:
        return self._device_key.sign("\n".join(lines).encode()).signature.hex()


def connect(
    url: str, authority: Path, invitation: str, identity: Identity | None = None
) -> OtherClient:
    """Return a laptop enrolled with an invitation."""
    client = OtherClient(Line(url, authority))
    client.enrol(invitation, identity)
    return client

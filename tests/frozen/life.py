"""A normal life, said always the same: what two laptops and an office have to say to each other.

Everything is invented. It is written with the messages of the version that is running: captured
once for each version of the protocol (``capture``), then only replayed.
"""

from base64 import b64encode
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from nacl.signing import SigningKey

from protocol import compression, signing, wire
from protocol.clock import from_millis
from protocol.kinds import SCHEMA_VERSION
from tests.frozen.exchanges import Recorder, Sample
from tests.frozen.office import EPOCH, NOW, SERVER, FixedOffice

MOMENT = "2026-11-24T08:40:00Z"
_HLC = from_millis(int(NOW.timestamp() * 1000))
_ZSTD = {"Content-Encoding": compression.ENCODING}


def known_id(number: int) -> str:
    """Return an identifier of this life."""
    return f"0199c0de-0000-7000-8000-{number:012x}"


PERSON, FOLLOW_UP, APPOINTMENT, NUMBER, NOTE = (known_id(n) for n in range(0xA1, 0xA6))
OWN_PLACE, OTHER_PLACE, LATER, NOWHERE = (known_id(n) for n in range(0xB1, 0xB5))
LONG = [known_id(0x100 + n) for n in range(10)]
"""Follow-ups long enough to fill more than a page."""


@dataclass(frozen=True, slots=True)
class Op:
    """An operation with names instead of numbers."""

    kind: str
    rid: str
    fields: Mapping[str, Any]  # wire values
    base: int = 0
    verb: int = wire.PUT
    later: int = 0
    """Milliseconds after the present moment."""


class Laptop:
    """One laptop: a key that everybody may know, counters, and no memory."""

    bundle = b"an account bundle"

    def __init__(
        self, recorder: Recorder, number: int, professional: str, owner: int | None = None
    ) -> None:
        """``owner``: number of the first laptop of the same professional, if it is another."""
        self._recorder = recorder
        self.device = known_id(0xD0 + number)
        self.professional = professional
        self._key = SigningKey(bytes([number]) * 32)
        self._identity = SigningKey(bytes([0x10 + (owner or number)]) * 32)
        self._counter = 0
        self._next = 1

    @property
    def encryption_key(self) -> str:
        """Return what stands for a key where nothing is sealed."""
        return f"{self._counter:02x}" * 32

    def enrol(self, name: str, invitation: str) -> Sample:
        """Come with an invitation."""
        key = self._key.verify_key.encode().hex()
        keys = (key, self._identity.verify_key.encode().hex(), self.encryption_key)
        proof = signing.enrolment_message(
            server=SERVER, invitation=invitation, device=self.device, keys=keys
        )
        request = wire.EnrolRequest(
            invitation=invitation,
            device=self.device,
            device_key=keys[0],
            identity_key=keys[1],
            encryption_key=keys[2],
            certificate=self.certificate_of(self.device, key),
            account_bundle=b64encode(self.bundle).decode(),
            proof=self._key.sign(proof).signature.hex(),
        )
        body = compression.compress(wire.encode(request))
        return self._recorder.say(name, "POST", "/v1/devices", body, _ZSTD)

    def certificate_of(self, device: str, device_key: str) -> str:
        """Return the certificate of one of her devices, base64."""
        start = signing.certificate_start(
            identity_key=self._identity.verify_key.encode().hex(),
            device=device,
            device_key=device_key,
        )
        signed = self._identity.sign(start + b"\x00\x08" + bytes(8) + b"\x00\x0a2026-11-24")
        return b64encode(signed.message + signed.signature).decode()

    def sync(self, name: str, *ops: Op, **given: Any) -> Sample:  # fields of a request
        """Send operations and a request to read."""
        message = request(ops, **{"first_op": self._next, **given})
        sample = self.post(name, "/v1/sync", wire.encode(message))
        if sample.exchange.status == 200:
            self._next = max(self._next, reply_of(sample).ack + 1)
        return sample

    def post(
        self, name: str, target: str, clear: bytes, *, replayed: bool = False, forged: bool = False
    ) -> Sample:
        """Send a signed body; ``replayed`` uses the last counter again."""
        self._counter += 0 if replayed else 1
        body = compression.compress(clear)
        signed = signing.SignedRequest(
            SERVER, "79", self.device, self._counter, MOMENT, "POST", target, body
        )
        signature = "00" * 64 if forged else self._key.sign(signed.message()).signature.hex()
        headers = {
            signing.HEADER_DEPARTMENT: "79",
            signing.HEADER_DEVICE: self.device,
            signing.HEADER_COUNTER: str(self._counter),
            signing.HEADER_TIME: MOMENT,
            signing.HEADER_SIGNATURE: signature,
        }
        return self._recorder.say(name, "POST", target, body, headers | _ZSTD)


def request(ops: Sequence[Op], **given: Any) -> wire.SyncRequest:  # fields of a request
    """Return a request that carries these operations."""
    kinds = list(dict.fromkeys(op.kind for op in ops))
    names = list(dict.fromkeys(name for op in ops for name in op.fields))
    packed = [
        wire.Operation(
            op.verb,
            kinds.index(op.kind),
            op.rid,
            op.base,
            op.later << 16,
            [part for name, value in op.fields.items() for part in (names.index(name), value)],
        )
        for op in ops
    ]
    values: dict[str, Any] = {
        "protocol": wire.PROTOCOL_VERSION,
        "schema": SCHEMA_VERSION,
        "epoch": EPOCH,
        "hlc": _HLC if ops else 0,
        "kinds": kinds,
        "fields": names,
        "ops": packed,
    }
    return wire.SyncRequest(**{**values, **given})


def reply_of(sample: Sample) -> wire.SyncReply:
    """Return the reply of a synchronisation."""
    return wire.decode(sample.clear_reply, wire.SyncReply)


def live(office: FixedOffice, recorder: Recorder) -> None:
    """Live it, and have every exchange recorded."""
    recorder.say("hello", "GET", "/v1/hello", b"", {})
    claire, mehdi = (
        Laptop(recorder, number, professional)
        for number, professional in enumerate(office.professionals.values(), start=1)
    )
    claire.enrol("claire-enrols", office.invitations[0])
    mehdi.enrol("mehdi-enrols", office.invitations[1])
    seen = _meet(claire, mehdi)
    seen = _cross(claire, mehdi, seen)
    _part(claire, mehdi, seen)
    if wire.PROTOCOL_VERSION >= 2:
        from tests.frozen.life_2 import live_on

        live_on(office, claire, mehdi)
    _go_wrong(office, recorder, claire, mehdi)


def _meet(claire: Laptop, mehdi: Laptop) -> int:
    """Claire opens a dossier, and Mehdi reads it; return what both have read."""
    claire.sync("claire-reads-for-the-first-time", epoch=None)
    made = {"created_at": MOMENT, "created_by": claire.professional}
    place = {**made, "person": PERSON, "started_on": "2026-11-24"}
    met = {**made, "person": PERSON, "professional": claire.professional, "starts_at": MOMENT}
    person = {
        **made,
        "birth_name": "Exemple",
        "first_name": "Camille",
        "birth_date": "1980-02-29",
        "phone1": "05 49 00 00 00",
        "discretion": "discreet",
        "interpreter_needed": False,
        "request": "0Une demande.",
    }
    numbered = {**made, "person": PERSON, "scheme": "caf", "value": "000000"}
    own = {**place, "professional": claire.professional, "role": "program_referent"}
    other = {**place, "professional": mehdi.professional, "role": "unique_referent"}
    claire.sync(
        "claire-opens-a-dossier",
        Op("person", PERSON, person),
        Op("circle_member", OWN_PLACE, own),
        Op("circle_member", OTHER_PLACE, other),
        Op("person_identifier", NUMBER, numbered),
        Op("appointment", APPOINTMENT, {**met, "minutes": 45, "motive": "follow_up"}),
        Op("follow_up", FOLLOW_UP, {**met, "themes": ["health"], "summary": "0Un résumé."}),
        Op("clinical_note", NOTE, {**made, "follow_up": FOLLOW_UP, "body": "1c2NlbGzDqQ=="}),
        cursor=3,
    )
    long = "0" + "Un texte long, toujours le même. " * 1_800
    claire.sync(
        "claire-writes-at-length",
        *(Op("follow_up", rid, {**met, "summary": long}) for rid in LONG),
        pull=False,
        cursor=4,
    )
    first = reply_of(mehdi.sync("mehdi-reads-a-page"))
    last = reply_of(mehdi.sync("mehdi-reads-the-last-page", after=first.more))
    mehdi.sync("mehdi-has-read-all", cursor=last.cursor)
    return last.cursor


def _cross(claire: Laptop, mehdi: Laptop, seen: int) -> int:
    """Both change the same records, unknown to each other; return what both have read."""
    mehdi.sync(
        "mehdi-changes-one-field-of-each-rule",
        Op("person", PERSON, {"phone1": "05 49 00 00 01", "discretion": "danger"}, seen, later=9),
        Op("person", PERSON, {"request": "0Une demande revue."}, seen),
        Op("follow_up", FOLLOW_UP, {"themes": [["mobility"], []], "minutes": 50}, seen),
        cursor=seen,
    )
    claire.sync(
        "claire-crosses-them",
        Op("person", PERSON, {"phone1": "05 49 00 00 02", "discretion": "normal"}, seen),
        Op("person", PERSON, {"request": "0Une autre demande.", "phone2": None}, seen),
        Op("follow_up", FOLLOW_UP, {"themes": [["housing"], ["health"]]}, seen),
        Op("person", PERSON, {"created_by": mehdi.professional}, seen),
        Op("appointment", LATER, {"person": NOWHERE, "minutes": 5}, seen),
        Op("person", PERSON, {"commune": "79174 et plus"}, seen),
        Op("horoscope", LATER, {"sign": "lion"}, seen),
        cursor=seen,
    )
    both = reply_of(claire.sync("claire-reads-what-became-of-it", cursor=seen)).cursor
    mehdi.sync("mehdi-reads-what-became-of-it", cursor=seen)
    return both


def _part(claire: Laptop, mehdi: Laptop, seen: int) -> None:
    """Records are deleted, one while it is being changed; Mehdi leaves the circle."""
    changed = Op("person_identifier", NUMBER, {"value": "1"}, seen)
    mehdi.sync("mehdi-changes-a-number", changed, cursor=seen)
    deleted = (
        Op("appointment", APPOINTMENT, {}, seen, verb=wire.DELETE),
        Op("person_identifier", NUMBER, {}, seen, verb=wire.DELETE),
    )
    claire.sync("claire-deletes", *deleted, cursor=seen)
    claire.sync("claire-says-it-again", *deleted, first_op=25, cursor=seen)
    mehdi.sync("mehdi-hears-of-a-removal", cursor=seen)
    left = {"ended_on": "2026-11-24", "end_reason": "handover"}
    claire.sync("claire-closes-a-place", Op("circle_member", OTHER_PLACE, left, seen), cursor=seen)
    mehdi.sync("mehdi-drops-the-dossier", cursor=seen)


def _go_wrong(office: FixedOffice, recorder: Recorder, claire: Laptop, mehdi: Laptop) -> None:
    """Everything an office refuses a whole request for."""
    plain = wire.encode(request([], cursor=1))
    claire.post("a-request-said-twice", "/v1/sync", plain, replayed=True)
    claire.post("a-wrong-signature", "/v1/sync", plain, forged=True)
    claire.post("not-a-message", "/v1/sync", b"<!doctype html>")
    claire.sync("operations-are-missing", Op("person", PERSON, {}), first_op=9_000)
    claire.sync("another-epoch", epoch=known_id(0xEE))
    claire.sync("too-far-ahead", cursor=9_000)
    claire.sync("a-protocol-of-tomorrow", protocol=99)
    claire.sync("too-many-operations", *[Op("person", PERSON, {})] * 1_001)
    other = Op("person", PERSON, {"phone2": "05 49 00 00 09"})
    claire.sync("other-words-under-the-same-numbers", other, first_op=26)
    claire.enrol("an-invitation-nobody-gave", "79-00000-00000-00000-0000Z")
    Laptop(recorder, 3, mehdi.professional).enrol(
        "an-invitation-already-used", office.invitations[1]
    )
    office.revoke(mehdi.device)
    mehdi.sync("a-laptop-withdrawn")

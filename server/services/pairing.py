"""Whose an invitation is, and the few words two laptops of one person say through the office.

What they say is a key exchange that she checks on both screens (``desktop/crypto/pairing.py``): an
office that lies shows different words. The invitation it hands out is one like another: it
enrols nobody who does not hold the identity of its professional.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime, timedelta

from protocol import wire_keys as wire
from protocol.invitations import (
    ENTROPY_BYTES,
    Invitation,
    InvitationMalformed,
    make_invitation,
    parse_invitation,
)
from protocol.kinds import Professional, spec_of
from server.config.ports import Clock, Random
from server.services.attempts import Attempts
from server.services.errors import (
    InvitationExpired,
    InvitationUnknown,
    InvitationUsed,
    MessageRefused,
    TooManyAttempts,
)
from server.services.own_keys import check_welcome, wire_bytes
from server.services.proving import attached
from server.store import devices, invitations, own_keys, pairings, records
from server.store.database import REGISTRY, Connection, Database
from server.store.devices import Caller
from server.store.invitations import StoredInvitation
from server.store.pairings import StoredPairing
from server.store.registry import code_of, find_department

MOST_A_DAY = 20
"""Pairings of one professional in a day."""
_LASTS = timedelta(seconds=wire.PAIRING_S)
_DAY = timedelta(days=1)
_RETRY_S = 3_600
_PROFESSIONAL = spec_of(Professional).code


class Pairing:
    """Serves ``/v1/invitations``, ``/v1/pairings`` and ``/v1/pairings/join``."""

    def __init__(
        self, database: Database, attempts: Attempts, clock: Clock, random: Random
    ) -> None:
        self._database = database
        self._attempts = attempts
        self._clock = clock
        self._random = random

    def look(self, request: wire.InvitedRequest, address: str) -> wire.InvitedReply:
        """Tell what whoever holds an invitation may know; raise a ``Refusal``."""
        with (
            self._attempts.of(address),
            self._invited(request.invitation) as (connection, stored, _),
        ):
            data = self._data(connection, stored.professional)
            split = own_keys.split_of(connection, stored.professional)
            pairing = pairings.hold_pairing(connection, stored.code_hash)
            return wire.InvitedReply(
                professional=stored.professional,
                identity_key=_text(data.get("identity_key")),
                encryption_key=_text(data.get("encryption_key")),
                bundles=[
                    wire_bytes(one) for one in own_keys.bundles_of(connection, stored.professional)
                ],
                shared_bundle=wire_bytes(split.bundle) if split else None,
                split=split.number if split else None,
                is_pairing=pairing is not None and pairing.expires_at > self._clock(),
            )

    def join(self, request: wire.JoinRequest, address: str) -> wire.PairReply:
        """Take what the new laptop says, tell what the other said; raise a ``Refusal``."""
        said = _said(request.said)
        with (
            self._attempts.of(address),
            self._invited(request.invitation) as (connection, stored, invitation),
        ):
            pairing = self._open_pairing(connection, stored.code_hash)
            pairing = replace(pairing, joined=_longer(pairing.joined, said))
            pairings.say(connection, pairing)
            return self._reply(invitation, pairing.offered, pairing)

    def pair(self, schema: str, caller: Caller, request: wire.PairRequest) -> wire.PairReply:
        """Begin, go on or close a pairing; raise a ``Refusal``."""
        said = _said(request.said)
        with self._database.transaction(schema) as connection:
            if not request.invitation:
                return self._begin(connection, code_of(schema), caller)
            invitation = _parsed(request.invitation)
            pairing = self._open_pairing(connection, invitation.hash())
            if pairing.device != caller.id:
                raise InvitationUnknown
            if request.close:
                pairings.close_pairing(connection, pairing.code_hash, self._clock())
                return wire.PairReply(str(invitation), [], 0)
            pairing = replace(pairing, offered=_longer(pairing.offered, said))
            pairings.say(connection, pairing)
            return self._reply(invitation, pairing.joined, pairing)

    def _begin(self, connection: Connection, department: str, caller: Caller) -> wire.PairReply:
        devices.hold_device(connection, caller.id)
        check_welcome(connection, caller)
        now = self._clock()
        pairings.forget_before(connection, now - _DAY)
        pairings.forget_said(connection, now)
        if pairings.count_since(connection, caller.professional, now - _DAY) >= MOST_A_DAY:
            raise TooManyAttempts(retry_after_s=_RETRY_S)
        pairings.close_all(connection, caller.professional, now)
        invitation = make_invitation(department, self._random(ENTROPY_BYTES))
        invitations.add_invitation(
            connection, invitation.hash(), caller.professional, now=now, expires=now + _DAY
        )
        pairing = StoredPairing(
            code_hash=invitation.hash(),
            professional=caller.professional,
            device=caller.id,
            expires_at=now + _LASTS,
            offered=[],
            joined=[],
        )
        pairings.add_pairing(connection, pairing, now)
        return self._reply(invitation, [], pairing)

    def _open_pairing(self, connection: Connection, code_hash: bytes) -> StoredPairing:
        pairing = pairings.hold_pairing(connection, code_hash)
        if pairing is None:
            raise InvitationUnknown
        if pairing.expires_at <= self._clock():
            raise InvitationExpired
        return pairing

    def _reply(
        self, invitation: Invitation, heard: list[bytes], pairing: StoredPairing
    ) -> wire.PairReply:
        left = pairing.expires_at - self._clock()
        heard_now = [wire_bytes(message) for message in heard]
        return wire.PairReply(str(invitation), heard_now, max(0, int(left.total_seconds())))

    @contextmanager
    def _invited(self, text: str) -> Iterator[tuple[Connection, StoredInvitation, Invitation]]:
        invitation = _parsed(text)
        with self._database.transaction(REGISTRY) as connection:
            department = find_department(connection, invitation.department)
        if department is None:
            raise InvitationUnknown
        with self._database.transaction(department.schema) as connection:
            stored = invitations.hold_invitation(connection, invitation.hash())
            _check_usable(stored, self._clock())
            assert stored is not None  # noqa: S101 - just checked
            yield connection, stored, invitation

    def _data(self, connection: Connection, professional: str) -> dict[str, object]:
        key = (_PROFESSIONAL, professional)
        return dict(records.load_records(connection, [key])[key].data)


def _check_usable(stored: StoredInvitation | None, now: datetime) -> None:
    if stored is None:
        raise InvitationUnknown
    if stored.used_at is not None:
        raise InvitationUsed
    if stored.expires_at <= now:
        raise InvitationExpired


def _parsed(text: str) -> Invitation:
    try:
        return parse_invitation(text)
    except InvitationMalformed:
        raise InvitationUnknown from None


def _said(texts: list[str]) -> list[bytes]:
    messages = [attached(text) for text in texts[: wire.MAX_SAID + 1]]
    if len(messages) > wire.MAX_SAID or any(
        not 0 < len(message) <= wire.MAX_MESSAGE for message in messages
    ):
        raise MessageRefused(reason="pairing")
    return messages


def _longer(known: list[bytes], said: list[bytes]) -> list[bytes]:
    """Return all that one side has said: nothing of it is ever said otherwise."""
    known = [bytes(message) for message in known]
    together = min(len(known), len(said))
    if known[:together] != said[:together]:
        raise MessageRefused(reason="pairing")
    return max(known, said, key=len)


def _text(value: object) -> str | None:
    return value if isinstance(value, str) else None

"""Enrolling a laptop: a single-use invitation and the public keys of a new device.

The same device that asks again with the same invitation is answered again: its first answer may
have been lost on the way. Anybody else is told what happened to the invitation.
"""

from datetime import datetime
from typing import cast

from protocol.ids import is_id
from protocol.invitations import Invitation, InvitationMalformed, parse_invitation
from protocol.kinds import Professional, spec_of
from protocol.signing import enrolment_message
from protocol.wire import EnrolReply, EnrolRequest
from server.config.ports import Clock, Random
from server.services.attempts import Attempts
from server.services.errors import (
    DeviceTaken,
    IdentityDiffers,
    InvitationExpired,
    InvitationUnknown,
    InvitationUsed,
    MessageRefused,
    Revoked,
)
from server.services.proving import attached, check_device, is_key
from server.services.reference import ReferenceDesk
from server.store import devices, erasures, invitations, records
from server.store.database import REGISTRY, Connection, Database
from server.store.devices import NewDevice
from server.store.invitations import StoredInvitation
from server.store.records import StoredRecord
from server.store.registry import Department, find_department

_PROFESSIONAL = spec_of(Professional).code


class Enrolment:
    """Serves ``POST /v1/devices``."""

    def __init__(
        self, database: Database, server: str, attempts: Attempts, clock: Clock, random: Random
    ) -> None:
        self._database = database
        self._server = server
        self._attempts = attempts
        self._clock = clock
        self._desk = ReferenceDesk(server, clock, random)

    def enrol(self, request: EnrolRequest, address: str, platform: str | None) -> EnrolReply:
        """Enrol a device, or answer again; raise a ``Refusal``."""
        with self._attempts.of(address):
            department, invitation = self._known_invitation(request.invitation)
            with self._database.transaction(department.schema) as connection:
                return self._enrol(connection, department, invitation, request, platform)

    def _enrol(
        self,
        connection: Connection,
        department: Department,
        invitation: Invitation,
        request: EnrolRequest,
        platform: str | None,
    ) -> EnrolReply:
        stored = invitations.hold_invitation(connection, invitation.hash())
        if stored is None:
            raise InvitationUnknown
        device = self._checked(request, stored.professional, platform)
        now = self._clock()
        if not self._is_repeated(connection, stored, device, now):
            self._set_identity(connection, stored.professional, request)
            if devices.public_key(connection, device.id) is not None:
                raise DeviceTaken
            devices.add_device(connection, device, now)
            erasures.tell_newcomer(connection, device.id)
            invitations.use_invitation(connection, stored.code_hash, device.id, now)
        return self._reply(connection, department, stored.professional)

    def _known_invitation(self, text: str) -> tuple[Department, Invitation]:
        try:
            invitation = parse_invitation(text)
        except InvitationMalformed:
            raise InvitationUnknown from None
        with self._database.transaction(REGISTRY) as connection:
            department = find_department(connection, invitation.department)
        if department is None:
            raise InvitationUnknown
        return department, invitation

    def _checked(self, request: EnrolRequest, professional: str, platform: str | None) -> NewDevice:
        """Return the device of a request whose form and proof are right."""
        keys = (request.device_key, request.identity_key, request.encryption_key)
        if not is_id(request.device) or not all(map(is_key, keys)):
            raise MessageRefused(reason="keys")
        message = enrolment_message(
            server=self._server, invitation=request.invitation, device=request.device, keys=keys
        )
        certificate = attached(request.certificate)
        check_device(
            identity_key=request.identity_key,
            device=request.device,
            device_key=request.device_key,
            certificate=certificate,
            message=message,
            proof=request.proof,
        )
        return NewDevice(
            id=request.device,
            professional=professional,
            public_key=bytes.fromhex(request.device_key),
            identity_key=bytes.fromhex(request.identity_key),
            encryption_key=bytes.fromhex(request.encryption_key),
            certificate=certificate,
            account_bundle=attached(request.account_bundle),
            platform=platform,
        )

    def _is_repeated(
        self, connection: Connection, stored: StoredInvitation, device: NewDevice, now: datetime
    ) -> bool:
        if stored.used_at is not None:
            known = devices.public_key(connection, device.id)
            if stored.used_by_device != device.id or known != device.public_key:
                raise InvitationUsed
            if devices.is_revoked(connection, device.id):
                raise Revoked
            return True
        if stored.expires_at <= now:
            raise InvitationExpired
        return False

    def _set_identity(
        self, connection: Connection, professional: str, request: EnrolRequest
    ) -> None:
        given = {"identity_key": request.identity_key, "encryption_key": request.encryption_key}
        data = _professional(connection, professional).data
        known = {name: data[name] for name in given if data.get(name) is not None}
        if not known:
            self._desk.change(connection, Professional, professional, given)
        elif known != given:
            raise IdentityDiffers

    def _reply(
        self, connection: Connection, department: Department, professional: str
    ) -> EnrolReply:
        data = _professional(connection, professional).data
        _seq, epoch = records.present_sequence(connection)
        return EnrolReply(
            department=department.code,
            department_name=department.name,
            professional=professional,
            name=cast(str, data["name"]),
            job=cast(str, data["job"]),
            epoch=epoch,
            server=self._server,
        )


def _professional(connection: Connection, rid: str) -> StoredRecord:
    return records.load_records(connection, [(_PROFESSIONAL, rid)])[_PROFESSIONAL, rid]

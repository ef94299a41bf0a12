"""A laptop that was copied, or put back from a copy, goes on as a new device.

It proves who it was by the signature of its request, and its owner's identity vouches for its new
key. The other copy, if there is one, is still served under the former name: it may be the honest
one, and finds itself forked in its turn.
"""

from datetime import datetime, timedelta

from protocol.ids import is_id
from protocol.signing import renewal_message
from protocol.wire import RenewReply, RenewRequest
from server.config.ports import Clock
from server.services.errors import DeviceTaken, MessageRefused, Revoked, TooManyAttempts
from server.services.proving import attached, check_device, is_key
from server.store import devices, erasures
from server.store.database import Connection, Database
from server.store.devices import Caller, NewDevice

MOST_A_DAY = 10
"""Renewals of one professional's laptops in a day: laptops are not copied that often."""
_DAY = timedelta(days=1)
_RETRY_S = 3_600


class Renewal:
    """Serves ``POST /v1/devices/renew`` once the caller is known."""

    def __init__(self, database: Database, server: str, clock: Clock) -> None:
        self._database = database
        self._server = server
        self._clock = clock

    def renew(self, schema: str, caller: Caller, request: RenewRequest) -> RenewReply:
        """Add the new device, or answer again; raise a ``Refusal``."""
        with self._database.transaction(schema) as connection:
            # Two requests at once, the second because the first seemed lost: one after the other.
            devices.hold_device(connection, caller.id)
            if devices.is_revoked(connection, caller.id):
                raise Revoked  # since its request was recognised
            device = self._checked(connection, caller, request)
            if not _is_repeated(connection, device):
                self._add(connection, device, self._clock())
        return RenewReply(device.id, caller.epoch)

    def _checked(self, connection: Connection, caller: Caller, request: RenewRequest) -> NewDevice:
        """Return the device of a request whose form and proofs are right."""
        if not is_id(request.device) or not is_key(request.device_key):
            raise MessageRefused(reason="keys")
        certificate = attached(request.certificate)
        former = devices.keys_of(connection, caller.id)
        assert former is not None  # noqa: S101 - the caller was found, rows are never deleted
        check_device(
            identity_key=former.identity_key.hex(),
            device=request.device,
            device_key=request.device_key,
            certificate=certificate,
            message=renewal_message(
                server=self._server,
                former=caller.id,
                device=request.device,
                device_key=request.device_key,
            ),
            proof=request.proof,
        )
        return NewDevice(
            id=request.device,
            professional=caller.professional,
            public_key=bytes.fromhex(request.device_key),
            identity_key=former.identity_key,
            encryption_key=former.encryption_key,
            certificate=certificate,
            account_bundle=former.account_bundle,
            platform=former.platform,
            renews=caller.id,
        )

    def _add(self, connection: Connection, device: NewDevice, now: datetime) -> None:
        known = devices.count_renewals(connection, device.professional, now - _DAY)
        if known >= MOST_A_DAY:
            raise TooManyAttempts(retry_after_s=_RETRY_S)
        devices.add_device(connection, device, now)
        devices.note_renewed(connection, str(device.renews), device.id)
        # What it holds may come from before an erasure that its former name has carried out.
        erasures.take_over(connection, device.id, device.professional)


def _is_repeated(connection: Connection, device: NewDevice) -> bool:
    known = devices.keys_of(connection, device.id)
    if known is None:
        return False
    if (known.public_key, known.renews) != (device.public_key, device.renews):
        raise DeviceTaken
    if devices.is_revoked(connection, device.id):
        raise Revoked
    return True

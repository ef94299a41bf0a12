"""What a professional does with her own laptops and keys; the office carries, and opens nothing."""

import re
from base64 import b64encode
from datetime import datetime

from protocol import wire_keys as wire
from protocol.ids import is_id
from protocol.kinds import Professional, spec_of
from protocol.values import instant_to_wire
from server.config.ports import Clock
from server.services.errors import MessageRefused, Revoked
from server.services.proving import attached
from server.services.sheet import lineage
from server.store import devices, own_keys, pairings, records
from server.store.database import Connection, Database
from server.store.devices import Caller
from server.store.own_keys import OwnLaptop, Split

_PROFESSIONAL = spec_of(Professional).code
_SPLIT = re.compile(r"[0-9a-f]{5}")


class OwnKeys:
    """Serves ``/v1/laptops``, ``/v1/account`` and ``/v1/shares`` once the caller is known."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    def laptops(
        self, schema: str, caller: Caller, request: wire.LaptopsRequest
    ) -> wire.LaptopsReply:
        """Rename or withdraw one of her laptops, then list them; raise ``MessageRefused``."""
        name = _name(request.name)
        with self._database.transaction(schema) as connection:
            if request.device is not None:
                devices.hold_all(connection)
                check_welcome(connection, caller)
            known = own_keys.laptops_of(connection, caller.professional)
            if request.device is not None:
                self._change(connection, caller, known, request, name)
                known = own_keys.laptops_of(connection, caller.professional)
        return wire.LaptopsReply([_laptop(item) for item in known if item.renewed_by is None])

    def account(self, schema: str, caller: Caller, request: wire.BundleRequest) -> wire.BundleReply:
        """Keep the identity as a new paper wraps it."""
        bundle = attached(request.account_bundle)
        if not bundle:
            raise MessageRefused(reason="attached")
        with self._database.transaction(schema) as connection:
            devices.hold_device(connection, caller.id)
            check_welcome(connection, caller)
            # Under the names this laptop had before, the former paper would still open.
            for one in lineage(devices.all_devices(connection), caller.id):
                own_keys.keep_bundle(connection, one, b"")
            own_keys.keep_bundle(connection, caller.id, bundle)
            if request.alone:
                own_keys.drop_other_bundles(connection, caller.professional, caller.id)
            kept = own_keys.bundles_of(connection, caller.professional)
        return wire.BundleReply(len(kept))

    def shares(self, schema: str, caller: Caller, request: wire.SharesRequest) -> wire.SharesReply:
        """Replace or take back her split, if she asks, then tell what stands."""
        mine = caller.professional
        shares = _shares(request, mine)
        with self._database.transaction(schema) as connection:
            if request.split is not None:
                devices.hold_device(connection, caller.id)
                check_welcome(connection, caller)
            if request.split:
                _check_holders(connection, shares)
                split = Split(mine, request.split, _small(request.bundle), self._clock())
                own_keys.keep_split(connection, split, shares)
            elif request.split is not None:
                own_keys.take_back(connection, mine)
            held = own_keys.held_by(connection, mine)
            kept = own_keys.split_of(connection, mine)
            holders = own_keys.holders_of(connection, mine)
        return wire.SharesReply(
            held=[
                wire.HeldShare(
                    owner=item.owner,
                    split=item.number,
                    sealed=wire_bytes(item.sealed),
                    since=instant_to_wire(item.made_at),
                )
                for item in held
            ],
            split=kept.number if kept else None,
            holders=holders,
            since=instant_to_wire(kept.made_at) if kept else None,
        )

    def _change(
        self,
        connection: Connection,
        caller: Caller,
        known: list[OwnLaptop],
        request: wire.LaptopsRequest,
        name: str | None,
    ) -> None:
        # Somebody else's laptop and none at all are told apart by nobody.
        if request.device not in {item.id for item in known}:
            raise MessageRefused(reason="device")
        if request.name is not None:
            own_keys.name_laptop(connection, request.device, name)
        if request.withdraw:
            self._withdraw(connection, caller, request.device)

    def _withdraw(self, connection: Connection, caller: Caller, device: str) -> None:
        """Refuse a laptop from now on, as an administrator does, with the devices it has been."""
        named = lineage(devices.all_devices(connection), device)
        if caller.id in named:
            raise MessageRefused(reason="itself")
        now = self._clock()
        for one in named:
            devices.revoke_device(connection, one, now)
        pairings.close_of(connection, named, now)


def check_welcome(connection: Connection, caller: Caller) -> None:
    """Raise ``Revoked`` for a device that is not welcome any more."""
    if devices.is_revoked(connection, caller.id):
        raise Revoked  # since its request was recognised


def wire_bytes(content: bytes) -> str:
    """Return bytes as they travel."""
    return b64encode(content).decode()


def _laptop(item: OwnLaptop) -> wire.Laptop:
    return wire.Laptop(
        device=item.id,
        name=item.name,
        platform=item.platform,
        enrolled_at=instant_to_wire(item.enrolled_at),
        last_seen_at=instant_to_wire(item.last_seen_at),
        withdrawn_at=_instant(item.revoked_at),
    )


def _instant(moment: datetime | None) -> str | None:
    return None if moment is None else instant_to_wire(moment)


def _name(name: str | None) -> str | None:
    """Return the name of a laptop, ``None`` when it is empty; raise ``MessageRefused``."""
    if name is None:
        return None
    if len(name) > wire.MAX_NAME or not name.isprintable():
        raise MessageRefused(reason="name")
    return name.strip() or None


def _shares(request: wire.SharesRequest, mine: str) -> dict[str, bytes]:
    if not request.split:
        return {}
    if _SPLIT.fullmatch(request.split) is None:
        raise MessageRefused(reason="shares")
    shares = {item.holder: _small(item.sealed) for item in request.shares}
    are_named = all(is_id(holder) and holder != mine for holder in shares)
    if len(request.shares) != wire.SHARES or len(shares) != wire.SHARES or not are_named:
        raise MessageRefused(reason="shares")
    return shares


def _small(text: str) -> bytes:
    found = attached(text)
    if not 0 < len(found) <= wire.MAX_SHARE:
        raise MessageRefused(reason="shares")
    return found


def _check_holders(connection: Connection, shares: dict[str, bytes]) -> None:
    keys = [(_PROFESSIONAL, holder) for holder in shares]
    known = records.load_records(connection, keys)
    if any(key not in known for key in keys):
        raise MessageRefused(reason="shares")

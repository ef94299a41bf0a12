"""A copied or restored laptop goes on as a new device, of the same professional.

Two laptops that count as one device would each be kept from the other's work. Whoever finds out
first takes a new identifier and a new key, and sends again, under them, what waited. The new key is
kept before it is sent: a cut in between changes nothing (docs/protocol.md, "Renewal").
"""

from base64 import b64encode
from dataclasses import dataclass, replace

from desktop.config.clock import Clock, paris, unix_ms
from desktop.crypto.identity import Identity
from desktop.crypto.randomness import Random
from desktop.store.after_salvage import keep_self_twice
from desktop.store.store import Store
from desktop.sync.enrolment import IDENTITY, identity_of
from desktop.sync.errors import BadReply, ReplyFault
from desktop.sync.in_store import InStore
from desktop.sync.transport import Office
from protocol.ids import uuid7
from protocol.signing import renewal_message
from protocol.wire import RenewRequest

_NEXT_IDENTITY = "next_identity"
_NEXT_DEVICE = "next_device"


@dataclass(frozen=True, slots=True)
class _Next:
    """Who this laptop becomes."""

    device: str
    identity: Identity


class Renewal:
    """Renews this laptop; for the network's lane."""

    def __init__(
        self, store: Store, office: Office, clock: Clock, random: Random, in_store: InStore
    ) -> None:
        self._store = store
        self._office = office
        self._clock = clock
        self._random = random
        self._in_store = in_store

    def run(self) -> None:
        """Become a new device; raise ``SyncError``. Asked again after a cut, it goes on."""
        chosen = self._in_store(self._choose)
        reply = self._office.renew(self._in_store(lambda: self._request(chosen)))
        if reply.device != chosen.device:
            raise BadReply(ReplyFault.UNREADABLE)
        self._in_store(lambda: self._keep(chosen))
        self._office.become(chosen.device, chosen.identity.sign)

    def _choose(self) -> _Next:
        state, keyring = self._store.state, self._store.keyring
        kept, device = keyring.get(_NEXT_IDENTITY), state.get(_NEXT_DEVICE)
        if kept is not None and device is not None:
            return _Next(device, Identity.from_bytes(kept))
        known = identity_of(self._store)
        fresh = Identity.on_new_device(known.signing, known.encryption, self._random)
        device = uuid7(unix_ms(self._clock.now()), self._random.bytes(10))
        with self._store.database.transaction():
            keyring.put(_NEXT_IDENTITY, fresh.to_bytes())
            state.set(_NEXT_DEVICE, device)
        return _Next(device, fresh)

    def _request(self, chosen: _Next) -> RenewRequest:
        enrolment = self._store.state.enrolment()
        if enrolment is None:
            raise LookupError("only an enrolled laptop is renewed")
        user, key = chosen.identity.public.signing.hex(), chosen.identity.device_key.hex()
        certificate = chosen.identity.certify(
            user=user, device=chosen.device, serial=1, issued_on=paris(self._clock.now()).date()
        )
        proof = chosen.identity.sign(
            renewal_message(
                server=enrolment.server,
                former=enrolment.device,
                device=chosen.device,
                device_key=key,
            )
        )
        return RenewRequest(
            device=chosen.device,
            device_key=key,
            certificate=b64encode(certificate.to_bytes()).decode(),
            proof=proof.hex(),
        )

    def _keep(self, chosen: _Next) -> None:
        state, keyring = self._store.state, self._store.keyring
        enrolment = state.enrolment()
        if enrolment is None:
            raise LookupError("only an enrolled laptop is renewed")
        with self._store.database.transaction():
            keyring.put(IDENTITY, chosen.identity.to_bytes())
            keyring.forget(_NEXT_IDENTITY)
            state.set(_NEXT_DEVICE, None)
            state.set_enrolment(replace(enrolment, device=chosen.device))
            state.set("device", chosen.device)
            self._store.archive.renumber()
            keep_self_twice(self._store)

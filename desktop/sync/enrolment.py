"""The first contact: a laptop presents its invitation and its keys, once.

Keys and the device's identifier are kept in the encrypted store *before* they are sent, and the
office answers the same to the same keys: cut anywhere, the enrolment can simply be tried again.
"""

from base64 import b64encode
from collections.abc import Callable
from dataclasses import dataclass

from desktop.config.clock import Clock, paris, unix_ms
from desktop.crypto.account_bundle import AccountKeys, wrap_account
from desktop.crypto.identity import Identity
from desktop.crypto.randomness import Random
from desktop.crypto.recovery import RecoveryKey
from desktop.store.state import Enrolment
from desktop.store.store import Store
from desktop.sync.addresses import ServerAddress, parse_address
from desktop.sync.errors import BadReply, ReplyFault
from desktop.sync.in_store import InStore
from desktop.sync.transport import Office
from protocol import wire
from protocol.ids import is_id, uuid7
from protocol.invitations import parse_invitation
from protocol.signing import enrolment_message

IDENTITY = "identity"
"""Name of the private keys in the store's keyring."""
ACCOUNT_BUNDLE = "account_bundle"
"""Name there of the identity as the paper wraps it."""
_DEVICE = "device"


@dataclass(frozen=True, slots=True)
class FoundOffice:
    """An office that answered."""

    address: ServerAddress
    server: str


@dataclass(frozen=True, slots=True)
class Enrolled:
    """What the office said of this laptop's user."""

    name: str
    job: str
    department_name: str


class Enroller:
    """Introduces a new laptop to the office. For the network's lane."""

    def __init__(
        self,
        clock: Clock,
        random: Random,
        office_at: Callable[[ServerAddress], Office],
        ca_file: str | None,
        proxy: str | None,
    ) -> None:
        self._clock = clock
        self._random = random
        self._office_at = office_at
        self._ca_file = ca_file
        self._proxy = proxy

    def find_office(self, typed: str) -> FoundOffice:
        """Return the office at an address as people type it; raise ``SyncError``."""
        address = parse_address(typed)
        hello = self._office_at(address).hello()
        return FoundOffice(address, hello.server)

    def adopt(self, store: Store, keys: AccountKeys) -> None:
        """Make this laptop one more of somebody's, before ``prepare``. On the store's lane."""
        identity = Identity.on_new_device(keys.signing, keys.encryption, self._random)
        with store.database.transaction():
            store.keyring.put(IDENTITY, identity.to_bytes())

    def prepare(self, store: Store, recovery: RecoveryKey) -> None:
        """Make this laptop's keys, and the bundle that the paper key opens. On the store's lane.

        Asked again, it keeps the keys and wraps them for the new paper.
        """
        kept = store.keyring.get(IDENTITY)
        identity = Identity.from_bytes(kept) if kept else Identity.generate(self._random)
        user = identity.public.signing.hex()
        bundle = wrap_account(identity, recovery, user=user, random=self._random)
        device = store.state.get(_DEVICE) or uuid7(
            unix_ms(self._clock.now()), self._random.bytes(10)
        )
        with store.database.transaction():
            store.keyring.put(IDENTITY, identity.to_bytes())
            store.keyring.put(ACCOUNT_BUNDLE, bundle)
            store.state.set(_DEVICE, device)

    def enrol(
        self, store: Store, found: FoundOffice, invitation: str, in_store: InStore
    ) -> Enrolled:
        """Present the invitation; raise ``InvitationRefused`` and the other ``SyncError``."""
        code = str(parse_invitation(invitation))
        request = in_store(lambda: enrol_request(store, self._clock, found.server, code))
        reply = self._office_at(found.address).enrol(request)
        check_reply(reply, found.server, invitation)
        in_store(lambda: self._keep(store, found, request.device, reply))
        return Enrolled(reply.name, reply.job, reply.department_name)

    def _keep(self, store: Store, found: FoundOffice, device: str, reply: wire.EnrolReply) -> None:
        enrolment = Enrolment(
            server_address=found.address.url,
            server=reply.server,
            department=reply.department,
            department_name=reply.department_name,
            device=device,
            professional=reply.professional,
            ca_file=self._ca_file,
            proxy=self._proxy,
        )
        with store.database.transaction():
            store.state.set_enrolment(enrolment)


def enrol_request(store: Store, clock: Clock, server: str, code: str) -> wire.EnrolRequest:
    """Return what presents an invitation, with the keys of this laptop. On the store's lane."""
    identity, device = identity_of(store), store.state.get(_DEVICE)
    bundle = store.keyring.get(ACCOUNT_BUNDLE)
    if device is None or bundle is None:
        raise LookupError("prepare comes before enrol")
    user = identity.public.signing.hex()
    certificate = identity.certify(
        user=user, device=device, serial=1, issued_on=paris(clock.now()).date()
    )
    keys = (identity.device_key.hex(), user, identity.public.encryption.hex())
    proof = identity.sign(
        enrolment_message(server=server, invitation=code, device=device, keys=keys)
    )
    return wire.EnrolRequest(
        invitation=code,
        device=device,
        device_key=keys[0],
        identity_key=keys[1],
        encryption_key=keys[2],
        certificate=b64encode(certificate.to_bytes()).decode(),
        account_bundle=b64encode(bundle).decode(),
        proof=proof.hex(),
    )


def check_reply(reply: wire.EnrolReply, server: str, invitation: str) -> None:
    """Refuse an answer for elsewhere: requests would be signed for an office that is not this."""
    department = parse_invitation(invitation).department
    if (reply.server, reply.department) != (server, department) or not is_id(reply.professional):
        raise BadReply(ReplyFault.UNREADABLE)


def identity_of(store: Store) -> Identity:
    """Return the private keys of an enrolled laptop."""
    kept = store.keyring.get(IDENTITY)
    if kept is None:
        raise LookupError("an enrolled laptop has its keys")
    return Identity.from_bytes(kept)

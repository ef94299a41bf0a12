"""What a laptop asks the office about its owner's keys and laptops.

The office carries envelopes; whatever it answers is checked by who opens them.
"""

from base64 import b64decode, b64encode
from binascii import Error as NotBase64
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol, TypeVar

import msgspec

from desktop.crypto.account_bundle import AccountKeys, unwrap_account
from desktop.crypto.errors import BundleBroken, RecoveryProblem, WrongRecoveryKey
from desktop.crypto.key_shares import KeyShare, join_shares
from desktop.crypto.recovery import RecoveryKey
from desktop.sync.errors import BadReply, ReplyFault
from protocol import wire_keys as wire
from protocol.values import instant_from_wire

INVITED = "/v1/invitations"
JOIN = "/v1/pairings/join"
PAIR = "/v1/pairings"
LAPTOPS = "/v1/laptops"
ACCOUNT = "/v1/account"
SHARES = "/v1/shares"

M = TypeVar("M", bound=msgspec.Struct)


class KeyOffice(Protocol):
    """The office as asked about keys; ``HttpOffice`` is one. Raises ``SyncError``."""

    def ask_signed(self, target: str, request: msgspec.Struct, answer: type[M]) -> M:
        """Ask as an enrolled device."""
        ...

    def ask_unsigned(self, target: str, request: msgspec.Struct, answer: type[M]) -> M:
        """Ask as a laptop that nobody knows yet."""
        ...


@dataclass(frozen=True, slots=True)
class Invited:
    """Whose an invitation is, and what of her keys the office keeps."""

    professional: str | None
    """Whose it is, as she is known to the office; ``None``: the office is too old to say."""
    user: str | None
    """Her identity's public key, hexadecimal; ``None``: this is her first laptop."""
    encryption_key: str | None
    bundles: tuple[bytes, ...]
    shared_bundle: bytes | None
    is_pairing: bool

    def open_with_paper(self, words: str) -> AccountKeys:
        """Return the identity that a paper opens; raise ``WrongRecoveryKey``."""
        return self._opened(RecoveryKey.from_words(words), self.bundles)

    def open_with_shares(self, one: KeyShare, other: KeyShare) -> AccountKeys:
        """Return the identity that two shares open; raise ``WrongShare``, ``WrongRecoveryKey``."""
        bundles = (self.shared_bundle,) if self.shared_bundle else ()
        return self._opened(join_shares(one, other), bundles)

    def is_of(self, keys: AccountKeys) -> bool:
        """Whether these keys are those that the directory tells."""
        told = (self.user, self.encryption_key)
        return told == (keys.signing.public.hex(), keys.encryption.public.hex())

    def _opened(self, key: RecoveryKey, bundles: Sequence[bytes]) -> AccountKeys:
        for bundle in bundles:
            try:
                keys = unwrap_account(bundle, key, user=self.user or "")
            except BundleBroken:
                continue
            # The bundle was made by whoever knew the paper: the office could not forge it.
            if self.is_of(keys):
                return keys
        raise WrongRecoveryKey(RecoveryProblem.ANOTHER_KEY)


@dataclass(frozen=True, slots=True)
class OwnLaptop:
    """One of her laptops, as the office knows it."""

    device: str
    name: str | None
    platform: str | None
    enrolled_at: datetime
    last_seen_at: datetime
    withdrawn_at: datetime | None
    is_this: bool


def look(office: KeyOffice, invitation: str) -> Invited:
    """Ask whose an invitation is; nothing is used up."""
    told = office.ask_unsigned(INVITED, wire.InvitedRequest(invitation), wire.InvitedReply)
    return Invited(
        professional=told.professional,
        user=told.identity_key,
        encryption_key=told.encryption_key,
        bundles=tuple(from_text(one) for one in told.bundles),
        shared_bundle=from_text(told.shared_bundle) if told.shared_bundle else None,
        is_pairing=told.is_pairing,
    )


class OwnLaptops:
    """Lists, names and withdraws her laptops; for the network's lane."""

    def __init__(self, office: KeyOffice, device: str) -> None:
        self._office = office
        self._device = device

    def all(self) -> list[OwnLaptop]:
        """Return her laptops: this one, then by last contact, the withdrawn last."""
        return self._ask(wire.LaptopsRequest())

    def rename(self, device: str, name: str) -> list[OwnLaptop]:
        """Give one a name."""
        return self._ask(wire.LaptopsRequest(device=device, name=name[: wire.MAX_NAME]))

    def withdraw(self, device: str) -> list[OwnLaptop]:
        """Refuse one from now on: at its next contact it destroys its keys."""
        return self._ask(wire.LaptopsRequest(device=device, withdraw=True))

    def _ask(self, request: wire.LaptopsRequest) -> list[OwnLaptop]:
        told = self._office.ask_signed(LAPTOPS, request, wire.LaptopsReply).laptops
        found = [self._laptop(one) for one in told]
        found.sort(key=lambda it: it.last_seen_at, reverse=True)
        return sorted(found, key=lambda it: (not it.is_this, it.withdrawn_at is not None))

    def _laptop(self, told: wire.Laptop) -> OwnLaptop:
        try:
            return OwnLaptop(
                device=told.device,
                name=told.name,
                platform=told.platform,
                enrolled_at=instant_from_wire(told.enrolled_at),
                last_seen_at=instant_from_wire(told.last_seen_at),
                withdrawn_at=instant_from_wire(told.withdrawn_at) if told.withdrawn_at else None,
                is_this=told.device == self._device,
            )
        except ValueError:
            raise BadReply(ReplyFault.UNREADABLE) from None


def to_text(content: bytes) -> str:
    """Return bytes as they travel."""
    return b64encode(content).decode()


def from_text(text: str) -> bytes:
    """Return bytes that travelled; raise ``BadReply``."""
    try:
        return b64decode(text, validate=True)
    except (NotBase64, ValueError):
        raise BadReply(ReplyFault.UNREADABLE) from None

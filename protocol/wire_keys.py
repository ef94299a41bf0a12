"""What is said about keys: a second laptop, a paper that is renewed, shares, one's own laptops.

The office carries all of it and can open none (docs/protocol.md, "Keys of one person"). Bytes
travel in base64.
"""

from __future__ import annotations

import msgspec

PAIRING_S = 600
"""How long two laptops have to make acquaintance."""
MAX_SAID = 2
"""Messages of each side of a pairing."""
MAX_MESSAGE = 2 << 10
"""Bytes of one of them, before base64."""
MAX_NAME = 60
"""Characters of a laptop's name."""
SHARES = 2
"""Shares that colleagues keep of one key."""
MAX_SHARE = 2 << 10
"""Bytes of a sealed share, or of the bundle that shares open."""


class InvitedRequest(msgspec.Struct, frozen=True):
    """``POST /v1/invitations``: whose is this invitation? Nothing is used up."""

    invitation: str


class InvitedReply(msgspec.Struct, frozen=True):
    """What whoever holds an invitation may know before she enrols."""

    professional: str | None = None
    """Identifier of the professional it is for; ``None``: the office is too old to say."""
    identity_key: str | None = None
    """Of the professional, hexadecimal; ``None``: she has no laptop yet."""
    encryption_key: str | None = None
    bundles: list[str] = msgspec.field(default_factory=list)
    """Her identity, each wrapped by another paper; only the right paper opens one."""
    shared_bundle: str | None = None
    """Her identity, wrapped by the key that was split among colleagues."""
    split: str | None = None
    """Number of that split, as it is on each share."""
    is_pairing: bool = False
    """Whether another laptop of hers is waiting for this one."""


class PairRequest(msgspec.Struct, frozen=True):
    """``POST /v1/pairings``: the laptop that is enrolled."""

    invitation: str = ""
    """Empty: begin, and receive one."""
    said: list[str] = msgspec.field(default_factory=list)
    """All this side has said so far."""
    close: bool = False
    """Nothing more is said, and the invitation serves nobody."""


class PairReply(msgspec.Struct, frozen=True):
    """Where a pairing stands, to either side."""

    invitation: str
    heard: list[str]
    """All the other side has said so far."""
    left_s: int
    """Seconds before the pairing is forgotten."""


class JoinRequest(msgspec.Struct, frozen=True):
    """``POST /v1/pairings/join``: the laptop that is not enrolled yet, by its invitation."""

    invitation: str
    said: list[str] = msgspec.field(default_factory=list)


class LaptopsRequest(msgspec.Struct, frozen=True):
    """``POST /v1/laptops``: one's own laptops; with ``device``, renames or withdraws one first."""

    device: str | None = None
    name: str | None = None
    withdraw: bool = False


class Laptop(msgspec.Struct, frozen=True):
    """One laptop of the professional who asks."""

    device: str
    name: str | None
    platform: str | None
    enrolled_at: str
    last_seen_at: str
    withdrawn_at: str | None


class LaptopsReply(msgspec.Struct, frozen=True):
    """All of them, oldest first; a laptop that goes on as another device is told once."""

    laptops: list[Laptop]


class BundleRequest(msgspec.Struct, frozen=True):
    """``POST /v1/account``: the identity wrapped by a new paper."""

    account_bundle: str
    alone: bool = False
    """The papers of her other laptops open nothing more of what the office keeps."""


class BundleReply(msgspec.Struct, frozen=True):
    """How many bundles the office keeps of hers, this one included."""

    kept: int


class Share(msgspec.Struct, frozen=True):
    """One share, sealed for the colleague who keeps it."""

    holder: str
    sealed: str


class SharesRequest(msgspec.Struct, frozen=True):
    """``POST /v1/shares``: those one keeps and has given; ``split`` replaces one's own before."""

    split: str | None = None
    """Number of a new split; empty: takes the former one back."""
    bundle: str = ""
    """The identity, wrapped by the key that is split."""
    shares: list[Share] = msgspec.field(default_factory=list)


class HeldShare(msgspec.Struct, frozen=True):
    """A share somebody keeps for a colleague."""

    owner: str
    split: str
    sealed: str
    since: str


class SharesReply(msgspec.Struct, frozen=True):
    """Whose shares one keeps, and who keeps one's own."""

    held: list[HeldShare]
    split: str | None = None
    holders: list[str] = msgspec.field(default_factory=list)
    since: str | None = None

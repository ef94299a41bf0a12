"""Shares of a key, carried by the office: given, kept for others, taken back."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from desktop.sync.errors import BadReply, ReplyFault
from desktop.sync.own_keys import SHARES, KeyOffice, from_text, to_text
from protocol import wire_keys as wire
from protocol.values import instant_from_wire


@dataclass(frozen=True)
class Kept:
    """A share that one keeps for a colleague."""

    owner: str
    split: str
    sealed: bytes = field(repr=False)
    since: datetime


@dataclass(frozen=True)
class SharesStanding:
    """Whose shares one keeps, and who keeps one's own."""

    kept: tuple[Kept, ...] = ()
    split: str | None = None
    holders: tuple[str, ...] = ()
    since: datetime | None = None


class ShareExchange:
    """Asks the office; for the network's lane."""

    def __init__(self, office: KeyOffice) -> None:
        self._office = office

    def look(self) -> SharesStanding:
        """Return what stands."""
        return self._ask(wire.SharesRequest())

    def give(
        self, split: str, bundle: bytes, sealed: Sequence[tuple[str, bytes]]
    ) -> SharesStanding:
        """Give shares to those who are to keep them, in place of all given before."""
        shares = [wire.Share(holder, to_text(share)) for holder, share in sealed]
        return self._ask(wire.SharesRequest(split, to_text(bundle), shares))

    def take_back(self) -> SharesStanding:
        """Make the shares given so far worth nothing."""
        return self._ask(wire.SharesRequest(split=""))

    def _ask(self, request: wire.SharesRequest) -> SharesStanding:
        told = self._office.ask_signed(SHARES, request, wire.SharesReply)
        try:
            return SharesStanding(
                kept=tuple(
                    Kept(one.owner, one.split, from_text(one.sealed), instant_from_wire(one.since))
                    for one in told.held
                ),
                split=told.split,
                holders=tuple(told.holders),
                since=instant_from_wire(told.since) if told.since else None,
            )
        except ValueError:
            raise BadReply(ReplyFault.UNREADABLE) from None

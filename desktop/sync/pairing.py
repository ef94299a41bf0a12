"""A pairing as a conversation through the office: each side is asked now and then how it goes.

What is said, and why nobody in between learns or changes it: ``desktop/crypto/pairing.py``. Each
``step`` asks the office once; a cut in between changes nothing.
"""

from collections.abc import Sequence

from desktop.crypto.account_bundle import AccountKeys
from desktop.crypto.errors import PairingBroken
from desktop.crypto.identity import Identity
from desktop.crypto.pairing import KnownLaptop, NewLaptop
from desktop.crypto.randomness import Random
from desktop.sync.own_keys import JOIN, PAIR, KeyOffice, from_text, to_text
from protocol import wire_keys as wire


class OfferedPairing:
    """The laptop that is enrolled, which gives; for the network's lane."""

    def __init__(self, office: KeyOffice, server: str, identity: Identity, random: Random) -> None:
        self._office = office
        self._server = server
        self._identity = identity
        self._random = random
        self._known: KnownLaptop | None = None
        self._said: list[bytes] = []
        self.invitation = ""
        """To be typed on the new laptop, once begun."""
        self.words: tuple[str, ...] = ()
        """To be compared, once both laptops have spoken."""

    def begin(self) -> str:
        """Open a pairing; return its invitation."""
        self.invitation = self._ask(wire.PairRequest()).invitation
        return self.invitation

    def step(self) -> tuple[str, ...]:
        """Hear the other laptop and answer; return the words, empty until there are any.

        Raises ``PairingBroken``, ``InvitationRefused`` after ten minutes, and ``SyncError``.
        """
        heard = self._hear()
        if heard and self._known is None:
            self._known = KnownLaptop(self._server, self.invitation, heard[0], self._random)
            self._said = [self._known.answer]
            heard = self._hear()
        if len(heard) > 1 and self._known is not None and not self.words:
            self.words = self._known.hear(heard[1])
        return self.words

    def agree(self) -> None:
        """The words are the same on both screens: give the identity."""
        if self._known is None or not self.words:
            raise PairingBroken
        if len(self._said) == 1:
            self._said.append(self._known.give(self._identity, self._random))
        self._hear()

    def close(self) -> None:
        """Say nothing more: the words differ, or she gave it up."""
        if self.invitation:
            self._ask(wire.PairRequest(self.invitation, close=True))

    def _hear(self) -> list[bytes]:
        said = [to_text(one) for one in self._said]
        return _messages(self._ask(wire.PairRequest(self.invitation, said)).heard)

    def _ask(self, request: wire.PairRequest) -> wire.PairReply:
        return self._office.ask_signed(PAIR, request, wire.PairReply)


class JoinedPairing:
    """The new laptop, which receives; for the network's lane."""

    def __init__(self, office: KeyOffice, server: str, invitation: str, random: Random) -> None:
        self._office = office
        self._invitation = invitation
        self._new = NewLaptop(server, invitation, random)
        self._said = [self._new.promise]
        self._has_agreed = False
        self.words: tuple[str, ...] = ()
        self.keys: AccountKeys | None = None
        """The identity, once both sides have agreed."""

    def step(self) -> tuple[str, ...]:
        """Hear the other laptop and answer; return the words, empty until there are any."""
        heard = self._hear()
        if heard and not self.words:
            self._said.append(self._new.hear(heard[0]))
            self.words = self._new.words
            heard = self._hear()
        if len(heard) > 1 and self._has_agreed and self.keys is None:
            self.keys = self._new.receive(heard[1])
        return self.words

    def agree(self) -> None:
        """The words are the same on both screens: what comes next is believed."""
        if not self.words:
            raise PairingBroken
        self._has_agreed = True

    def _hear(self) -> list[bytes]:
        said = [to_text(one) for one in self._said]
        request = wire.JoinRequest(self._invitation, said)
        return _messages(self._office.ask_unsigned(JOIN, request, wire.PairReply).heard)


def _messages(heard: Sequence[str]) -> list[bytes]:
    return [from_text(text) for text in heard[: wire.MAX_SAID]]

"""How somebody who is known already becomes herself on a new laptop: the three ways.

From another laptop of hers, from her paper, or from two shares of the key that colleagues keep.
Whatever the way, the identity found is compared with what the office tells of her before anything
is made of it; it lives in memory until the vault is there to keep it.
"""

from collections.abc import Callable

from desktop.crypto.account_bundle import AccountKeys
from desktop.crypto.errors import PairingBroken
from desktop.crypto.key_shares import KeyShare
from desktop.crypto.randomness import Random
from desktop.sync.addresses import ServerAddress
from desktop.sync.enrolment import Enroller
from desktop.sync.own_keys import Invited, KeyOffice, look
from desktop.sync.pairing import JoinedPairing
from desktop.ui.first_run.ports import Joining, PairingStep, Standing


class IdentitySearch:
    """Asks the office on the network's lane, opens what it gives on the store's."""

    def __init__(
        self,
        enroller: Enroller,
        office_at: Callable[[ServerAddress], KeyOffice],
        random: Random,
    ) -> None:
        self._enroller = enroller
        self._office_at = office_at
        self._random = random
        self._invited: Invited | None = None
        self._pairing: JoinedPairing | None = None
        self.keys: AccountKeys | None = None
        """The identity, once found."""
        self.came_by_paper = False
        """Whether papers made before are to open nothing more: the laptop they go with is lost."""

    def look(self, joining: Joining) -> Standing:
        """Tell who is invited: a newcomer, or somebody who has a laptop already."""
        found = self._enroller.find_office(joining.address)
        office = self._office_at(found.address)
        invited = look(office, joining.invitation)
        self._invited, self.keys, self._pairing = invited, None, None
        if invited.is_pairing:
            self._pairing = JoinedPairing(office, found.server, joining.invitation, self._random)
        return Standing(
            is_known=invited.user is not None,
            is_pairing=invited.is_pairing,
            has_shares=invited.shared_bundle is not None,
        )

    def pairing_step(self) -> PairingStep:
        """Hear the other laptop; raise ``PairingBroken``, ``SyncError``."""
        pairing = self._open_pairing()
        words = pairing.step()
        if pairing.keys is not None:
            if self._invited is None or not self._invited.is_of(pairing.keys):
                raise PairingBroken
            self.keys = pairing.keys
        return PairingStep(words, is_done=self.keys is not None)

    def agree(self) -> PairingStep:
        """The words are the same: take the identity as soon as the other laptop gives it."""
        self._open_pairing().agree()
        return self.pairing_step()

    def open_with_paper(self, words: str) -> None:
        """Find the identity by the paper key; raise ``WrongRecoveryKey``."""
        self.keys = self._known().open_with_paper(words)
        self.came_by_paper = True

    def open_with_shares(self, one: str, other: str) -> None:
        """Find it by two shares; raise ``WrongShare``, ``WrongRecoveryKey``."""
        shares = (KeyShare.from_words(one), KeyShare.from_words(other))
        self.keys = self._known().open_with_shares(*shares)
        self.came_by_paper = True

    def check_share(self, words: str) -> None:
        """Make sure that these are the words of a share; raise ``WrongShare``."""
        KeyShare.from_words(words)

    def _known(self) -> Invited:
        if self._invited is None:
            raise LookupError("the invitation comes first")
        return self._invited

    def _open_pairing(self) -> JoinedPairing:
        if self._pairing is None:
            raise PairingBroken
        return self._pairing

"""The first run, as its screen asks for it: the vault on one lane, the office on the other."""

import json
from collections.abc import Callable
from dataclasses import dataclass

from desktop.app.advice import KeyAdvice
from desktop.app.identity_search import IdentitySearch
from desktop.app.session import office_of, open_session, synchroniser
from desktop.config.clock import Clock
from desktop.config.policy import Policy
from desktop.crypto.randomness import Random
from desktop.crypto.recovery import RecoveryKey
from desktop.services.vault_access import Unlocked, VaultAccess
from desktop.sync.enrolment import Enrolled, Enroller
from desktop.sync.in_store import InStore
from desktop.sync.paper import replace_all_papers, send_paper
from desktop.sync.tally import Step
from desktop.ui.first_run.ports import (
    Joining,
    PairingStep,
    Progress,
    Resumed,
    Stage,
    Standing,
    Welcome,
)
from protocol.invitations import parse_invitation
from protocol.kinds.people import Job

_JOINING = "joining"


@dataclass(frozen=True)
class Unfinished:
    """A vault that is open and that no office knows yet."""

    unlocked: Unlocked
    resumed: Resumed


class FirstRunFlow(KeyAdvice):
    """Creates the vault, has its paper confirmed, and introduces the laptop to the office."""

    def __init__(
        self,
        access: VaultAccess,
        enroller: Enroller,
        search: IdentitySearch,
        clock: Clock,
        random: Random,
        in_store: InStore,
        unlocked: Unlocked | None = None,
        policy: Policy | None = None,
    ) -> None:
        """With ``unlocked``, an earlier first run goes on."""
        super().__init__(access, lambda: (self._address,))
        self._access = access
        self._address = ""
        self._enroller = enroller
        self._search = search
        self._clock = clock
        self._random = random
        self._in_store = in_store
        self._unlocked = unlocked
        self._policy = policy

    def find_office(self, typed: str) -> str:
        """Return the address, in its usual form, of the office that answered."""
        self._address = self._enroller.find_office(typed).address.url
        return self._address

    def check_invitation(self, typed: str) -> str:
        """Return the invitation in its usual form; raise ``InvitationMalformed``."""
        return str(parse_invitation(typed))

    def look(self, joining: Joining) -> Standing:
        """Tell who is invited. On the network's lane."""
        return self._search.look(joining)

    def pairing_step(self) -> PairingStep:
        """Hear the other laptop. On the network's lane."""
        return self._search.pairing_step()

    def agree_pairing(self) -> PairingStep:
        """The words are the same on both screens. On the network's lane."""
        return self._search.agree()

    def find_by_paper(self, words: str) -> None:
        """Find her identity by her paper; raise ``WrongRecoveryKey``."""
        self._search.open_with_paper(words)

    def check_share(self, words: str) -> None:
        """Read one share; raise ``WrongShare``."""
        self._search.check_share(words)

    def find_by_shares(self, one: str, other: str) -> None:
        """Find her identity by two shares; raise ``WrongShare``, ``WrongRecoveryKey``."""
        self._search.open_with_shares(one, other)

    def create(self, passphrase: str, joining: Joining) -> tuple[str, ...]:
        """Make the vault, keep ``joining`` in it, return the 24 words of its paper."""
        self._address = joining.address
        self.check(passphrase)
        self._unlocked, recovery = self._access.create(passphrase)
        if self._search.keys is not None:
            self._enroller.adopt(self._unlocked.store, self._search.keys)
            if self._search.came_by_paper:
                replace_all_papers(self._unlocked.store)
        _keep(self._unlocked, joining, is_prepared=False)
        return recovery.words()

    def renew_paper(self) -> tuple[str, ...]:
        """Replace the paper key of the vault that is open; return its words."""
        return self._access.new_recovery_key(self._open()).words()

    def confirm(self, words: str) -> None:
        """Check the words typed back; raise ``WrongRecoveryKey``."""
        self._access.confirm_recovery_key(self._open(), words)
        self._enroller.prepare(self._open().store, RecoveryKey.from_words(words))
        _keep(self._open(), resumed(self._open()).joining, is_prepared=True)

    def enrol(self, joining: Joining, tell: Callable[[Progress], None]) -> Welcome:
        """Introduce this laptop, then read its dossiers. On the network's lane."""
        tell(Progress(Stage.OFFICE))
        unlocked = self._open()
        # What was corrected since the vault was made is not asked again after a power cut.
        self._in_store(lambda: _keep(unlocked, joining, is_prepared=True))
        found = self._enroller.find_office(joining.address)
        enrolled = self._enroller.enrol(unlocked.store, found, joining.invitation, self._in_store)
        tell(Progress(Stage.RECORDS))
        self._read_dossiers(unlocked, tell)
        return _welcome(enrolled)

    def take(self) -> Unlocked:
        """Return the vault, enrolled and open, and keep it no longer."""
        unlocked, self._unlocked = self._open(), None
        return unlocked

    def close(self) -> None:
        """Close what is open: the window is going away."""
        if self._unlocked is not None:
            self._unlocked.close()
            self._unlocked = None

    def _read_dossiers(self, unlocked: Unlocked, tell: Callable[[Progress], None]) -> None:
        session = self._in_store(
            lambda: open_session(unlocked, self._clock, self._random, self._policy)
        )
        identity = session.workplace.identity
        office = office_of(session.enrolment, identity, self._clock, self._policy)

        def told(step: Step) -> None:
            tell(Progress(Stage.RECORDS, done=step.received))

        synchroniser(session, office, self._clock, self._in_store).run(told)
        send_paper(unlocked.store, office, self._in_store)
        self._in_store(lambda: _forget_joining(unlocked))

    def _open(self) -> Unlocked:
        if self._unlocked is None:
            raise LookupError("the vault comes first")
        return self._unlocked


def resumed(unlocked: Unlocked) -> Resumed:
    """Return how far an earlier first run had come. On the store's lane."""
    kept = json.loads(unlocked.store.state.get(_JOINING) or "{}")
    return Resumed(
        is_paper_confirmed=unlocked.vault.is_recovery_confirmed,
        is_prepared=kept.get("prepared", False),
        joining=Joining(kept.get("address", ""), kept.get("invitation", "")),
    )


def _keep(unlocked: Unlocked, joining: Joining, *, is_prepared: bool) -> None:
    kept = {
        "address": joining.address,
        "invitation": joining.invitation,
        "prepared": is_prepared,
    }
    with unlocked.store.database.transaction():
        unlocked.store.state.set(_JOINING, json.dumps(kept))


def _forget_joining(unlocked: Unlocked) -> None:
    with unlocked.store.database.transaction():
        unlocked.store.state.set(_JOINING, None)


def _welcome(enrolled: Enrolled) -> Welcome:
    return Welcome(enrolled.name, Job(enrolled.job).label, enrolled.department_name)

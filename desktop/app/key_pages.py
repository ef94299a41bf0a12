"""The pages about keys, opened from the settings: laptops, colleagues, shares."""

from collections.abc import Hashable

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QWidget

from desktop.app.session import Session
from desktop.crypto.randomness import Random
from desktop.domain.touched import Touched
from desktop.services.identities import Correspondent
from desktop.services.key_shares import Cut, KeyShares
from desktop.services.vault_access import VaultAccess
from desktop.sync.enrolment import identity_of
from desktop.sync.in_store import InStore
from desktop.sync.key_shares import Kept, ShareExchange, SharesStanding
from desktop.sync.own_keys import KeyOffice, OwnLaptop, OwnLaptops
from desktop.sync.pairing import OfferedPairing
from desktop.ui.background import Background, Lane
from desktop.ui.changes import ChangeBoard
from desktop.ui.main_window.sections import Section
from desktop.ui.main_window.window import MainWindow
from desktop.ui.own_keys import (
    ColleaguesView,
    ColleaguesViewModel,
    LaptopsView,
    LaptopsViewModel,
    SharesView,
    SharesViewModel,
)
from desktop.ui.theme import Role

LAPTOPS, COLLEAGUES, KEY_SHARES = "laptops", "colleagues", "key_shares"


class KeyPages(QObject):
    """Makes them when they are first opened."""

    def __init__(
        self,
        session: Session,
        access: VaultAccess,
        office: KeyOffice,
        in_store: InStore,
        background: Background,
        board: ChangeBoard,
        window: MainWindow,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._session = session
        self._access = access
        self._office = office
        self._in_store = in_store
        self._background = background
        self._board = board
        self._window = window
        for key, make in (
            (LAPTOPS, self._laptops),
            (COLLEAGUES, self._colleagues),
            (KEY_SHARES, self._shares),
        ):
            window.register(Section(key, "", make))
        self._told: frozenset[str] = frozenset()
        board.changed.connect(self._something_changed)
        self._look_for_changes()

    def _something_changed(self, touched: frozenset[Hashable]) -> None:
        if any(isinstance(it, Touched) and it.kind == "professional" for it in touched):
            self._look_for_changes()

    def _look_for_changes(self) -> None:
        identities = self._session.services.identities
        self._background.run(Lane.STORE, identities.blocked, self._warn, lambda failure: None)

    def _warn(self, blocked: list[Correspondent]) -> None:
        """Say it above whatever page is open, once for each colleague."""
        found = frozenset(it.id for it in blocked)
        if found - self._told:
            self._window.say(
                self.tr(
                    "Les clés de {0} ont changé\u00a0: rien n’est confié avant comparaison."
                ).format(", ".join(it.name for it in blocked)),
                self.tr("Comparer"),
                lambda: self._window.open(COLLEAGUES),
                role=Role.DANGER,
            )
        self._told = found

    def _laptops(self) -> QWidget:
        desk = LaptopDesk(
            self._session, self._office, self._in_store, self._session.workplace.random
        )
        view = LaptopsView(LaptopsViewModel(self._background, desk, self))
        view.closed.connect(self._window.back)
        return view

    def _colleagues(self) -> QWidget:
        identities = self._session.services.identities
        view = ColleaguesView(ColleaguesViewModel(self._background, identities, self._board, self))
        view.closed.connect(self._window.back)
        return view

    def _shares(self) -> QWidget:
        desk = ShareDesk(self._session, self._access, self._office)
        view = SharesView(SharesViewModel(self._background, desk, self))
        view.closed.connect(self._window.back)
        return view


class LaptopDesk:
    """Her laptops and the pairing that is open; on the network's lane."""

    def __init__(
        self, session: Session, office: KeyOffice, in_store: InStore, random: Random
    ) -> None:
        self._session = session
        self._office = office
        self._in_store = in_store
        self._random = random
        self._pairing: OfferedPairing | None = None

    def all(self) -> list[OwnLaptop]:
        """Return her laptops."""
        return self._laptops().all()

    def rename(self, device: str, name: str) -> list[OwnLaptop]:
        """Give one a name."""
        return self._laptops().rename(device, name)

    def withdraw(self, device: str) -> list[OwnLaptop]:
        """Refuse one from now on."""
        return self._laptops().withdraw(device)

    def begin(self) -> str:
        """Open a pairing; return its invitation."""
        store = self._session.workplace.store
        identity = self._in_store(lambda: identity_of(store))
        server = self._session.enrolment.server
        self._pairing = OfferedPairing(self._office, server, identity, self._random)
        return self._pairing.begin()

    def step(self) -> tuple[str, ...]:
        """Hear the other laptop."""
        return () if self._pairing is None else self._pairing.step()

    def agree(self) -> None:
        """Give the identity."""
        if self._pairing is not None:
            self._pairing.agree()

    def close(self) -> None:
        """Give nothing more."""
        pairing, self._pairing = self._pairing, None
        if pairing is not None:
            pairing.close()

    def _laptops(self) -> OwnLaptops:
        # A renewal may have made this laptop another device meanwhile.
        device = self._in_store(self._session.workplace.store.state.device)
        return OwnLaptops(self._office, device)


class ShareDesk:
    """Shares as made and read in the vault, and as carried by the office."""

    def __init__(self, session: Session, access: VaultAccess, office: KeyOffice) -> None:
        self._access = access
        self._shares = KeyShares(session.workplace, session.services.identities)
        self._exchange = ShareExchange(office)
        self.keepers = self._shares.keepers
        self.names = self._shares.names
        self.cut = self._shares.cut
        self.look = self._exchange.look
        self.take_back = self._exchange.take_back

    def open_kept(self, kept: Kept, passphrase: str) -> tuple[str, ...]:
        """Return the words of a share, to who knows the passphrase: an open laptop is no proof."""
        self._access.check(passphrase)
        return self._shares.open_kept(kept.owner, kept.split, kept.sealed)

    def give(self, cut: Cut) -> SharesStanding:
        """Give the two shares that were sealed."""
        return self._exchange.give(cut.split, cut.bundle, cut.sealed)

"""The short code from start to end: offered at the lock, renewed by each passphrase, ended in time.

The keyring is asked on a lane of its own: it may prompt, or hang, and neither the window nor a save
waits for it. At the lock it has some seconds, for the passphrase waits behind it; from the settings
a minute, for the system may ask her whether Coffre may use it. Where the Département allows no code
and none was ever chosen, nothing of this is loaded.
"""

from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal

from desktop.app.patience import AT_THE_LOCK_S, WITH_A_PROMPT_S, Keyring, PatientKeyring
from desktop.app.way_in import WayIn
from desktop.config.clock import Clock, paris
from desktop.config.safety import Control, Finding, Standing
from desktop.config.system_keyring import KeyringFound
from desktop.ui.background import Background, Lane

if TYPE_CHECKING:
    from desktop.services.quick_unlock import QuickUnlock, Sealed
    from desktop.services.vault_access import Unlocked
    from desktop.ui.settings.code_card import CodeCard

_LOOK_EVERY_MS = 60_000


class ShortWay(QObject):
    """Lives as long as the program, locked or not."""

    looked = Signal()
    """Hours that were over are ended: what the lock offers may have changed."""

    def __init__(
        self,
        background: Background,
        way_in: WayIn,
        clock: Clock,
        parent: QObject,
        *,
        is_allowed: bool,
        still_allowed: Callable[[], bool],
        keyring: Keyring | None = None,
    ) -> None:
        """``still_allowed`` reads the policy again, on a lane: it may have changed since the start.

        ``keyring`` is the system's, found when it is first asked for.
        """
        super().__init__(parent)
        self._background = background
        found = keyring or KeyringFound()
        self._asked = PatientKeyring(found, WITH_A_PROMPT_S)
        self._asked_at_lock = PatientKeyring(found, AT_THE_LOCK_S)
        self._clock = clock
        self._is_allowed = is_allowed
        self._still_allowed = still_allowed
        self._at_lock: QuickUnlock | None = None
        self._within: QuickUnlock | None = None
        self._way_in = way_in
        self._gone: bytes | None = None
        self._timer = QTimer(self)
        self._timer.setInterval(_LOOK_EVERY_MS)
        self._timer.timeout.connect(self.tidy)

    def begin(self) -> None:
        """Look now, then each minute: a laptop that slept looks when it wakes."""
        if self._timer.isActive():
            return
        self._timer.start()
        self.tidy()

    def stop(self) -> None:
        """The program ends."""
        self._timer.stop()

    def at_lock(self) -> "QuickUnlock":
        """Return what opens with a code, and has little patience with the keyring.

        On a lane: no code is tried under a policy that allows none any more.
        """
        self._obey()
        if self._at_lock is None:
            self._at_lock = self._quick(self._asked_at_lock)
        return self._at_lock

    def is_offered(self) -> bool:
        """Whether a code may be tried; on the store's lane, the keyring is not asked."""
        self._obey()
        return self._may_be_there() and self.at_lock().is_offered()

    def finding(self) -> Finding:
        """Return what the page of safety says of it; same."""
        hours = self.at_lock().hours() if self._may_be_there() else None
        return Finding(Control.CODE, Standing.GOOD if hours is None else Standing.LOOK, hours)

    def tidy(self) -> None:
        """End what is over, and have the keyring let go of it."""

        def tidy() -> None:
            self._obey()
            if self._gone is not None:
                self._inside().forget_secret(self._gone)
                self._gone = None
            if self._may_be_there():
                self._inside().tidy()

        self._background.run(Lane.KEYRING, tidy, self._looked, self._looked)

    def renew(self, unlocked: "Unlocked") -> None:
        """The vault is open: a passphrase begins new hours, a code leaves them as they are."""
        if unlocked.was_quick:
            return

        def seal() -> "Sealed | None":
            self._obey()
            return self._inside().renew(unlocked.vault, unlocked.store)

        def put(sealed: "Sealed | None") -> None:
            if sealed is None:
                self.tidy()
                return
            self._background.run(
                Lane.KEYRING, lambda: begin(sealed), lambda _: confirm(sealed), _later
            )

        def begin(sealed: "Sealed") -> None:
            self._obey()
            self._inside().put(sealed)

        def confirm(sealed: "Sealed") -> None:
            def note() -> None:
                self._inside().confirm(sealed, unlocked.store, is_new=False)

            self._background.run(Lane.STORE, note, lambda _: self.tidy(), _later)

        self._background.run(Lane.STORE, seal, put, _later)

    def forget(self, vault_id: bytes, had_code: bool) -> None:
        """This vault was destroyed: the keyring lets go of its half, asked until it answers.

        ``had_code``: a code stood beside it, whatever the policy says now.
        """
        if self._is_allowed or had_code:
            self._gone = vault_id
            self.tidy()

    def card(self, unlocked: "Unlocked") -> "CodeCard":
        """Return the card of the settings."""
        from desktop.app.code_desk import CodeDesk
        from desktop.ui.settings.code_card import CodeCard
        from desktop.ui.settings.code_viewmodel import CodeViewModel

        desk = CodeDesk(self._inside(), self._asked, self._way_in.access(), unlocked, self._obey)
        viewmodel = CodeViewModel(self._background, desk)
        card = CodeCard(viewmodel, _wall)
        viewmodel.setParent(card)
        return card

    def _inside(self) -> "QuickUnlock":
        if self._within is None:
            self._within = self._quick(self._asked)
        return self._within

    def _quick(self, keyring: Keyring) -> "QuickUnlock":
        return self._way_in.quick(keyring, self._clock, is_allowed=self._is_allowed)

    def _may_be_there(self) -> bool:
        return self._is_allowed or self._way_in.holds_a_short_way

    def _obey(self) -> None:
        """Allow nothing more once the policy allows nothing more; on a lane."""
        if self._is_allowed and not self._still_allowed():
            self._is_allowed = False
            for made in (self._at_lock, self._within):
                if made is not None:
                    made.is_allowed = False

    def _looked(self, _: object) -> None:
        self.looked.emit()


def _wall(moment: datetime) -> datetime:
    return paris(moment)


def _later(_: object) -> None:
    """Without a keyring no code opens, and the passphrase does; the next one tries again."""

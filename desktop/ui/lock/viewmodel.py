"""Opens the vault, or says in one sentence why not; waits longer after each wrong passphrase."""

import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from enum import StrEnum

from PySide6.QtCore import QObject, QTimer, Signal

from desktop.config.tries import Tries
from desktop.ui.background import Background, Lane
from desktop.ui.keys.passphrase_choice import PassphraseChoice
from desktop.ui.lock.ports import Door
from desktop.ui.lock.repair import RepairViewModel
from desktop.ui.text import translate

FREE_TRIES = 3
LONGEST_WAIT_S = 60
_TICK_MS = 500


class Page(StrEnum):
    """Which of the ways in is shown."""

    DOOR = "door"
    CODE = "code"
    PAPER = "paper"
    REPAIR = "repair"


@dataclass(frozen=True)
class LockState:
    """All that the lock screen shows. What is typed stays in the fields."""

    page: Page = Page.DOOR
    is_busy: bool = False
    problem: str = ""
    wrong_word: int | None = None
    wait_s: int = 0
    can_repair: bool = False
    """The passphrase is the right one, and the vault behind it is damaged."""
    offers_code: bool = False
    """Whether a short code may be tried."""
    holds_unwritten: bool = False
    """Whether something that was typed is nowhere but in this window, sealed."""
    would_lose: bool = False
    """Whether somebody has begun to close the window all the same."""
    upgraded_percent: int | None = None
    """How much of a vault of an earlier Coffre has been brought to this version."""

    @property
    def can_try(self) -> bool:
        return not self.is_busy and self.wait_s == 0


class LockViewModel(QObject):
    """`opened` once the door has opened; it stays busy while what stands behind is being shown."""

    changed = Signal()
    opened = Signal()
    refused = Signal()
    code_offered = Signal()
    """A short code may be tried: show its page, unless somebody is typing."""
    end_insisted = Signal()
    """Close, though words are lost by it."""

    def __init__(
        self,
        background: Background,
        door: Door,
        steady: Callable[[], float] = time.monotonic,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._background = background
        self._door = door
        self._steady = steady
        self._state = LockState()
        self._wrong_tries = 0
        self._wants_phrase = False
        """Whether she turned to the passphrase, or had to: the code is not put before her again."""
        self._wait_until = 0.0
        self._timer = QTimer(self)
        self._timer.setInterval(_TICK_MS)
        self._timer.timeout.connect(self.tick)
        self.choice = PassphraseChoice(background, door, self)
        self.repairing = RepairViewModel(background, door, self)
        self.repairing.opened.connect(lambda: self._opened(None))

    @property
    def state(self) -> LockState:
        return self._state

    def open(self, passphrase: str) -> None:
        if not self._state.can_try:
            return
        if not passphrase:
            self._show(
                replace(self._state, problem=translate("Lock", "Entrez votre phrase de passe."))
            )
            return
        self._try(lambda: self._door.open(passphrase))

    def look_for_code(self) -> None:
        """Is a short code offered? Asked whenever the lock is shown, and when its hours end."""
        self._background.run(Lane.STORE, self._door.offers_code, self._offer_code, _ignore)

    def show_code(self) -> None:
        """The short way in."""
        if self._state.offers_code and not self._state.is_busy:
            self._show(replace(self._state, page=Page.CODE, problem=""))

    def leave_code(self) -> None:
        """Back to the passphrase, which always opens."""
        if not self._state.is_busy:
            self._wants_phrase = True
            self._show(replace(self._state, page=Page.DOOR, problem=""))

    def open_with_code(self, code: str) -> None:
        if not self._state.can_try:
            return
        if not code:
            self._show(replace(self._state, problem=translate("Lock", "Entrez votre code.")))
            return
        self._try(lambda: self._door.open_with_code(code))

    def tell(self, failure: Exception) -> None:
        """The door opened, and what stands behind it could not be shown."""
        self._failed(failure)

    def tell_unwritten(self) -> None:
        """The disk refused what was typed before the lock: it is kept here, sealed."""
        self._show(replace(self._state, holds_unwritten=True, page=self._page_that_tells()))

    def tell_closing(self) -> None:
        """The window is about to be closed, and with it goes what is kept here."""
        self._show(replace(self._state, would_lose=True, page=self._page_that_tells()))

    def tell_upgrade(self, done: float) -> None:
        """The vault is being brought to this version of Coffre."""
        if self._state.is_busy:
            percent, page = int(done * 100), self._page_that_tells()
            self._show(replace(self._state, upgraded_percent=percent, page=page))

    def remember_tries(self, tries: Tries) -> None:
        """Passphrases were wrong before Coffre was started again: the wait goes on."""
        self._wrong_tries = max(self._wrong_tries, tries.wrong)
        self._wait_for(_delay_s(tries.wrong) - tries.ago_s)

    def show_paper(self) -> None:
        """The other way in."""
        if not self._state.is_busy:
            self._show(replace(self._state, page=Page.PAPER, problem="", wrong_word=None))

    def leave_paper(self) -> None:
        """Back to the passphrase; what was chosen here is forgotten."""
        if not self._state.is_busy:
            self.choice.forget()
            self._show(replace(self._state, page=Page.DOOR, problem="", wrong_word=None))

    def show_repair(self) -> None:
        """What a damaged vault calls for."""
        if self._state.can_repair and not self._state.is_busy:
            self._show(replace(self._state, page=Page.REPAIR, problem=""))

    def leave_repair(self) -> None:
        """Back to the passphrase; while it is repaired, there is no way back."""
        if not self.repairing.state.is_busy:
            self._show(replace(self._state, page=Page.DOOR))

    def open_with_paper(self, words: str) -> None:
        """With the words as typed and the new passphrase of `choice`."""
        chosen = self.choice.state
        if self._state.can_try and chosen.is_ready:
            self._try(lambda: self._door.open_with_paper(words, chosen.passphrase))

    def tick(self) -> None:
        """Counts the wait down; public so that a test need not wait."""
        left = max(self._wait_until - self._steady(), 0.0)
        whole = int(left) + (left > int(left))
        if whole == 0:
            self._timer.stop()
        self._show(replace(self._state, wait_s=whole))

    def _try(self, open_door: Callable[[], None]) -> None:
        self._show(replace(self._state, is_busy=True, problem="", wrong_word=None))
        self._background.run(Lane.STORE, open_door, self._opened, self._failed)

    def _opened(self, _: object) -> None:
        self._wrong_tries = 0
        self.choice.forget()
        self._show(LockState(is_busy=True, holds_unwritten=self._state.holds_unwritten))
        self.opened.emit()

    def _failed(self, failure: Exception) -> None:
        # Only now: the sentences for everything else would delay the first picture.
        from desktop.services.errors import (
            DamagedStore,
            KeyringSilent,
            QuickUnlockOver,
            WrongCode,
            WrongPassphrase,
            WrongRecoveryKey,
        )
        from desktop.ui.errors import sentence
        from desktop.ui.lock.damage_words import damage_words

        wrong_word = failure.position if isinstance(failure, WrongRecoveryKey) else None
        no_code = isinstance(failure, QuickUnlockOver | KeyringSilent)
        page, is_damaged = self._state.page, isinstance(failure, DamagedStore)
        was_code = page is Page.CODE
        self._wants_phrase = self._wants_phrase or no_code or is_damaged
        self._show(
            replace(
                self._state,
                is_busy=False,
                offers_code=self._state.offers_code and not no_code,
                # What is more than a wrong code is the passphrase's to settle, and so is a repair.
                page=Page.DOOR
                if is_damaged or (was_code and not isinstance(failure, WrongCode))
                else page,
                problem=damage_words(after_code=was_code, after_paper=page is Page.PAPER)
                if is_damaged
                else sentence(failure).whole,
                wrong_word=wrong_word,
                upgraded_percent=None,
                can_repair=is_damaged and page is Page.DOOR,
            )
        )
        if isinstance(failure, WrongPassphrase | WrongCode | QuickUnlockOver):
            self._note_wrong_try()
        self.refused.emit()

    def _offer_code(self, is_offered: bool) -> None:
        if self._state.is_busy:
            return
        page = self._state.page
        if page is Page.CODE and not is_offered:
            page = Page.DOOR
        self._show(replace(self._state, offers_code=is_offered, page=page))
        held = self._wants_phrase or self._state.holds_unwritten
        if is_offered and page is Page.DOOR and not held:
            self.code_offered.emit()

    def _page_that_tells(self) -> Page:
        """What has to be told is told beside the passphrase."""
        return Page.DOOR if self._state.page is Page.CODE else self._state.page

    def _note_wrong_try(self) -> None:
        """Somebody who mistypes is not delayed; somebody who guesses soon waits a minute."""
        self._wrong_tries += 1
        self._wait_for(_delay_s(self._wrong_tries))

    def _wait_for(self, delay_s: float) -> None:
        if delay_s > 0:
            self._wait_until = self._steady() + delay_s
            self._timer.start()
            self.tick()

    def _show(self, state: LockState) -> None:
        if state != self._state:
            self._state = state
            self.changed.emit()


def _delay_s(wrong: int) -> float:
    """How long after so many wrong passphrases: 2 s after the third, a minute from the eighth."""
    beyond = wrong - FREE_TRIES
    if beyond < 0:
        return 0.0
    return min(2.0 ** (min(beyond, 10) + 1), LONGEST_WAIT_S)


def _ignore(_: object) -> None:
    """Without an answer no code is offered, and the passphrase opens."""

"""Keeps the choices of one laptop and changes its keys."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import TypeVar

from PySide6.QtCore import QObject, Signal

from desktop.config.preferences import Appearance, Preferences
from desktop.ui.background import Background, Lane
from desktop.ui.errors import Problem, sentence
from desktop.ui.keys.paper_key import PaperKey, Words
from desktop.ui.keys.passphrase_choice import PassphraseChoice
from desktop.ui.settings.ports import KeyRing, PreferencesKeeper
from desktop.ui.text import translate

T = TypeVar("T")


class Panel(StrEnum):
    """What is unfolded in the card of the keys."""

    NONE = "none"
    PHRASE = "phrase"
    PAPER_ASKED = "paper_asked"
    PAPER = "paper"
    RETYPE = "retype"


@dataclass(frozen=True)
class SettingsState:
    """What the settings show."""

    preferences: Preferences
    panel: Panel = Panel.NONE
    is_busy: bool = False
    problem: Problem | None = None
    note: str = ""


class SettingsViewModel(QObject):
    """`preferences_changed` at each choice: the application wears it at once."""

    changed = Signal()
    preferences_changed = Signal(object)
    keys_changed = Signal()
    """Another passphrase or another paper: a short code ends with the one before."""

    def __init__(
        self,
        background: Background,
        keeper: PreferencesKeeper,
        keys: KeyRing,
        preferences: Preferences,
        parent: QObject | None = None,
    ) -> None:
        """`preferences` are those the application already wears."""
        super().__init__(parent)
        self._background = background
        self._keeper = keeper
        self._keys = keys
        self._state = SettingsState(preferences)
        self.choice = PassphraseChoice(background, keys, self)
        self.paper = PaperKey(background, keys.confirm_paper_key, self)
        self.choice.changed.connect(self.changed)
        self.paper.confirmed.connect(self._paper_is_proved)

    @property
    def state(self) -> SettingsState:
        return self._state

    # -- the look and the lock -----------------------------------------------------------------

    def choose_appearance(self, appearance: Appearance) -> None:
        self._prefer(replace(self._state.preferences, appearance=appearance))

    def choose_text_size(self, percent: int | None) -> None:
        """`None` follows the computer."""
        self._prefer(replace(self._state.preferences, text_percent=percent))

    def choose_lock_delay(self, minutes: int) -> None:
        self._prefer(replace(self._state.preferences, lock_after_min=minutes))

    def start_discreet(self, discreet: bool) -> None:
        """Whether names are initials each time the vault is opened; today's names stay as shown."""
        self._prefer(replace(self._state.preferences, starts_discreet=discreet))

    # -- the keys ------------------------------------------------------------------------------

    def unfold(self, panel: Panel) -> None:
        """Opens one of the two changes of key; the other is put away."""
        if not self._state.is_busy:
            self._put_away(panel=panel)

    def fold(self) -> None:
        """Puts away what was begun. A new paper key that was not typed back stays in force."""
        if not self._state.is_busy:
            self._put_away(panel=Panel.NONE)

    def change_passphrase(self, current: str) -> None:
        chosen = self.choice.state
        if chosen.is_ready and not self._state.is_busy:
            self._run(
                lambda: self._keys.change_passphrase(current, chosen.passphrase),
                self._passphrase_changed,
            )

    def ask_paper(self, passphrase: str) -> None:
        """Makes the new paper key: from here the former paper no longer opens."""
        if not self._state.is_busy:
            self._run(lambda: self._keys.new_paper_key(passphrase), self._show_paper)

    def retype(self) -> None:
        self._show(replace(self._state, panel=Panel.RETYPE))

    def show_paper_again(self) -> None:
        self._show(replace(self._state, panel=Panel.PAPER))

    def _prefer(self, preferences: Preferences) -> None:
        if preferences == self._state.preferences:
            return
        self._show(replace(self._state, preferences=preferences, problem=None, note=""))
        self.preferences_changed.emit(preferences)
        self._background.run(
            Lane.STORE, lambda: self._keeper.write(preferences), _nothing_to_say, self._not_kept
        )

    def _not_kept(self, failure: Exception) -> None:
        """The choice is worn all the same; only tomorrow will not know of it."""
        self._show(replace(self._state, problem=sentence(failure)))

    def _passphrase_changed(self, _: object) -> None:
        self.keys_changed.emit()
        self._put_away(
            panel=Panel.NONE, note=translate("Settings", "La phrase de passe est changée.")
        )

    def _show_paper(self, words: Words) -> None:
        self.keys_changed.emit()
        self.paper.begin(words)
        self._show(replace(self._state, panel=Panel.PAPER))

    def _paper_is_proved(self) -> None:
        note = translate(
            "Settings",
            "La nouvelle clé de secours est en place. Synchronisez, puis détruisez l’ancienne.",
        )
        self._put_away(panel=Panel.NONE, note=note)

    def _put_away(self, *, panel: Panel, note: str = "") -> None:
        self.choice.forget()
        self.paper.forget()
        self._show(replace(self._state, panel=panel, problem=None, note=note))

    def _run(self, work: Callable[[], T], on_done: Callable[[T], None]) -> None:
        def done(answer: T) -> None:
            self._show(replace(self._state, is_busy=False))
            on_done(answer)

        self._show(replace(self._state, is_busy=True, problem=None, note=""))
        self._background.run(Lane.STORE, work, done, self._failed)

    def _failed(self, failure: Exception) -> None:
        self._show(replace(self._state, is_busy=False, problem=sentence(failure)))

    def _show(self, state: SettingsState) -> None:
        if state != self._state:
            self._state = state
            self.changed.emit()


def _nothing_to_say(_: object) -> None:
    """A choice that is kept needs no message."""

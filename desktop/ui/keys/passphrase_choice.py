"""Choosing a new passphrase: typed twice, rated while it is typed, or proposed."""

from dataclasses import dataclass, field, replace

from PySide6.QtCore import QObject, Signal

from desktop.ui.background import Background, Handle, Lane
from desktop.ui.keys.ports import Advice, Fault, Hint, Level, Rating
from desktop.ui.text import translate

_COMFORTABLE_BITS = 60.0


@dataclass(frozen=True)
class Meter:
    """How strong, in steps out of four and in a sentence."""

    steps: int = 0
    words: str = ""


@dataclass(frozen=True)
class ChoiceState:
    """What has been typed so far, and what is thought of it."""

    passphrase: str = field(default="", repr=False)
    again: str = field(default="", repr=False)
    meter: Meter = Meter()
    is_accepted: bool = False
    is_proposed: bool = False
    """It comes from Coffre: it is shown, to be written down."""

    @property
    def differs(self) -> bool:
        """Whether the second typing has already left the first."""
        return not self.passphrase.startswith(self.again)

    @property
    def is_ready(self) -> bool:
        return self.is_accepted and self.passphrase == self.again


class PassphraseChoice(QObject):
    """Holds the two typings until they are used, then forgets them."""

    changed = Signal()

    def __init__(
        self, background: Background, advice: Advice, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._background = background
        self._advice = advice
        self._rating: Handle | None = None
        self._state = ChoiceState()

    @property
    def state(self) -> ChoiceState:
        return self._state

    def type(self, passphrase: str) -> None:
        if passphrase != self._state.passphrase:
            self._take(passphrase, is_proposed=False)

    def type_again(self, passphrase: str) -> None:
        if passphrase != self._state.again:
            self._show(replace(self._state, again=passphrase))

    def propose(self) -> None:
        """Fills the first typing; the second stays the person's, who proves she has read it."""
        self._background.run(
            Lane.STORE,
            self._advice.propose,
            lambda phrase: self._take(phrase, is_proposed=True),
            self._say_nothing,
        )

    def forget(self) -> None:
        self._stop_rating()
        self._show(ChoiceState())

    def _take(self, passphrase: str, *, is_proposed: bool) -> None:
        again = "" if is_proposed else self._state.again
        self._stop_rating()
        self._show(
            replace(
                self._state,
                passphrase=passphrase,
                again=again,
                is_accepted=False,
                is_proposed=is_proposed,
                # The former sentence stays until the new one comes, rather than blink.
                meter=self._state.meter if passphrase else Meter(),
            )
        )
        if passphrase:
            self._rating = self._background.run(
                Lane.STORE, lambda: self._advice.rate(passphrase), self._rated, self._say_nothing
            )

    def _rated(self, rating: Rating) -> None:
        accepted = rating.fault is None and rating.level is not Level.REFUSED
        self._show(replace(self._state, meter=meter_of(rating), is_accepted=accepted))

    def _say_nothing(self, failure: Exception) -> None:
        """Without an opinion the phrase stays unaccepted, and the meter says why."""
        words = translate("Passphrase", "Coffre n’a pas pu évaluer cette phrase\u00a0: retapez-la.")
        self._show(replace(self._state, meter=Meter(0, words), is_accepted=False))

    def _stop_rating(self) -> None:
        if self._rating is not None:
            self._rating.abandon()

    def _show(self, state: ChoiceState) -> None:
        if state != self._state:
            self._state = state
            self.changed.emit()


def meter_of(rating: Rating) -> Meter:
    """Return the honest word for a rating, and the first thing that would make it better."""
    if rating.fault is not None or rating.level is Level.REFUSED:
        return Meter(1, f"{_refusal(rating.fault)} {_advice(rating)}".strip())
    if rating.level is Level.STRONG:
        return Meter(4, translate("Passphrase", "Solide\u00a0: au niveau que conseille la CNIL."))
    if rating.bits < _COMFORTABLE_BITS:
        words = translate(
            "Passphrase", "Juste suffisante\u00a0: deux mots de plus feraient beaucoup."
        )
        return Meter(2, f"{words} {_advice(rating)}".strip())
    words = translate("Passphrase", "Bonne\u00a0: un mot de plus la rendrait solide.")
    return Meter(3, f"{words} {_advice(rating)}".strip())


def _refusal(fault: Fault | None) -> str:
    if fault is Fault.TOO_SHORT:
        return translate("Passphrase", "Trop courte\u00a0: quinze signes au moins.")
    if fault is Fault.TOO_LONG:
        return translate("Passphrase", "Trop longue\u00a0: moins de cinq cents signes.")
    if fault is Fault.NOT_TEXT:
        return translate("Passphrase", "Elle contient un signe que l’on ne peut pas taper.")
    return translate("Passphrase", "Trop facile à deviner.")


def _advice(rating: Rating) -> str:
    hints = {
        Hint.OWN: translate(
            "Passphrase", "On y trouve votre nom, votre identifiant ou celui du bureau."
        ),
        Hint.COMMON_PHRASE: translate("Passphrase", "On y trouve une expression très connue."),
        Hint.RUN: translate("Passphrase", "On y trouve une suite du clavier ou de l’alphabet."),
        Hint.DATE: translate("Passphrase", "On y trouve une date, qui se devine."),
        Hint.REPEATED: translate("Passphrase", "Un même morceau y revient."),
        Hint.SENTENCE: translate("Passphrase", "Des mots sans lien valent mieux qu’une phrase."),
    }
    return next((words for hint, words in hints.items() if hint in rating.hints), "")

"""A paper key, from its 24 words on the screen to the proof that they are on paper."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path

from PySide6.QtCore import QObject, Signal

from desktop.config.private_files import write_private
from desktop.ui.background import Background, Lane
from desktop.ui.errors import Problem, sentence
from desktop.ui.keys.words import WORD_COUNT, first_difference
from desktop.ui.text import translate

Words = tuple[str, ...]


@dataclass(frozen=True)
class PaperState:
    """What is shown, what has been typed back, and how it went."""

    words: Words = field(default=(), repr=False)
    """Empty when the paper is already printed and only has to be typed."""
    typed: Words = field(default=(), repr=False)
    wrong: int | None = None
    """Place of the first wrong word, from 1."""
    is_busy: bool = False
    problem: Problem | None = None
    note: str = ""
    """What has become of the paper: saved, printed."""


class PaperKey(QObject):
    """Shows the words once, keeps them on paper, has them typed back."""

    changed = Signal()
    confirmed = Signal()

    def __init__(
        self,
        background: Background,
        confirm: Callable[[str], object],
        parent: QObject | None = None,
    ) -> None:
        """`confirm` checks the words against the vault, on the store's lane."""
        super().__init__(parent)
        self._background = background
        self._confirm = confirm
        self._state = PaperState()

    @property
    def state(self) -> PaperState:
        return self._state

    def begin(self, words: Words) -> None:
        """A new key: what was typed for another one no longer means anything."""
        self._show(PaperState(words=words))

    def forget(self) -> None:
        self._show(PaperState())

    def type(self, typed: Words) -> None:
        if typed != self._state.typed:
            self._show(replace(self._state, typed=typed, wrong=None, problem=None))

    def save(self, path: Path, pdf: bytes) -> None:
        """Writes the paper where the person asked, readable by her alone."""
        self._show(replace(self._state, is_busy=True, problem=None, note=""))
        self._background.run(
            Lane.STORE, lambda: write_private(path, pdf), self._saved, self._failed
        )

    def note_printed(self) -> None:
        self._show(
            replace(
                self._state,
                problem=None,
                note=translate("PaperKey", "Envoyé à l’imprimante\u00a0: prenez le papier."),
            )
        )

    def note_unprinted(self, failure: Exception) -> None:
        """Say why there is no paper, and what is left: the words are in sight."""
        remedy = translate("PaperKey", "Enregistrez le PDF, ou recopiez les mots à la main.")
        self._show(replace(self._state, note="", problem=replace(sentence(failure), remedy=remedy)))

    def check(self) -> None:
        """Says which word is wrong, or has the vault confirm them all."""
        typed = self._state.typed
        missing = _first_missing(typed)
        wrong = first_difference(typed[: (missing or 1 + WORD_COUNT) - 1], self._state.words)
        if wrong or missing:
            self._show(_pointed_at(self._state, wrong, missing))
            return
        self._show(replace(self._state, is_busy=True, wrong=None, problem=None))
        self._background.run(
            Lane.STORE, lambda: self._confirm(" ".join(typed)), self._was_confirmed, self._failed
        )

    def _was_confirmed(self, _: object) -> None:
        self._show(PaperState())
        self.confirmed.emit()

    def _saved(self, _: object) -> None:
        note = translate(
            "PaperKey", "Enregistré\u00a0: imprimez-le, puis effacez le fichier de ce poste."
        )
        self._show(replace(self._state, is_busy=False, note=note))

    def _failed(self, failure: Exception) -> None:
        position = getattr(failure, "position", None)
        self._show(
            replace(
                self._state,
                is_busy=False,
                problem=sentence(failure),
                wrong=position if isinstance(position, int) else None,
            )
        )

    def _show(self, state: PaperState) -> None:
        if state != self._state:
            self._state = state
            self.changed.emit()


def _first_missing(typed: Words) -> int | None:
    padded = (*typed, *[""] * (WORD_COUNT - len(typed)))
    return next((place for place, word in enumerate(padded, 1) if not word.strip()), None)


def _pointed_at(state: PaperState, wrong: int | None, missing: int | None) -> PaperState:
    if wrong:
        text = translate("PaperKey", "Le mot n°\u00a0{0} n’est pas celui du papier.").format(wrong)
        remedy = translate("PaperKey", "Relisez-le, puis vérifiez de nouveau.")
    else:
        text = translate("PaperKey", "Le mot n°\u00a0{0} manque.").format(missing)
        remedy = translate("PaperKey", "Il faut les vingt-quatre, dans l’ordre.")
    return replace(state, wrong=wrong or missing, problem=Problem(text, remedy))

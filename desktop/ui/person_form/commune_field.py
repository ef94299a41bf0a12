"""A commune is typed and chosen in a list that shows postal codes: a code alone never tells one."""

from collections.abc import Sequence

from PySide6.QtCore import QStringListModel, Qt, Signal
from PySide6.QtWidgets import QCompleter, QWidget

from desktop.ui.kit import LineField
from desktop.ui.person_form.typed import CommuneChoice


class CommuneField(LineField):
    """Proposes communes while somebody types; Down and Enter choose one."""

    typed = Signal(str)
    commune_changed = Signal()

    def __init__(self, *, hint: str = "", parent: QWidget | None = None) -> None:
        super().__init__(hint=hint, parent=parent)
        self._choices: tuple[CommuneChoice, ...] = ()
        self._chosen: CommuneChoice | None = None
        self._words = QStringListModel(self)
        self._list = QCompleter(self._words, self)
        # The list comes already sorted and filtered, accents and old names forgiven.
        self._list.setCompletionMode(QCompleter.CompletionMode.UnfilteredPopupCompletion)
        self._list.setCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
        self._list.activated.connect(self._take)
        self._list.setWidget(self)
        self.textEdited.connect(self._edited)

    @property
    def chosen(self) -> CommuneChoice | None:
        return self._chosen

    @property
    def proposed(self) -> tuple[CommuneChoice, ...]:
        return self._choices

    def set_chosen(self, choice: CommuneChoice | None, words: str) -> None:
        self._chosen = choice
        self.set_value(words)

    def propose(self, choices: Sequence[CommuneChoice]) -> None:
        if tuple(choices) == self._choices:
            return
        self._choices = tuple(choices)
        self._words.setStringList([choice.words for choice in choices])
        if self.hasFocus() and choices and self._chosen is None:
            self._list.complete()

    def _edited(self, text: str) -> None:
        self._chosen = None
        self.typed.emit(text)
        self.commune_changed.emit()

    def _take(self, words: str) -> None:
        self._chosen = next((c for c in self._choices if c.words == words), None)
        self.set_value(words)
        self.commune_changed.emit()

"""A person is found by typing her name and chosen in a list that tells namesakes apart."""

from collections.abc import Sequence

from PySide6.QtCore import QStringListModel, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QCompleter, QWidget

from desktop.ui.agenda.state import Proposed
from desktop.ui.kit import LineField
from protocol.ids import PersonId


class PersonField(LineField):
    """Proposes persons while somebody types; Down and Enter choose one, Enter the only one."""

    typed = Signal(str)
    chosen_changed = Signal()

    def __init__(self, *, hint: str = "", parent: QWidget | None = None) -> None:
        super().__init__(hint=hint, parent=parent)
        self._proposed: dict[str, Proposed] = {}
        self._chosen: PersonId | None = None
        self._words = QStringListModel(self)
        self._list = QCompleter(self._words, self)
        # The list comes already sorted and filtered.
        self._list.setCompletionMode(QCompleter.CompletionMode.UnfilteredPopupCompletion)
        self._list.setCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
        self._list.activated.connect(self.take)
        self._list.setWidget(self)
        self.textEdited.connect(self._edited)

    @property
    def chosen(self) -> PersonId | None:
        """Who was chosen; nobody while a name is only typed."""
        return self._chosen

    def set_chosen(self, person: PersonId | None, name: str) -> None:
        """Show somebody who is already known."""
        self._chosen = person
        self.set_value(name)

    def own_words(self) -> str:
        """Whom it is, and the words; see `desktop/ui/kit/typed.py`."""
        return f"{self._chosen or ''}\n{self.text()}"

    def set_own_words(self, words: str) -> None:
        """Who was chosen, or what was typed to find her."""
        person, _, text = words.partition("\n")
        self.set_chosen(PersonId(person) if person else None, text)

    def propose(self, found: Sequence[Proposed]) -> None:
        """Show who may be meant."""
        self._proposed = {one.words: one for one in found}
        self._words.setStringList(list(self._proposed))
        if self.hasFocus() and found and self._chosen is None:
            self._list.complete()

    def take(self, words: str) -> None:
        """Choose a line of the list."""
        found = self._proposed.get(words)
        if found is not None:
            self.set_chosen(found.person, found.name)
            self.chosen_changed.emit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        popup = self._list.popup()
        is_enter = event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter)
        if popup is None or not is_enter or not popup.isVisible():
            super().keyPressEvent(event)
            return
        # The list asks the field first: Enter chooses a person, and does not save the form yet.
        event.ignore()
        if not popup.currentIndex().isValid() and len(self._proposed) == 1:
            self.take(next(iter(self._proposed)))

    def _edited(self, text: str) -> None:
        self._chosen = None
        self.typed.emit(text)

"""What is typed of a document: its title and its category."""

from collections.abc import Mapping

from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QFrame, QVBoxLayout, QWidget

from desktop.domain.free_text import FreeTextGuard
from desktop.ui.documents import words
from desktop.ui.documents.state import DocumentsState
from desktop.ui.free_text import guard_field
from desktop.ui.kit import (
    CARD_GAP,
    Choice,
    Flow,
    LabeledField,
    LineField,
    PrimaryButton,
    Secondary,
    SecondaryButton,
    answer_main_key,
)
from desktop.ui.kit.escape import takes_escape
from desktop.ui.kit.typed import SmallForm, Typed
from protocol.kinds.documents import DocumentCategory


class NamingForm(QFrame, SmallForm):
    """A title and a category; Enter keeps them, Esc puts the form away."""

    def __init__(self, guard: FreeTextGuard | None = None, parent: QWidget | None = None) -> None:
        """``guard`` says, under the title, what had better not be written there."""
        super().__init__(parent)
        self.setProperty("kind", "sunken")
        self.setAccessibleName(self.tr("Document à joindre"))
        self.file = Secondary("", small=True)
        self.title_field = LineField(limit=200)
        self.category_field = Choice([(item.value, item.label) for item in DocumentCategory])
        self.title = LabeledField(self.tr("Titre"), self.title_field)
        self.category = LabeledField(self.tr("Catégorie"), self.category_field)
        self.guard = guard_field(self.title, guard)
        self.save = PrimaryButton(self.tr("Joindre"))
        self.cancel = SecondaryButton(self.tr("Annuler"))
        layout = QVBoxLayout(self)
        layout.setContentsMargins(CARD_GAP, CARD_GAP, CARD_GAP, CARD_GAP)
        layout.setSpacing(12)
        for part in (self.file, self.title, self.category, Flow(self.save, self.cancel, gap=8)):
            layout.addWidget(part)
        self.title_field.returnPressed.connect(self.save.click)
        answer_main_key(self, self.save)
        self._shown: object = None
        self._kept: Typed | None = None
        self.hide()

    def show_state(self, state: DocumentsState) -> None:
        """Opens for a file or a document, with what is known of it; typed words stay."""
        wanted = state.chosen or state.naming
        if state.problem is not None:
            self._kept = None  # its file is gone, and the page says so
        self.title.show_problem(state.field_problems.get("title", ""))
        self.save.setEnabled(not state.is_busy)
        if wanted is self._shown:
            return
        self._shown = wanted
        self.setVisible(wanted is not None)
        if state.chosen is not None:
            self._open(words.chosen(state.chosen), state.chosen.name, DocumentCategory.OTHER)
            self.save.set_words(self.tr("Joindre"))
        elif state.line is not None and state.naming is not None:
            self._open("", state.line.title, state.line.category)
            self.save.set_words(self.tr("Enregistrer"))
        kept, self._kept = self._kept, None
        if kept is not None:
            self.write(kept)

    @property
    def form_name(self) -> str:
        return type(self).__name__

    def typed_fields(self) -> Mapping[str, QWidget]:
        return {"title": self.title_field, "category": self.category_field}

    def typed(self) -> Typed | None:
        """Return what is written, while a document is being named or is still to be read again."""
        return self._kept or (self.words() if self._shown is not None else None)

    def keep(self, typed: Typed) -> None:
        """What was typed before a lock comes back when the form opens for the same document."""
        self._kept = typed

    def event(self, event: QEvent) -> bool:
        # Esc belongs to the window, unless there is a form to close first.
        return takes_escape(event) or super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.cancel.click()
        else:
            super().keyPressEvent(event)

    def _open(self, said: str, title: str, category: DocumentCategory) -> None:
        self.file.setText(said)
        self.file.setVisible(bool(said))
        self.title_field.set_value(title)
        self.category_field.set_value(category.value)
        if self.guard is not None:
            self.guard.forget()
        self.title.setFocus()
        self.title_field.selectAll()

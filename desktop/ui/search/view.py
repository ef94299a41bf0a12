"""The palette of Ctrl+K: a field, what it finds, and the arrows between them."""

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QHideEvent, QKeyEvent, QShowEvent
from PySide6.QtWidgets import QApplication, QDialog, QWidget

from desktop.ui.kit import (
    LabeledField,
    LineField,
    ListView,
    Mark,
    Row,
    RowsModel,
    Secondary,
    Text,
    column,
)
from desktop.ui.search.viewmodel import Hit, HitKind, SearchViewModel, place_facts
from desktop.ui.theme import current_tokens

_WIDTH_PX, _HEIGHT_PX = 560, 460
_LIST_KEYS = frozenset({Qt.Key.Key_Up, Qt.Key.Key_Down, Qt.Key.Key_PageUp, Qt.Key.Key_PageDown})
_ENTER_KEYS = frozenset({Qt.Key.Key_Return, Qt.Key.Key_Enter})


class SearchPalette(QDialog):
    """Renders a `SearchViewModel`; closes when something is chosen, or on Esc."""

    def __init__(
        self, viewmodel: SearchViewModel, parent: QWidget | None = None, *, asked: str = ""
    ) -> None:
        """`asked` is what is looked for, when it is not anything anywhere."""
        super().__init__(parent)
        asked = asked or self.tr("Rechercher partout")
        # Seen by anybody in the task bar: never what is searched.
        self.setWindowTitle("Coffre")
        self.setAccessibleName(asked)
        self._viewmodel = viewmodel
        self._is_asked = False
        """Whether Enter was pressed before the answer came."""
        self.field = LineField(hint=self.tr("Un nom, une date de naissance, un téléphone…"))
        self.field.installEventFilter(self)
        self.model = RowsModel(self)
        self.list = ListView(self.tr("Résultats"))
        self.list.setModel(self.model)
        # A page has no second line, a person has one.
        self.list.setUniformItemSizes(False)
        # The field keeps the keyboard: arrows typed there move the choice here.
        self.list.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._nothing = Secondary()
        self._facts = Text()
        self._help = Secondary(
            self.tr("↑ ↓ pour choisir · Entrée pour ouvrir · Esc pour fermer"), small=True
        )
        layout = column(LabeledField(asked, self.field), self._nothing, gap=12)
        layout.setContentsMargins(16, 16, 16, 16)
        layout.addWidget(self.list, 1)
        layout.addWidget(self._facts)
        layout.addWidget(self._help)
        self.setLayout(layout)
        self.field.value_changed.connect(self._type)
        self.list.opened.connect(lambda _: self._choose())
        viewmodel.changed.connect(self.render_state)
        viewmodel.person_requested.connect(self.accept)
        viewmodel.command_requested.connect(self.accept)

    def render_state(self) -> None:
        state = self._viewmodel.state
        self.field.set_value(state.typed)
        self.model.show([_row(hit) for hit in state.hits])
        if state.hits and (state.is_answered or not self.list.currentIndex().isValid()):
            self.list.setCurrentIndex(self.model.index(0))
        self._nothing.setText(self._said())
        self._nothing.setVisible(bool(self._nothing.text()))
        self._facts.setText(place_facts(state.place) if state.place else "")
        self._facts.setVisible(state.place is not None)
        if self._is_asked and state.is_answered and state.problem is None:
            self._choose()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._viewmodel.begin()
        self.render_state()
        self._place()
        self.field.setFocus()

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self._is_asked = False
        self._viewmodel.end()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if isinstance(event, QKeyEvent) and event.type() is QEvent.Type.KeyPress:
            if event.key() in _LIST_KEYS:
                QApplication.sendEvent(self.list, event)
                return True
            if event.key() in _ENTER_KEYS:
                self._choose()
                return True
        return super().eventFilter(watched, event)

    def _type(self, typed: str) -> None:
        self._is_asked = False  # somebody who goes on typing has not found yet
        self._viewmodel.type(typed)

    def _choose(self) -> None:
        at, state = self.list.currentIndex().row(), self._viewmodel.state
        # While the answer is on its way, what is shown answers another question: it is waited for.
        self._is_asked = not state.is_answered
        if 0 <= at < len(state.hits) and state.is_answered:
            self._viewmodel.choose(state.hits[at])

    def _said(self) -> str:
        state = self._viewmodel.state
        if state.problem is not None:
            return state.problem.whole
        if state.has_found_nothing:
            return self.tr("Rien ne répond à ces mots. Essayez un début de nom, ou une date.")
        return ""

    def _place(self) -> None:
        """At the top of the window it belongs to, never larger than it."""
        tokens = current_tokens()
        width, height = tokens.text_px(_WIDTH_PX), tokens.text_px(_HEIGHT_PX)
        above = self.parentWidget()
        if above is None:
            self.resize(width, height)
            return
        window = above.window()
        self.resize(min(width, window.width() - 32), min(height, window.height() - 64))
        corner = window.mapToGlobal(window.rect().topLeft())
        self.move(corner.x() + (window.width() - self.width()) // 2, corner.y() + 48)


def _row(hit: Hit) -> Row:
    is_command = hit.kind is HitKind.COMMAND
    return Row(
        key=(hit.kind, hit.key),
        title=hit.title,
        subtitle=hit.subtitle,
        trailing=hit.trailing if is_command else "",
        mark=None if is_command else Mark(hit.trailing),
    )

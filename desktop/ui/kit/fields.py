"""Fields that people type in, each with its label, a word of help and, in place, its problem."""

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QPoint, Qt, Signal
from PySide6.QtGui import QKeyEvent, QPainter, QPaintEvent, QWheelEvent
from PySide6.QtWidgets import (
    QComboBox,
    QHBoxLayout,
    QLineEdit,
    QVBoxLayout,
    QWidget,
)

from desktop.ui.kit.buttons import IconButton
from desktop.ui.kit.labels import Text
from desktop.ui.kit.layout import slack
from desktop.ui.kit.polish import repolish
from desktop.ui.text import clean
from desktop.ui.theme import current_tokens, icon_pixmap

LINE_LIMIT = 200
PASSPHRASE_LIMIT = 1024


class LineField(QLineEdit):
    """One line of text; what cannot be kept (NUL, half characters) never enters it."""

    value_changed = Signal(str)

    def __init__(
        self,
        *,
        value: str = "",
        limit: int = LINE_LIMIT,
        hint: str = "",
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(clean(value), parent)
        self.setMaxLength(limit)
        self.setPlaceholderText(hint)
        self.textChanged.connect(self._keep_clean)

    @property
    def value(self) -> str:
        return self.text().strip()

    def set_value(self, value: str) -> None:
        """Shows another value without moving the cursor of somebody who is typing the same."""
        if clean(value) != self.text():
            self.setText(clean(value))

    def _keep_clean(self, text: str) -> None:
        kept = clean(text)
        if kept != text:
            self.setText(kept)
            return
        self.value_changed.emit(text)


class Choice(QComboBox):
    """One of a list. The wheel moves the page, not the choice, until the field has the focus."""

    chosen = Signal(str)

    def __init__(
        self,
        choices: Sequence[tuple[str, str]] = (),
        *,
        value: str = "",
        parent: QWidget | None = None,
    ) -> None:
        """`choices` are (key, words); an empty key may stand for « Non renseigné »."""
        super().__init__(parent)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)
        self.set_choices(choices, value=value)
        self.activated.connect(lambda _: self.chosen.emit(self.value))

    @property
    def value(self) -> str:
        return str(self.currentData() or "")

    def set_choices(self, choices: Sequence[tuple[str, str]], *, value: str = "") -> None:
        self.clear()
        for key, words in choices:
            self.addItem(words, key)
        self.set_value(value)

    def set_value(self, key: str) -> None:
        self.setCurrentIndex(max(self.findData(key), 0 if self.count() else -1))

    def wheelEvent(self, event: QWheelEvent) -> None:
        if self.hasFocus():
            super().wheelEvent(event)
        else:
            event.ignore()

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        tokens = current_tokens()
        side = tokens.text_px(16)
        colour = tokens.ink if self.isEnabled() else tokens.secondary
        place = QPoint(self.width() - side - 10, (self.height() - side) // 2)
        chevron = icon_pixmap("chevron-down", colour, side, self.devicePixelRatioF())
        QPainter(self).drawPixmap(place, chevron)


class PassphraseField(QWidget):
    """A passphrase: hidden until asked for, and a hint when capitals are locked."""

    value_changed = Signal(str)
    submitted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.line = QLineEdit()
        self.line.setEchoMode(QLineEdit.EchoMode.Password)
        self.line.setMaxLength(PASSPHRASE_LIMIT)
        self.line.textChanged.connect(self.value_changed)
        self.line.returnPressed.connect(self.submitted)
        self.line.installEventFilter(self)
        self.show_button = IconButton("eye", self._show_words(is_shown=False))
        self.show_button.clicked.connect(self._toggle)
        self._capitals = Text(kind="small")
        self._capitals.setText(self.tr("Majuscules verrouillées\u00a0: oui"))
        self._capitals.hide()
        self._lay_out()
        self.setFocusProxy(self.line)

    @property
    def value(self) -> str:
        return self.line.text()

    @property
    def says_capitals_are_locked(self) -> bool:
        return not self._capitals.isHidden()

    def clear(self) -> None:
        """Forgets what was typed, and hides it again."""
        self.line.clear()
        self._show(False)

    def setAccessibleName(self, name: str) -> None:
        super().setAccessibleName(name)
        self.line.setAccessibleName(name)

    def setAccessibleDescription(self, description: str) -> None:
        super().setAccessibleDescription(description)
        self.line.setAccessibleDescription(description)

    def eventFilter(self, watched: object, event: QEvent) -> bool:
        if isinstance(event, QKeyEvent) and event.type() is QEvent.Type.KeyPress:
            self._watch_capitals(event)
        return False

    def _watch_capitals(self, event: QKeyEvent) -> None:
        """Qt does not tell the state of the key: the case of a letter does."""
        letter = event.text()
        if event.key() == Qt.Key.Key_CapsLock:
            # The state is unknown until the next letter: no hint is better than a wrong one.
            self._capitals.hide()
        elif len(letter) == 1 and letter.isalpha() and letter.upper() != letter.lower():
            shift = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
            self._capitals.setVisible(letter.isupper() != shift)

    def _toggle(self) -> None:
        self._show(self.line.echoMode() is QLineEdit.EchoMode.Password)

    def _show(self, shown: bool) -> None:
        modes = QLineEdit.EchoMode
        self.line.setEchoMode(modes.Normal if shown else modes.Password)
        self.show_button.set_icon("eye-off" if shown else "eye")
        self.show_button.set_words(self._show_words(is_shown=shown))

    def _show_words(self, *, is_shown: bool) -> str:
        if is_shown:
            return self.tr("Cacher la phrase de passe")
        return self.tr("Montrer la phrase de passe")

    def _lay_out(self) -> None:
        field = QHBoxLayout()
        field.setSpacing(4)
        field.addWidget(self.line, 1)
        field.addWidget(self.show_button)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.setSpacing(4)
        outer.addLayout(field)
        outer.addWidget(self._capitals)


class LabeledField(QWidget):
    """A field under its label, with help and, when something is wrong, one sentence in place."""

    def __init__(
        self,
        label: str,
        field: QWidget,
        *,
        help: str = "",
        grows: bool = False,
        parent: QWidget | None = None,
    ) -> None:
        """With `grows`, spare height goes to the field (a long text) rather than below it."""
        super().__init__(parent)
        self.field = field
        self._help_text = help
        self.label = Text(label, kind="field")
        self.label.setBuddy(field)
        self._help = Text(help, kind="small")
        if not help:
            self._help.hide()
        self._problem = Text(kind="problem")
        self._problem.hide()
        field.setAccessibleName(label)
        field.setAccessibleDescription(help)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        # The gaps belong to the words, so that hidden ones and the slack take no room.
        layout.setSpacing(0)
        self.label.setContentsMargins(0, 0, 0, 4)
        self._help.setContentsMargins(0, 4, 0, 0)
        self._problem.setContentsMargins(0, 4, 0, 0)
        layout.addWidget(self.label)
        layout.addWidget(field, int(grows))
        layout.addWidget(self._help)
        layout.addWidget(self._problem)
        if not grows:
            layout.addWidget(slack())
        self.setFocusProxy(field)

    @property
    def problem(self) -> str:
        return self._problem.text()

    def set_label(self, label: str) -> None:
        self.label.setText(label)
        self.field.setAccessibleName(label)

    def show_help(self, help: str) -> None:
        """Says something quiet under the field; an empty text takes it away."""
        self._help_text = help
        self._help.setText(help)
        self._help.setVisible(bool(help))
        self.field.setAccessibleDescription(self.problem or help)

    def show_problem(self, sentence: str) -> None:
        """One sentence under the field; an empty one takes it away."""
        self._problem.setText(sentence)
        self._problem.setVisible(bool(sentence))
        self.field.setAccessibleDescription(sentence or self._help_text)
        marked = self.field.focusProxy() or self.field
        if bool(marked.property("problem")) != bool(sentence):
            marked.setProperty("problem", bool(sentence))
            repolish(marked)

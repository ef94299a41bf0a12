"""What the application has to say: a banner, an empty page, an undo, a progress."""

from collections.abc import Callable

from PySide6.QtCore import QEvent, Qt, QTimer, Signal
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QProgressBar, QVBoxLayout, QWidget

from desktop.ui.kit.buttons import IconButton, KitButton, PrimaryButton, SecondaryButton
from desktop.ui.kit.card import Card
from desktop.ui.kit.labels import Secondary, Text
from desktop.ui.kit.layout import GRID
from desktop.ui.kit.polish import repolish
from desktop.ui.kit.spoken import speak
from desktop.ui.theme import Role, current_tokens, icon_pixmap

UNDO_DELAY_S = 10
_ICONS = {
    Role.NEUTRAL: "info",
    Role.PRIMARY: "info",
    Role.OK: "check",
    Role.PENDING: "triangle-alert",
    Role.DANGER: "circle-alert",
    Role.PRIVATE: "lock",
}


class Notice(QFrame):
    """One sentence and, at most, one remedy, in place. Can be put away when `closable`.

    It is spoken when it appears, and when it says something else.
    """

    remedy_asked = Signal()
    closed = Signal()

    def __init__(
        self,
        sentence: str = "",
        remedy: str = "",
        *,
        role: Role = Role.NEUTRAL,
        closable: bool = False,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._role = role
        self._drawing = QLabel()
        self._sentence = Text()
        self.remedy = SecondaryButton(remedy)
        self.remedy.clicked.connect(self.remedy_asked)
        self._close = IconButton("x", self.tr("Fermer ce message"))
        self._close.clicked.connect(self._put_away)
        if not closable:  # showing what has no parent yet would open a window of its own
            self._close.hide()
        layout = QHBoxLayout(self)
        layout.setContentsMargins(12, GRID, GRID, GRID)
        layout.setSpacing(10)
        layout.addWidget(self._drawing, 0, Qt.AlignmentFlag.AlignVCenter)
        layout.addWidget(self._sentence, 1)
        layout.addWidget(self.remedy)
        layout.addWidget(self._close)
        self.say(sentence, remedy, role)

    @property
    def sentence(self) -> str:
        return self._sentence.text()

    @property
    def role(self) -> Role:
        return self._role

    def say(self, sentence: str, remedy: str = "", role: Role = Role.NEUTRAL) -> None:
        is_news = bool(sentence) and sentence != self.sentence and self.isVisible()
        self._role = role
        self._sentence.setText(sentence)
        self.remedy.set_words(remedy)
        self.remedy.setVisible(bool(remedy))
        self.setAccessibleName(sentence)
        self.setProperty("notice", role.value)
        repolish(self)
        self._draw()
        if is_news:
            speak(self, sentence)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        if not event.spontaneous():
            speak(self, self.sentence)

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() is QEvent.Type.StyleChange:
            self._draw()

    def _draw(self) -> None:
        tokens = current_tokens()
        self._drawing.setPixmap(
            icon_pixmap(
                _ICONS[self._role],
                tokens.shape(self._role),
                tokens.text_px(18),
                self.devicePixelRatioF(),
            )
        )

    def _put_away(self) -> None:
        self.hide()
        self.closed.emit()


class UndoBar(QFrame):
    """« Suivi supprimé — Annuler », for ten seconds; then the act stands.

    A second act settles the first at once: only the last one can be undone here.
    """

    settled = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("kind", "undo")
        self._undo: Callable[[], object] | None = None
        self._words = Text()
        self.button = SecondaryButton(self.tr("Annuler"), parent=self)
        self.button.setToolTip(self.tr("Annuler (Ctrl+Z)"))
        self.button.clicked.connect(self.undo)
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self._settle)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(16, GRID, GRID, GRID)
        layout.setSpacing(16)
        layout.addWidget(self._words, 1)
        layout.addWidget(self.button)
        self.hide()

    @property
    def sentence(self) -> str:
        return self._words.text()

    @property
    def is_offering(self) -> bool:
        return self._undo is not None

    def offer(
        self, sentence: str, undo: Callable[[], object], *, delay_s: float = UNDO_DELAY_S
    ) -> None:
        """`undo` is called at most once, if the person asks for it in time."""
        if self._undo is not None:
            self._settle()
        self._undo = undo
        self._words.setText(sentence)
        self.setAccessibleName(sentence)
        self.show()
        self.raise_()
        speak(self, self.tr("{0}. Ctrl+Z pour annuler.").format(sentence.removesuffix(".")))
        self._timer.start(round(delay_s * 1000))

    def reword(self, sentence: str) -> None:
        """Tells the act that can still be undone in other words: it may have named somebody."""
        if self._undo is not None:
            self._words.setText(sentence)
            self.setAccessibleName(sentence)

    def undo(self) -> None:
        undo, self._undo = self._undo, None
        self._timer.stop()
        self.hide()
        if undo is not None:
            undo()

    def settle(self) -> None:
        """Lets the act stand now: the window is locking or closing."""
        if self._undo is not None:
            self._settle()

    def _settle(self) -> None:
        self._undo = None
        self._timer.stop()
        self.hide()
        self.settled.emit()


class EmptyState(QWidget):
    """An empty list says what it would hold and what to do first."""

    action_asked = Signal()

    def __init__(
        self,
        sentence: str,
        action: str = "",
        *,
        shortcut: str = "",
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._sentence = Secondary(sentence)
        self._sentence.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.button: KitButton = PrimaryButton(action, shortcut=shortcut)
        if not action:
            self.button.hide()
        self.button.clicked.connect(self.action_asked)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(24, 24, 24, 24)
        layout.setSpacing(16)
        layout.addStretch(1)
        layout.addWidget(self._sentence)
        layout.addWidget(self.button, 0, Qt.AlignmentFlag.AlignHCenter)
        layout.addStretch(1)

    @property
    def sentence(self) -> str:
        return self._sentence.text()

    def say(self, sentence: str, action: str = "") -> None:
        self._sentence.setText(sentence)
        self.button.set_words(action)
        self.button.setVisible(bool(action))


class ProgressCard(Card):
    """Long work that can be cancelled: what is being done, how far, and a way out."""

    cancelled = Signal()

    def __init__(
        self, title: str, *, cancellable: bool = True, parent: QWidget | None = None
    ) -> None:
        super().__init__(title, parent=parent)
        self._bar = QProgressBar()
        self._bar.setTextVisible(False)
        self._bar.setAccessibleName(title)
        self._words = Secondary()
        self.cancel = SecondaryButton(self.tr("Annuler"))
        if not cancellable:
            self.cancel.hide()
        self.cancel.clicked.connect(self._ask_to_stop)
        foot = QHBoxLayout()
        foot.addWidget(self._words, 1)
        foot.addWidget(self.cancel)
        self.add(self._bar)
        self.add(foot)
        self.show_progress(0, 0, "")

    def show_progress(self, done: int, total: int, sentence: str) -> None:
        """A total of 0 means "not known yet"."""
        self._bar.setRange(0, max(total, 0))
        self._bar.setValue(done)
        self._words.setText(sentence)
        self._bar.setAccessibleDescription(sentence)

    def _ask_to_stop(self) -> None:
        self.cancel.setEnabled(False)
        self.cancelled.emit()

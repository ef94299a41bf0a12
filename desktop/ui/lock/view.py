"""The locked laptop as anybody may see it: nothing about anybody."""

from PySide6.QtCore import QLocale, Qt
from PySide6.QtGui import QGuiApplication, QShowEvent
from PySide6.QtWidgets import QWidget

from desktop.ui.calm_window import CalmWindow
from desktop.ui.kit.buttons import LinkButton, PrimaryButton
from desktop.ui.kit.fields import LabeledField, PassphraseField
from desktop.ui.kit.labels import Secondary, Text
from desktop.ui.kit.layout import column, row
from desktop.ui.lock.viewmodel import LockState, LockViewModel, Page
from desktop.ui.text import translate

_DOOR_PX, _PAPER_PX = 420, 640
_ENTER = "↵"


class LockView(CalmWindow):
    """Renders a `LockViewModel`; the page for the paper key is made when it is asked for."""

    def __init__(
        self, viewmodel: LockViewModel, version: str, parent: QWidget | None = None
    ) -> None:
        foot = translate(
            "Lock",
            "Coffre {0} · chiffré sur ce poste · aucune donnée affichée tant que le coffre est "
            "fermé",
        )
        super().__init__(_DOOR_PX, foot.format(version), parent)
        self.setWindowTitle("Coffre")
        self._viewmodel = viewmodel
        self._paper: QWidget | None = None
        self._door = self._made_door()
        self.body.addWidget(self._door)
        self.setFocusProxy(self.field)
        viewmodel.changed.connect(self.render_state)
        viewmodel.refused.connect(self._let_retry)
        viewmodel.opened.connect(self.forget)
        self.render_state()

    def render_state(self) -> None:
        state = self._viewmodel.state
        on_paper = state.page is Page.PAPER
        if on_paper and self._paper is None:
            self._paper = self._made_paper()
            self.body.addWidget(self._paper)
        if self._door.isHidden() is not on_paper:
            self._turn_page(on_paper=on_paper)
        self._render_door(state)

    def forget(self) -> None:
        """Empties the fields: an open vault leaves nothing typed behind."""
        self.field.clear()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        # The keyboard may have been changed while Coffre was locked.
        self._keyboard.setText(_keyboard_words())
        self._keyboard.setVisible(bool(self._keyboard.text()))
        self.field.setFocus()

    def _render_door(self, state: LockState) -> None:
        # Read-only rather than disabled, which would take the keyboard away.
        self.field.line.setReadOnly(state.is_busy)
        self.open_button.setEnabled(state.can_try)
        words = self.tr("Ouverture…") if state.is_busy else self.tr("Ouvrir")
        self.open_button.set_words(words if state.is_busy else f"{words}  {_ENTER}")
        # A screen reader says the act, not its sign.
        self.open_button.setAccessibleName(words)
        self.paper_button.setEnabled(not state.is_busy)
        wait = self.tr("Nouvel essai dans {0}\u00a0s.").format(state.wait_s)
        said = (state.problem, wait if state.wait_s else "")
        self._labeled.show_problem(" ".join(part for part in said if part))

    def _turn_page(self, *, on_paper: bool) -> None:
        self._door.setVisible(not on_paper)
        if self._paper is not None:
            self._paper.setVisible(on_paper)
        self.set_card_width(_PAPER_PX if on_paper else _DOOR_PX)
        shown = self._paper if on_paper else self.field
        if shown is not None:
            shown.setFocus()

    def _let_retry(self) -> None:
        if self._viewmodel.state.page is Page.DOOR:
            self.field.line.selectAll()
            self.field.setFocus()

    def _open(self) -> None:
        self._viewmodel.open(self.field.value)

    def _made_door(self) -> QWidget:
        self.field = PassphraseField()
        self._labeled = LabeledField(self.tr("Phrase de passe"), self.field)
        self._keyboard = Secondary(small=True)
        self.open_button = PrimaryButton(self.tr("Ouvrir"))
        self.paper_button = LinkButton(self.tr("Clé de secours papier…"))
        self.field.submitted.connect(self._open)
        self.open_button.clicked.connect(self._open)
        self.paper_button.clicked.connect(self._viewmodel.show_paper)
        acts = row(gap=16)
        acts.addWidget(self.paper_button, 0, Qt.AlignmentFlag.AlignVCenter)
        acts.addStretch(1)
        acts.addWidget(self.open_button)
        door = QWidget()
        layout = column(gap=4)
        layout.addWidget(Text(self.tr("Coffre"), kind="brand"))
        layout.addWidget(Secondary(self.tr("Ce poste est verrouillé.")))
        layout.addSpacing(16)
        layout.addWidget(self._labeled)
        layout.addWidget(self._keyboard)
        layout.addSpacing(16)
        layout.addLayout(acts)
        door.setLayout(layout)
        return door

    def _made_paper(self) -> QWidget:
        # Rare, and heavier than the lock itself: it must not delay the first picture.
        from desktop.ui.lock.paper_view import PaperEntry

        return PaperEntry(self._viewmodel)


def _keyboard_words() -> str:
    """« clavier français »: a passphrase typed on another keyboard is another passphrase."""
    language = QGuiApplication.inputMethod().locale().language()
    return {
        QLocale.Language.French: translate("Lock", "Clavier français"),
        QLocale.Language.English: translate("Lock", "Clavier anglais"),
        QLocale.Language.German: translate("Lock", "Clavier allemand"),
        QLocale.Language.Spanish: translate("Lock", "Clavier espagnol"),
    }.get(language, "")

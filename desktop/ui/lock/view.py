"""The locked laptop as anybody may see it: nothing about anybody."""

from PySide6.QtCore import QLocale, Qt, Signal
from PySide6.QtGui import QGuiApplication, QShowEvent
from PySide6.QtWidgets import QWidget

from desktop.ui.calm_window import CalmWindow
from desktop.ui.kit.buttons import LinkButton, PrimaryButton
from desktop.ui.kit.fields import LabeledField, PassphraseField
from desktop.ui.kit.labels import Secondary, Text
from desktop.ui.kit.layout import column, row
from desktop.ui.kit.notices import Notice
from desktop.ui.lock.viewmodel import LockState, LockViewModel, Page
from desktop.ui.text import translate
from desktop.ui.theme import Role

_DOOR_PX, _PAPER_PX = 420, 640
_ENTER = "↵"


class LockView(CalmWindow):
    """Renders a `LockViewModel`; the page for the paper key is made when it is asked for."""

    safety_requested = Signal()

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
        self.code: QWidget | None = None
        self._paper: QWidget | None = None
        self._repair: QWidget | None = None
        self._page = Page.DOOR
        self._door = self._made_door()
        self.body.addWidget(self._door)
        self.setFocusProxy(self.field)
        viewmodel.changed.connect(self.render_state)
        viewmodel.refused.connect(self._let_retry)
        viewmodel.opened.connect(self.forget)
        viewmodel.code_offered.connect(self._offer_code)
        self.render_state()

    def render_state(self) -> None:
        state = self._viewmodel.state
        if state.page is Page.CODE and self.code is None:
            self.code = self._made_code()
            self.body.addWidget(self.code)
        if state.page is Page.PAPER and self._paper is None:
            self._paper = self._made_paper()
            self.body.addWidget(self._paper)
        if state.page is Page.REPAIR and self._repair is None:
            self._repair = self._made_repair()
            self.body.addWidget(self._repair)
        if state.page is not self._page:
            self._turn_page(state.page)
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
        self.code_button.setVisible(state.offers_code)
        self.code_button.setEnabled(not state.is_busy)
        self.repair_button.setVisible(state.can_repair)
        self.repair_button.setEnabled(not state.is_busy)
        wait = self.tr("Nouvel essai dans {0}\u00a0s.").format(state.wait_s)
        said = (state.problem, wait if state.wait_s else "")
        self._labeled.show_problem(" ".join(part for part in said if part))
        if state.upgraded_percent is not None:
            self._upgrade.setText(
                self.tr(
                    "Mise à niveau de votre coffre : {0} %. Une copie est gardée, rien ne "
                    "se perd si l’ordinateur s’éteint."
                ).format(state.upgraded_percent)
            )
        self._upgrade.setVisible(state.upgraded_percent is not None)
        if state.would_lose:
            self._unwritten.say(
                self.tr(
                    "Fermer maintenant perdrait vos derniers mots. Libérez de la place et ouvrez"
                    " votre coffre."
                ),
                self.tr("Fermer quand même"),
                role=Role.DANGER,
            )
            self._unwritten.show()
        elif state.holds_unwritten and self._unwritten.isHidden():
            self._unwritten.say(
                self.tr(
                    "Le disque n’a pas pris vos derniers mots. Cette fenêtre les garde, chiffrés"
                    "\u00a0: libérez de la place et ouvrez votre coffre, sans éteindre"
                    " l’ordinateur."
                ),
                role=Role.PENDING,
            )
            self._unwritten.show()

    def _turn_page(self, page: Page) -> None:
        self._page = page
        pages = {
            Page.DOOR: self._door,
            Page.CODE: self.code,
            Page.PAPER: self._paper,
            Page.REPAIR: self._repair,
        }
        for name, widget in pages.items():
            if widget is not None:
                widget.setVisible(name is page)
        self.set_card_width(_DOOR_PX if page in (Page.DOOR, Page.CODE) else _PAPER_PX)
        shown = self.field if page is Page.DOOR else pages[page]
        if shown is not None:
            shown.setFocus()

    def _offer_code(self) -> None:
        if not self.field.value:
            self._viewmodel.show_code()

    def _let_retry(self) -> None:
        page = self._viewmodel.state.page
        if page is Page.DOOR:
            self.field.line.selectAll()
            self.field.setFocus()
        elif page is Page.CODE and self.code is not None:
            self.code.setFocus()

    def _open(self) -> None:
        self._viewmodel.open(self.field.value)

    def _made_door(self) -> QWidget:
        self.field = PassphraseField()
        self._labeled = LabeledField(self.tr("Phrase de passe"), self.field)
        self._keyboard = Secondary(small=True)
        self._upgrade = Secondary()
        self._upgrade.hide()
        self._unwritten = Notice()
        self._unwritten.hide()
        self._unwritten.remedy_asked.connect(self._viewmodel.end_insisted)
        self.open_button = PrimaryButton(self.tr("Ouvrir"))
        self.paper_button = LinkButton(self.tr("Clé de secours papier…"))
        self.field.submitted.connect(self._open)
        self.open_button.clicked.connect(self._open)
        self.paper_button.clicked.connect(self._viewmodel.show_paper)
        self.code_button = LinkButton(self.tr("Utiliser le code court"))
        self.code_button.clicked.connect(self._viewmodel.show_code)
        self.code_button.hide()
        self.safety_button = LinkButton(self.tr("Diagnostic de sécurité…"))
        self.safety_button.clicked.connect(self.safety_requested)
        self.repair_button = LinkButton(self.tr("Réparer le coffre…"))
        self.repair_button.clicked.connect(self._viewmodel.show_repair)
        self.repair_button.hide()
        acts = row(gap=16)
        acts.addWidget(self.paper_button, 0, Qt.AlignmentFlag.AlignVCenter)
        acts.addStretch(1)
        acts.addWidget(self.open_button)
        door = QWidget()
        layout = column(gap=4)
        layout.addWidget(Text(self.tr("Coffre"), kind="brand"))
        layout.addWidget(Secondary(self.tr("Ce poste est verrouillé.")))
        layout.addSpacing(16)
        layout.addWidget(self._unwritten)
        layout.addWidget(self._labeled)
        layout.addWidget(self.repair_button)
        layout.addWidget(self._upgrade)
        layout.addWidget(self._keyboard)
        layout.addSpacing(16)
        layout.addLayout(acts)
        layout.addWidget(self.code_button, 0, Qt.AlignmentFlag.AlignLeft)
        layout.addWidget(self.safety_button, 0, Qt.AlignmentFlag.AlignLeft)
        door.setLayout(layout)
        return door

    def _made_code(self) -> QWidget:
        from desktop.ui.lock.code_view import CodeEntry

        return CodeEntry(self._viewmodel)

    def _made_paper(self) -> QWidget:
        # Rare, and heavier than the lock itself: it must not delay the first picture.
        from desktop.ui.lock.paper_view import PaperEntry

        return PaperEntry(self._viewmodel)

    def _made_repair(self) -> QWidget:
        from desktop.ui.lock.repair_view import RepairEntry

        return RepairEntry(self._viewmodel, lambda: self.field.value)


def _keyboard_words() -> str:
    """« clavier français »: a passphrase typed on another keyboard is another passphrase."""
    language = QGuiApplication.inputMethod().locale().language()
    return {
        QLocale.Language.French: translate("Lock", "Clavier français"),
        QLocale.Language.English: translate("Lock", "Clavier anglais"),
        QLocale.Language.German: translate("Lock", "Clavier allemand"),
        QLocale.Language.Spanish: translate("Lock", "Clavier espagnol"),
    }.get(language, "")

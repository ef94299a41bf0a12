"""One calm window, one question at a time."""

from collections.abc import Callable
from datetime import date

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from desktop.ui.calm_window import CalmWindow
from desktop.ui.first_run.identity import Way
from desktop.ui.first_run.identity_page import IdentityPage
from desktop.ui.first_run.pages import (
    DonePage,
    EnrolmentPage,
    InvitationPage,
    OfficePage,
    PassphrasePage,
)
from desktop.ui.first_run.viewmodel import FirstRunViewModel, Step
from desktop.ui.keys.paper_page import PaperPage, RetypePage
from desktop.ui.kit import (
    Heading,
    Level,
    LinkButton,
    Notice,
    PrimaryButton,
    Secondary,
    SecondaryButton,
    row,
)
from desktop.ui.outlets import Outlets
from desktop.ui.text import translate
from desktop.ui.theme import Role

_WIDTH_PX = 640
_QUESTIONS = (Step.OFFICE, Step.INVITATION, Step.PHRASE, Step.PAPER, Step.RETYPE)


class FirstRunView(CalmWindow):
    """Renders a `FirstRunViewModel`."""

    import_requested = Signal()
    """She has her vault in a file already."""

    def __init__(
        self,
        viewmodel: FirstRunViewModel,
        today: Callable[[], date],
        outlets: Outlets | None = None,
        parent: QWidget | None = None,
    ) -> None:
        foot = translate("FirstRun", "Coffre · premier démarrage · chiffré sur ce poste")
        super().__init__(_WIDTH_PX, foot, parent)
        self.setWindowTitle("Coffre")
        self._viewmodel = viewmodel
        self._shown: Step | None = None
        self._retype = RetypePage(viewmodel.paper)
        self._retype.lost.connect(viewmodel.renew_paper)
        self.pages: dict[Step, QWidget] = {
            Step.OFFICE: OfficePage(viewmodel),
            Step.INVITATION: InvitationPage(viewmodel),
            Step.IDENTITY: IdentityPage(viewmodel.identity),
            Step.PHRASE: PassphrasePage(viewmodel),
            Step.PAPER: PaperPage(viewmodel.paper, today, outlets),
            Step.RETYPE: self._retype,
            Step.ENROLMENT: EnrolmentPage(viewmodel),
            Step.DONE: DonePage(viewmodel),
        }
        self._retype.submitted.connect(viewmodel.go_on)
        self._lay_out()
        viewmodel.changed.connect(self.render_state)
        self.render_state()

    def render_state(self) -> None:
        state = self._viewmodel.state
        if self._shown is not state.step:
            self._turn_to(state.step)
        self.notice.say(state.problem.whole if state.problem else "", role=Role.PENDING)
        self.notice.setVisible(state.problem is not None)
        self.next_button.setEnabled(self._viewmodel.can_go_on)
        self.next_button.set_words(self._next_words())
        is_enrolling = state.step is Step.ENROLMENT and state.is_busy
        self.next_button.setVisible(not is_enrolling and not self._is_choosing())
        self.back_button.setVisible(self._viewmodel.can_go_back)
        self.import_button.setVisible(state.step is Step.OFFICE and not state.is_busy)

    def _is_choosing(self) -> bool:
        way = self._viewmodel.identity.state.way
        return self._viewmodel.state.step is Step.IDENTITY and way in (Way.CHOICE, Way.LOST)

    def _turn_to(self, step: Step) -> None:
        self._shown = step
        for key, page in self.pages.items():
            page.setVisible(key is step)
        self.title.setText(self._title(step))
        numbered = step in _QUESTIONS
        if numbered:
            place = _QUESTIONS.index(step) + 1
            self.place.setText(self.tr("Étape {0} sur {1}").format(place, len(_QUESTIONS)))
        self.place.setVisible(numbered)
        self.area.verticalScrollBar().setValue(0)
        self.pages[step].setFocus()

    def _title(self, step: Step) -> str:
        return {
            Step.OFFICE: self.tr("Le serveur de votre Département"),
            Step.INVITATION: self.tr("Votre invitation"),
            Step.IDENTITY: self.tr("Un ordinateur de plus pour vous"),
            Step.PHRASE: self.tr("Votre phrase de passe"),
            Step.PAPER: self.tr("Votre clé de secours, sur papier"),
            Step.RETYPE: self.tr("Le papier est-il bon\u00a0?"),
            Step.ENROLMENT: self.tr("Ce poste se présente"),
            Step.DONE: self.tr("Bonjour {0}").format(self._viewmodel.state.first_name),
        }[step]

    def _next_words(self) -> str:
        state = self._viewmodel.state
        if state.step is Step.OFFICE and state.is_busy:
            return self.tr("Recherche…")
        if state.step is Step.IDENTITY and self._viewmodel.identity.state.way is Way.PAIRING:
            return self.tr("Les mots sont les mêmes")
        if state.step is Step.PHRASE:
            return self.tr("Création…") if state.is_busy else self.tr("Créer le coffre")
        return {
            Step.PAPER: self.tr("Le papier est prêt"),
            Step.RETYPE: self.tr("Vérifier"),
            Step.ENROLMENT: self.tr("Essayer encore"),
            Step.DONE: self.tr("Ouvrir Coffre"),
        }.get(state.step, self.tr("Continuer"))

    def _lay_out(self) -> None:
        self.place = Secondary(small=True)
        self.title = Heading("", Level.TITLE)
        self.notice = Notice(role=Role.PENDING)
        self.next_button = PrimaryButton(self.tr("Continuer"), shortcut="Ctrl+Return")
        self.back_button = SecondaryButton(self.tr("Revenir"), shortcut="Esc")
        self.next_button.clicked.connect(self._viewmodel.go_on)
        self.back_button.clicked.connect(self._viewmodel.go_back)
        self.import_button = LinkButton(self.tr("Reprendre un coffre exporté…"))
        self.import_button.clicked.connect(self.import_requested)
        acts = row(self.back_button, self.import_button)
        acts.addStretch(1)
        acts.addWidget(self.next_button)
        self.body.addWidget(self.place)
        self.body.addWidget(self.title)
        self.body.addSpacing(8)
        for page in self.pages.values():
            page.hide()
            self.body.addWidget(page)
        self.body.addSpacing(8)
        self.body.addWidget(self.notice)
        self.body.addSpacing(8)
        self.body.addLayout(acts)

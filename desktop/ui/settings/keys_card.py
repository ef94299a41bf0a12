"""The two keys of the vault, and how to change them, unfolded in place."""

from collections.abc import Callable
from datetime import date

from PySide6.QtWidgets import QWidget

from desktop.ui.keys.paper_page import PaperPage, RetypePage
from desktop.ui.keys.passphrase_form import PassphraseForm
from desktop.ui.kit import (
    Card,
    Flow,
    LabeledField,
    Notice,
    PassphraseField,
    PrimaryButton,
    SecondaryButton,
    Text,
    column,
)
from desktop.ui.outlets import Outlets
from desktop.ui.settings.viewmodel import Panel, SettingsViewModel
from desktop.ui.theme import Role


class KeysCard(Card):
    """Shows one change at a time."""

    def __init__(
        self,
        viewmodel: SettingsViewModel,
        today: Callable[[], date],
        outlets: Outlets | None = None,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent=parent)
        self.set_title(self.tr("Clés du coffre"))
        self._viewmodel = viewmodel
        self._shown = Panel.NONE
        self.phrase_button = SecondaryButton(self.tr("Changer la phrase de passe…"))
        self.paper_button = SecondaryButton(self.tr("Nouvelle clé de secours…"))
        self.phrase_button.clicked.connect(lambda: viewmodel.unfold(Panel.PHRASE))
        self.paper_button.clicked.connect(lambda: viewmodel.unfold(Panel.PAPER_ASKED))
        self._offers = Flow(self.phrase_button, self.paper_button, gap=8)
        self.notice = Notice(role=Role.PENDING)
        self.panels = {
            Panel.PHRASE: self._made_phrase(),
            Panel.PAPER_ASKED: self._made_paper_asked(),
            Panel.PAPER: self._made_paper(today, outlets),
            Panel.RETYPE: self._made_retype(),
        }
        self.add(self._offers)
        for panel in self.panels.values():
            panel.hide()
            self.add(panel)
        self.add(self.notice)
        viewmodel.changed.connect(self.render_state)
        self.render_state()

    def render_state(self) -> None:
        state = self._viewmodel.state
        if state.panel is not self._shown:
            self._turn_to(state.panel)
        busy = state.is_busy
        self.change_button.setEnabled(self._viewmodel.choice.state.is_ready and not busy)
        self.change_button.set_words(self.tr("Changement…") if busy else self.tr("Changer"))
        self.make_button.setEnabled(not busy)
        problem = state.problem if state.panel is not Panel.NONE else None
        self.notice.say(problem.whole if problem else "", role=Role.PENDING)
        self.notice.setVisible(problem is not None)

    def _turn_to(self, shown: Panel) -> None:
        self._shown = shown
        # A passphrase typed for one change must not wait in the other.
        self.current.clear()
        self.asked.clear()
        for key, panel in self.panels.items():
            panel.setVisible(key is shown)
        self._offers.setVisible(shown is Panel.NONE)
        (self.panels.get(shown) or self.phrase_button).setFocus()

    def _made_phrase(self) -> QWidget:
        self.current = PassphraseField()
        self.form = PassphraseForm(self._viewmodel.choice)
        self.change_button = PrimaryButton(self.tr("Changer"))
        self.current.submitted.connect(self.form.setFocus)
        self.form.submitted.connect(self._change)
        self.change_button.clicked.connect(self._change)
        return self._panel(
            LabeledField(self.tr("Phrase de passe actuelle"), self.current),
            self.form,
            Flow(self._cancel(), self.change_button, gap=8, at_right=True),
            focus=self.current,
        )

    def _made_paper_asked(self) -> QWidget:
        self.asked = PassphraseField()
        self.make_button = PrimaryButton(self.tr("Faire une nouvelle clé"))
        self.asked.submitted.connect(self._make)
        self.make_button.clicked.connect(self._make)
        words = Text(
            self.tr(
                "La clé de secours actuelle n’ouvrira plus. Ayez de quoi imprimer ou écrire avant "
                "de continuer."
            )
        )
        return self._panel(
            words,
            LabeledField(self.tr("Votre phrase de passe"), self.asked),
            Flow(self._cancel(), self.make_button, gap=8, at_right=True),
            focus=self.asked,
        )

    def _made_paper(self, today: Callable[[], date], outlets: Outlets | None) -> QWidget:
        page = PaperPage(self._viewmodel.paper, today, outlets)
        ready = PrimaryButton(self.tr("Le papier est prêt"))
        ready.clicked.connect(self._viewmodel.retype)
        return self._panel(page, Flow(ready, at_right=True), focus=page)

    def _made_retype(self) -> QWidget:
        page = RetypePage(self._viewmodel.paper)
        check = PrimaryButton(self.tr("Vérifier"))
        back = SecondaryButton(self.tr("Revoir les mots"))
        page.submitted.connect(self._viewmodel.paper.check)
        check.clicked.connect(self._viewmodel.paper.check)
        back.clicked.connect(self._viewmodel.show_paper_again)
        return self._panel(page, Flow(back, check, gap=8, at_right=True), focus=page)

    def _cancel(self) -> SecondaryButton:
        button = SecondaryButton(self.tr("Annuler"))
        button.clicked.connect(self._viewmodel.fold)
        return button

    @staticmethod
    def _panel(*parts: QWidget, focus: QWidget) -> QWidget:
        panel = QWidget()
        panel.setLayout(column(*parts, gap=16))
        panel.setFocusProxy(focus)
        return panel

    def _change(self) -> None:
        self._viewmodel.change_passphrase(self.current.value)

    def _make(self) -> None:
        self._viewmodel.ask_paper(self.asked.value)

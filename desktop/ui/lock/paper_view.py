"""The other way in: the 24 words of the paper, and a new passphrase."""

from PySide6.QtWidgets import QWidget

from desktop.ui.keys.passphrase_form import PassphraseForm
from desktop.ui.keys.words_grid import WordsField
from desktop.ui.kit import (
    Heading,
    Level,
    Notice,
    PrimaryButton,
    SecondaryButton,
    Text,
    column,
    row,
)
from desktop.ui.lock.viewmodel import LockViewModel, Page
from desktop.ui.theme import Role


class PaperEntry(QWidget):
    """Renders the paper page of a `LockViewModel`."""

    def __init__(self, viewmodel: LockViewModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._viewmodel = viewmodel
        self.words = WordsField()
        self.form = PassphraseForm(viewmodel.choice)
        self.notice = Notice()
        self.back_button = SecondaryButton(self.tr("Revenir"), shortcut="Esc")
        self.open_button = PrimaryButton(self.tr("Ouvrir avec la clé de secours"))
        self._lay_out()
        self.form.submitted.connect(self._open)
        self.open_button.clicked.connect(self._open)
        self.back_button.clicked.connect(viewmodel.leave_paper)
        self.words.submitted.connect(self.form.setFocus)
        viewmodel.changed.connect(self.render_state)
        viewmodel.choice.changed.connect(self.render_state)
        self.setFocusProxy(self.words)
        self.render_state()

    def render_state(self) -> None:
        state = self._viewmodel.state
        if state.page is not Page.PAPER:
            # The words of the paper must not wait here for the next person.
            self.words.set_value(())
            return
        ready = self._viewmodel.choice.state.is_ready
        self.open_button.setEnabled(state.can_try and ready)
        self.open_button.set_words(
            self.tr("Ouverture…") if state.is_busy else self.tr("Ouvrir avec la clé de secours")
        )
        self.notice.say(state.problem, role=Role.PENDING)
        self.notice.setVisible(bool(state.problem))
        self.words.point_at(state.wrong_word)

    def _open(self) -> None:
        self._viewmodel.open_with_paper(" ".join(self.words.value))

    def _lay_out(self) -> None:
        acts = row(self.back_button)
        acts.addStretch(1)
        acts.addWidget(self.open_button)
        layout = column(
            Heading(self.tr("Ouvrir avec la clé de secours"), Level.HEADING),
            Text(
                self.tr(
                    "Tapez les vingt-quatre mots du papier, puis choisissez une nouvelle phrase de "
                    "passe. Le papier reste valable."
                )
            ),
            self.words,
            self.form,
            self.notice,
            gap=16,
        )
        layout.addLayout(acts)
        self.setLayout(layout)

"""The two fields of a new passphrase, its meter, and the seven words Coffre proposes."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QLineEdit, QWidget

from desktop.ui.keys.passphrase_choice import PassphraseChoice
from desktop.ui.kit import (
    LabeledField,
    LinkButton,
    PassphraseField,
    Secondary,
    Strength,
    StrengthMeter,
    column,
)


class PassphraseForm(QWidget):
    """Shows a `PassphraseChoice`; `submitted` when Enter is pressed on the second typing."""

    submitted = Signal()

    def __init__(self, choice: PassphraseChoice, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._choice = choice
        self.first = PassphraseField()
        self.second = PassphraseField()
        self.meter = StrengthMeter()
        self.proposal = LinkButton(self.tr("Proposer sept mots"), icon_name="key-round")
        self._proposed = Secondary(
            self.tr(
                "Tirés au hasard par ce poste, connus de lui seul. Notez-les le temps de les "
                "retenir, puis retapez-les."
            ),
            small=True,
        )
        self._first_field = LabeledField(self.tr("Nouvelle phrase de passe"), self.first)
        self._second_field = LabeledField(self.tr("La même, une seconde fois"), self.second)
        self._lay_out()
        self.first.value_changed.connect(choice.type)
        self.second.value_changed.connect(choice.type_again)
        self.first.submitted.connect(self.second.setFocus)
        self.second.submitted.connect(self.submitted)
        self.proposal.clicked.connect(choice.propose)
        choice.changed.connect(self.render_choice)
        self.setFocusProxy(self.first)
        self.render_choice()

    def render_choice(self) -> None:
        state = self._choice.state
        if not state.passphrase and not state.again:
            # Forgotten: hidden again for whoever comes next.
            self.first.clear()
            self.second.clear()
        _set(self.first.line, state.passphrase)
        _set(self.second.line, state.again)
        if state.is_proposed and self.first.line.echoMode() is QLineEdit.EchoMode.Password:
            self.first.show_button.click()
        self._proposed.setVisible(state.is_proposed)
        self.meter.show_strength(Strength(state.meter.steps, state.meter.words))
        problem = self.tr("Les deux ne sont pas pareilles.") if state.differs else ""
        self._second_field.show_problem(problem)

    def _lay_out(self) -> None:
        layout = column(gap=12)
        layout.addWidget(self._first_field)
        layout.addWidget(self.meter)
        layout.addWidget(self.proposal)
        layout.addWidget(self._proposed)
        layout.addWidget(self._second_field)
        self.setLayout(layout)


def _set(line: QLineEdit, text: str) -> None:
    if line.text() != text:
        line.setText(text)

"""The little window beside Coffre: whose laptop, the network's switch, and what to try."""

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtGui import QCloseEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from desktop.ui.kit import (
    Choice,
    Heading,
    LabeledField,
    Level,
    PrimaryButton,
    Secondary,
    Text,
    Tick,
    scrolling,
)
from tools.demo.story import Colleague

_WIDTH, _HEIGHT = 430, 680


class Control(QWidget):
    """Says what is wanted; ``show`` does it."""

    laptop_wanted = Signal(str)
    network_wanted = Signal(bool)
    closed = Signal()

    def __init__(self, team: Sequence[Colleague], day: str, passphrase: str) -> None:
        super().__init__()
        self.setWindowTitle(self.tr("Démonstration"))
        self.who = Choice([(c.name, f"{c.name} · {c.job.label}") for c in team])
        self.open = PrimaryButton(self.tr("Ouvrir cet ordinateur"))
        self.cut = Tick(self.tr("Simuler une coupure réseau"))
        self._network = Secondary()
        self._passphrase = Text(passphrase, kind="strong")
        self._day = Secondary(day)
        self._lay_out()
        self.open.clicked.connect(lambda: self.laptop_wanted.emit(self.who.value))
        self.cut.toggled.connect(self._switch)
        self._say_network(is_open=True)
        self.resize(_WIDTH, _HEIGHT)

    def closeEvent(self, event: QCloseEvent) -> None:  # noqa: N802  # Qt's name
        super().closeEvent(event)
        self.closed.emit()

    def _switch(self, is_cut: bool) -> None:
        self._say_network(is_open=not is_cut)
        self.network_wanted.emit(not is_cut)

    def _say_network(self, *, is_open: bool) -> None:
        if is_open:
            said = self.tr("Les ordinateurs joignent le bureau.")
        else:
            said = self.tr(
                "Le bureau est injoignable, comme à Chef-Boutonne. Continuez\u00a0: tout se garde."
            )
        self._network.setText(said)

    def _lay_out(self) -> None:
        content = QWidget()
        layout = QVBoxLayout(content)
        layout.setContentsMargins(16, 16, 16, 16)
        layout.setSpacing(12)
        layout.addWidget(Heading(self.tr("Démonstration"), Level.HEADING))
        layout.addWidget(self._day)
        layout.addWidget(LabeledField(self.tr("L’ordinateur de"), self.who))
        layout.addWidget(self.open)
        layout.addWidget(Secondary(self.tr("Phrase de passe de tous ces ordinateurs\u00a0:")))
        layout.addWidget(self._passphrase)
        layout.addWidget(self.cut)
        layout.addWidget(self._network)
        layout.addWidget(Heading(self.tr("À essayer"), Level.HEADING))
        for words in self._ideas():
            layout.addWidget(Text(words))
        layout.addStretch(1)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.addWidget(scrolling(content))

    def _ideas(self) -> tuple[str, ...]:
        return (
            self.tr("1. Entrée ouvre le coffre. La tournée du jour est déjà là."),
            self.tr(
                "2. Cochez la coupure, puis Ctrl+N\u00a0: écrivez un suivi et une note clinique."
            ),
            self.tr("3. Ctrl+Entrée termine. Ctrl+L verrouille, même au milieu d’une phrase."),
            self.tr(
                "4. Rétablissez le réseau, Ctrl+6\u00a0: l’accusé de réception compte les envois."
            ),
            self.tr(
                "5. Ouvrez l’ordinateur de Catherine Roy\u00a0: le suivi y est, la note clinique"
                " non. L’onglet Parcours d’un ASPIR à renouveler est à un clic d’Aujourd’hui."
            ),
            self.tr(
                "6. Chez Sylvie Poupard, infirmière, un suivi porte l’accompagnement\u00a0:"
                " l’équipe en lit les faits, jamais le motif."
            ),
            self.tr(
                "7. Chez Thomas Girard, conseiller mobilité\u00a0: un dossier, l’onglet"
                " «\u00a0Soins, relais, mobilité\u00a0», Alt+D."
            ),
        )

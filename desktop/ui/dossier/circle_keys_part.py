"""Below the circle: who reads no text yet because the office alone named her, and the last key."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from desktop.services.directory import Colleague
from desktop.ui.dossier.inline_form import InlineForm
from desktop.ui.dossier.reading import CircleKeysReading
from desktop.ui.dossier.viewmodel import DossierViewModel
from desktop.ui.escrow_words import here_words, opening_here_words
from desktop.ui.kit import Flow, LinkButton, Secondary, Text, clear_layout, column


class CircleKeysPart(QWidget):
    """Nothing to see, for nearly every dossier."""

    rebuilt = Signal()
    """Its stops of the Tab key are others now."""
    asked = Signal()
    """``admitting`` is to be opened, about ``colleague``."""

    def __init__(self, viewmodel: DossierViewModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._viewmodel = viewmodel
        self._shown: CircleKeysReading | None = None
        self.colleague: Colleague | None = None
        self.links: list[LinkButton] = []
        self._unnamed = column(gap=8)
        self._told = column(gap=8)
        self.admitting = InlineForm(
            self.tr("Ouvrir ce dossier à quelqu’un que le bureau a placé"),
            self.tr("Lui ouvrir ce dossier"),
            {},
            notice=" ",
        )
        layout = column(gap=8)
        layout.addLayout(self._unnamed)
        layout.addWidget(self.admitting)
        layout.addLayout(self._told)
        self.setLayout(layout)
        self.hide()

    def show_keys(self, read: CircleKeysReading) -> None:
        """Shows it; the same again changes nothing."""
        if read == self._shown:
            return
        self._shown = read
        for lines in (self._unnamed, self._told):
            clear_layout(lines)
        self.links.clear()
        for colleague in read.unnamed:
            self._unnamed.addWidget(self._line(colleague))
        for one in read.openings:
            self._told.addWidget(Text(opening_here_words(one)))
        if read.has_escrow:
            self._told.addWidget(Secondary(here_words(), small=True))
        self.setVisible(bool(read.unnamed or read.openings or read.has_escrow))
        self.rebuilt.emit()

    def ask(self, colleague: Colleague) -> None:
        """Tells what she will read, before the act."""
        self.colleague = colleague
        self.admitting.notice.setText(
            self.tr(
                "{0} lira tout ce qui est partagé dans ce dossier, ce qui y est déjà écrit compris."
                " Faites-le si vous savez que cette personne est de l’équipe\u00a0: dans le doute, "
                "appelez-la."
            ).format(colleague.name)
        )
        self.asked.emit()

    def ask_again(self, known: str) -> None:
        """The same, for whoever it was about when another dossier was shown."""
        for colleague in self._shown.unnamed if self._shown else ():
            if colleague.id == known:
                self.ask(colleague)

    def admit(self) -> None:
        """She is let in."""
        if self.colleague is not None:
            self._viewmodel.admit(self.colleague.id)

    def _line(self, colleague: Colleague) -> QWidget:
        told = Text(
            self.tr(
                "{0} a une place selon le bureau, et aucun collègue n’a confirmé sa venue\u00a0: "
                "ce que l’équipe écrit ne s’ouvre pas pour cette personne."
            ).format(colleague.name)
        )
        act = LinkButton(self.tr("Lui ouvrir ce dossier…"))
        act.setAccessibleName(self.tr("Ouvrir ce dossier à {0}").format(colleague.name))
        act.clicked.connect(lambda _=False: self.ask(colleague))
        self.links.append(act)
        line = QWidget()
        line.setLayout(column(told, Flow(act), gap=2))
        return line

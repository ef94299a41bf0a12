"""« Voici le brouillon que vous aviez laissé »: go on with it, or throw it away."""

from datetime import datetime

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from desktop.ui.kit.buttons import SecondaryButton
from desktop.ui.kit.notices import Notice
from desktop.ui.text import clock, moment, translate
from desktop.ui.theme import Role


class DraftNotice(Notice):
    """A notice with its two answers; typing is answering « Reprendre »."""

    resumed = Signal()
    discarded = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(role=Role.PRIMARY, parent=parent)
        self.throw_away = SecondaryButton(self.tr("Jeter"))
        self.throw_away.clicked.connect(self.discarded)
        layout = self.layout()
        if layout is not None:
            layout.addWidget(self.throw_away)
        self.remedy_asked.connect(self.resumed)

    def tell(self, saved_at: datetime, now: datetime) -> None:
        """Says when the draft was kept; both moments are on the wall's clock."""
        words = self.tr("Voici le brouillon que vous aviez laissé, enregistré {0} sur ce poste.")
        self.say(words.format(_when(saved_at, now)), self.tr("Reprendre"), Role.PRIMARY)


def draft_kept(saved_at: datetime, now: datetime) -> str:
    """« Brouillon enregistré à 10 h 12, sur ce poste »."""
    words = translate("DraftNotice", "Brouillon enregistré {0}, sur ce poste")
    return words.format(_when(saved_at, now))


def _when(saved_at: datetime, now: datetime) -> str:
    if saved_at.date() == now.date():
        return translate("DraftNotice", "à {0}").format(clock(saved_at))
    return moment(saved_at, now)

"""What stands above every page until it is over: the lease, and the question of the brake."""

from PySide6.QtCore import Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QHBoxLayout, QVBoxLayout, QWidget

from desktop.services.lease import LeaseState
from desktop.ui.kit.buttons import SecondaryButton
from desktop.ui.kit.notices import Notice
from desktop.ui.text import day_long, number, translate
from desktop.ui.theme import Role, current_tokens

_NARROW_PX = 480


class LeaseNotice(Notice):
    """« À partir du jeudi 3 décembre, ce poste ne fera plus que lire. » Hidden until it is near."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent=parent)
        self.hide()

    def show_lease(self, lease: LeaseState) -> None:
        """Says what it means today, or nothing."""
        said, role = _words(lease), Role.DANGER if lease.is_over else Role.PENDING
        if said and (said != self.sentence or role is not self.role):
            self.say(said, self.tr("Synchroniser"), role)
        self.setVisible(bool(said))


class RemovalQuestion(QWidget):
    """The office would take many dossiers back: one answer or the other, and nothing before."""

    accepted = Signal()
    postponed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.notice = Notice()
        self.accept = SecondaryButton("")
        self.wait = SecondaryButton(self.tr("Attendre et prévenir le service informatique"))
        self.accept.clicked.connect(self.accepted)
        self.wait.clicked.connect(self.postponed)
        self._acts = QHBoxLayout()
        self._acts.setSpacing(8)
        self._acts.addStretch(1)
        self._acts.addWidget(self.accept)
        self._acts.addWidget(self.wait)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(8)
        layout.addWidget(self.notice)
        layout.addLayout(self._acts)
        self.hide()

    def ask(self, dossiers: int, held: int) -> None:
        """Shows the question."""
        asked = self.tr(
            "Le serveur demande de retirer {0} de vos {1} dossiers de ce poste. Rien n’a été "
            "retiré\u00a0: c’est attendu si vous changez d’équipe, cela ne l’est pas sinon."
        )
        self.notice.say(asked.format(number(dossiers), number(held)), role=Role.PENDING)
        self.accept.set_words(self.tr("Retirer ces {0} dossiers").format(number(dossiers)))
        self.show()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        narrow = self.width() < current_tokens().text_px(_NARROW_PX)
        down, across = QBoxLayout.Direction.TopToBottom, QBoxLayout.Direction.LeftToRight
        self._acts.setDirection(down if narrow else across)


def _words(lease: LeaseState) -> str:
    if lease.is_over:
        return translate(
            "Lease",
            "Trente jours sans le bureau\u00a0: ce poste ne fait plus que lire. Vos brouillons "
            "sont gardés\u00a0; une synchronisation suffit pour les terminer.",
        )
    if not lease.is_near:
        return ""
    return translate(
        "Lease",
        "{0} jours sans le bureau. À partir du {1}, ce poste ne fera plus que lire, jusqu’à une "
        "synchronisation.",
    ).format(number(lease.days), day_long(lease.ends_on))

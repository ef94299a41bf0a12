"""« Une nouvelle invitation »: where the office that has forgotten this laptop is reached again."""

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QWidget

from desktop.ui.keys.invitation_field import InvitationField
from desktop.ui.kit import Card, Flow, Notice, PrimaryButton, Secondary, SecondaryButton, Text
from desktop.ui.kit.escape import takes_escape
from desktop.ui.sync_page.invitation_viewmodel import InvitationViewModel
from desktop.ui.theme import Role


class InvitationCard(Card):
    """Renders an `InvitationViewModel`; Enter presents, Esc closes."""

    left = Signal()
    """It closes with the keyboard in it, which goes elsewhere."""

    def __init__(self, viewmodel: InvitationViewModel, parent: QWidget | None = None) -> None:
        super().__init__(parent=parent)
        self.set_title(self.tr("Une nouvelle invitation"))
        self._viewmodel = viewmodel
        self.invitation = InvitationField()
        self.notice = Notice(role=Role.PENDING)
        self.present = PrimaryButton(self.tr("Inscrire de nouveau"))
        self.cancel = SecondaryButton(self.tr("Annuler"))
        self.add(
            Text(
                self.tr(
                    "Elle doit être à votre nom. Ce poste garde vos dossiers, vos clés et ce qui "
                    "attend\u00a0; il se synchronise aussitôt."
                )
            )
        )
        self.add(Secondary(self.tr("Serveur\u00a0: {0}").format(viewmodel.address)))
        self.identifier = Secondary(
            self.tr("Votre identifiant, si l’informatique le demande\u00a0: {0}").format(
                viewmodel.professional
            )
        )
        self.identifier.setTextInteractionFlags(
            Qt.TextInteractionFlag.TextSelectableByMouse
            | Qt.TextInteractionFlag.TextSelectableByKeyboard
        )
        self.add(self.identifier)
        self.add(self.invitation)
        self.add(self.notice)
        self.add(Flow(self.cancel, self.present, gap=8, at_right=True))
        self.invitation.line.value_changed.connect(viewmodel.type)
        self.invitation.line.returnPressed.connect(viewmodel.go_on)
        self.present.clicked.connect(viewmodel.go_on)
        self.cancel.clicked.connect(viewmodel.close)
        viewmodel.changed.connect(self.render_state)
        self.hide()
        self.render_state()

    def render_state(self) -> None:
        state = self._viewmodel.state
        self.invitation.line.set_value(state.typed)
        self.invitation.line.setReadOnly(state.is_busy)
        if state.is_busy and self._has_keyboard():
            self.invitation.line.setFocus()  # the buttons are about to be closed to it
        self.present.setEnabled(not state.is_busy)
        self.present.set_words(
            self.tr("Un instant…") if state.is_busy else self.tr("Inscrire de nouveau")
        )
        self.cancel.setEnabled(not state.is_busy)
        self.notice.say(state.problem.whole if state.problem else "", role=Role.PENDING)
        self.notice.setVisible(state.problem is not None)
        if state.is_open and self.isHidden():
            self.show()
            self.invitation.line.setFocus()
        elif not state.is_open and not self.isHidden():
            if self._has_keyboard():
                self.left.emit()
            self.hide()

    def event(self, event: QEvent) -> bool:
        # Esc belongs to the window, unless there is a form to close first.
        return takes_escape(event) or super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self._viewmodel.close()
        else:
            super().keyPressEvent(event)

    def _has_keyboard(self) -> bool:
        stops = (self.invitation.line, self.present, self.cancel)
        return any(stop.hasFocus() for stop in stops)

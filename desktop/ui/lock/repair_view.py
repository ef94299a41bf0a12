"""The page of a damaged vault: what a repair does, how far it has come, what is missing."""

from collections.abc import Callable

from PySide6.QtWidgets import QProgressBar, QWidget

from desktop.ui.kit import Heading, Level, Notice, PrimaryButton, SecondaryButton, Text, column, row
from desktop.ui.kit.spoken import speak
from desktop.ui.lock.repair import Phase
from desktop.ui.lock.viewmodel import LockViewModel, Page
from desktop.ui.theme import Role


class RepairEntry(QWidget):
    """Renders the repair of a `LockViewModel`."""

    def __init__(
        self,
        viewmodel: LockViewModel,
        passphrase: Callable[[], str],
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._viewmodel = viewmodel
        self._repairing = viewmodel.repairing
        self._passphrase = passphrase
        self._was_busy = False
        self.heading = Heading(level=Level.HEADING)
        self.told = Text("")
        self.progress = QProgressBar()
        self.progress.setTextVisible(False)
        self.progress.setAccessibleName(self.tr("Avancement de la réparation"))
        self.notice = Notice()
        self.back_button = SecondaryButton(self.tr("Revenir"), shortcut="Esc")
        self.act_button = PrimaryButton(self.tr("Réparer"))
        self._lay_out()
        self.back_button.clicked.connect(viewmodel.leave_repair)
        self.act_button.clicked.connect(self._act)
        viewmodel.changed.connect(self.render_state)
        self._repairing.changed.connect(self.render_state)
        self.setFocusProxy(self.act_button)
        self.render_state()

    def render_state(self) -> None:
        if self._viewmodel.state.page is not Page.REPAIR:
            return
        state = self._repairing.state
        self.progress.setVisible(state.is_busy)
        self.progress.setRange(0, state.total)
        self.progress.setValue(state.done)
        self.back_button.setVisible(state.phase is Phase.READY)
        self.act_button.setEnabled(not state.is_busy)
        self.act_button.set_words(self._act_words(state.phase))
        is_done = state.phase is Phase.DONE
        self.heading.setText(
            self.tr("Le coffre est réparé") if is_done else self.tr("Réparer le coffre")
        )
        self.told.setText("\n".join(state.told) if is_done else self._explained())
        self.notice.say(state.problem, role=Role.PENDING)
        self.notice.setVisible(bool(state.problem))
        if self._was_busy and not state.is_busy:
            # It was pressed, and could not keep the keyboard while it worked.
            self.act_button.setFocus()
            speak(self.told, " ".join((self.heading.text(), *state.told)) if is_done else "")
        self._was_busy = state.is_busy

    def _act(self) -> None:
        if self._repairing.state.phase is Phase.DONE:
            self._repairing.go_on()
        else:
            self._repairing.start(self._passphrase())

    def _act_words(self, phase: Phase) -> str:
        if phase is Phase.RUNNING:
            return self.tr("Réparation…")
        return self.tr("Ouvrir le coffre") if phase is Phase.DONE else self.tr("Réparer")

    def _explained(self) -> str:
        return self.tr(
            "Une partie du fichier de ce coffre ne se lit plus. Coffre relit tout ce qui peut "
            "l’être dans un fichier neuf, protégé par les mêmes clés, puis dit ce qui manque. Si "
            "rien ne s’y lit, il repart de la dernière sauvegarde de ce poste, et le dit aussi. Le "
            "fichier endommagé est gardé tel qu’il est. Cela peut prendre quelques minutes\u00a0: "
            "laissez l’ordinateur allumé."
        )

    def _lay_out(self) -> None:
        acts = row(self.back_button)
        acts.addStretch(1)
        acts.addWidget(self.act_button)
        layout = column(
            self.heading,
            self.told,
            self.progress,
            self.notice,
            gap=16,
        )
        layout.addLayout(acts)
        self.setLayout(layout)

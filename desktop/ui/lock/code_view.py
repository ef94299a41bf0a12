"""The short way in: a code, and the passphrase always within reach."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget

from desktop.ui.keys.code_field import CodeField
from desktop.ui.kit.buttons import LinkButton, PrimaryButton
from desktop.ui.kit.fields import LabeledField
from desktop.ui.kit.labels import Secondary, Text
from desktop.ui.kit.layout import column, row
from desktop.ui.lock.viewmodel import LockViewModel, Page

_ENTER = "↵"


class CodeEntry(QWidget):
    """Renders the code's page of a `LockViewModel`."""

    def __init__(self, viewmodel: LockViewModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._viewmodel = viewmodel
        self.field = CodeField()
        self._labeled = LabeledField(self.tr("Code court"), self.field)
        self.open_button = PrimaryButton(self.tr("Ouvrir"))
        self.phrase_button = LinkButton(self.tr("Utiliser la phrase de passe"))
        self.field.submitted.connect(self._open)
        self.open_button.clicked.connect(self._open)
        self.phrase_button.clicked.connect(viewmodel.leave_code)
        acts = row(gap=16)
        acts.addWidget(self.phrase_button, 0, Qt.AlignmentFlag.AlignVCenter)
        acts.addStretch(1)
        acts.addWidget(self.open_button)
        layout = column(gap=4)
        layout.addWidget(Text(self.tr("Coffre"), kind="brand"))
        layout.addWidget(Secondary(self.tr("Ce poste est verrouillé.")))
        layout.addSpacing(16)
        layout.addWidget(self._labeled)
        layout.addSpacing(16)
        layout.addLayout(acts)
        self.setLayout(layout)
        self.setFocusProxy(self.field)
        viewmodel.changed.connect(self.render_state)
        viewmodel.refused.connect(self.field.clear)
        viewmodel.opened.connect(self.field.clear)
        self.render_state()

    def render_state(self) -> None:
        state = self._viewmodel.state
        if state.page is not Page.CODE:
            self.field.clear()
            return
        # Read-only rather than disabled, which would take the keyboard away.
        self.field.line.setReadOnly(state.is_busy)
        self.open_button.setEnabled(state.can_try)
        words = self.tr("Ouverture…") if state.is_busy else self.tr("Ouvrir")
        self.open_button.set_words(words if state.is_busy else f"{words}  {_ENTER}")
        # A screen reader says the act, not its sign.
        self.open_button.setAccessibleName(words)
        self.phrase_button.setEnabled(not state.is_busy)
        wait = self.tr("Nouvel essai dans {0}\u00a0s.").format(state.wait_s)
        said = (state.problem, wait if state.wait_s else "")
        self._labeled.show_problem(" ".join(part for part in said if part))

    def _open(self) -> None:
        self._viewmodel.open_with_code(self.field.value)

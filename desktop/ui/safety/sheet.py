"""The sheet itself: opened from Réglages, and from the lock, where it tells less."""

import platform
from collections.abc import Callable, Sequence

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QDialog, QVBoxLayout, QWidget

from desktop.config.safety import Finding, Probe
from desktop.ui.background import Background, Lane
from desktop.ui.errors import sentence
from desktop.ui.kit.buttons import SecondaryButton
from desktop.ui.kit.labels import Heading, Level, Secondary, Strong, Text
from desktop.ui.kit.layout import PAGE_MARGIN, column, row, scrolling
from desktop.ui.kit.pill import Pill
from desktop.ui.safety.words import as_text, told
from desktop.ui.theme import current_tokens

_WIDTH_PX, _HEIGHT_PX = 640, 680
_OUTINGS = 30


class SafetySheet(QDialog):
    """Asks on the store's lane, then tells. Esc closes it."""

    def __init__(
        self,
        background: Background,
        probe: Probe,
        copy: Callable[[str], None],
        version: str,
        outings: Callable[[], list[str]],
        last_key: Callable[[], list[str]],
        parent: QWidget | None = None,
    ) -> None:
        """``outings`` returns, on the store's lane, what left the vault in clear, in words;
        ``last_key`` what is to be told of the Département's key.
        """
        super().__init__(parent)
        # The title bar may be seen by anybody: it says the product's name and nothing else.
        self.setWindowTitle("Coffre")
        self.setAccessibleName(self.tr("Diagnostic de sécurité"))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._copy = copy
        self._version = version
        self._findings: tuple[Finding, ...] = ()
        self.copy_button = SecondaryButton(self.tr("Copier pour l’informatique"))
        self.copy_button.setEnabled(False)
        self.copy_button.clicked.connect(self.copy_all)
        self.said = Secondary(self.tr("Un instant…"))
        self._list = column(gap=16)
        self._lay_out(parent)
        background.run(Lane.STORE, probe, self._tell, self._refuse)
        background.run(Lane.STORE, last_key, self._tell_key, self._refuse)
        background.run(Lane.STORE, outings, self._tell_outings, self._refuse)

    @property
    def findings(self) -> tuple[Finding, ...]:
        """What was found, once it was."""
        return self._findings

    def copy_all(self) -> None:
        """Copy what is told, and no more: nobody is named on this page."""
        self._copy(as_text(self._findings, self._version, platform.system()))
        self.said.setText(self.tr("Copié\u00a0: ni nom ni texte de personne n’y figure."))

    def _tell(self, findings: Sequence[Finding]) -> None:
        self._findings = tuple(findings)
        for finding in self._findings:
            one = told(finding)
            head = row(Strong(one.name))
            head.setStretch(0, 1)  # a stretch beside it would have the name wrap before its time
            head.addWidget(Pill(one.mark.words, one.mark.role, one.mark.shape))
            block = QWidget()
            words = column(gap=4)
            words.addLayout(head)
            words.addWidget(Secondary(one.about))
            if one.remedy:
                words.addWidget(Text(one.remedy))
            block.setLayout(words)
            block.setAccessibleName(one.name)
            self._list.addWidget(block)
        self.said.setText("")
        self.copy_button.setEnabled(True)

    def _tell_key(self, paragraphs: Sequence[str]) -> None:
        if paragraphs:
            self._list.addWidget(Strong(self.tr("Clé de secours du Département")))
            for said in paragraphs:
                self._list.addWidget(Secondary(said))

    def _tell_outings(self, lines: Sequence[str]) -> None:
        if lines:
            self._list.addWidget(Strong(self.tr("Ce qui est sorti de Coffre, en clair")))
            for line in lines[:_OUTINGS]:
                self._list.addWidget(Secondary(line))
        self._list.addStretch(1)

    def _refuse(self, failure: Exception) -> None:
        self.said.setText(sentence(failure).whole)

    def _lay_out(self, parent: QWidget | None) -> None:
        sheet = QWidget()
        sheet.setLayout(self._list)
        area = scrolling(sheet)
        # Arrows scroll the sheet when there is more than the screen can show.
        area.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        area.setAccessibleName(self.tr("Diagnostic de sécurité"))
        close = SecondaryButton(self.tr("Fermer"))
        close.clicked.connect(self.accept)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(PAGE_MARGIN, PAGE_MARGIN, PAGE_MARGIN, PAGE_MARGIN)
        layout.setSpacing(16)
        layout.addWidget(Heading(self.tr("Diagnostic de sécurité"), Level.HEADING))
        layout.addWidget(
            Secondary(self.tr("Coffre {0}, sur cet ordinateur.").format(self._version))
        )
        layout.addWidget(area, 1)
        layout.addWidget(self.said)
        acts = row(self.copy_button)
        acts.addStretch(1)
        acts.addWidget(close)
        layout.addLayout(acts)
        tokens = current_tokens()
        wanted = QSize(tokens.text_px(_WIDTH_PX), tokens.text_px(_HEIGHT_PX))
        self.resize(wanted.boundedTo(parent.size()) if parent is not None else wanted)
        close.setFocus()

"""The Département has withdrawn this laptop: the one page that is left, and what to do."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from desktop.ui.calm_window import CalmWindow
from desktop.ui.kit.buttons import PrimaryButton
from desktop.ui.kit.labels import Heading, Level, Text
from desktop.ui.kit.layout import row
from desktop.ui.text import number, translate

_WIDTH_PX = 560


class WithdrawnView(CalmWindow):
    """Shown in place of everything, first while the vault is being destroyed, then after."""

    left = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(_WIDTH_PX, "", parent)
        self.setWindowTitle("Coffre")
        self.said = Text(
            self.tr(
                "Ce qu’il contenait est en train d’être effacé. Laissez l’ordinateur allumé "
                "quelques secondes."
            )
        )
        self.lost = Text("")
        self.remedy = Text("")
        self.close_button = PrimaryButton(self.tr("Fermer"), shortcut="Esc")
        self.close_button.clicked.connect(self.left)
        acts = row()
        acts.addStretch(1)
        acts.addWidget(self.close_button)
        title = Heading(self.tr("Ce poste a été retiré par le Département"), Level.TITLE)
        self.body.addWidget(title)
        self.body.addSpacing(8)
        for words in (self.said, self.lost, self.remedy):
            self.body.addWidget(words)
        for words in (self.lost, self.remedy):
            words.hide()
        self.body.addSpacing(16)
        self.body.addLayout(acts)
        # Only once it is over: closing is safe at any time, but no button should invite to it.
        self.close_button.setEnabled(False)

    def tell_gone(self, unsent: int | None) -> None:
        """All is destroyed; ``unsent`` changes had never reached the office."""
        self.said.setText(
            self.tr(
                "Ce qu’il contenait a été effacé, brouillons compris. Ce que vous aviez déjà "
                "envoyé est toujours au bureau."
            )
        )
        self._tell(_lost(unsent), self._what_to_do())

    def tell_kept(self, refusal: str) -> None:
        """The disk refused some of it; ``refusal`` is a sentence."""
        self.said.setText(
            self.tr(
                "Une partie de ce qu’il contenait n’a pas pu être effacée. Coffre recommencera à "
                "sa prochaine ouverture."
            )
        )
        self._tell(refusal, self._what_to_do())

    def _tell(self, lost: str, remedy: str) -> None:
        self.lost.setText(lost)
        self.remedy.setText(remedy)
        self.lost.show()
        self.remedy.show()
        self.close_button.setEnabled(True)
        self.close_button.setFocus()

    def _what_to_do(self) -> str:
        return self.tr(
            "Appelez le service informatique\u00a0: si ce retrait n’était pas prévu, il doit le "
            "savoir. Pour travailler de nouveau sur ce poste, demandez-lui une invitation, puis "
            "rouvrez Coffre."
        )


def _lost(unsent: int | None) -> str:
    if unsent is None:
        return translate(
            "Withdrawn",
            "Les modifications qui n’étaient pas au bureau sont perdues\u00a0: le serveur n’en "
            "garde rien.",
        )
    if unsent == 0:
        return translate("Withdrawn", "Tout ce que vous aviez terminé était au bureau.")
    counted = translate(
        "Withdrawn",
        "%n modification(s) n’étai(en)t pas au bureau\u00a0: c’est perdu, et le serveur n’en "
        "garde rien.",
        "",
        unsent,
    )
    return counted.replace(str(unsent), number(unsent), 1)

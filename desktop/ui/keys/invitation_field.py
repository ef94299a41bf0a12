"""Where an invitation is typed: at the first run, and when the office has forgotten a laptop."""

from PySide6.QtWidgets import QWidget

from desktop.ui.kit import LabeledField, LineField
from desktop.ui.text import translate


class InvitationField(LabeledField):
    """A line with its shape as a hint, and how long an invitation serves."""

    def __init__(self, parent: QWidget | None = None) -> None:
        self.line = LineField(hint="79-ABCDE-FGHJK-MNPQR-STVWX")
        super().__init__(
            translate("Keys", "Invitation"),
            self.line,
            help=translate(
                "Keys",
                "Elle sert une seule fois, dans les vingt-quatre heures. Majuscules et tirets ne "
                "comptent pas.",
            ),
            parent=parent,
        )

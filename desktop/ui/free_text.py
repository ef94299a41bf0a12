"""The quiet line under a shared text: « “alcoolique” : décrire plutôt ce qui a été dit… ».

It never stops anybody from writing, finishing or sending; « C’est voulu » puts it away for this
text. What was found is shown where it is typed, and nowhere else.
"""

from collections.abc import Sequence

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QBoxLayout, QHBoxLayout, QWidget

from desktop.domain.free_text import Family, FreeTextGuard, Remark
from desktop.ui.kit import LabeledField, LineField, LinkButton, Text, TextField
from desktop.ui.text import translate

_PAUSE_MS = 600
"""After the last letter: nobody is told of half a word."""
_MOST_WORDS = 3


class GuardLine(QWidget):
    """Watches one field; hidden while there is nothing to say."""

    def __init__(
        self,
        field: TextField | LineField,
        guard: FreeTextGuard,
        families: frozenset[Family] = frozenset(Family),
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._field = field
        self._guard = guard
        self._families = families
        self._remarks: tuple[Remark, ...] = ()
        self._put_away: set[Remark] = set()
        self._said = Text(kind="small")
        self.dismiss = LinkButton(self.tr("C’est voulu"))
        self.dismiss.clicked.connect(self._dismiss)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 4, 0, 0)
        layout.setSpacing(8)
        layout.addWidget(self._said, 1)
        layout.addWidget(self.dismiss)
        self._pause = QTimer(self)
        self._pause.setSingleShot(True)
        self._pause.setInterval(_PAUSE_MS)
        self._pause.timeout.connect(self.look)
        field.value_changed.connect(self._typed)
        self.hide()

    @property
    def sentence(self) -> str:
        """What is said now; empty when nothing is."""
        return self._said.text() if not self.isHidden() else ""

    def forget(self) -> None:
        """Another text is in the field: what was put away was about the former one."""
        self._put_away.clear()
        self.look()

    def look(self) -> None:
        """Read the field now."""
        self._pause.stop()
        found = self._guard.remarks(self._field.value, self._families)
        self._show(tuple(remark for remark in found if remark not in self._put_away))

    def _typed(self) -> None:
        if not self._field.value:
            self._put_away.clear()
        if any(remark.words not in self._field.value for remark in self._remarks):
            self.look()  # what is mended is no longer said
        else:
            self._pause.start()

    def _dismiss(self) -> None:
        self._put_away.update(self._remarks)
        self._show(())
        self._field.setFocus()

    def _show(self, remarks: tuple[Remark, ...]) -> None:
        self._remarks = remarks
        said = said_of(remarks)
        self._said.setText(said)
        self.setAccessibleName(said)
        self.dismiss.setAccessibleDescription(said)
        self.setVisible(bool(said))
        if said:
            # Whatever order the page was put in meanwhile.
            QWidget.setTabOrder(self._field, self.dismiss)


def guard_field(
    labeled: LabeledField,
    guard: FreeTextGuard | None,
    families: frozenset[Family] = frozenset(Family),
) -> GuardLine | None:
    """Put a line under the field of ``labeled``; none where there is no guard or no text."""
    field, layout = labeled.field, labeled.layout()
    if guard is None or not isinstance(field, TextField | LineField):
        return None
    line = GuardLine(field, guard, families, labeled)
    if isinstance(layout, QBoxLayout):
        layout.insertWidget(layout.indexOf(field) + 1, line)
    return line


def said_of(remarks: Sequence[Remark]) -> str:
    """Return what to say of a shared text: its first kind of remark, and how many others."""
    if not remarks:
        return ""
    family = remarks[0].family
    alike = [remark.words for remark in remarks if remark.family is family]
    quoted = ", ".join(f"“{words}”" for words in alike[:_MOST_WORDS])
    said = translate("FreeText", "Ce texte sera lu par l’équipe. {0}\u00a0: {1}").format(
        quoted, _advice(family)
    )
    others = len(remarks) - len(alike[:_MOST_WORDS])
    if others:
        more = translate("FreeText", "%n autre(s) mot(s) à relire.", "", others)
        said = f"{said} {more}"
    return said


def _advice(family: Family) -> str:
    return {
        Family.JUDGEMENT: translate("FreeText", "décrire plutôt ce qui a été dit ou constaté."),
        Family.HEALTH: translate(
            "FreeText", "décrire plutôt ce qui a été dit ou constaté, sans nommer une maladie."
        ),
        Family.BELIEF: translate(
            "FreeText", "la religion ne s’écrit pas ici\u00a0; dire ce qui change pour la démarche."
        ),
        Family.OPINION: translate(
            "FreeText", "les opinions et l’engagement syndical ne s’écrivent pas ici."
        ),
        Family.ORIGIN: translate("FreeText", "l’origine ne s’écrit pas ici."),
        Family.INTIMACY: translate("FreeText", "la vie intime ne s’écrit pas ici."),
        Family.OFFENCE: translate(
            "FreeText",
            "infractions et condamnations ne s’écrivent pas ici\u00a0; dire ce que cela change "
            "pour la suite.",
        ),
        Family.NIR: translate(
            "FreeText", "un numéro de sécurité sociale n’a pas sa place dans un texte."
        ),
        Family.BANK: translate("FreeText", "un numéro de compte ou de carte ne s’écrit pas ici."),
        Family.PHONE: translate("FreeText", "un numéro de téléphone a sa place dans la fiche."),
        Family.EMAIL: translate("FreeText", "une adresse de courriel a sa place dans la fiche."),
    }[family]

"""« Peut-être la même personne que… »: at the top of a dossier, until somebody answers."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QWidget

from desktop.services.duplicates import LikelyPair
from desktop.ui.birth_words import born
from desktop.ui.kit import Flow, LinkButton, Secondary, SecondaryButton, Text, column
from desktop.ui.text import translate


class SamePersonNotice(QFrame):
    """One pair at a time, the likeliest: reasons, never a score, and two answers."""

    compare_asked = Signal(str, str)
    apart_asked = Signal(str)
    """The other dossier."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("kind", "sunken")
        self._pair: LikelyPair | None = None
        self.words = Text()
        self.why = Secondary(small=True)
        self.compare = SecondaryButton(self.tr("Comparer les deux dossiers"))
        self.apart = LinkButton(self.tr("Ce n’est pas la même personne"))
        self.compare.clicked.connect(self._compare)
        self.apart.clicked.connect(self._apart)
        layout = column(self.words, self.why, Flow(self.compare, self.apart, gap=12), gap=6)
        layout.setContentsMargins(12, 10, 12, 10)
        self.setLayout(layout)
        self.hide()

    def show_pair(self, pair: LikelyPair | None) -> None:
        self._pair = pair
        self.setVisible(pair is not None)
        if pair is None:
            return
        other = pair.other
        about = [born(other), other.commune_name]
        if other.referent is not None:
            about.append(translate("Dossier", "réf. unique : {0}").format(other.referent))
        told = ", ".join(part for part in about if part)
        words = self.tr("Peut-être la même personne que {0}").format(pair.names[1])
        self.words.setText(f"{words} ({told})" if told else words)
        self.why.setText(" · ".join(reason.label for reason in pair.likeness.reasons))
        self.setAccessibleName(self.words.text())

    def _compare(self) -> None:
        if self._pair is not None:
            self.compare_asked.emit(self._pair.one.id, self._pair.other.id)

    def _apart(self) -> None:
        if self._pair is not None:
            self.apart_asked.emit(self._pair.other.id)

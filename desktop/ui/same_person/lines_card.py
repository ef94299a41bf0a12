"""The lines on which two sheets differ: for each of them, which value is kept."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QButtonGroup, QGridLayout, QWidget

from desktop.services.same_person import Comparison
from desktop.ui.kit import Card, Secondary, Strong, Text, separator
from desktop.ui.same_person.value_pick import ValuePick
from desktop.ui.same_person.words import line_label, line_value


class LinesCard(Card):
    """Two columns, the dossier that is kept at the left."""

    picked = Signal(str, bool)
    """A line, and whether its value comes from the other sheet."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent=parent)
        self.set_title(self.tr("Ce qui diffère : choisissez ce qui est gardé"))
        self._shown: Comparison | None = None
        self._body = QWidget()
        self._groups: list[QButtonGroup] = []
        self.picks: dict[str, tuple[ValuePick, ValuePick]] = {}
        self.none = Text(self.tr("Les deux fiches disent la même chose."))
        self.add(self.none)
        self.add(self._body)

    def show_lines(self, comparison: Comparison, from_other: frozenset[str]) -> None:
        if comparison is not self._shown:
            self._shown = comparison
            self._make(comparison)
        for name, (mine, theirs) in self.picks.items():
            kept, left = (theirs, mine) if name in from_other else (mine, theirs)
            kept.setChecked(True)
            # The Tab key stops on what is kept; Qt only sees to it once it has been there.
            kept.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
            left.setFocusPolicy(Qt.FocusPolicy.ClickFocus)

    def _make(self, comparison: Comparison) -> None:
        old, self._body = self._body, QWidget()
        self.body.replaceWidget(old, self._body)
        old.setParent(None)
        old.deleteLater()
        self.picks.clear()
        self._groups.clear()
        grid = QGridLayout(self._body)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(16)
        grid.setVerticalSpacing(4)
        grid.setColumnStretch(0, 1)
        grid.setColumnStretch(1, 1)
        differing = [line.name for line in comparison.lines if line.differs]
        self.none.setVisible(not differing)
        self._body.setVisible(bool(differing))
        if differing:
            grid.addWidget(Secondary(self.tr("Premier dossier"), small=True), 0, 0)
            grid.addWidget(Secondary(self.tr("Second dossier"), small=True), 0, 1)
        for at, name in enumerate(differing):
            self._add(grid, 1 + 3 * at, name, comparison)

    def _add(self, grid: QGridLayout, top: int, name: str, comparison: Comparison) -> None:
        label = line_label(name)
        group = QButtonGroup(self._body)
        picks = []
        for sheet in (comparison.kept, comparison.other):
            words = line_value(sheet, name) or self.tr("Non renseigné")
            picks.append(ValuePick(words, label))
        grid.addWidget(separator(), top, 0, 1, 2)
        grid.addWidget(Strong(label), top + 1, 0, 1, 2)
        for column, pick in enumerate(picks):
            group.addButton(pick)
            grid.addWidget(pick, top + 2, column)
            pick.clicked.connect(lambda _=False, c=column: self.picked.emit(name, bool(c)))
        self._groups.append(group)
        self.picks[name] = (picks[0], picks[1])

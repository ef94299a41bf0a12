"""« Diagnostic mobilité »: one version beside the one before it, field by field, and on paper."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QGridLayout, QWidget

from desktop.services.mobility import MobilityVersion, differences
from desktop.ui.kit import (
    Card,
    Choice,
    Flow,
    LabeledField,
    Notice,
    Secondary,
    SecondaryButton,
    Strong,
    Text,
    clear_layout,
)
from desktop.ui.outlets import Outlets, SystemOutlets
from desktop.ui.person_records import words
from desktop.ui.person_records.state import RecordsReading, RecordsState
from desktop.ui.person_records.viewmodel import PersonRecordsViewModel
from desktop.ui.theme import Role
from protocol.ids import RecordId

SYNTHESIS = "synthesis"
FILE_NAME = "diagnostic-mobilite.pdf"
"""Names nobody: a file's name is seen by whoever passes."""


class VersionGrid(QWidget):
    """« avant » and « maintenant »; what never was known takes no place."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._rows: tuple[tuple[str, str, str], ...] = ()
        self._compares = False
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(12)
        self._grid.setVerticalSpacing(6)

    @property
    def rows(self) -> tuple[tuple[str, str, str], ...]:
        """Labels, values before, values now."""
        return self._rows

    def show_version(self, before: MobilityVersion | None, now: MobilityVersion) -> None:
        known = before.values if before is not None else {}
        told = [
            words.compared(one, before, now)
            for one in words.as_asked(differences(known, now.values))
            if one.item.name != SYNTHESIS
        ]
        rows = tuple(row for row in told if row[1] or row[2])
        if (rows, before is not None) != (self._rows, self._compares):
            self._rows, self._compares = rows, before is not None
            self._fill()

    def _fill(self) -> None:
        clear_layout(self._grid)
        columns = (2, 3, 3) if self._compares else (2, 0, 5)
        for at, share in enumerate(columns):
            self._grid.setColumnStretch(at, share)
        if self._compares:
            self._put(0, 1, Text(self.tr("Avant"), kind="field"))
            self._put(0, 2, Text(self.tr("Maintenant"), kind="field"))
        for at, (label, was, now) in enumerate(self._rows, 1):
            self._put(at, 0, Text(label, kind="secondary"))
            moved = self._compares and was != now
            said = Strong(now or "—") if moved else Text(now or "—")
            said.setAccessibleName(label)
            spoken = self.tr("{0}, avant\u00a0: {1}").format(now or "—", was or "—")
            said.setAccessibleDescription(spoken if moved else now)
            self._put(at, 2, said)
            if self._compares:
                self._put(at, 1, Secondary((was or "—") if moved else self.tr("inchangé")))

    def _put(self, row: int, column: int, widget: QWidget) -> None:
        self._grid.addWidget(widget, row, column, Qt.AlignmentFlag.AlignTop)


class MobilityCard(Card):
    """The latest diagnosis first; older ones are chosen in a list."""

    new_asked = Signal()
    correct_asked = Signal(str)

    def __init__(
        self,
        viewmodel: PersonRecordsViewModel,
        outlets: Outlets | None = None,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent=parent)
        self._viewmodel = viewmodel
        self.outlets: Outlets = outlets or SystemOutlets()
        self._now: MobilityVersion | None = None
        self.set_title(self.tr("Diagnostic mobilité"))
        self.none = Secondary(self.tr("Aucun diagnostic mobilité pour le moment."))
        self.version = Choice()
        self.version_field = LabeledField(self.tr("Version"), self.version)
        self.about = Secondary(small=True)
        self.grid = VersionGrid()
        self.synthesis_label = Text(self.tr("Synthèse"), kind="field")
        self.synthesis = Text()
        self.synthesis.setAccessibleName(self.tr("Synthèse"))
        self.said = Notice(role=Role.OK)
        self.new = SecondaryButton(self.tr("Faire le diagnostic"), shortcut="Alt+D")
        self.correct = SecondaryButton(self.tr("Corriger"))
        self.print = SecondaryButton(self.tr("Enregistrer en PDF…"), icon_name="download")
        acts = Flow(self.new, self.correct, self.print, gap=8)
        shown = (self.grid, self.synthesis_label, self.synthesis)
        # Above what is read, however long it is: what can be done with it stays in sight.
        for part in (self.none, self.version_field, self.about, acts, self.said, *shown):
            self.add(part)
        self.body.addStretch(1)
        self.new.clicked.connect(self.new_asked)
        self.correct.clicked.connect(self._correct)
        self.print.clicked.connect(self._print)
        self.version.chosen.connect(lambda key: viewmodel.choose_version(RecordId(key)))

    @property
    def stops(self) -> tuple[QWidget, ...]:
        """Where the Tab key stops, in reading order."""
        return (self.version, self.new, self.correct, self.print)

    def show_read(self, state: RecordsState, read: RecordsReading) -> None:
        versions = read.versions
        at = next((at for at, one in enumerate(versions) if one.id == state.version), 0)
        self._now = versions[at] if versions else None
        before = versions[at + 1] if at + 1 < len(versions) else None
        self.none.setVisible(not versions)
        self.version_field.setVisible(len(versions) > 1)
        choices = [(one.id, words.version_name(one)) for one in versions]
        self.version.set_choices(choices, value=self._now.id if self._now else "")
        for part in (self.about, self.grid, self.print):
            part.setVisible(bool(versions))
        self.correct.setVisible(self._now is not None and self._now.mine)
        self.print.setEnabled(not state.is_printing)
        self.new.set_words(self.tr("Réactualiser") if versions else self.tr("Faire le diagnostic"))
        self.said.setVisible(bool(state.said))
        self.said.say(state.said, role=Role.OK)
        synthesis = str(self._now.values.get(SYNTHESIS) or "") if self._now else ""
        self.synthesis.setText(synthesis)
        self.synthesis.setAccessibleDescription(synthesis)
        self.synthesis_label.setVisible(bool(synthesis))
        self.synthesis.setVisible(bool(synthesis))
        if self._now is not None:
            self.about.setText(words.version_about(self._now, before))
            self.grid.show_version(before, self._now)

    def _correct(self) -> None:
        if self._now is not None:
            self.correct_asked.emit(self._now.id)

    def _print(self) -> None:
        if self._now is None:
            return
        path = self.outlets.ask_path(self, FILE_NAME, "PDF (*.pdf)")
        if path is not None:
            self._viewmodel.print_version(self._now.id, path)

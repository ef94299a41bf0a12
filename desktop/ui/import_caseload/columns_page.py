"""What each column of the file is: recognised, shown with examples, corrected by hand."""

from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QGridLayout, QVBoxLayout, QWidget

from desktop.domain.caseload.columns import Columns, Field
from desktop.domain.caseload.readers import Sheet
from desktop.ui.import_caseload import words
from desktop.ui.import_caseload.state import ImportState
from desktop.ui.import_caseload.viewmodel import ImportViewModel
from desktop.ui.kit import (
    Card,
    Choice,
    LabeledField,
    Notice,
    PrimaryButton,
    ScrollPage,
    Secondary,
    SecondaryButton,
    Strong,
    Text,
    row,
)
from desktop.ui.theme import Role


class ColumnsPage(QWidget):
    """One line a column: its heading, a few values, and what it is."""

    another_file = Signal()

    def __init__(self, viewmodel: ImportViewModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._viewmodel = viewmodel
        self._sheet: Sheet | None = None
        self.choices: list[Choice] = []
        self.notice = Notice()
        self.sheet = Choice()
        self._sheet_field = LabeledField(self.tr("Feuille du classeur"), self.sheet)
        self.sheet.chosen.connect(viewmodel.choose_sheet)
        self.another = SecondaryButton(self.tr("Choisir un autre fichier"))
        self.another.clicked.connect(self.another_file)
        self.go_on = PrimaryButton(self.tr("Voir l’aperçu"), shortcut="Ctrl+Return")
        self.go_on.clicked.connect(viewmodel.preview)
        self._card = Card(self.tr("Que contient chaque colonne\u00a0?"))
        self._card.add(
            Secondary(
                self.tr(
                    "Coffre a reconnu ce qu’il a pu. Rien n’est importé avant que vous ayez vu "
                    "l’aperçu."
                )
            )
        )
        self._holder = QVBoxLayout()
        self._grid: QWidget | None = None
        self._card.add(self._holder)
        self._card.body.addStretch(1)
        self._lay_out()

    def show_state(self, state: ImportState) -> None:
        if state.file is None:
            return
        sheet = state.file.sheet
        self._sheet_field.setVisible(len(sheet.sheet_names) > 1)
        if [self.sheet.itemData(at) for at in range(self.sheet.count())] != list(sheet.sheet_names):
            self.sheet.set_choices([(name, name) for name in sheet.sheet_names])
        self.sheet.set_value(sheet.sheet_name or "")
        if sheet is not self._sheet:
            self._sheet = sheet
            self._build(state)
        for column, meaning in enumerate(state.file.columns.meanings):
            self.choices[column].set_value(meaning.value if meaning else "")
        self.go_on.setEnabled(state.can_preview)
        self._say(state)

    def _say(self, state: ImportState) -> None:
        columns = state.file.columns if state.file else Columns((), 0, ())
        lacking = words.missing(columns)
        freed = words.released(state.released) if state.released else ""
        said = lacking or freed or words.contests(columns) or words.referent(columns)
        self.notice.setVisible(bool(said))
        if said:
            self.notice.say(said, role=Role.PENDING if lacking else Role.NEUTRAL)

    def _build(self, state: ImportState) -> None:
        columns = state.file.columns if state.file else Columns((), 0, ())
        grid_holder = QWidget()
        grid = QGridLayout(grid_holder)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(16)
        grid.setVerticalSpacing(10)
        grid.setColumnStretch(0, 1)
        grid.setColumnStretch(1, 2)
        titles = (self.tr("Colonne"), self.tr("Exemples"), self.tr("C’est…"))
        for at, title in enumerate(titles):
            grid.addWidget(Text(title, kind="field"), 0, at)
        meanings = [("", self.tr("Ne pas reprendre")), *((x.value, x.label) for x in Field)]
        self.choices = []
        for column, heading in enumerate(columns.header):
            named = heading or self.tr("Colonne {0}").format(column + 1)
            choice = Choice(meanings)
            choice.setAccessibleName(self.tr("Sens de la colonne {0}").format(named))
            choice.chosen.connect(partial(self._assign, column))
            self.choices.append(choice)
            grid.addWidget(Strong(named), column + 1, 0)
            grid.addWidget(Secondary(", ".join(state.samples(column))), column + 1, 1)
            grid.addWidget(choice, column + 1, 2, Qt.AlignmentFlag.AlignTop)
        if self._grid is not None:
            self._holder.removeWidget(self._grid)
            self._grid.hide()
            self._grid.deleteLater()
        self._grid = grid_holder
        self._holder.addWidget(grid_holder)
        before: QWidget = self.sheet
        for choice in self.choices:
            QWidget.setTabOrder(before, choice)
            before = choice

    def _assign(self, column: int, key: str) -> None:
        self._viewmodel.assign(column, Field(key) if key else None)

    def _lay_out(self) -> None:
        content = QWidget()
        inner = QVBoxLayout(content)
        inner.setContentsMargins(0, 0, 0, 0)
        inner.setSpacing(12)
        inner.addWidget(self._sheet_field)
        inner.addWidget(self._card, 1)
        page = ScrollPage()
        page.setWidget(content)
        acts = row(self.another, self.go_on, gap=12)
        acts.insertStretch(0, 1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(12)
        layout.addWidget(self.notice)
        layout.addLayout(acts)
        layout.addWidget(page, 1)

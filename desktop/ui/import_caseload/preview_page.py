"""What importing would do: who is new, who may be known, which rows are refused and why."""

from collections.abc import Callable
from typing import TypeVar

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from desktop.domain.caseload.plan import Doubtful, KnownPerson
from desktop.domain.caseload.rows import CaseloadRow, RowProblem
from desktop.services.caseload_import import Decision
from desktop.ui.import_caseload import words
from desktop.ui.import_caseload.model import LazyRows
from desktop.ui.import_caseload.state import ImportState
from desktop.ui.import_caseload.viewmodel import ImportViewModel
from desktop.ui.kit import (
    ROW_ROLE,
    Card,
    Figure,
    Flow,
    ListView,
    Mark,
    PrimaryButton,
    Row,
    ScrollPage,
    Secondary,
    SecondaryButton,
    Shape,
    Strong,
    Tabs,
    Text,
    row,
    separator,
)
from desktop.ui.text import number
from desktop.ui.theme import Role, current_tokens

NEW, DOUBTFUL, REFUSED, NOTICES = "new", "doubtful", "refused", "notices"
_LIST_PX = 220
T = TypeVar("T")
CommuneName = Callable[[str | None], str]


class PreviewPage(QWidget):
    """Figures, four lists, and the one act that writes."""

    export_asked = Signal()

    def __init__(
        self, viewmodel: ImportViewModel, commune_name: CommuneName, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._viewmodel = viewmodel
        self._commune_name = commune_name
        self.figures = {
            NEW: Figure(self.tr("À ouvrir")),
            "present": Figure(self.tr("Déjà là")),
            DOUBTFUL: Figure(self.tr("À décider")),
            "repeated": Figure(self.tr("En double")),
            REFUSED: Figure(self.tr("Refusées")),
        }
        self.tabs = Tabs(self.tr("Lignes du fichier"))
        self.new = RowList(self.tr("Dossiers à ouvrir"), self.tr("Aucun dossier à ouvrir."))
        self.doubts = DoubtsPanel(viewmodel, commune_name)
        self.refused = RowList(self.tr("Lignes refusées"), self.tr("Aucune ligne refusée."))
        self.notices = RowList(
            self.tr("Valeurs non reprises"), self.tr("Toutes les valeurs sont reprises.")
        )
        self.export = SecondaryButton(self.tr("Exporter ces lignes…"))
        self.export.clicked.connect(self.export_asked)
        self.refused.add_act(self.export)
        self.back = SecondaryButton(self.tr("Revoir les colonnes"))
        self.back.clicked.connect(viewmodel.back_to_columns)
        self.write = PrimaryButton(words.import_button(0), shortcut="Ctrl+Return")
        self.write.clicked.connect(viewmodel.write)
        self._undecided = Secondary(small=True)
        self._lay_out()

    def show_state(self, state: ImportState) -> None:
        plan = state.plan
        if plan is None:
            return
        counts = {
            NEW: state.to_create,
            "present": len(plan.present),
            DOUBTFUL: state.undecided,
            "repeated": len(plan.repeated),
            REFUSED: len(plan.refused_rows),
        }
        for key, figure in self.figures.items():
            figure.set_value(number(counts[key]))
        self.new.show_rows(plan.new, self._new_row)
        self.doubts.show_state(state)
        self.refused.show_rows((*plan.problems, *plan.repeated), _problem_row)
        self.export.setVisible(bool(plan.problems))
        self.notices.show_rows(plan.notices, _problem_row)
        self._title(NEW, self.tr("À ouvrir"), len(plan.new))
        self._title(DOUBTFUL, self.tr("À décider"), state.undecided)
        self._title(
            REFUSED, self.tr("Refusées, en double"), len(plan.refused_rows) + len(plan.repeated)
        )
        self._title(NOTICES, self.tr("Non repris"), len(plan.notices))
        self.write.set_words(words.import_button(state.to_create))
        self.write.setEnabled(state.to_create > 0)
        self._undecided.setVisible(state.undecided > 0)
        self._undecided.setText(
            self.tr(
                "Les lignes à décider sont laissées de côté\u00a0; le même fichier les ramènera."
            )
        )

    def _title(self, key: str, title: str, count: int) -> None:
        self.tabs.set_title(key, f"{title} ({number(count)})")

    def _new_row(self, item: CaseloadRow) -> Row:
        place = self._commune_name(item.commune)
        return Row(item.number, words.person(item), words.details(item, place))

    def _lay_out(self) -> None:
        summary = Card()
        summary.add(Flow(*self.figures.values(), gap=40))
        acts = row(self._undecided, Flow(self.back, self.write, gap=12), gap=12)
        acts.setStretch(0, 1)
        summary.add(acts)
        pages = ((NEW, self.new), (DOUBTFUL, self.doubts), (REFUSED, self.refused),
                 (NOTICES, self.notices))  # fmt: skip
        for key, page in pages:
            self.tabs.add(key, key, page)
        lists = Card()
        lists.add(self.tabs, 1)
        content = QWidget()
        inner = QVBoxLayout(content)
        inner.setContentsMargins(0, 0, 0, 0)
        inner.setSpacing(12)
        inner.addWidget(summary)
        inner.addWidget(lists, 1)
        page_area = ScrollPage()
        page_area.setWidget(content)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(12)
        layout.addWidget(page_area, 1)


class RowList(QWidget):
    """A list, its whole sentence under it, and what to say when it is empty."""

    def __init__(self, name: str, empty: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.model = LazyRows(self)
        self.list = ListView(name, lines=True)
        self.list.setModel(self.model)
        self.list.highlighted.connect(self._tell)
        self._empty = Secondary(empty)
        self._whole = Text()
        self._acts = Flow(gap=12)
        self._items: object = None
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(8)
        layout.addWidget(self._empty)
        layout.addWidget(self.list, 1)
        layout.addWidget(self._whole)
        layout.addWidget(self._acts)

    def add_act(self, act: QWidget) -> None:
        self._acts.add(act)

    def show_rows(self, items: tuple[T, ...], make: Callable[[T], Row]) -> None:
        if items != self._items:
            self._items = items
            self.model.show(items, make)
            self._whole.setText("")
        self.list.setMinimumHeight(current_tokens().text_px(_LIST_PX))
        self.list.setVisible(bool(items))
        self._empty.setVisible(not items)
        self._whole.setVisible(bool(items))

    def _tell(self, _: object) -> None:
        row_shown = self.list.currentIndex().data(ROW_ROLE)
        if isinstance(row_shown, Row):
            self._whole.setText(row_shown.subtitle)


class DoubtsPanel(QWidget):
    """Rows that may be somebody known: the row, who it may be and why, and two answers."""

    def __init__(
        self, viewmodel: ImportViewModel, commune_name: CommuneName, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._viewmodel = viewmodel
        self._commune_name = commune_name
        self.model = LazyRows(self)
        self.list = ListView(self.tr("Lignes à décider"), lines=True)
        self.list.setModel(self.model)
        self.list.highlighted.connect(lambda _: self._show_suspects())
        self._empty = Secondary(self.tr("Personne ne ressemble à quelqu’un que vous suivez déjà."))
        self._suspects = QVBoxLayout()
        self._suspects.setSpacing(4)
        self._shown: QWidget | None = None
        self.same = SecondaryButton(self.tr("Même personne"), shortcut="Alt+M")
        self.other = SecondaryButton(self.tr("Autre personne"), shortcut="Alt+A")
        self.rest_same = SecondaryButton(self.tr("Tout le reste\u00a0: mêmes personnes"))
        self.rest_other = SecondaryButton(self.tr("Tout le reste\u00a0: autres personnes"))
        self._acts = Flow(self.same, self.other, self.rest_same, self.rest_other, gap=12)
        self.same.clicked.connect(lambda: self._decide(Decision.SAME))
        self.other.clicked.connect(lambda: self._decide(Decision.NEW))
        self.rest_same.clicked.connect(lambda: viewmodel.decide_rest(Decision.SAME))
        self.rest_other.clicked.connect(lambda: viewmodel.decide_rest(Decision.NEW))
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(8)
        layout.addWidget(self._empty)
        layout.addWidget(self.list, 1)
        layout.addLayout(self._suspects)
        layout.addWidget(self._acts)

    def show_state(self, state: ImportState) -> None:
        plan = state.plan
        if plan is None:
            return
        self.model.show(plan.doubtful, self._row)
        some = bool(plan.doubtful)
        self.list.setMinimumHeight(current_tokens().text_px(_LIST_PX))
        self.list.setVisible(some)
        self._acts.setVisible(some)
        self._empty.setVisible(not some)
        for button in (self.rest_same, self.rest_other):
            button.setEnabled(state.undecided > 0)
        if some and not self.list.currentIndex().isValid():
            self.list.setCurrentIndex(self.model.index(0))
        self._show_suspects()

    @property
    def current(self) -> Doubtful | None:
        """The row being decided on."""
        plan, at = self._viewmodel.state.plan, self.list.currentIndex().row()
        return plan.doubtful[at] if plan and 0 <= at < len(plan.doubtful) else None

    def _row(self, doubt: Doubtful) -> Row:
        made = self._viewmodel.state.decisions.get(doubt.row.number)
        mark = Mark(
            words.decision(made),
            Role.PENDING if made is None else Role.OK,
            Shape.RING if made is None else Shape.DISC,
        )
        place = self._commune_name(doubt.row.commune)
        return Row(
            doubt.row.number, words.person(doubt.row), words.details(doubt.row, place), mark=mark
        )

    def _show_suspects(self) -> None:
        doubt = self.current
        shown = QWidget()
        layout = QVBoxLayout(shown)
        layout.setContentsMargins(10, 0, 0, 0)
        layout.setSpacing(2)
        for suspect in doubt.suspects if doubt else ():
            known = self._viewmodel.state.suspects.get(suspect.person_id or "")
            layout.addWidget(Strong(self._named(known, suspect.row_number)))
            layout.addWidget(Text(words.likeness(suspect)))
            layout.addWidget(separator())
        if self._shown is not None:
            self._suspects.removeWidget(self._shown)
            self._shown.hide()
            self._shown.deleteLater()
        self._shown = shown
        self._suspects.addWidget(shown)

    def _named(self, known: KnownPerson | None, row_number: int | None) -> str:
        if known is None:
            return self.tr("Ligne {0} du même fichier").format(row_number)
        name = f"{known.usual_name or known.birth_name} {known.first_name}"
        told = words.known_details(known, self._commune_name(known.commune))
        return f"{name} · {told}" if told else name

    def _decide(self, decision: Decision) -> None:
        doubt = self.current
        if doubt is None:
            return
        self._viewmodel.decide(doubt.row.number, decision)
        following = self.list.currentIndex().row() + 1
        if self.model.canFetchMore(self.list.rootIndex()) and following >= self.model.rowCount():
            self.model.fetchMore(self.list.rootIndex())
        if following < self.model.rowCount():
            self.list.setCurrentIndex(self.model.index(following))


def _problem_row(found: RowProblem) -> Row:
    key = (found.row_number, found.column, found.reason)
    return Row(key, words.row_title(found), words.problem(found))

"""Lays out « Kilomètres »: what to note at the left, the month at the right."""

from collections.abc import Mapping

from PySide6.QtCore import Signal
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from desktop.services.trips import MonthLog, TripForm
from desktop.ui.kit import (
    GRID,
    Card,
    Columns,
    DateField,
    EmptyState,
    Flow,
    IconButton,
    LabeledField,
    LineField,
    ListView,
    Notice,
    PrimaryButton,
    RowsModel,
    ScreenHeader,
    Secondary,
    SecondaryButton,
    scrolling,
)
from desktop.ui.kit.typed import Left, SmallForm
from desktop.ui.outlets import Outlets, SystemOutlets
from desktop.ui.printed_table import table_pdf
from desktop.ui.text import capitalised, number
from desktop.ui.theme import Role
from desktop.ui.trips.expense import file_name, paper, spreadsheet
from desktop.ui.trips.viewmodel import TripsState, TripsViewModel
from desktop.ui.trips.words import (
    are_rounded,
    month_words,
    read_kilometres,
    rounding_words,
    total_words,
    trip_row,
)
from protocol.ids import RecordId

_DETAIL_LIMIT = 120
_ROWS_IN_SIGHT = 8


class TripsView(QWidget, SmallForm):
    """Notes the day, corrects, and makes the expense sheet."""

    closed = Signal()
    undo_offered = Signal(str, object)

    def __init__(
        self,
        viewmodel: TripsViewModel,
        outlets: Outlets | None = None,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._viewmodel = viewmodel
        self._outlets = outlets or SystemOutlets()
        self.close_button = SecondaryButton(self.tr("Fermer"))
        self.header = ScreenHeader(self.tr("Kilomètres"), actions=(self.close_button,))
        self.notice = Notice()
        self._make_form()
        self._make_month()
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(12)
        layout.addWidget(self.header)
        layout.addWidget(self.notice)
        layout.addWidget(scrolling(Columns(self.form_card, self.month_card, shares=(2, 3))), 1)
        self.first_stop = self.kilometres
        self._connect()
        self._fill()
        self._render()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        if self._viewmodel.state.form is None:
            self._viewmodel.open()

    def _make_form(self) -> None:
        self.day = DateField(lambda: self._viewmodel.state.today)
        self.detail = LineField(limit=_DETAIL_LIMIT, hint=self.tr("ex. Niort – Melle – Niort"))
        self.kilometres = LineField(limit=12, hint=self.tr("ex. 88"))
        self.odometer = LineField(limit=12, hint=self.tr("ex. 48 250"))
        self.fields = {
            "driven_on": LabeledField(self.tr("Date"), self.day),
            "detail": LabeledField(
                self.tr("Trajet"), self.detail, help=self.tr("Des lieux, jamais de nom.")
            ),
            "kilometres": LabeledField(self.tr("Kilomètres"), self.kilometres),
            "odometer": LabeledField(
                self.tr("Compteur à l’arrivée"), self.odometer, help=self.tr("Facultatif.")
            ),
        }
        self.proposed = Secondary(
            self.tr("Proposé d’après votre tournée, environ\u00a0: corrigez avec votre compteur."),
            small=True,
        )
        self.save = PrimaryButton(self.tr("Noter"), shortcut="Ctrl+Return")
        self.new = SecondaryButton(self.tr("Autre trajet"))
        self.remove = SecondaryButton(self.tr("Retirer"), icon_name="trash-2")
        self.form_card = Card()
        for field in self.fields.values():
            self.form_card.add(field)
        self.form_card.add(self.proposed)
        self.form_card.add(Flow(self.save, self.new, self.remove, gap=GRID))
        self.form_card.body.addStretch(1)

    def _make_month(self) -> None:
        self.before = IconButton("chevron-left", self.tr("Mois précédent"), shortcut="Alt+Left")
        self.after = IconButton("chevron-right", self.tr("Mois suivant"), shortcut="Alt+Right")
        self.rows = RowsModel(self)
        self.list = ListView(self.tr("Trajets du mois"))
        self.list.setModel(self.rows)
        self.none = EmptyState(self.tr("Aucun trajet noté ce mois-ci."))
        self.total = Secondary()
        self.ods = SecondaryButton(self.tr("Tableur (ODS)…"), icon_name="download")
        self.pdf = SecondaryButton(self.tr("À signer (PDF)…"), icon_name="file-text")
        self.month_card = Card(actions=(self.before, self.after))
        self.month_card.add(self.list, 1)
        self.month_card.add(self.none, 1)
        self.month_card.add(self.total)
        self.month_card.add(Flow(self.ods, self.pdf, gap=GRID))

    def _connect(self) -> None:
        self._viewmodel.changed.connect(self._render)
        self._viewmodel.form_opened.connect(self._fill)
        self._viewmodel.undo_offered.connect(self.undo_offered)
        self.close_button.clicked.connect(self.closed)
        self.notice.remedy_asked.connect(self._viewmodel.refresh)
        self.save.clicked.connect(self._note)
        for field in (self.day, self.detail, self.kilometres, self.odometer):
            field.returnPressed.connect(self._note)
            field.textEdited.connect(self._viewmodel.keep_typed)
        self.kilometres.textChanged.connect(
            lambda typed: self.fields["kilometres"].show_help(rounding_words(typed))
        )
        self.odometer.textChanged.connect(
            lambda typed: self.fields["odometer"].show_help(
                rounding_words(typed) or self.tr("Facultatif.")
            )
        )
        self.new.clicked.connect(self._begin)
        self.remove.clicked.connect(self._remove)
        self.before.clicked.connect(lambda: self._viewmodel.go(-1))
        self.after.clicked.connect(lambda: self._viewmodel.go(1))
        self.list.opened.connect(self._edit)
        self.ods.clicked.connect(self._save_ods)
        self.pdf.clicked.connect(self._save_pdf)

    @property
    def form_name(self) -> str:
        return type(self).__name__

    def typed_fields(self) -> Mapping[str, QWidget]:
        return {name: field.field for name, field in self.fields.items()}

    def left(self) -> Left | None:
        """Return what the fields hold, when somebody has written in them."""
        form = self._viewmodel.state.form
        if not self._viewmodel.is_typed:
            return None
        return Left({}, (self.words(about=(form and form.id) or ""),))

    def come_back(self, left: Left) -> None:
        """Write it again: a new trip, or the correction of one."""
        [typed] = left.forms
        self._viewmodel.resume(RecordId(typed.about) if typed.about else None)
        self.write(typed)
        self._viewmodel.keep_typed()

    def _fill(self) -> None:
        form = self._viewmodel.state.form
        if form is not None:
            self._fill_from(form)

    def _fill_from(self, form: TripForm) -> None:
        self.day.set_value(form.driven_on)
        self.detail.set_value(form.detail)
        self.kilometres.set_value(number(form.kilometres) if form.kilometres else "")
        self.odometer.set_value("" if form.odometer is None else number(form.odometer))

    def _render(self) -> None:
        state = self._viewmodel.state
        self._render_notice(state)
        is_known = state.form is not None and state.form.id is not None
        self.form_card.set_title(
            self.tr("Corriger un trajet") if is_known else self.tr("Noter un trajet")
        )
        self.save.set_words(self.tr("Enregistrer") if is_known else self.tr("Noter"))
        self.remove.setVisible(is_known)
        self.proposed.setVisible(state.is_proposed and bool(state.form and state.form.kilometres))
        for name, field in self.fields.items():
            field.show_problem(state.problems.get(name, ""))
        self.month_card.set_title(capitalised(month_words(state.month)))
        if state.log is not None:
            self._render_month(state.log)

    def _render_month(self, log: MonthLog) -> None:
        self.rows.show([trip_row(trip) for trip in log.trips])
        self.list.setVisible(bool(log.trips))
        self.none.setVisible(not log.trips)
        self.total.setText(total_words(log.kilometres, len(log.trips)))
        self.total.setVisible(bool(log.trips))
        for button in (self.ods, self.pdf):
            button.setEnabled(bool(log.trips))
        rows = min(len(log.trips), _ROWS_IN_SIGHT)
        self.list.setMinimumHeight(rows * max(self.list.sizeHintForRow(0), 0) + 2 * GRID)

    def _render_notice(self, state: TripsState) -> None:
        if state.problem is not None:
            self.notice.say(state.problem.whole, self.tr("Réessayer"), Role.DANGER)
        else:
            self.notice.say(state.note, role=Role.OK)
        self.notice.setVisible(bool(self.notice.sentence))

    def _note(self) -> None:
        odometer = read_kilometres(self.odometer.value)
        self._viewmodel.note(
            self.day.value,
            self.detail.value,
            read_kilometres(self.kilometres.value),
            odometer,
            is_read=odometer is not None or not self.odometer.value,
            is_rounded=are_rounded(self.kilometres.value),
        )

    def _begin(self) -> None:
        self._viewmodel.begin()
        self.day.setFocus()

    def _edit(self, key: object) -> None:
        self._viewmodel.edit(RecordId(str(key)))
        self.kilometres.setFocus()

    def _remove(self) -> None:
        form = self._viewmodel.state.form
        if form is not None and form.id is not None:
            self._viewmodel.remove(form.id)

    def _save_ods(self) -> None:
        log = self._viewmodel.state.log
        if log is not None and (
            path := self._outlets.ask_path(self, file_name(log, "ods"), "ODS (*.ods)")
        ):
            self._viewmodel.save(path, lambda: spreadsheet(log))

    def _save_pdf(self) -> None:
        log = self._viewmodel.state.log
        if log is not None and (
            path := self._outlets.ask_path(self, file_name(log, "pdf"), "PDF (*.pdf)")
        ):
            sheet = paper(log)
            self._viewmodel.save(path, lambda: table_pdf(sheet))

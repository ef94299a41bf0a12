"""What leaves the agenda, and what comes into it: a sheet of paper, a calendar file."""

from datetime import timedelta
from pathlib import Path

from PySide6.QtWidgets import QFileDialog, QWidget

from desktop.ui.agenda.sheet import days_sheet
from desktop.ui.agenda.viewmodel import AgendaViewModel
from desktop.ui.outlets import Outlets, print_sheet
from desktop.ui.printed_table import paint_table, table_pdf
from desktop.ui.text import translate

_YEAR = timedelta(days=366)
_MONTH = timedelta(days=31)


class Papers:
    """Asks where to, or which one; the view-model does it."""

    def __init__(self, viewmodel: AgendaViewModel, outlets: Outlets, parent: QWidget) -> None:
        """The questions are asked over ``parent``."""
        self._viewmodel = viewmodel
        self._outlets = outlets
        self._parent = parent

    def print(self) -> None:
        """The days in sight on paper; in a file where there is no printer."""
        state = self._viewmodel.state
        if state.read is None:
            return
        table = days_sheet(state.read.days, state.mode, state.day, state.place)
        if self._outlets.has_printer():
            writer = self._viewmodel.writer
            print_sheet(
                self._outlets,
                self._parent,
                lambda printer: paint_table(printer, table),
                printed=writer.note_printed,
                failed=writer.note_unprinted,
            )
            return
        kinds = translate("Agenda", "PDF (*.pdf)")
        path = self._outlets.ask_path(self._parent, "agenda.pdf", kinds)
        if path is not None:
            self._viewmodel.writer.save(path, lambda: table_pdf(table))

    def export(self, with_initials: bool) -> None:
        """A year and a month of appointments, for another calendar."""
        kinds = translate("Agenda", "Calendrier (*.ics)")
        path = self._outlets.ask_path(self._parent, "agenda.ics", kinds)
        if path is not None:
            today = self._viewmodel.today()
            span = today - _MONTH, today + _YEAR
            self._viewmodel.export(path, *span, with_initials=with_initials)

    def take_in(self) -> None:
        """The absences that another calendar knows."""
        path, _ = QFileDialog.getOpenFileName(
            self._parent,
            translate("Agenda", "Choisir un agenda"),
            "",
            translate("Agenda", "Calendrier (*.ics);;Tous les fichiers (*)"),
        )
        if path:
            self._viewmodel.writer.calendar.begin(Path(path))

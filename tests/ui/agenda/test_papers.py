"""What leaves the agenda: a calendar file, a printed week, a PDF."""

from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

from PySide6.QtGui import QPagedPaintDevice, QPdfWriter
from PySide6.QtWidgets import QWidget

from desktop.ui.agenda import AgendaView
from desktop.ui.agenda.sheet import days_sheet
from desktop.ui.agenda.state import Mode
from tests.support.agenda_week import MONDAY, Week, at
from tests.support.laptop import Desk


def test_my_agenda_goes_to_a_file_and_a_bad_file_is_refused_in_one_sentence(
    view: AgendaView, tmp_path: Path
) -> None:
    path = tmp_path / "agenda.ics"
    span = MONDAY, MONDAY + timedelta(days=7)
    view._viewmodel.export(path, *span, with_initials=False)
    assert path.read_bytes().startswith(b"BEGIN:VCALENDAR")
    assert view.notice.sentence == "Le calendrier est enregistré."
    path.write_bytes(b"PK")
    view._viewmodel.writer.calendar.begin(path)
    assert view.notice.sentence.startswith("Ce fichier n’est pas un calendrier que Coffre lit. ")


def test_the_week_is_printed_with_initials_and_no_name(view: AgendaView, week: Week) -> None:
    read = view._viewmodel.state.read
    assert read is not None
    table = days_sheet(read.days, Mode.WEEK, MONDAY, "")
    lines = [row.cells for row in table.rows]
    assert lines[0] == ("Lundi 23 novembre", "Niort")
    assert lines[1] == ("9\u00a0h\u00a000", "Y. M.", "Consultation", "45\u00a0min")
    assert ("10\u00a0h\u00a030", "Libre", "", "45\u00a0min") in lines
    said = " ".join(cell for row in lines for cell in row)
    assert not [name for name in week.persons if name in said]


def test_the_month_is_printed_too_its_own_days_only_and_without_the_free_slots(
    view: AgendaView, desk: Desk, week: Week, tmp_path: Path
) -> None:
    viewmodel = view._viewmodel
    [details] = [one.details for one in viewmodel.state.read.days.meetings[:1]]  # type: ignore[union-attr]  # read when the page was shown
    for day in (date(2026, 12, 1), date(2026, 11, 2)):
        desk.agenda.book(week.persons["Benali"], replace(details, starts_at=at(day, 15)))
    viewmodel.look(Mode.MONTH)
    read = viewmodel.state.read
    assert read is not None
    table = days_sheet(read.days, Mode.MONTH, viewmodel.state.day, "")
    assert table.title == "Novembre 2026"
    headings = [row.cells[0] for row in table.rows if row.is_heading]
    assert headings[0] == "Lundi 2 novembre"
    assert not [words for words in headings if "décembre" in words], "seen on the screen only"
    said = [cell for row in table.rows for cell in row.cells]
    assert "Libre" not in said
    assert not [name for name in week.persons if name in " ".join(said)]
    view._papers._outlets = Files(tmp_path)
    assert view.print_button.isEnabled()
    view.print_button.click()
    assert (tmp_path / "agenda.pdf").read_bytes().startswith(b"%PDF")


def test_without_a_printer_the_week_is_saved_as_a_pdf(view: AgendaView, tmp_path: Path) -> None:
    view._papers._outlets = Files(tmp_path)
    view.print_button.click()
    assert (tmp_path / "agenda.pdf").read_bytes().startswith(b"%PDF")
    assert view.notice.sentence == "La feuille est enregistrée."
    view.openings.export.click()
    assert (tmp_path / "agenda.ics").read_bytes().startswith(b"BEGIN:VCALENDAR")
    for name in ("agenda.pdf", "agenda.ics"):
        assert (tmp_path / name).stat().st_mode & 0o077 == 0, "for its owner only"


def test_the_week_that_went_to_the_printer_says_so(view: AgendaView, tmp_path: Path) -> None:
    view._papers._outlets = Printer(tmp_path)
    view.print_button.click()
    assert (tmp_path / "printed.pdf").read_bytes().startswith(b"%PDF")
    assert view.notice.sentence == "Envoyé à l’imprimante\u00a0: prenez le papier."


class Files:
    """A computer without a printer, where the person always says yes."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def ask_path(self, parent: QWidget, name: str, kinds: str) -> Path | None:
        return self._folder / name

    def has_printer(self) -> bool:
        return False

    def ask_printer(self, parent: QWidget) -> QPagedPaintDevice | None:
        return None


class Printer(Files):
    """A computer that has one."""

    def has_printer(self) -> bool:
        return True

    def ask_printer(self, parent: QWidget) -> QPagedPaintDevice | None:
        return QPdfWriter(str(self._folder / "printed.pdf"))

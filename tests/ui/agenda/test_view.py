"""What only the agenda's page can get wrong: keys, hand, forms, focus, large letters, names."""

import contextlib
from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QAccessible, QPagedPaintDevice
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.exceptions import TimeoutError as TooLong
from pytestqt.qtbot import QtBot

from desktop.config.guard_words import guard_words_text
from desktop.domain.free_text import FreeTextGuard, read_lexicon
from desktop.services.agenda_days import Details
from desktop.ui.agenda import AgendaView, AgendaViewModel
from desktop.ui.agenda.cells import Cell, CellKind
from desktop.ui.agenda.sheet import days_sheet
from desktop.ui.agenda.state import Mode, Panel
from desktop.ui.free_text import GuardLine
from desktop.ui.theme import Mode as Look
from desktop.ui.theme import Theme
from protocol.ids import RecordId
from protocol.kinds.agenda import Appointment, AppointmentStatus, Motive, Visibility
from tests.support.accessibility import assert_accessible, clipped
from tests.support.agenda_week import MONDAY, Week, at, bring_colleague, bring_lieux
from tests.support.laptop import Desk, bring

Wear = Callable[..., Theme]
TUESDAY, FRIDAY = MONDAY + timedelta(days=1), MONDAY + timedelta(days=4)


def cell(view: AgendaView, day: date, hour: str) -> Cell:
    """Return the cell of a day at an hour, as it is written."""
    wanted = hour.replace(" ", "\u00a0")
    return next(one for one in view.grid.cells if one.day == day and one.hour == wanted)


def press(view: AgendaView, key: Qt.Key, *, alt: bool = False) -> None:
    modifiers = Qt.KeyboardModifier
    held = modifiers.AltModifier if alt else modifiers.NoModifier
    QTest.keyClick(view.grid, key, held)


def middle(view: AgendaView, one: Cell) -> QPoint:
    model = view.grid.model()
    index = next(
        model.index(row, 0) for row, each in enumerate(view.grid.cells) if each.key == one.key
    )
    return view.grid.visualRect(index).center()


def starts(desk: Desk, week: Week, at_: int = -1) -> Appointment:
    known = desk.store.records.get(Appointment, week.appointments[at_])
    assert known is not None
    return known


def test_the_week_is_told_in_the_head_and_each_day_has_its_lieux(view: AgendaView) -> None:
    assert view.header.title.text() == "Semaine du 23 novembre"
    assert view.header.subtitle.text() == "7 lieux · 28 rendez-vous · 7 créneaux libres"
    assert cell(view, TUESDAY, "10 h 30").title == "Libre"
    assert cell(view, MONDAY, "9 h 00").mark is not None, "what is past is to be told"


def test_arrows_walk_the_day_then_the_next_one(view: AgendaView) -> None:
    view.grid.setFocus()
    view.grid.go_to(cell(view, TUESDAY, "9 h 00").key)
    press(view, Qt.Key.Key_Down)
    assert view.grid.current == cell(view, TUESDAY, "9 h 45")
    press(view, Qt.Key.Key_Right)
    assert view.grid.current == cell(view, TUESDAY + timedelta(days=1), "9 h 45")
    press(view, Qt.Key.Key_Left)
    press(view, Qt.Key.Key_Up)
    press(view, Qt.Key.Key_Up)
    assert view.grid.current is not None
    assert view.grid.current.day == MONDAY


def test_enter_opens_the_appointment_and_esc_goes_back(view: AgendaView, qtbot: QtBot) -> None:
    view.grid.setFocus()
    view.grid.go_to(cell(view, TUESDAY, "9 h 00").key)
    press(view, Qt.Key.Key_Return)
    assert view.meeting.isVisible()
    assert view.meeting.heading.text() == "Jean-Luc Audebert"
    with qtbot.waitSignal(view.person_requested):
        view.meeting.dossier.click()
    QTest.keyClick(view.meeting.dossier, Qt.Key.Key_Escape)
    assert view.waiting.isVisible()


def test_n_on_a_free_slot_begins_an_appointment_there(view: AgendaView) -> None:
    view.grid.setFocus()
    view.grid.go_to(cell(view, TUESDAY, "10 h 30").key)
    press(view, Qt.Key.Key_N)
    assert view.booking.isVisible()
    assert view.booking.day.value == TUESDAY
    assert view.booking.at.text() == "10\u00a0h\u00a030"
    assert view.booking.place.currentText() == "Melle"


def test_a_free_slot_is_proposed_to_who_waits_and_given_in_two_gestures(
    view: AgendaView, desk: Desk, qtbot: QtBot
) -> None:
    QTest.mouseClick(
        view.grid.viewport(),
        Qt.MouseButton.LeftButton,
        pos=middle(view, cell(view, TUESDAY, "10 h 30")),
    )
    assert [button.accessibleName() for button in view.slot.buttons] == [
        "Proposer ce créneau à Marc Texier",
        "Proposer ce créneau à Sandrine Pelletier",
    ]
    view.slot.buttons[0].click()
    assert view.booking.person.text() == "Marc Texier"
    with qtbot.waitSignal(view.undo_offered) as offered:
        view.booking.save.click()
    assert cell(view, TUESDAY, "10 h 30").title == "M. Texier"
    assert "Marc Texier" not in [line.name for line in view.waiting.lines]
    assert offered.args is not None
    offered.args[1]()
    assert cell(view, TUESDAY, "10 h 30").title == "Libre"
    assert "Marc Texier" in [line.name for line in view.waiting.lines]


def slot_of(view: AgendaView, day: date, hour: str) -> tuple[str, datetime]:
    """Return the permanence of a free cell, and when it starts."""
    one = cell(view, day, hour)
    assert one.span is not None
    return one.key.partition("@")[0], one.span.starts_at


def test_a_slot_asked_for_from_elsewhere_opens_wherever_one_was_looking(
    view: AgendaView, week: Week
) -> None:
    opening, starts_at = slot_of(view, TUESDAY, "10 h 30")
    view._viewmodel.show_place(week.lieux["Niort"])
    view._viewmodel.look(Mode.MONTH, date(2027, 1, 4))
    view.open_slot(opening, starts_at)
    assert view._viewmodel.state.mode is Mode.WEEK
    assert (view.place.value, view.slot.isVisible()) == ("", True)
    assert [button.accessibleName() for button in view.slot.buttons] == [
        "Proposer ce créneau à Marc Texier",
        "Proposer ce créneau à Sandrine Pelletier",
    ]
    current = view.grid.current
    assert current is not None
    assert current.key == cell(view, TUESDAY, "10 h 30").key


def test_a_slot_taken_meanwhile_is_told_in_one_sentence(
    view: AgendaView, desk: Desk, week: Week
) -> None:
    opening, starts_at = slot_of(view, TUESDAY, "10 h 30")
    details = Details(starts_at, 45, week.lieux["Melle"], Motive.FOLLOW_UP)
    desk.agenda.book(week.persons["Sow"], details)
    view.open_slot(opening, starts_at)
    assert view.notice.sentence == "Ce créneau n’est plus libre."
    assert view.waiting.isVisible()
    view._viewmodel.refresh()
    assert view.waiting.isVisible(), "asked once"


def test_what_is_told_of_a_wait_is_looked_over_and_stays_written(
    view: AgendaView, desk: Desk, week: Week, wear: Wear
) -> None:
    view.watch_texts(FreeTextGuard(read_lexicon(guard_words_text())))
    view.waiting.add_asked.emit()
    view.wait.comment.set_value("Alcoolique, ne vient jamais")
    [line] = view.wait.findChildren(GuardLine)
    line.look()
    assert "“Alcoolique”" in line.sentence
    for scale in (100, 200):
        wear(scale=scale)
        QApplication.processEvents()
        assert_accessible(view)
    view.wait.person.set_chosen(week.persons["Guérin"], "Élodie Guérin")
    view.wait.save.click()
    assert "Alcoolique, ne vient jamais" in [one.comment for one in desk.waiting.lines()]


def test_the_hand_moves_an_appointment_to_a_free_slot_and_ctrl_z_takes_it_back(
    view: AgendaView, desk: Desk, week: Week, qtbot: QtBot
) -> None:
    moved, free = cell(view, FRIDAY, "14 h 45"), cell(view, TUESDAY, "10 h 30")
    start, end = middle(view, moved), middle(view, free)
    port = view.grid.viewport()
    QTest.mousePress(port, Qt.MouseButton.LeftButton, pos=start)
    QTest.mouseMove(port, (start + end) / 2)
    QTest.mouseMove(port, end)
    with qtbot.waitSignal(view.undo_offered) as offered:
        QTest.mouseRelease(port, Qt.MouseButton.LeftButton, pos=end)
    assert starts(desk, week).starts_at == at(TUESDAY, 10, 30)
    assert starts(desk, week).place == week.lieux["Melle"]
    assert offered.args is not None
    assert "mardi 24 novembre" in offered.args[0]
    offered.args[1]()
    assert starts(desk, week).starts_at == at(FRIDAY, 14, 45)


def test_alt_and_an_arrow_move_an_appointment_to_the_nearest_free_slot(
    view: AgendaView, desk: Desk, week: Week
) -> None:
    view.grid.setFocus()
    view.grid.go_to(week.appointments[-1])
    press(view, Qt.Key.Key_Down, alt=True)
    assert starts(desk, week).starts_at == at(FRIDAY, 15, 30)
    assert view.grid.current is not None
    assert view.grid.current.key == week.appointments[-1], "the keyboard follows what it moved"
    press(view, Qt.Key.Key_Left, alt=True)
    assert starts(desk, week).starts_at == at(MONDAY + timedelta(days=3), 14)
    for _ in range(4):
        press(view, Qt.Key.Key_Left, alt=True)
    assert "Aucun créneau libre" in view.notice.sentence


def test_m_then_the_arrows_then_enter_move_an_appointment(
    view: AgendaView, desk: Desk, week: Week
) -> None:
    view.grid.setFocus()
    view.grid.go_to(week.appointments[-1])
    press(view, Qt.Key.Key_M)
    assert "Échap" in view.notice.sentence
    view.grid.go_to(cell(view, TUESDAY, "9 h 00").key)
    press(view, Qt.Key.Key_Return)
    assert "créneau libre" in view.notice.sentence, "another appointment is no free slot"
    view.grid.go_to(cell(view, TUESDAY, "10 h 30").key)
    press(view, Qt.Key.Key_Return)
    assert starts(desk, week).starts_at == at(TUESDAY, 10, 30)
    assert not view.notice.isVisible()


def test_suppr_cancels_offers_to_undo_and_proposes_the_slot(
    view: AgendaView, desk: Desk, week: Week, qtbot: QtBot
) -> None:
    view.grid.setFocus()
    view.grid.go_to(cell(view, TUESDAY, "9 h 45").key)
    press(view, Qt.Key.Key_Return)
    with qtbot.waitSignal(view.undo_offered) as offered:
        press(view, Qt.Key.Key_Delete)
    assert cell(view, TUESDAY, "9 h 45").title == "Libre"
    assert view.slot.isVisible()
    assert len(view.slot.buttons) == 2
    assert offered.args is not None
    offered.args[1]()
    assert cell(view, TUESDAY, "9 h 45").kind is CellKind.MEETING


def test_what_has_taken_place_is_not_moved(view: AgendaView, desk: Desk, week: Week) -> None:
    desk.appointments.qualify(week.appointments[0], AppointmentStatus.ATTENDED)
    view._viewmodel.refresh()
    view.grid.setFocus()
    view.grid.go_to(week.appointments[0])
    for key in (Qt.Key.Key_M, Qt.Key.Key_Delete):
        press(view, key)
        assert view.notice.sentence == "Ce rendez-vous ne se déplace plus."
    assert starts(desk, week, 0).status is AppointmentStatus.ATTENDED


def test_a_new_appointment_is_made_by_name_and_warns_before_it_hurts(
    view: AgendaView, desk: Desk, week: Week
) -> None:
    view.new.click()
    form = view.booking
    QTest.keyClicks(form.person, "moriss")
    form.person.take("Morisset Yves (Melle)")
    assert form.person.chosen == week.persons["Morisset"]
    for field, text in ((form.day, "27 novembre 2026"), (form.at, "9h30")):
        field.clear()
        QTest.keyClicks(field, text)
    assert form.warning.isVisible()
    assert "En même temps qu’un autre rendez-vous, à 9\u00a0h\u00a000." in form.warning.sentence
    form.at.clear()
    QTest.keyClicks(form.at, "17h30")
    assert not form.warning.isVisible()
    form.discreet.setChecked(True)
    QTest.keyClick(form.at, Qt.Key.Key_Return)
    made = desk.appointments.of_day(FRIDAY)[-1]
    assert (made.name, made.visibility) == ("Yves Morisset", Visibility.DISCREET)
    assert view.waiting.isVisible()


def test_a_colleagues_days_are_looked_at_and_not_touched(
    view: AgendaView, desk: Desk, week: Week, qtbot: QtBot
) -> None:
    roy = bring_colleague(desk, week.lieux["Melle"], at(MONDAY + timedelta(days=1), 14))
    mine = desk.store.records.get(Appointment, week.appointments[0])
    assert mine is not None
    hers = replace(mine, id=RecordId(desk.workplace.new_id()), professional=roy)
    bring(desk.workplace, hers)
    view._viewmodel.refresh()
    view.whose.chosen.emit(roy)
    assert {cell.kind for cell in view.grid.cells} == {CellKind.MEETING, CellKind.COLLEAGUE}
    assert not view.new.isEnabled()
    view.grid.setFocus()
    view.grid.go_to(hers.id)
    press(view, Qt.Key.Key_Delete)
    assert view.notice.sentence == "Ce rendez-vous est celui d’une autre personne."
    with qtbot.waitSignal(view.person_requested) as asked:
        press(view, Qt.Key.Key_Return)
    assert asked.args == [hers.person]

    view.whose.chosen.emit("")
    assert CellKind.FREE in {cell.kind for cell in view.grid.cells}
    assert view.new.isEnabled()


def test_a_form_without_a_person_says_so_in_place(view: AgendaView) -> None:
    view.new.click()
    view.booking.save.click()
    field = view.booking.fields["person"]
    assert "Choisissez une personne" in _problem(field)


def _problem(field: QWidget) -> str:
    from desktop.ui.kit import LabeledField

    assert isinstance(field, LabeledField)
    return field.problem


def test_enter_in_the_list_of_proposals_chooses_a_person_and_saves_nothing_yet(
    view: AgendaView, week: Week
) -> None:
    view.new.click()
    form = view.booking
    refusals: list[object] = []
    form.refused.connect(refusals.append)
    form.person.setFocus()
    QTest.keyClicks(form.person, "moriss")
    popup = QApplication.activePopupWidget()
    assert popup is not None
    QTest.keyClick(popup, Qt.Key.Key_Return)
    assert form.person.chosen == week.persons["Morisset"]
    assert refusals == []
    assert view.booking.isVisible()


def test_choosing_a_person_answers_what_was_said_under_the_field(
    view: AgendaView, week: Week
) -> None:
    view.new.click()
    form = view.booking
    form.save.click()
    assert _problem(form.fields["person"])
    QTest.keyClicks(form.person, "moriss")
    form.person.take("Morisset Yves (Melle)")
    assert _problem(form.fields["person"]) == ""


def test_ctrl_enter_saves_from_any_field_of_a_form(view: AgendaView) -> None:
    view._viewmodel.show_panel(Panel.OPENING)
    refusals: list[object] = []
    view.opening.refused.connect(refusals.append)
    for field in (view.opening.place, view.opening.opens):
        field.setFocus()
        QTest.keyClick(field, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    assert len(refusals) == 2


def test_a_permanence_and_an_absence_are_added_from_the_page(view: AgendaView, desk: Desk) -> None:
    view.manage.click()
    view.openings.new.click()
    form = view.opening
    form.place.set_value(next(p.id for p in desk.directory.places() if p.name == "Melle"))
    form.days.set_value(["thu"])
    form.opens.setText("16h30")
    form.closes.setText("18h")
    form.save.click()
    assert view.openings.isVisible()
    assert cell(view, MONDAY + timedelta(days=3), "16 h 30").title == "Libre"
    view.openings.leave.click()
    view.absence.first.setText("26 novembre 2026")
    view.absence.last.setText("26 novembre 2026")
    view.absence.save.click()
    thursday = [one for one in view.grid.cells if one.day == MONDAY + timedelta(days=3)]
    assert CellKind.FREE not in {one.kind for one in thursday}
    assert CellKind.AWAY in {one.kind for one in thursday}


def test_a_permanence_that_ends_before_it_begins_is_refused_in_place(view: AgendaView) -> None:
    view._viewmodel.show_panel(Panel.OPENING)
    view.opening.place.setCurrentIndex(1)
    view.opening.opens.setText("14h")
    view.opening.closes.setText("9h")
    view.opening.save.click()
    assert _problem(view.opening.fields["closes"]) == "La fin vient après le début."


def test_somebody_is_put_on_the_waiting_list_and_taken_off(
    view: AgendaView, week: Week, qtbot: QtBot
) -> None:
    view.waiting.new.click()
    view.wait.person.set_chosen(week.persons["Diallo"], "Fatou Diallo")
    view.wait.days.set_value(["fri"])
    view.wait.save.click()
    line = next(line for line in view.waiting.lines if line.name == "Fatou Diallo")
    with qtbot.waitSignal(view.undo_offered) as offered:
        view._viewmodel.writer.withdraw(line)
    assert "Fatou Diallo" not in [one.name for one in view.waiting.lines]
    assert offered.args is not None
    offered.args[1]()
    assert "Fatou Diallo" in [one.name for one in view.waiting.lines]


def test_one_lieu_is_looked_at_alone(view: AgendaView, week: Week) -> None:
    view._viewmodel.show_place(week.lieux["Melle"])
    assert {one.place_name for one in view.grid.cells} == {"Melle"}
    assert [line.name for line in view.waiting.lines] == ["Marc Texier", "Sandrine Pelletier"]


def test_a_day_of_the_month_opens_and_pages_turn(view: AgendaView) -> None:
    view._viewmodel.look(Mode.MONTH)
    assert view.header.title.text() == "Novembre 2026"
    eleventh = next(one for one in view.grid.cells if one.key == "2026-11-11")
    assert "Armistice" in eleventh.spoken
    view.grid.setFocus()
    view.grid.go_to("2026-11-24")
    press(view, Qt.Key.Key_Return)
    assert view.header.title.text() == "Mardi 24 novembre"
    press(view, Qt.Key.Key_PageDown)
    assert view.header.title.text() == "Mercredi 25 novembre"
    view.now.click()
    assert view.header.title.text() == "Mardi 24 novembre"


def test_every_cell_is_a_line_of_text_to_a_screen_reader(view: AgendaView) -> None:
    reader = QAccessible.queryAccessibleInterface(view.grid)
    assert reader is not None
    assert reader.childCount() == len(view.grid.cells)
    said = [reader.child(row).text(QAccessible.Text.Name) for row in range(reader.childCount())]
    assert said == [one.spoken for one in view.grid.cells]
    free = cell(view, TUESDAY, "10 h 30")
    assert free.spoken == ("Mardi 24 novembre, 10\u00a0h\u00a030, Libre, Melle, 45\u00a0min")


def test_a_laptop_without_permanences_says_what_to_do(
    desk: Desk, model: AgendaViewModel, wear: Wear, qtbot: QtBot
) -> None:
    wear()
    bring_lieux(desk)
    view = AgendaView(model)
    qtbot.addWidget(view)
    view.show()
    assert view.empty.isVisible()
    assert view.empty.button.text() == "Ajouter une permanence"
    view.empty.button.click()
    assert view.opening.isVisible()


def test_my_agenda_goes_to_a_file_and_a_bad_file_is_refused_in_one_sentence(
    view: AgendaView, tmp_path: Path
) -> None:
    path = tmp_path / "agenda.ics"
    span = MONDAY, MONDAY + timedelta(days=7)
    view._viewmodel.export(path, *span, with_initials=False)
    assert path.read_bytes().startswith(b"BEGIN:VCALENDAR")
    assert view.notice.sentence == "Le calendrier est enregistré."
    path.write_bytes(b"PK")
    view._viewmodel.writer.take_in(path)
    assert view.notice.sentence.startswith("Ce fichier n’est pas un calendrier que Coffre lit. ")


def test_the_week_is_printed_with_initials_and_no_name(view: AgendaView, week: Week) -> None:
    read = view._viewmodel.state.read
    assert read is not None
    table = days_sheet(read.days, Mode.WEEK, "")
    lines = [row.cells for row in table.rows]
    assert lines[0] == ("Lundi 23 novembre", "Niort")
    assert lines[1] == ("9\u00a0h\u00a000", "Y. M.", "Consultation", "45\u00a0min")
    assert ("10\u00a0h\u00a030", "Libre", "", "45\u00a0min") in lines
    said = " ".join(cell for row in lines for cell in row)
    assert not [name for name in week.persons if name in said]


def test_without_a_printer_the_week_is_saved_as_a_pdf(view: AgendaView, tmp_path: Path) -> None:
    view._outlets = Files(tmp_path)
    view.print_button.click()
    assert (tmp_path / "agenda.pdf").read_bytes().startswith(b"%PDF")
    assert view.notice.sentence == "La feuille est enregistrée."
    view.openings.export.click()
    assert (tmp_path / "agenda.ics").read_bytes().startswith(b"BEGIN:VCALENDAR")
    for name in ("agenda.pdf", "agenda.ics"):
        assert (tmp_path / name).stat().st_mode & 0o077 == 0, "for its owner only"


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


@pytest.mark.parametrize("panel", list(Panel))
@pytest.mark.parametrize(("mode", "scale"), [(Look.LIGHT, 100), (Look.DARK, 200)])
def test_the_page_is_readable_by_everybody(
    view: AgendaView, wear: Wear, panel: Panel, mode: Look, scale: int, qtbot: QtBot
) -> None:
    wear(mode=mode, scale=scale)
    view.resize(1366 - 81 - 48, 768 - 36)
    key = {
        Panel.MEETING: cell(view, TUESDAY, "9 h 00").key,
        Panel.SLOT: cell(view, TUESDAY, "10 h 30").key,
    }.get(panel)
    if key:
        view._viewmodel.open(key)
    elif panel is Panel.BOOKING:
        view._viewmodel.begin_booking()
    else:
        view._viewmodel.show_panel(panel)
    assert view._viewmodel.state.panel is panel
    with contextlib.suppress(TooLong):  # the findings are told below, one a line
        qtbot.waitUntil(lambda: not clipped(view), timeout=1500)
    assert_accessible(view)

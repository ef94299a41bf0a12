"""What only the agenda's page can get wrong: what it shows, its keys, large letters, names."""

import contextlib
from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAccessible
from PySide6.QtTest import QTest
from pytestqt.exceptions import TimeoutError as TooLong
from pytestqt.qtbot import QtBot

from desktop.services.agenda_days import Details
from desktop.ui.agenda import AgendaView, AgendaViewModel
from desktop.ui.agenda.cells import CellKind
from desktop.ui.agenda.state import Mode, Panel
from desktop.ui.theme import Mode as Look
from protocol.ids import RecordId
from protocol.kinds.agenda import Appointment, Motive
from tests.support.accessibility import assert_accessible, clipped
from tests.support.agenda_week import MONDAY, Week, at, bring_colleague, bring_lieux
from tests.support.laptop import Desk, bring
from tests.ui.agenda.hands import TUESDAY, Wear, cell, press


def test_the_week_is_told_in_the_head_and_each_day_has_its_lieux(view: AgendaView) -> None:
    assert view.header.title.text() == "Semaine du 23 novembre"
    assert view.header.subtitle.text() == "7 lieux · 28 rendez-vous · 7 créneaux libres"
    assert cell(view, TUESDAY, "10 h 30").title == "Libre"
    assert cell(view, MONDAY, "9 h 00").mark is not None, "what is past is to be told"


def test_a_day_that_stays_at_a_lieu_names_it_once(view: AgendaView) -> None:
    page = view.grid._page
    monday = page.heads[0][0]
    names = [name for rect, name in page.pills if rect.left() == monday.left()]
    assert names == ["Niort"], "morning and afternoon"
    friday = page.heads[4][0]
    assert [name for rect, name in page.pills if rect.left() == friday.left()] == [
        "Bressuire",
        "Niort",
    ]


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
        qtbot.waitUntil(lambda: not clipped(view))
    assert_accessible(view)

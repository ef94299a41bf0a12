"""An appointment is moved by hand and by keys, cancelled, and taken back."""

from datetime import timedelta

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from desktop.ui.agenda import AgendaView
from desktop.ui.agenda.cells import CellKind
from protocol.kinds.agenda import AppointmentStatus
from tests.support.agenda_week import MONDAY, Week, at
from tests.support.laptop import Desk
from tests.ui.agenda.hands import FRIDAY, TUESDAY, cell, middle, press, starts


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
    told = "Jean-Luc Audebert a déjà rendez-vous ce jour-là à 9\u00a0h\u00a000."
    assert view.notice.sentence == told


def test_where_nothing_is_free_m_says_what_else_to_do(
    view: AgendaView, desk: Desk, week: Week
) -> None:
    view._viewmodel.show_place("no such lieu")
    view.grid.setFocus()
    view._viewmodel.begin_move(week.appointments[-1])
    assert "Aucun créneau libre en vue" in view.notice.sentence
    assert "Échap" in view.notice.sentence


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

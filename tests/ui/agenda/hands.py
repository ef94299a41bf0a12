"""What a hand and a keyboard do on the agenda's page, and where things are on it."""

from collections.abc import Callable
from datetime import date, timedelta

from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest

from desktop.ui.agenda import AgendaView
from desktop.ui.agenda.cells import Cell
from desktop.ui.theme import Theme
from protocol.kinds.agenda import Appointment
from tests.support.agenda_week import MONDAY, Week
from tests.support.laptop import Desk

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

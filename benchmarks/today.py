"""« Aujourd’hui » on a full laptop, from asked for to drawn, on a day of 70 appointments."""

import time
from collections.abc import Sequence
from datetime import timedelta

from PySide6.QtCore import QCoreApplication, QEvent
from PySide6.QtWidgets import QApplication

from benchmarks.measure import Measure, at_most, measure, median, percentile
from desktop.app.session import build_services, read_packaged
from desktop.services.appointments import Plan
from desktop.services.workplace import Workplace
from desktop.ui.changes import ChangeBoard
from desktop.ui.theme import Mode, Theme
from desktop.ui.today import TodayView, TodayViewModel
from protocol.ids import PersonId
from protocol.kinds import Person
from protocol.kinds.agenda import Motive
from tests.support.inline_background import InlineBackground

APPOINTMENTS, OPENINGS = 70, 60
_GOAL_MS = 300.0
_SIZE = (1110, 720)


def opens(workplace: Workplace, persons: Sequence[Person]) -> list[Measure]:
    """Open the page again and again; the first time is told apart."""
    qt = QApplication.instance() or QApplication([])
    if not isinstance(qt, QApplication):
        raise TypeError("windows are needed")
    Theme(qt, mode=Mode.LIGHT, scale=100).install()
    services = build_services(workplace, read_packaged())
    start = workplace.clock.now().replace(hour=7, minute=0)
    for at, person in enumerate(persons[:APPOINTMENTS]):
        moment = start + timedelta(minutes=8 * at)
        plan = Plan(PersonId(person.id), moment, 30, None, Motive.PSY_CONSULTATION)
        services.appointments.plan(plan)
    taken: list[float] = []
    for _ in range(OPENINGS):
        begun = time.perf_counter()
        view = TodayView(
            TodayViewModel(
                InlineBackground(),
                services.today,
                services.appointments,
                ChangeBoard(),
                workplace.clock,
            )
        )
        view.resize(*_SIZE)
        view.show()
        qt.processEvents()
        taken.append((time.perf_counter() - begun) * 1000)
        view.close()
        view.deleteLater()
        QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)
    return [
        _line("first", taken[0], 1),
        _line("median", median(taken), len(taken)),
        _line("p95", percentile(taken, 0.95), len(taken)),
    ]


def _line(which: str, value: float, runs: int) -> Measure:
    name = f"open « Aujourd’hui », {APPOINTMENTS} appointments, {which}"
    return measure(name, value, "ms", n=APPOINTMENTS, runs=runs, goal=at_most(_GOAL_MS))

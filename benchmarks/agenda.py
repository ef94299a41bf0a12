"""The agenda with 5,000 appointments in a year: the longest the window's thread is held.

Off-screen, with the real lanes: the store is read in its own thread, beside the window's. A frame
is one round of events, painting included; what is asked by a key or a click counts in the first.
The floor is a list of Qt's own, with as many lines in sight, scrolled the same way.
"""

import time
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import TypeVar

from PySide6.QtCore import QStringListModel
from PySide6.QtWidgets import QApplication, QListView

from benchmarks.measure import Measure, at_most, measure, report
from benchmarks.size import Size
from desktop.config.clock import PARIS
from desktop.ui.agenda import AgendaServices, AgendaView, AgendaViewModel
from desktop.ui.agenda.state import Mode
from desktop.ui.background import Lane, ThreadedBackground
from desktop.ui.changes import ChangeBoard
from desktop.ui.theme import Mode as Look
from desktop.ui.theme import Theme
from protocol.ids import PersonId, PlaceId, RecordId
from protocol.kinds import Person
from protocol.kinds.agenda import Appointment, Motive, OpeningSlot
from tests.support.agenda_week import bring_lieux
from tests.support.laptop import Desk, bring, make_desk

T = TypeVar("T")
APPOINTMENTS = 5_000
PERSONS = 250
_GOAL_MS = 50.0
_PATIENCE_S = 30.0
_DAYS = 260
_SLOTS = 20
_MINUTES = 30
_FIRST = date(2026, 1, 5)
_WEEKS = 20


def run(folder: Path, size: Size) -> None:
    """Measure, print and write ``build/bench/agenda.json``."""
    app = QApplication.instance() or QApplication([])
    theme = Theme(app, mode=Look.LIGHT, scale=100) if isinstance(app, QApplication) else None
    if theme is not None:
        theme.install()
    background = ThreadedBackground()
    desk = _in_store(background, lambda: _fill(folder))
    bench = _Bench(desk, background)
    runs = max(size.short_runs // 3, 1)
    report("agenda", list(bench.measures(runs)))
    bench.close()
    _in_store(background, desk.store.close)
    background.close()


class _Bench:
    """The page in a window of 1366 × 768, and the longest round of events of each gesture."""

    def __init__(self, desk: Desk, background: ThreadedBackground) -> None:
        services = AgendaServices(
            agenda=desk.agenda,
            appointments=desk.appointments,
            permanences=desk.permanences,
            waiting=desk.waiting,
            directory=desk.directory,
            persons=desk.persons,
            files=desk.agenda_files,
        )
        self._model = AgendaViewModel(background, services, ChangeBoard(), desk.clock)
        self._view = AgendaView(self._model)
        self._view.resize(1110, 720)
        self._longest = 0.0
        self._view.show()
        self._until_read()

    def measures(self, runs: int) -> Iterator[Measure]:
        floor = _floor()
        switch, turn, month, scroll, walk = ([] for _ in range(5))
        for _ in range(runs):
            switch.append(self._of(self._switch))
            turn.append(self._of(self._turn_weeks))
            month.append(self._of(self._turn_months))
            scroll.append(self._of(self._scroll))
            walk.append(self._of(self._walk))
        told = (
            ("switching day, week and month", switch, None),
            (f"turning {_WEEKS} weeks", turn, None),
            ("turning twelve months", month, None),
            ("scrolling a week by hand", scroll, floor),
            ("walking a week by its arrows", walk, None),
        )
        for name, found, bare in told:
            yield measure(
                f"longest frame, {name}",
                max(found),
                "ms",
                floor=bare,
                n=APPOINTMENTS,
                runs=runs,
                goal=at_most(_GOAL_MS),
            )

    def close(self) -> None:
        self._model.rest()
        self._view.close()
        self._view.deleteLater()
        _round()

    def _of(self, gestures: Callable[[], None]) -> float:
        self._longest = 0.0
        gestures()
        return self._longest

    def _switch(self) -> None:
        for mode in (Mode.DAY, Mode.WEEK, Mode.MONTH) * 4:
            self._ask(partial(self._model.look, mode))

    def _turn_weeks(self) -> None:
        self._ask(lambda: self._model.look(Mode.WEEK, _FIRST + timedelta(weeks=5)))
        for _ in range(_WEEKS):
            self._ask(lambda: self._model.turn(1))

    def _turn_months(self) -> None:
        self._ask(lambda: self._model.look(Mode.MONTH, _FIRST))
        for _ in range(12):
            self._ask(lambda: self._model.turn(1))

    def _scroll(self) -> None:
        self._ask(lambda: self._model.look(Mode.WEEK, _FIRST + timedelta(weeks=9)))
        bar = self._view.grid.verticalScrollBar()
        for step in [*range(0, bar.maximum(), 12), *range(bar.maximum(), 0, -12)]:
            self._timed(partial(bar.setValue, step))

    def _walk(self) -> None:
        self._ask(lambda: self._model.look(Mode.WEEK, _FIRST + timedelta(weeks=10)))
        for cell in self._view.grid.cells:
            self._timed(partial(self._view.grid.go_to, cell.key))

    def _ask(self, act: Callable[[], object]) -> None:
        before = self._model.state.read
        self._timed(act)
        self._until_read(before)

    def _until_read(self, before: object = None) -> None:
        patience = time.perf_counter() + _PATIENCE_S
        while self._model.state.read is before:
            self._timed(lambda: None)
            if time.perf_counter() > patience:
                raise TimeoutError("the agenda was not read")
        self._timed(lambda: None)  # the last paint

    def _timed(self, act: Callable[[], object]) -> None:
        start = time.perf_counter()
        act()
        _round()
        self._longest = max(self._longest, (time.perf_counter() - start) * 1000)


def _round() -> None:
    QApplication.processEvents()


def _floor() -> float:
    """The longest frame of a plain list scrolled the same way."""
    model = QStringListModel([f"9 h 00 Y. Morisset {at}" for at in range(100)])
    view = QListView()
    view.setModel(model)
    view.setVerticalScrollMode(QListView.ScrollMode.ScrollPerPixel)
    view.resize(780, 620)
    view.show()
    _round()
    longest, bar = 0.0, view.verticalScrollBar()
    for step in range(0, bar.maximum(), 12):
        start = time.perf_counter()
        bar.setValue(step)
        _round()
        longest = max(longest, (time.perf_counter() - start) * 1000)
    view.close()
    return longest


def _fill(folder: Path) -> Desk:
    desk = make_desk(folder / "laptop")
    lieux = list(bring_lieux(desk).values())
    persons = [_person(desk, number) for number in range(PERSONS)]
    bring(desk.workplace, *persons)
    bring(desk.workplace, *_openings(desk, lieux))
    bring(desk.workplace, *_appointments(desk, persons, lieux))
    return desk


def _person(desk: Desk, number: int) -> Person:
    return Person(
        id=RecordId(desk.workplace.new_id()),
        created_at=desk.clock.now(),
        created_by=desk.workplace.me,
        birth_name=f"Martineau {number}",
        first_name="Jean-Christophe",
    )


def _openings(desk: Desk, lieux: list[PlaceId]) -> Iterator[OpeningSlot]:
    for day in range(5):
        yield OpeningSlot(
            id=RecordId(desk.workplace.new_id()),
            created_at=desk.clock.now(),
            created_by=desk.workplace.me,
            professional=desk.workplace.me,
            place=lieux[day],
            starts_at=_at(_FIRST + timedelta(days=day), 0),
            minutes=_SLOTS * _MINUTES,
            slot_minutes=_MINUTES,
            rule="FREQ=WEEKLY",
        )


def _appointments(desk: Desk, persons: list[Person], lieux: list[PlaceId]) -> Iterator[Appointment]:
    """Nineteen or twenty a day, five days a week: a slot or none is left free."""
    for number in range(APPOINTMENTS):
        day, slot = number % _DAYS, number // _DAYS
        week, weekday = divmod(day, 5)
        yield Appointment(
            id=RecordId(desk.workplace.new_id()),
            created_at=desk.clock.now(),
            created_by=desk.workplace.me,
            person=PersonId(persons[number % PERSONS].id),
            professional=desk.workplace.me,
            place=lieux[weekday],
            starts_at=_at(_FIRST + timedelta(weeks=week, days=weekday), slot),
            minutes=_MINUTES,
            motive=Motive.PSY_CONSULTATION,
        )


def _at(day: date, slot: int) -> datetime:
    start = datetime(day.year, day.month, day.day, 8, tzinfo=PARIS)
    return (start + timedelta(minutes=slot * _MINUTES)).astimezone(UTC)


def _in_store(background: ThreadedBackground, work: Callable[[], T]) -> T:
    found: list[T] = []
    failures: list[Exception] = []
    background.run(Lane.STORE, work, found.append, failures.append)
    patience = time.perf_counter() + 10 * _PATIENCE_S
    while not found and not failures and time.perf_counter() < patience:
        _round()
    if failures:
        raise failures[0]
    return found[0]

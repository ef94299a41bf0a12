"""What the agenda decides: which days, which slot, what a panel becomes when its subject goes."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desktop.services.agenda_days import Details
from desktop.ui.agenda import AgendaViewModel
from desktop.ui.agenda.cells import CellKind, columns_of, month_cells
from desktop.ui.agenda.state import Mode, Panel, period, turned
from desktop.ui.changes import ChangeBoard
from protocol.kinds.agenda import AppointmentStatus, Motive
from tests.support.agenda_week import MONDAY, Week, at
from tests.support.inline_background import InlineBackground
from tests.support.laptop import Desk

TUESDAY, FRIDAY = MONDAY + timedelta(days=1), MONDAY + timedelta(days=4)
days = st.dates(date(2000, 1, 1), date(2099, 12, 31))


@given(st.sampled_from(list(Mode)), days)
def test_a_period_holds_its_day_and_begins_on_a_monday(mode: Mode, day: date) -> None:
    since, until = period(mode, day)
    assert since <= day < until
    if mode is not Mode.DAY:
        assert (since.weekday(), until.weekday()) == (0, 0)
    if mode is Mode.MONTH:
        first, last = day.replace(day=1), turned(mode, day, 1) - timedelta(days=1)
        assert since <= first
        assert last < until
        assert (until - since).days in (28, 35, 42)


@given(st.sampled_from(list(Mode)), days)
def test_turning_a_page_forth_and_back_skips_nothing(mode: Mode, day: date) -> None:
    after = turned(mode, day, 1)
    assert period(mode, turned(mode, after, -1)) == period(mode, day)
    if mode is Mode.MONTH:
        assert (after.month - day.month) % 12 == 1
    else:
        assert period(mode, after)[0] == period(mode, day)[1]


def test_what_another_screen_writes_is_seen_here(
    model: AgendaViewModel, desk: Desk, week: Week, board: ChangeBoard
) -> None:
    model.refresh()
    slot = Details(at(TUESDAY, 10, 30), 45, week.lieux["Melle"], Motive.PSY_CONSULTATION)
    before = len(_free(model))
    board.announce(desk.agenda.book(week.persons["Sow"], slot).touched)
    assert len(_free(model)) == before - 1


def test_an_answer_that_comes_late_is_for_the_period_that_was_asked_last(
    model: AgendaViewModel, week: Week, background: InlineBackground
) -> None:
    background.hold()
    model.look(Mode.WEEK, MONDAY + timedelta(days=7))
    model.look(Mode.DAY, FRIDAY)
    background.release()
    assert (model.state.mode, model.state.day) == (Mode.DAY, FRIDAY)
    assert model.state.read is not None
    assert model.state.read.days.since == FRIDAY


def test_the_panel_of_an_appointment_that_a_colleague_removed_closes(
    model: AgendaViewModel, desk: Desk, week: Week, board: ChangeBoard
) -> None:
    model.refresh()
    model.open(week.appointments[-1])
    assert model.state.meeting is not None
    board.announce(desk.agenda.unbook(week.appointments[-1]).touched)
    assert model.state.panel is Panel.WAITING


def test_a_slot_that_passes_while_it_is_shown_is_no_longer_offered(
    model: AgendaViewModel, desk: Desk, week: Week
) -> None:
    model.refresh()
    model.open(_free(model)[0])
    assert model.state.slot is not None
    desk.clock.moment = at(TUESDAY, 10, 31)
    model.refresh()
    assert model.state.panel is Panel.WAITING


def test_a_new_appointment_in_hand_survives_another_one_that_is_moved(
    model: AgendaViewModel, week: Week
) -> None:
    model.refresh()
    model.begin_booking()
    model.nudge(week.appointments[-1], "later")
    assert model.state.panel is Panel.BOOKING


def test_whoever_is_dragged_to_a_day_on_which_she_already_comes_is_told(
    model: AgendaViewModel, desk: Desk, week: Week
) -> None:
    undo: list[Callable[[], object]] = []
    model.undo_offered.connect(lambda _, act: undo.append(act))
    model.refresh()
    moved = model.state.meeting_of(week.appointments[-1])
    assert moved is not None
    there = [key for key in _free(model) if key.endswith(f"{FRIDAY:@%Y%m%d}T0930")]
    assert there, _free(model)
    evening = replace(moved.details, starts_at=at(FRIDAY, 18))
    desk.agenda.book(moved.person, evening)
    model.refresh()
    model.drop(moved.id, there[0])
    told = f"{moved.name} a déjà rendez-vous ce jour-là à 18\u00a0h\u00a000."
    assert told in model.state.said
    undo[-1]()
    assert model.state.said == ""

    [other] = [one for one in model.state.read.days.meetings if one.id == week.appointments[0]]  # type: ignore[union-attr]  # read above
    model.drop(other.id, there[0])
    assert "a déjà rendez-vous" not in model.state.said


def test_a_person_who_waits_is_not_served_by_an_appointment_of_somebody_else(
    model: AgendaViewModel, desk: Desk, week: Week
) -> None:
    model.refresh()
    model.open(_free(model)[0])
    line = model.fitting()[0]
    model.begin_booking(line)
    details = model.state.booking.details
    assert details is not None
    model.save_booking(week.persons["Audebert"], details)
    assert line.id in [one.id for one in desk.waiting.lines()]


@pytest.mark.parametrize(("lieu", "waits"), [("Thouars", False), ("Niort", True)])
def test_somebody_given_an_appointment_by_name_waits_no_more_for_that_lieu(
    model: AgendaViewModel, desk: Desk, week: Week, lieu: str, waits: bool
) -> None:
    model.refresh()
    model.begin_booking()
    there = Details(at(FRIDAY, 17), 45, week.lieux[lieu], Motive.PSY_CONSULTATION)
    model.save_booking(week.persons["Bonnin"], there)
    names = [line.name for line in desk.waiting.lines()]
    assert ("Aline Bonnin" in names) is waits


@pytest.mark.parametrize(
    ("status", "in_week", "in_day"),
    [
        (AppointmentStatus.CANCELLED_BY_SERVICE, False, True),
        (AppointmentStatus.MOVED, False, True),
        (AppointmentStatus.NO_SHOW, True, True),
    ],
)
def test_what_does_not_take_place_is_told_in_its_day_alone(
    model: AgendaViewModel,
    desk: Desk,
    week: Week,
    status: AppointmentStatus,
    in_week: bool,
    in_day: bool,
) -> None:
    desk.appointments.qualify(week.appointments[-1], status)
    read = desk.agenda.read(MONDAY, MONDAY + timedelta(days=7))
    for in_full, shown in ((False, in_week), (True, in_day)):
        columns = columns_of(read, read.since, read.until, "", in_full=in_full)
        keys = {cell.key for column in columns for cell in column.cells}
        assert (week.appointments[-1] in keys) is shown


def test_an_absence_of_a_week_is_seen_on_each_of_its_working_days(desk: Desk, week: Week) -> None:
    desk.permanences.leave(at(MONDAY, 0), at(MONDAY + timedelta(days=14), 0))
    read = desk.agenda.read(MONDAY, MONDAY + timedelta(days=7))
    columns = columns_of(read, read.since, read.until, "", in_full=False)
    away = [cell.day for column in columns for cell in column.cells if cell.kind is CellKind.AWAY]
    assert away == [MONDAY + timedelta(days=n) for n in range(5)]
    assert {column.notes for column in columns} == {"Absence"}
    month = desk.agenda.read(*period(Mode.MONTH, MONDAY))
    told = next(cell for cell in month_cells(month, "") if cell.day == FRIDAY)
    assert "Absence" in told.spoken


def _free(model: AgendaViewModel) -> list[str]:
    read = model.state.read
    assert read is not None
    since, until = read.days.since, read.days.until
    columns = columns_of(read.days, since, until, "", in_full=False)
    return [c.key for column in columns for c in column.cells if c.kind is CellKind.FREE]

"""My appointments: the day’s round, what was left open, what comes next."""

from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest

from desktop.config.clock import PARIS, paris
from desktop.services.appointments import Plan
from desktop.services.errors import InvalidInput, NotFound
from desktop.services.persons import NewPerson
from protocol.ids import AppointmentId, PersonId, ProfessionalId
from protocol.kinds.agenda import Appointment, AppointmentStatus, Motive
from tests.support.laptop import TUESDAY, Desk, bring, seed_small

YESTERDAY = TUESDAY - timedelta(days=1)


@pytest.fixture
def yves(claire: Desk) -> PersonId:
    """Somebody Claire meets."""
    return claire.persons.create(NewPerson("Morisset", "Yves")).value


def planned(claire: Desk, person: PersonId, moment: datetime, minutes: int = 45) -> AppointmentId:
    """Plan a meeting."""
    plan = Plan(person, moment, minutes, None, Motive.FOLLOW_UP)
    return claire.appointments.plan(plan).value


def wall(day: date, hour: int, minute: int = 0) -> datetime:
    """Return a moment as the clock of a village hall shows it."""
    return datetime(day.year, day.month, day.day, hour, minute, tzinfo=PARIS)


def test_a_day_goes_from_midnight_to_midnight_in_the_departement(
    claire: Desk, yves: PersonId
) -> None:
    day = date(2026, 11, 24)
    first = planned(claire, yves, wall(day, 0))
    last = planned(claire, yves, wall(day, 23, 59))
    planned(claire, yves, wall(date(2026, 11, 23), 23, 59))
    planned(claire, yves, wall(date(2026, 11, 25), 0))
    assert [line.id for line in claire.appointments.of_day(day)] == [first, last]


@pytest.mark.parametrize(("day", "hours"), [(date(2026, 3, 29), 23), (date(2026, 10, 25), 25)])
def test_the_day_on_which_the_hour_changes_is_whole(
    claire: Desk, yves: PersonId, day: date, hours: int
) -> None:
    first, last = wall(day, 0), wall(day, 23, 30)
    assert (last - first).seconds // 3600 == 23, "on the wall"
    assert last.timestamp() - first.timestamp() == (hours - 0.5) * 3600
    made = [planned(claire, yves, first), planned(claire, yves, last)]
    assert [line.id for line in claire.appointments.of_day(day)] == made
    assert [paris(x.starts_at).hour for x in claire.appointments.of_day(day)] == [0, 23]


@pytest.mark.parametrize(
    ("status", "shown"),
    [
        (AppointmentStatus.MOVED, 0),
        (AppointmentStatus.CANCELLED_BY_SERVICE, 0),
        (AppointmentStatus.NO_SHOW, 1),
        (AppointmentStatus.EXCUSED, 1),
    ],
)
def test_the_round_leaves_out_what_will_not_take_place(
    claire: Desk, yves: PersonId, status: AppointmentStatus, shown: int
) -> None:
    made = planned(claire, yves, TUESDAY)
    claire.appointments.qualify(made, status)
    assert len(claire.appointments.of_day(date(2026, 11, 24))) == shown


def test_a_colleagues_appointments_are_not_on_my_round(claire: Desk, yves: PersonId) -> None:
    made = planned(claire, yves, TUESDAY)
    known = claire.store.records.get(Appointment, made)
    assert known is not None
    other = ProfessionalId(claire.workplace.new_id())
    bring(claire.workplace, replace(known, professional=other))
    assert claire.appointments.of_day(date(2026, 11, 24)) == []
    assert len(claire.appointments.of_person(yves)) == 1


def test_meetings_are_counted_between_the_two_of_us(claire: Desk, yves: PersonId) -> None:
    for days in (60, 30):
        form = claire.follow_ups.begin(yves)
        moment = TUESDAY - timedelta(days=days)
        claire.follow_ups.finish(replace(form, starts_at=moment, next_at=None))
    planned(claire, yves, TUESDAY)
    (line,) = claire.appointments.of_day(date(2026, 11, 24))
    assert (line.rank, line.previous) == (3, TUESDAY - timedelta(days=30))


def test_absences_in_a_row_are_told_and_a_meeting_ends_the_row(
    claire: Desk, yves: PersonId
) -> None:
    story = ("noshow", "attended", "noshow", "excused", "noshow")
    for weeks, status in zip(range(5, 0, -1), story, strict=True):
        made = planned(claire, yves, TUESDAY - timedelta(weeks=weeks))
        claire.appointments.qualify(made, AppointmentStatus(status))
    planned(claire, yves, TUESDAY)
    (line,) = claire.appointments.of_day(date(2026, 11, 24))
    assert line.absences == 2


def test_what_nobody_said_the_outcome_of_waits_sixty_days(claire: Desk, yves: PersonId) -> None:
    old = planned(claire, yves, TUESDAY - timedelta(days=61))
    recent = planned(claire, yves, TUESDAY - timedelta(days=59))
    yesterday = planned(claire, yves, YESTERDAY)
    planned(claire, yves, TUESDAY - timedelta(hours=1))
    left = [line.id for line in claire.appointments.left_open()]
    assert left == [recent, yesterday], "not those of this very day"
    assert old not in left
    claire.appointments.qualify(yesterday, AppointmentStatus.TO_QUALIFY)
    claire.appointments.qualify(recent, AppointmentStatus.NO_SHOW)
    assert [line.id for line in claire.appointments.left_open()] == [yesterday]


def test_what_comes_next_with_somebody_is_what_is_planned_from_now_on(
    claire: Desk, yves: PersonId
) -> None:
    planned(claire, yves, TUESDAY - timedelta(minutes=1))
    later = planned(claire, yves, TUESDAY + timedelta(days=9))
    sooner = planned(claire, yves, TUESDAY + timedelta(days=2))
    cancelled = planned(claire, yves, TUESDAY + timedelta(days=1))
    claire.appointments.qualify(cancelled, AppointmentStatus.EXCUSED)
    assert [str(item.id) for item in claire.appointments.upcoming(yves)] == [sooner, later]


@pytest.mark.parametrize("minutes", [-45, 0, 4, 721])
def test_a_length_nobody_can_believe_is_refused_and_nothing_is_planned(
    claire: Desk, yves: PersonId, minutes: int
) -> None:
    with pytest.raises(InvalidInput) as refused:
        planned(claire, yves, TUESDAY, minutes)
    assert (refused.value.field, refused.value.reason) == ("minutes", "not_a_duration")
    assert claire.appointments.of_person(yves) == []


def test_an_appointment_that_is_no_longer_here_cannot_be_qualified(claire: Desk) -> None:
    with pytest.raises(NotFound):
        claire.appointments.qualify(
            AppointmentId(claire.workplace.new_id()), AppointmentStatus.ATTENDED
        )


def test_the_next_meeting_keeps_the_persons_interval_and_hour_across_winter_time(
    claire: Desk, yves: PersonId
) -> None:
    for day in (date(2026, 9, 29), date(2026, 10, 13)):
        form = claire.follow_ups.begin(yves)
        claire.follow_ups.finish(replace(form, starts_at=wall(day, 9, 30), next_at=None))
    proposed = claire.appointments.propose_next(yves, wall(date(2026, 10, 13), 9, 30))
    assert proposed == wall(date(2026, 10, 27), 9, 30)


def test_a_psychologist_consults_unless_she_says_otherwise(claire: Desk) -> None:
    assert claire.appointments.default_motive() is Motive.PSY_CONSULTATION


def test_a_draft_shows_on_the_appointment_it_was_begun_from(claire: Desk) -> None:
    seed_small(claire)
    line = claire.appointments.of_day(date(2026, 11, 24))[2]
    claire.follow_ups.autosave(claire.follow_ups.open_new(line.person, line.id).form)
    marked = [x.has_draft for x in claire.appointments.of_day(date(2026, 11, 24))]
    assert marked == [False, False, True, False, False, False, False]

"""Thirty days without the office: the laptop reads, keeps drafts, and is mended by one contact."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from desktop.config.clock import paris
from desktop.services.errors import LeaseOver
from desktop.services.lease import LEASE_ENDS_DAYS, LEASE_WARNS_DAYS, Lease
from desktop.services.persons import NewPerson
from protocol.ids import PersonId
from protocol.values import instant_to_wire
from tests.support.laptop import TUESDAY, Desk, TurnedClock, desk_of, make_workplace

YEAR = timedelta(days=365)


class Away:
    """A laptop in the field, its clock turned by hand."""

    def __init__(self, folder: Path) -> None:
        self.clock = TurnedClock()
        workplace = make_workplace(folder, clock=self.clock)
        self.lease = Lease(workplace.store, self.clock)
        self.desk: Desk = desk_of(replace(workplace, lease=self.lease), self.clock)
        self.contact()

    def contact(self) -> None:
        """The office is heard, as the engine notes it."""
        store = self.desk.store
        with store.database.transaction():
            store.state.set("last_contact", instant_to_wire(self.clock.now()))
        self.lease.renew()

    def begin_again(self) -> None:
        """A new laptop could be no newer: nothing was ever counted."""
        self.clock.moment = TUESDAY
        with self.desk.store.database.transaction():
            for key in ("absence", "last_contact"):
                self.desk.store.state.set(key, None)
        self.contact()

    def after(self, **by: float) -> "Away":
        """Let time pass; the laptop is looked at then."""
        self.clock.advance(**by)
        self.lease.look()
        return self

    def write(self) -> PersonId:
        """Open a dossier."""
        return self.desk.persons.create(NewPerson("Morisset", "Yves")).value

    @property
    def can_write(self) -> bool:
        try:
            self.write()
        except LeaseOver:
            return False
        return True


@pytest.fixture
def away(tmp_path: Path) -> Iterator[Away]:
    laptop = Away(tmp_path)
    yield laptop
    laptop.desk.store.close()


def test_for_three_weeks_nothing_is_said(away: Away) -> None:
    state = away.after(days=LEASE_WARNS_DAYS, minutes=-1).lease.look()
    assert not state.is_near
    assert away.can_write


def test_from_the_twenty_first_day_the_laptop_says_when_it_will_stop(away: Away) -> None:
    state = away.after(days=LEASE_WARNS_DAYS).lease.look()
    assert (state.is_near, state.is_over, state.days) == (True, False, 21)
    assert state.ends_on == TUESDAY.date() + timedelta(days=30) == date(2026, 12, 24)
    assert away.can_write


def test_from_the_thirtieth_it_only_reads_and_one_contact_is_enough(away: Away) -> None:
    person = away.write()
    assert away.after(days=LEASE_ENDS_DAYS, minutes=-1).can_write
    assert not away.after(minutes=2).can_write
    assert away.desk.persons.sheet(person).name == "Yves Morisset"
    assert away.desk.sync_reports.read().pending > 0
    away.contact()
    assert away.can_write


def test_what_is_typed_is_kept_as_a_draft_and_finished_after_the_contact(away: Away) -> None:
    person = away.write()
    form = replace(away.desk.follow_ups.begin(person), summary="Il dort mieux.")
    away.after(days=40)
    away.desk.follow_ups.autosave(form)
    with pytest.raises(LeaseOver):
        away.desk.follow_ups.finish(form)
    assert [line.target for line in away.desk.follow_ups.drafts()] == [form.target]
    assert away.desk.follow_ups.open(form.target).form.summary == "Il dort mieux."
    away.desk.person_drafts.autosave(person, {"first_name": "Yvon"}, is_new=False)
    away.contact()
    away.desk.follow_ups.finish(form)
    assert away.desk.follow_ups.drafts() == []


def test_a_deletion_is_a_change_like_another(away: Away) -> None:
    person = away.write()
    away.after(days=40)
    with pytest.raises(LeaseOver):
        away.desk.persons.edit(replace(away.desk.persons.sheet(person).person, phone1="0549000000"))
    assert away.desk.persons.sheet(person).person.phone1 is None


def test_a_clock_turned_back_gains_nothing(away: Away) -> None:
    away.after(days=29)
    away.after(days=-28)
    assert away.lease.look().days == 29
    assert not away.after(days=1, minutes=1).can_write
    assert not away.after(days=-3650).can_write


def test_a_clock_turned_back_each_morning_does_not_stop_the_days(away: Away) -> None:
    for _ in range(31):
        away.after(days=1)
        away.after(days=-1)
    assert not away.can_write


def test_a_leap_ahead_is_mended_by_one_contact_whatever_the_clock_says_then(away: Away) -> None:
    assert not away.after(days=3650).can_write
    away.contact()
    assert away.can_write
    assert away.after(days=20).can_write
    away.after(days=-3650)  # somebody sets it right at last
    assert away.can_write
    assert away.lease.look().days == 20
    assert not away.after(days=11).can_write


def test_a_contact_in_the_same_hour_mends_a_leap_and_its_correction(away: Away) -> None:
    away.after(days=40)
    away.after(days=-40, minutes=5)
    assert not away.can_write
    away.lease.renew()  # the engine found that it had noted a contact within the hour
    assert away.can_write


@pytest.mark.parametrize("heard", [datetime(2026, 10, 20, 22, 30), datetime(2027, 3, 20, 0, 30)])
def test_an_hour_that_changes_adds_no_day_and_takes_none(tmp_path: Path, heard: datetime) -> None:
    away = Away(tmp_path)
    away.clock.moment = heard.replace(tzinfo=UTC)
    away.contact()
    state = away.after(days=LEASE_WARNS_DAYS, minutes=-1).lease.look()
    assert (state.days, state.is_near) == (LEASE_WARNS_DAYS - 1, False)
    state = away.after(minutes=1).lease.look()
    assert (state.days, state.is_near) == (LEASE_WARNS_DAYS, True)
    assert state.ends_on == paris(heard.replace(tzinfo=UTC) + timedelta(days=30)).date()
    assert not away.after(days=9).can_write
    away.desk.store.close()


def test_an_absence_is_counted_from_the_contact_even_if_nobody_looked_since(away: Away) -> None:
    with away.desk.store.database.transaction():
        away.desk.store.state.set("last_contact", instant_to_wire(away.clock.now()))
        away.desk.store.state.set("absence", None)  # killed right after the synchronisation
    away.clock.advance(days=31)
    assert away.lease.look().is_over


def test_a_laptop_that_never_heard_the_office_counts_from_its_first_look(tmp_path: Path) -> None:
    clock = TurnedClock()
    store = make_workplace(tmp_path, clock=clock).store
    lease = Lease(store, clock)
    assert lease.look().days == 0
    clock.advance(days=31)
    assert lease.look().is_over
    store.close()


def test_looking_writes_once_an_hour_at_most(away: Away) -> None:
    away.after(hours=2)
    before = away.desk.store.database.changes
    for _ in range(50):
        away.after(minutes=1)
    assert away.desk.store.database.changes == before


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    steps=st.lists(
        st.one_of(st.floats(-4000, 4000), st.floats(0, 3), st.just("contact")), max_size=15
    )
)
def test_whatever_the_clock_does_time_forward_is_never_forgotten_and_a_contact_always_mends(
    away: Away, steps: list[float | str]
) -> None:
    away.begin_again()
    forward = timedelta()
    for step in steps:
        if isinstance(step, str):
            away.contact()
            forward = timedelta()
            assert not away.lease.look().is_over
        elif (
            datetime(1990, 1, 1, tzinfo=UTC)
            < away.clock.now() + timedelta(days=step)
            < (datetime(2090, 1, 1, tzinfo=UTC))
        ):
            away.after(days=step)
            forward += max(timedelta(days=step), timedelta())
            counted = away.lease.look()
            assert abs(counted.days - forward / timedelta(days=1)) < 1.5
            if forward >= timedelta(days=LEASE_ENDS_DAYS, hours=1):
                assert counted.is_over

"""My agenda: what a stretch of days holds, what an appointment would run into, moving it."""

from dataclasses import replace
from datetime import date, datetime, time, timedelta

import pytest

from desktop.config.clock import PARIS
from desktop.domain.agenda import SlotState, Trouble
from desktop.services.agenda_days import AgendaDays, Details, SameDay, free_slots
from desktop.services.errors import InvalidInput, NotAllowed, NotFound
from desktop.services.permanences import OpeningForm, Repeat
from desktop.services.persons import NewPerson
from desktop.services.same_person import Choices
from protocol.ids import AppointmentId, PersonId, PlaceId, ProfessionalId, RecordId
from protocol.kinds.agenda import (
    Appointment,
    AppointmentStatus,
    Motive,
    OpeningSlot,
    Visibility,
    Weekday,
)
from protocol.kinds.programmes import WorkshopSession, WorkshopTheme
from tests.support.agenda_week import MONDAY, Week, at, bring_colleague, bring_lieux, plan_a_week
from tests.support.laptop import Desk, bring

TUESDAY = MONDAY + timedelta(days=1)
FRIDAY = MONDAY + timedelta(days=4)


@pytest.fixture
def week(claire: Desk) -> Week:
    return plan_a_week(claire)


@pytest.fixture
def lieux(claire: Desk) -> dict[str, PlaceId]:
    return bring_lieux(claire)


@pytest.fixture
def yves(claire: Desk) -> PersonId:
    return claire.persons.create(NewPerson("Morisset", "Yves")).value


def details(moment: datetime, place: PlaceId | None = None, minutes: int = 45) -> Details:
    return Details(moment, minutes, place, Motive.PSY_CONSULTATION)


def read_week(claire: Desk) -> AgendaDays:
    return claire.agenda.read(MONDAY, MONDAY + timedelta(days=7))


def opening(place: PlaceId, day: date, **changes: object) -> OpeningForm:
    form = OpeningForm(place, day, time(9), time(12), 45, Repeat.WEEKLY)
    return replace(form, **changes)  # type: ignore[arg-type]  # a field each


def test_a_week_tells_its_appointments_and_its_free_slots(claire: Desk, week: Week) -> None:
    days = read_week(claire)
    assert len(days.meetings) == len(week.appointments)
    free = [(slot.span.starts_at, one.place_name) for one, slot in free_slots(days)]
    assert free[0] == (at(TUESDAY, 10, 30), "Melle")
    assert len(free) == 7
    assert days.clashes == ()


def test_what_is_over_is_not_offered_any_more(claire: Desk, week: Week) -> None:
    claire.clock.moment = at(FRIDAY, 15, 30)
    free = [slot.span.starts_at for _, slot in free_slots(read_week(claire))]
    assert free == []


@pytest.mark.parametrize("status", [AppointmentStatus.EXCUSED, AppointmentStatus.MOVED])
def test_who_will_not_come_gives_the_slot_back(
    claire: Desk, week: Week, status: AppointmentStatus
) -> None:
    before = len(free_slots(read_week(claire)))
    claire.appointments.qualify(week.appointments[-1], status)
    assert len(free_slots(read_week(claire))) == before + 1


def test_an_absence_takes_the_slots_it_touches_away(claire: Desk, week: Week) -> None:
    claire.permanences.leave(at(FRIDAY, 0), at(FRIDAY + timedelta(days=1), 0))
    days = read_week(claire)
    assert all(slot.span.starts_at < at(FRIDAY, 0) for _, slot in free_slots(days))
    assert len(days.away) == 1


def test_colleagues_are_seen_at_the_lieux_we_share_and_only_there(claire: Desk, week: Week) -> None:
    bring_colleague(claire, week.lieux["Melle"], at(TUESDAY, 14))
    elsewhere = bring_lieux(claire)["Niort"]
    bring_colleague(claire, elsewhere, at(TUESDAY, 9))
    theirs = [one for one in read_week(claire).permanences if one.colleague is not None]
    assert [(one.place_name, one.colleague.name) for one in theirs if one.colleague] == [
        ("Melle", "Catherine Roy")
    ]
    assert theirs[0].slots == ()


def test_a_colleagues_agenda_says_what_we_share_and_gives_nothing_away(
    claire: Desk, week: Week
) -> None:
    roy = bring_colleague(claire, week.lieux["Melle"], at(TUESDAY, 14))
    known = claire.store.records.get(Appointment, week.appointments[0])
    assert known is not None
    hers = replace(known, id=RecordId(claire.workplace.new_id()), professional=roy)
    bring(claire.workplace, hers)
    assert [one.id for one in claire.agenda.colleagues()] == [roy]

    days = claire.agenda.read_of(roy, MONDAY, MONDAY + timedelta(days=7))
    assert [str(one.id) for one in days.meetings] == [hers.id]
    assert [one.place_name for one in days.permanences] == ["Melle"]
    assert free_slots(days) == []
    assert days.whose is not None
    assert days.whose.name == "Catherine Roy"
    assert hers.id not in [str(one.id) for one in read_week(claire).meetings]


def test_a_permanence_written_by_a_newer_coffre_is_held_once(claire: Desk, week: Week) -> None:
    bring_colleague(claire, week.lieux["Melle"], at(TUESDAY, 14))
    [theirs] = claire.store.records.select(
        OpeningSlot, '"professional" <> ?', (claire.workplace.me,)
    )
    bring(claire.workplace, replace(theirs, rule="FREQ=LUNAR"))
    assert len([one for one in read_week(claire).permanences if one.colleague]) == 1
    after = claire.agenda.read(MONDAY + timedelta(days=7), MONDAY + timedelta(days=14))
    assert [one for one in after.permanences if one.colleague] == []


def test_a_discreet_appointment_shows_initials_and_a_hidden_one_nothing(
    claire: Desk, yves: PersonId
) -> None:
    for hour, shown in ((9, Visibility.NORMAL), (10, Visibility.DISCREET), (11, Visibility.HIDDEN)):
        claire.agenda.book(yves, replace(details(at(TUESDAY, hour)), visibility=shown))
    meetings = read_week(claire).meetings
    assert [one.shown for one in meetings] == ["Yves Morisset", "Y. M.", ""]
    assert [one.short for one in meetings] == ["Y. Morisset", "Y. M.", ""]


def test_in_discreet_mode_every_name_is_initials(claire: Desk, yves: PersonId) -> None:
    claire.agenda.book(yves, details(at(TUESDAY, 9)))
    claire.workplace.names.choose(discreet=True)
    [meeting] = read_week(claire).meetings
    assert {meeting.name, meeting.shown, meeting.short} == {"Y. M."}


def test_joined_dossiers_have_one_agenda(claire: Desk, yves: PersonId) -> None:
    twin = claire.persons.create(NewPerson("Morisset", "Yvon")).value
    claire.agenda.book(twin, details(at(TUESDAY, 9)))
    claire.same_persons.join(Choices(yves, twin, frozenset()))
    [meeting] = read_week(claire).meetings
    assert (meeting.person, meeting.name) == (yves, "Yves Morisset")


def test_double_booking_and_a_road_too_long_are_foreseen(
    claire: Desk, lieux: dict[str, PlaceId], yves: PersonId
) -> None:
    claire.agenda.book(yves, details(at(FRIDAY, 9), lieux["Melle"]))
    over = claire.agenda.foresee(details(at(FRIDAY, 9, 30), lieux["Melle"]))
    assert [clash.trouble for clash in over.clashes] == [Trouble.OVERLAP]
    far = claire.agenda.foresee(details(at(FRIDAY, 10), lieux["Thouars"]))
    assert [(clash.trouble, clash.left) for clash in far.clashes] == [(Trouble.ROAD, 15)]
    assert dict(far.names)[lieux["Thouars"]] == "Thouars"
    fine = claire.agenda.foresee(details(at(FRIDAY, 14), lieux["Thouars"]))
    assert fine.clashes == ()


def test_who_already_comes_that_day_is_said_and_not_refused(
    claire: Desk, lieux: dict[str, PlaceId], yves: PersonId
) -> None:
    made = claire.agenda.book(yves, details(at(FRIDAY, 14, 30), lieux["Melle"])).value
    morning = details(at(FRIDAY, 9), lieux["Melle"])
    found = claire.agenda.foresee(morning, person=yves)
    assert (found.person, found.clashes) == ("Yves Morisset", ())
    assert found.same_day == (SameDay(at(FRIDAY, 14, 30), ""),)
    claire.agenda.book(yves, morning)
    assert claire.agenda.foresee(details(at(TUESDAY, 9)), person=yves).same_day == ()
    [again] = claire.agenda.foresee(details(at(FRIDAY, 15)), made, yves).same_day
    assert again.starts_at == at(FRIDAY, 9), "the one that is moved is not told against itself"


def test_of_a_colleague_the_same_half_day_is_said_and_under_any_joined_dossier(
    claire: Desk, lieux: dict[str, PlaceId], yves: PersonId
) -> None:
    roy = bring_colleague(claire, lieux["Melle"], at(FRIDAY, 14))
    twin = claire.persons.create(NewPerson("Morisset", "Yvon")).value
    made = claire.agenda.book(twin, details(at(FRIDAY, 10), lieux["Melle"])).value
    claire.same_persons.join(Choices(yves, twin, frozenset()))
    known = claire.store.records.get(Appointment, made)
    assert known is not None
    bring(claire.workplace, replace(known, professional=roy))
    [found] = claire.agenda.foresee(details(at(FRIDAY, 9)), person=yves).same_day
    assert found == SameDay(at(FRIDAY, 10), "Catherine Roy")
    assert claire.agenda.foresee(details(at(FRIDAY, 15)), person=yves).same_day == ()


@pytest.mark.parametrize(
    "changed",
    [{"motive": Motive.WORKSHOP}, {"status": AppointmentStatus.EXCUSED}],
    ids=["a workshop", "an excuse"],
)
def test_a_workshop_or_who_excused_herself_warns_of_nothing(
    claire: Desk, yves: PersonId, changed: dict[str, object]
) -> None:
    made = claire.agenda.book(yves, details(at(FRIDAY, 14))).value
    known = claire.store.records.get(Appointment, made)
    assert known is not None
    bring(claire.workplace, replace(known, **changed))  # type: ignore[arg-type]  # a field each
    assert claire.agenda.foresee(details(at(FRIDAY, 9)), person=yves).same_day == ()


def test_what_is_moved_a_little_does_not_run_into_itself(claire: Desk, yves: PersonId) -> None:
    made = claire.agenda.book(yves, details(at(FRIDAY, 9))).value
    assert claire.agenda.foresee(details(at(FRIDAY, 9, 15)), made).clashes == ()


def test_a_holiday_an_absence_and_a_closed_lieu_are_foreseen(
    claire: Desk, lieux: dict[str, PlaceId]
) -> None:
    claire.permanences.open(opening(lieux["Melle"], TUESDAY))
    christmas = date(2026, 12, 25)
    claire.permanences.leave(at(christmas, 0), at(christmas + timedelta(days=1), 0))
    found = claire.agenda.foresee(details(at(christmas, 9), lieux["Melle"]))
    assert (found.holiday, found.is_away, found.is_closed) == ("Noël", True, True)
    open_ = claire.agenda.foresee(details(at(TUESDAY, 9), lieux["Melle"]))
    assert (open_.holiday, open_.is_away, open_.is_closed) == (None, False, False)


def test_a_moved_appointment_can_be_put_back(claire: Desk, week: Week) -> None:
    moved = week.appointments[-1]
    before = claire.store.records.get(Appointment, moved)
    assert before is not None
    there = details(at(FRIDAY, 15, 30), week.lieux["Niort"])
    was = claire.agenda.change(moved, there)
    after = claire.store.records.get(Appointment, moved)
    assert after is not None
    assert (after.starts_at, after.person) == (there.starts_at, before.person)
    claire.agenda.change(moved, was.value)
    assert claire.store.records.get(Appointment, moved) == before


def test_what_has_taken_place_stays_where_it_is(claire: Desk, week: Week) -> None:
    claire.appointments.qualify(week.appointments[0], AppointmentStatus.ATTENDED)
    with pytest.raises(InvalidInput) as refused:
        claire.agenda.change(week.appointments[0], details(at(FRIDAY, 15, 30)))
    assert (refused.value.field, refused.value.reason) == ("status", "settled")


def test_nobody_moves_a_colleagues_appointment(claire: Desk, yves: PersonId) -> None:
    made = claire.agenda.book(yves, details(at(TUESDAY, 9))).value
    known = claire.store.records.get(Appointment, made)
    assert known is not None
    other = ProfessionalId(claire.workplace.new_id())
    bring(claire.workplace, replace(known, professional=other))
    with pytest.raises(NotAllowed):
        claire.agenda.change(made, details(at(TUESDAY, 10)))
    with pytest.raises(NotFound):
        claire.agenda.change(AppointmentId(claire.workplace.new_id()), details(at(TUESDAY, 10)))
    assert read_week(claire).meetings == ()


def test_an_appointment_made_a_moment_ago_can_be_taken_back(claire: Desk, yves: PersonId) -> None:
    made = claire.agenda.book(yves, details(at(TUESDAY, 9))).value
    claire.agenda.unbook(made)
    assert read_week(claire).meetings == ()


def test_a_length_that_cannot_be_believed_is_refused(claire: Desk, yves: PersonId) -> None:
    with pytest.raises(InvalidInput):
        claire.agenda.book(yves, details(at(TUESDAY, 9), minutes=0))


def test_my_workshop_takes_my_slots(claire: Desk, lieux: dict[str, PlaceId]) -> None:
    claire.permanences.open(opening(lieux["Melle"], FRIDAY))
    session = WorkshopSession(
        id=RecordId(claire.workplace.new_id()),
        created_at=claire.clock.now(),
        created_by=claire.workplace.me,
        professional=claire.workplace.me,
        place=lieux["Melle"],
        theme=WorkshopTheme.WELLBEING,
        title="Prendre soin de soi",
        starts_at=at(FRIDAY, 9),
        minutes=90,
        taken=4,
    )
    bring(claire.workplace, session)
    days = read_week(claire)
    states = [slot.state for slot in days.permanences[0].slots]
    assert states == [SlotState.TAKEN, SlotState.TAKEN, SlotState.FREE, SlotState.FREE]
    [workshop] = days.workshops
    assert (workshop.title, workshop.places_left, workshop.mine) == (session.title, 6, True)


@pytest.mark.parametrize(("day", "first"), [(date(2026, 3, 27), 28), (date(2026, 10, 23), 24)])
def test_a_permanence_of_saturday_keeps_its_hour_over_the_change(
    claire: Desk, lieux: dict[str, PlaceId], day: date, first: int
) -> None:
    claire.clock.moment = at(date(2026, 1, 1), 9)
    days = frozenset({Weekday.SATURDAY})
    claire.permanences.open(opening(lieux["Melle"], day, days=days))
    found = claire.agenda.read(day, day + timedelta(days=14)).permanences
    hours = [one.span.starts_at.astimezone(PARIS) for one in found]
    assert (hours[0].day, hours[0].hour) == (first, 9)
    assert {hour.hour for hour in hours} == {9}
    assert {one.span.minutes for one in found} == {180}

"""Programmes: started, followed at their rhythm, renewed, ended; each act can be taken back."""

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise

import pytest

from desktop.config.clock import PARIS, paris
from desktop.services.appointments import Plan
from desktop.services.errors import InvalidInput, NotAllowed, NotFound
from desktop.services.persons import NewPerson
from desktop.services.programmes import NewProgramme, ProgrammeLine
from desktop.services.rhythms import Rhythms
from desktop.services.same_person import Choices
from protocol.ids import PersonId, PlaceId, ProfessionalId, ProgrammeId, RecordId
from protocol.kinds.agenda import (
    Absence,
    Appointment,
    AppointmentStatus,
    Motive,
    OpeningSlot,
)
from protocol.kinds.persons import Person, PersonStatus
from protocol.kinds.places import Network
from protocol.kinds.programmes import Cadence, Programme, ProgrammeExit, ProgrammeKind
from tests.support.laptop import CHEF_BOUTONNE, MELLE, TUESDAY, Desk, bring, place

TODAY = date(2026, 11, 24)


@pytest.fixture
def yves(claire: Desk) -> PersonId:
    """Somebody Claire accompanies."""
    return claire.persons.create(NewPerson("Morisset", "Yves")).value


@pytest.fixture
def melle(claire: Desk) -> PlaceId:
    """Where Claire receives on Tuesdays from 9 h to noon."""
    lieu = place(claire.workplace, "Melle", MELLE, Network.WEAK)
    bring(claire.workplace, lieu, permanence(claire, lieu.id, date(2026, 9, 1)))
    return PlaceId(lieu.id)


def permanence(claire: Desk, lieu: str, first: date, rule: str = "FREQ=WEEKLY") -> OpeningSlot:
    """Three hours from 9 h."""
    return OpeningSlot(
        id=RecordId(claire.workplace.new_id()),
        created_at=TUESDAY,
        created_by=claire.workplace.me,
        professional=claire.workplace.me,
        place=PlaceId(lieu),
        starts_at=datetime.combine(first, time(9), PARIS).astimezone(UTC),
        minutes=180,
        slot_minutes=45,
        rule=rule,
    )


def start(
    claire: Desk,
    person: PersonId,
    started_on: date,
    kind: ProgrammeKind = ProgrammeKind.ASPIR,
    cadence: Cadence = Cadence.ASPIR,
    lieu: PlaceId | None = None,
) -> ProgrammeId:
    """Start a programme."""
    new = NewProgramme(person, kind, cadence, started_on, 45, lieu)
    return claire.engagements.programmes.start(new).value


def meet(claire: Desk, person: PersonId, day: date, hour: int = 9) -> None:
    """Write up a meeting."""
    form = claire.follow_ups.begin(person)
    moment = datetime.combine(day, time(hour), PARIS)
    claire.follow_ups.finish(replace(form, starts_at=moment, next_at=None))


def line_of(claire: Desk, person: PersonId) -> ProgrammeLine:
    """The programme shown first in a dossier."""
    return claire.engagements.programmes.of_person(person)[0]


def days_of(line: ProgrammeLine) -> list[str]:
    """The days of a series, as one says them."""
    return [f"{moment:%d/%m %Hh%M}" for moment in line.series]


def test_an_aspir_lasts_three_months_and_waits_for_its_first_meeting(
    claire: Desk, yves: PersonId
) -> None:
    start(claire, yves, TODAY)
    line = line_of(claire, yves)
    assert line.record.planned_end == date(2027, 2, 23)
    assert line.record.renewals == 0
    assert (line.last, line.planned, line.standing.due) == (None, None, TODAY)
    assert line.renewable_on == date(2027, 2, 9)
    assert line.mine


def test_other_programmes_have_no_end_until_somebody_ends_them(
    claire: Desk, yves: PersonId
) -> None:
    start(claire, yves, TODAY, ProgrammeKind.PSY, Cadence.MONTHLY)
    line = line_of(claire, yves)
    assert (line.record.planned_end, line.renewable_on) == (None, None)
    assert len(line.series) == 6


def test_the_drift_is_counted_from_the_last_meeting_held_with_whoever_leads(
    claire: Desk, yves: PersonId
) -> None:
    start(claire, yves, date(2026, 11, 2))
    meet(claire, yves, date(2026, 11, 3))
    meet(claire, yves, date(2026, 11, 10))
    missed = claire.appointments.plan(
        Plan(yves, TUESDAY - timedelta(days=5), 45, None, Motive.ASPIR)
    ).value
    claire.appointments.qualify(missed, AppointmentStatus.NO_SHOW)
    stands = line_of(claire, yves).standing
    assert (stands.due, stands.drift_days, stands.is_at_risk) == (date(2026, 11, 17), 7, True)


def test_a_meeting_said_to_be_attended_counts_before_it_is_written_up(
    claire: Desk, yves: PersonId
) -> None:
    start(claire, yves, date(2026, 11, 2))
    held = claire.appointments.plan(
        Plan(yves, TUESDAY - timedelta(days=4), 45, None, Motive.ASPIR)
    ).value
    claire.appointments.qualify(held, AppointmentStatus.ATTENDED)
    assert line_of(claire, yves).standing.due == date(2026, 11, 27)


def test_the_day_s_rhythms_put_the_risk_of_rupture_first_and_leave_out_who_has_a_date(
    claire: Desk, melle: PlaceId
) -> None:
    names = ("Audebert", "Benali", "Diallo", "Guérin", "Roux")
    people = {name: claire.persons.create(NewPerson(name, "Jo")).value for name in names}
    start(claire, people["Audebert"], date(2026, 10, 1), ProgrammeKind.PSY, Cadence.MONTHLY)
    meet(claire, people["Audebert"], date(2026, 10, 15))  # due 12 November, 12 days late
    start(claire, people["Benali"], date(2026, 10, 1), lieu=melle)
    meet(claire, people["Benali"], date(2026, 11, 10))  # due 17 November: twice the interval
    start(claire, people["Diallo"], date(2026, 10, 1))
    meet(claire, people["Diallo"], date(2026, 11, 3))
    claire.appointments.plan(
        Plan(people["Diallo"], TUESDAY + timedelta(days=3), 45, None, Motive.ASPIR)
    )
    start(claire, people["Guérin"], date(2026, 10, 1))
    meet(claire, people["Guérin"], date(2026, 11, 20))
    start(claire, people["Roux"], date(2026, 9, 1))
    meet(claire, people["Roux"], date(2026, 9, 1))
    dead = claire.store.records.get(Person, people["Roux"])
    assert dead is not None
    bring(claire.workplace, replace(dead, status=PersonStatus.DECEASED))

    watch = claire.engagements.programmes.watch()

    told = [(x.name, x.standing.drift_days, x.standing.is_at_risk) for x in watch.late]
    assert told == [("Jo Benali", 7, True), ("Jo Audebert", 12, False)]
    assert watch.late[0].proposed == datetime(2026, 12, 1, 9, tzinfo=PARIS)
    assert watch.late[0].place_name == "Melle"
    assert watch.late[1].proposed == datetime(2026, 11, 26, 9, tzinfo=PARIS), "her Thursday"


def test_a_series_is_one_act_on_free_slots_of_the_right_lieu_and_is_taken_back_as_one(
    claire: Desk, yves: PersonId, melle: PlaceId
) -> None:
    programme = start(claire, yves, date(2026, 11, 24), lieu=melle)
    meet(claire, yves, TODAY)
    other = claire.persons.create(NewPerson("Benali", "Nadia")).value
    taken = datetime(2026, 12, 1, 9, tzinfo=PARIS)
    claire.appointments.plan(Plan(other, taken, 45, melle, Motive.FOLLOW_UP))
    away = Absence(
        id=RecordId(claire.workplace.new_id()),
        created_at=TUESDAY,
        created_by=claire.workplace.me,
        professional=claire.workplace.me,
        starts_at=datetime(2026, 12, 14, tzinfo=PARIS),
        ends_at=datetime(2026, 12, 26, tzinfo=PARIS),
    )
    bring(claire.workplace, away)

    line = line_of(claire, yves)
    assert days_of(line) == [
        *("01/12 09h45", "08/12 09h00", "29/12 09h00", "05/01 09h00"),
        *("12/01 09h00", "19/01 09h00", "26/01 09h00", "09/02 09h00", "23/02 09h00"),
    ], "9 h is taken on the first day; nobody is received during the absence"

    done = claire.engagements.programmes.create_series(programme, line.series)
    planned = claire.appointments.upcoming(yves)
    assert [paris(item.starts_at) for item in planned] == list(line.series)
    assert {(x.programme, x.motive, x.place) for x in planned} == {(programme, Motive.ASPIR, melle)}
    assert line_of(claire, yves).series == (), "asked again, nothing is planned twice"

    claire.appointments.qualify(done.value[0], AppointmentStatus.EXCUSED)
    claire.engagements.programmes.take_back_series(done.value)
    assert claire.appointments.upcoming(yves) == []
    assert claire.store.records.get(Appointment, done.value[0]) is not None, (
        "something became of it"
    )


def test_a_series_stays_at_the_same_hour_on_the_wall_when_the_clocks_change(
    claire: Desk, yves: PersonId, melle: PlaceId
) -> None:
    claire.clock.moment = datetime(2026, 10, 13, 16, tzinfo=UTC)
    start(claire, yves, date(2026, 10, 13), ProgrammeKind.PSY, Cadence.WEEKLY, melle)
    meet(claire, yves, date(2026, 10, 13), hour=10)
    series = line_of(claire, yves).series
    assert {(moment.hour, moment.minute) for moment in series} == {(9, 45)}, "the slot nearest 10 h"
    assert len({moment.utcoffset() for moment in series}) == 2


def test_without_a_permanence_people_meet_on_working_days_never_on_holidays(
    claire: Desk, yves: PersonId
) -> None:
    claire.clock.moment = datetime(2026, 12, 4, 16, tzinfo=UTC)
    start(claire, yves, date(2026, 12, 4), ProgrammeKind.PSY, Cadence.WEEKLY)
    meet(claire, yves, date(2026, 12, 4), hour=14)
    assert days_of(line_of(claire, yves))[:5] == [
        *("11/12 14h00", "18/12 14h00", "28/12 14h00", "04/01 14h00", "08/01 14h00"),
    ], "neither Christmas nor New Year's Day"


def test_a_permanence_held_on_holidays_is_proposed_as_the_agenda_shows_it(claire: Desk) -> None:
    lieu = place(claire.workplace, "Melle", MELLE, Network.WEAK)
    held = permanence(claire, lieu.id, date(2026, 10, 30))
    bring(claire.workplace, lieu, replace(held, on_holidays=True))
    christmas = datetime(2026, 12, 25, 9, tzinfo=PARIS)
    [shown] = claire.agenda.read(christmas.date(), date(2026, 12, 26)).permanences
    assert paris(shown.span.starts_at) == christmas
    proposed = Rhythms(claire.workplace).open_at(PlaceId(lieu.id), christmas, 45)
    assert proposed == christmas


def test_the_next_meeting_a_follow_up_proposes_is_the_one_of_the_programme(
    claire: Desk, yves: PersonId, melle: PlaceId
) -> None:
    before = claire.appointments.propose_next(yves, TUESDAY, melle)
    assert before == datetime(2026, 12, 22, 9, 45, tzinfo=PARIS), "a month, on a Tuesday in Melle"
    start(claire, yves, TODAY, lieu=melle)
    assert claire.appointments.propose_next(yves, TUESDAY, melle).date() == date(2026, 12, 1)


def test_a_renewal_puts_the_end_off_and_can_be_taken_back(claire: Desk, yves: PersonId) -> None:
    programme = start(claire, yves, date(2026, 8, 31))
    assert line_of(claire, yves).record.planned_end == date(2026, 11, 29)
    (ending,) = claire.engagements.programmes.watch().ending
    assert (ending.programme, ending.planned_end) == (programme, date(2026, 11, 29))

    before = claire.engagements.programmes.renew(programme).value

    renewed = line_of(claire, yves).record
    assert (renewed.planned_end, renewed.renewals) == (date(2027, 2, 27), 1)
    assert claire.engagements.programmes.watch().ending == ()
    claire.engagements.programmes.take_back(before)
    back = line_of(claire, yves).record
    assert (back.planned_end, back.renewals) == (date(2026, 11, 29), 0)


def test_ending_a_programme_cancels_what_was_planned_for_it_and_can_be_taken_back(
    claire: Desk, yves: PersonId
) -> None:
    programme = start(claire, yves, date(2026, 11, 2))
    meet(claire, yves, TODAY)
    line = line_of(claire, yves)
    claire.engagements.programmes.create_series(programme, line.series[:3])
    elsewhere = TUESDAY + timedelta(days=3)
    claire.appointments.plan(Plan(yves, elsewhere, 45, None, Motive.FOLLOW_UP))

    ended = claire.engagements.programmes.end(
        programme, TODAY, ProgrammeExit.TRAINING, "  Entre en formation.  "
    )

    known = line_of(claire, yves).record
    assert (known.ended_on, known.exit, known.exit_reason) == (
        TODAY,
        ProgrammeExit.TRAINING,
        "Entre en formation.",
    )
    assert [item.starts_at for item in claire.appointments.upcoming(yves)] == [elsewhere]
    assert line_of(claire, yves).series == ()
    claire.engagements.programmes.take_back_end(ended.value)
    assert line_of(claire, yves).record.ended_on is None
    assert len(claire.appointments.upcoming(yves)) == 4


def test_taking_back_a_start_takes_its_appointments_too(claire: Desk, yves: PersonId) -> None:
    programme = start(claire, yves, TODAY)
    claire.engagements.programmes.create_series(programme, line_of(claire, yves).series[:2])
    claire.engagements.programmes.take_back_start(programme)
    assert claire.engagements.programmes.of_person(yves) == []
    assert claire.appointments.of_person(yves) == []


def test_a_rhythm_is_changed_and_taken_back_while_a_colleague_s_end_stays(
    claire: Desk, yves: PersonId, melle: PlaceId
) -> None:
    programme = start(claire, yves, TODAY)
    before = claire.engagements.programmes.change_cadence(
        programme, Cadence.FORTNIGHTLY, 30, melle
    ).value
    changed = line_of(claire, yves)
    assert (changed.record.cadence, changed.record.minutes, changed.place_name) == (
        Cadence.FORTNIGHTLY,
        30,
        "Melle",
    )
    claire.engagements.programmes.take_back(before)
    assert line_of(claire, yves).record.cadence is Cadence.ASPIR


def test_a_colleague_s_programme_is_hers_until_it_is_taken_over(
    claire: Desk, yves: PersonId
) -> None:
    programme = start(claire, yves, TODAY)
    known = claire.store.records.get(Programme, programme)
    assert known is not None
    roy = ProfessionalId(claire.workplace.new_id())
    bring(claire.workplace, replace(known, professional=roy))

    line = line_of(claire, yves)
    assert (line.mine, line.series) == (False, ())
    with pytest.raises(NotAllowed):
        claire.engagements.programmes.renew(programme)
    assert claire.engagements.programmes.watch().late == ()

    before = claire.engagements.programmes.take_over(programme).value
    assert line_of(claire, yves).mine
    claire.engagements.programmes.take_back(before)
    assert not line_of(claire, yves).mine


@pytest.mark.parametrize(
    ("on", "reason"),
    [(date(2026, 11, 1), "before_start"), (date(2026, 11, 25), "future_date")],
)
def test_a_programme_ends_between_its_start_and_today(
    claire: Desk, yves: PersonId, on: date, reason: str
) -> None:
    programme = start(claire, yves, date(2026, 11, 2))
    with pytest.raises(InvalidInput) as refused:
        claire.engagements.programmes.end(programme, on, ProgrammeExit.MOVED, "")
    assert (refused.value.field, refused.value.reason) == ("ended_on", reason)
    assert line_of(claire, yves).record.ended_on is None


def test_what_cannot_be_believed_is_refused_and_nothing_is_written(
    claire: Desk, yves: PersonId
) -> None:
    for started_on, minutes in ((date(1926, 11, 24), 45), (TODAY, 0)):
        with pytest.raises(InvalidInput):
            claire.engagements.programmes.start(
                NewProgramme(yves, ProgrammeKind.ASPIR, Cadence.ASPIR, started_on, minutes, None)
            )
    assert claire.engagements.programmes.of_person(yves) == []
    with pytest.raises(NotFound):
        claire.engagements.programmes.renew(ProgrammeId(claire.workplace.new_id()))


def test_with_two_dossiers_the_meetings_of_both_count_and_there_is_one_name(
    claire: Desk, yves: PersonId
) -> None:
    claire.clock.advance(minutes=1)
    other = claire.persons.create(NewPerson("Morisset", "Yves")).value
    start(claire, other, date(2026, 11, 2))
    meet(claire, yves, date(2026, 11, 20))
    assert line_of(claire, other).standing.due == date(2026, 11, 2)
    claire.same_persons.join(Choices(yves, other, frozenset()))
    assert line_of(claire, yves).standing.due == date(2026, 11, 27)
    assert line_of(claire, yves).id == line_of(claire, other).id


def test_the_series_of_a_whole_year_has_a_week_between_its_meetings(
    claire: Desk, yves: PersonId
) -> None:
    lieu = place(claire.workplace, "Chef-Boutonne", CHEF_BOUTONNE, Network.NONE)
    bring(
        claire.workplace,
        lieu,
        permanence(claire, lieu.id, date(2026, 11, 24), "FREQ=WEEKLY;INTERVAL=2"),
    )
    start(claire, yves, TODAY, lieu=PlaceId(lieu.id))
    meet(claire, yves, TODAY)
    series = line_of(claire, yves).series
    between = {(later - earlier).days for earlier, later in pairwise(series)}
    assert between == {14}, "a lieu open every other week gives a meeting every other week"


def test_a_year_that_nobody_meant_does_not_keep_a_dossier_from_opening(
    claire: Desk, yves: PersonId
) -> None:
    programme = start(claire, yves, TODAY)
    known = claire.store.records.get(Programme, programme)
    assert known is not None
    for started_on, end in ((date(2999, 12, 31), None), (date(1000, 1, 1), date(2999, 12, 31))):
        odd = replace(known, started_on=started_on, planned_end=end)
        bring(claire.workplace, odd)
        assert claire.engagements.programmes.of_person(yves)[0].id == programme
        claire.engagements.programmes.watch()
    far = datetime(2999, 12, 30, 9, tzinfo=UTC)
    claire.appointments.plan(Plan(yves, far, 45, None, Motive.FOLLOW_UP))
    assert claire.engagements.programmes.of_person(yves)[0].planned == far

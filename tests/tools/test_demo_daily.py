"""What is recorded beside the follow-ups: every screen has something to show, and it could be."""

from collections import Counter
from datetime import date, timedelta

import pytest

from desktop.app.session import read_packaged
from desktop.domain.rhythm import period_end, standing
from protocol.kinds.agenda import CallMedium, CallOutcome
from protocol.kinds.care import RelayState, Transport
from protocol.kinds.people import Job
from protocol.kinds.persons import Discretion, Sex
from protocol.kinds.programmes import Attendance, Cadence, ProgrammeKind
from tests.architecture.french import faults_of
from tools.demo.cast import CAST
from tools.demo.daily_texts import read_daily
from tools.demo.days import is_working
from tools.demo.invention import invent
from tools.demo.professions import ADVISOR, NURSE, NURSES_COLLEAGUE
from tools.demo.sentences import agreed
from tools.demo.story import Accompaniment, Dossier, Engagement, Meeting, Outcome, Story
from tools.demo.team import HEROINE, REFERENT, read_lieux

TODAY = date(2026, 11, 24)
Part = tuple[Dossier, Accompaniment]


@pytest.fixture(scope="module")
def story() -> Story:
    return invent(79, TODAY, read_packaged())


def parts(story: Story) -> list[Part]:
    return [(dossier, part) for dossier in story.dossiers for part in dossier.parts]


def met(story: Story) -> list[tuple[Accompaniment, Meeting]]:
    return [(part, meeting) for _, part in parts(story) for meeting in part.meetings]


def drift(part: Accompaniment, programme: Engagement) -> tuple[int, bool]:
    """How late the next meeting is, when none is planned."""
    held = [m.starts_at.date() for m in part.meetings if m.outcome is Outcome.WRITTEN]
    stands = standing(programme.cadence, programme.started_on, None, max(held), TODAY)
    is_planned = any(m.outcome is Outcome.AHEAD for m in part.meetings)
    return (0, False) if is_planned else (stands.drift_days, stands.is_at_risk)


def going_on(story: Story, kind: ProgrammeKind) -> list[tuple[Accompaniment, Engagement]]:
    return [
        (part, part.engagement)
        for _, part in parts(story)
        if part.engagement and part.engagement.kind is kind and part.engagement.ended_at is None
    ]


def test_permanences_are_held_at_the_twelve_lieux_some_every_other_week(story: Story) -> None:
    assert {opening.place for opening in story.openings} == {lieu.name for lieu in read_lieux()}
    assert {opening.professional for opening in story.openings} == {c.name for c in story.team}
    assert Counter(opening.is_fortnightly for opening in story.openings) == {False: 90, True: 10}


def test_the_heroines_day_falls_in_her_permanences(story: Story) -> None:
    hers = [o for o in story.openings if o.professional == HEROINE]
    today = [o for o in hers if (TODAY - o.first).days % 7 == 0]
    for role, dossier in zip(CAST, story.dossiers, strict=False):
        part = dossier.part_of(HEROINE)
        assert part is not None
        place = part.meetings[-1].place
        assert any(o.place == place and o.opens <= role.hour < o.closes for o in today)


def test_nobody_is_expected_while_she_is_away(story: Story) -> None:
    for leave in story.leaves:
        for part, meeting in met(story):
            if part.professional == leave.professional and meeting.outcome is Outcome.AHEAD:
                assert not leave.starts_at <= meeting.starts_at < leave.ends_at
        assert leave.known_at.date() <= TODAY


def test_psychologists_keep_rhythms_from_a_fortnight_to_six_months(story: Story) -> None:
    cadences = {programme.cadence for _, programme in going_on(story, ProgrammeKind.PSY)}
    assert cadences == {
        Cadence.FORTNIGHTLY,
        Cadence.MONTHLY,
        Cadence.TWO_MONTHLY,
        Cadence.QUARTERLY,
        Cadence.SIX_MONTHLY,
    }


@pytest.mark.parametrize("kind", [ProgrammeKind.PSY, ProgrammeKind.ASPIR])
def test_most_rhythms_are_kept_some_drift_and_a_few_may_break_off(
    story: Story, kind: ProgrammeKind
) -> None:
    stands = [drift(*one) for one in going_on(story, kind)]
    late = [days for days, _ in stands if days]
    assert 0 < len(late) < len(stands) / 2
    assert 0 < sum(at_risk for _, at_risk in stands) < len(late)


def test_the_heroine_has_somebody_who_may_break_off(story: Story) -> None:
    hers = [x for x in going_on(story, ProgrammeKind.PSY) if x[0].professional == HEROINE]
    assert 0 < sum(drift(*one)[1] for one in hers) < 6


def test_each_referent_has_an_aspir_to_renew_and_some_renewed_already(story: Story) -> None:
    for colleague in story.team:
        if colleague.job is not Job.REFERENT:
            continue
        hers = [
            e for p, e in going_on(story, ProgrammeKind.ASPIR) if p.professional == colleague.name
        ]
        ends = [period_end(e.started_on, len(e.renewed_at)) for e in hers]
        assert any(TODAY <= end <= TODAY + timedelta(days=14) for end in ends)
        assert any(programme.renewed_at for programme in hers)


def test_the_referente_expects_today_somebody_the_heroine_knows_too(story: Story) -> None:
    renewed = [
        dossier
        for dossier, part in parts(story)
        if part.professional == REFERENT
        and part.engagement
        and any(m.starts_at.date() == TODAY for m in part.meetings)
    ]
    assert any(dossier.part_of(HEROINE) for dossier in renewed)


@pytest.mark.parametrize(
    ("seed", "day"),
    [(79, date(2026, 11, 26)), (79, date(2026, 8, 10)), (79, date(2026, 12, 28))],
)
def test_whatever_the_day_each_part_of_the_morning_can_be_played(seed: int, day: date) -> None:
    told = invent(seed, day, read_packaged())

    def shared(name: str, colleague: str) -> list[Accompaniment]:
        return [
            part for d, part in parts(told) if part.professional == name and d.part_of(colleague)
        ]

    for name, colleague in ((NURSE, NURSES_COLLEAGUE), (ADVISOR, HEROINE)):
        today = [
            part
            for part in shared(name, colleague)
            if any(m.starts_at.date() == day for m in part.meetings)
        ]
        assert today
        assert all(any(m.care or m.diagnosis for m in part.meetings) for part in today)
    aspirs = [part.engagement for part in shared(REFERENT, HEROINE) if part.engagement]
    ends = [period_end(one.started_on, len(one.renewed_at)) for one in aspirs if not one.ended_at]
    assert any(day <= end <= day + timedelta(days=14) for end in ends)
    assert not any(leave.starts_at.date() <= day < leave.ends_at.date() for leave in told.leaves)


def test_each_psychologist_has_people_who_wait_and_people_who_have_waited(story: Story) -> None:
    for colleague in story.team:
        if colleague.job is Job.PSYCHOLOGIST:
            hers = [p for _, p in parts(story) if p.professional == colleague.name and p.wait]
            waiting = [part.wait for part in hers if not part.meetings]
            assert len(waiting) == 4
            assert len(hers) > 20
            assert len({wait.place for wait in waiting if wait}) > 1


def test_everybody_of_the_cast_has_her_appointment(story: Story) -> None:
    for dossier in story.dossiers[: len(CAST)]:
        part = dossier.part_of(HEROINE)
        assert part is not None
        assert part.meetings[-1].starts_at.date() == TODAY


def test_steps_are_settled_in_working_hours_and_a_few_are_overdue(story: Story) -> None:
    overdue: Counter[str] = Counter()
    for part, meeting in met(story):
        words = meeting.words
        if meeting.step is not None:
            assert words is not None
            assert words.next_step
            assert meeting.starts_at < meeting.step.at
            assert is_working(meeting.step.at.date())
            assert meeting.step.at.date() < TODAY
        elif words and words.next_step_due and words.next_step_due < TODAY:
            overdue[part.professional] += meeting.outcome is Outcome.WRITTEN
    assert 0 < overdue[HEROINE] < 15
    assert 0 < overdue[REFERENT] < 15


def test_those_who_did_not_come_are_called_without_putting_them_in_danger(story: Story) -> None:
    called = [
        (dossier, meeting, call)
        for dossier, part in parts(story)
        for meeting in part.meetings
        for call in meeting.calls
    ]
    assert len(called) > 50
    for dossier, meeting, call in called:
        assert meeting.outcome is Outcome.MISSED
        assert meeting.starts_at < call.at
        if dossier.person.discretion is Discretion.DANGER:
            assert call.medium is CallMedium.PHONE
            assert call.outcome is not CallOutcome.MESSAGE


def test_some_relays_are_answered_and_some_are_not(story: Story) -> None:
    relays = [meeting.relay for _, meeting in met(story) if meeting.relay]
    assert {relay.state for relay in relays} == {
        RelayState.ACCEPTED,
        RelayState.REFUSED,
        RelayState.NO_ANSWER,
        RelayState.SENT,
    }
    assert all((r.answered_at is None) == (r.state is RelayState.SENT) for r in relays)
    assert all(r.answered_at is None or r.answered_at.date() < TODAY for r in relays)


def test_each_profession_records_what_is_hers(story: Story) -> None:
    jobs = {colleague.name: colleague.job for colleague in story.team}
    reviewed = 0
    for _, part in parts(story):
        job = jobs[part.professional]
        held = [m for m in part.meetings if m.outcome is Outcome.WRITTEN]
        assert all((m.care is not None) == (job is Job.NURSE) for m in held)
        diagnoses = [m.diagnosis for m in held if m.diagnosis]
        assert bool(diagnoses) == (job is Job.MOBILITY_ADVISOR and bool(held))
        reviewed += len(diagnoses) > 1
        assert len(diagnoses) < 2 or diagnoses[0] != diagnoses[-1]
    assert reviewed > 5
    assert sum(m.need is not None for _, m in met(story)) > 20
    for _, meeting in met(story):
        if meeting.care and meeting.care.kilometres is not None:
            assert meeting.care.transport is Transport.SERVICE


def test_workshops_hold_no_more_people_than_places_and_were_not_attended_before_their_day(
    story: Story,
) -> None:
    assert any(w.starts_at.date() < TODAY for w in story.workshops)
    assert any(w.starts_at.date() > TODAY for w in story.workshops)
    for workshop in story.workshops:
        assert 0 < len(workshop.seats) <= workshop.capacity
        assert len({seat.dossier for seat in workshop.seats}) == len(workshop.seats)
        is_past = workshop.starts_at.date() < TODAY
        came = {seat.attendance for seat in workshop.seats}
        assert is_past or came == {Attendance.REGISTERED}


def test_kilometres_of_the_last_month_are_those_of_the_rounds(story: Story) -> None:
    hers = [drive for drive in story.drives if drive.professional == HEROINE]
    assert len(hers) > 10
    for drive in hers:
        day = drive.noted_at.date()
        assert TODAY - timedelta(days=31) <= day < TODAY
        towns = {
            meeting.place.partition(" (")[0]
            for part, meeting in met(story)
            if part.professional == HEROINE and meeting.starts_at.date() == day
        }
        assert set(drive.detail.split(" – ")) == towns


def test_all_daily_sentences_are_well_set() -> None:
    def sentences(found: object) -> list[str]:
        if isinstance(found, dict):
            return [said for value in found.values() for said in sentences(value)]
        return [str(said) for said in found] if isinstance(found, list) else []

    told = [agreed(said, Sex.MALE) for said in sentences(read_daily())]
    assert len(told) > 30
    assert [fault for said in told for fault in faults_of(said)] == []
    assert [said for said in told if "{" in said] == []

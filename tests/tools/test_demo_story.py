"""The invented département is the same for the same seed, and could exist."""

from collections import Counter
from datetime import date, datetime, time, timedelta
from random import Random

import pytest

from desktop.app.session import read_packaged
from desktop.config.clock import PARIS
from desktop.domain.holidays import holiday_name
from desktop.domain.territory import Territory
from protocol.kinds.people import Job
from protocol.kinds.persons import CircleRole, Sex
from tests.architecture.french import faults_of
from tools.demo.cast import CAST
from tools.demo.days import DemoClock, is_working, previous_working_day, working_day
from tools.demo.invention import DAYS, PER_PSYCHOLOGIST, invent
from tools.demo.people import Inventor, read_origins
from tools.demo.sentences import Voice, agreed, read_sentences
from tools.demo.story import Accompaniment, Meeting, Outcome, Story
from tools.demo.team import HEROINE, REFERENT, read_lieux, read_team, rows

TODAY = date(2026, 11, 24)


@pytest.fixture(scope="module")
def territory() -> Territory:
    return read_packaged()


@pytest.fixture(scope="module")
def story(territory: Territory) -> Story:
    return invent(79, TODAY, territory)


def parts(story: Story) -> list[Accompaniment]:
    return [part for dossier in story.dossiers for part in dossier.parts]


def meetings(story: Story) -> list[Meeting]:
    return [meeting for part in parts(story) for meeting in part.meetings]


def test_the_same_seed_tells_the_same_story(story: Story, territory: Territory) -> None:
    assert invent(79, TODAY, territory) == story
    assert invent(80, TODAY, territory) != story


@pytest.mark.parametrize(
    "day",
    [
        date(2026, 8, 10),  # she is on leave: the day that is played is worked all the same
        date(2027, 1, 4),
        date(2027, 5, 7),
        date(2028, 2, 29),
    ],
)
def test_any_working_day_can_be_played(day: date, territory: Territory) -> None:
    told = invent(3, day, territory)
    played = [
        meeting
        for dossier in told.dossiers
        if (part := dossier.part_of(HEROINE))
        for meeting in part.meetings
        if meeting.starts_at.date() == day
    ]
    assert len(played) == len(CAST)


def test_a_week_end_or_a_holiday_gives_way_to_the_next_working_day() -> None:
    assert working_day(date(2026, 11, 21)) == date(2026, 11, 23)
    assert working_day(date(2026, 11, 11)) == date(2026, 11, 12)
    assert working_day(TODAY) == TODAY
    assert previous_working_day(date(2026, 11, 23)) == date(2026, 11, 20)


def test_the_demonstrations_clock_starts_before_the_first_appointment_and_runs() -> None:
    clock = DemoClock(TODAY)
    first, second = clock.now(), clock.now()
    assert datetime(2026, 11, 24, 8, 50, tzinfo=PARIS) <= first <= second
    assert first.astimezone(PARIS).time() < CAST[0].hour


def test_nobody_has_an_appointment_on_a_week_end_or_a_holiday(story: Story) -> None:
    for meeting in meetings(story):
        assert is_working(meeting.starts_at.date())
        assert holiday_name(meeting.starts_at.date()) is None


def test_no_professional_is_in_two_places_at_once(story: Story) -> None:
    opened = {(d.opened_by, d.opened_at) for d in story.dossiers}
    for colleague in story.team:
        booked = Counter(
            meeting.starts_at
            for part in parts(story)
            if part.professional == colleague.name
            for meeting in part.meetings
            if (colleague.name, meeting.starts_at) not in opened
        )
        assert [moment for moment, count in booked.items() if count > 1] == []


def test_each_meets_people_where_her_week_takes_her(story: Story) -> None:
    for colleague in story.team:
        hers = {place for day in colleague.week for place in day}
        seen = {
            meeting.place
            for part in parts(story)
            if part.professional == colleague.name
            for meeting in part.meetings
        }
        assert seen <= hers


def test_nothing_was_written_before_it_happened(story: Story) -> None:
    for dossier in story.dossiers:
        for part in dossier.parts:
            assert part.joined_at >= dossier.opened_at
            moments = [meeting.starts_at for meeting in part.meetings]
            assert moments == sorted(moments)
            assert all(moment >= part.joined_at for moment in moments)
            for meeting in part.meetings:
                is_ahead = meeting.starts_at.date() >= TODAY
                assert (meeting.outcome is Outcome.AHEAD) == is_ahead
                assert (meeting.words is not None) == (
                    meeting.outcome in (Outcome.WRITTEN, Outcome.DRAFT)
                )


def test_the_story_lasts_two_years_and_ends_today(story: Story) -> None:
    opened = [dossier.opened_at.date() for dossier in story.dossiers]
    assert timedelta(0) <= min(opened) - (TODAY - timedelta(days=DAYS)) < timedelta(days=30)
    assert max(opened) < TODAY


def test_the_department_has_the_people_it_promises(story: Story) -> None:
    jobs = Counter(colleague.job for colleague in story.team)
    assert jobs == {
        Job.PSYCHOLOGIST: 3,
        Job.NURSE: 1,
        Job.MOBILITY_ADVISOR: 2,
        Job.REFERENT: 4,
    }
    assert len(story.dossiers) == 600
    for colleague in story.team:
        if colleague.job is Job.PSYCHOLOGIST:
            hers = [d for d in story.dossiers if d.part_of(colleague.name)]
            assert len(hers) == PER_PSYCHOLOGIST


def test_each_person_has_one_referent_unique(story: Story) -> None:
    for dossier in story.dossiers:
        roles = [part.role for part in dossier.parts]
        assert roles.count(CircleRole.UNIQUE_REFERENT) == 1
        assert len({part.professional for part in dossier.parts}) == len(roles)


def test_the_heroine_does_melle_in_the_morning_and_chef_boutonne_after(story: Story) -> None:
    day = sorted(
        (meeting.starts_at.time(), meeting.place)
        for dossier in story.dossiers
        if (part := dossier.part_of(HEROINE))
        for meeting in part.meetings
        if meeting.starts_at.date() == TODAY
    )
    assert [hour for hour, _ in day] == [role.hour for role in CAST]
    assert all(place.startswith("Melle") == (hour < time(13)) for hour, place in day)
    assert all(place.startswith("Chef-Boutonne") == (hour > time(13)) for hour, place in day)
    assert all(dossier.part_of(REFERENT) for dossier in story.dossiers[: len(CAST)])


def test_one_draft_and_a_few_appointments_wait_for_the_heroine(story: Story) -> None:
    waiting = Counter(
        meeting.outcome
        for part in parts(story)
        for meeting in part.meetings
        if meeting.outcome in (Outcome.DRAFT, Outcome.LEFT_OPEN)
    )
    assert waiting == {Outcome.DRAFT: 1, Outcome.LEFT_OPEN: 3}
    open_ = [m for m in meetings(story) if m.outcome in waiting]
    assert all(TODAY - m.starts_at.date() < timedelta(days=30) for m in open_)


def test_rhythms_run_from_a_fortnight_to_twice_a_year(story: Story) -> None:
    gaps = Counter(
        (after.starts_at.date() - before.starts_at.date()).days
        for part in parts(story)
        if part.professional == HEROINE
        for before, after in zip(part.meetings, part.meetings[1:], strict=False)
    )
    assert gaps[14] > 0
    assert gaps[28] > 0
    assert any(gap > 150 for gap in gaps)
    assert {meeting.minutes for meeting in meetings(story)} == {30, 45}


def test_everybody_lives_in_a_real_commune_and_has_an_age_to_be_there(
    story: Story, territory: Territory
) -> None:
    for dossier in story.dossiers:
        person = dossier.person
        commune = territory.commune(person.commune)
        assert commune is not None
        assert person.postal_code in commune.postal_codes
        age = (dossier.opened_at.date() - person.birth_date).days / 365.25
        assert 18 <= age < 66
        assert person.phone.startswith("063998"), "a range that rings nowhere"
        assert len(person.phone) == 10


def test_no_two_people_bear_the_same_name_and_many_come_from_elsewhere(story: Story) -> None:
    names = Counter((d.person.first_name, d.person.birth_name) for d in story.dossiers)
    assert max(names.values()) == 1
    family = {d.person.birth_name for d in story.dossiers}
    for origin in read_origins():
        assert family & set(origin.family), origin.name


def test_the_twelve_lieux_stand_in_real_communes(territory: Territory) -> None:
    lieux = read_lieux()
    assert len(lieux) == 12
    for lieu in lieux:
        commune = territory.commune(lieu.commune)
        assert commune is not None
        assert commune.name.replace("'", "’") == lieu.town
    assert {lieu.name for lieu in lieux} == {
        place for colleague in read_team() for day in colleague.week for place in day
    }


def test_all_sentences_are_well_set() -> None:
    found = []
    for job in read_sentences().values():
        said = job.pop("said")
        for sentences in (*job.values(), *said.values()):
            found += [s for sentence in sentences for s in faults_of(agreed(sentence, Sex.MALE))]
    for name in ("places", "professionals", "structures"):
        found += [fault for row in rows(name) for cell in row.values() for fault in faults_of(cell)]
    found += [fault for role in CAST for fault in faults_of(role.request)]
    assert found == []


def test_sentences_agree_with_the_person() -> None:
    assert agreed("Se dit fatigué{e}, {il} dort mal.", Sex.FEMALE) == (
        "Se dit fatiguée, elle dort mal."
    )
    assert agreed("Se dit fatigué{e}, {il} dort mal.", Sex.MALE) == "Se dit fatigué, il dort mal."


@pytest.mark.parametrize("job", [Job.PSYCHOLOGIST, Job.REFERENT, Job.NURSE, Job.MOBILITY_ADVISOR])
def test_each_job_has_words_of_its_own_and_leaves_no_mark_in_them(job: Job) -> None:
    voice = Voice(Random(1), job)
    for sex in Sex:
        for _ in range(200):
            words = voice.words(sex, TODAY)
            texts = (words.summary, words.clinical, words.for_person, words.person_words)
            assert words.themes
            assert words.summary
            assert "{" not in "".join((*texts, words.next_step, words.orientation))
            assert not words.clinical or job in (Job.PSYCHOLOGIST, Job.NURSE)


def test_somebodys_age_is_the_one_asked(territory: Territory) -> None:
    inventor = Inventor(Random(5), territory)
    for age in (19, 38, 64):
        born = inventor.birth_date(age, date(2028, 2, 29))
        full_years = 2028 - born.year - ((born.month, born.day) > (2, 29))
        assert full_years == age

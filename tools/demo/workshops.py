"""Invents group workshops: who leads them where, who has a place, who came."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, timedelta
from random import Random

from protocol.kinds.people import Job
from protocol.kinds.programmes import Attendance, WorkshopTheme
from tools.demo.daily_texts import DailyTexts
from tools.demo.days import at
from tools.demo.diary import Diary
from tools.demo.story import Colleague, Seat, Story, Workshop

_DAYS_OFF = (-75, -33, 12, 40)
"""When the workshops of each leader are held, in days from the story's."""
_THEMES = {
    Job.PSYCHOLOGIST: (WorkshopTheme.WELLBEING,),
    Job.NURSE: (WorkshopTheme.HEALTH, WorkshopTheme.FOOD),
    Job.MOBILITY_ADVISOR: (WorkshopTheme.MOBILITY,),
    Job.REFERENT: (
        *(WorkshopTheme.DIGITAL, WorkshopTheme.BUDGET),
        *(WorkshopTheme.EMPLOYMENT, WorkshopTheme.LANGUAGE),
    ),
}
_CAME = {
    Attendance.ATTENDED: 66,
    Attendance.EXCUSED: 14,
    Attendance.ABSENT: 12,
    Attendance.WITHDRAWN: 8,
}
_FIRST_STEP = 0.2
_KNOWN_DAYS, _MINUTES = 30, 120


def gathered(story: Story, seed: int, diaries: Mapping[str, Diary]) -> Story:
    """Return the story with its workshops."""
    random = Random(f"{seed} workshops")
    texts = DailyTexts(random)
    held: list[Workshop] = []
    for colleague in story.team:
        for off in _DAYS_OFF if colleague.job is not Job.PSYCHOLOGIST else _DAYS_OFF[2:3]:
            workshop = _workshop(
                random, texts, colleague, diaries[colleague.name], story.today, off
            )
            if workshop is not None:
                held.append(replace(workshop, seats=_seats(random, story, workshop)))
    return replace(story, workshops=tuple(held))


def _workshop(
    random: Random, texts: DailyTexts, colleague: Colleague, diary: Diary, today: date, off: int
) -> Workshop | None:
    theme = random.choice(_THEMES[colleague.job])
    place = random.choice([afternoon for _, afternoon in colleague.week])
    title = texts.draw("workshop", theme.value)
    try:
        starts_at = diary.afternoon(today + timedelta(days=off), place)
    except LookupError:
        return None  # her afternoons there are all taken
    return Workshop(
        professional=colleague.name,
        theme=theme,
        title=title,
        place=place,
        starts_at=starts_at,
        minutes=_MINUTES,
        capacity=random.choice((6, 8, 10)),
        announced_at=at(min(starts_at.date(), today) - timedelta(days=_KNOWN_DAYS), 8, 45),
    )


def _seats(random: Random, story: Story, workshop: Workshop) -> tuple[Seat, ...]:
    """Persons she knew a week before, who live near enough to meet her at that lieu."""
    known = [
        dossier.number
        for dossier in story.dossiers
        if (part := dossier.part_of(workshop.professional))
        and part.joined_at < workshop.starts_at - timedelta(days=8)
        and any(meeting.place == workshop.place for meeting in part.meetings)
        and dossier.inactive_since is None
    ]
    random.shuffle(known)
    is_past = workshop.starts_at < at(story.today, 0)
    return tuple(
        Seat(
            dossier=number,
            attendance=random.choices(list(_CAME), list(_CAME.values()))[0]
            if is_past
            else Attendance.REGISTERED,
            first_step_with=random.random() < _FIRST_STEP,
        )
        for number in known[: random.randrange(3, workshop.capacity + 1)]
    )

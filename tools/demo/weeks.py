"""Invents the frame of everybody's weeks: permanences, leave, and the roads that were driven."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date, datetime, time, timedelta

from desktop.config.clock import PARIS
from desktop.domain.agenda import Point
from desktop.domain.territory import Territory
from desktop.domain.tour import Visit, plan_round
from protocol.kinds.people import Job
from tools.demo.days import at, working_day
from tools.demo.story import Drive, Leave, Opening, Outcome, Story
from tools.demo.team import Lieu, read_lieux, rows

_HOURS = ((time(9), time(12)), (time(14), time(17)))
_SLOT = 45
_SEVENTH = 7
"""That half-day of each week is held every other week only."""
_DRIVEN_DAYS = 31
_ON_THE_ROAD = (Job.PSYCHOLOGIST, Job.NURSE, Job.MOBILITY_ADVISOR)
_AWAY_FROM, _AWAY_WITHIN = 4, 40


def framed(story: Story, territory: Territory, start: date) -> Story:
    """Return the story with its permanences, its absences and its kilometres."""
    return replace(
        story,
        openings=tuple(_openings(story, start)),
        leaves=tuple(_leaves(story)),
        drives=tuple(_drives(story, territory)),
    )


def _openings(story: Story, start: date) -> Iterator[Opening]:
    """Each half-day of a week is a permanence at its lieu."""
    for colleague in story.team:
        for weekday, day in enumerate(colleague.week):
            for half, (place, (opens, closes)) in enumerate(zip(day, _HOURS, strict=True)):
                yield Opening(
                    professional=colleague.name,
                    place=place,
                    first=_first(story.today, weekday, start),
                    opens=opens,
                    closes=closes,
                    slot_minutes=_SLOT,
                    is_fortnightly=2 * weekday + half == _SEVENTH,
                )


def _first(today: date, weekday: int, start: date) -> date:
    """The first time of a day of the week, in step with the story's own week."""
    day = _same_weekday(today, weekday)
    fortnights = (day - start).days // 14
    return day - timedelta(days=14 * fortnights)


def _same_weekday(today: date, weekday: int) -> date:
    """Weeks are counted from the story's weekday, over the five days that are worked."""
    wanted = (today.weekday() + weekday) % 5
    return today + timedelta(days=(wanted - today.weekday()) % 7)


def _leaves(story: Story) -> Iterator[Leave]:
    """The summer and the end of the year, and an afternoon soon on which nobody is expected."""
    year = story.today.year
    expected: dict[str, set[date]] = defaultdict(set)
    for dossier in story.dossiers:
        for part in dossier.parts:
            expected[part.professional] |= {m.starts_at.date() for m in part.meetings}
    for workshop in story.workshops:
        expected[workshop.professional].add(workshop.starts_at.date())
    for colleague in story.team:
        name = colleague.name
        for first, last in (
            (date(year, 8, 1), date(year, 8, 22)),
            (date(year, 12, 24), date(year + 1, 1, 1)),
        ):
            if first <= story.today < last:
                continue  # the day that is played is worked all the same
            known = min(first, story.today) - timedelta(days=60)
            yield Leave(name, at(first, 0), at(last, 0), at(working_day(known), 8, 35))
        soon = (story.today + timedelta(days=days) for days in range(_AWAY_FROM, _AWAY_WITHIN))
        free = next((d for d in soon if working_day(d) == d and d not in expected[name]), None)
        if free is not None:
            known = working_day(story.today - timedelta(days=20))
            yield Leave(name, at(free, 13), at(free, 18), at(known, 8, 35))


def _drives(story: Story, territory: Territory) -> Iterator[Drive]:
    """The rounds of the last month, as far as Coffre itself would say."""
    spots = {lieu.name: _point(territory, lieu.commune) for lieu in read_lieux()}
    offices = {row["nom"]: row["commune"] for row in rows("structures")}
    homes = {row["nom"]: offices[row["structure"]] for row in rows("professionals")}
    names = {lieu.name: lieu for lieu in read_lieux()}
    since = story.today - timedelta(days=_DRIVEN_DAYS)
    for colleague in story.team:
        if colleague.job not in _ON_THE_ROAD:
            continue
        home = _point(territory, homes[colleague.name])
        for day, visits in sorted(_visits(story, colleague.name, since).items()):
            round_ = plan_round(visits, spots, home)
            if round_.kilometres:
                detail = " – ".join(_town(names, place) for place in round_.lieux)
                noted = datetime.combine(day, time(17, 40), PARIS)
                yield Drive(colleague.name, noted, round_.kilometres, detail)


def _visits(story: Story, name: str, since: date) -> Mapping[date, list[Visit]]:
    found: dict[date, list[Visit]] = defaultdict(list)
    for dossier in story.dossiers:
        part = dossier.part_of(name)
        for meeting in part.meetings if part else ():
            day = meeting.starts_at.date()
            if since <= day < story.today and meeting.outcome is not Outcome.AHEAD:
                rid = f"{dossier.number}"
                found[day].append(Visit(rid, meeting.place, meeting.starts_at, meeting.minutes))
    return found


def _point(territory: Territory, commune: str) -> Point:
    known = territory.commune(commune)
    if known is None:
        raise LookupError(commune)
    return Point(known.latitude, known.longitude)


def _town(lieux: Mapping[str, Lieu], place: str) -> str:
    return lieux[place].town

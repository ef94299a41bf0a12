"""Invents programmes and waits: cadences that are kept, that drift, that come to their end.

What the first story holds stays as it was; the heroine's day too.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from itertools import pairwise
from random import Random
from statistics import median

from desktop.domain.rhythm import dates_after, period_end
from protocol.kinds.agenda import AppointmentStatus, HalfDay, Motive, Weekday
from protocol.kinds.people import Job
from protocol.kinds.programmes import Cadence, ProgrammeExit, ProgrammeKind
from tools.demo.cast import CAST
from tools.demo.daily_texts import DailyTexts
from tools.demo.days import at, previous_working_day
from tools.demo.diary import Diary
from tools.demo.sentences import Voice
from tools.demo.story import (
    Accompaniment,
    Dossier,
    Engagement,
    Meeting,
    Outcome,
    Story,
    Wait,
)
from tools.demo.team import HEROINE

_LATE, _LOST, _LONG_AGO = 5, 3, 75
"""Persons of each psychologist whom nobody has planned to meet again: lately, and for long."""
_MISSED_LATELY, _CALLED_FOR = 2, 28
_WAITING = 4
"""Persons who wait for each psychologist."""
_SERVED_EACH, _YEAR = 3, 365
_NEAR = timedelta(days=4)
_CADENCES = (
    (20, Cadence.FORTNIGHTLY),
    (45, Cadence.MONTHLY),
    (75, Cadence.TWO_MONTHLY),
    (135, Cadence.QUARTERLY),
)
"""Up to so many days between two meetings."""
_ISSUES = (
    *(ProgrammeExit.GOALS_REACHED, ProgrammeExit.GOALS_REACHED, ProgrammeExit.RELAYED),
    *(ProgrammeExit.STOPPED_BY_PERSON, ProgrammeExit.LOST_CONTACT, ProgrammeExit.MOVED),
    *(ProgrammeExit.TRAINING, ProgrammeExit.LONG_JOB),
)


@dataclass(frozen=True)
class Aspir:
    """One ASPIR as it stands on the day of the story."""

    began: int
    """Days ago."""
    last: int = 0
    """Days since the last meeting; 0: as the rhythm has it, and the next one is planned."""
    missed: int = 0
    """How many meetings were missed after that one."""
    renewals: int = 0
    lasted: int = 0
    """Days until it was ended; 0: it goes on."""
    is_met_today: bool = False
    """The next meeting is on the day of the story, with somebody whom the heroine knows too."""


_ASPIRS = (
    Aspir(began=35),
    Aspir(began=82, is_met_today=True),  # its three months are nearly over
    Aspir(began=130, renewals=1),
    Aspir(began=50, last=11),  # it drifts
    Aspir(began=62, last=26, missed=2),  # it may break off
    Aspir(began=280, renewals=1, lasted=178),
)


def engaged(story: Story, seed: int, diaries: Mapping[str, Diary]) -> Story:
    """Return the story with its programmes and its waits."""
    return _Engagements(story, seed, diaries).tell()


class _Engagements:
    """Holds what is drawn from, while programmes are invented."""

    def __init__(self, story: Story, seed: int, diaries: Mapping[str, Diary]) -> None:
        self._story = story
        self._today = story.today
        self._random = Random(f"{seed} programmes")
        self._texts = DailyTexts(self._random)
        self._voice = Voice(self._random, Job.REFERENT)
        self._diaries = diaries
        self._dossiers = list(story.dossiers)

    def tell(self) -> Story:
        for colleague in self._story.team:
            if colleague.job is Job.PSYCHOLOGIST:
                self._follow(colleague.name)
                self._wait(colleague.name)
            elif colleague.job is Job.REFERENT:
                self._aspirs(colleague.name)
        return replace(self._story, dossiers=tuple(self._dossiers))

    # -- psychologists --------------------------------------------------------------------------

    def _follow(self, name: str) -> None:
        """A programme for each person met, at the rhythm of the meetings."""
        quiet = sorted(
            (part.meetings[-1].starts_at, place)
            for place, part in self._parts(name)
            if part.meetings and part.meetings[-1].outcome is not Outcome.AHEAD
        )
        long_ago = at(self._today - timedelta(days=_LONG_AGO), 0)
        lost = [place for moment, place in quiet if moment < long_ago]
        late = {*lost[-_LOST:], *(place for _, place in quiet[-_LATE:])}
        recently = at(self._today - timedelta(days=_CALLED_FOR), 0)
        forgotten = [place for moment, place in quiet[-_LATE:] if moment > recently]
        for place in forgotten[:_MISSED_LATELY]:
            self._miss_last(place, name)
        done = {place for _, place in quiet} - late
        for place, part in self._parts(name):
            programme = self._psy(part, goes_on=place not in done)
            if programme is not None:
                self._put(place, replace(part, engagement=programme))

    def _psy(self, part: Accompaniment, *, goes_on: bool) -> Engagement | None:
        held = [meeting for meeting in part.meetings if meeting.outcome is Outcome.WRITTEN]
        if not held:
            return None
        last = held[-1]
        engagement = Engagement(
            kind=ProgrammeKind.PSY,
            cadence=_cadence(part.meetings),
            started_on=held[0].starts_at.date(),
            minutes=held[0].minutes,
            place=last.place,
        )
        if goes_on:
            return engagement
        return replace(
            engagement,
            ended_at=max(last.starts_at, part.meetings[-1].starts_at) + timedelta(minutes=50),
            issue=self._random.choice(_ISSUES),
            bilan=self._texts.draw("programme", "bilan"),
        )

    def _miss_last(self, place: int, name: str) -> None:
        part = self._part(place, name)
        last = part.meetings[-1]
        if last.outcome is Outcome.WRITTEN and len(part.meetings) > 1:
            missed = replace(
                last, outcome=Outcome.MISSED, status=AppointmentStatus.NO_SHOW, words=None
            )
            self._put(place, replace(part, meetings=(*part.meetings[:-1], missed)))

    def _wait(self, name: str) -> None:
        """Some wait still; others have waited for their first meeting."""
        fresh = sorted(
            (
                (part.joined_at, place)
                for place, part in self._parts(name)
                if place >= len(CAST) and _is_new(part)
            ),
            reverse=True,
        )
        for _, place in fresh[:_WAITING]:
            part = self._part(place, name)
            self._put(place, replace(part, meetings=(), wait=self._wish(part)))
        recently = self._today - timedelta(days=_YEAR)
        served = [
            (place, part)
            for place, part in self._parts(name)
            if part.meetings and not part.begins_unplanned and part.joined_at.date() > recently
        ]
        for place, part in served[::_SERVED_EACH]:
            if place >= len(CAST):
                wait = Wait(part.joined_at.date(), part.meetings[0].place)
                self._put(place, replace(part, wait=wait))

    def _wish(self, part: Accompaniment) -> Wait:
        random = self._random
        week = list(Weekday)[:5]
        return Wait(
            since=part.joined_at.date(),
            place=part.meetings[0].place if random.random() < 0.75 else None,
            days=frozenset(random.sample(week, random.choice((0, 2, 3)))),
            halves=frozenset(random.sample(list(HalfDay), random.choice((0, 0, 1)))),
            comment=self._texts.draw("waiting", "comment"),
        )

    # -- référents ------------------------------------------------------------------------------

    def _aspirs(self, name: str) -> None:
        chosen: set[int] = set()
        for aspir in _ASPIRS:
            started = self._today - timedelta(days=aspir.began)
            able = [
                place
                for place, part in self._parts(name)
                if place not in chosen and self._may_begin(place, part, started, aspir)
            ]
            if not able:
                continue
            shared = [place for place in able if self._is_here_today(place, name)]
            place = self._random.choice((aspir.is_met_today and shared) or able)
            chosen.add(place)
            part = self._part(place, name)
            self._put(place, self._with_aspir(self._dossiers[place], part, aspir, started))

    def _may_begin(self, place: int, part: Accompaniment, started: date, aspir: Aspir) -> bool:
        dossier = self._dossiers[place]
        # Nothing else may be planned with somebody who drifts.
        is_free = not any(meeting.starts_at.date() >= started for meeting in part.meetings)
        return (
            place >= len(CAST)
            and bool(part.meetings)
            and dossier.inactive_since is None
            and dossier.opened_at.date() < started - timedelta(days=3)
            and (is_free or not aspir.last)
        )

    def _is_here_today(self, place: int, name: str) -> bool:
        """Whether the heroine meets her too, and the référent is at her lieu today."""
        colleague = next(one for one in self._story.team if one.name == name)
        known = self._dossiers[place].part_of(HEROINE)
        lieu = self._part(place, name).meetings[0].place
        return known is not None and bool(known.meetings) and lieu in colleague.week[0]

    def _with_aspir(
        self, dossier: Dossier, part: Accompaniment, aspir: Aspir, started: date
    ) -> Accompaniment:
        place = part.meetings[0].place
        meetings = self._series(dossier, part, aspir, started)
        halves = [period_end(started, times) for times in range(aspir.renewals)]
        begun = next((m for m in meetings if m.outcome is Outcome.WRITTEN), meetings[0])
        engagement = Engagement(
            kind=ProgrammeKind.ASPIR,
            cadence=Cadence.ASPIR,
            started_on=begun.starts_at.date(),
            minutes=45,
            place=place,
            renewed_at=tuple(
                at(previous_working_day(day - timedelta(days=6)), 16, 50) for day in halves
            ),
        )
        if aspir.lasted:
            engagement = replace(
                engagement,
                ended_at=max(
                    at(started + timedelta(days=aspir.lasted), 16, 40),
                    meetings[-1].starts_at + timedelta(hours=1),
                ),
                issue=ProgrammeExit.LONG_JOB,
                bilan="Contrat de huit mois signé, relais fait avec l’employeur.",
            )
        before = [m for m in part.meetings if m.starts_at not in {x.starts_at for x in meetings}]
        ordered = sorted((*before, *meetings), key=lambda meeting: meeting.starts_at)
        return replace(part, meetings=tuple(ordered), engagement=engagement)

    def _series(
        self, dossier: Dossier, part: Accompaniment, aspir: Aspir, started: date
    ) -> list[Meeting]:
        """Weekly for two months, then fortnightly, as far as this one went."""
        diary, place = self._diaries[part.professional], part.meetings[0].place
        stops = self._today - timedelta(days=aspir.last) if aspir.last else self._today
        if aspir.lasted:
            stops = started + timedelta(days=aspir.lasted)
        wanted = [started]
        for day in dates_after(Cadence.ASPIR, started, started):
            if day > stops:
                break
            wanted.append(day)
        if aspir.last:
            wanted = [*(day for day in wanted if day < stops), stops]
        meetings: list[Meeting] = []
        after = max(
            (m.starts_at.date() for m in part.meetings if m.starts_at.date() < started),
            default=started - timedelta(days=1),
        )
        for day in wanted:
            moment = diary.book(day, place, after=after)
            if moment.date() >= self._today:
                break
            if abs(moment.date() - day) > _NEAR:
                continue  # everybody is on leave
            after = moment.date()
            meetings.append(self._held(dossier, moment, place))
        for _ in range(aspir.missed):
            moment = diary.book(after + timedelta(days=7), place, after=after)
            if moment.date() >= self._today:
                break
            after = moment.date()
            meetings.append(
                Meeting(
                    moment,
                    45,
                    place,
                    Outcome.MISSED,
                    AppointmentStatus.NO_SHOW,
                    motive=Motive.ASPIR,
                )
            )
        if not aspir.last and not aspir.lasted:
            before = self._today - timedelta(days=1 if aspir.is_met_today else 0)
            soon = diary.book(before + timedelta(days=1), place, after=before)
            meetings.append(Meeting(soon, 45, place, Outcome.AHEAD, motive=Motive.ASPIR))
        return meetings

    def _held(self, dossier: Dossier, moment: datetime, place: str) -> Meeting:
        words = self._voice.words(dossier.person.sex, moment.date(), opening="Rendez-vous ASPIR.")
        return Meeting(moment, 45, place, Outcome.WRITTEN, words=words, motive=Motive.ASPIR)

    # -- inside -----------------------------------------------------------------------------------

    def _parts(self, name: str) -> list[tuple[int, Accompaniment]]:
        found = ((place, dossier.part_of(name)) for place, dossier in enumerate(self._dossiers))
        return [(place, part) for place, part in found if part is not None]

    def _part(self, place: int, name: str) -> Accompaniment:
        part = self._dossiers[place].part_of(name)
        if part is None:
            raise LookupError(name)
        return part

    def _put(self, place: int, part: Accompaniment) -> None:
        self._dossiers[place] = with_part(self._dossiers[place], part)


def with_part(dossier: Dossier, part: Accompaniment) -> Dossier:
    """Return a dossier with somebody's part in place of the one she had."""
    parts = (part if p.professional == part.professional else p for p in dossier.parts)
    return replace(dossier, parts=tuple(parts))


def _is_new(part: Accompaniment) -> bool:
    """Whether nothing but a first meeting to come is known."""
    only = part.meetings[0] if len(part.meetings) == 1 else None
    return only is not None and only.outcome is Outcome.AHEAD and not part.begins_unplanned


def _cadence(meetings: Sequence[Meeting]) -> Cadence:
    days = [meeting.starts_at.date() for meeting in meetings]
    gaps = [(later - earlier).days for earlier, later in _pairs(days[-5:])]
    usual = median(gaps) if gaps else 28
    return next((cadence for most, cadence in _CADENCES if usual <= most), Cadence.SIX_MONTHLY)


def _pairs(days: Sequence[date]) -> Iterable[tuple[date, date]]:
    return pairwise(days)

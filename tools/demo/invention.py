"""Invents the whole story from a seed: who, when, where, how often, and what was said."""

from dataclasses import replace
from datetime import date, datetime, time, timedelta
from random import Random

from desktop.domain.territory import Territory
from protocol.kinds.agenda import AppointmentStatus, Motive
from protocol.kinds.follow_ups import Medium
from protocol.kinds.people import Job
from protocol.kinds.persons import CircleRole
from tools.demo.cast import CAST, Role
from tools.demo.days import at, previous_working_day, working_day
from tools.demo.diary import Diary
from tools.demo.engagements import engaged
from tools.demo.others import expecting
from tools.demo.people import Inventor
from tools.demo.sentences import Voice
from tools.demo.story import (
    Accompaniment,
    Colleague,
    Dossier,
    Meeting,
    Outcome,
    Person,
    Story,
    Words,
)
from tools.demo.team import (
    HEROINE,
    advisor_of,
    nurse_of,
    read_lieux,
    read_team,
    referent_of,
)
from tools.demo.trades import recorded
from tools.demo.weeks import framed
from tools.demo.workshops import gathered

DAYS = 730
PER_PSYCHOLOGIST, WITHOUT_PSYCHOLOGIST = 180, 60
_MOST = 30
_LEFT_OPEN = 3
_RHYTHMS = (14, 28, 42, 56, 91, 182)
"""Days between two meetings: from a fortnight to twice a year (PTI L675)."""
_SHARES = (16, 40, 16, 14, 9, 5)
_MOTIVES = {
    Job.PSYCHOLOGIST: Motive.PSY_CONSULTATION,
    Job.NURSE: Motive.CARE_TRIP,
    Job.MOBILITY_ADVISOR: Motive.MOBILITY_DIAGNOSIS,
}


def invent(seed: int, today: date, territory: Territory) -> Story:
    """Return the story of a seed; ``today`` is a working day."""
    invention = _Invention(seed, today, territory)
    # What comes on top has dice of its own: it changes nothing of what is told first.
    story = expecting(engaged(invention.tell(), seed, invention.diaries), invention.diaries)
    story = gathered(recorded(story, seed), seed, invention.diaries)
    return framed(story, territory, invention.start)


class _Invention:
    """Holds what is drawn from, while a story is invented."""

    def __init__(self, seed: int, today: date, territory: Territory) -> None:
        self._random = Random(seed)
        self._today = today
        self.start = working_day(today - timedelta(days=DAYS))
        self._team = read_team()
        self._lieux = {lieu.name: lieu for lieu in read_lieux()}
        self.diaries = {c.name: Diary(c, today) for c in self._team}
        self._voices = {c.job: Voice(self._random, c.job) for c in self._team}
        self._inventor = Inventor(self._random, territory)
        self._territory = territory
        self._numbers = 0

    def tell(self) -> Story:
        """Return the story."""
        psychologists = [c for c in self._team if c.job is Job.PSYCHOLOGIST]
        dossiers = [self._of_the_cast(role) for role in CAST]
        for psychologist in psychologists:
            played = len(CAST) if psychologist.name == HEROINE else 0
            dossiers += [
                self._with_psychologist(psychologist) for _ in range(PER_PSYCHOLOGIST - played)
            ]
        dossiers += [self._without_psychologist() for _ in range(WITHOUT_PSYCHOLOGIST)]
        return Story(self._today, self._team, tuple(self._with_loose_ends(dossiers)))

    # -- dossiers -----------------------------------------------------------------------------

    def _of_the_cast(self, role: Role) -> Dossier:
        """Somebody met on the day itself, by the heroine."""
        heroine = next(c for c in self._team if c.name == HEROINE)
        place = next(name for name in self._lieux if name.startswith(role.town))
        self._inventor.reserve(role.first_name, role.birth_name)
        drawn = self._inventor.person(self._lieux[place].commune, self._today)
        person = replace(
            drawn,
            first_name=role.first_name,
            birth_name=role.birth_name,
            usual_name=None,
            sex=role.sex,
            birth_date=self._inventor.birth_date(role.age, self._today),
            language=None,
            interpreter_needed=False,
            commune=self._lieux[place].commune,
            postal_code=self._commune_postal_code(place),
        )
        moment = self.diaries[HEROINE].take(self._today, role.hour)
        first = self._today - timedelta(days=role.rhythm * role.past + 1)
        opened = self._opening(max(first - timedelta(days=21), self.start))
        meetings = [
            self._meeting(
                heroine,
                person,
                place,
                first + timedelta(days=role.rhythm * index),
                45,
                role.hour,
                after=opened.date(),
                held=index < role.past - role.absences,
            )
            for index in range(role.past)
        ]
        meetings.append(Meeting(moment, 45, place, Outcome.AHEAD))
        part = self._part(heroine, opened, meetings)
        parts = [*self._around(person, place, opened), part]
        return self._dossier(person, role.request, parts[0].professional, opened, parts)

    def _with_psychologist(self, psychologist: Colleague) -> Dossier:
        random = self._random
        place = random.choice(self.diaries[psychologist.name].places)
        opened = self._opening(self._drawn_day(latest=6))
        person = self._inventor.person(self._lieux[place].commune, opened.date())
        part = self._part(psychologist, opened, self._series(psychologist, person, place, opened))
        request = self._voices[Job.PSYCHOLOGIST].request(person.sex)
        others = self._around(person, place, opened)
        if random.random() < 0.2:
            # Came without an orientation: she opens the dossier, then welcomes the référent.
            others = [replace(others[0], meetings=(), begins_unplanned=False)]
            return self._dossier(person, request, psychologist.name, opened, [part, *others])
        return self._dossier(person, request, others[0].professional, opened, [*others, part])

    def _without_psychologist(self) -> Dossier:
        place = self._random.choice(list(self._lieux))
        opened = self._opening(self._drawn_day(latest=4))
        person = self._inventor.person(self._lieux[place].commune, opened.date())
        request = self._voices[Job.REFERENT].request(person.sex)
        parts = self._around(person, place, opened, alone=True)
        return self._dossier(person, request, parts[0].professional, opened, parts)

    def _dossier(
        self,
        person: Person,
        request: str,
        opened_by: str,
        opened_at: datetime,
        parts: list[Accompaniment],
    ) -> Dossier:
        self._numbers += 1
        last = max((m.starts_at for part in parts for m in part.meetings), default=opened_at)
        quiet_since = last + timedelta(days=120)
        return Dossier(
            number=self._numbers,
            person=person,
            request=request,
            opened_by=opened_by,
            opened_at=opened_at,
            parts=tuple(parts),
            inactive_since=quiet_since if quiet_since.date() < self._today else None,
        )

    # -- what each does -------------------------------------------------------------------------

    def _around(
        self, person: Person, place: str, opened: datetime, *, alone: bool = False
    ) -> list[Accompaniment]:
        """The référent first, and sometimes the mobility advisor or the nurse."""
        random = self._random
        referent = referent_of(self._team, place)
        points = [
            self._meeting(
                referent,
                person,
                place,
                opened.date() + timedelta(days=gap),
                30,
                None,
                after=opened.date(),
                held=True,
            )
            for gap in range(84, (self._today - opened.date()).days + 45, random.choice((120, 180)))
        ]
        voice = self._voices[Job.REFERENT]
        words = voice.words(
            person.sex,
            opened.date(),
            opening="Rendez-vous d’orientation.",
            orientation="" if alone else "Psychologue du Département, avec son accord",
        )
        orientation = Meeting(opened, 45, place, Outcome.WRITTEN, words=words)
        parts = [
            replace(
                self._part(referent, opened, [orientation, *points]),
                role=CircleRole.UNIQUE_REFERENT,
                motive=Motive.ORIENTATION,
                begins_unplanned=True,
            )
        ]
        if random.random() < (0.6 if alone else 0.14):
            parts += self._helped_by(advisor_of(self._team, place), person, place, opened)
        nurse = nurse_of(self._team, place)
        if nurse is not None and random.random() < (0.4 if alone else 0.12):
            parts += self._helped_by(nurse, person, place, opened)
        return parts

    def _helped_by(
        self, colleague: Colleague, person: Person, place: str, opened: datetime
    ) -> list[Accompaniment]:
        first = opened.date() + timedelta(days=self._random.randrange(20, 60))
        if first >= self._today - timedelta(days=7):
            return []
        joined = self._opening(first - timedelta(days=10))
        gaps = range(0, self._random.randrange(1, 4) * 35, 35)
        days = [first + timedelta(days=gap) for gap in gaps]
        meetings = [
            self._meeting(colleague, person, place, day, 45, None, after=joined.date(), held=True)
            for day in days
            if day < self._today + timedelta(days=20)
        ]
        medium = Medium.EXTERNAL if colleague.job is Job.NURSE else Medium.PLANNED
        return [replace(self._part(colleague, joined, meetings), medium=medium)]

    def _part(
        self, colleague: Colleague, joined: datetime, meetings: list[Meeting]
    ) -> Accompaniment:
        ordered = sorted(meetings, key=lambda meeting: meeting.starts_at)
        return Accompaniment(
            professional=colleague.name,
            role=CircleRole.CONTRIBUTOR,
            motive=_MOTIVES.get(colleague.job, Motive.FOLLOW_UP),
            joined_at=joined,
            arranged_at=joined + timedelta(minutes=30),
            meetings=tuple(ordered),
        )

    def _series(
        self, psychologist: Colleague, person: Person, place: str, opened: datetime
    ) -> list[Meeting]:
        """Meetings at the person's own rhythm, until they end or one lies ahead."""
        random = self._random
        rhythm = random.choices(_RHYTHMS, _SHARES)[0]
        minutes = random.choice((30, 45, 45))
        goes_on = random.random() < 0.72
        until = opened.date() + timedelta(days=random.randrange(60, 420))
        wanted = opened.date() + timedelta(days=random.randrange(10, 40))
        meetings: list[Meeting] = []
        hour: time | None = None
        while len(meetings) < _MOST and (goes_on or wanted < until):
            after = meetings[-1].starts_at.date() if meetings else opened.date()
            moment = self.diaries[psychologist.name].book(wanted, place, after=after, hour=hour)
            hour = moment.time()
            if moment.date() >= self._today:
                return [*meetings, Meeting(moment, minutes, place, Outcome.AHEAD)]
            meetings.append(self._held(psychologist, person, place, moment, minutes))
            # A fortnight for the first two months, then a month, then less often.
            slower = rhythm * (1 if len(meetings) < 5 else 2 if len(meetings) < 16 else 3)
            wanted = moment.date() + timedelta(days=min(max(rhythm, slower), 182))
        return meetings

    def _meeting(
        self,
        colleague: Colleague,
        person: Person,
        place: str,
        wanted: date,
        minutes: int,
        hour: time | None,
        *,
        after: date,
        held: bool,
    ) -> Meeting:
        """A past meeting close to a day."""
        moment = self.diaries[colleague.name].book(wanted, place, after=after, hour=hour)
        if moment.date() >= self._today:
            return Meeting(moment, minutes, place, Outcome.AHEAD)
        if not held:
            return Meeting(moment, minutes, place, Outcome.MISSED, AppointmentStatus.NO_SHOW)
        words = self._voices[colleague.job].words(person.sex, moment.date())
        return Meeting(moment, minutes, place, Outcome.WRITTEN, words=words)

    def _held(
        self, colleague: Colleague, person: Person, place: str, moment: datetime, minutes: int
    ) -> Meeting:
        came = self._random.choices(list(_PRESENCES), list(_PRESENCES.values()))[0]
        if came is not AppointmentStatus.ATTENDED:
            return Meeting(moment, minutes, place, Outcome.MISSED, came)
        words = self._voices[colleague.job].words(person.sex, moment.date())
        return Meeting(moment, minutes, place, Outcome.WRITTEN, words=words)

    # -- loose ends -----------------------------------------------------------------------------

    def _with_loose_ends(self, dossiers: list[Dossier]) -> list[Dossier]:
        """The heroine's latest meetings: one is still a draft, a few wait for their outcome."""
        latest = sorted(
            (
                (part.meetings[index].starts_at, place, index)
                for place, dossier in enumerate(dossiers[len(CAST) :], start=len(CAST))
                if (part := dossier.part_of(HEROINE)) and (index := _last_written(part)) is not None
            ),
            reverse=True,
        )
        for rank, (_, place, index) in enumerate(latest[: _LEFT_OPEN + 1]):
            outcome = Outcome.DRAFT if rank == 0 else Outcome.LEFT_OPEN
            dossiers[place] = _loosened(dossiers[place], index, outcome)
        return dossiers

    # -- days -----------------------------------------------------------------------------------

    def _drawn_day(self, *, latest: int) -> date:
        """A day of the two years, the recent ones a little more often."""
        share = self._random.random() ** 0.85
        return self.start + timedelta(days=round(share * (DAYS - latest)))

    def _opening(self, day: date) -> datetime:
        """A moment to open a dossier, outside the appointments."""
        day = previous_working_day(day + timedelta(days=1))
        return at(max(day, self.start), 17, self._random.randrange(0, 30, 5))

    def _commune_postal_code(self, place: str) -> str:
        commune = self._territory.commune(self._lieux[place].commune)
        if commune is None:
            raise LookupError(place)
        return commune.postal_codes[0]


_PRESENCES = {
    AppointmentStatus.ATTENDED: 84,
    AppointmentStatus.EXCUSED: 7,
    AppointmentStatus.NO_SHOW: 6,
    AppointmentStatus.CANCELLED_BY_SERVICE: 2,
    AppointmentStatus.MOVED: 1,
}


def _last_written(part: Accompaniment) -> int | None:
    """The index of the last past meeting, if a follow-up was written for it."""
    past = [i for i, meeting in enumerate(part.meetings) if meeting.outcome is not Outcome.AHEAD]
    if not past or part.meetings[past[-1]].outcome is not Outcome.WRITTEN:
        return None
    return past[-1]


def _loosened(dossier: Dossier, index: int, outcome: Outcome) -> Dossier:
    parts = list(dossier.parts)
    at_place = next(i for i, part in enumerate(parts) if part.professional == HEROINE)
    part = parts[at_place]
    meeting = part.meetings[index]
    words = meeting.words if outcome is Outcome.DRAFT else None
    # Nothing is planned after a meeting that was not finished.
    kept = (*part.meetings[:index], replace(meeting, outcome=outcome, words=_begun(words)))
    parts[at_place] = replace(part, meetings=kept)
    return replace(dossier, parts=tuple(parts))


def _begun(words: Words | None) -> Words | None:
    """What had been typed before something else called: the first two sentences."""
    if words is None:
        return None
    first = ". ".join(words.summary.split(". ")[:2]).rstrip(".")
    return Words(summary=f"{first}.", themes=words.themes, clinical=words.clinical)

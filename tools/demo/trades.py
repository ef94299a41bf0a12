"""Invents what each profession records at a meeting, and what becomes of what was agreed."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from random import Random

from protocol.kinds.agenda import AppointmentStatus, CallMedium, CallOutcome, Motive
from protocol.kinds.care import (
    CareOutcome,
    CarePlace,
    CarePurpose,
    Licence,
    MobilityAnswer,
    MobilityObstacle,
    NeedReason,
    RelayState,
    RelayTo,
    TransitAccess,
    Transport,
    Vehicle,
    Zone,
)
from protocol.kinds.follow_ups import Theme
from protocol.kinds.people import Job
from protocol.kinds.persons import Discretion, Sex
from protocol.kinds.programmes import StepState
from tools.demo.daily_texts import DailyTexts
from tools.demo.days import at, working_day
from tools.demo.story import (
    Accompaniment,
    Asked,
    Call,
    Care,
    Diagnosis,
    Dossier,
    Meeting,
    Outcome,
    Settled,
    Story,
)

_CALLED, _HANDED, _CER = 0.7, 0.3, 0.3
_STILL_OPEN_DAYS, _SETTLED_LATELY = 25, 0.6
_STATES = (StepState.DONE,) * 8 + (StepState.ABANDONED, StepState.CANCELLED)
_NEEDS = {Job.MOBILITY_ADVISOR: 0.25, Job.NURSE: 0.1, Job.REFERENT: 0.02}
_RELAYS = {Job.PSYCHOLOGIST: 0.035, Job.NURSE: 0.05, Job.REFERENT: 0.006}
_ANSWER_DAYS, _GIVEN_UP = (9, 42), 70
_LICENCES = {
    Licence.NONE: 30,
    Licence.CODE_ONGOING: 15,
    Licence.CODE_OBTAINED: 12,
    Licence.B: 28,
    Licence.SUSPENDED: 8,
    Licence.FOREIGN: 7,
}


def recorded(story: Story, seed: int) -> Story:
    """Return the story with what each profession records."""
    trades = _Trades(story, seed)
    return replace(story, dossiers=tuple(trades.of(dossier) for dossier in story.dossiers))


class _Trades:
    """Holds what is drawn from."""

    def __init__(self, story: Story, seed: int) -> None:
        self._random = Random(f"{seed} trades")
        self._texts = DailyTexts(self._random)
        self._today = story.today
        self._jobs = {colleague.name: colleague.job for colleague in story.team}

    def of(self, dossier: Dossier) -> Dossier:
        return replace(dossier, parts=tuple(self._part(dossier, part) for part in dossier.parts))

    def _part(self, dossier: Dossier, part: Accompaniment) -> Accompaniment:
        job, sex = self._jobs[part.professional], dossier.person.sex
        meetings = list(self._with_details(dossier, part, job))
        if job is Job.MOBILITY_ADVISOR:
            meetings = self._diagnosed(meetings, sex)
        return replace(part, meetings=tuple(meetings))

    def _with_details(self, dossier: Dossier, part: Accompaniment, job: Job) -> Iterator[Meeting]:
        following = (*part.meetings[1:], None)
        for meeting, after in zip(part.meetings, following, strict=False):
            if meeting.outcome is Outcome.WRITTEN:
                yield self._written(meeting, after, job, dossier.person.sex)
            elif meeting.status is AppointmentStatus.NO_SHOW:
                yield replace(meeting, calls=self._calls(meeting, after, dossier))
            else:
                yield self._ahead(meeting, job)

    def _written(self, meeting: Meeting, after: Meeting | None, job: Job, sex: Sex) -> Meeting:
        random, words = self._random, meeting.words
        has_need = random.random() < _NEEDS.get(job, 0)
        has_relay = random.random() < _RELAYS.get(job, 0)
        return replace(
            meeting,
            step=self._settled(meeting, after) if words and words.next_step else None,
            care=self._care(sex) if job is Job.NURSE else None,
            need=self._need(job) if has_need else None,
            relay=self._relay(meeting, job, sex) if has_relay else None,
            is_handed_out=bool(words and words.for_person) and random.random() < _HANDED,
        )

    def _ahead(self, meeting: Meeting, job: Job) -> Meeting:
        signs = job is Job.REFERENT and meeting.motive is None and self._random.random() < _CER
        return replace(meeting, motive=Motive.CER_SIGNATURE) if signs else meeting

    # -- what was agreed ------------------------------------------------------------------------

    def _settled(self, meeting: Meeting, after: Meeting | None) -> Settled | None:
        """Said when they next met, or when its day came; the recent ones partly go on."""
        random, words = self._random, meeting.words
        due = words.next_step_due if words else None
        moments = [at(working_day(due), 17, 20)] if due else []
        if after is not None and after.outcome is not Outcome.AHEAD:
            moments.append(after.starts_at + timedelta(minutes=after.minutes))
        now = at(self._today, 8)
        moments = [moment for moment in moments if meeting.starts_at < moment < now]
        state = random.choice(_STATES)
        is_settled = random.random() < _SETTLED_LATELY
        if not moments:
            return None
        recently = now - timedelta(days=_STILL_OPEN_DAYS)
        return Settled(min(moments), state) if min(moments) < recently or is_settled else None

    def _calls(self, meeting: Meeting, after: Meeting | None, dossier: Dossier) -> tuple[Call, ...]:
        random = self._random
        called_on = meeting.starts_at.date() + timedelta(days=random.randrange(1, 4))
        moment = at(working_day(called_on), 11, 40)
        is_called = random.random() < _CALLED
        medium = random.choice((CallMedium.PHONE, CallMedium.PHONE, CallMedium.SMS))
        outcome = (
            CallOutcome.REBOOKED
            if after
            else random.choice((CallOutcome.NO_ANSWER, CallOutcome.NO_ANSWER, CallOutcome.MESSAGE))
        )
        if dossier.person.discretion is Discretion.DANGER:
            medium = CallMedium.PHONE
            outcome = CallOutcome.REBOOKED if after else CallOutcome.NO_ANSWER
        if not is_called or moment >= at(self._today, 8):
            return ()
        return (Call(moment, medium, outcome),)

    # -- professions ----------------------------------------------------------------------------

    def _care(self, sex: Sex) -> Care:
        random = self._random
        place = random.choice(list(CarePlace))
        transport = random.choice(
            (Transport.SERVICE, Transport.SERVICE, Transport.PUBLIC, Transport.PERSON)
        )
        outcome = random.choices(list(CareOutcome), (70, 12, 4, 8, 6))[0]
        rights = place is CarePlace.CPAM
        return Care(
            purpose=CarePurpose.RIGHTS if rights else CarePurpose.CARE_VISIT,
            place=place,
            transport=transport,
            kilometres=random.randrange(6, 74) if transport is Transport.SERVICE else None,
            outcome=outcome,
            obstacle=self._texts.draw("care", "obstacle", sex=sex),
        )

    def _need(self, job: Job) -> tuple[Theme, NeedReason]:
        theme = (
            Theme.MOBILITY
            if job is Job.MOBILITY_ADVISOR
            else self._random.choice((Theme.HEALTH, Theme.HOUSING, Theme.CHILDCARE, Theme.LANGUAGE))
        )
        return theme, self._random.choice(list(NeedReason)[:6])

    def _relay(self, meeting: Meeting, job: Job, sex: Sex) -> Asked:
        random = self._random
        towards = {
            Job.PSYCHOLOGIST: (RelayTo.CMP, RelayTo.CMP, RelayTo.PLIE, RelayTo.DOCTOR),
            Job.NURSE: (RelayTo.CSAPA, RelayTo.DOCTOR),
        }.get(job, (RelayTo.SOCIAL,))
        to = random.choice(towards)
        state = random.choices(
            (RelayState.ACCEPTED, RelayState.REFUSED, RelayState.NO_ANSWER), (60, 15, 25)
        )[0]
        days = random.randrange(*_ANSWER_DAYS) if state is not RelayState.NO_ANSWER else _GIVEN_UP
        request = self._texts.draw("relay", "request", to.value, sex=sex)
        answered = at(working_day(meeting.starts_at.date() + timedelta(days=days)), 10, 25)
        if answered >= at(self._today, 8):
            return Asked(to, request, RelayState.SENT)
        if state is RelayState.NO_ANSWER:
            return Asked(to, request, state, answered)
        answer = self._texts.draw("relay", "answer", state.value, sex=sex)
        return Asked(to, request, state, answered, answer)

    def _diagnosed(self, meetings: list[Meeting], sex: Sex) -> list[Meeting]:
        """A diagnosis at the first meeting, reviewed at the third."""
        held = [i for i, meeting in enumerate(meetings) if meeting.outcome is Outcome.WRITTEN]
        if not held:
            return meetings
        first = self._diagnosis(sex)
        found = [*meetings]
        found[held[0]] = replace(meetings[held[0]], diagnosis=first)
        if len(held) > 2:
            reviewed = replace(
                first,
                licence=Licence.CODE_OBTAINED
                if first.licence is Licence.CODE_ONGOING
                else first.licence,
                vehicle=Vehicle.EBIKE if first.vehicle is Vehicle.NONE else first.vehicle,
                max_kilometres=first.max_kilometres + 6,
                obstacles=frozenset(sorted(first.obstacles)[1:]),
                synthesis=self._texts.draw("mobility", "synthesis", sex=sex),
            )
            found[held[2]] = replace(meetings[held[2]], diagnosis=reviewed)
        return found

    def _diagnosis(self, sex: Sex) -> Diagnosis:
        random = self._random
        licence = random.choices(list(_LICENCES), list(_LICENCES.values()))[0]
        drives = licence in (Licence.B, Licence.FOREIGN)
        without = (Vehicle.NONE, Vehicle.NONE, Vehicle.BIKE, Vehicle.TWO_WHEELS)
        kilometres = random.randrange(4, 34, 2)
        return Diagnosis(
            licence=licence,
            vehicle=random.choice(
                (Vehicle.OWN, Vehicle.SHARED, Vehicle.OUT_OF_ORDER) if drives else without
            ),
            transit=random.choice(list(TransitAccess)),
            max_kilometres=kilometres,
            max_minutes=10 + 2 * kilometres,
            zone=Zone.COMMUNE if kilometres < 8 else Zone.DEPARTEMENT,
            obstacles=frozenset(random.sample(list(MobilityObstacle), random.randrange(1, 4))),
            monthly_budget=random.randrange(0, 130, 10),
            answers=frozenset(random.sample(list(MobilityAnswer), random.randrange(1, 4))),
            synthesis=self._texts.draw("mobility", "synthesis", sex=sex),
        )

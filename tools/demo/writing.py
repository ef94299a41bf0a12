"""Tells the story to a laptop through its services, act after act, its clock turned by hand."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import partial

from desktop.app.session import Services
from desktop.services.appointments import Plan
from desktop.services.follow_up_form import FollowUpForm
from desktop.services.lease import LEASE_ENDS_DAYS
from desktop.services.persons import NewPerson
from desktop.services.workplace import Workplace
from protocol.ids import (
    AppointmentId,
    FollowUpId,
    PersonId,
    PlaceId,
    ProfessionalId,
    ProgrammeId,
    RecordId,
    SessionId,
)
from protocol.kinds.agenda import AppointmentStatus
from protocol.kinds.follow_ups import Medium
from protocol.kinds.persons import IdentifierScheme, PersonStatus
from tools.demo.days import TurnedClock, at, previous_working_day
from tools.demo.recording import Recorder, facts_of
from tools.demo.story import Accompaniment, Call, Dossier, Meeting, Outcome, Story, Words, Workshop

_AWAY = timedelta(days=LEASE_ENDS_DAYS - 1)
"""Between two returns to the office; in one transaction, since each waits for the disk."""
_BEFORE = timedelta(days=8)
"""How long before a workshop its places are given."""


@dataclass(frozen=True)
class _Act:
    """Something to do at a moment."""

    at: datetime
    order: int
    do: Callable[[], None]


class Writer:
    """Writes on one laptop what its owner did; ``known`` gives persons by number of dossier."""

    def __init__(
        self,
        name: str,
        workplace: Workplace,
        services: Services,
        clock: TurnedClock,
        known: dict[int, PersonId],
    ) -> None:
        self._name = name
        self._workplace = workplace
        self._services = services
        self._clock = clock
        self._known = known
        self._places = {line.name: PlaceId(line.id) for line in services.directory.places()}
        self._colleagues = {
            colleague.name: ProfessionalId(colleague.id)
            for colleague in services.directory.colleagues().values()
        }
        self._recorder = Recorder(workplace, services, self._places, known)
        # By number of dossier, then by rank of the meeting: what later acts are about.
        self._next: dict[int, AppointmentId] = {}
        self._missed: dict[tuple[int, int], AppointmentId] = {}
        self._steps: dict[tuple[int, int], RecordId] = {}
        self._relays: dict[tuple[int, int], RecordId] = {}
        self._waits: dict[int, RecordId] = {}
        self._programmes: dict[int, ProgrammeId] = {}
        self._sessions: dict[datetime, SessionId] = {}
        self._given: dict[datetime, tuple[RecordId, ...]] = {}

    def write(self, story: Story, come_home: Callable[[], None]) -> int:
        """Write everything this person did, in the order of time; return how many acts.

        She comes home every fourth week, as a laptop that writes must.
        """
        acts = [act for dossier in story.dossiers for act in self._acts(dossier)]
        acts += self._frame(story)
        acts.sort(key=lambda act: (act.at, act.order))
        for together in _stretches(acts):
            self._clock.moment = together[0].at
            come_home()
            with self._workplace.work():  # the services' own transactions join this one
                for act in together:
                    self._clock.moment = act.at
                    act.do()
        return len(acts)

    def _frame(self, story: Story) -> Iterator[_Act]:
        """Permanences, absences, kilometres, workshops: what is in nobody's dossier."""
        recorder = self._recorder
        for opening in story.openings:
            if opening.professional == self._name:
                yield _Act(at(opening.first, 8, 40), 0, partial(recorder.open, opening))
        for leave in story.leaves:
            if leave.professional == self._name:
                yield _Act(leave.known_at, 0, partial(recorder.leave, leave))
        for drive in story.drives:
            if drive.professional == self._name:
                yield _Act(drive.noted_at, 0, partial(recorder.drive, drive))
        now = at(previous_working_day(story.today), 16, 55)
        for workshop in story.workshops:
            if workshop.professional == self._name:
                yield from self._gathering(workshop, now)

    def _gathering(self, workshop: Workshop, now: datetime) -> Iterator[_Act]:
        given, over = workshop.starts_at - _BEFORE, workshop.starts_at + timedelta(hours=2)
        yield _Act(workshop.announced_at, 1, partial(self._announce, workshop))
        yield _Act(min(given, now), 2, partial(self._register, workshop))
        if over < now:
            yield _Act(over, 3, partial(self._call_the_roll, workshop))

    def _acts(self, dossier: Dossier) -> Iterator[_Act]:
        order = dossier.number * 1_000
        if dossier.opened_by == self._name:
            yield _Act(dossier.opened_at, order, partial(self._open, dossier))
            for rank, part in enumerate(dossier.parts, start=1):
                if part.professional != self._name:
                    welcome = partial(self._welcome, dossier, part)
                    yield _Act(part.joined_at, order + rank, welcome)
        mine = dossier.part_of(self._name)
        if mine is not None:
            yield from self._accompany(dossier, mine, order + 10)
        if dossier.inactive_since and dossier.opened_by == self._name:
            yield _Act(dossier.inactive_since, order + 999, partial(self._close, dossier))

    def _accompany(self, dossier: Dossier, mine: Accompaniment, order: int) -> Iterator[_Act]:
        if mine.wait is not None:
            yield _Act(mine.joined_at, order, partial(self._wait, dossier, mine))
        if not mine.begins_unplanned and mine.meetings:
            yield _Act(mine.arranged_at, order + 1, partial(self._arrange, dossier, mine))
        for index, meeting in enumerate(mine.meetings):
            if meeting.outcome not in (Outcome.AHEAD, Outcome.LEFT_OPEN):
                ends = meeting.starts_at + timedelta(minutes=meeting.minutes - 3)
                yield _Act(ends, order + 2 + index, partial(self._hold, dossier, mine, index))
            yield from self._aftermath(dossier, meeting, index, order + 200)
        programme = mine.engagement
        for moment in programme.renewed_at if programme else ():
            yield _Act(moment, order + 300, partial(self._renew, dossier))
        if programme and programme.ended_at:
            yield _Act(programme.ended_at, order + 301, partial(self._end, dossier, mine))

    def _aftermath(
        self, dossier: Dossier, meeting: Meeting, index: int, order: int
    ) -> Iterator[_Act]:
        """What is said later of a meeting."""
        for call in meeting.calls:
            yield _Act(call.at, order, partial(self._call, dossier, call, index))
        if meeting.step is not None:
            yield _Act(meeting.step.at, order + 1, partial(self._settle, dossier, meeting, index))
        if meeting.relay is not None and meeting.relay.answered_at is not None:
            said = partial(self._answer, dossier, meeting, index)
            yield _Act(meeting.relay.answered_at, order + 2, said)

    # -- acts -----------------------------------------------------------------------------------

    def _open(self, dossier: Dossier) -> None:
        invented = dossier.person
        persons = self._services.persons
        made = persons.create(
            NewPerson(
                birth_name=invented.birth_name,
                usual_name=invented.usual_name,
                first_name=invented.first_name,
                birth_date=invented.birth_date,
                commune=invented.commune,
                postal_code=invented.postal_code,
                phone1=invented.phone,
                request=dossier.request,
                sex=invented.sex,
                language=invented.language,
                interpreter_needed=invented.interpreter_needed,
                contact_preference=invented.contact_preference,
                discretion=invented.discretion,
            )
        ).value
        self._known[dossier.number] = made
        person = persons.sheet(made).person
        persons.edit(replace(person, entry_source=invented.entry_source))
        if invented.caf_number is not None:
            persons.set_identifier(made, IdentifierScheme.CAF, invented.caf_number)

    def _welcome(self, dossier: Dossier, part: Accompaniment) -> None:
        colleague = self._colleagues[part.professional]
        self._services.persons.welcome(self._known[dossier.number], colleague, part.role)

    def _wait(self, dossier: Dossier, part: Accompaniment) -> None:
        if part.wait is not None:
            waiting = self._recorder.wait(dossier.number, part.wait, part.motive)
            self._waits[dossier.number] = waiting

    def _arrange(self, dossier: Dossier, part: Accompaniment) -> None:
        self._plan(dossier, part, part.meetings[0])
        waiting = self._waits.pop(dossier.number, None)
        if waiting is not None:
            self._recorder.serve(waiting, self._next[dossier.number])

    def _hold(self, dossier: Dossier, part: Accompaniment, index: int) -> None:
        meeting, number = part.meetings[index], dossier.number
        planned = self._next.pop(number, None)
        if meeting.outcome is Outcome.MISSED:
            if planned is not None:
                self._services.appointments.qualify(planned, meeting.status)
                self._missed[number, index] = planned
        else:
            form = self._form(dossier, part, meeting, planned)
            if meeting.outcome is Outcome.DRAFT:
                self._services.follow_ups.autosave(form)
                return
            self._finish(dossier, meeting, index, form)
            self._engage(dossier, part, meeting)
        if index + 1 < len(part.meetings):
            self._plan(dossier, part, part.meetings[index + 1])

    def _finish(self, dossier: Dossier, meeting: Meeting, index: int, form: FollowUpForm) -> None:
        done = self._services.follow_ups.finish(form)
        agreed = [touched.id for touched in done.touched if touched.kind == "step"]
        if agreed:
            self._steps[dossier.number, index] = RecordId(agreed[0])
        relay = self._recorder.after(dossier.number, meeting, done.value)
        if relay is not None:
            self._relays[dossier.number, index] = relay

    def _engage(self, dossier: Dossier, part: Accompaniment, meeting: Meeting) -> None:
        programme = part.engagement
        if programme and meeting.starts_at.date() == programme.started_on:
            started = self._recorder.start(dossier.number, programme)
            self._programmes[dossier.number] = started

    def _renew(self, dossier: Dossier) -> None:
        self._recorder.renew(self._programmes[dossier.number])

    def _end(self, dossier: Dossier, part: Accompaniment) -> None:
        if part.engagement is not None:
            self._recorder.end(self._programmes.pop(dossier.number), part.engagement)

    def _call(self, dossier: Dossier, call: Call, index: int) -> None:
        self._recorder.call(dossier.number, self._missed[dossier.number, index], call)

    def _settle(self, dossier: Dossier, meeting: Meeting, index: int) -> None:
        if meeting.step is not None:
            step = self._steps[dossier.number, index]
            self._services.engagements.steps.set_state(step, meeting.step.state)

    def _answer(self, dossier: Dossier, meeting: Meeting, index: int) -> None:
        if meeting.relay is not None:
            self._recorder.answer(self._relays[dossier.number, index], meeting.relay)

    def _announce(self, workshop: Workshop) -> None:
        self._sessions[workshop.starts_at] = self._recorder.announce(workshop)

    def _register(self, workshop: Workshop) -> None:
        session = self._sessions[workshop.starts_at]
        self._given[workshop.starts_at] = self._recorder.register(workshop, session)

    def _call_the_roll(self, workshop: Workshop) -> None:
        self._recorder.call_the_roll(workshop, self._given[workshop.starts_at])

    def _close(self, dossier: Dossier) -> None:
        person = self._services.persons.sheet(self._known[dossier.number]).person
        self._services.persons.edit(replace(person, status=PersonStatus.INACTIVE))

    # -- inside ---------------------------------------------------------------------------------

    def _plan(self, dossier: Dossier, part: Accompaniment, meeting: Meeting) -> None:
        done = self._services.appointments.plan(
            Plan(
                person=self._known[dossier.number],
                starts_at=meeting.starts_at,
                minutes=meeting.minutes,
                place=self._places[meeting.place],
                motive=meeting.motive or part.motive,
                programme=self._programmes.get(dossier.number),
            )
        )
        self._next[dossier.number] = done.value

    def _form(
        self,
        dossier: Dossier,
        part: Accompaniment,
        meeting: Meeting,
        planned: AppointmentId | None,
    ) -> FollowUpForm:
        """Return what was typed. Nothing is asked of the laptop: the story knows the rest."""
        words = meeting.words or Words("", frozenset())
        return FollowUpForm(
            target=FollowUpId(self._workplace.new_id()),
            person=self._known[dossier.number],
            appointment=planned,
            place=self._places[meeting.place],
            starts_at=meeting.starts_at,
            minutes=meeting.minutes,
            presence=AppointmentStatus.ATTENDED,
            medium=part.medium if planned else Medium.WALK_IN,
            themes=words.themes,
            summary=words.summary,
            clinical=words.clinical,
            for_person=words.for_person,
            person_words=words.person_words,
            next_step=words.next_step,
            next_step_due=words.next_step_due,
            next_step_owner=words.next_step_owner,
            orientation=words.orientation,
            care=facts_of(meeting.care),
        )


def _stretches(acts: Sequence[_Act]) -> Iterator[list[_Act]]:
    """Cut a life into what is written between two returns to the office."""
    together: list[_Act] = []
    for act in acts:
        if together and act.at - together[0].at > _AWAY:
            yield together
            together = []
        together.append(act)
    if together:
        yield together

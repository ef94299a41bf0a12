"""Tells the story to a laptop through its services, act after act, its clock turned by hand."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import partial

from desktop.app.session import Services
from desktop.domain.touched import Touched
from desktop.services.appointments import Plan
from desktop.services.follow_up_form import FollowUpForm
from desktop.services.persons import NewPerson
from desktop.services.workplace import Workplace
from protocol.ids import AppointmentId, PersonId, PlaceId, ProfessionalId
from protocol.kinds.follow_ups import Medium
from protocol.kinds.persons import IdentifierScheme, PersonStatus
from tools.demo.days import TurnedClock
from tools.demo.story import Accompaniment, Dossier, Meeting, Outcome, Story, Words

_AWAY = timedelta(days=20)
"""Between two returns to the office; in one transaction, since each waits for the disk."""


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
        self._next: dict[int, AppointmentId] = {}

    def write(self, story: Story, come_home: Callable[[], None]) -> int:
        """Write everything this person did, in the order of time; return how many acts.

        She comes home every third week, as a laptop that writes must.
        """
        acts = sorted(
            (act for dossier in story.dossiers for act in self._acts(dossier)),
            key=lambda act: (act.at, act.order),
        )
        for together in _stretches(acts):
            self._clock.moment = together[0].at
            come_home()
            with self._workplace.work():  # the services' own transactions join this one
                for act in together:
                    self._clock.moment = act.at
                    act.do()
        return len(acts)

    def _acts(self, dossier: Dossier) -> Iterator[_Act]:
        order = dossier.number * 100
        if dossier.opened_by == self._name:
            yield _Act(dossier.opened_at, order, partial(self._open, dossier))
            for rank, part in enumerate(dossier.parts, start=1):
                if part.professional != self._name:
                    welcome = partial(self._welcome, dossier, part)
                    yield _Act(part.joined_at, order + rank, welcome)
        mine = dossier.part_of(self._name)
        if mine is None or not mine.meetings:
            return
        if not mine.begins_unplanned:
            yield _Act(mine.arranged_at, order + 10, partial(self._arrange, dossier, mine))
        for index, meeting in enumerate(mine.meetings):
            if meeting.outcome not in (Outcome.AHEAD, Outcome.LEFT_OPEN):
                ends = meeting.starts_at + timedelta(minutes=meeting.minutes - 3)
                yield _Act(ends, order + 11 + index, partial(self._hold, dossier, mine, index))
        if dossier.inactive_since and dossier.opened_by == self._name:
            yield _Act(dossier.inactive_since, order + 99, partial(self._close, dossier))

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
            )
        ).value
        self._known[dossier.number] = made
        persons.edit(
            replace(
                persons.sheet(made).person,
                sex=invented.sex,
                language=invented.language,
                interpreter_needed=invented.interpreter_needed,
                contact_preference=invented.contact_preference,
                discretion=invented.discretion,
                entry_source=invented.entry_source,
            )
        )
        if invented.caf_number is not None:
            persons.set_identifier(made, IdentifierScheme.CAF, invented.caf_number)

    def _welcome(self, dossier: Dossier, part: Accompaniment) -> None:
        colleague = self._colleagues[part.professional]
        self._services.persons.welcome(self._known[dossier.number], colleague, part.role)

    def _arrange(self, dossier: Dossier, part: Accompaniment) -> None:
        self._plan(dossier, part, part.meetings[0])

    def _hold(self, dossier: Dossier, part: Accompaniment, index: int) -> None:
        meeting = part.meetings[index]
        following = part.meetings[index + 1] if index + 1 < len(part.meetings) else None
        if meeting.outcome is Outcome.MISSED:
            self._services.appointments.qualify(self._next[dossier.number], meeting.status)
            if following is not None:
                self._plan(dossier, part, following)
            return
        form = self._form(dossier, part, meeting)
        if meeting.outcome is Outcome.DRAFT:
            self._services.follow_ups.autosave(form)
            return
        if following is not None:
            form = replace(
                form,
                next_at=following.starts_at,
                next_place=self._places[following.place],
            )
        done = self._services.follow_ups.finish(replace(form, minutes=meeting.minutes))
        self._remember(dossier, done.touched)

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
                motive=part.motive,
            )
        )
        self._next[dossier.number] = done.value

    def _remember(self, dossier: Dossier, touched: frozenset[Touched]) -> None:
        """Keep the identifier of the appointment that finishing made, if it made one."""
        held = self._next.pop(dossier.number, None)
        made = [x.id for x in touched if x.kind == "appointment" and x.id != held]
        if made:
            self._next[dossier.number] = AppointmentId(made[0])

    def _form(self, dossier: Dossier, part: Accompaniment, meeting: Meeting) -> FollowUpForm:
        form = self._services.follow_ups.begin(
            self._known[dossier.number], self._next.get(dossier.number)
        )
        words = meeting.words or Words("", frozenset())
        planned = part.medium if form.appointment else Medium.WALK_IN
        return replace(
            form,
            place=self._places[meeting.place],
            starts_at=meeting.starts_at,
            minutes=meeting.minutes,
            medium=planned,
            themes=words.themes,
            summary=words.summary,
            clinical=words.clinical,
            for_person=words.for_person,
            person_words=words.person_words,
            next_step=words.next_step,
            next_step_due=words.next_step_due,
            next_step_owner=words.next_step_owner,
            orientation=words.orientation,
            next_at=None,
            next_place=None,
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

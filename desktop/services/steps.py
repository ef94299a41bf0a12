"""Steps agreed with a person: who does what (« vous », « nous ») and by when."""

from dataclasses import dataclass, replace
from datetime import date

from desktop.config.clock import paris
from desktop.services.directory import Colleague, Directory
from desktop.services.done import Done
from desktop.services.dossiers import OF_THESE, Dossiers, these
from desktop.services.errors import InvalidInput, NotFound
from desktop.services.persons import shown_name
from desktop.services.workplace import UnitOfWork, Workplace
from protocol.ids import FollowUpId, PersonId, ProfessionalId, RecordId
from protocol.kinds.declare import spec_of
from protocol.kinds.follow_ups import FollowUp, StepOwner
from protocol.kinds.people import Job
from protocol.kinds.programmes import Step, StepState
from protocol.values import clean_text

GOING_ON = (StepState.PLANNED, StepState.ONGOING, StepState.WAITING)
"""States of what is still to be done."""
OVERDUE_READ = 50
"""Overdue steps told at once: whoever has more will not read them in one morning."""
OVERDUE = """("state" IN ('planned', 'ongoing', 'waiting') OR "state" IS NULL)
    AND "due_on" < ? AND "professional" = ?"""
"""What is late, found by ``step_by_professional``."""


@dataclass(frozen=True, slots=True)
class StepLine:
    """A step in a dossier."""

    id: RecordId
    text: str
    owner: StepOwner
    due_on: date | None
    state: StepState
    done_on: date | None
    agreed_with: Colleague
    mine: bool
    """Whether I agreed it."""
    is_late: bool


@dataclass(frozen=True, slots=True)
class OverdueLine:
    """A step whose day has gone by."""

    id: RecordId
    person: PersonId
    name: str
    text: str
    owner: StepOwner
    due_on: date


class Steps:
    """Reads and writes steps."""

    def __init__(self, workplace: Workplace, directory: Directory) -> None:
        self._workplace = workplace
        self._records = workplace.store.records
        self._directory = directory
        self._dossiers = Dossiers(workplace)

    def of_person(self, person: PersonId) -> list[StepLine]:
        """Return what was agreed with somebody: what goes on first, the most pressing at the top.

        What is over comes after, the latest first.
        """
        found = self._records.select(
            Step,
            OF_THESE,
            (these(self._dossiers.all_of(person)),),
            order='"due_on" IS NULL, "due_on", "created_at", "id"',
        )
        colleagues = self._directory.colleagues()
        lines = [self._line(step, colleagues) for step in found]
        going_on = [line for line in lines if line.state in GOING_ON]
        over = [line for line in lines if line.state not in GOING_ON]
        over.sort(key=lambda line: line.done_on or line.due_on or date.min, reverse=True)
        return going_on + over

    def overdue(self) -> list[OverdueLine]:
        """Return the late steps that I agreed with somebody, the oldest first."""
        found = self._records.select(
            Step,
            OVERDUE,
            (self._today().isoformat(), self._workplace.me),
            order='"due_on", "id"',
            limit=OVERDUE_READ,
        )
        together = self._dossiers.together()
        lines = []
        for step in found:
            person = PersonId(together.kept_of(step.person))
            named = shown_name(self._workplace, person)
            if named and step.due_on is not None:
                lines.append(
                    OverdueLine(step.id, person, named, step.text, step.owner, step.due_on)
                )
        return lines

    def agree(
        self, person: PersonId, text: str, owner: StepOwner, due_on: date | None
    ) -> Done[RecordId]:
        """Write down what was agreed; raise ``InvalidInput``."""
        with self._workplace.work() as work:
            made = self.add(work, person, text, owner, due_on)
        return Done(made, work.touched)

    def add(
        self,
        work: UnitOfWork,
        person: PersonId,
        text: str,
        owner: StepOwner,
        due_on: date | None,
        follow_up: FollowUpId | None = None,
    ) -> RecordId:
        """Same, inside a larger piece of work."""
        words = clean_text(text).strip()
        if not words:
            raise InvalidInput("text", "missing")
        if len(words) > spec_of(Step).by_name["text"].limit:
            raise InvalidInput("text", "too_long")
        rid = RecordId(self._workplace.new_id())
        work.save(
            Step(
                id=rid,
                created_at=self._workplace.clock.now(),
                created_by=self._workplace.me,
                person=self._dossiers.kept(person),
                professional=ProfessionalId(self._workplace.me),
                follow_up=follow_up,
                text=words,
                owner=owner,
                due_on=due_on,
            )
        )
        return rid

    def follow(self, work: UnitOfWork, written: FollowUp) -> None:
        """Keep the step that a follow-up agrees, as its author last wrote it."""
        person, follow_up = these((written.person,)), written.id
        found = self._records.select(Step, f'{OF_THESE} AND "follow_up" = ?', (person, follow_up))
        known, text = found[0] if found else None, written.next_step or ""
        owner, due_on = written.next_step_owner or StepOwner.BOTH, written.next_step_due
        if known is None:
            same = self._said_before(person, text) if text else None
            if same is not None:
                # Agreed at an earlier meeting and still going on: told again, not promised twice.
                work.save(replace(same, owner=owner, due_on=due_on or same.due_on))
            elif text:
                self.add(work, written.person, text, owner, due_on, FollowUpId(follow_up))
        elif not text:
            if known.state in GOING_ON:
                work.save(replace(known, state=StepState.CANCELLED))
        else:
            again = known.state is StepState.CANCELLED
            state = StepState.PLANNED if again else known.state
            work.save(replace(known, text=text, owner=owner, due_on=due_on, state=state))

    def _said_before(self, person: str, text: str) -> Step | None:
        """Return the same step, in the same words, that I agreed before and that goes on."""
        mine = self._records.select(
            Step, f'{OF_THESE} AND "professional" = ?', (person, self._workplace.me)
        )
        words = clean_text(text).strip().casefold()
        return next(
            (it for it in mine if it.state in GOING_ON and it.text.casefold() == words), None
        )

    def set_state(self, step: RecordId, state: StepState) -> Done[StepState]:
        """Say where a step stands; return where it stood. Raise ``NotFound``."""
        known = self._records.get(Step, step)
        if known is None:
            raise NotFound
        done_on = self._today() if state is StepState.DONE else None
        with self._workplace.work() as work:
            work.save(replace(known, state=state, done_on=done_on))
        return Done(known.state, work.touched)

    def take_back(self, step: RecordId) -> Done[None]:
        """Remove a step just written."""
        with self._workplace.work() as work:
            work.delete(Step, step)
        return Done(None, work.touched)

    def _line(self, step: Step, colleagues: dict[str, Colleague]) -> StepLine:
        unknown = Colleague("", "", Job.REFERENT, active=False)
        late = step.due_on is not None and step.due_on < self._today() and step.state in GOING_ON
        return StepLine(
            id=step.id,
            text=step.text,
            owner=step.owner,
            due_on=step.due_on,
            state=step.state,
            done_on=step.done_on,
            agreed_with=colleagues.get(step.professional, unknown),
            mine=step.professional == self._workplace.me,
            is_late=late,
        )

    def _today(self) -> date:
        return paris(self._workplace.clock.now()).date()

"""Follow-ups: started from an appointment, typed with autosave, finished in one transaction."""

from dataclasses import dataclass, replace
from datetime import datetime

from desktop.services.appointments import USUAL_MINUTES, Appointments, Plan
from desktop.services.care import Care
from desktop.services.circles import Circles
from desktop.services.clinical_notes import ClinicalNotes
from desktop.services.corrections import CorrectionLine, Corrections
from desktop.services.directory import Colleague, Directory
from desktop.services.done import Done
from desktop.services.dossiers import OF_THESE, Dossiers, these
from desktop.services.drafts import keep_draft
from desktop.services.errors import NotAllowed, NotFound
from desktop.services.follow_up_form import (
    FollowUpForm,
    check_form,
    form_from_json,
    form_to_json,
)
from desktop.services.persons import shown_name
from desktop.services.steps import Steps
from desktop.services.timeline import Timeline, TimelineLine
from desktop.services.workplace import Workplace
from protocol.ids import AppointmentId, FollowUpId, PersonId, RecordId
from protocol.kinds.agenda import Appointment, AppointmentStatus, Motive
from protocol.kinds.follow_ups import (
    Draft,
    DraftOf,
    FollowUp,
    Medium,
)
from protocol.values import clean_text, instant_to_wire

_OURS = f"\"subject\" = '{DraftOf.FOLLOW_UP}'"
"""Drafts of follow-ups, among those of everything that is typed."""


@dataclass(frozen=True, slots=True)
class FollowUpSheet:
    """What opening the editor brings."""

    form: FollowUpForm
    person_name: str
    readers: tuple[Colleague, ...]
    """Who will read the shared summary, beside me."""
    draft_saved_at: datetime | None
    """When there is an unfinished draft: « Reprendre » shows ``form``, « Jeter » the original."""
    original: FollowUpForm
    """Without the draft: the defaults, or the follow-up as it was finished."""
    is_new: bool
    motive: Motive


@dataclass(frozen=True, slots=True)
class DraftLine:
    """An unfinished follow-up."""

    id: RecordId
    target: FollowUpId
    person: PersonId
    person_name: str
    place_name: str
    starts_at: datetime
    saved_at: datetime


class FollowUps:
    """Reads and writes follow-ups."""

    def __init__(
        self,
        workplace: Workplace,
        directory: Directory,
        appointments: Appointments,
        notes: ClinicalNotes,
    ) -> None:
        self._workplace = workplace
        self._records = workplace.store.records
        self._directory = directory
        self._circles = Circles(workplace, directory)
        self._appointments = appointments
        self._notes = notes
        self._care = Care(workplace, directory)
        self._corrections = Corrections(workplace, directory)
        self._timeline = Timeline(workplace, directory, self._corrections)
        self._steps = Steps(workplace, directory)
        self._dossiers = Dossiers(workplace)

    # -- the editor ---------------------------------------------------------------------------

    def begin(
        self,
        person: PersonId,
        appointment: AppointmentId | None = None,
        medium: Medium = Medium.WALK_IN,
    ) -> FollowUpForm:
        """Return what a new follow-up starts with: place, time, motive from its appointment.

        ``medium`` is how people met when nothing was planned.
        """
        known = self._records.get(Appointment, appointment) if appointment else None
        now = self._workplace.clock.now()
        starts_at = known.starts_at if known else now.replace(second=0, microsecond=0)
        place = known.place if known else self._appointments.place_at(starts_at)
        return FollowUpForm(
            target=FollowUpId(self._workplace.new_id()),
            person=self._dossiers.kept(person),
            appointment=appointment,
            place=place,
            starts_at=starts_at,
            minutes=known.minutes if known else USUAL_MINUTES,
            presence=AppointmentStatus.ATTENDED,
            medium=Medium.PLANNED if known else medium,
            next_at=self._next(known) if known else None,
            next_place=place,
            care=self._care.preset(known.motive if known else self._unplanned(medium)),
        )

    def _unplanned(self, medium: Medium) -> Motive | None:
        """What a meeting that nobody planned was for, when how people met tells it."""
        return self._appointments.default_motive() if medium is Medium.EXTERNAL else None

    def _next(self, known: Appointment) -> datetime | None:
        """Return what to propose after an appointment; nothing when something is planned already.

        Nobody who drops in has asked for another meeting: none is proposed then.
        """
        if self._later(known.person, known.starts_at, AppointmentId(known.id)):
            return None
        return self._appointments.propose_next(known.person, known.starts_at, known.place)

    def open_new(
        self,
        person: PersonId,
        appointment: AppointmentId | None = None,
        medium: Medium = Medium.WALK_IN,
    ) -> FollowUpSheet:
        """Open the editor on a meeting: its draft or its follow-up if there is one, else new."""
        if appointment is not None:
            # In her dossiers: one in another would be written in, and is read by other people.
            done = self._records.select(
                FollowUp,
                f'{OF_THESE} AND "appointment" = ? AND "professional" = ?',
                (these(self._dossiers.all_of(person)), appointment, self._workplace.me),
            )
            if done:
                return self.open(FollowUpId(done[0].id))
        original = self.begin(person, appointment, medium)
        draft = self._draft_of_meeting(person, appointment)
        return self._sheet(original, draft, is_new=True)

    def open(self, follow_up: FollowUpId) -> FollowUpSheet:
        """Open one of my follow-ups to correct it; raise ``NotFound``, ``NotAllowed``."""
        known = self._records.get(FollowUp, follow_up)
        if known is None:
            draft = self._draft(follow_up)
            if draft is None:
                raise NotFound
            form = form_from_json(draft.content)
            original = replace(self.begin(form.person, form.appointment), target=form.target)
            return self._sheet(original, draft, is_new=True)
        if known.professional != self._workplace.me:
            raise NotAllowed("a follow-up is corrected by its author")
        return self._sheet(self._form(known), self._draft(follow_up), is_new=False)

    def autosave(self, form: FollowUpForm) -> Done[datetime]:
        """Keep what is being typed, on this laptop only; return when it was kept."""
        return keep_draft(
            self._workplace,
            self._draft(form.target),
            DraftOf.FOLLOW_UP,
            person=form.person,
            target=RecordId(form.target),
            content=form_to_json(form),
        )

    def discard(self, target: FollowUpId) -> Done[FollowUpForm | None]:
        """Throw a draft away; return what it held, so that the act can be undone by autosaving."""
        known = self._draft(target)
        self._workplace.unwritten.forget(target)
        if known is None:
            return Done(None)
        with self._workplace.work() as work:
            work.delete(Draft, known.id)
        return Done(form_from_json(known.content), work.touched)

    def finish(self, form: FollowUpForm) -> Done[FollowUpId]:
        """Write the follow-up, its sealed note, the appointment's outcome and the next one.

        One transaction: all of it, or the draft as it was. Raises ``InvalidInput``.
        """
        check_form(form)
        now = self._workplace.clock.now()
        known = self._records.get(FollowUp, form.target)
        if known is not None and known.professional != self._workplace.me:
            raise NotAllowed("a follow-up is corrected by its author")
        record = FollowUp(
            id=RecordId(form.target),
            created_at=known.created_at if known else now,
            created_by=known.created_by if known else self._workplace.me,
            person=known.person if known else self._dossiers.kept(form.person),
            professional=self._workplace.me,
            appointment=form.appointment,
            place=form.place,
            starts_at=form.starts_at,
            minutes=form.minutes,
            presence=form.presence,
            medium=form.medium,
            themes=form.themes,
            summary=_text(form.summary),
            for_person=_text(form.for_person),
            person_words=_text(form.person_words),
            next_step=_text(form.next_step),
            next_step_due=form.next_step_due,
            next_step_owner=form.next_step_owner,
            orientation=_text(form.orientation),
        )
        draft = self._draft(form.target)
        with self._workplace.work() as work:
            work.save(record)
            if known is not None:
                self._corrections.keep(work, known, record)
            self._notes.write(work, form.target, form.clinical)
            self._care.write(work, record, form.care)
            self._steps.follow(work, record)
            if form.appointment and self._records.get(Appointment, form.appointment):
                self._appointments.set_status(work, form.appointment, form.presence)
            if form.next_at is not None:
                motive = self._motive(form.appointment)
                self._appointments.add(
                    work, Plan(form.person, form.next_at, form.minutes, form.next_place, motive)
                )
            if draft is not None:
                work.delete(Draft, draft.id)
        return Done(form.target, work.touched)

    # -- reading ------------------------------------------------------------------------------

    def timeline(self, person: PersonId, *, limit: int = 50, offset: int = 0) -> list[TimelineLine]:
        """Return the follow-ups of a person, by everybody, latest first."""
        return self._timeline.of(person, limit=limit, offset=offset)

    def count(self, person: PersonId) -> int:
        """Return how many follow-ups a person has."""
        return self._timeline.count(person)

    def note(self, follow_up: FollowUpId) -> str:
        """Return my clinical note on a follow-up, or an empty text."""
        return self._notes.of(follow_up)

    def history(self, follow_up: FollowUpId) -> tuple[CorrectionLine, ...]:
        """Return what a follow-up said before each correction, the last one first."""
        return self._corrections.history(follow_up)

    def drafts(self) -> list[DraftLine]:
        """Return my unfinished follow-ups, latest first."""
        places = {place.id: place.name for place in self._directory.places()}
        together = self._dossiers.together()
        lines = []
        for draft in self._records.select(Draft, _OURS, order='"updated_at" DESC'):
            form = form_from_json(draft.content)
            person = PersonId(together.kept_of(draft.person))
            lines.append(
                DraftLine(
                    id=draft.id,
                    target=FollowUpId(draft.target),
                    person=person,
                    person_name=shown_name(self._workplace, person),
                    place_name=places.get(form.place, "") if form.place else "",
                    starts_at=form.starts_at,
                    saved_at=draft.updated_at,
                )
            )
        return lines

    def person_name(self, person: PersonId) -> str:
        """Return how the person is named on screens."""
        return shown_name(self._workplace, self._dossiers.kept(person))

    # -- inside -------------------------------------------------------------------------------

    def _sheet(self, original: FollowUpForm, draft: Draft | None, *, is_new: bool) -> FollowUpSheet:
        return FollowUpSheet(
            form=form_from_json(draft.content) if draft else original,
            person_name=self.person_name(original.person),
            readers=tuple(self._circles.readers(original.person)),
            draft_saved_at=draft.updated_at if draft else None,
            original=replace(original, target=FollowUpId(draft.target)) if draft else original,
            is_new=is_new,
            motive=self._motive(original.appointment),
        )

    def _form(self, known: FollowUp) -> FollowUpForm:
        target = FollowUpId(known.id)
        return FollowUpForm(
            target=target,
            person=known.person,
            appointment=known.appointment,
            place=known.place,
            starts_at=known.starts_at,
            minutes=known.minutes,
            presence=known.presence,
            medium=known.medium,
            themes=known.themes,
            summary=known.summary or "",
            clinical=self._notes.of(target),
            for_person=known.for_person or "",
            person_words=known.person_words or "",
            next_step=known.next_step or "",
            next_step_due=known.next_step_due,
            next_step_owner=known.next_step_owner,
            orientation=known.orientation or "",
            care=self._care.of_follow_up(target),
        )

    def _motive(self, appointment: AppointmentId | None) -> Motive:
        known = self._records.get(Appointment, appointment) if appointment else None
        return known.motive if known else self._appointments.default_motive()

    def _later(
        self, person: PersonId, after: datetime, but: AppointmentId | None
    ) -> list[Appointment]:
        return self._records.select(
            Appointment,
            f'{OF_THESE} AND "professional" = ? AND "starts_at" > ?'
            " AND coalesce(\"status\", 'planned') = 'planned'"
            ' AND "id" <> ?',
            (
                these(self._dossiers.all_of(person)),
                self._workplace.me,
                instant_to_wire(after),
                but or "",
            ),
        )

    def _draft(self, target: FollowUpId) -> Draft | None:
        found = self._records.select(Draft, f'{_OURS} AND "target" = ?', (target,))
        return found[0] if found else None

    def _draft_of_meeting(
        self, person: PersonId, appointment: AppointmentId | None
    ) -> Draft | None:
        drafts = self._records.select(
            Draft,
            f"{_OURS} AND {OF_THESE}",
            (these(self._dossiers.all_of(person)),),
            order='"updated_at" DESC',
        )
        for draft in drafts:
            finished = self._records.get(FollowUp, draft.target)
            if finished is None and form_from_json(draft.content).appointment == appointment:
                return draft
        return None


def _text(typed: str) -> str | None:
    return clean_text(typed).strip() or None

"""What is recorded beside the follow-ups, told to a laptop through its services."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from desktop.app.session import Services
from desktop.services.care import CareFacts
from desktop.services.permanences import OpeningForm, Repeat
from desktop.services.programmes import NewProgramme
from desktop.services.record_form import Values
from desktop.services.record_keeper import RecordSheet
from desktop.services.trips import TripForm
from desktop.services.waiting import Wait as NewWait
from desktop.services.workplace import Workplace
from desktop.services.workshops import NewSession
from protocol.ids import (
    AppointmentId,
    FollowUpId,
    PersonId,
    PlaceId,
    ProgrammeId,
    RecordId,
    SessionId,
)
from protocol.kinds.agenda import Motive
from protocol.kinds.care import RelayState, RelayTo
from protocol.kinds.people import Structure, StructureKind
from protocol.kinds.programmes import ProgrammeExit
from tools.demo.story import (
    Asked,
    Call,
    Care,
    Diagnosis,
    Drive,
    Engagement,
    Leave,
    Meeting,
    Opening,
    Wait,
    Workshop,
)

_SORTS = {RelayTo.CMP: StructureKind.CMP, RelayTo.PLIE: StructureKind.PLIE}


class Recorder:
    """Writes on one laptop; ``known`` gives persons by number of dossier."""

    def __init__(
        self,
        workplace: Workplace,
        services: Services,
        places: Mapping[str, PlaceId],
        known: Mapping[int, PersonId],
    ) -> None:
        self._workplace = workplace
        self._services = services
        self._places = places
        self._known = known
        self._structures = workplace.store.records.select(Structure, order='"name"')

    # -- the frame of a week --------------------------------------------------------------------

    def open(self, opening: Opening) -> None:
        """Write a permanence."""
        self._services.permanences.open(
            OpeningForm(
                place=self._places[opening.place],
                first=opening.first,
                opens=opening.opens,
                closes=opening.closes,
                slot_minutes=opening.slot_minutes,
                repeat=Repeat.FORTNIGHTLY if opening.is_fortnightly else Repeat.WEEKLY,
            )
        )

    def leave(self, leave: Leave) -> None:
        """Write an absence."""
        self._services.permanences.leave(leave.starts_at, leave.ends_at)

    def drive(self, drive: Drive) -> None:
        """Note the kilometres of a day."""
        day = drive.noted_at.date()
        self._services.trips.note(TripForm(day, drive.kilometres, drive.detail))

    # -- workshops ------------------------------------------------------------------------------

    def announce(self, workshop: Workshop) -> SessionId:
        """Write a workshop, with nobody in it yet."""
        return self._services.workshops.create(
            NewSession(
                title=workshop.title,
                theme=workshop.theme,
                starts_at=workshop.starts_at,
                minutes=workshop.minutes,
                place=self._places[workshop.place],
                capacity=workshop.capacity,
            )
        ).value

    def register(self, workshop: Workshop, session: SessionId) -> tuple[RecordId, ...]:
        """Give their places to those who want to come."""
        register = self._services.workshops.register
        return tuple(
            register(session, self._known[seat.dossier], first_step_with=seat.first_step_with).value
            for seat in workshop.seats
        )

    def call_the_roll(self, workshop: Workshop, given: Sequence[RecordId]) -> None:
        """Write who came."""
        for seat, place in zip(workshop.seats, given, strict=True):
            self._services.workshops.set_attendance(place, seat.attendance)

    # -- waits and programmes -------------------------------------------------------------------

    def wait(self, dossier: int, wait: Wait, motive: Motive) -> RecordId:
        """Write down that somebody waits."""
        return self._services.waiting.add(
            NewWait(
                person=self._known[dossier],
                place=self._places[wait.place] if wait.place else None,
                motive=motive,
                days=wait.days,
                halves=wait.halves,
                comment=wait.comment,
                since=wait.since,
            )
        ).value

    def serve(self, waiting: RecordId, appointment: AppointmentId) -> None:
        """End a wait with an appointment."""
        with self._workplace.work() as work:
            self._services.waiting.serve(work, waiting, appointment)

    def start(self, dossier: int, engagement: Engagement) -> ProgrammeId:
        """Start a programme."""
        return self._services.engagements.programmes.start(
            NewProgramme(
                person=self._known[dossier],
                programme=engagement.kind,
                cadence=engagement.cadence,
                started_on=engagement.started_on,
                minutes=engagement.minutes,
                place=self._places[engagement.place],
            )
        ).value

    def renew(self, programme: ProgrammeId) -> None:
        """Put the end of a programme off."""
        self._services.engagements.programmes.renew(programme)

    def end(self, programme: ProgrammeId, engagement: Engagement) -> None:
        """End a programme."""
        if engagement.ended_at is not None:
            self._services.engagements.programmes.end(
                programme,
                engagement.ended_at.date(),
                engagement.issue or ProgrammeExit.GOALS_REACHED,
                engagement.bilan,
            )

    # -- what a meeting brings ------------------------------------------------------------------

    def call(self, dossier: int, appointment: AppointmentId, call: Call) -> None:
        """Write down an attempt to reach somebody."""
        self._services.engagements.recalls.record(
            self._known[dossier], appointment, call.medium, call.outcome
        )

    def after(self, dossier: int, meeting: Meeting, follow_up: FollowUpId) -> RecordId | None:
        """Write what goes with a follow-up; return the relay that was asked, if any."""
        person = self._known[dossier]
        if meeting.diagnosis is not None:
            self._diagnose(person, meeting.diagnosis)
        if meeting.need is not None:
            self._services.needs.note(person, *meeting.need)
        if meeting.is_handed_out:
            handouts = self._services.handouts
            handouts.given(handouts.prepare(follow_up), printed=True, language="")
        return self._ask(person, meeting.place, meeting.relay) if meeting.relay else None

    def answer(self, relay: RecordId, asked: Asked) -> None:
        """Write what was answered to a relay."""
        is_given_up = asked.state is RelayState.NO_ANSWER
        answered = asked.answered_at.date() if asked.answered_at and not is_given_up else None
        form = self._services.relays.form
        said = {"state": asked.state.value, "answered_on": answered, "answer": asked.answer}
        form.finish(_filled(form.open(relay), said).form)

    def _ask(self, person: PersonId, place: str, asked: Asked) -> RecordId:
        form = self._services.relays.form
        values: Values = {
            "to": asked.to.value,
            "structure": self._structure(asked.to, place),
            "person_agreed": True,
            "request": asked.request,
        }
        return form.finish(_filled(form.begin(person), values).form).value

    def _diagnose(self, person: PersonId, found: Diagnosis) -> None:
        form = self._services.mobility.form
        values: Values = {
            "licence": found.licence.value,
            "vehicle": found.vehicle.value,
            "transit": found.transit.value,
            "max_kilometres": found.max_kilometres,
            "max_minutes": found.max_minutes,
            "zone": found.zone.value,
            "obstacles": frozenset(code.value for code in found.obstacles),
            "monthly_budget": found.monthly_budget,
            "answers": frozenset(code.value for code in found.answers),
            "synthesis": found.synthesis,
        }
        form.finish(_filled(form.begin(person), values).form)

    def _structure(self, to: RelayTo, place: str) -> str | None:
        """Return the structure of that sort nearest by its name, if one is known."""
        able = [known for known in self._structures if known.category is _SORTS.get(to)]
        town = place.partition(" (")[0]
        return next((s.id for s in able if town in s.name), able[0].id if able else None)


def facts_of(care: Care | None) -> CareFacts:
    """Return an accompaniment as the editor of follow-ups has it."""
    if care is None:
        return CareFacts()
    return CareFacts(
        purpose=care.purpose,
        care_place=care.place,
        transport=care.transport,
        kilometres=care.kilometres,
        outcome=care.outcome,
        obstacle=care.obstacle,
    )


def _filled(sheet: RecordSheet, values: Values) -> RecordSheet:
    return replace(sheet, form=replace(sheet.form, values={**sheet.form.values, **values}))

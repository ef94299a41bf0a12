"""Reading all that the agenda shows at once, and what that changes to what was open."""

from dataclasses import replace
from datetime import date

from desktop.ui.agenda.state import AgendaServices, AgendaState, Mode, Panel, Reading, period
from protocol.ids import ProfessionalId


def read_all(services: AgendaServices, mode: Mode, day: date, whose: str) -> Reading:
    """Read all that the page shows, in the store's lane."""
    agenda, span = services.agenda, period(mode, day)
    return Reading(
        days=agenda.read_of(ProfessionalId(whose), *span) if whose else agenda.read(*span),
        waiting=tuple(services.waiting.lines()),
        delays=services.waiting.delays(),
        places=tuple(services.directory.places()),
        openings=tuple(services.permanences.openings()),
        absences=tuple(services.permanences.absences()),
        motive=services.appointments.default_motive(),
        colleagues=tuple(agenda.colleagues()),
    )


def as_it_stands(state: AgendaState, before: AgendaState) -> AgendaState:
    """What the panel was about may be gone: cancelled, its slot is offered to who waits."""
    if state.panel is Panel.MEETING:
        was, now = before.meeting, state.meeting
        if now is None:
            return state.wait()
        if was is not None and was.is_held and not now.is_held:
            slot = state.slot_at(now.span, now.place)
            return replace(state, panel=Panel.SLOT, slot=slot) if slot else state
    if state.panel is Panel.SLOT and state.slot is not None:
        still = state.slot_at(state.slot.span, state.slot.place)
        return replace(state, slot=still) if still else state.wait()
    return state

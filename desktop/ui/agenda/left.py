"""The agenda as it was left: the days in sight, and the form that was open beside them."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date

from desktop.ui.agenda.beside import Beside
from desktop.ui.agenda.state import AgendaState, Booking, Mode, Panel
from desktop.ui.agenda.viewmodel import AgendaViewModel
from desktop.ui.kit.typed import Left, Typed
from protocol.ids import PersonId, RecordId


class Leaving:
    """What the open form holds, and the way back to it once the days have been read."""

    def __init__(self, viewmodel: AgendaViewModel, beside: Beside) -> None:
        self._viewmodel = viewmodel
        self._beside = beside
        self._wanted: Left | None = None

    def left(self) -> Left | None:
        """Return the form that is open, or that is still to be opened again."""
        form, state = self._beside.form, self._viewmodel.state
        if self._wanted is not None or form is None:
            return self._wanted
        return Left(_where(state), (form.words(about=_about(state)),))

    def where(self) -> Mapping[str, str]:
        """Return the days in sight, and at which lieu."""
        return _days(self._viewmodel.state)

    def stand(self, where: Mapping[str, str]) -> None:
        """Read these days."""
        self._viewmodel.show_place(where["place"])
        self._viewmodel.look(Mode(where["mode"]), date.fromisoformat(where["day"]))

    def come_back(self, left: Left) -> None:
        """Read the days that were in sight; then the form opens."""
        self._wanted = left
        self.stand(left.at)

    def reopen(self) -> None:
        """Open the form again when its days have come."""
        left, state = self._wanted, self._viewmodel.state
        if left is None or state.read is None:
            return
        if (state.mode.value, state.day.isoformat()) != (left.at["mode"], left.at["day"]):
            return
        self._wanted = None
        [typed] = left.forms
        self._viewmodel.resume(_reopened(state, left, typed))
        if (form := self._beside.form) is not None:
            form.write(typed)


def _days(state: AgendaState) -> dict[str, str]:
    return {"mode": state.mode.value, "day": state.day.isoformat(), "place": state.place}


def _where(state: AgendaState) -> dict[str, str]:
    booking = state.booking
    return {
        **_days(state),
        "panel": state.panel.value,
        "waiting": booking.waiting or "",
        "waits": (booking.person or "") if booking.waiting else "",
    }


def _about(state: AgendaState) -> str:
    """Return the record that the open form corrects; nothing for a new one."""
    if state.panel is Panel.BOOKING:
        return state.booking.meeting.id if state.booking.meeting is not None else ""
    line = {Panel.OPENING: state.opening, Panel.ABSENCE: state.absence}.get(state.panel)
    return line.id if line is not None else ""


def _reopened(state: AgendaState, left: Left, typed: Typed) -> AgendaState:
    read = state.read
    openings, absences = (read.openings, read.absences) if read is not None else ((), ())
    return replace(
        state.wait(),
        panel=Panel(left.at["panel"]),
        booking=_booking(state, left, typed),
        chosen=typed.about,
        opening=next((line for line in openings if line.id == typed.about), None),
        absence=next((line for line in absences if line.id == typed.about), None),
    )


def _booking(state: AgendaState, left: Left, typed: Typed) -> Booking:
    """An appointment that went away meanwhile is a new one."""
    meeting = state.meeting_of(typed.about)
    if meeting is not None:
        return Booking(meeting.details, meeting.person, meeting.name, meeting)
    if not left.at["waiting"]:
        return Booking()
    return Booking(person=PersonId(left.at["waits"]), waiting=RecordId(left.at["waiting"]))

"""What the follow-up editor shows, in one frozen value."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from types import MappingProxyType

from desktop.services.agenda_days import Foreseen
from desktop.services.directory import Colleague, PlaceLine
from desktop.services.follow_up_form import FollowUpForm
from desktop.services.follow_ups import FollowUpSheet
from desktop.services.timeline import TimelineLine
from protocol.kinds.agenda import AppointmentStatus, Motive
from protocol.kinds.people import Job

NOT_UNDERSTOOD = "not_understood"
"""Reason given to a field whose date, hour or duration cannot be read."""
_NOTE_TAKERS = (Job.PSYCHOLOGIST, Job.NURSE)
_NO_PROBLEM: Mapping[str, str] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Opened:
    """What the store lane brings when the editor opens."""

    sheet: FollowUpSheet
    me: Colleague
    places: tuple[PlaceLine, ...]
    said: tuple[TimelineLine, ...]


@dataclass(frozen=True, slots=True)
class EditorState:
    """The editor at one moment; without ``form`` nothing is open."""

    form: FollowUpForm | None = None
    original: FollowUpForm | None = None
    """What « Jeter » goes back to."""
    is_new: bool = True
    """Else it was finished once, and this is its correction."""
    revision: int = 0
    """Grows when the form was replaced by anything but typing: the fields are shown again."""
    person_name: str = ""
    motive: Motive = Motive.OTHER
    readers: tuple[Colleague, ...] = ()
    job: Job = Job.REFERENT
    places: tuple[PlaceLine, ...] = ()
    said: tuple[TimelineLine, ...] = ()
    foreseen: Foreseen | None = None
    """What the next appointment would run into."""
    is_loading: bool = False
    is_finishing: bool = False
    saved_at: datetime | None = None
    """When the draft was last kept."""
    found_draft: datetime | None = None
    """When the draft found at opening was kept, until « Reprendre » or « Jeter » is chosen."""
    problems: Mapping[str, str] = field(default_factory=lambda: _NO_PROBLEM)
    """Reasons by field, shown in place."""
    failure: Exception | None = None
    """Why the last opening, save or finish did not succeed."""
    is_gone: bool = False
    """Whether the dossier left this laptop while somebody was writing in it."""

    @property
    def corrects(self) -> datetime | None:
        """When the meeting was whose follow-up is corrected; nothing for a new one."""
        return None if self.is_new or self.original is None else self.original.starts_at

    @property
    def takes_notes(self) -> bool:
        """Whether this worker writes notes sealed for herself."""
        return self.job in _NOTE_TAKERS or bool(self.form and self.form.clinical)

    @property
    def tells_care(self) -> bool:
        """Whether this worker accompanies people to care, or did this time."""
        planned = self.form is not None and self.form.care.purpose is not None
        return self.job is Job.NURSE or planned

    @property
    def was_absent(self) -> bool:
        """Whether there was no meeting, so that some texts make no sense."""
        return self.form is not None and self.form.presence is not AppointmentStatus.ATTENDED

"""A follow-up while it is typed: the form of the editor, its bounds, and how a draft keeps it."""

import json
from dataclasses import dataclass, field, fields
from datetime import date, datetime, timedelta

from desktop.services.appointments import MINUTES
from desktop.services.care import CareFacts, care_from_json, care_to_json, check_care
from desktop.services.errors import InvalidInput
from protocol.ids import AppointmentId, FollowUpId, PersonId, PlaceId
from protocol.kinds.agenda import AppointmentStatus
from protocol.kinds.declare import spec_of
from protocol.kinds.follow_ups import FollowUp, Medium, StepOwner, Theme
from protocol.limits import LONG_TEXT
from protocol.values import clean_text, instant_from_wire, instant_to_wire

_TEXTS = ("summary", "clinical", "for_person", "person_words", "next_step", "orientation")


@dataclass(frozen=True, slots=True)
class FollowUpForm:
    """A follow-up as the editor shows it; texts are empty rather than absent."""

    target: FollowUpId
    person: PersonId
    appointment: AppointmentId | None
    place: PlaceId | None
    starts_at: datetime
    minutes: int
    presence: AppointmentStatus
    medium: Medium
    themes: frozenset[Theme] = frozenset()
    summary: str = ""
    clinical: str = ""
    """For the author alone; sealed when saved. Empty and unused for a colleague's follow-up."""
    for_person: str = ""
    person_words: str = ""
    next_step: str = ""
    next_step_due: date | None = None
    next_step_owner: StepOwner | None = None
    orientation: str = ""
    next_at: datetime | None = None
    """Next appointment to make when the follow-up is finished; none if empty."""
    next_place: PlaceId | None = None
    care: CareFacts = field(default_factory=CareFacts)
    """Of a nurse: the accompaniment that this meeting was."""


def check_form(form: FollowUpForm) -> None:
    """Raise ``InvalidInput`` for what cannot be finished as typed."""
    if form.minutes not in MINUTES:
        raise InvalidInput("minutes", "not_a_duration")
    for name in _TEXTS:
        if len(getattr(form, name)) > _limit(name):
            raise InvalidInput(name, "too_long")
    check_care(form.care)
    if form.next_at is not None and form.next_at < form.starts_at + timedelta(minutes=1):
        raise InvalidInput("next_at", "before_this_one")


def form_to_json(form: FollowUpForm) -> str:
    """Return what a draft keeps: the form as typed, but for what no store keeps faithfully."""
    values: dict[str, object] = {}
    for item in fields(form):
        value = getattr(form, item.name)
        if isinstance(value, frozenset):
            value = sorted(str(code) for code in value)
        elif isinstance(value, datetime):
            value = instant_to_wire(value)
        elif isinstance(value, date):
            value = value.isoformat()
        elif isinstance(value, str):
            value = clean_text(value)
        elif isinstance(value, CareFacts):
            value = care_to_json(value)
        values[item.name] = value
    return json.dumps(values, ensure_ascii=False)


def form_from_json(content: str) -> FollowUpForm:
    """Return the form that ``form_to_json`` wrote, by this version or an earlier one."""
    values = json.loads(content)
    return FollowUpForm(
        target=values["target"],
        person=values["person"],
        appointment=values["appointment"],
        place=values["place"],
        starts_at=instant_from_wire(values["starts_at"]),
        minutes=values["minutes"],
        presence=AppointmentStatus(values["presence"]),
        medium=Medium(values["medium"]),
        themes=frozenset(Theme(code) for code in values.get("themes", ())),
        **{name: values.get(name, "") for name in _TEXTS},
        next_step_due=date.fromisoformat(due) if (due := values.get("next_step_due")) else None,
        next_step_owner=StepOwner(who) if (who := values.get("next_step_owner")) else None,
        next_at=instant_from_wire(at) if (at := values.get("next_at")) else None,
        next_place=values.get("next_place"),
        care=care_from_json(values.get("care") or {}),
    )


def _limit(name: str) -> int:
    """Return the most characters of a text, as its kind declares it."""
    declared = spec_of(FollowUp).by_name.get(name)
    return declared.limit if declared else LONG_TEXT

"""What somebody was at when the laptop locked: she comes back to her words, not to a list.

Kept in the vault: a locked laptop remembers nothing outside it.
"""

import json
from dataclasses import astuple, dataclass

from desktop.app.session import Services, Session
from desktop.services.errors import NotFound
from desktop.store.store import Store
from protocol.ids import PersonId, RecordId, is_id

FOLLOW_UP, SHEET, JOINED_TEXT, COMPARISON = "follow_up", "sheet", "joined_text", "comparison"
RECORD, FORMS, TRIP = "record", "forms", "trip"
_KEY = "interrupted"


@dataclass(frozen=True, slots=True)
class Interrupted:
    """A draft that was on the screen, or two dossiers that were being compared."""

    what: str
    target: str
    """The follow-up it will become, whose sheet it is, the conflict, or the dossier compared."""
    other: str = ""
    """Of a comparison: the dossier it was compared with. Of a record: its kind.

    Of a trip, or of the forms of a dossier, that no draft keeps: what was typed, as JSON.
    """
    picks: tuple[str, ...] = ()
    """Of a comparison: the lines whose value comes from the other sheet. Of forms: the page."""
    referent: str = ""
    """Of a comparison: who was to remain the référent unique."""


def keep_interrupted(store: Store, interrupted: Interrupted | None) -> None:
    """Remember it, or that there was none."""
    text = None if interrupted is None else json.dumps(astuple(interrupted))
    if text != store.state.get(_KEY):
        with store.database.transaction():
            store.state.set(_KEY, text)


def take_interrupted(session: Session) -> Interrupted | None:
    """Return the draft to go back to, once; nothing when it was finished or left meanwhile."""
    store = session.workplace.store
    text = store.state.get(_KEY)
    if text is None:
        return None
    keep_interrupted(store, None)
    found = _read(text)
    is_named = is_id(found.target) or (found.what == TRIP and not found.target)
    return found if is_named and _is_there(session.services, found) else None


def _read(text: str) -> Interrupted:
    what, target, *more = json.loads(text)
    other, picks, referent = more or ("", (), "")  # a draft was once told by its target alone
    return Interrupted(what, target, other, tuple(picks), referent)


def _is_there(services: Services, interrupted: Interrupted) -> bool:
    if interrupted.what == JOINED_TEXT:
        return services.conflicts.typed(interrupted.target) is not None
    if interrupted.what == COMPARISON:
        return is_id(interrupted.other) and _can_be_compared(services, interrupted)
    if interrupted.what == TRIP:
        return True
    if interrupted.what == FORMS:
        return _is_here(services, PersonId(interrupted.target))
    if interrupted.what == RECORD:
        return services.record_drafts.of(RecordId(interrupted.target)) is not None
    if interrupted.what == FOLLOW_UP:
        return any(line.target == interrupted.target for line in services.follow_ups.drafts())
    return any(line.person == interrupted.target for line in services.person_drafts.lines())


def _is_here(services: Services, person: PersonId) -> bool:
    try:
        services.persons.sheet(person)
    except NotFound:
        return False
    return True


def _can_be_compared(services: Services, interrupted: Interrupted) -> bool:
    two = PersonId(interrupted.target), PersonId(interrupted.other)
    try:
        services.same_persons.compare(*two)
    except NotFound:
        return False  # joined meanwhile, or one of them left this laptop
    return True

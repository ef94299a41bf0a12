"""What somebody was at when the laptop locked: she comes back to her words, not to a list.

Kept in the vault: a locked laptop remembers nothing outside it.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field

from desktop.app.session import Services, Session
from desktop.services.errors import NotFound
from desktop.store.store import Store
from protocol.ids import PersonId, RecordId, is_id

FOLLOW_UP, SHEET, JOINED_TEXT, COMPARISON = "follow_up", "sheet", "joined_text", "comparison"
RECORD = "record"
_KEY = "interrupted"


@dataclass(frozen=True, slots=True)
class Interrupted:
    """A draft that was on the screen, or two dossiers that were being compared."""

    what: str
    target: str
    """The follow-up it will become, whose sheet it is, the conflict, or the dossier compared."""
    other: str = ""
    """Of a comparison: the dossier it was compared with. Of a record: its kind."""
    picks: tuple[str, ...] = ()
    """Of a comparison: the lines whose value comes from the other sheet."""
    referent: str = ""
    """Of a comparison: who was to remain the référent unique."""


@dataclass(frozen=True, slots=True)
class Kept:
    """All that is needed to come back."""

    in_sight: str
    """The page."""
    draft: Interrupted | None = None
    """What that page is about, when it keeps a draft of its own."""
    pages: Mapping[str, Mapping[str, object]] = field(default_factory=dict, repr=False)
    """By page, what its small forms hold."""
    below: Mapping[str, Mapping[str, str]] = field(default_factory=dict, repr=False)
    """The pages that one goes back to from the one in sight, in order, and what each showed."""
    lost_draft: bool = False
    """Whether something was being written, of which no draft is left."""


def keep_as_told(store: Store, text: str | None) -> None:
    """Remember a ``Kept``, as JSON, or that there is nothing."""
    if text != store.state.get(_KEY):
        with store.database.transaction():
            store.state.set(_KEY, text)


def read(session: Session) -> Kept | None:
    """Return what to go back to, but for a draft that was finished or left meanwhile.

    It stays in the store until something else is kept: a crash at this moment loses nothing.
    """
    text = session.workplace.store.state.get(_KEY)
    told = json.loads(text) if text is not None else None
    if not isinstance(told, dict):
        return None
    draft, is_lost = _read_draft(told["draft"]), False
    if draft is not None and not (is_id(draft.target) and _is_there(session.services, draft)):
        is_lost = draft.what != COMPARISON  # two dossiers side by side hold no words
        draft = None
    return Kept(told["in_sight"], draft, told["pages"], told.get("below", {}), is_lost)


def _read_draft(told: Mapping[str, object] | None) -> Interrupted | None:
    if told is None:
        return None
    picks = told["picks"]
    return Interrupted(
        what=str(told["what"]),
        target=str(told["target"]),
        other=str(told["other"]),
        picks=tuple(map(str, picks)) if isinstance(picks, list) else (),
        referent=str(told["referent"]),
    )


def _is_there(services: Services, interrupted: Interrupted) -> bool:
    if interrupted.what == JOINED_TEXT:
        return services.conflicts.typed(interrupted.target) is not None
    if interrupted.what == COMPARISON:
        return is_id(interrupted.other) and _can_be_compared(services, interrupted)
    if interrupted.what == RECORD:
        return services.record_drafts.of(RecordId(interrupted.target)) is not None
    if interrupted.what == FOLLOW_UP:
        return any(line.target == interrupted.target for line in services.follow_ups.drafts())
    return any(line.person == interrupted.target for line in services.person_drafts.lines())


def _can_be_compared(services: Services, interrupted: Interrupted) -> bool:
    two = PersonId(interrupted.target), PersonId(interrupted.other)
    try:
        services.same_persons.compare(*two)
    except NotFound:
        return False  # joined meanwhile, or one of them left this laptop
    return True

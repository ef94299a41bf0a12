"""Where somebody was writing when the laptop locked: she comes back to her words, not to a list.

Kept in the vault: a locked laptop remembers nothing outside it.
"""

import json
from dataclasses import dataclass

from desktop.app.session import Services, Session
from desktop.store.store import Store
from protocol.ids import is_id

FOLLOW_UP, SHEET = "follow_up", "sheet"
_KEY = "interrupted"


@dataclass(frozen=True, slots=True)
class Interrupted:
    """A draft that was on the screen."""

    what: str
    target: str
    """The follow-up it will become, or whose sheet it is."""


def keep_interrupted(store: Store, interrupted: Interrupted | None) -> None:
    """Remember it, or that there was none."""
    text = None if interrupted is None else json.dumps([interrupted.what, interrupted.target])
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
    what, target = json.loads(text)
    found = Interrupted(what, target)
    return found if is_id(target) and _is_there(session.services, found) else None


def _is_there(services: Services, interrupted: Interrupted) -> bool:
    if interrupted.what == FOLLOW_UP:
        return any(line.target == interrupted.target for line in services.follow_ups.drafts())
    return any(line.person == interrupted.target for line in services.person_drafts.lines())

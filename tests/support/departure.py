"""A dossier leaves a laptop, as the office has it leave, without an office."""

from desktop.domain.touched import Touched
from desktop.store.replica import Page
from desktop.store.state import Progress
from protocol.ids import PersonId
from tests.support.laptop import TUESDAY, Desk


def leave(desk: Desk, person: PersonId) -> frozenset[Touched]:
    """Take a dossier back; return what is to be announced."""
    page = Page((), 0, {}, (person,), (), (), Progress("epoch", 1, None))
    with desk.store.database.transaction():
        return frozenset(desk.store.replica.apply(page, TUESDAY).touched)

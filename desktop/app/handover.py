"""What no disk would take, from a laptop that locks to the same laptop unlocked."""

from collections.abc import Sequence

from desktop.app.interrupted import keep_as_told
from desktop.app.session import Session
from desktop.services.unwritten import seal_unwritten, take_back
from desktop.store.errors import StoreError


def sealed_rest(session: Session, where: str | None) -> bytes | None:
    """Return the drafts that the disk refused, sealed for this vault.

    ``where`` is the page in sight, when that was refused as well.
    """
    workplace = session.workplace
    drafts = workplace.unwritten.drafts
    return seal_unwritten(session.unlocked.vault, drafts, where, workplace.random)


def still_refused(session: Session, sealed: Sequence[bytes]) -> list[bytes]:
    """Write what was sealed; return what the disk refuses still."""
    store, refused = session.workplace.store, []
    for content in sealed:
        try:
            where = take_back(session.unlocked.vault, store, content)
            if where is not None:
                keep_as_told(store, where)
        except StoreError:
            refused.append(content)
    return refused

"""The words of the quiet block at the foot of the sidebar."""

from dataclasses import replace
from datetime import datetime

from desktop.ui.kit import Shape
from desktop.ui.main_window import SyncState as Block
from desktop.ui.sync_page import words
from desktop.ui.sync_page.state import Phase, SyncState
from desktop.ui.text import translate
from desktop.ui.theme import Role

_MANY = 100
"""Records whose figures may fill a line by themselves: octets are then told on the page alone."""


def sidebar_block(
    sync: SyncState,
    *,
    pending: int,
    last_success: datetime | None,
    now: datetime,
    refused: int = 0,
    diverged: bool = False,
) -> Block:
    """« Hors connexion · 7 modifications en attente · Dernière synchro : hier, 17 h 42 ».

    `now` is local: hours are shown as on the wall.
    """
    details: tuple[str, ...] = (words.pending(pending), words.last_success(last_success, now))
    if sync.phase is Phase.RUNNING:
        said = words.progress(_short(sync))
        return Block(words.phase(sync.phase), (said,), Role.PRIMARY, Shape.RING)
    if sync.phase is Phase.PROBLEM:
        return Block(words.phase(sync.phase), (sync.problem, details[0]), Role.DANGER, Shape.SQUARE)
    if sync.phase is Phase.SOON:
        return Block(words.phase(sync.phase), details, Role.NEUTRAL, Shape.RING)
    if sync.phase is Phase.OFFLINE:
        return Block(words.phase(sync.phase), details, Role.PENDING, Shape.DISC)
    if diverged:
        said = translate("Sync", "Différence à signaler")
        return Block(said, details, Role.DANGER, Shape.SQUARE)
    if refused:
        details = (words.refused(refused), *details)
    if pending or refused:
        return Block(words.phase(sync.phase), details, Role.PENDING, Shape.DISC)
    return Block(translate("Sync", "À jour"), details, Role.OK, Shape.DISC)


def _short(sync: SyncState) -> SyncState:
    """Return what a line of the block has room for at any text size: on two lines it would jump."""
    is_long = max(sync.to_send, sync.received) >= _MANY
    return replace(sync, octets=0) if is_long and not sync.octets_in_all else sync

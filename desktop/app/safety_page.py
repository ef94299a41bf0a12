"""« Diagnostic de sécurité », opened from Réglages or from the lock, which knows less."""

from collections.abc import Callable
from pathlib import Path
from typing import Protocol

from PySide6.QtWidgets import QWidget

from desktop import __version__
from desktop.config.clock import paris
from desktop.config.safety import Finding, look_at_computer
from desktop.services.escrow import EscrowSheet
from desktop.services.outings import Outing
from desktop.ui.background import Background
from desktop.ui.escrow_words import sheet_words
from desktop.ui.safety import SafetySheet, outing_words


class Inside(Protocol):
    """What an open vault adds; both on the store's lane."""

    def look_at_vault(self) -> tuple[Finding, ...]:
        """Return how it stands."""

    def outings(self) -> list[Outing]:
        """Return what left it in clear."""

    def escrow_sheet(self) -> EscrowSheet:
        """Return all there is to tell of the Département's key."""


def show_safety(
    background: Background,
    vault: Path,
    lock_after_min: int,
    inside: Inside | None,
    copy: Callable[[str], None],
    code: Callable[[], Finding],
    *,
    parent: QWidget | None,
) -> None:
    """Open the sheet."""

    def probe() -> tuple[Finding, ...]:
        more = () if inside is None else inside.look_at_vault()
        return (*look_at_computer(vault, lock_after_min), code(), *more)

    def left() -> list[str]:
        known = [] if inside is None else inside.outings()
        return [outing_words(paris(one.at), one.way, one.page) for one in known]

    def last_key() -> list[str]:
        return [] if inside is None else sheet_words(inside.escrow_sheet())

    SafetySheet(background, probe, copy, __version__, left, last_key, parent).open()

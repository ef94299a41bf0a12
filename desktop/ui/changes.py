"""Tells open screens what a colleague's change, or another screen, has just touched."""

from collections.abc import Hashable, Iterable

from PySide6.QtCore import QObject, Signal


class ChangeBoard(QObject):
    """Passes on sets of touched things; it knows nothing of what they are.

    A screen connects `changed`, keeps what concerns it and asks its service for those rows again.
    """

    changed = Signal(object)

    def announce(self, touched: Iterable[Hashable]) -> None:
        """Emits `changed` with a frozenset, unless nothing was touched."""
        together = frozenset(touched)
        if together:
            self.changed.emit(together)

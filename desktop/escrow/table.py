"""What is said and typed at a ceremony: a terminal, or a test."""

from collections.abc import Callable
from dataclasses import dataclass

from desktop.escrow.errors import CeremonyRefused

_CLEAR = "\x1b[2J\x1b[3J\x1b[H"
_YES = frozenset({"oui", "o"})


@dataclass(frozen=True, slots=True)
class Table:
    """Around it, the holders."""

    ask: Callable[[str], str]
    """Shows a question, returns what is typed."""
    show: Callable[[str], object] = print

    def say(self, *lines: str) -> None:
        """Show some lines: names come from everywhere, and command no terminal."""
        for line in lines:
            self.show("".join(c if c.isprintable() else " " for c in line))

    def clear(self) -> None:
        """Leave nothing on the screen, nor above it."""
        self.show(_CLEAR)

    def confirm(self, question: str) -> None:
        """Go on only with « oui »; raise ``CeremonyRefused``."""
        if self.ask(f"{question} (oui / non) ").strip().lower() not in _YES:
            raise CeremonyRefused("Arrêté : rien n’a été fait.")

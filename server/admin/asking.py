"""Asking before what cannot be undone."""

import argparse
import sys
from collections.abc import Callable, Sequence

from server.services.errors import AdministrationRefused

Ask = Callable[[str], str]
"""Shows a question, returns what is typed."""

_YES = frozenset({"oui", "o"})


def ask_at_terminal(question: str) -> str:
    """Ask whoever types the command; nobody, when it is a script."""
    return input(question) if sys.stdin.isatty() else ""


def check_confirmed(options: argparse.Namespace, ask: Ask, said: Sequence[str]) -> None:
    """Go on only with « oui »; raise ``AdministrationRefused``."""
    if options.yes:
        return
    question = "\n".join([*said, "Tapez « oui » pour continuer : "])
    if ask(question).strip().lower() not in _YES:
        raise AdministrationRefused("Rien n’a été fait. Sans question à l’écran, ajoutez --oui.")

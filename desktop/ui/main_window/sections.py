"""What the application offers in the sidebar."""

from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtWidgets import QWidget


@dataclass(frozen=True)
class Section:
    """A page of the window. `make` is called the first time the page is opened.

    `number` is the key after Ctrl; None for a page that the sidebar does not list (a dossier, the
    follow-up editor, the settings), which opens by its key alone.
    """

    key: str
    title: str
    make: Callable[[], QWidget]
    number: int | None = None
    icon: str = ""

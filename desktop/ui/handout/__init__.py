"""The sheet a person takes home: prepared, looked at, printed or kept as a file."""

from desktop.ui.handout.view import HandoutView
from desktop.ui.handout.viewmodel import HandoutViewModel

__all__ = ["HandoutView", "HandoutViewModel"]

"""The first run: a laptop meets the office, its owner chooses her keys, the paper is proved."""

from desktop.ui.first_run.view import FirstRunView
from desktop.ui.first_run.viewmodel import FirstRunViewModel

__all__ = ["FirstRunView", "FirstRunViewModel"]

"""The locked laptop: one field, one key, nothing about anybody."""

from desktop.ui.lock.view import LockView
from desktop.ui.lock.viewmodel import LockViewModel

__all__ = ["LockView", "LockViewModel"]

"""« Aujourd’hui »: the day's round, the person at hand, what must not be forgotten."""

from desktop.ui.today.view import TodayView
from desktop.ui.today.viewmodel import TodayState, TodayViewModel

__all__ = ["TodayState", "TodayView", "TodayViewModel"]

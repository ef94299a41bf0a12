"""Whose keys are whose: one's own laptops, colleagues' words, and shares of a key."""

from desktop.ui.own_keys.colleagues import ColleaguesViewModel
from desktop.ui.own_keys.colleagues_view import ColleaguesView
from desktop.ui.own_keys.laptops import LaptopsViewModel
from desktop.ui.own_keys.laptops_view import LaptopsView
from desktop.ui.own_keys.shares import SharesViewModel
from desktop.ui.own_keys.shares_view import SharesView

__all__ = [
    "ColleaguesView",
    "ColleaguesViewModel",
    "LaptopsView",
    "LaptopsViewModel",
    "SharesView",
    "SharesViewModel",
]

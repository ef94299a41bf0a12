"""« Kilomètres »: one's own trips, month by month, and the expense sheet made of them."""

from desktop.ui.trips.view import TripsView
from desktop.ui.trips.viewmodel import TripsState, TripsViewModel

__all__ = ["TripsState", "TripsView", "TripsViewModel"]

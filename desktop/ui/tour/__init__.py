"""« Ma tournée »: a day on the road, its map, its stops, and what to bring."""

from desktop.ui.tour.view import TourView
from desktop.ui.tour.viewmodel import TourState, TourViewModel

__all__ = ["TourState", "TourView", "TourViewModel"]

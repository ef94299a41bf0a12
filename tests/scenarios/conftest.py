"""Those who work, each with a real laptop, and a real office."""

from tests.support.office import office, premises
from tests.support.two_laptops import claire, mehdi

__all__ = ["claire", "mehdi", "office", "premises"]

"""Figures, each beside the raw floor measured in the same run: ``make bench``."""

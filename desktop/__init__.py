"""The laptop: what a professional opens, with or without a network."""

__version__ = "0.1.0"

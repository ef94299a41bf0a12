"""The laptop: what a professional opens, with or without a network."""

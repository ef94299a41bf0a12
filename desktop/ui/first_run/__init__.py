"""The first run: a laptop meets the office, its owner chooses her keys, the paper is proved."""

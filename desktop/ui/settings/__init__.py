"""Réglages: the look, the lock, the keys, and what Coffre is made of."""

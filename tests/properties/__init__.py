"""Promises of the whole, tried on lives that nobody wrote."""

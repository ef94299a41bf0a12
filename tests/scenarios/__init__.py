"""Scenarios in the words of those who work with Coffre."""

"""Tests of the agenda, on a real laptop."""

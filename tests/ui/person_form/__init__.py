"""Tests of one screen, on a real laptop."""

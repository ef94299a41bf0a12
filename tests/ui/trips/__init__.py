"""Tests of the kilometre log, on a real laptop."""

"""Tests of « Ateliers », on a real laptop."""

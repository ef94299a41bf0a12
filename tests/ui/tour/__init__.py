"""Tests of the round and of its map, on a real laptop."""

"""Sentences about what laptops and the office promised each other."""

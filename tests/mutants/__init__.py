"""Faults put into the product on purpose, each of which a test must see: ``make mutants``."""

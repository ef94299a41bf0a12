"""Tests of ``desktop.store``."""

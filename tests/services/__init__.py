"""Tests of ``desktop.services``."""

"""Tests of the documents, on a real laptop and off-screen windows."""

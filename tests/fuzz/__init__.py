"""Bytes that nobody meant, given to all that reads bytes: by Hypothesis, and by atheris."""

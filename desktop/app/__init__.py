"""Builds the parts and ties them together, once; for ``desktop.__main__``, tests and the demo."""

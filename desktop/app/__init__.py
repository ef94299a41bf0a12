"""Builds the parts and ties them together, once; used by ``desktop.__main__``, tests and the demo."""

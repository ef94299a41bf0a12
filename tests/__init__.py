"""Sentences about people and machines, mirrored on the packages they are about."""

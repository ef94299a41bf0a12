"""Bringing a caseload in: choose a file, match its columns, see what would happen, then do it."""

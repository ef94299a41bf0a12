"""The tools behind the Makefile do what their first line says."""

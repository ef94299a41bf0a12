"""Whole lives of a small town, played in one process: real parts, drawn misfortunes, an oracle."""

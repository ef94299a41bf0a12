"""The locked laptop: one field, one key, nothing about anybody."""

"""The program as a whole: real windows, real vault, real office."""

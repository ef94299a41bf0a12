"""Where things are, and what is packaged."""

"""What the Makefile runs: set-up, translations, and the demonstration."""

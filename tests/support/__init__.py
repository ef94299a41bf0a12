"""What several tests need: doubles written once, builders, and checkers."""

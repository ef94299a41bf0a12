"""Search everywhere (Ctrl+K): persons, lieux, pages and acts, by the keyboard alone."""

"""What must hold for the whole tree: its words, its imports, its locks and its French."""

"""What the laptop remembers: SQLCipher, records, pending changes, search. All SQL is here."""

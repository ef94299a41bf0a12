"""What the laptop remembers: SQLCipher, records, pending changes, search. The only place with SQL."""

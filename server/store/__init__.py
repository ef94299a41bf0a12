"""What the office remembers: PostgreSQL, one schema per département, and the only SQL there is."""

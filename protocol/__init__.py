"""What laptops and the office promised each other: kinds of records, wire, merge, visibility."""

"""What the office does for laptops and administrators; each act is one transaction."""

"""How two machines come to agree, on good and bad networks."""

"""How two machines come to agree; the only package of the laptop that knows HTTP."""

"""HTTP, kept thin: bounds, headers and encodings; what is done is in ``server.services``."""

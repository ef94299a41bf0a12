"""``coffre-admin``: what the Département's IT types; it calls the services HTTP calls."""

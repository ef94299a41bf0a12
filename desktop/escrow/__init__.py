"""``coffre-sequestre``: the ceremony of the Département's key, on a machine without a network."""

"""Choosing a passphrase and keeping a paper key: the parts that several screens share."""

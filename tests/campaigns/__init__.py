"""Faults looked for at length: kills, cuts, crowds, full disks. `make campaign` runs them.

Each prints its seed and writes `build/campaign/NAME.json`: how many cases it tried, how many
failed, and whether its *control* failed. A control is a variant with a known fault, kept here and
never in the product: a campaign that does not see it is blind, and counts as failed itself.

Cuts of the vault's header, step by step, are tried in full by `tests/crypto/test_power_cuts.py`.
"""

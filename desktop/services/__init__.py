"""What people do with Coffre: record, plan, share, find. One transaction each.

A service returns facts, as small frozen views; sentences are made in ``desktop.ui``. Services run
on the store's lane and never on the window's thread.
"""

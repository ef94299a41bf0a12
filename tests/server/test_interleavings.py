"""Invariants 4 and 15: a cursor never passes a row that commits later, nor misses one paging.

In short; at length: ``python -m tests.campaigns interleavings --long``.
"""

from pathlib import Path

import pytest

from tests.campaigns import interleavings
from tests.campaigns.tally import Effort
from tests.support.office import Premises

SEED = 20261124


@pytest.mark.invariant(4)
def test_nobody_misses_a_row_that_eight_laptops_write_while_commits_come_late(
    premises: Premises, tmp_path: Path
) -> None:
    tally = interleavings.run(Effort.SHORT, SEED, tmp_path, premises)
    assert tally.is_good, tally.lines()

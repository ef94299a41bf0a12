"""What synchronising costs, counted: bytes, requests, SQL. At length: ``make campaign``."""

from pathlib import Path

import pytest

from tests.campaigns import bootstrap, cost
from tests.campaigns.tally import Effort
from tests.support.office import Premises, premises

__all__ = ["premises"]

SEED = 20261124


@pytest.mark.invariant(15)
def test_a_first_download_that_is_cut_costs_little_more_than_one_that_is_not(
    premises: Premises, tmp_path: Path
) -> None:
    tally = bootstrap.run(Effort.SHORT, SEED, tmp_path, premises)
    assert tally.is_good, tally.lines()


@pytest.mark.invariant(25, 26)
def test_a_small_day_costs_the_same_however_large_the_caseload_and_nothing_costs_nothing(
    premises: Premises, tmp_path: Path
) -> None:
    """Invariants 25 and 26."""
    tally = cost.run(Effort.SHORT, SEED, tmp_path, premises)
    assert tally.is_good, tally.lines()

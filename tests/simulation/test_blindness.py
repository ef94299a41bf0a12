"""An oracle that sees nothing would be content with everything: known faults are shown to it."""

import pytest

from tests.simulation.faults import FAULTS
from tests.simulation.seeds import first_broken
from tests.simulation.town import Town

_LIVES, _STEPS = range(20261122, 20261182), 50
"""Fewer than what is played without a fault; the rarest fault shows in one life of some twenty."""


@pytest.mark.parametrize("fault", FAULTS)
def test_a_known_fault_is_seen(town: Town, fault: str) -> None:
    with FAULTS[fault]():
        assert first_broken(town, _LIVES, _STEPS) is not None

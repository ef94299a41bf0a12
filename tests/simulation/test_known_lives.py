"""Lives that once ended badly, as short as was found: what was mended stays mended."""

import pytest

from tests.simulation.seeds import run_life
from tests.simulation.town import Town

_ENDED_BADLY = {
    "what nobody brought back waited for the next synchronisation": (20261143, (1, 17, 37, 38, 40)),
    "a merge had moved words into a dossier that everybody left": (500168, (25, 37, 39, 46)),
}


@pytest.mark.parametrize("why", _ENDED_BADLY)
def test_a_life_that_ended_badly_ends_well(town: Town, why: str) -> None:
    seed, steps = _ENDED_BADLY[why]
    run_life(town, seed, steps)

"""An oracle that sees nothing would be content with everything: known faults are shown to it."""

import pytest

from tests.simulation.faults import FAULTS
from tests.simulation.seeds import first_broken
from tests.simulation.town import Town

_LIVES, _STEPS = 60, 50
"""Fewer than what is played without a fault; the rarest fault shows in one life of some twenty."""
_FROM = {
    "the cursor is kept before its page": 20261126,
    "the office takes what it has already taken": 20261154,
    "the office drops the value that loses": 20261124,
    "an old text is sent after a newer one": 20261128,
    "the Département’s key is given nothing": 20261134,
    "a laptop keeps what it had not sent of who was erased": 20261131,
    "the office takes back who was erased": 20261131,
    "laptops are not told who was erased": 20261131,
}
"""Where to begin to look, so as not to play lives that are known to hide the fault.

What is held is the same: of sixty lives in a row, the oracle is content with fewer than sixty. A
seed that shows its fault no more, once lives are drawn otherwise, only makes this longer.
"""


def test_each_known_fault_has_lives_to_show_itself_in() -> None:
    assert _FROM.keys() == FAULTS.keys()


@pytest.mark.parametrize("fault", FAULTS)
def test_a_known_fault_is_seen(town: Town, fault: str) -> None:
    with FAULTS[fault]():
        seen = first_broken(town, range(_FROM[fault], _FROM[fault] + _LIVES), _STEPS)
    print(f"{fault}: seen in the life of seed {seen}, looked for from {_FROM[fault]} on")
    assert seen is not None


def test_the_lives_that_show_a_fault_end_well_without_it(town: Town) -> None:
    assert first_broken(town, _FROM.values(), _STEPS) is None
